//! One row with where it came from, and rows that could not be read.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// SHA-256 of a record's JSON as it was received, written `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordDigest([u8; 32]);

impl RecordDigest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest as bytes.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Display for RecordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for RecordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text that is no `sha256:` digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest is `sha256:` and 64 hexadecimal digits")]
pub struct InvalidDigest;

impl FromStr for RecordDigest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let digits = text.strip_prefix("sha256:").ok_or(InvalidDigest)?;
        if digits.len() != 64 || !digits.is_ascii() {
            return Err(InvalidDigest);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            let pair = core::str::from_utf8(pair).map_err(|_| InvalidDigest)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| InvalidDigest)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for RecordDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// One row, and what an auditor needs to find it again.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<T> {
    /// The row.
    pub value: T,
    /// Digest of the row as received.
    pub digest: RecordDigest,
    /// When the page that held it arrived.
    pub fetched_at: Timestamp,
}

/// Why a row was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SetAsideReason {
    /// It is no JSON object.
    NotAnObject,
    /// It names a key twice.
    DuplicateKey,
    /// It has no identity, or one that could not stand in a path.
    NoIdentity,
    /// Its JSON is broken or nested too deeply.
    Syntax,
    /// It does not fit the type that the caller reads it into.
    OtherType,
}

impl fmt::Display for SetAsideReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnObject => "it is no object",
            Self::DuplicateKey => "it names a key twice",
            Self::NoIdentity => "it has no usable identity",
            Self::Syntax => "its JSON is broken or nested too deeply",
            Self::OtherType => "it does not fit the type it is read into",
        })
    }
}

/// A row that could not be read: kept beside the list, counted, never dropped in silence.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SetAside {
    /// Position in the list, from 0, as the service counts it.
    pub position: u64,
    /// Its identity, where one could be made out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What is wrong with it.
    pub reason: SetAsideReason,
    /// Digest of its text as received.
    pub digest: RecordDigest,
    /// Its text, at most [`SetAside::MAX_RAW`] bytes; left out where records may hold secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Box<str>>,
}

impl SetAside {
    /// Most bytes kept of the raw text.
    pub const MAX_RAW: usize = 64 * 1024;
}

impl fmt::Debug for SetAside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetAside")
            .field("position", &self.position)
            .field("reason", &self.reason)
            .field("digest", &self.digest)
            .field("raw_bytes", &self.raw.as_ref().map(|raw| raw.len()))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn the_digest_is_the_one_sha256sum_prints() {
        let text = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let digest = RecordDigest::of(b"abc");
        assert_eq!(digest.to_string(), text);
        assert_eq!(text.parse(), Ok(digest));
        assert_eq!("sha256:00".parse::<RecordDigest>(), Err(InvalidDigest));
    }
}
