//! People's names and addresses in reports: clear, hashed, or left out.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::{self, Write};

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::evaluation::Evaluation;
use crate::evidence::{CanonicalError, Digest, Observation, Observed, Presence, Redaction};
use crate::finding::ResponsibleMethod;
use crate::problem::{ConfigError, ConfigProblem, ProblemKind};
use crate::subject::{SubjectKind, SubjectRef};

/// Fields whose text is about a person, wherever they are observed.
///
/// Names of devices, groups and applications are no people's names and stay.
const PERSONAL: [&str; 10] = [
    "username",
    "systemUsername",
    "email",
    "alternateEmail",
    "firstname",
    "lastname",
    "displayname",
    "employeeIdentifier",
    "home",
    "statement",
];

/// Inputs whose `path` leads through the home folder of a person.
const HOMES: [&str; 1] = ["SI.user_ssh_keys"];

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
    /// one address give one pseudonym.
    pub fn text(&self, text: &str) -> Option<String> {
        match self.mode {
            PiiMode::Clear => Some(text.into()),
            PiiMode::Hashed => Some(self.pseudonym(text)),
            PiiMode::None => None,
        }
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
    pub fn observation(&self, observation: &mut Observation) {
        if observation.presence != Presence::Present {
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

    /// The evaluation with every person in the configured form, sealed anew.
    ///
    /// Names and addresses of people are written in the mode, in subjects, observations and the
    /// contact of a finding; identifiers, outcomes and reasons stay as they are. What is told from
    /// the result (native form, tables, exports, packs) holds nobody the mode leaves out. Digests
    /// differ from those of the original, whose digest the caller keeps where both must be tied.
    ///
    /// # Errors
    ///
    /// A [`CanonicalError`] when an evaluation that was read from elsewhere holds a fraction.
    pub fn evaluation<'e>(
        &self,
        original: &'e Evaluation,
    ) -> Result<Cow<'e, Evaluation>, CanonicalError> {
        if self.mode == PiiMode::Clear {
            return Ok(Cow::Borrowed(original));
        }
        let mut shown = original.clone();
        shown.subjects.iter_mut().for_each(|subject| self.subject(subject));
        for finding in &mut shown.findings {
            self.subject(&mut finding.subject);
            if let Some(responsible) = &mut finding.responsible
                && responsible.method == ResponsibleMethod::SecurityContact
            {
                responsible.person = responsible.person.take().and_then(|text| self.text(&text));
            }
            let evidence = &mut finding.evidence;
            for observation in &mut evidence.observations {
                if is_personal(observation) {
                    self.observation(observation);
                }
                observation.path = self.path(observation);
            }
            evidence.observations.sort_by(Observation::cmp_report);
            evidence.digest = Digest::of_sealed(&*evidence)?;
        }
        shown.digest = crate::engine::digest_of(&shown)?;
        Ok(Cow::Owned(shown))
    }

    /// The path of an observation without the people that its brackets name.
    fn path(&self, observation: &Observation) -> String {
        let mut out = String::new();
        let mut rest = observation.path.as_str();
        while let Some((before, inner)) = rest.split_once('[') {
            out.push_str(before);
            out.push('[');
            rest = inner;
            let Some((key, value)) = inner.split_once('=') else { break };
            let home = key == "path" && HOMES.contains(&&*observation.source);
            if !(home || PERSONAL.contains(&key)) {
                continue;
            }
            // A name may hold brackets itself: it reaches to the last one that can close it.
            let (person, after) = match value.strip_suffix(']') {
                Some(person) => (person, ""),
                None => value.rsplit_once("].").unwrap_or((value, "")),
            };
            let told = self.text(person).unwrap_or_else(|| "removed".into());
            // Writing to a String cannot fail.
            write!(out, "{key}={told}]").unwrap_or_default();
            if !after.is_empty() {
                out.push('.');
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn hash(&self, value: &mut Observed) {
        match value {
            Observed::Text(text) => *text = self.pseudonym(text),
            Observed::List(items) => items.iter_mut().for_each(|item| self.hash(item)),
            Observed::Null | Observed::Bool(_) | Observed::Int(_) => {}
        }
    }

    fn pseudonym(&self, text: &str) -> String {
        let folded: String = text.nfc().map(|c| c.to_ascii_lowercase()).collect();
        let mut out = String::from("hmac-sha256:");
        for byte in hmac(&self.key, folded.as_bytes()) {
            // Writing to a String cannot fail.
            write!(out, "{byte:02x}").unwrap_or_default();
        }
        out
    }
}

/// Whether the value of an observation is about a person.
fn is_personal(observation: &Observation) -> bool {
    let path = observation.path.as_str();
    let field = path.rsplit('.').next().unwrap_or(path);
    let field = field.trim_end_matches("[]");
    PERSONAL.contains(&field) || field == "path" && HOMES.contains(&&*observation.source)
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
    fn a_path_names_nobody() {
        let none = Pseudonyms::new(PiiMode::None, None).unwrap();
        for (source, path, told) in [
            ("SI.users", "[username=ada.x].uid", "[username=removed].uid"),
            ("SI.users", "[username=a].b]", "[username=removed]"),
            ("SI.user_ssh_keys", "[path=/Users/ada/.ssh/id].uid", "[path=removed].uid"),
            ("SI.mounts", "[path=/srv].type", "[path=/srv].type"),
            (
                "SYS",
                "sshdParams[name=PermitRootLogin].value",
                "sshdParams[name=PermitRootLogin].value",
            ),
            ("SYS", "bound_users[].id", "bound_users[].id"),
            ("X", "rows[id=1].of[username=ada]", "rows[id=1].of[username=removed]"),
        ] {
            assert_eq!(none.path(&Observation::new(source, path, true)), told);
        }
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
