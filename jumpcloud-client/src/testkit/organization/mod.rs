//! A JumpCloud organisation as plain data.

mod collection;
mod device;
mod graph;
mod groups;
mod user;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::collection::Collection;
pub(super) use self::collection::id_of;
pub use self::device::DeviceSpec;
pub(super) use self::device::policy_stats;
pub use self::graph::ObjectType;
pub(super) use self::graph::{Graph, Node};
pub use self::user::UserSpec;

/// An organisation: records in JumpCloud's own wire shapes and the edges between them.
///
/// Lists are addressed by the path that serves them, such as `/api/systems` or
/// `/api/v2/systeminsights/apps`. Records are plain JSON, so anything the real service might
/// send can be put in. Identifiers come from a counter and the seed: the same calls give the same
/// organisation.
///
/// ```
/// use jumpcloud_client::testkit::{DeviceSpec, Organization, UserSpec};
///
/// let mut org = Organization::new("Umbrellas & Sons");
/// let ada = org.user(UserSpec::new("ada.quill"));
/// let mac = org.device(DeviceSpec::mac("mac-ada"));
/// let macs = org.system_group("macOS laptops");
/// org.member(&macs, &mac).bind(&mac, &ada);
/// assert_eq!(org.records("/api/systems").len(), 1);
/// ```
#[derive(Debug, Clone)]
pub struct Organization {
    id: String,
    seed: u64,
    issued: u64,
    record: Value,
    collections: BTreeMap<String, Collection>,
    objects: BTreeMap<String, Value>,
    kinds: BTreeMap<String, ObjectType>,
    graph: Graph,
    events: Vec<Value>,
}

impl Organization {
    /// An empty organisation.
    pub fn new(name: &str) -> Self {
        Self::with_seed(name, 0)
    }

    /// An empty organisation whose identifiers depend on the seed.
    pub fn with_seed(name: &str, seed: u64) -> Self {
        let mut organization = Self {
            id: String::new(),
            seed,
            issued: 0,
            record: Value::Null,
            collections: BTreeMap::new(),
            objects: BTreeMap::new(),
            kinds: BTreeMap::new(),
            graph: Graph::default(),
            events: Vec::new(),
        };
        organization.id = organization.next_id();
        organization.record = json!({
            "_id": organization.id,
            "id": organization.id,
            "displayName": name,
            "logoUrl": null,
            "created": "2021-02-11T20:57:14.837Z",
            "settings": default_settings(name),
        });
        organization
    }

    /// The organisation's identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The full record, `settings` included, as `GET /api/organizations/{id}` answers it.
    pub fn record(&self) -> &Value {
        &self.record
    }

    /// Changes the full record, for example its `settings`.
    pub fn edit_record(&mut self, change: impl FnOnce(&mut Value)) -> &mut Self {
        change(&mut self.record);
        self
    }

    /// The next identifier: 24 hexadecimal digits, ascending in the order of issue.
    pub fn next_id(&mut self) -> String {
        self.issued = self.issued.saturating_add(1);
        let mixed = super::dice::Dice::new(self.seed).roll();
        format!("6{:011x}{:012x}", mixed & 0x0fff_ffff_ffff, self.issued)
    }

    /// The records behind a list; empty when there are none.
    pub fn records(&self, path: &str) -> &[Value] {
        self.collections.get(path).map_or(&[], Collection::records)
    }

    /// True when the list was put or filled, be it with nothing.
    pub(super) fn has(&self, path: &str) -> bool {
        self.collections.contains_key(path)
    }

    /// Replaces the records behind any list path.
    pub fn put(&mut self, path: &str, records: Vec<Value>) -> &mut Self {
        if let Some(kind) = ObjectType::of_collection(path) {
            for id in records.iter().filter_map(id_of) {
                self.kinds.insert(id.to_owned(), kind);
            }
        }
        self.collections.insert(path.to_owned(), Collection::new(records));
        self
    }

