//! People's names and addresses in reports: clear, hashed, or left out.
//!
//! [`Pseudonyms`] is the one place that decides. An evaluation, a configuration and a drift pass through
//! it before anything is told of them; a report refuses those that have not.

mod shown;

use alloc::string::String;
use core::fmt::{self, Write};

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::evidence::{Observation, Observed, Presence, Redaction};
use crate::problem::{ConfigError, ConfigProblem, ProblemKind};
use crate::subject::{SubjectKind, SubjectRef};

pub use shown::PeopleInClear;

/// What a text begins with that has become a pseudonym.
const PSEUDONYM: &str = "hmac-sha256:";
/// What stands where a text was left out and something must stand.
const REMOVED: &str = "removed";

/// Block length of SHA-256 in bytes.
const BLOCK: usize = 64;
/// Shortest key that is accepted, in bytes.
const MIN_KEY: usize = 16;

vocabulary! {
    /// How e-mail addresses and usernames of people appear in reports.
    pub enum PiiMode {
        /// As they are.
        Clear = "clear",
        /// As a keyed hash, so that one person stays one person.
        Hashed = "hashed",
        /// Not at all.
        None = "none",
    }
}

/// Writes people's texts in the configured way.
///
/// Identifiers of JumpCloud stay in every mode.
#[derive(Clone)]
pub struct Pseudonyms {
    mode: PiiMode,
    key: [u8; BLOCK],
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pseudonyms").field("mode", &self.mode).finish_non_exhaustive()
    }
}

impl Pseudonyms {
    /// The writer for a mode; `key` is the caller's secret for [`PiiMode::Hashed`].
    ///
    /// # Errors
    ///
    /// A [`ConfigError`] when the hashed mode has no key or one below 16 bytes.
    pub fn new(mode: PiiMode, key: Option<&[u8]>) -> Result<Self, ConfigError> {
        let key = key.unwrap_or_default();
        if mode == PiiMode::Hashed && key.len() < MIN_KEY {
            let message =
                alloc::format!("`pii_mode` `hashed` needs a key of {MIN_KEY} bytes or more");
            return Err(ConfigProblem::new(ProblemKind::Missing, "pii_mode", message).into());
        }
        Ok(Self { mode, key: block_of(key) })
    }

    /// The mode.
    pub const fn mode(&self) -> PiiMode {
        self.mode
    }

    /// A person's text in the configured form; nothing when it is left out.
    ///
    /// Hashing ignores ASCII case and Unicode composition, so that spellings of
    /// one address give one pseudonym. A pseudonym stays what it is.
    pub fn text(&self, text: &str) -> Option<String> {
        match self.mode {
            PiiMode::Clear => Some(text.into()),
            PiiMode::Hashed => Some(self.pseudonym(text)),
            PiiMode::None => None,
        }
    }

    /// A text that a person wrote freely, such as a reason: it may name anybody, so it is told in
    /// clear mode only. Else its pseudonym stands there, which proves the text to those who know it,
    /// or the word `removed`. A blank text says nothing of anybody and stays.
    pub fn free_text(&self, text: &str) -> String {
        if text.trim().is_empty() {
            return text.into();
        }
        self.text(text).unwrap_or_else(|| REMOVED.into())
    }

    /// Applies the mode to the names of a person; other subjects stay as they are.
    pub fn subject(&self, subject: &mut SubjectRef) {
        if matches!(subject.kind, SubjectKind::User | SubjectKind::Admin) {
            for name in [&mut subject.display_name, &mut subject.natural_key] {
                *name = name.take().and_then(|text| self.text(&text));
            }
        }
    }

    /// Applies the mode to an observation whose texts are about a person.
    ///
    /// What was treated before stays as it is.
    pub fn observation(&self, observation: &mut Observation) {
        if observation.presence != Presence::Present || observation.redaction == Redaction::Removed
        {
            return;
        }
        match self.mode {
            PiiMode::Clear => {}
            PiiMode::Hashed => {
                self.hash(&mut observation.value);
                observation.redaction = Redaction::Hashed;
            }
            PiiMode::None => {
                observation.value = Observed::Null;
                observation.redaction = Redaction::Removed;
            }
        }
    }

    fn hash(&self, value: &mut Observed) {
        match value {
            Observed::Text(text) => *text = self.pseudonym(text),
            Observed::List(items) => items.iter_mut().for_each(|item| self.hash(item)),
            Observed::Null | Observed::Bool(_) | Observed::Int(_) => {}
        }
    }

