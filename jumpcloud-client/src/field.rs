//! Four-state fields: what a record says, and how it fails to say it.

use alloc::borrow::{Cow, ToOwned as _};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// Key under which a saved snapshot keeps the excerpt of a value that could not be read.
pub(crate) const UNPARSEABLE_KEY: &str = "$unparseable";

/// Longest excerpt kept of a value that could not be read, in characters.
const EXCERPT_CHARS: usize = 48;

/// Excerpt of text that stands where an object, which may hold secrets, was expected.
pub(crate) const TEXT_IN_PLACE_OF_OBJECT: &str = "\"...\"";

/// One field of a record, with the four states a verdict may need to tell apart.
///
/// JumpCloud omits fields in projections and in older records, sends `null` where its specification
/// promises a value, and spells numbers as text. A missing boolean is not `false`, so each model
/// field keeps its state instead of a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Field<T> {
    /// The key was not in the record.
    #[default]
    Absent,
    /// The key was there with JSON `null`.
    Null,
    /// The key held something of another kind.
    Unparseable(Excerpt),
    /// The key held a value.
    Value(T),
}

impl<T> Field<T> {
    /// The value, when there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null | Self::Unparseable(_) => None,
        }
    }

    /// Takes the value out, when there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null | Self::Unparseable(_) => None,
        }
    }

    /// Whether the key was missing from the record.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Descends into a nested object; a parent without value hands its own state down.
    pub fn then<'a, U>(&'a self, inner: impl FnOnce(&'a T) -> &'a Field<U>) -> &'a Field<U> {
        match self {
            Self::Value(value) => inner(value),
            Self::Unparseable(_) | Self::Absent | Self::Null => &Field::Absent,
        }
    }
}

impl<T: AsRef<str>> Field<T> {
    /// The text, when there is one.
    pub fn text(&self) -> Option<&str> {
        self.value().map(AsRef::as_ref)
    }

    /// The text without surrounding blanks, when any is left; JumpCloud writes unset as `""`.
    pub fn filled(&self) -> Option<&str> {
        self.text().map(str::trim).filter(|text| !text.is_empty())
    }
}

impl Field<bool> {
    /// Whether the record says `true`.
    pub const fn is_true(&self) -> bool {
        matches!(self, Self::Value(true))
    }

    /// Whether the record says `false`; an absent flag does not.
    pub const fn is_false(&self) -> bool {
        matches!(self, Self::Value(false))
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// What kind of JSON a field is modelled as; used by documentation and drift checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// `true` or `false`; 0 and 1 are read too.
    Bool,
    /// A whole number; digits in text are read too.
    Integer,
    /// Text; numbers and booleans are kept in their own spelling.
    Text,
    /// An opaque identifier.
    Id,
    /// A list.
    List,
    /// An object with a model of its own.
    Object(&'static Schema),
    /// A list of objects with a model of their own.
    Objects(&'static Schema),
    /// Any JSON, kept as it is.
    Json,
    /// A secret: its presence is kept, its value dropped while reading.
    Secret,
}

/// Name and fields of a model, for documentation, projections and path checks.
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    /// Name of the Rust type.
    pub name: &'static str,
    /// Fields in declaration order.
    pub fields: &'static [FieldSpec],
}

/// One modelled field.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Key in JumpCloud's JSON, other spellings after it.
    pub keys: &'static [&'static str],
    /// What it is modelled as.
    pub kind: Kind,
}

impl Schema {
    /// Whether a dotted path such as `fde.active` names a modelled field.
    ///
    /// List elements are addressed without an index: `userMetrics.userName`.
    pub fn has_path(&self, path: &str) -> bool {
        let (head, rest) = match path.split_once('.') {
            Some((head, rest)) => (head, Some(rest)),
            None => (path, None),
        };
        let head = head.split_once('[').map_or(head, |(name, _)| name);
        self.fields.iter().filter(|field| field.keys.contains(&head)).any(|field| {
            match (rest, field.kind) {
                (None, _) | (Some(_), Kind::Json) => true,
                (Some(rest), Kind::Object(inner) | Kind::Objects(inner)) => inner.has_path(rest),
                (Some(_), _) => false,
            }
        })
    }
}

/// A single value in the form in which evidence stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text, as it was read.
    Text(Cow<'a, str>),
}

/// A modelled type that is a single value.
pub trait AsScalar {
    /// The value.
    fn scalar(&self) -> Scalar<'_>;
}

impl AsScalar for bool {
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Bool(*self)
    }
}

impl AsScalar for i64 {
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Integer(*self)
    }
}

impl AsScalar for String {
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Text(Cow::Borrowed(self))
    }
}

/// A type that a [`Field`] can hold, with the neighbouring spellings it accepts.
///
/// Every method answers "not mine" by default; the error is a short excerpt.
pub trait FieldValue: Sized {
    /// How the field is documented.
    const KIND: Kind;