    /// Makes a path answer with exactly this body.
    pub fn put_object(&mut self, path: &str, body: impl Into<Value>) -> &mut Self {
        self.objects.insert(path.to_owned(), body.into());
        self
    }

    pub(super) fn object(&self, path: &str) -> Option<&Value> {
        self.objects.get(path)
    }

    /// Adds one record to a list.
    pub fn push(&mut self, path: &str, record: Value) -> &mut Self {
        if let (Some(kind), Some(id)) = (ObjectType::of_collection(path), id_of(&record)) {
            self.kinds.insert(id.to_owned(), kind);
        }
        if let Some(collection) = self.collections.get_mut(path) {
            collection.push(record);
        } else {
            self.collections.insert(path.to_owned(), Collection::new(vec![record]));
        }
        self
    }

    /// Changes the records of a list at will.
    pub fn edit(&mut self, path: &str, change: impl FnOnce(&mut Vec<Value>)) -> &mut Self {
        self.collections.entry(path.to_owned()).or_default().edit(change);
        self
    }

    /// Changes one record; nothing happens when the identifier is not in the list.
    pub fn update(&mut self, path: &str, id: &str, change: impl FnOnce(&mut Value)) -> &mut Self {
        if let Some(collection) = self.collections.get_mut(path) {
            collection.update(id, change);
        }
        self
    }

    /// Deletes one record. Edges that speak of it stay and dangle, as they do in the real service.
    pub fn remove(&mut self, path: &str, id: &str) -> Option<Value> {
        self.collections.get_mut(path)?.remove(id)
    }

    /// One record by its identifier.
    pub fn get(&self, path: &str, id: &str) -> Option<&Value> {
        self.collections.get(path)?.get(id)
    }

    /// The first record with this text in this field.
    pub fn find(&self, path: &str, field: &str, text: &str) -> Option<&Value> {
        self.records(path).iter().find(|record| {
            record.get(field).and_then(Value::as_str).is_some_and(|value| value == text)
        })
    }

    /// The identifier of the first record with this text in this field.
    pub fn id_of(&self, path: &str, field: &str, text: &str) -> Option<&str> {
        self.find(path, field, text).and_then(id_of)
    }

    /// Adds a device; the answer is its identifier.
    pub fn device(&mut self, device: DeviceSpec) -> String {
        self.add(ObjectType::System, device.into_record())
    }

    /// Adds a directory user; the answer is its identifier.
    pub fn user(&mut self, user: UserSpec) -> String {
        let mut record = user.into_record();
        let number = self.records(ObjectType::User.collection()).len().saturating_add(5001);
        for name in ["unix_uid", "unix_guid"] {
            record.entry(name).or_insert_with(|| json!(number));
        }
        self.add(ObjectType::User, record)
    }

    /// Adds an administrator; the answer is the identifier.
    pub fn admin(&mut self, email: &str, role_name: &str) -> String {
        let id = self.next_id();
        let (first, last) = email
            .split_once('@')
            .and_then(|(name, _)| name.split_once('.'))
            .unwrap_or(("Integration", "Account"));
        let record = json!({
            "_id": id, "id": id, "email": email, "firstname": first, "lastname": last,
            "roleName": role_name, "roleNames": [role_name], "organization": self.id,
            "suspended": false, "enableMultiFactor": true, "totpEnrolled": true,
            "apiKeyAllowed": false, "apiKeySet": false, "sessionCount": 12,
            "created": "2024-03-04T10:00:00.000Z",
        });
        self.push("/api/users", record);
        id
    }

    /// Adds a row to a System Insights table.
    ///
    /// `system_id` is filled in; `collection_time` is yours to give.
    pub fn insights_row(
        &mut self,
        table: &str,
        system_id: &str,
        row: impl Into<Value>,
    ) -> &mut Self {
        let mut row: Value = row.into();
        if let Some(row) = row.as_object_mut() {
            row.insert("system_id".to_owned(), json!(system_id));
        }
        self.push(&format!("/api/v2/systeminsights/{table}"), row)
    }

