//! What went wrong, in a form a program can switch on and a person can act on.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

/// Longest excerpt of an answer's body that an error keeps, in characters.
const EXCERPT_CHARS: usize = 200;
/// How much of a body is looked at for an excerpt: enough for any error text of the service.
const EXCERPT_SCAN_BYTES: usize = 4096;
/// Longest request id that is kept; longer ones are no ids.
const REQUEST_ID_BYTES: usize = 128;
/// So many characters of a secret in a row count as an echo of it.
const ECHO_BYTES: usize = 8;

/// The class of an [`Error`].
///
/// A new kind exists only where a caller would act differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The credential was not accepted: wrong, revoked, expired, rotated or of another region.
    Unauthorized,
    /// The credential is good but may not read this.
    Forbidden,
    /// An organization was named on a path that does not accept one.
    OrgHeaderNotAllowed,
    /// There is no such record, any more or at all.
    NotFound,
    /// The service does not offer this to the organization: not licensed, not configured.
    Unavailable,
    /// The service did not understand the request.
    BadRequest,
    /// Too many requests, still after waiting and trying again.
    RateLimited,
    /// The edge in front of the service answered with a page of its own and let nothing through.
    EdgeBlocked,
    /// The service failed, still after trying again.
    Transient,
    /// The connection failed, still after trying again.
    Transport,
    /// Nothing came in time, or the deadline of the run leaves no room.
    Timeout,
    /// The answer is none of the documented ones: a page instead of data, a wrong type, too large.
    Contract,
    /// The answer is no valid JSON, or a record in it has another shape.
    Decode,
    /// The credential could not be had from its provider.
    Credentials,
    /// This client never sends such a request.
    Refused,
    /// The run was stopped by its caller.
    Cancelled,
    /// A record belongs to another organization than the chosen one.
    WrongOrganization,
    /// The credential sees several organizations and none was chosen.
    OrganizationRequired,
    /// A list arrived and does not add up: rows are missing or it kept moving.
    Incomplete,
    /// The place where a collection keeps what it has finished cannot be read or written.
    Checkpoint,
}

impl ErrorKind {
    const fn what(self) -> &'static str {
        match self {
            Self::Unauthorized => "the credential was not accepted",
            Self::Forbidden => "the credential is not permitted",
            Self::OrgHeaderNotAllowed => "an organization may not be chosen",
            Self::NotFound => "there is nothing",
            Self::Unavailable => "the service does not offer this to the organization",
            Self::BadRequest => "the request was not understood",
            Self::RateLimited => "too many requests were made",
            Self::EdgeBlocked => "the edge of the service blocked the request",
            Self::Transient => "the service failed",
            Self::Transport => "the connection failed",
            Self::Timeout => "no answer came in time",
            Self::Contract => "the answer is not what the service documents",
            Self::Decode => "the answer could not be decoded",
            Self::Credentials => "no credential could be had",
            Self::Refused => "this client does not send such a request",
            Self::Cancelled => "the run was stopped",
            Self::WrongOrganization => "a record of another organization arrived",
            Self::OrganizationRequired => "the credential sees several organizations",
            Self::Incomplete => "the list does not add up",
            Self::Checkpoint => "the checkpoint cannot be used",
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Unauthorized => {
                "check that the key was not revoked, expired or rotated, that it belongs to the \
                 chosen region, and that API access is enabled for its administrator"
            }
            Self::Forbidden => {
                "give the administrator or service account of this credential a role that may \
                 read this path, or leave it out"
            }
            Self::OrgHeaderNotAllowed => "leave the organization out for this path",
            Self::NotFound => "check the id, the record may have been deleted meanwhile",
            Self::Unavailable => "treat it as not available, which is not the same as empty",
            Self::BadRequest => "check the filter, sort and page size",
            Self::RateLimited => {
                "lower the request rate or wait, other programs may share the credential"
            }
            Self::EdgeBlocked => {
                "check whether this machine's address is blocked or a proxy stands between"
            }
            Self::Transient => "try again later and look at the status page of the service",
            Self::Transport => "check the network, the proxy and the certificates",
            Self::Timeout => "try again, or allow more time",
            Self::Contract => {
                "check the base URL and whether a proxy changes the answers, then report it"
            }
            Self::Decode => "report it with the endpoint, the service may have changed",
            Self::Credentials => "check that the credential provider can be reached and has a key",
            Self::Refused => {
                "requests with side effects or secret answers are refused, read another path"
            }
            Self::Cancelled => "start it again when wanted",
            Self::WrongOrganization => "choose the organization that the credential belongs to",
            Self::OrganizationRequired => "choose one of them in the builder",
            Self::Incomplete => "read it again, and do not take a missing row for an absent one",
            Self::Checkpoint => "check that its place can be read and written, or choose another",
        }
    }

    const fn is_retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::Transient | Self::Transport | Self::Timeout)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what())
    }
}

