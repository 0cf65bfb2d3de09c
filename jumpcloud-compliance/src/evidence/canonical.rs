//! Canonical JSON after RFC 8785, restricted to integers.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use serde::Serialize;
use serde_json::{Number, Value};

use super::writer::{Stop, Writer};

/// Largest integer every JSON reader represents exactly, 2^53 - 1.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// Nesting beyond this depth is refused; our own documents stay below twenty.
pub(super) const MAX_DEPTH: usize = 128;

/// A value that has no canonical form here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CanonicalError {
    /// A number with a fraction or an exponent.
    #[error("a number is not an integer")]
    NotInteger,
    /// An integer outside ±(2^53 - 1).
    #[error("an integer lies outside the range every reader represents exactly")]
    IntegerRange,
    /// Arrays and objects nested too deeply.
    #[error("the value is nested too deeply")]
    TooDeep,
    /// The value cannot be written as JSON at all.
    #[error("the value has no JSON form")]
    NotJson,
}

/// Writes any serialisable value in canonical form.
///
/// # Errors
///
/// A [`CanonicalError`] when the value holds a fraction, an integer outside
/// ±(2^53 - 1), is nested too deeply or has no JSON form.
pub fn canonical<T: Serialize + ?Sized>(value: &T) -> Result<String, CanonicalError> {
    text_without(value, None)
}

/// The canonical form, without one member of the outermost object if so asked.
pub(super) fn text_without<T: Serialize + ?Sized>(
    value: &T,
    without: Option<&'static str>,
) -> Result<String, CanonicalError> {
    match Writer::text(value, without) {
        Ok(text) => Ok(text),
        Err(Stop::Refused(error)) => Err(error),
        Err(Stop::Unsupported) => {
            let mut tree = to_value(value)?;
            if let (Value::Object(members), Some(name)) = (&mut tree, without) {
                members.remove(name);
            }
            canonical_value(&tree)
        }
    }
}

/// Writes a JSON value in canonical form: keys by UTF-16 code units, no space.
///
/// # Errors
///
/// As [`canonical`].
pub fn canonical_value(value: &Value) -> Result<String, CanonicalError> {
    let mut out = String::new();
    write_value(&mut out, value, MAX_DEPTH)?;
    Ok(out)
}

fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, CanonicalError> {
    serde_json::to_value(value).or(Err(CanonicalError::NotJson))
}

fn write_value(out: &mut String, value: &Value, depth: usize) -> Result<(), CanonicalError> {
    let depth = depth.checked_sub(1).ok_or(CanonicalError::TooDeep)?;
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(out, number)?,
        Value::String(text) => write_text(out, text)?,
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_value(out, item, depth)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (position, (key, item)) in members.into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_text(out, key)?;
                out.push(':');
                write_value(out, item, depth)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn write_number(out: &mut String, number: &Number) -> Result<(), CanonicalError> {
    let Some(integer) = number.as_i64() else {
        return Err(if number.is_u64() {
            CanonicalError::IntegerRange
        } else {
            CanonicalError::NotInteger
        });
    };
    if !(-MAX_INTEGER..=MAX_INTEGER).contains(&integer) {
        return Err(CanonicalError::IntegerRange);
    }
    write!(out, "{integer}").or(Err(CanonicalError::NotJson))
}

pub(super) fn write_text(out: &mut String, text: &str) -> Result<(), CanonicalError> {
    out.push('"');
    write_escaped(out, text)?;
    out.push('"');
    Ok(())
}

/// The inside of a text: most need no escape and are taken over whole.
pub(super) fn write_escaped(out: &mut String, text: &str) -> Result<(), CanonicalError> {
    let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push_str(text);
        return Ok(());
    }
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => {
                write!(out, "\\u{:04x}", u32::from(control)).or(Err(CanonicalError::NotJson))?;
            }
            plain => out.push(plain),
        }
    }
    Ok(())
}

/// Canonical forms one after another, in the same room.
#[derive(Default)]
pub(crate) struct Lines {
    writer: Writer,
    tree: String,
}

