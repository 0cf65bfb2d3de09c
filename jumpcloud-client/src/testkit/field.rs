//! Looking into records by field name, and comparing what is found.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// The value at a dotted path; a key that itself contains the dots wins.
pub(super) fn lookup<'a>(record: &'a Value, path: &str) -> Option<&'a Value> {
    if let Some(value) = record.get(path) {
        return Some(value);
    }
    let (head, rest) = path.split_once('.')?;
    lookup(record.get(head)?, rest)
}

/// The text that filters compare with; null and composite values have none.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Numbers by size when both sides are whole numbers, else by text.
pub(super) fn compare(value: &Value, other: &str) -> Option<Ordering> {
    if let (Some(left), Ok(right)) = (value.as_i64(), other.parse::<i64>()) {
        return Some(left.cmp(&right));
    }
    text(value).map(|text| text.as_str().cmp(other))
}

/// Order for sorting: absent and null first, then numbers, then text.
pub(super) fn order(left: Option<&Value>, right: Option<&Value>) -> Ordering {
    fn rank(value: Option<&Value>) -> u8 {
        match value {
            None | Some(Value::Null) => 0,
            Some(Value::Bool(_)) => 1,
            Some(Value::Number(_)) => 2,
            Some(Value::String(_)) => 3,
            Some(Value::Array(_) | Value::Object(_)) => 4,
        }
    }
    rank(left).cmp(&rank(right)).then_with(|| match (left, right) {
        (Some(Value::Bool(left)), Some(Value::Bool(right))) => left.cmp(right),
        (Some(Value::Number(left)), Some(Value::Number(right))) => {
            match (left.as_i64(), right.as_i64()) {
                (Some(left), Some(right)) => left.cmp(&right),
                _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal),
            }
        }
        (Some(Value::String(left)), Some(Value::String(right))) => left.cmp(right),
        _ => Ordering::Equal,
    })
}

/// The record with the named fields only; identifiers always stay.
pub(super) fn project(record: &Value, fields: &[&str]) -> Value {
    let Some(all) = record.as_object() else { return record.clone() };
    let mut kept = Map::new();
    for (name, value) in all {
        let wanted = fields.iter().any(|field| {
            *field == name || field.split_once('.').is_some_and(|(head, _)| head == name)
        });
        if wanted || name == "_id" || name == "id" {
            kept.insert(name.clone(), value.clone());
        }
    }
    Value::Object(kept)
}