    fn pseudonym(&self, text: &str) -> String {
        if is_pseudonym(text) {
            return text.into();
        }
        let folded: String = text.nfc().map(|c| c.to_ascii_lowercase()).collect();
        let mut out = String::from(PSEUDONYM);
        for byte in hmac(&self.key, folded.as_bytes()) {
            // Writing to a String cannot fail.
            write!(out, "{byte:02x}").unwrap_or_default();
        }
        out
    }
}

/// Whether a text is a pseudonym already.
fn is_pseudonym(text: &str) -> bool {
    text.strip_prefix(PSEUDONYM).is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// The key as one block: padded, or hashed first when it is longer.
fn block_of(key: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let short: [u8; 32] = Sha256::digest(key).into();
    let source = if key.len() > BLOCK { short.as_slice() } else { key };
    for (slot, byte) in block.iter_mut().zip(source) {
        *slot = *byte;
    }
    block
}

/// HMAC-SHA-256 after RFC 2104, over a key block.
fn hmac(key: &[u8; BLOCK], message: &[u8]) -> [u8; 32] {
    let inner = Sha256::new().chain_update(key.map(|byte| byte ^ 0x36)).chain_update(message);
    let outer = Sha256::new().chain_update(key.map(|byte| byte ^ 0x5c));
    outer.chain_update(inner.finalize()).finalize().into()
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec;

    use super::*;
    use crate::evidence::Digest;

    const KEY: &[u8] = b"sixteen bytes ok";

    #[test]
    fn hmac_gives_the_published_results() {
        // RFC 4231, test cases 1, 2, 3 and 6.
        for (key, message, tag) in [
            (
                vec![0x0b; 20],
                b"Hi There".to_vec(),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe".to_vec(),
                b"what do ya want for nothing?".to_vec(),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 20],
                vec![0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                vec![0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec(),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            let digest = format!("sha256:{tag}").parse::<Digest>().unwrap();
            assert_eq!(&hmac(&block_of(&key), &message), digest.as_bytes());
        }
    }

    #[test]
    fn spellings_of_one_person_share_a_pseudonym() {
        let names = Pseudonyms::new(PiiMode::Hashed, Some(KEY)).unwrap();
        let one = names.text("Zo\u{eb}@Example.com").unwrap();
        assert_eq!(names.text("zoe\u{308}@example.COM").unwrap(), one);
        assert_ne!(names.text("zoe@example.com").unwrap(), one);
        assert!(!one.contains("example"));
        let other = Pseudonyms::new(PiiMode::Hashed, Some(b"another key of 16")).unwrap();
        assert_ne!(other.text("zo\u{eb}@example.com").unwrap(), one);
    }

    #[test]
    fn a_hash_without_a_proper_key_is_refused() {
        for key in [None, Some(b"short".as_slice())] {
            assert!(Pseudonyms::new(PiiMode::Hashed, key).is_err());
            assert!(Pseudonyms::new(PiiMode::None, key).is_ok());
        }
        let names = Pseudonyms::new(PiiMode::Hashed, Some(KEY)).unwrap();
        assert!(!format!("{names:?}").contains("115"));
    }

    #[test]
    fn only_people_lose_their_names() {
        let named = |kind| SubjectRef {
            display_name: Some("jane".into()),
            natural_key: Some("jane@example.com".into()),
            ..SubjectRef::new("o", kind, "1")
        };
        let none = Pseudonyms::new(PiiMode::None, None).unwrap();
        for (kind, kept) in
            [(SubjectKind::User, false), (SubjectKind::Admin, false), (SubjectKind::Device, true)]
        {
            let mut subject = named(kind);
            none.subject(&mut subject);
            assert_eq!(subject.natural_key.is_some(), kept);
            assert_eq!(subject.id, "1");
        }
        let mut clear = named(SubjectKind::User);
        Pseudonyms::new(PiiMode::Clear, None).unwrap().subject(&mut clear);
        assert_eq!(clear, named(SubjectKind::User));
    }

    #[test]
    fn observations_say_what_was_done() {
        let original = Observation::new("USR", "emails", vec!["a@example.com", "b@example.com"]);
        let mut hashed = original.clone();
        Pseudonyms::new(PiiMode::Hashed, Some(KEY)).unwrap().observation(&mut hashed);
        assert_eq!(hashed.redaction, Redaction::Hashed);
        let Observed::List(items) = &hashed.value else { panic!("no list") };
        assert!(items[0] != items[1] && items.iter().all(|item| *item != "a@example.com".into()));
        let mut removed = original;
        Pseudonyms::new(PiiMode::None, None).unwrap().observation(&mut removed);
        assert_eq!((removed.value, removed.redaction), (Observed::Null, Redaction::Removed));
    }
}
