//! The thing a rule judges.

use alloc::string::String;
use core::cmp::Ordering;

use serde::{Deserialize, Serialize};

vocabulary! {
    /// Kind of thing a rule judges; the order sorts reports.
    pub enum SubjectKind {
        /// The JumpCloud organisation itself.
        Organization = "organization",
        /// An administrator of the organisation.
        Admin = "admin",
        /// A single sign-on application.
        Application = "application",
        /// A user group or a device group.
        Group = "group",
        /// A directory user.
        User = "user",
        /// A managed computer.
        Device = "device",
    }
}

/// A reference to one judged thing, stable over time.
///
/// Ordered by kind, then id; the remaining members only break ties.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SubjectRef {
    /// Organisation the subject belongs to.
    pub org_id: String,
    /// What it is.
    pub kind: SubjectKind,
    /// JumpCloud identifier; never a name.
    pub id: String,
    /// `user_group` or `device_group` for groups, the family for devices; absent elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_kind: Option<String>,
    /// Name for people to read; absent when none is known or allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Serial, e-mail or username; absent when none is known or allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub natural_key: Option<String>,
}

impl SubjectRef {
    /// A reference without names.
    pub fn new(org_id: impl Into<String>, kind: SubjectKind, id: impl Into<String>) -> Self {
        Self {
            org_id: org_id.into(),
            kind,
            id: id.into(),
            sub_kind: None,
            display_name: None,
            natural_key: None,
        }
    }
}

impl Ord for SubjectRef {
    fn cmp(&self, other: &Self) -> Ordering {
        self.kind
            .cmp(&other.kind)
            .then_with(|| self.id.cmp(&other.id))
            .then_with(|| self.org_id.cmp(&other.org_id))
            .then_with(|| self.sub_kind.cmp(&other.sub_kind))
            .then_with(|| self.display_name.cmp(&other.display_name))
            .then_with(|| self.natural_key.cmp(&other.natural_key))
    }
}

impl PartialOrd for SubjectRef {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A custom attribute and the value it must have, both compared exactly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributePair {
    /// Attribute name.
    pub name: String,
    /// Required value.
    pub value: String,
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn kind_then_id_decides_the_order() {
        let device_a = SubjectRef::new("o2", SubjectKind::Device, "a");
        let device_b = SubjectRef::new("o1", SubjectKind::Device, "b");
        let user = SubjectRef::new("o9", SubjectKind::User, "z");
        let org = SubjectRef::new("o9", SubjectKind::Organization, "zz");
        let mut list = vec![device_b.clone(), device_a.clone(), org.clone(), user.clone()];
        list.sort();
        assert_eq!(list, vec![org, user, device_a, device_b]);
    }

    #[test]
    fn absent_names_are_not_written() {
        let json = serde_json::to_string(&SubjectRef::new("o", SubjectKind::Group, "g")).unwrap();
        assert_eq!(json, r#"{"org_id":"o","kind":"group","id":"g"}"#);
    }
}
