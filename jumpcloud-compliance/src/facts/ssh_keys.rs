//! SSH keys of users: which algorithm, how long, and a fingerprint that shows no key.

use alloc::string::String;
use alloc::vec::Vec;

use jumpcloud_client::Field;
use jumpcloud_client::resources::SshKey;
use sha2::{Digest as _, Sha256};

use super::{User, object};
use crate::case::Case;
use crate::rule::Unknown;

/// What a public key says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Algorithm, as the key itself spells it.
    pub algorithm: String,
    /// Bits of the modulus; RSA only.
    pub rsa_bits: Option<i64>,
    /// SHA-256 fingerprint in OpenSSH's spelling.
    pub fingerprint: String,
}

impl PublicKey {
    /// Reads a line of `authorized_keys`: options, algorithm, key, comment.
    ///
    /// None when there is no algorithm followed by a key that names the same one.
    pub fn parse(line: &str) -> Option<Self> {
        let words: Vec<&str> = words(line);
        words.windows(2).find_map(|pair| match pair {
            [algorithm, body] => Self::from_words(algorithm, body),
            _ => None,
        })
    }

    fn from_words(algorithm: &str, body: &str) -> Option<Self> {
        let blob = base64(body)?;
        let (own, rest) = field(&blob)?;
        if own != algorithm.as_bytes() {
            return None;
        }
        let rsa_bits = if algorithm == "ssh-rsa" {
            let (_, rest) = field(rest)?;
            let (modulus, _) = field(rest)?;
            Some(bits(modulus)?)
        } else {
            // Every other key holds something after its algorithm, too.
            field(rest)?;
            None
        };
        let mut fingerprint = String::from("SHA256:");
        base64_into(&Sha256::digest(&blob), &mut fingerprint);
        Some(Self { algorithm: algorithm.into(), rsa_bits, fingerprint })
    }
}

/// One key of a user.
#[derive(Clone, Copy, Debug)]
pub enum UserKey<'a> {
    /// One of the list.
    Listed(&'a SshKey),
    /// The older single key.
    Single(&'a Field<String>),
}

impl UserKey<'_> {
    /// Leaves an observation of which key it is; gives its place in the user's record.
    pub fn observe(self, case: &mut Case<'_>, user: &User<'_>) -> String {
        let Self::Listed(key) = self else { return "public_key".into() };
        let id = key.id.value().map(|id| alloc::format!("{id}")).unwrap_or_default();
        let place = alloc::format!("ssh_keys[_id={id}]");
        case.see(user.row(), &alloc::format!("{place}.name"), &key.name);
        place
    }
}

