//! JC-USR-013: SSH public keys use an accepted algorithm and size.
//!
//! # Expectation
//! Each SSH key of an active user has an allowed algorithm, and an RSA key at least `min_rsa_bits` bits.
//!
//! # Why
//! Weak keys can be forged.
//!
//! # Passes
//! ```json,passes
//! {"reason": "strong_keys", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "ssh_keys": [
//!     {"_id": "k1", "name": "laptop", "public_key":
//!         "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"}]}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "weak_key", "config": {"parameters": {"JC-USR-013": {"allowed": ["ssh-rsa"]}}},
//!  "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED", "ssh_keys": [
//!     {"_id": "k1", "name": "laptop", "public_key":
//!         "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"}]}]}}
//! ```
//!
//! # Unknown when
//! The list of keys did not arrive, or a key cannot be read and no other one fails.
//! ```json,unknown
//! {"reason": "key_unparseable", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "ssh_keys": [{"_id": "k1", "name": "laptop", "public_key": "ssh-ed25519 ..."}]}]}}
//! ```
//!
//! # Fix
//! Replace with Ed25519 or RSA of at least 3072 bits.
//!
//! # Sources
//! A key names its algorithm twice: outside and in its body (RFC 4253); both must agree. Options before
//! the algorithm are legal. Only the SHA-256 fingerprint of a key is kept. Keys that devices report and
//! the directory does not know are not read in this version.

use alloc::vec::Vec;

use crate::case::Case;
use crate::facts::{PublicKey, User, UserKey};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Int, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const ALLOWED: Texts = Texts::new(
    "allowed",
    &[
        "ssh-ed25519",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "ssh-rsa",
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    ],
    "Algorithms that are accepted.",
)
.stricter_when_shorter();
const MIN_RSA_BITS: Int =
    Int::new("min_rsa_bits", 3072, 2048..=8192, "Least number of bits of an RSA key.")
        .stricter_when_higher();

