//! Text of rows that come in millions: short text inline, longer text shared.

use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::sync::Arc;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;

use serde::ser::{Serialize, Serializer};

use crate::field::{AsScalar, FieldValue, Kind, Scalar};

/// Longest text that needs no allocation, in bytes.
const INLINE: usize = 14;

/// Text of a row in a large table; reads like a `str`.
///
/// Takes 16 bytes. Up to 14 bytes of text need no allocation, and equal longer texts of one list
/// are kept once.
///
/// ```
/// use jumpcloud_client::Text;
///
/// let time = Text::from("2026-11-20T08:00:00.000Z");
/// assert!(time.starts_with("2026"));
/// ```
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Inline { len: u8, bytes: [u8; INLINE] },
    Shared(Arc<Box<str>>),
}

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // INVARIANT: the first `len` bytes are whole UTF-8, as they were copied from text.
            Repr::Inline { len, bytes } => {
                let bytes = bytes.get(..usize::from(*len)).unwrap_or_default();
                core::str::from_utf8(bytes).unwrap_or_default()
            }
            Repr::Shared(text) => text,
        }
    }

    /// The allocation of text that is not inline.
    pub(crate) const fn shared(&mut self) -> Option<&mut Arc<Box<str>>> {
        match &mut self.0 {
            Repr::Inline { .. } => None,
            Repr::Shared(text) => Some(text),
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut bytes = [0; INLINE];
        match (u8::try_from(text.len()), bytes.get_mut(..text.len())) {
            (Ok(len), Some(room)) => {
                room.copy_from_slice(text.as_bytes());
                Self(Repr::Inline { len, bytes })
            }
            _ => Self(Repr::Shared(Arc::new(text.into()))),
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from("")
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl AsScalar for Text {
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Text(self.as_str().into())
    }
}

/// Numbers and booleans are kept in their own spelling, as in a `String`.
impl FieldValue for Text {
    const KIND: Kind = Kind::Text;

    fn from_bool(value: bool) -> Result<Self, Box<str>> {
        String::from_bool(value).map(|text| Self::from(text.as_str()))
    }

    fn from_integer(value: i64) -> Result<Self, Box<str>> {
        Ok(Self::from(value.to_string().as_str()))
    }

    fn from_number(text: &str) -> Result<Self, Box<str>> {
        Ok(Self::from(text))
    }

    fn from_text(text: &str) -> Result<Self, Box<str>> {
        Ok(Self::from(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Field;

    #[test]
    fn any_length_reads_as_it_was_written() {
        for length in 0..40 {
            let text: String = "äb".chars().cycle().take(length).collect();
            assert_eq!(Text::from(text.as_str()).as_str(), text);
        }
    }

    #[test]
    fn a_field_of_it_takes_sixteen_bytes() {
        assert_eq!(size_of::<Field<Text>>(), 16);
        assert_eq!(size_of::<Field<crate::Id<()>>>(), 16);
        assert_eq!(size_of::<Field<bool>>(), 16);
        let row = size_of::<crate::Record<crate::resources::insights::Program>>();
        assert_eq!(row, 104, "a row of software");
    }
}