    /// Reads a JSON boolean.
    ///
    /// # Errors
    /// The excerpt, when a boolean is no spelling of this type.
    fn from_bool(value: bool) -> Result<Self, Box<str>> {
        Err(if value { "true" } else { "false" }.into())
    }

    /// Reads a JSON whole number.
    ///
    /// # Errors
    /// The excerpt, when a whole number is no spelling of this type.
    fn from_integer(value: i64) -> Result<Self, Box<str>> {
        Err(value.to_string().into())
    }

    /// Reads a JSON number that is not a whole number within 64 bits, given in its own spelling.
    ///
    /// # Errors
    /// The excerpt, when it is no spelling of this type.
    fn from_number(text: &str) -> Result<Self, Box<str>> {
        Err(excerpt(text))
    }

    /// Reads JSON text.
    ///
    /// # Errors
    /// The excerpt, when the text is no spelling of this type.
    fn from_text(text: &str) -> Result<Self, Box<str>> {
        Err(excerpt(text))
    }

    /// Reads a JSON array.
    ///
    /// # Errors
    /// The outer error when the JSON itself is broken.
    fn from_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Result<Self, Box<str>>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err("[...]".into()))
    }

    /// Reads a JSON object.
    ///
    /// # Errors
    /// The outer error when the JSON itself is broken.
    fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Result<Self, Box<str>>, A::Error> {
        let mut saved = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == UNPARSEABLE_KEY {
                saved = Some(map.next_value::<Box<str>>()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Err(saved.unwrap_or_else(|| "{...}".into())))
    }
}

/// A short excerpt of a value that could not be read; reads like a `str`.
///
/// Behind one pointer, as it is rare and stands in every [`Field`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Excerpt(Box<Box<str>>);

impl From<Box<str>> for Excerpt {
    fn from(text: Box<str>) -> Self {
        Self(Box::new(text))
    }
}

impl From<&str> for Excerpt {
    fn from(text: &str) -> Self {
        Self::from(Box::<str>::from(text))
    }
}