impl<'a> User<'a> {
    /// The keys of a user: those of the list, and the older single one when the list lacks it.
    ///
    /// # Errors
    ///
    /// Unknown when the list did not arrive or cannot be read.
    pub fn ssh_keys(&self, case: &mut Case<'_>) -> Result<Vec<UserKey<'a>>, Unknown> {
        let record = self.user();
        let listed = object(&record.ssh_keys)?;
        let mut keys: Vec<UserKey<'a>> = listed.iter().map(UserKey::Listed).collect();
        let single = record.public_key.filled();
        if single.is_some() && !listed.iter().any(|key| key.public_key.filled() == single) {
            keys.push(UserKey::Single(&record.public_key));
        }
        let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
        case.see_derived(self.row(), "ssh_keys.count", count);
        Ok(keys)
    }
}

/// Words of a line; blanks between quotes of an option belong to it.
fn words(line: &str) -> Vec<&str> {
    let mut quoted = false;
    let mut escaped = false;
    line.split(|c: char| {
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = c == '\\' && !escaped;
        c.is_whitespace() && !quoted
    })
    .filter(|word| !word.is_empty())
    .collect()
}

/// The first field of a key: its length in four bytes, then its bytes; and what follows.
fn field(blob: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = blob.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// Bits of a positive number in big-endian bytes.
fn bits(number: &[u8]) -> Option<i64> {
    let significant = number.iter().position(|byte| *byte != 0).and_then(|at| number.get(at..))?;
    let first = significant.first()?;
    let whole = i64::try_from(significant.len()).ok()?.checked_mul(8)?;
    whole.checked_sub(i64::from(first.leading_zeros()))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Reads base64 with or without padding; nothing else may stand in it.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(digits.len());
    for group in digits.chunks(4) {
        let mut value: u32 = 0;
        for digit in group {
            let digit = ALPHABET.iter().position(|own| own == digit)?;
            value = value << 6 | u32::try_from(digit).ok()?;
        }
        let missing = 4_usize.checked_sub(group.len())?;
        value <<= 6_usize.checked_mul(missing)?;
        let whole = match group.len() {
            4 => 3,
            3 => 2,
            2 => 1,
            _ => return None,
        };
        bytes.extend(value.to_be_bytes().into_iter().skip(1).take(whole));
    }
    Some(bytes)
}

/// Writes base64 without padding.
fn base64_into(bytes: &[u8], text: &mut String) {
    for group in bytes.chunks(3) {
        let value = (0..3).fold(0_u32, |value, at| {
            value << 8 | u32::from(group.get(at).copied().unwrap_or_default())
        });
        for place in (0..=group.len()).map(|digit| 18_usize.saturating_sub(digit.saturating_mul(6)))
        {
            let digit = usize::try_from(value >> place & 63).unwrap_or_default();
            text.extend(ALPHABET.get(digit).map(|byte| char::from(*byte)));
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use alloc::format;

    use super::*;

    /// A line with a key of this algorithm and these fields, written by hand from the format.
    pub(crate) fn line(algorithm: &str, fields: &[&[u8]]) -> String {
        let mut blob = Vec::new();
        for field in core::iter::once(&algorithm.as_bytes()).chain(fields) {
            blob.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
            blob.extend(*field);
        }
        let mut text = format!("{algorithm} ");
        base64_into(&blob, &mut text);
        text
    }

    /// An RSA key with a modulus of so many bits.
    pub(crate) fn rsa(bits: usize) -> String {
        let highest = bits.checked_sub(1).unwrap();
        let mut modulus = alloc::vec![0, 1 << (highest % 8)];
        modulus.extend(core::iter::repeat_n(0_u8, highest / 8));
        line("ssh-rsa", &[&[1, 0, 1], &modulus])
    }

    #[test]
    fn fingerprints_are_those_of_openssh() {
        // The key and fingerprint of github.com, as published.
        let key = PublicKey::parse(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
        )
        .unwrap();
        assert_eq!(key.fingerprint, "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
        assert_eq!((key.algorithm.as_str(), key.rsa_bits), ("ssh-ed25519", None));
    }

    #[test]
    fn bits_of_the_modulus() {
        for bits in [1024, 2047, 2048, 3072, 4096] {
            let key = PublicKey::parse(&rsa(bits)).unwrap();
            assert_eq!(key.rsa_bits, Some(i64::try_from(bits).unwrap()));
        }
    }

    #[test]
    fn options_may_stand_before_the_algorithm() {
        let key = rsa(3072);
        let plain = PublicKey::parse(&key);
        for line in [
            format!("from=\"203.0.113.0/24\",command=\"say \\\"ssh-rsa x\\\" now\" {key}"),
            format!("no-pty {key} ada@example.com"),
            format!("  {key}==  "),
        ] {
            assert_eq!(PublicKey::parse(&line), plain, "{line}");
        }
    }

    #[test]
    fn what_is_no_key() {
        let other = rsa(2048).replace("ssh-rsa ", "ssh-dss ");
        for line in [
            "",
            "ssh-rsa",
            "ssh-rsa AAAA",
            "ssh-ed25519 not base64",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
            "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
            &other,
        ] {
            assert_eq!(PublicKey::parse(line), None, "{line}");
        }
    }

    #[test]
    fn blanks_in_quotes_belong_to_an_option() {
        let line = r#"from="10.0.0.1, 10.0.0.2",command="echo \"a b\" c" ssh-ed25519 AAAA ada"#;
        let found = words(line);
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(found.get(1), Some(&"ssh-ed25519"));
        assert_eq!(words(r#"a\" b c"#).len(), 3);
        assert_eq!(words("ssh-rsa  AAAA"), ["ssh-rsa", "AAAA"]);
    }
}
