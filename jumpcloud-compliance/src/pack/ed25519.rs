//! Ed25519 keys from the files that common tools write.

pub use ed25519_dalek::{SigningKey, VerifyingKey};

use ed25519_dalek::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};

/// A text that is no Ed25519 key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no Ed25519 {what} key in PEM form, make a pair with `openssl genpkey -algorithm ed25519`"
)]
pub struct KeyError {
    what: &'static str,
}

/// The private key of a PEM file (PKCS #8), such as `openssl genpkey -algorithm ed25519` writes.
///
/// # Errors
///
/// A [`KeyError`], which holds nothing of the text.
pub fn signing_key(pem: &str) -> Result<SigningKey, KeyError> {
    SigningKey::from_pkcs8_pem(pem).map_err(|_| KeyError { what: "private" })
}

/// The public key of a PEM file, such as `openssl pkey -pubout` writes.
///
/// # Errors
///
/// A [`KeyError`].
///
/// # Examples
///
/// ```no_run
/// use jumpcloud_compliance::pack::{ed25519, verify_signed_folder};
///
/// let key = ed25519::verifying_key(&std::fs::read_to_string("public.pem")?)?;
/// let verification = verify_signed_folder("evidence".as_ref(), &key)?;
/// assert!(verification.is_authentic(), "{verification:?}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verifying_key(pem: &str) -> Result<VerifyingKey, KeyError> {
    VerifyingKey::from_public_key_pem(pem).map_err(|_| KeyError { what: "public" })
}

#[cfg(test)]
mod tests {
    use std::string::ToString as _;

    use super::*;

    // RFC 8410, section 10: a key pair as an example.
    const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
        -----END PRIVATE KEY-----\n";
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
        -----END PUBLIC KEY-----\n";

    #[test]
    fn the_published_pair_fits() {
        let key = signing_key(PRIVATE).unwrap();
        assert_eq!(key.verifying_key(), verifying_key(PUBLIC).unwrap());
    }

    #[test]
    fn what_is_no_key_is_refused_without_its_text() {
        for text in ["", "c2VjcmV0", PUBLIC] {
            let error = signing_key(text).unwrap_err().to_string();
            assert!(error.starts_with("this is no Ed25519 private key in PEM form, "), "{error}");
            assert!(text.is_empty() || !error.contains(text), "{error}");
        }
        assert!(verifying_key(PRIVATE).is_err());
    }
}
