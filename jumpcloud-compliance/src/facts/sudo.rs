//! Local administrator rights, and whether they ask for a password.

use jumpcloud_client::Field;
use jumpcloud_client::resources::{GraphAttributes, Sudo, UserGroupAttributes};

/// What an object says about a local administrator right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SudoRight {
    /// None.
    None,
    /// One that asks for the password.
    WithPassword,
    /// One that asks for nothing.
    WithoutPassword,
    /// None, and a flag beside it that would make it ask for nothing.
    Dormant,
    /// The object does not say.
    Unclear,
}

impl SudoRight {
    /// The right that a user group gives.
    ///
    /// `null` means that the group gives no rights `[recorded]`; lists that leave the attributes out
    /// say nothing.
    pub fn of_group(attributes: &Field<UserGroupAttributes>) -> Self {
        match attributes {
            Field::Absent | Field::Unparseable(_) => Self::Unclear,
            Field::Null => Self::None,
            Field::Value(attributes) => Self::of(&attributes.sudo),
        }
    }

    /// The right that all ways of a binding together give.
    ///
    /// The service names attributes only where a way gives some `[recorded]`.
    pub fn of_binding(attributes: &Field<GraphAttributes>) -> Self {
        match attributes {
            Field::Absent | Field::Null => Self::None,
            Field::Unparseable(_) => Self::Unclear,
            Field::Value(attributes) => Self::of(&attributes.sudo),
        }
    }

    fn of(sudo: &Field<Sudo>) -> Self {
        let sudo = match sudo {
            Field::Absent | Field::Null => return Self::None,
            Field::Unparseable(_) => return Self::Unclear,
            Field::Value(sudo) => sudo,
        };
        match (sudo.enabled.value(), sudo.without_password.value()) {
            (Some(true), Some(true)) => Self::WithoutPassword,
            (Some(true), Some(false)) => Self::WithPassword,
            (Some(false), Some(true)) => Self::Dormant,
            (Some(false), Some(false) | None) => Self::None,
            // Without the flag that matters nobody knows whether a password is asked for.
            (Some(true), None) | (None, Some(true) | None) => Self::Unclear,
            (None, Some(false)) => Self::WithPassword,
        }
    }
}

#[cfg(test)]
mod tests {
    use jumpcloud_client::resources::GraphObject;
    use serde_json::{Value, json};

    use super::*;

    fn binding(attributes: Value) -> SudoRight {
        let object: GraphObject =
            serde_json::from_value(json!({"id": "u1", "compiledAttributes": attributes})).unwrap();
        SudoRight::of_binding(&object.compiled_attributes)
    }

    #[test]
    fn flags_and_their_absence() {
        for (sudo, right) in [
            (json!({"enabled": true, "withoutPassword": true}), SudoRight::WithoutPassword),
            (json!({"enabled": true, "withoutPassword": false}), SudoRight::WithPassword),
            (json!({"enabled": false, "withoutPassword": true}), SudoRight::Dormant),
            (json!({"enabled": false}), SudoRight::None),
            (json!({"enabled": true}), SudoRight::Unclear),
            (json!({"withoutPassword": true}), SudoRight::Unclear),
            (json!({}), SudoRight::Unclear),
            (json!({"withoutPassword": false}), SudoRight::WithPassword),
            (json!(null), SudoRight::None),
            (json!("all"), SudoRight::Unclear),
        ] {
            assert_eq!(binding(json!({"sudo": sudo})), right, "{sudo}");
        }
        assert_eq!(binding(json!({})), SudoRight::None);
        assert_eq!(binding(json!(null)), SudoRight::None);
        assert_eq!(binding(json!([])), SudoRight::Unclear);
    }
}