impl Lines {
    /// The canonical form of a value, until the next is asked for.
    pub(crate) fn line<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
    ) -> Result<&str, CanonicalError> {
        match self.writer.write(value) {
            Ok(()) => Ok(self.writer.written()),
            Err(Stop::Refused(error)) => Err(error),
            Err(Stop::Unsupported) => {
                self.tree = canonical_value(&to_value(value)?)?;
                Ok(&self.tree)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::string::ToString;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_sort_by_utf16_units_not_by_code_points() {
        // U+1F600 begins with the surrogate D83D, which sorts before U+FB33.
        let value = json!({"\u{fb33}": 1, "\u{1f600}": 2, "a": 3, "€": 4, "\r": 5});
        let text = canonical_value(&value).unwrap();
        assert_eq!(text, "{\"\\r\":5,\"a\":3,\"€\":4,\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }

    #[test]
    fn control_letters_are_escaped_the_short_way_where_there_is_one() {
        let text = canonical(&"\u{8}\t\n\u{c}\r\u{1f}\u{7f}\"\\/").unwrap();
        assert_eq!(text, "\"\\b\\t\\n\\f\\r\\u001f\u{7f}\\\"\\\\/\"");
    }

    #[test]
    fn fractions_and_wide_integers_are_refused() {
        assert_eq!(canonical(&1.5), Err(CanonicalError::NotInteger));
        assert_eq!(canonical(&json!([1.0])), Err(CanonicalError::NotInteger));
        assert_eq!(canonical(&u64::MAX), Err(CanonicalError::IntegerRange));
        assert_eq!(canonical(&(MAX_INTEGER + 1)), Err(CanonicalError::IntegerRange));
        assert_eq!(canonical(&-MAX_INTEGER), Ok((-MAX_INTEGER).to_string()));
    }

    #[test]
    fn every_kind_of_value_is_written_as_its_tree_is() {
        #[derive(Serialize)]
        struct Unit;
        #[derive(Serialize)]
        struct Pair(u8, Option<char>);
        #[derive(Serialize)]
        enum Kind {
            Plain,
            One(i16),
            Two(u32, bool),
            Named { zeta: (), alpha: Unit },
        }
        #[derive(Serialize)]
        struct Flat {
            #[serde(flatten)]
            rest: BTreeMap<&'static str, i64>,
            b: Pair,
        }
        #[derive(Serialize)]
        struct All {
            z: Vec<Kind>,
            numbers: BTreeMap<i32, u64>,
            y: Flat,
            #[serde(rename = "\u{1f600}")]
            smile: &'static str,
            #[serde(rename = "\u{fb33}")]
            letter: (),
            raw: alloc::boxed::Box<serde_json::value::RawValue>,
            digest: &'static str,
        }
        let all = |raw: &str| All {
            z: alloc::vec![
                Kind::Plain,
                Kind::One(-3),
                Kind::Two(7, false),
                Kind::Named { zeta: (), alpha: Unit }
            ],
            numbers: [(10, 1), (9, 2)].into(),
            y: Flat { rest: [("c", 1), ("a\n", 2)].into(), b: Pair(1, Some('ß')) },
            smile: "",
            letter: (),
            raw: serde_json::value::RawValue::from_string(raw.into()).unwrap(),
            digest: "?",
        };
        let value = all(r#"{"b": [1, 2], "a": "x"}"#);
        let text = canonical(&value).unwrap();
        assert_eq!(text, canonical_value(&to_value(&value).unwrap()).unwrap());
        assert!(text.contains(r#""raw":{"a":"x","b":[1,2]}"#), "{text}");
        let without = text_without(&value, Some("digest")).unwrap();
        assert_eq!(without, text.replace(r#""digest":"?","#, ""));
        assert_eq!(canonical(&all("1.5")), Err(CanonicalError::NotInteger));
    }

    #[test]
    fn one_member_of_the_outermost_object_can_be_left_out() {
        #[derive(Serialize)]
        struct Sealed<'s> {
            digest: u8,
            inner: Option<&'s Self>,
            b: u8,
            a: u8,
        }
        let inner = Sealed { digest: 1, inner: None, b: 2, a: 3 };
        let outer = Sealed { digest: 4, inner: Some(&inner), b: 5, a: 6 };
        assert_eq!(
            text_without(&outer, Some("digest")).unwrap(),
            r#"{"a":6,"b":5,"inner":{"a":3,"b":2,"digest":1,"inner":null}}"#
        );
    }

    #[test]
    fn depth_is_bounded() {
        let mut value = json!(0);
        for _ in 0..127 {
            value = json!([value]);
        }
        assert!(canonical_value(&value).is_ok());
        assert_eq!(canonical_value(&json!([value])), Err(CanonicalError::TooDeep));
        assert_eq!(canonical(&value), canonical_value(&value));
        assert_eq!(canonical(&json!([value])), Err(CanonicalError::TooDeep));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-MAX_INTEGER..=MAX_INTEGER).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 48, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn agrees_with_an_independent_writer(value in any_json()) {
            let independent = serde_jcs::to_string(&value).unwrap();
            prop_assert_eq!(&canonical_value(&value).unwrap(), &independent);
            prop_assert_eq!(&canonical(&value).unwrap(), &independent);
        }

        #[test]
        fn reading_and_writing_again_changes_nothing(value in any_json()) {
            let text = canonical_value(&value).unwrap();
            let read: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&read, &value);
            prop_assert_eq!(canonical_value(&read).unwrap(), text);
        }

        #[test]
        fn the_order_of_insertion_does_not_matter(
            pairs in proptest::collection::btree_map(any::<String>(), any::<i32>(), 0..8),
        ) {
            let ahead: serde_json::Map<_, _> =
                pairs.iter().map(|(k, v)| (k.clone(), Value::from(*v))).collect();
            let back: serde_json::Map<_, _> =
                pairs.iter().rev().map(|(k, v)| (k.clone(), Value::from(*v))).collect();
            let typed: BTreeMap<&str, i32> = pairs.iter().map(|(k, v)| (k.as_str(), *v)).collect();
            let text = canonical_value(&Value::Object(ahead)).unwrap();
            prop_assert_eq!(&text, &canonical_value(&Value::Object(back)).unwrap());
            prop_assert_eq!(&text, &canonical(&typed).unwrap());
        }
    }
}
