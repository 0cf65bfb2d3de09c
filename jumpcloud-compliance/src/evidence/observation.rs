//! One value that was read, and where.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// How a value was met in its record. Absent, null, empty and zero all differ.
    pub enum Presence {
        /// The member was there with a readable value.
        Present = "present",
        /// The member was there and null.
        Null = "null",
        /// The member was not there.
        Absent = "absent",
        /// The member was there in a form that cannot be read.
        Unparseable = "unparseable",
    }
}

vocabulary! {
    /// What was done to a value before it was stored.
    pub enum Redaction {
        /// Nothing.
        None = "none",
        /// Replaced by a keyed hash.
        Hashed = "hashed",
        /// Taken out.
        Removed = "removed",
    }
}

/// A stored value: null, boolean, integer, text or a list of these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Observed {
    /// No value: the member is null, absent, unparseable or removed.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A text; numbers and booleans that arrived as text stay text.
    Text(String),
    /// Several values.
    List(Vec<Observed>),
}

impl From<bool> for Observed {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Observed {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Observed {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for Observed {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Observed {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>> From<Option<T>> for Observed {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One value that was read: enough to repeat the read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// Dotted path in the record, with an array index or `[key=value]`.
    pub path: String,
    /// The value as it was read.
    pub value: Observed,
    /// How it was met.
    pub presence: Presence,
    /// Input the record came from.
    pub source: String,
    /// Record identifier; absent when the record has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// When the record was fetched, UTC; absent for configuration and tables.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::millis_opt")]
    pub fetched_at: Option<Timestamp>,
    /// When the agent collected the value, UTC; absent when the row does not say.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::millis_opt")]
    pub collected_at: Option<Timestamp>,
    /// What was done to the value.
    pub redaction: Redaction,
}

impl Observation {
    /// An observation of a present value, unredacted and without times.
    pub fn new(
        source: impl Into<String>,
        path: impl Into<String>,
        value: impl Into<Observed>,
    ) -> Self {
        Self {
            path: path.into(),
            value: value.into(),
            presence: Presence::Present,
            source: source.into(),
            record_id: None,
            fetched_at: None,
            collected_at: None,
            redaction: Redaction::None,
        }
    }

    /// Order of reports: path, source, record; the rest only breaks ties.
    pub fn cmp_report(&self, other: &Self) -> core::cmp::Ordering {
        let key = |o: &Self| (o.fetched_at, o.collected_at, o.presence, o.redaction);
        self.path
            .cmp(&other.path)
            .then_with(|| self.source.cmp(&other.source))
            .then_with(|| self.record_id.cmp(&other.record_id))
            .then_with(|| self.value.cmp(&other.value))
            .then_with(|| key(self).cmp(&key(other)))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn values_keep_their_kind_through_json() {
        let value = Observed::List(vec![
            Observed::Null,
            true.into(),
            7.into(),
            "7".into(),
            Observed::List(vec![]),
        ]);
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(json, r#"[null,true,7,"7",[]]"#);
        assert_eq!(serde_json::from_str::<Observed>(&json).unwrap(), value);
        assert!(serde_json::from_str::<Observed>("1.5").is_err());
    }

    #[test]
    fn absent_times_are_left_out_and_read_back() {
        let observation = Observation::new("SYS", "fde.active", true);
        let json = serde_json::to_string(&observation).unwrap();
        assert!(!json.contains("fetched_at"));
        assert_eq!(serde_json::from_str::<Observation>(&json).unwrap(), observation);
    }
}