    /// Adds a Directory Insights event.
    ///
    /// `id`, `organization` and `service` (`directory`) are filled in when absent; `timestamp` is
    /// RFC 3339 and decides the order.
    pub fn event(&mut self, event: impl Into<Value>) -> &mut Self {
        let mut event: Value = event.into();
        let id = self.next_id();
        if let Some(fields) = event.as_object_mut() {
            fields.entry("id").or_insert_with(|| json!(id));
            fields.entry("organization").or_insert_with(|| json!(self.id));
            fields.entry("service").or_insert_with(|| json!("directory"));
            fields.entry("@version").or_insert_with(|| json!("1"));
        }
        self.events.push(event);
        self
    }

    /// The Directory Insights events, in the order they were added.
    pub fn events(&self) -> &[Value] {
        &self.events
    }

    pub(super) fn graph(&self) -> &Graph {
        &self.graph
    }

    /// False when the list of this type is served and lacks the object: the reference dangles.
    pub(super) fn exists(&self, node: &Node) -> bool {
        self.collections
            .get(node.kind.collection())
            .is_none_or(|collection| collection.contains(&node.id))
    }

    fn add(&mut self, kind: ObjectType, mut record: Map<String, Value>) -> String {
        let id = self.next_id();
        record.insert("_id".to_owned(), json!(id));
        record.insert("id".to_owned(), json!(id));
        record.entry("organization").or_insert_with(|| json!(self.id));
        self.push(kind.collection(), Value::Object(record));
        id
    }
}

/// A time as the service writes it: RFC 3339, UTC, milliseconds.
pub(super) fn wire_time(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn default_settings(name: &str) -> Value {
    json!({
        "name": name,
        "contactName": "Security Team",
        "contactEmail": "security@example.com",
        "requireAdminMFA": true,
        "passwordCompliance": "custom",
        "passwordPolicy": {
            "minLength": 12, "enableMinLength": true,
            "passwordExpirationInDays": 90, "enablePasswordExpirationInDays": false,
            "maxHistory": 8, "enableMaxHistory": true,
            "minChangePeriodInDays": 0, "enableMinChangePeriodInDays": false,
            "maxLoginAttempts": 6, "enableMaxLoginAttempts": true,
            "lockoutTimeInSeconds": 1800, "enableLockoutTimeInSeconds": true,
            "resetLockoutCounterMinutes": 30, "enableResetLockoutCounter": true,
            "daysBeforeExpirationToForceReset": 7,
            "enableDaysBeforeExpirationToForceReset": false,
            "daysAfterExpirationToSelfRecover": -1,
            "enableDaysAfterExpirationToSelfRecover": false,
            "needsLowercase": true, "needsUppercase": true, "needsNumeric": true,
            "needsSymbolic": false, "allowUsernameSubstring": false,
            "disallowCommonlyUsedPasswords": true,
            "disallowSequentialOrRepetitiveChars": true, "enableRecoveryEmail": false,
            "allowUnenrolledMFAPasswordReset": false, "displayComplexityOnResetScreen": true,
        },
        "newSystemUserStateDefaults": {
            "applicationImport": "STAGED", "csvImport": "STAGED", "manualEntry": "ACTIVATED",
        },
        "userPortal": {"cookieExpirationType": "session", "idleSessionDurationMinutes": 60},
        "windowsMDM": {"autoEnroll": true, "enabled": true},
        "features": {
            "directoryInsights": {"enabled": true},
            "systemInsights": {
                "enabled": true, "enableNewDarwin": true, "enableNewLinux": true,
                "enableNewWindows": true,
            },
        },
        "systemUsersCanEdit": false,
        "disableUM": false,
        "deviceIdentificationEnabled": false,
    })
}
