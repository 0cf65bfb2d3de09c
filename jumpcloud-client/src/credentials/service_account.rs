//! A service account: a client id and secret that buy short-lived tokens.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderValue, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::Url;

use super::{AuthHeader, Credentials, CredentialsError, Flaw, checked, sensitive};
use crate::transport::{Response, TokenRequest, Transport};

/// A token is renewed so long before it ends; the official CLI does the same `[official code]`.
const MARGIN: Duration = Duration::from_secs(30);
/// Life of a token whose answer names none `[official code]`.
const DEFAULT_LIFE: Duration = Duration::from_secs(3600);
/// Longest life that is believed.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);
/// After a failed exchange nobody asks the token host again for so long.
const PAUSE: Duration = Duration::from_secs(1);
/// Longest pause that the token host can impose.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// The client id and secret of a service account `[official code]`.
///
/// They are exchanged for a bearer token at the region's token URL and sent to no other address.
/// The token is kept, renewed 30 seconds before it ends, and fetched once however many requests
/// wait for it. Hand it to [`ClientBuilder::service_account`](crate::ClientBuilder::service_account).
#[derive(Clone)]
pub struct ServiceAccount {
    client_id: String,
    client_secret: SecretString,
}

impl ServiceAccount {
    /// Takes the client id and secret from texts.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] when one of them is empty or not one visible word, or the id holds a
    /// colon.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Result<Self, CredentialsError> {
        let id = checked(client_id.into(), "the client id is empty")?;
        if id.expose_secret().contains(':') {
            return Err(CredentialsError::new("the client id holds a colon"));
        }
        Ok(Self {
            client_id: id.expose_secret().to_owned(),
            client_secret: checked(client_secret.into(), "the client secret is empty")?,
        })
    }

    /// Takes the client id and secret from two environment variables.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] when a variable is not set or its text cannot be used.
    pub fn from_env(id_variable: &str, secret_variable: &str) -> Result<Self, CredentialsError> {
        match (std::env::var(id_variable), std::env::var(secret_variable)) {
            (Ok(id), Ok(secret)) => Self::new(id, secret),
            _ => Err(CredentialsError::new(
                "an environment variable of the service account is not set",
            )),
        }
    }

    fn authorization(&self) -> Result<HeaderValue, CredentialsError> {
        let pair = SecretString::from(format!(
            "{}:{}",
            self.client_id,
            self.client_secret.expose_secret()
        ));
        sensitive(format!("Basic {}", base64(pair.expose_secret().as_bytes())))
    }
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceAccount(..)")
    }
}

/// The tokens of one service account, on one transport.
pub(crate) struct Tokens {
    account: ServiceAccount,
    url: Url,
    transport: Arc<dyn Transport>,
    timeout: Duration,
    now: fn() -> Instant,
    state: Mutex<State>,
    turn: Semaphore,
}

#[derive(Default)]
struct State {
    token: Option<(AuthHeader, Instant)>,
    failure: Option<(CredentialsError, Instant)>,
}