/// Why a request, a list or a collection failed.
///
/// The text says in one sentence what happened, on which method and path template, and what can
/// be done. It never holds a header, a body, a query value, an id or anything about a person.
#[derive(Debug)]
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    what: Cow<'static, str>,
    hint: Cow<'static, str>,
    endpoint: Option<String>,
    status: Option<StatusCode>,
    attempts: u32,
    retry_after: Option<Duration>,
    request_id: Option<String>,
    retryable: bool,
    body_excerpt: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// What class of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The method and path template, such as `GET /systems/{id}`; never an expanded path.
    pub fn endpoint(&self) -> Option<&str> {
        self.0.endpoint.as_deref()
    }

    /// The status of the last answer, when there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// How often the request was sent; zero when it never left.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the service asked to wait, as it said it and not capped.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The service's own id of the last answer, for its support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Whether the same request may succeed later without any change.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// What a person can do about it.
    pub fn hint(&self) -> &str {
        &self.0.hint
    }

    /// The beginning of the answer's body: at most 200 characters, without control characters.
    ///
    /// It may hold personal data, which is why no other output of this type contains it. It is
    /// withheld when it repeats a part of the credential.
    pub fn body_excerpt(&self) -> Option<&str> {
        self.0.body_excerpt.as_deref()
    }

    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            what: Cow::Borrowed(kind.what()),
            hint: Cow::Borrowed(kind.hint()),
            endpoint: None,
            status: None,
            attempts: 0,
            retry_after: None,
            request_id: None,
            retryable: kind.is_retryable(),
            body_excerpt: None,
            source: None,
        }))
    }

    /// Says more exactly what happened. Only texts of this crate: no data of the service.
    pub(crate) fn what(mut self, what: impl Into<Cow<'static, str>>) -> Self {
        self.0.what = what.into();
        self
    }

    /// Says more exactly what to do. Only texts of this crate: no data of the service.
    pub(crate) fn advice(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = hint.into();
        self
    }

    /// Names the method and the path *template*.
    pub(crate) fn on(mut self, method: &str, template: &str) -> Self {
        self.0.endpoint = Some(format!("{method} {template}"));
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn after_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id;
        self
    }

    pub(crate) fn with_excerpt(mut self, excerpt: Option<String>) -> Self {
        self.0.body_excerpt = excerpt;
        self
    }

    pub(crate) fn retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    pub(crate) fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { what, hint, endpoint, status, attempts, .. } = &*self.0;
        f.write_str(what)?;
        if let Some(endpoint) = endpoint {
            write!(f, " on `{endpoint}`")?;
        }
        match (status, attempts) {
            (Some(status), 0 | 1) => write!(f, " (status {})", status.as_u16())?,
            (Some(status), n) => write!(f, " (status {}, {n} attempts)", status.as_u16())?,
            (None, 0 | 1) => {}
            (None, n) => write!(f, " ({n} attempts)")?,
        }
        write!(f, "; {hint}")
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("kind", &self.kind)
            .field("what", &self.what)
            .field("endpoint", &self.endpoint)
            .field("status", &self.status)
            .field("attempts", &self.attempts)
            .field("retry_after", &self.retry_after)
            .field("request_id", &self.request_id)
            .field("retryable", &self.retryable)
            .field("has_body_excerpt", &self.body_excerpt.is_some())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| {
            let source: &(dyn StdError + 'static) = source;
            source
        })
    }
}

/// Makes an excerpt of a body: capped, without control characters, withheld when it echoes the
/// secret.
pub(crate) fn excerpt(body: &[u8], secret: &[u8]) -> Option<String> {
    let head = body.get(..EXCERPT_SCAN_BYTES).unwrap_or(body);
    let text: String = String::from_utf8_lossy(head).chars().filter(|c| !c.is_control()).collect();
    if text.trim().is_empty() {
        return None;
    }
    if echoes(text.as_bytes(), secret) {
        return Some("withheld, the answer repeats a part of the credential".to_owned());
    }
    Some(text.trim().chars().take(EXCERPT_CHARS).collect())
}