const META: Meta = Meta {
    id: "JC-USR-013",
    logic_version: 1,
    text_revision: 1,
    title: "SSH public keys use an accepted algorithm and size",
    subject: SubjectKind::User,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Weak keys can be forged.",
    remediation: "Replace with Ed25519 or RSA of at least 3072 bits.",
    applies: "active users with an SSH key",
    inputs: &[InputNeed::new("USR", &["ssh_keys", "public_key", "state", "suspended"])],
    params: &[ALLOWED.spec(), MIN_RSA_BITS.spec()],
    reasons: &[
        Reason::pass("strong_keys", "every key is accepted"),
        Reason::fail("weak_key", "a key is too short or of an algorithm that is not accepted"),
        Reason::unknown("key_unparseable", "a key cannot be read"),
        Reason::unknown("field_absent", "the list of keys did not arrive"),
        Reason::unknown("field_unparseable", "the list of keys cannot be read"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("no_key", "the user has no SSH key"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct StrongKeys;

impl Rule for StrongKeys {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.not_active(case) {
            return early;
        }
        let keys = user.ssh_keys(case)?;
        if keys.is_empty() {
            return Ok(Verdict::not_applicable("no_key"));
        }
        let accepted: Vec<Option<bool>> =
            keys.into_iter().map(|key| is_accepted(case, user, key)).collect();
        if accepted.contains(&Some(false)) {
            Ok(Verdict::fail("weak_key"))
        } else if accepted.contains(&None) {
            Err(Unknown::new(UnknownCause::FieldUnparseable, "key_unparseable"))
        } else {
            Ok(Verdict::pass("strong_keys"))
        }
    }
}

/// Whether a key is accepted; none when it cannot be read. Leaves observations without the key.
fn is_accepted(case: &mut Case<'_>, user: &User<'_>, key: UserKey<'_>) -> Option<bool> {
    let place = key.observe(case, user);
    let text = match key {
        UserKey::Listed(key) => &key.public_key,
        UserKey::Single(text) => text,
    };
    let key = text.filled().and_then(PublicKey::parse);
    let Some(PublicKey { algorithm, rsa_bits, fingerprint }) = key else {
        case.see_derived(user.row(), &alloc::format!("{place}.readable"), false);
        return None;
    };
    let allowed = case.param(&ALLOWED).contains(&algorithm.as_str());
    let long = rsa_bits.is_none_or(|bits| bits >= case.param(&MIN_RSA_BITS));
    case.see_derived(user.row(), &alloc::format!("{place}.algorithm"), algorithm);
    case.see_derived(user.row(), &alloc::format!("{place}.rsa_bits"), rsa_bits);
    case.see_derived(user.row(), &alloc::format!("{place}.fingerprint"), fingerprint);
    Some(allowed && long)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::facts::test_keys::{line, rsa};
    use crate::testing::{findings, inputs, judge, judge_with};

    const RULE: &str = "JC-USR-013";

    fn user(fields: &Value) -> Value {
        let mut record = json!({"_id": "u1", "state": "ACTIVATED"});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"USR": [record]}))
    }

    fn keys(lines: &[&str]) -> Value {
        let keys: Value = lines
            .iter()
            .enumerate()
            .map(|(n, line)| json!({"_id": alloc::format!("k{n}"), "name": "laptop", "public_key": line}))
            .collect();
        user(&json!({"ssh_keys": keys}))
    }

    #[test]
    fn algorithms_and_sizes() {
        let short = rsa(2048);
        let long = rsa(3072);
        let dsa = line("ssh-dss", &[&[7; 128]]);
        for (lines, expected) in [
            ([long.as_str()].as_slice(), "PASS strong_keys"),
            (&[&short], "FAIL weak_key"),
            (&[&dsa], "FAIL weak_key"),
            (&[&long, "ssh-rsa ???"], "UNKNOWN key_unparseable"),
            (&[&short, "ssh-rsa ???"], "FAIL weak_key"),
            (&[""], "UNKNOWN key_unparseable"),
        ] {
            assert_eq!(judge(RULE, &keys(lines)), expected, "{lines:?}");
        }
        let config = json!({"parameters": {RULE: {"min_rsa_bits": 2048}}});
        assert_eq!(judge_with(RULE, &keys(&[&short]), &config), "PASS strong_keys");
        let options = alloc::format!("from=\"203.0.113.0/24\" {long}");
        assert_eq!(judge(RULE, &keys(&[&options])), "PASS strong_keys");
    }

    #[test]
    fn the_older_single_key_counts() {
        let short = rsa(1024);
        assert_eq!(
            judge(RULE, &user(&json!({"ssh_keys": [], "public_key": short}))),
            "FAIL weak_key"
        );
        assert_eq!(
            judge(RULE, &user(&json!({"ssh_keys": [], "public_key": ""}))),
            "NOT_APPLICABLE no_key"
        );
    }

    #[test]
    fn lists_that_did_not_arrive() {
        for (fields, expected) in [
            (json!({}), "UNKNOWN field_absent"),
            (json!({"ssh_keys": null}), "UNKNOWN field_absent"),
            (json!({"ssh_keys": "?"}), "UNKNOWN field_unparseable"),
            (json!({"ssh_keys": [null]}), "UNKNOWN field_unparseable"),
            (json!({"ssh_keys": []}), "NOT_APPLICABLE no_key"),
            (json!({"ssh_keys": [{"_id": "k1"}]}), "UNKNOWN key_unparseable"),
            (json!({"ssh_keys": [], "state": "SUSPENDED"}), "NOT_APPLICABLE not_active"),
            (json!({"ssh_keys": [], "state": null}), "UNKNOWN state_unclear"),
        ] {
            assert_eq!(judge(RULE, &user(&fields)), expected, "{fields}");
        }
    }

    #[test]
    fn evidence_holds_the_fingerprint_and_not_the_key() {
        let line = rsa(3072);
        let body = line.split(' ').nth(1).unwrap();
        let found = findings(RULE, &keys(&[&line]), &json!({}));
        let evidence = alloc::format!("{:?}", found[0].evidence);
        assert!(!evidence.contains(body));
        assert!(evidence.contains("SHA256:"));
    }
}
