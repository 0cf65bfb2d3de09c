//! Identifiers that cannot be swapped or smuggled into a path.

use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;
use core::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use crate::field::{AsScalar, FieldValue, Kind, Scalar, excerpt};

/// Longest identifier accepted, in bytes; JumpCloud's are 24 to 36 characters.
const MAX_LEN: usize = 128;

/// Identifier of one `R`, opaque and compared byte by byte.
///
/// Nearly all are 24 hexadecimal digits `[spec]`; those take 16 bytes and no allocation. Others
/// (UUIDs, opaque words of newer services) are kept as text. A value that could change a request
/// path (`/`, `?`, `#`, `%`, `.` alone, blanks, control characters) is not an identifier.
pub struct Id<R: ?Sized> {
    repr: Repr,
    of: PhantomData<fn() -> R>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Hex([u8; 12]),
    Text(Box<Box<str>>),
}

/// Text that cannot be an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier: 1 to 128 visible characters without `/ ? # % \\` are needed")]
pub struct InvalidId;

impl<R: ?Sized> Id<R> {
    /// Reads an identifier.
    ///
    /// # Errors
    /// [`InvalidId`] when the text is empty, too long or could change a request path.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        let repr = match hex(text) {
            Some(bytes) => Repr::Hex(bytes),
            None if is_opaque(text) => Repr::Text(Box::new(text.into())),
            None => return Err(InvalidId),
        };
        Ok(Self { repr, of: PhantomData })
    }

    /// The same identifier, said to be of another kind; graph objects carry their kind as data.
    pub fn cast<S: ?Sized>(&self) -> Id<S> {
        Id { repr: self.repr.clone(), of: PhantomData }
    }

    fn with_text<T>(&self, use_text: impl FnOnce(&str) -> T) -> T {
        match &self.repr {
            Repr::Hex(bytes) => {
                let mut digits = [b'0'; 24];
                for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
                    if let [high, low] = pair {
                        *high = digit(byte >> 4);
                        *low = digit(byte & 0x0f);
                    }
                }
                use_text(core::str::from_utf8(&digits).unwrap_or_default())
            }
            Repr::Text(text) => use_text(text),
        }
    }
}

const fn digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0'.saturating_add(nibble),
        _ => b'a'.saturating_add(nibble.saturating_sub(10)),
    }
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit.saturating_sub(b'0')),
        b'a'..=b'f' => Some(digit.saturating_sub(b'a').saturating_add(10)),
        _ => None,
    }
}

/// Twelve bytes when the text is exactly 24 lower-case hexadecimal digits.
fn hex(text: &str) -> Option<[u8; 12]> {
    let mut bytes = [0; 12];
    if text.len() != 24 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = (nibble(*high)? << 4) | nibble(*low)?;
    }
    Some(bytes)
}

fn is_opaque(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_LEN
        && text != "."
        && text != ".."
        && !text.chars().any(|c| {
            c.is_whitespace() || c.is_control() || matches!(c, '/' | '?' | '#' | '%' | '\\')
        })
}

impl<R: ?Sized> Clone for Id<R> {
    fn clone(&self) -> Self {
        self.cast()
    }
}

impl<R: ?Sized> fmt::Display for Id<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.write_str(text))
    }
}

impl<R: ?Sized> fmt::Debug for Id<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| write!(f, "Id({text})"))
    }
}

impl<R: ?Sized> PartialEq for Id<R> {
    fn eq(&self, other: &Self) -> bool {
        self.repr == other.repr
    }
}

impl<R: ?Sized> Eq for Id<R> {}

impl<R: ?Sized> PartialEq<str> for Id<R> {
    fn eq(&self, other: &str) -> bool {
        self.with_text(|text| text == other)
    }
}

impl<R: ?Sized> Ord for Id<R> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.repr, &other.repr) {
            (Repr::Hex(a), Repr::Hex(b)) => a.cmp(b),
            _ => self.with_text(|a| other.with_text(|b| a.cmp(b))),
        }
    }
}

impl<R: ?Sized> PartialOrd for Id<R> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<R: ?Sized> Hash for Id<R> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.repr.hash(state);
    }
}

impl<R: ?Sized> FromStr for Id<R> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::new(text)
    }
}

impl<R: ?Sized> Serialize for Id<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with_text(|text| serializer.serialize_str(text))
    }
}

impl<'de, R: ?Sized> Deserialize<'de> for Id<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<R: ?Sized> AsScalar for Id<R> {
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Text(self.to_string().into())
    }
}

impl<R: ?Sized> FieldValue for Id<R> {
    const KIND: Kind = Kind::Id;

    fn from_integer(value: i64) -> Result<Self, Box<str>> {
        Self::from_text(&value.to_string())
    }

    fn from_text(text: &str) -> Result<Self, Box<str>> {
        Self::new(text).map_err(|_| excerpt(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn hex_ids_are_small_and_print_as_read() {
        let text = "60259a2ad81e1a474d4e7c83";
        let id = Id::<()>::new(text).unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(size_of::<Id<()>>(), 16);
        assert_eq!(Id::<()>::new("60259A2AD81E1A474D4E7C83").unwrap().to_string().len(), 24);
        assert_ne!(Id::<()>::new("60259A2AD81E1A474D4E7C83").unwrap(), id);
    }

    #[test]
    fn what_could_change_a_path_is_no_id() {
        for text in ["", ".", "..", "a/b", "a?b", "a#b", "%2e%2e", "a b", "a\nb", "a\\b"] {
            assert_eq!(Id::<()>::new(text), Err(InvalidId), "{text:?}");
        }
        assert_eq!(Id::<()>::new(&"x".repeat(129)), Err(InvalidId));
    }

    #[test]
    fn order_is_the_order_of_the_text() {
        let mut ids: Vec<Id<()>> =
            ["b", "60259a2ad81e1a474d4e7c83", "a", "6", "60259a2ad81e1a474d4e7c82"]
                .iter()
                .map(|text| Id::new(text).unwrap())
                .collect();
        let mut texts: Vec<_> = ids.iter().map(ToString::to_string).collect();
        ids.sort();
        texts.sort();
        assert_eq!(ids.iter().map(ToString::to_string).collect::<Vec<_>>(), texts);
    }
}