/// Takes a request id from an answer's header, if it looks like one and repeats no secret.
pub(crate) fn request_id(headers: &http::HeaderMap, secret: &[u8]) -> Option<String> {
    ["x-request-id", "cf-ray"].into_iter().find_map(|name| {
        let id = headers.get(name)?.to_str().ok()?.trim();
        let plain = !id.is_empty()
            && id.len() <= REQUEST_ID_BYTES
            && id.bytes().all(|b| b.is_ascii_graphic())
            && !echoes(id.as_bytes(), secret);
        plain.then(|| id.to_owned())
    })
}

/// Whether a text repeats the secret or a telling part of it, in any letter case.
fn echoes(text: &[u8], secret: &[u8]) -> bool {
    if secret.is_empty() {
        return false;
    }
    let window = ECHO_BYTES.min(secret.len());
    secret
        .windows(window)
        .any(|part| text.windows(window).any(|have| have.eq_ignore_ascii_case(part)))
}

/// Everything that is wrong with a client's configuration.
///
/// [`ClientBuilder::build`](crate::ClientBuilder::build) reports all problems at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<ConfigProblem>,
}

impl ConfigError {
    pub(crate) const fn of_all(problems: Vec<ConfigProblem>) -> Self {
        Self { problems }
    }

    pub(crate) fn of(problem: ConfigProblem) -> Self {
        Self { problems: vec![problem] }
    }

