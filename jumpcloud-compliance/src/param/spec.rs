//! Description of one parameter: type, default, bounds, direction, meaning.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

use serde_json::{Map, Value};

use crate::evidence::canonical_value;

/// Direction in which a value becomes stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stricter {
    /// Not known: the organisation's value counts as it is.
    Unknown,
    /// Smaller numbers, `false`, earlier choices or fewer entries are stricter.
    Lower,
    /// Larger numbers, `true`, later choices or more entries are stricter.
    Higher,
}

/// Why a value does not fit a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Misfit {
    /// The value has another type.
    Type,
    /// The value lies outside the bounds.
    Bounds,
}

/// Type, default and bounds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Days { default: i64, min: i64, max: i64 },
    Int { default: i64, min: i64, max: i64 },
    Flag { default: bool },
    Choice { default: &'static str, allowed: &'static [&'static str] },
    Texts { default: &'static [&'static str], allowed: &'static [&'static str] },
    TextMap { default: &'static [(&'static str, &'static str)], keys: &'static [&'static str] },
    ListMap { default: ListEntries, keys: &'static [&'static str] },
    Json { default: &'static str, form: &'static str, check: fn(&Value) -> Result<(), Misfit> },
}

/// Entries of a map from text to a list of texts.
pub(super) type ListEntries = &'static [(&'static str, &'static [&'static str])];

/// Description of one parameter, built at compile time from its handle.
#[derive(Clone, Copy, Debug)]
pub struct ParamSpec {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) stricter: Stricter,
    pub(super) meaning: &'static str,
}

impl ParamSpec {
    /// Name as it is written in the configuration.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// One word for the type.
    pub const fn type_word(&self) -> &'static str {
        match self.shape {
            Shape::Days { .. } => "days",
            Shape::Int { .. } => "integer",
            Shape::Flag { .. } => "boolean",
            Shape::Choice { .. } => "choice",
            Shape::Texts { .. } => "texts",
            Shape::TextMap { .. } => "text map",
            Shape::ListMap { .. } => "list map",
            Shape::Json { .. } => "structure",
        }
    }

    /// What the parameter does.
    pub const fn meaning(&self) -> &'static str {
        self.meaning
    }

    /// Direction in which it becomes stricter.
    pub const fn stricter(&self) -> Stricter {
        self.stricter
    }

    /// Default value. Null when a structure's default text is no JSON.
    pub fn default_value(&self) -> Value {
        let list = |items: &[&str]| Value::from(items.to_vec());
        match self.shape {
            Shape::Days { default, .. } | Shape::Int { default, .. } => default.into(),
            Shape::Flag { default } => default.into(),
            Shape::Choice { default, .. } => default.into(),
            Shape::Texts { default, .. } => list(default),
            Shape::TextMap { default, .. } => {
                default.iter().map(|(key, text)| (*key, Value::from(*text))).collect()
            }
            Shape::ListMap { default, .. } => {
                default.iter().map(|(key, items)| (*key, list(items))).collect()
            }
            Shape::Json { default, .. } => serde_json::from_str(default).unwrap_or(Value::Null),
        }
    }

    /// Bounds in words; empty when any value of the type will do.
    pub fn bounds(&self) -> String {
        match self.shape {
            Shape::Days { min, max, .. } | Shape::Int { min, max, .. } => format!("{min} to {max}"),
            Shape::Flag { .. }
            | Shape::Texts { allowed: [], .. }
            | Shape::TextMap { keys: [], .. }
            | Shape::ListMap { keys: [], .. } => String::new(),
            Shape::Choice { allowed, .. } => format!("one of {}", allowed.join(", ")),
            Shape::Texts { allowed, .. } => format!("any of {}", allowed.join(", ")),
            Shape::TextMap { keys, .. } | Shape::ListMap { keys, .. } => {
                format!("keys any of {}", keys.join(", "))
            }
            Shape::Json { form, .. } => form.to_string(),
        }
    }

    /// Whether a value may be used for this parameter.
    ///
    /// # Errors
    ///
    /// A [`Misfit`] that tells a wrong type from a value outside the bounds.
    pub fn check(&self, value: &Value) -> Result<(), Misfit> {
        match self.shape {
            Shape::Days { min, max, .. } | Shape::Int { min, max, .. } => {
                let number = value.as_i64().ok_or(Misfit::Type)?;
                fits((min..=max).contains(&number))
            }
            Shape::Flag { .. } => value.as_bool().map(drop).ok_or(Misfit::Type),
            Shape::Choice { allowed, .. } => {
                let word = value.as_str().ok_or(Misfit::Type)?;
                fits(allowed.contains(&word))
            }
            Shape::Texts { allowed, .. } => {
                let items = texts(value).ok_or(Misfit::Type)?;
                fits(allowed.is_empty() || items.iter().all(|item| allowed.contains(item)))
            }
            Shape::TextMap { keys, .. } => {
                let members = value.as_object().ok_or(Misfit::Type)?;
                if members.values().all(Value::is_string) {
                    fits(known_keys(members, keys))
                } else {
                    Err(Misfit::Type)
                }
            }
            Shape::ListMap { keys, .. } => {
                let members = value.as_object().ok_or(Misfit::Type)?;
                if members.values().all(|item| texts(item).is_some()) {
                    fits(known_keys(members, keys))
                } else {
                    Err(Misfit::Type)
                }
            }
            Shape::Json { check, .. } => {
                canonical_value(value).or(Err(Misfit::Type))?;
                check(value)
            }
        }
    }

    /// Compares two fitting values by strictness; `Greater` means `a` is stricter.
    ///
    /// Nothing when the direction is unknown or the values cannot be compared.
    pub fn compare_strictness(&self, a: &Value, b: &Value) -> Option<Ordering> {
        let rising = match self.shape {
            Shape::Days { .. } | Shape::Int { .. } => a.as_i64()?.cmp(&b.as_i64()?),
            Shape::Flag { .. } => a.as_bool()?.cmp(&b.as_bool()?),
            Shape::Choice { allowed, .. } => {
                let place = |value: &Value| {
                    let word = value.as_str()?;
                    allowed.iter().position(|other| *other == word)
                };
                place(a)?.cmp(&place(b)?)
            }
            Shape::Texts { .. } => compare_sets(&texts(a)?, &texts(b)?)?,
            Shape::TextMap { .. } | Shape::ListMap { .. } | Shape::Json { .. } => return None,
        };
        match self.stricter {
            Stricter::Unknown => None,
            Stricter::Higher => Some(rising),
            Stricter::Lower => Some(rising.reverse()),
        }
    }
}

const fn fits(inside: bool) -> Result<(), Misfit> {
    if inside { Ok(()) } else { Err(Misfit::Bounds) }
}

fn known_keys(members: &Map<String, Value>, keys: &[&str]) -> bool {
    keys.is_empty() || members.keys().all(|key| keys.contains(&key.as_str()))
}

/// The texts of a list; nothing when it is no list or holds something else.
pub(super) fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

/// A superset is greater; sets that each hold something of their own do not compare.
fn compare_sets(a: &[&str], b: &[&str]) -> Option<Ordering> {
    let a: BTreeSet<_> = a.iter().collect();
    let b: BTreeSet<_> = b.iter().collect();
    match (a.is_superset(&b), b.is_superset(&a)) {
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Greater),
        (false, true) => Some(Ordering::Less),
        (false, false) => None,
    }
}
