//! Where the key of a request comes from.

mod api_key;
mod rotating;
mod service_account;

pub use api_key::ApiKey;
pub use rotating::Rotating;
pub use service_account::ServiceAccount;

pub(crate) use service_account::Tokens;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};

/// Longest secret that is accepted, in bytes; servers refuse longer headers anyway.
const LONGEST_SECRET: usize = 8 * 1024;

/// Gives the header that authenticates a request.
///
/// It is asked before every attempt, so that a key can change under a running collection;
/// implementations keep what they fetched and answer from memory.
///
/// ```
/// use jumpcloud_client::credentials::{ApiKey, AuthHeader, Credentials, CredentialsError};
///
/// #[derive(Debug)]
/// struct FromFile(std::path::PathBuf);
///
/// #[async_trait::async_trait]
/// impl Credentials for FromFile {
///     async fn header(&self) -> Result<AuthHeader, CredentialsError> {
///         let text = std::fs::read_to_string(&self.0)
///             .map_err(|_| CredentialsError::new("the key file cannot be read"))?;
///         AuthHeader::api_key(&ApiKey::new(text.trim_end())?)
///     }
/// }
/// ```
#[async_trait]
pub trait Credentials: fmt::Debug + Send + Sync {
    /// The header for the next attempt.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] when no credential can be had; a transient one is tried again.
    async fn header(&self) -> Result<AuthHeader, CredentialsError>;

    /// Tells that the service answered 401 to the current header.
    ///
    /// `true` means that another header is worth one more attempt; the next call of
    /// [`header`](Self::header) gives it.
    async fn rejected(&self) -> bool {
        false
    }
}

#[async_trait]
impl<T: Credentials + ?Sized> Credentials for Arc<T> {
    async fn header(&self) -> Result<AuthHeader, CredentialsError> {
        (**self).header().await
    }

    async fn rejected(&self) -> bool {
        (**self).rejected().await
    }
}

/// The header of one attempt: an API key or a bearer token.
///
/// Its `Debug` shows which of the two it is and nothing of the value.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthHeader {
    bearer: bool,
    value: HeaderValue,
}

impl AuthHeader {
    /// `x-api-key`, for the key of an administrator `[spec]`.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] when the key cannot be written in a header.
    pub fn api_key(key: &ApiKey) -> Result<Self, CredentialsError> {
        Ok(Self { bearer: false, value: sensitive(key.expose().to_owned())? })
    }

    /// `Authorization: Bearer`, for the token of a service account `[official code]`.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] when the token is empty or cannot be written in a header.
    pub fn bearer(token: impl Into<String>) -> Result<Self, CredentialsError> {
        let token = checked(token.into(), "the bearer token is empty")?;
        let value = sensitive(format!("Bearer {}", token.expose_secret()))?;
        Ok(Self { bearer: true, value })
    }

    /// The name of the header.
    pub fn name(&self) -> HeaderName {
        if self.bearer { header::AUTHORIZATION } else { HeaderName::from_static("x-api-key") }
    }

    /// The value of the header, marked as sensitive.
    pub fn value(&self) -> &HeaderValue {
        &self.value
    }

    /// The secret part, to keep it out of texts that a server echoes.
    pub(crate) fn secret(&self) -> &[u8] {
        let bytes = self.value.as_bytes();
        if self.bearer { bytes.strip_prefix(b"Bearer ").unwrap_or(bytes) } else { bytes }
    }
}

impl fmt::Debug for AuthHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthHeader").field("name", &self.name()).finish_non_exhaustive()
    }
}

fn sensitive(text: String) -> Result<HeaderValue, CredentialsError> {
    let mut value = HeaderValue::try_from(text).map_err(|_unprintable| {
        CredentialsError::new("the credential cannot be written in a header")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Checks that a secret is one visible word. Its length and prefix are not judged: the service
/// has changed both before `[official code]`.
fn checked(text: String, empty: &'static str) -> Result<SecretString, CredentialsError> {
    let text = SecretString::from(text);
    let bytes = text.expose_secret().as_bytes();
    let flaw = if bytes.is_empty() {
        empty
    } else if bytes.len() > LONGEST_SECRET {
        "the credential is too long"
    } else if bytes.iter().any(|b| matches!(b, b'\r' | b'\n')) {
        "the credential holds a line break, remove the end of the line"
    } else if !bytes.iter().all(u8::is_ascii_graphic) {
        "the credential holds a space or a character that is not visible"
    } else {
        return Ok(text);
    };
    Err(CredentialsError::new(flaw))
}

/// Why no credential can be had.
///
/// The text comes from the program, never from the secret or from an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct CredentialsError {
    text: &'static str,
    flaw: Flaw,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It will not pass by itself.
    Lasting,
    /// The token host refused the client id or secret.
    Rejected,
    /// A failure that may pass, and the wait that was asked for.
    Passing(Option<Duration>),
}

impl CredentialsError {
    /// A lasting failure, in the provider's own fixed words.
    pub const fn new(text: &'static str) -> Self {
        Self { text, flaw: Flaw::Lasting }
    }

    /// A failure that may pass, in the provider's own fixed words.
    ///
    /// The attempt is repeated under the same rules as a failed request.
    pub const fn transient(text: &'static str) -> Self {
        Self { text, flaw: Flaw::Passing(None) }
    }

    /// Whether the failure may pass by itself.
    pub const fn is_transient(&self) -> bool {
        matches!(self.flaw, Flaw::Passing(_))
    }

    pub(crate) const fn with_flaw(text: &'static str, flaw: Flaw) -> Self {
        Self { text, flaw }
    }

    pub(crate) const fn flaw(&self) -> Flaw {
        self.flaw
    }

    pub(crate) const fn text(&self) -> &'static str {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_shows_its_name_and_nothing_else() {
        let key = ApiKey::new("jca_planted-secret").unwrap();
        let header = AuthHeader::api_key(&key).unwrap();
        assert_eq!(header.name(), "x-api-key");
        assert_eq!(header.value(), "jca_planted-secret");
        assert!(header.value().is_sensitive());
        let bearer = AuthHeader::bearer("planted-token").unwrap();
        assert_eq!(bearer.name(), "authorization");
        assert_eq!(bearer.value(), "Bearer planted-token");
        assert_eq!(bearer.secret(), b"planted-token");
        let shown = format!("{header:?} {bearer:?} {:?}", header.value());
        assert!(!shown.contains("planted"), "{shown}");
    }

    #[test]
    fn a_token_that_is_no_word_is_refused_without_repeating_it() {
        for token in ["", "a b", "planted\n", "planted\u{e4}"] {
            let error = AuthHeader::bearer(token).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("planted"), "{error:?}");
        }
    }
}
