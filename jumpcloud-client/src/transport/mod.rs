//! How a request reaches the service: one trait, the built-in HTTP stack, and a scripted one.

mod reqwest;
#[cfg(any(test, feature = "testkit"))]
pub mod scripted;

pub use self::reqwest::HttpTransport;
pub(crate) use self::reqwest::Proxy;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use url::Url;

/// Largest answer of the token host that is read; a token is a few kilobytes.
const TOKEN_ANSWER_BYTES: usize = 64 * 1024;

/// Sends one request and brings back one answer.
///
/// Implement it to go through a stack of your own. An implementation must not follow redirects
/// (they would carry the key to another host), must not try again by itself (the client counts
/// and paces attempts), and should stop reading at [`Request::max_body_bytes`].
///
/// The client can build only reads; a hostile transport could do anything with the key, so use
/// one you trust.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a read and waits for the whole answer, whatever its status.
    ///
    /// # Errors
    ///
    /// [`TransportError`] when no whole answer arrived.
    ///
    /// # Cancellation
    ///
    /// The future is dropped when the attempt's time is over.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;

    /// Exchanges a service account's secret for a token: the only other request there is.
    ///
    /// # Errors
    ///
    /// [`TransportError`] when no whole answer arrived, or when the transport does not offer this,
    /// which is the default.
    async fn exchange(&self, request: TokenRequest) -> Result<Response, TransportError> {
        drop(request);
        Err(TransportErrorKind::Unsupported.into())
    }
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        (**self).send(request).await
    }

    async fn exchange(&self, request: TokenRequest) -> Result<Response, TransportError> {
        (**self).exchange(request).await
    }
}

/// What a request does: it reads, either by a GET or by one of the documented read POSTs.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Query(Bytes),
}

impl Verb {
    pub(crate) const fn method(&self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Query(_) => "POST",
        }
    }
}

/// A read, ready to be sent; only this crate makes one.
///
/// Its `Debug` leaves out path, query, header values and body.
#[derive(Clone)]
pub struct Request {
    verb: Verb,
    url: Url,
    headers: HeaderMap,
    max_body_bytes: usize,
    timeout: Duration,
}

impl Request {
    pub(crate) const fn new(
        verb: Verb,
        url: Url,
        headers: HeaderMap,
        max_body_bytes: usize,
        timeout: Duration,
    ) -> Self {
        Self { verb, url, headers, max_body_bytes, timeout }
    }

    /// `GET`, or `POST` for the documented searches and event queries.
    pub fn method(&self) -> &'static str {
        self.verb.method()
    }

    /// Where it goes; query values can hold personal data.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The headers, the credential among them, marked as sensitive.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The JSON body of a `POST`.
    pub fn body(&self) -> Option<&Bytes> {
        match &self.verb {
            Verb::Get => None,
            Verb::Query(body) => Some(body),
        }
    }

    /// How many bytes of body, decompressed, may be read before it is an error.
    pub fn max_body_bytes(&self) -> usize {
        self.max_body_bytes
    }

    /// After how long the client drops the attempt.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method())
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

/// The exchange of a service account's secret for a token; only this crate makes one.
///
/// A `POST` of a form. Its `Debug` leaves out everything but the host.
#[derive(Clone)]
pub struct TokenRequest {
    url: Url,
    authorization: HeaderValue,
    body: &'static str,
    timeout: Duration,
}

impl TokenRequest {
    pub(crate) const fn new(
        url: Url,
        authorization: HeaderValue,
        body: &'static str,
        timeout: Duration,
    ) -> Self {
        Self { url, authorization, body, timeout }
    }

    /// The token URL of the region.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The value of the `Authorization` header, marked as sensitive.
    pub fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }

    /// The body, of the type `application/x-www-form-urlencoded`.
    pub fn body(&self) -> &'static str {
        self.body
    }

    /// How many bytes of body may be read before it is an error.
    pub fn max_body_bytes(&self) -> usize {
        TOKEN_ANSWER_BYTES
    }

    /// After how long the client drops the attempt.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

/// A whole answer.
///
/// Its `Debug` shows the status and the size.
#[derive(Clone)]
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Response {
    /// Puts an answer together; the body is already decompressed.
    pub const fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    pub(crate) fn into_parts(self) -> (StatusCode, HeaderMap, Bytes) {
        (self.status, self.headers, self.body)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why no whole answer arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: name, network, TLS.
    Connect,
    /// Nothing came in time.
    Timeout,
    /// The connection ended before the answer did.
    Interrupted,
    /// The body is larger than allowed.
    TooLarge,
    /// This transport does not offer the request.
    Unsupported,
    /// Anything else.
    Other,
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the connection could not be made",
            Self::Timeout => "no data came in time",
            Self::Interrupted => "the connection ended before the answer did",
            Self::TooLarge => "the answer is larger than allowed",
            Self::Unsupported => "the transport does not offer this request",
            Self::Other => "the transport failed",
        })
    }
}

/// No whole answer arrived.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// Wraps the cause; keep URLs and secrets out of its texts.
    pub fn new(
        kind: TransportErrorKind,
        cause: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { kind, source: Some(cause.into()) }
    }

    /// What class of failure it is.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl From<TransportErrorKind> for TransportError {
    fn from(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_path_query_header_or_body() {
        let mut headers = HeaderMap::new();
        headers.insert("x-api-key", HeaderValue::from_static("planted"));
        let url = Url::parse("https://console.example.com/planted?filter=planted").unwrap();
        let request = Request::new(
            Verb::Query(Bytes::from_static(b"planted")),
            url.clone(),
            headers.clone(),
            1,
            Duration::from_secs(1),
        );
        let token = TokenRequest::new(
            url,
            HeaderValue::from_static("planted"),
            "planted",
            Duration::from_secs(1),
        );
        let response = Response::new(StatusCode::OK, headers, Bytes::from_static(b"planted"));
        let shown = format!("{request:?} {token:?} {response:?}");
        assert!(!shown.contains("planted"), "{shown}");
        assert!(shown.contains("console.example.com") && shown.contains("POST"), "{shown}");
    }
}
