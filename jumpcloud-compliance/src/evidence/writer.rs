//! Writes canonical JSON straight from a value, without a tree of it in between.
//!
//! The members of an object are written as they come and put in order when it ends. What the plain way
//! does not know is left to the slower one, over a tree: see [`Stop::Unsupported`].

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt::{self, Display, Write as _};

use serde::Serialize;
use serde::ser::{self, Serializer};

use super::canonical::{CanonicalError, MAX_DEPTH, MAX_INTEGER, write_escaped, write_text};

/// Why writing ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// The value has no canonical form.
    Refused(CanonicalError),
    /// The value is of a kind that only a tree can tell.
    Unsupported,
}

impl Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::Unsupported => f.write_str("the value needs a tree"),
        }
    }
}

impl core::error::Error for Stop {}

impl ser::Error for Stop {
    fn custom<T: Display>(_: T) -> Self {
        Self::Refused(CanonicalError::NotJson)
    }
}

/// Bytes to begin with: most of what is written is the evidence of a finding.
const ROOM: usize = 1024;

type Written = Result<(), Stop>;

/// What has been written.
#[derive(Default)]
pub(super) struct Writer {
    out: String,
    /// Members of every object that is open, the innermost last.
    members: Vec<Member>,
    /// Room in which members are put in order.
    ordered: String,
    /// Arrays and objects that are open.
    open: usize,
    /// Member of the outermost object that is left out.
    without: Option<&'static str>,
}

impl Writer {
    /// The canonical form of a value, without one member of the outermost object if so asked.
    pub(super) fn text<T: Serialize + ?Sized>(
        value: &T,
        without: Option<&'static str>,
    ) -> Result<String, Stop> {
        let mut writer = Self { without, ..Self::default() };
        writer.out.reserve(ROOM);
        value.serialize(&mut writer)?;
        Ok(writer.out)
    }

    /// Puts the canonical form in place of what was written before; the room is used again.
    ///
    /// After an error, what stands there is of no use.
    pub(super) fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.out.clear();
        self.members.clear();
        self.open = 0;
        value.serialize(&mut *self)
    }

    /// What stands there.
    pub(super) fn written(&self) -> &str {
        &self.out
    }

    fn literal(&mut self, text: &str) -> Written {
        self.has_room()?;
        self.out.push_str(text);
        Ok(())
    }

    fn integer(&mut self, integer: i64) -> Written {
        if !(-MAX_INTEGER..=MAX_INTEGER).contains(&integer) {
            return Err(Stop::Refused(CanonicalError::IntegerRange));
        }
        self.has_room()?;
        write!(self.out, "{integer}").or(Err(Stop::Refused(CanonicalError::NotJson)))
    }

    fn text_of(&mut self, text: &str) -> Written {
        self.has_room()?;
        write_text(&mut self.out, text).map_err(Stop::Refused)
    }

    const fn has_room(&self) -> Written {
        if self.open < MAX_DEPTH { Ok(()) } else { Err(Stop::Refused(CanonicalError::TooDeep)) }
    }

    fn begin(&mut self, bracket: char) -> Written {
        self.has_room()?;
        self.open = self.open.saturating_add(1);
        self.out.push(bracket);
        Ok(())
    }

    fn end(&mut self, bracket: char) {
        self.open = self.open.saturating_sub(1);
        self.out.push(bracket);
    }

    fn items(&mut self, wrapped: bool) -> Result<Items<'_>, Stop> {
        self.begin('[')?;
        Ok(Items { writer: self, first: true, wrapped })
    }

    fn members(&mut self, wrapped: bool) -> Result<Members<'_>, Stop> {
        self.begin('{')?;
        let (start, first) = (self.out.len(), self.members.len());
        Ok(Members { writer: self, start, first, key: None, wrapped })
    }

    /// Opens the object of one member in which a variant stands.
    fn variant(&mut self, variant: &'static str) -> Written {
        self.begin('{')?;
        self.text_of(variant)?;
        self.out.push(':');
        Ok(())
    }
}

/// The items of an array.
pub(super) struct Items<'w> {
    writer: &'w mut Writer,
    first: bool,
    /// Whether the array stands in the object of a variant.
    wrapped: bool,
}

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        if !self.first {
            self.writer.out.push(',');
        }
        self.first = false;
        value.serialize(&mut *self.writer)
    }

    fn finish(self) {
        self.writer.end(']');
        if self.wrapped {
            self.writer.end('}');
        }
    }
}

/// A member as it stands in the text: its name, and where it begins and ends.
struct Member {
    name: Cow<'static, str>,
    from: usize,
    to: usize,
}

/// The members of an object.
pub(super) struct Members<'w> {
    writer: &'w mut Writer,
    /// Where the first member begins.
    start: usize,
    /// Where its members begin among those of all objects that are open.
    first: usize,
    /// The key whose value comes next.
    key: Option<String>,
    /// Whether the object stands in that of a variant.
    wrapped: bool,
}