impl Tokens {
    pub(crate) fn new(
        account: ServiceAccount,
        url: Url,
        transport: Arc<dyn Transport>,
        timeout: Duration,
        now: fn() -> Instant,
    ) -> Self {
        let (state, turn) = (Mutex::default(), Semaphore::new(1));
        Self { account, url, transport, timeout, now, state, turn }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known without asking: a token with some life left, or a fresh failure.
    fn known(&self) -> Option<Result<AuthHeader, CredentialsError>> {
        let now = (self.now)();
        let state = self.state();
        if let Some((header, until)) = &state.token
            && now < *until
        {
            return Some(Ok(header.clone()));
        }
        let (failure, until) = state.failure.as_ref()?;
        let left = until.checked_duration_since(now).filter(|left| !left.is_zero())?;
        Some(Err(match failure.flaw() {
            Flaw::Passing(_) => {
                CredentialsError::with_flaw(failure.text(), Flaw::Passing(Some(left)))
            }
            Flaw::Lasting | Flaw::Rejected => failure.clone(),
        }))
    }

    async fn exchange(&self) -> Result<(AuthHeader, Duration), CredentialsError> {
        let request = TokenRequest::new(
            self.url.clone(),
            self.account.authorization()?,
            "grant_type=client_credentials&scope=api",
            self.timeout,
        );
        let answer = self.transport.exchange(request).await.map_err(|_unprintable| {
            // The transport's error could describe the request, which holds the secret.
            CredentialsError::transient("the token host could not be reached")
        })?;
        read_token(&answer)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

#[async_trait]
impl Credentials for Tokens {
    async fn header(&self) -> Result<AuthHeader, CredentialsError> {
        if let Some(known) = self.known() {
            return known;
        }
        // A semaphore and not a lock: a dropped caller passes its turn on.
        let _turn = self.turn.acquire().await;
        if let Some(known) = self.known() {
            return known;
        }
        let outcome = self.exchange().await;
        let now = (self.now)();
        let mut state = self.state();
        match outcome {
            Ok((header, life)) => {
                let until = now.checked_add(life.saturating_sub(MARGIN)).unwrap_or(now);
                *state = State { token: Some((header.clone(), until)), failure: None };
                Ok(header)
            }
            Err(error) => {
                let pause = match error.flaw() {
                    Flaw::Passing(Some(asked)) => asked.clamp(PAUSE, LONGEST_PAUSE),
                    _ => PAUSE,
                };
                let until = now.checked_add(pause).unwrap_or(now);
                *state = State { token: None, failure: Some((error.clone(), until)) };
                Err(error)
            }
        }
    }

    async fn rejected(&self) -> bool {
        self.state().token = None;
        true
    }
}

#[derive(serde::Deserialize)]
struct Granted {
    access_token: Option<String>,
    expires_in: Option<serde_json::Value>,
}

/// Reads the answer of the token host. Statuses: 401 is a wrong id or secret, 403 a client
/// without the scope `[official code]`; 400 is how the OAuth standard words a bad client
/// `[inferred]`.
fn read_token(answer: &Response) -> Result<(AuthHeader, Duration), CredentialsError> {
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST => {
            return Err(CredentialsError::with_flaw(
                "the token host did not accept the client id and secret of the service account",
                Flaw::Rejected,
            ));
        }
        StatusCode::FORBIDDEN => {
            return Err(CredentialsError::new(
                "the service account has no permission for the scope `api`",
            ));
        }
        status
            if status.is_server_error()
                || status == StatusCode::TOO_MANY_REQUESTS
                || status == StatusCode::REQUEST_TIMEOUT =>
        {
            let asked = answer.headers().get(header::RETRY_AFTER);
            let asked = asked.and_then(|v| v.to_str().ok()?.trim().parse::<u64>().ok());
            return Err(CredentialsError::with_flaw(
                "the token host failed or asked to wait",
                Flaw::Passing(asked.map(Duration::from_secs)),
            ));
        }
        _ => {
            return Err(CredentialsError::new(
                "the token host gave an answer that the service does not document",
            ));
        }
    }
    let unreadable = CredentialsError::new("the token host answered without a token");
    let Ok(granted) = serde_json::from_slice::<Granted>(answer.body()) else {
        return Err(unreadable);
    };
    let Some(token) = granted.access_token else { return Err(unreadable) };
    let life = match granted.expires_in {
        Some(serde_json::Value::Number(n)) => n.as_u64(),
        Some(serde_json::Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let life = life.filter(|seconds| *seconds > 0).map_or(DEFAULT_LIFE, Duration::from_secs);
    Ok((AuthHeader::bearer(token)?, life.min(LONGEST_LIFE)))
}

/// Base64 with padding, for one header; not worth a dependency.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for chunk in bytes.chunks(3) {
        let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let group = (at(0) << 16) | (at(1) << 8) | at(2);
        for (place, shift) in [18_u32, 12, 6, 0].into_iter().enumerate() {
            let index = usize::try_from((group >> shift) & 63).unwrap_or(0);
            let letter = ALPHABET.get(index).copied().filter(|_| place <= chunk.len());
            text.push(char::from(letter.unwrap_or(b'=')));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::scripted::{Reply, Scripted};

    fn tokens(transport: &Scripted) -> Tokens {
        Tokens::new(
            ServiceAccount::new("client", "planted-secret").unwrap(),
            Url::parse("https://login.example.com/oauth2/token").unwrap(),
            Arc::new(transport.clone()),
            Duration::from_secs(60),
            Instant::now,
        )
    }

    fn granted(token: &str, expires: &str) -> Reply {
        Reply::json(200, &format!("{{\"access_token\":\"{token}\"{expires}}}"))
    }

    #[test]
    fn base64_agrees_with_known_values() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
            ("a:\u{ff}?", "YTrDvz8="),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_fetched_once_and_renewed_before_it_ends() {
        let transport = Scripted::new();
        transport.push_token(granted("one", ",\"expires_in\":100").after(Duration::from_secs(1)));
        transport.push_token(granted("two", ",\"expires_in\":\"100\""));
        let tokens = tokens(&transport);
        let all = futures::future::join_all((0..8).map(|_| tokens.header())).await;
        assert!(all.iter().all(|h| h.as_ref().unwrap().value() == "Bearer one"));
        assert_eq!(transport.token_requests().len(), 1);
        tokio::time::advance(Duration::from_millis(69_900)).await;
        assert_eq!(tokens.header().await.unwrap().value(), "Bearer one");
        tokio::time::advance(Duration::from_millis(200)).await;
        assert_eq!(tokens.header().await.unwrap().value(), "Bearer two");
        let request = transport.token_requests().remove(0);
        assert_eq!(request.url().as_str(), "https://login.example.com/oauth2/token");
        assert_eq!(request.body(), "grant_type=client_credentials&scope=api");
        assert_eq!(request.authorization(), "Basic Y2xpZW50OnBsYW50ZWQtc2VjcmV0");
        assert!(!format!("{request:?} {tokens:?} {:?}", tokens.account).contains("planted"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_missing_or_senseless_life_is_an_hour() {
        for expires in ["", ",\"expires_in\":0", ",\"expires_in\":-5", ",\"expires_in\":null"] {
            let transport = Scripted::new();
            transport.push_token(granted("one", expires));
            let tokens = tokens(&transport);
            tokens.header().await.unwrap();
            tokio::time::advance(Duration::from_secs(3569)).await;
            assert_eq!(tokens.header().await.unwrap().value(), "Bearer one", "{expires}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn failures_are_told_apart_and_not_repeated_at_once() {
        for (status, transient) in
            [(401, false), (403, false), (302, false), (503, true), (429, true)]
        {
            let transport = Scripted::new();
            transport.push_token(Reply::json(status, "{\"error\":\"planted\"}"));
            let tokens = tokens(&transport);
            for _ in 0..3 {
                let error = tokens.header().await.unwrap_err();
                assert_eq!(error.is_transient(), transient, "{status}");
                assert!(!format!("{error} {error:?}").contains("planted"));
            }
            assert_eq!(transport.token_requests().len(), 1);
            tokio::time::advance(Duration::from_millis(1001)).await;
            transport.push_token(granted("one", ""));
            assert!(tokens.header().await.is_ok());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_the_token_host_asks_for_is_kept() {
        let transport = Scripted::new();
        transport.push_token(Reply::json(429, "{}").header("retry-after", "20"));
        transport.push_token(granted("one", ""));
        let tokens = tokens(&transport);
        assert!(tokens.header().await.is_err());
        tokio::time::advance(Duration::from_secs(19)).await;
        let error = tokens.header().await.unwrap_err();
        assert_eq!(error.flaw(), Flaw::Passing(Some(Duration::from_secs(1))));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(tokens.header().await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_rejected_token_is_dropped_and_a_dropped_caller_passes_its_turn_on() {
        let transport = Scripted::new();
        transport.push_token(granted("slow", "").after(Duration::from_secs(50)));
        transport.push_token(granted("one", ""));
        transport.push_token(granted("two", ""));
        let tokens = tokens(&transport);
        let hung = tokio::time::timeout(Duration::from_secs(5), tokens.header()).await;
        assert!(hung.is_err());
        assert_eq!(tokens.header().await.unwrap().value(), "Bearer one");
        assert!(tokens.rejected().await);
        assert_eq!(tokens.header().await.unwrap().value(), "Bearer two");
    }
}
