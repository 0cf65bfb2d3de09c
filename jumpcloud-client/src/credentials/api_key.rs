//! The key of one administrator.

use std::fmt;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use super::{AuthHeader, Credentials, CredentialsError, checked};

/// The API key of an administrator, sent as `x-api-key` `[spec]`.
///
/// A key has exactly the role and the organizations of its administrator `[official code]`, so a
/// dedicated administrator with the role *Read Only* is the one to use. The value is zeroed when
/// dropped; there is no `Display`, no serialisation, and `Debug` prints nothing of it.
///
/// ```
/// use jumpcloud_client::credentials::ApiKey;
///
/// let key = ApiKey::new("jca_example")?;
/// assert_eq!(format!("{key:?}"), "ApiKey(..)");
/// assert!(ApiKey::new("jca_example\n").is_err());
/// # Ok::<(), jumpcloud_client::credentials::CredentialsError>(())
/// ```
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Takes a key from a text.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] when the text is empty, longer than 8 KiB, or holds a space, a line
    /// break or any other character that is not visible ASCII.
    pub fn new(key: impl Into<String>) -> Result<Self, CredentialsError> {
        checked(key.into(), "the API key is empty").map(Self)
    }

    /// Takes a key from an environment variable, usually `JUMPCLOUD_API_KEY`.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] when the variable is not set or its text is no key.
    pub fn from_env(variable: &str) -> Result<Self, CredentialsError> {
        std::env::var(variable).map_or_else(
            |_| Err(CredentialsError::new("the environment variable of the API key is not set")),
            Self::new,
        )
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(..)")
    }
}

#[async_trait]
impl Credentials for ApiKey {
    async fn header(&self) -> Result<AuthHeader, CredentialsError> {
        AuthHeader::api_key(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_visible_word_of_any_form() {
        for key in ["jca_0123", "0123456789abcdef0123456789abcdef01234567", "x"] {
            assert!(ApiKey::new(key).is_ok(), "{key}");
        }
        for key in ["", " ", "planted key", "planted\n", "planted\r\n", "planted\u{a0}", "pl\0nted"]
        {
            let error = ApiKey::new(key).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("planted"), "{error:?}");
        }
        assert!(ApiKey::new("x".repeat(9000)).is_err());
    }

    #[test]
    fn a_missing_variable_is_an_error() {
        assert!(ApiKey::from_env("JUMPCLOUD_NO_SUCH_VARIABLE").is_err());
        assert!(ApiKey::from_env("=\0").is_err());
    }

    #[test]
    fn debug_prints_nothing_of_it() {
        assert_eq!(format!("{:?}", ApiKey::new("planted").unwrap()), "ApiKey(..)");
    }
}
