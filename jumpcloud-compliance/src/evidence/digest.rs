//! SHA-256 digests over canonical bytes.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::canonical::{CanonicalError, canonical, text_without};

/// Algorithm prefix of the written form.
const PREFIX: &str = "sha256:";

/// A SHA-256 digest, written `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A text that is no written digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest is `sha256:` and 64 lower-case hexadecimal digits")]
pub struct DigestParseError;

impl Digest {
    /// Digest of raw bytes, for example of a file as it was read.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Digest of the canonical form of a value.
    ///
    /// # Errors
    ///
    /// A [`CanonicalError`] when the value has no canonical form.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, CanonicalError> {
        Ok(Self::of_bytes(canonical(value)?.as_bytes()))
    }

    /// Digest of an object without its own member `digest`.
    ///
    /// # Errors
    ///
    /// A [`CanonicalError`] when the value has no canonical form.
    pub fn of_sealed<T: Serialize + ?Sized>(value: &T) -> Result<Self, CanonicalError> {
        Ok(Self::of_bytes(text_without(value, Some("digest"))?.as_bytes()))
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Digest {
    /// The digest with these bytes.
    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its written form, as ASCII.
    pub(crate) fn letters(&self) -> [u8; 71] {
        let mut letters = [0; 71];
        let digits = self.0.iter().flat_map(|byte| [byte.wrapping_shr(4), byte & 0xf]);
        let digits = digits.map(|digit| match digit {
            0..=9 => digit.wrapping_add(b'0'),
            _ => digit.wrapping_sub(10).wrapping_add(b'a'),
        });
        for (to, from) in letters.iter_mut().zip(PREFIX.bytes().chain(digits)) {
            *to = from;
        }
        letters
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(core::str::from_utf8(&self.letters()).or(Err(fmt::Error))?)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = DigestParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = text.strip_prefix(PREFIX).ok_or(DigestParseError)?;
        let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(DigestParseError);
        }
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(*high)?.wrapping_shl(4) | nibble(*low)?;
        }
        Ok(Self(bytes))
    }
}

fn nibble(letter: u8) -> Result<u8, DigestParseError> {
    match letter {
        b'0'..=b'9' => Ok(letter.wrapping_sub(b'0')),
        b'a'..=b'f' => Ok(letter.wrapping_sub(b'a').wrapping_add(10)),
        _ => Err(DigestParseError),
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|error: DigestParseError| serde::de::Error::custom(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const EMPTY: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn the_written_form_is_the_standard_one() {
        assert_eq!(Digest::of_bytes(b"").to_string(), EMPTY);
        assert_eq!(EMPTY.parse(), Ok(Digest::of_bytes(b"")));
        let json = serde_json::to_string(&Digest::of_bytes(b"")).unwrap();
        assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), Digest::of_bytes(b""));
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "sha256:",
            EMPTY.trim_start_matches(PREFIX),
            &EMPTY.to_uppercase(),
            EMPTY.trim_end_matches('5'),
            &EMPTY.replace('e', "g"),
        ] {
            assert_eq!(text.parse::<Digest>(), Err(DigestParseError), "{text}");
        }
    }

    #[test]
    fn a_seal_does_not_cover_itself_but_all_else() {
        let open = json!({"b": 1, "a": {"digest": "inner"}});
        let sealed = json!({"a": {"digest": "inner"}, "b": 1, "digest": "x"});
        assert_eq!(Digest::of_sealed(&open), Digest::of_sealed(&sealed));
        assert_eq!(Digest::of(&open), Digest::of_sealed(&sealed));
        let other = json!({"a": {"digest": "changed"}, "b": 1, "digest": "x"});
        assert_ne!(Digest::of_sealed(&sealed), Digest::of_sealed(&other));
    }
}
