//! Groups, applications, policies and the edges between them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Node, ObjectType, Organization, wire_time};

impl Organization {
    /// Adds a group of devices; the answer is its identifier.
    pub fn system_group(&mut self, name: &str) -> String {
        self.group(ObjectType::SystemGroup, name, Value::Null)
    }

    /// Adds a group of users; the answer is its identifier.
    pub fn user_group(&mut self, name: &str) -> String {
        self.user_group_with(name, Value::Null)
    }

    /// Adds a group of users with `attributes` such as `sudo` or `ldapGroups`.
    pub fn user_group_with(&mut self, name: &str, attributes: impl Into<Value>) -> String {
        self.group(ObjectType::UserGroup, name, attributes.into())
    }

    /// Adds a group of policies; the answer is its identifier.
    pub fn policy_group(&mut self, name: &str) -> String {
        self.group(ObjectType::PolicyGroup, name, Value::Null)
    }

    fn group(&mut self, kind: ObjectType, name: &str, attributes: Value) -> String {
        let id = self.next_id();
        let record = json!({
            "id": id, "name": name, "type": kind.as_str(), "attributes": attributes,
            "description": "", "email": "", "organizationObjectId": self.id,
            "membershipMethod": "STATIC", "memberQueryErrorFlags": [],
            "memberQueryExemptions": [], "memberSuggestionsNotify": false,
            "suggestionCounts": {"add": 0, "remove": 0, "total": 0},
        });
        self.push(kind.collection(), record);
        self.graph.describe(Node::new(kind, &id), attributes);
        id
    }

    /// Adds an SSO application; the answer is its identifier.
    ///
    /// The record carries a `config` with a made-up signing key, as the real one does: a client
    /// must not let it through.
    pub fn application(&mut self, connector: &str, label: &str) -> String {
        let id = self.next_id();
        let record = json!({
            "_id": id, "id": id, "name": connector, "displayName": label, "displayLabel": label,
            "description": "", "active": true, "beta": false, "color": null,
            "organization": self.id, "databaseAttributes": [],
            "created": "2024-05-06T07:08:09.100Z",
            "ssoUrl": format!("https://sso.example.com/saml2/{connector}"),
            "learnMore": "https://example.com/learn-more",
            "logo": {"url": "https://example.com/logo.png"},
            "sso": {
                "type": "saml", "jit": false, "hidden": false, "beta": false,
                "idpCertExpirationAt": "2029-05-06T07:08:09.000Z",
            },
            "config": {
                "acsUrl": {"type": "text", "value": format!("https://{connector}.example.com/acs")},
                "idpPrivateKey": {"type": "file", "value": PLANTED_SIGNING_KEY},
            },
        });
        self.push(ObjectType::Application.collection(), record);
        id
    }

    /// Adds a policy; `template` is a name such as `lock_screen_darwin`.
    pub fn policy(
        &mut self,
        name: &str,
        template: &str,
        display_name: &str,
        family: &str,
    ) -> String {
        let id = self.next_id();
        let template_id = self.next_id();
        let template = json!({
            "id": template_id, "name": template, "displayName": display_name,
            "description": format!("{display_name} settings."), "osMetaFamily": family,
            "activation": "", "alert": "", "behavior": "", "deliveryTypes": ["agent"],
            "osRestrictions": [], "reference": "", "state": "",
        });
        self.push("/api/v2/policytemplates", template.clone());
        let record = json!({
            "id": id, "name": name, "template": template, "notes": "",
            "configFields": [], "values": [],
        });
        self.push(ObjectType::Policy.collection(), record);
        id
    }

    /// Records the outcome of a policy on a device: `success`, `failed` or `pending`.
    ///
    /// The latest result of each pair is served by `policystatuses`, all of them by
    /// `policyresults`.
    pub fn policy_result(
        &mut self,
        policy_id: &str,
        system_id: &str,
        state: &str,
        at: Timestamp,
    ) -> &mut Self {
        let id = self.next_id();
        let mut record = json!({
            "id": id, "policyID": policy_id, "systemID": system_id, "state": state,
            "startedAt": wire_time(at),
        });
        if let (Some(record), false) = (record.as_object_mut(), state == "pending") {
            record.insert("success".to_owned(), json!(state == "success"));
            record.insert("exitStatus".to_owned(), json!(i32::from(state != "success")));
            record.insert("endedAt".to_owned(), json!(wire_time(at)));
            for name in ["detail", "stdOut", "stdErr"] {
                record.insert(name.to_owned(), json!(""));
            }
        }
        self.push("/api/v2/policyresults", record)
    }

    /// Makes an object a direct member of a group; groups of users nest.
    ///
    /// Unknown identifiers are ignored, so put the records first.
    pub fn member(&mut self, group_id: &str, member_id: &str) -> &mut Self {
        if let (Some(group), Some(member)) = (self.node(group_id), self.node(member_id)) {
            self.graph.join(group, member);
        }
        self
    }

    /// Ends a direct membership.
    pub fn leave(&mut self, group_id: &str, member_id: &str) -> &mut Self {
        if let (Some(group), Some(member)) = (self.node(group_id), self.node(member_id)) {
            self.graph.leave(&group, &member);
        }
        self
    }

    /// Associates two objects directly, such as a device and a user.
    ///
    /// Unknown identifiers are ignored, so put the records first.
    pub fn bind(&mut self, one_id: &str, other_id: &str) -> &mut Self {
        self.bind_with(one_id, other_id, Value::Null)
    }

    /// Associates two objects with `attributes` such as `{"sudo": {"enabled": true}}`.
    pub fn bind_with(
        &mut self,
        one_id: &str,
        other_id: &str,
        attributes: impl Into<Value>,
    ) -> &mut Self {
        if let (Some(one), Some(other)) = (self.node(one_id), self.node(other_id)) {
            self.graph.associate(one, other, attributes.into());
        }
        self
    }

    /// Ends a direct association.
    pub fn unbind(&mut self, one_id: &str, other_id: &str) -> &mut Self {
        if let (Some(one), Some(other)) = (self.node(one_id), self.node(other_id)) {
            self.graph.dissociate(&one, &other);
        }
        self
    }

    /// Adds references to objects that do not exist, as deleted members leave behind.
    ///
    /// The total counts them, the pages lack them.
    pub fn dangle(&mut self, group_id: &str, references: usize) -> &mut Self {
        if let Some(group) = self.node(group_id) {
            let kind = match group.kind {
                ObjectType::SystemGroup => ObjectType::System,
                ObjectType::PolicyGroup => ObjectType::Policy,
                _ => ObjectType::User,
            };
            for _ in 0..references {
                let id = self.next_id();
                self.graph.join(group.clone(), Node::new(kind, &id));
            }
        }
        self
    }

    fn node(&self, id: &str) -> Option<Node> {
        self.kinds.get(id).map(|kind| Node::new(*kind, id))
    }
}

/// Looks like a key, is none; a test may search a client's output for it.
pub(in super::super) const PLANTED_SIGNING_KEY: &str =
    "-----BEGIN PRIVATE KEY-----\nplanted-signing-key\n-----END PRIVATE KEY-----";