impl Members<'_> {
    fn member<T: Serialize + ?Sized>(&mut self, name: Cow<'static, str>, value: &T) -> Written {
        let writer = &mut *self.writer;
        if writer.open == 1 && writer.without == Some(&*name) {
            return Ok(());
        }
        if writer.members.len() > self.first {
            writer.out.push(',');
        }
        let from = writer.out.len();
        writer.text_of(&name)?;
        writer.out.push(':');
        value.serialize(&mut *writer)?;
        writer.members.push(Member { name, from, to: writer.out.len() });
        Ok(())
    }

    fn finish(self) -> Written {
        let Writer { out, members, ordered, .. } = &mut *self.writer;
        let own = members.get_mut(self.first..).unwrap_or_default();
        if !own.is_sorted_by(|a, b| order(&a.name, &b.name).is_lt()) {
            own.sort_by(|a, b| order(&a.name, &b.name));
            if !own.is_sorted_by(|a, b| a.name != b.name) {
                // A name given twice: the tree says which counts.
                return Err(Stop::Unsupported);
            }
            ordered.clear();
            for member in &*own {
                if !ordered.is_empty() {
                    ordered.push(',');
                }
                ordered.push_str(out.get(member.from..member.to).unwrap_or_default());
            }
            out.truncate(self.start);
            out.push_str(ordered);
        }
        members.truncate(self.first);
        self.writer.end('}');
        if self.wrapped {
            self.writer.end('}');
        }
        Ok(())
    }
}

/// The order of names: by UTF-16 code units, which for ASCII is that of bytes.
fn order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

/// Writes what is displayed as the inside of a text.
struct Inside<'w>(&'w mut String);

impl fmt::Write for Inside<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        write_escaped(self.0, text).or(Err(fmt::Error))
    }
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Items<'w>;
    type SerializeTuple = Items<'w>;
    type SerializeTupleStruct = Items<'w>;
    type SerializeTupleVariant = Items<'w>;
    type SerializeMap = Members<'w>;
    type SerializeStruct = Members<'w>;
    type SerializeStructVariant = Members<'w>;

    fn serialize_bool(self, value: bool) -> Written {
        self.literal(if value { "true" } else { "false" })
    }

    fn serialize_i8(self, value: i8) -> Written {
        self.integer(value.into())
    }

    fn serialize_i16(self, value: i16) -> Written {
        self.integer(value.into())
    }

    fn serialize_i32(self, value: i32) -> Written {
        self.integer(value.into())
    }

    fn serialize_i64(self, value: i64) -> Written {
        self.integer(value)
    }

    fn serialize_u8(self, value: u8) -> Written {
        self.integer(value.into())
    }

    fn serialize_u16(self, value: u16) -> Written {
        self.integer(value.into())
    }

    fn serialize_u32(self, value: u32) -> Written {
        self.integer(value.into())
    }

    fn serialize_u64(self, value: u64) -> Written {
        match i64::try_from(value) {
            Ok(value) => self.integer(value),
            Err(_) => Err(Stop::Refused(CanonicalError::IntegerRange)),
        }
    }

    fn serialize_f32(self, _: f32) -> Written {
        Err(Stop::Unsupported)
    }

    fn serialize_f64(self, _: f64) -> Written {
        Err(Stop::Unsupported)
    }

    fn serialize_char(self, value: char) -> Written {
        self.text_of(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Written {
        self.text_of(value)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Written {
        self.has_room()?;
        self.out.push('"');
        write!(Inside(&mut self.out), "{value}").or(Err(Stop::Refused(CanonicalError::NotJson)))?;
        self.out.push('"');
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        let mut items = self.items(false)?;
        value.iter().try_for_each(|byte| items.item(byte))?;
        items.finish();
        Ok(())
    }

    fn serialize_none(self) -> Written {
        self.literal("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.literal("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.literal("null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.text_of(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        self.variant(variant)?;
        value.serialize(&mut *self)?;
        self.end('}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'w>, Stop> {
        self.items(false)
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'w>, Stop> {
        self.items(false)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'w>, Stop> {
        self.items(false)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'w>, Stop> {
        self.variant(variant)?;
        self.items(true)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'w>, Stop> {
        self.members(false)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'w>, Stop> {
        if name.starts_with('$') {
            // JSON text and numbers that serde_json hands through as they are.
            return Err(Stop::Unsupported);
        }
        self.members(false)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'w>, Stop> {
        self.variant(variant)?;
        self.members(true)
    }
}

macro_rules! array {
    ($($of:ident by $item:ident),*) => {$(
        impl ser::$of for Items<'_> {
            type Ok = ();
            type Error = Stop;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
                self.item(value)
            }

            fn end(self) -> Written {
                self.finish();
                Ok(())
            }
        }
    )*};
}

array!(
    SerializeSeq by serialize_element,
    SerializeTuple by serialize_element,
    SerializeTupleStruct by serialize_field,
    SerializeTupleVariant by serialize_field
);

macro_rules! object {
    ($($of:ident),*) => {$(
        impl ser::$of for Members<'_> {
            type Ok = ();
            type Error = Stop;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Written {
                self.member(Cow::Borrowed(name), value)
            }

            fn end(self) -> Written {
                self.finish()
            }
        }
    )*};
}

object!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        // Only texts are names here; a key of another kind becomes one by way of the tree.
        let quoted = Writer::text(key, None)?;
        let plain = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match plain {
            Some(plain) if !plain.contains('\\') => self.key = Some(plain.to_string()),
            _ => return Err(Stop::Unsupported),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        let key = self.key.take().ok_or(Stop::Unsupported)?;
        self.member(Cow::Owned(key), value)
    }

    fn end(self) -> Written {
        self.finish()
    }
}