impl Deref for Excerpt {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Shortens text to what a message or a snapshot may carry.
pub(crate) fn excerpt(text: &str) -> Box<str> {
    text.chars().take(EXCERPT_CHARS).collect::<String>().into_boxed_str()
}

struct FieldVisitor<T>(PhantomData<T>);

fn state<T>(read: Result<T, Box<str>>) -> Field<T> {
    match read {
        Ok(value) => Field::Value(value),
        Err(excerpt) => Field::Unparseable(excerpt.into()),
    }
}

impl<'de, T: FieldValue> Visitor<'de> for FieldVisitor<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Field<T>, E> {
        Ok(state(T::from_bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Field<T>, E> {
        Ok(state(T::from_integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Field<T>, E> {
        Ok(state(match i64::try_from(value) {
            Ok(value) => T::from_integer(value),
            Err(_) => T::from_number(&value.to_string()),
        }))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Field<T>, E> {
        Ok(state(T::from_number(&format!("{value}"))))
    }

    fn visit_str<E>(self, value: &str) -> Result<Field<T>, E> {
        Ok(state(T::from_text(value)))
    }

    fn visit_unit<E>(self) -> Result<Field<T>, E> {
        Ok(Field::Null)
    }

    fn visit_none<E>(self) -> Result<Field<T>, E> {
        Ok(Field::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Field<T>, D::Error> {
        Field::deserialize(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Field<T>, A::Error> {
        T::from_seq(seq).map(state)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Field<T>, A::Error> {
        T::from_map(map).map(state)
    }
}

impl<'de, T: FieldValue> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor(PhantomData))
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_unit(),
            Self::Unparseable(excerpt) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(UNPARSEABLE_KEY, &**excerpt)?;
                map.end()
            }
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

impl FieldValue for bool {
    const KIND: Kind = Kind::Bool;

    fn from_bool(value: bool) -> Result<Self, Box<str>> {
        Ok(value)
    }

    fn from_integer(value: i64) -> Result<Self, Box<str>> {
        match value {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(other.to_string().into()),
        }
    }

    fn from_number(text: &str) -> Result<Self, Box<str>> {
        Self::from_text(text)
    }

    fn from_text(text: &str) -> Result<Self, Box<str>> {
        match text.trim() {
            "0" => Ok(false),
            "1" => Ok(true),
            word if word.eq_ignore_ascii_case("true") => Ok(true),
            word if word.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(excerpt(text)),
        }
    }
}

impl FieldValue for i64 {
    const KIND: Kind = Kind::Integer;

    fn from_bool(value: bool) -> Result<Self, Box<str>> {
        Ok(Self::from(value))
    }

    fn from_integer(value: i64) -> Result<Self, Box<str>> {
        Ok(value)
    }

    fn from_number(text: &str) -> Result<Self, Box<str>> {
        Self::from_text(text)
    }

    fn from_text(text: &str) -> Result<Self, Box<str>> {
        let number = text.trim();
        let whole = match number.split_once('.') {
            Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
            _ => number,
        };
        whole.parse().map_err(|_not_whole| excerpt(text))
    }
}

impl FieldValue for String {
    const KIND: Kind = Kind::Text;

    fn from_bool(value: bool) -> Result<Self, Box<str>> {
        Ok(value.to_string())
    }

    fn from_integer(value: i64) -> Result<Self, Box<str>> {
        Ok(value.to_string())
    }

    fn from_number(text: &str) -> Result<Self, Box<str>> {
        Ok(text.to_owned())
    }

    fn from_text(text: &str) -> Result<Self, Box<str>> {
        Ok(text.to_owned())
    }
}

/// A list is read whole or not at all: one element of another kind makes the field unparseable,
/// because a silently shortened list would look like a clean one.
impl<T: FieldValue> FieldValue for Vec<T> {
    const KIND: Kind = match T::KIND {
        Kind::Object(schema) => Kind::Objects(schema),
        _ => Kind::List,
    };

    fn from_text(text: &str) -> Result<Self, Box<str>> {
        Err(match T::KIND {
            Kind::Object(_) | Kind::Objects(_) | Kind::Json | Kind::Secret => {
                TEXT_IN_PLACE_OF_OBJECT.into()
            }
            Kind::Bool | Kind::Integer | Kind::Text | Kind::Id | Kind::List => excerpt(text),
        })
    }

    fn from_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Result<Self, Box<str>>, A::Error> {
        let mut items = Self::new();
        let mut odd = None;
        while let Some(element) = seq.next_element::<Field<T>>()? {
            match element {
                Field::Value(value) => items.push(value),
                Field::Unparseable(excerpt) => odd = Some(*excerpt.0),
                Field::Absent | Field::Null => odd = Some("[null]".into()),
            }
        }
        Ok(odd.map_or(Ok(items), Err))
    }
}

/// Any JSON, kept for trees that JumpCloud leaves untyped.
impl FieldValue for serde_json::Value {
    const KIND: Kind = Kind::Json;

    fn from_bool(value: bool) -> Result<Self, Box<str>> {
        Ok(Self::Bool(value))
    }

    fn from_integer(value: i64) -> Result<Self, Box<str>> {
        Ok(Self::from(value))
    }

    fn from_number(text: &str) -> Result<Self, Box<str>> {
        serde_json::from_str(text).map_err(|_no_json| excerpt(text))
    }

    fn from_text(text: &str) -> Result<Self, Box<str>> {
        Ok(Self::String(text.to_owned()))
    }

    fn from_seq<'de, A: SeqAccess<'de>>(seq: A) -> Result<Result<Self, Box<str>>, A::Error> {
        Self::deserialize(serde::de::value::SeqAccessDeserializer::new(seq)).map(Ok)
    }

    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Result<Self, Box<str>>, A::Error> {
        Self::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: FieldValue>(json: &str) -> Field<T> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn neighbouring_spellings_are_read() {
        assert_eq!(read::<bool>("\"True\""), Field::Value(true));
        assert_eq!(read::<bool>("0"), Field::Value(false));
        assert_eq!(read::<i64>("\" 12 \""), Field::Value(12));
        assert_eq!(read::<i64>("12.0"), Field::Value(12));
        assert_eq!(read::<i64>("true"), Field::Value(1));
        assert_eq!(read::<String>("7"), Field::Value("7".into()));
    }

    #[test]
    fn other_kinds_cost_only_the_field() {
        assert_eq!(read::<bool>("2"), Field::Unparseable("2".into()));
        assert_eq!(read::<i64>("1.5"), Field::Unparseable("1.5".into()));
        assert_eq!(read::<String>("{\"a\":[1]}"), Field::Unparseable("{...}".into()));
        assert_eq!(read::<i64>("18446744073709551615").value(), None);
        assert_eq!(read::<bool>("null"), Field::Null);
    }

    #[test]
    fn a_list_with_a_hole_is_not_a_shorter_list() {
        assert_eq!(read::<Vec<i64>>("[1,2]"), Field::Value(vec![1, 2]));
        assert_eq!(read::<Vec<i64>>("[1,null]").value(), None);
        assert_eq!(read::<Vec<i64>>("[1,{}]").value(), None);
    }

    #[test]
    fn an_unparseable_field_survives_saving() {
        let odd = read::<i64>("[1]");
        let saved = serde_json::to_string(&odd).unwrap();
        assert_eq!(read::<i64>(&saved), odd);
    }
}