    /// The problems, in the order of the builder's settings; at least one.
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client cannot be built: ")?;
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl StdError for ConfigError {}

/// One thing that is wrong with a client's configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigProblem {
    /// No credential was given.
    #[error("no credential was given, set an API key, a service account or a provider")]
    NoCredentials,
    /// More than one credential was given.
    #[error("more than one credential was given, keep one")]
    SeveralCredentials,
    /// The API key or the service account cannot be used.
    #[error("{0}")]
    Credentials(&'static str),
    /// The region's name is not known.
    #[error(transparent)]
    Region(#[from] crate::UnknownRegion),
    /// A base URL cannot be used.
    #[error(transparent)]
    Base(#[from] crate::InvalidBase),
    /// An `https` address was given, but this build has no TLS.
    #[error(
        "the address is `https` but TLS is not compiled in, enable the feature `rustls` or give \
         a transport of your own"
    )]
    NoTls,
    /// The organization's id cannot be sent.
    #[error(
        "the organization id is empty or holds characters that no id has, copy it from the console"
    )]
    Organization,
    /// The user agent cannot be sent.
    #[error(
        "the user agent is empty, too long or holds characters that a header cannot carry, take a short \
             text such as `example-audit/1.0`"
    )]
    UserAgent,
    /// A setting must be above zero.
    #[error("the setting `{0}` must be above zero")]
    Zero(&'static str),
    /// A setting is above its limit.
    #[error("the setting `{0}` is too large, lower it")]
    TooLarge(&'static str),
    /// The HTTP stack did not start.
    #[error("the HTTP stack could not be set up, check the certificates of this machine")]
    Transport,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_word_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Option<Error>>(), size_of::<usize>());
    }

    /// Every kind; the compiler asks for a new one here.
    fn kinds() -> Vec<ErrorKind> {
        use ErrorKind::{
            BadRequest, Cancelled, Checkpoint, Contract, Credentials, Decode, EdgeBlocked,
            Forbidden, Incomplete, NotFound, OrgHeaderNotAllowed, OrganizationRequired,
            RateLimited, Refused, Timeout, Transient, Transport, Unauthorized, Unavailable,
            WrongOrganization,
        };
        let after = |kind| match kind {
            Unauthorized => Some(Forbidden),
            Forbidden => Some(OrgHeaderNotAllowed),
            OrgHeaderNotAllowed => Some(NotFound),
            NotFound => Some(Unavailable),
            Unavailable => Some(BadRequest),
            BadRequest => Some(RateLimited),
            RateLimited => Some(EdgeBlocked),
            EdgeBlocked => Some(Transient),
            Transient => Some(Transport),
            Transport => Some(Timeout),
            Timeout => Some(Contract),
            Contract => Some(Decode),
            Decode => Some(Credentials),
            Credentials => Some(Refused),
            Refused => Some(Cancelled),
            Cancelled => Some(WrongOrganization),
            WrongOrganization => Some(OrganizationRequired),
            OrganizationRequired => Some(Incomplete),
            Incomplete => Some(Checkpoint),
            Checkpoint => None,
        };
        std::iter::successors(Some(Unauthorized), |kind| after(*kind)).collect()
    }

    #[test]
    fn every_kind_says_what_happened_where_and_what_to_do() {
        let mut told = std::collections::BTreeSet::new();
        for kind in kinds() {
            let error = Error::new(kind).on("GET", "/systems/{id}");
            let text = error.to_string();
            let (what, remedy) = text.split_once("; ").unwrap();
            assert!(
                what.starts_with(&kind.to_string()) && what.ends_with("on `GET /systems/{id}`")
            );
            assert_eq!(remedy, error.hint());
            assert!(remedy.split(' ').count() >= 5, "{kind:?} says what to do: {remedy}");
            assert!(!text.ends_with('.') && !text.contains('\n'), "{text}");
            assert!(text.starts_with(char::is_lowercase), "{text}");
            assert!(told.insert(what.to_owned()) && told.insert(remedy.to_owned()), "{text}");
        }
        assert_eq!(told.len(), 40, "each kind in words of its own");
    }

    #[test]
    fn the_text_is_one_sentence_with_place_and_remedy() {
        let error = Error::new(ErrorKind::Forbidden)
            .on("GET", "/systems/{id}")
            .with_status(StatusCode::FORBIDDEN)
            .after_attempts(3);
        let text = error.to_string();
        assert!(
            text.starts_with(
                "the credential is not permitted on `GET /systems/{id}` (status 403, 3 attempts); "
            ),
            "{text}"
        );
        assert!(text.contains("a role that may read this path"), "{text}");
        assert!(!text.ends_with('.') && !text.contains('\n') && !text.contains("  "), "{text}");
    }

    #[test]
    fn the_excerpt_stays_out_of_display_and_debug() {
        let error = Error::new(ErrorKind::BadRequest)
            .with_excerpt(excerpt(b"{\"message\":\"no such person ada@example.com\"}", b"k"));
        assert!(error.body_excerpt().unwrap().contains("ada@example.com"));
        assert!(!format!("{error} {error:?}").contains("ada@example.com"));
    }

    #[test]
    fn an_excerpt_is_short_clean_and_without_the_secret() {
        let secret = b"jca_SECRETsecret0123";
        assert_eq!(excerpt(b" \r\n\x00 ", secret), None);
        assert_eq!(excerpt(b"a\x1b[31m\nb\xff", secret).unwrap(), "a[31mb\u{fffd}");
        assert_eq!(excerpt("\u{e4}".repeat(500).as_bytes(), secret).unwrap().chars().count(), 200);
        for body in [
            "key jca_SECRETsecret0123 not found",
            "KEY JCA_secretSECRET0123",
            "prefix jca_SECR only",
            "jca_SEC\nRETse\r\ncret",
        ] {
            assert!(excerpt(body.as_bytes(), secret).unwrap().starts_with("withheld"), "{body}");
        }
        let mut far = " ".repeat(300);
        far.push_str("jca_SECRETsecret0123");
        assert!(excerpt(far.as_bytes(), secret).unwrap().starts_with("withheld"));
        assert_eq!(excerpt(b"jca_ is a prefix", secret).unwrap(), "jca_ is a prefix");
    }

    #[test]
    fn a_request_id_is_short_visible_and_no_secret() {
        let mut headers = http::HeaderMap::new();
        headers.insert("cf-ray", "8a1b-FRA".parse().unwrap());
        assert_eq!(request_id(&headers, b"sekret-sekret").as_deref(), Some("8a1b-FRA"));
        headers.insert("x-request-id", "id sekret-sekret".parse().unwrap());
        assert_eq!(request_id(&headers, b"sekret-sekret").as_deref(), Some("8a1b-FRA"));
        headers.insert("x-request-id", "sekret-sekret".parse().unwrap());
        assert_eq!(request_id(&headers, b"sekret-sekret").as_deref(), Some("8a1b-FRA"));
        headers.insert("x-request-id", "x".repeat(200).parse().unwrap());
        assert_eq!(request_id(&headers, b"").as_deref(), Some("8a1b-FRA"));
    }

    #[test]
    fn a_configuration_error_names_every_problem() {
        let problems = vec![ConfigProblem::NoCredentials, ConfigProblem::Zero("max_in_flight")];
        let text = ConfigError::of_all(problems).to_string();
        assert!(text.contains("no credential") && text.contains("max_in_flight"), "{text}");
    }
}
