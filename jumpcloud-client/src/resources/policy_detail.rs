//! Policies with what they demand.

use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::de::SeqAccess;
use serde::ser::{Serialize, Serializer};

use crate::endpoint::Endpoint;
use crate::field::{Field, FieldValue, Kind, TEXT_IN_PLACE_OF_OBJECT};
use crate::id::Id;
use crate::model::{Model as _, model};
use crate::region::Family;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{Policy, PolicyTemplate};

model! {
    /// A policy with its values: `GET /api/v2/policies/{id}` `[spec]`.
    ///
    /// Keys of the official definition `PolicyWithDetails`. Values name a field by its identity:
    /// join with `config_fields`.
    pub struct PolicyDetail {
        /// Identity.
        pub id: Id<Policy> = "id" | "_id",
        /// Name.
        pub name: String = "name",
        /// Notes of administrators.
        pub notes: String = "notes",
        /// What it was made from.
        pub template: PolicyTemplate = "template",
        /// Fields that the template has.
        pub config_fields: Vec<PolicyConfigField> = "configFields",
        /// What was filled in; sensitive values are dropped while reading.
        pub values: PolicyValues = "values",
    }
}

model! {
    /// A field that a template has `[spec]`.
    pub struct PolicyConfigField {
        /// Identity.
        pub id: Id<PolicyConfigField> = "id" | "_id",
        /// Stable name.
        pub name: String = "name",
        /// Text shown beside it.
        pub label: String = "label",
        /// How it is shown: `checkbox`, `number`, `select` and others.
        pub display_type: String = "displayType",
        /// Its choices and the like, untyped.
        pub display_options: serde_json::Value = "displayOptions",
        /// Value without an entry in the policy; text in the specification, other kinds occur.
        pub default_value: serde_json::Value = "defaultValue",
        /// Place among the fields, as text since it may be fractional.
        pub position: String = "position",
        /// Cannot be changed.
        pub read_only: bool = "readOnly",
        /// Must be filled in.
        pub required: bool = "required",
        /// Its values are secrets.
        pub sensitive: bool = "sensitive",
    }
}

model! {
    /// What was filled into one field `[spec]`.
    pub struct PolicyValue {
        /// The field.
        pub config_field_id: Id<PolicyConfigField> = "configFieldID" | "configFieldId",
        /// The value: text in the specification, lists, flags and numbers occur `[official code]`.
        ///
        /// Always absent when `sensitive` is anything but absent or `false`.
        pub value: serde_json::Value = "value",
        /// The value is a secret.
        pub sensitive: bool = "sensitive",
    }
}

/// What was filled into the fields of a policy, without the secrets.
///
/// A value is kept only where the service does not call it sensitive: `sensitive` is absent or
/// `false`. Anything else, null and unreadable words included, drops the value while reading. The
/// service may still keep a secret in a field that it does not mark, such as a custom profile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyValues(Vec<PolicyValue>);

impl PolicyValues {
    /// The values in their order.
    pub fn iter(&self) -> core::slice::Iter<'_, PolicyValue> {
        self.0.iter()
    }

    /// The values in their order.
    pub fn as_slice(&self) -> &[PolicyValue] {
        &self.0
    }
}

impl<'a> IntoIterator for &'a PolicyValues {
    type Item = &'a PolicyValue;
    type IntoIter = core::slice::Iter<'a, PolicyValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for PolicyValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl FieldValue for PolicyValues {
    const KIND: Kind = Kind::Objects(PolicyValue::SCHEMA);

    fn from_text(_: &str) -> Result<Self, Box<str>> {
        Err(TEXT_IN_PLACE_OF_OBJECT.into())
    }

    fn from_seq<'de, A: SeqAccess<'de>>(seq: A) -> Result<Result<Self, Box<str>>, A::Error> {
        let read = Vec::<PolicyValue>::from_seq(seq)?;
        Ok(read.map(|mut values| {
            for value in &mut values {
                if !(value.sensitive.is_absent() || value.sensitive.is_false()) {
                    value.value = Field::Absent;
                }
            }
            Self(values)
        }))
    }
}

impl Resource for PolicyDetail {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::object("POLD", Family::V2, "/policies/{id}").holds_secrets();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}

impl ScopedResource for PolicyDetail {
    type Parent = Policy;
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_value_is_kept_only_where_it_is_not_called_sensitive() {
        for (sensitive, kept) in [
            ("", true),
            (r#","sensitive":false"#, true),
            (r#","sensitive":true"#, false),
            (r#","sensitive":null"#, false),
            (r#","sensitive":"perhaps""#, false),
        ] {
            let json = format!(
                r#"{{"id":"p","values":[{{"configFieldID":"f","value":"v4lue"{sensitive}}}]}}"#
            );
            let policy: PolicyDetail = serde_json::from_str(&json).unwrap();
            let saved = serde_json::to_string(&policy).unwrap();
            assert_eq!(saved.contains("v4lue"), kept, "{json}");
            assert_eq!(format!("{policy:?}").contains("v4lue"), kept, "{json}");
            assert_eq!(serde_json::from_str::<PolicyDetail>(&saved).unwrap(), policy);
        }
    }
}
