//! The built-in HTTP stack: the only file that names the library behind it.

use std::error::Error as StdError;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, header};

use super::{Request, Response, TokenRequest, Transport, TransportError, TransportErrorKind};
use crate::error::{ConfigError, ConfigProblem};

/// Idle connections kept for each host: as many as are usual at once, so that none is opened twice.
const IDLE_CONNECTIONS: usize = 64;
/// How much room is made at once on the word of a `Content-Length`.
const FIRST_ROOM_BYTES: u64 = 1024 * 1024;
/// Longest cause text that is kept, in characters.
const CAUSE_CHARS: usize = 300;

/// The built-in HTTP stack, over TCP and, with the feature `rustls`, TLS 1.2 or later.
///
/// It follows no redirect, tries nothing again, uses no proxy of the environment unless asked, and
/// counts the decompressed bytes of a body while they arrive. The client makes one by itself; make
/// one to wrap it in a [`Transport`] of your own.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// Sets up the stack with the time to connect and the longest silence while reading.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the stack does not start, for example without usable certificates.
    pub fn new(connect: Duration, read: Duration) -> Result<Self, ConfigError> {
        Self::build(connect, read, Proxy::None)
    }

    pub(crate) fn build(
        connect: Duration,
        read: Duration,
        proxy: Proxy,
    ) -> Result<Self, ConfigError> {
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .gzip(true)
            .connect_timeout(connect)
            .read_timeout(read)
            .pool_max_idle_per_host(IDLE_CONNECTIONS);
        let builder = match proxy {
            Proxy::None => builder.no_proxy(),
            Proxy::FromEnvironment => builder,
        };
        match builder.build() {
            Ok(client) => Ok(Self { client }),
            Err(_) => Err(ConfigError::of(ConfigProblem::Transport)),
        }
    }

    async fn fetch(
        &self,
        request: reqwest::Request,
        max_body_bytes: usize,
    ) -> Result<Response, TransportError> {
        let mut answer = self.client.execute(request).await.map_err(wrap)?;
        let announced = answer.content_length().unwrap_or(0);
        if usize::try_from(announced).map_or(true, |length| length > max_body_bytes) {
            return Err(TransportErrorKind::TooLarge.into());
        }
        let room = usize::try_from(announced.min(FIRST_ROOM_BYTES)).unwrap_or(0);
        let mut body = BytesMut::with_capacity(room);
        while let Some(chunk) = answer.chunk().await.map_err(wrap_body)? {
            if body.len().saturating_add(chunk.len()) > max_body_bytes {
                return Err(TransportErrorKind::TooLarge.into());
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(answer.headers_mut());
        Ok(Response::new(answer.status(), headers, body.freeze()))
    }
}

/// Whether the proxies named in the environment are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Proxy {
    #[default]
    None,
    FromEnvironment,
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let method = if request.body().is_some() { Method::POST } else { Method::GET };
        let mut out = reqwest::Request::new(method, request.url().clone());
        *out.body_mut() = request.body().cloned().map(Into::into);
        *out.headers_mut() = request.headers;
        self.fetch(out, request.max_body_bytes).await
    }

    async fn exchange(&self, request: TokenRequest) -> Result<Response, TransportError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, request.authorization().clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let mut out = reqwest::Request::new(Method::POST, request.url().clone());
        *out.headers_mut() = headers;
        *out.body_mut() = Some(Bytes::from_static(request.body().as_bytes()).into());
        self.fetch(out, request.max_body_bytes()).await
    }
}

fn wrap(error: reqwest::Error) -> TransportError {
    let kind = if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_builder() {
        TransportErrorKind::Other
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind, cause(error))
}

fn wrap_body(error: reqwest::Error) -> TransportError {
    let kind = if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind, cause(error))
}

/// The texts of an error and its causes, without the URL, as a cause that names no library.
fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text.chars().filter(|c| !c.is_control()).take(CAUSE_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_unreachable_address_is_a_connect_error_without_the_url() {
        let transport = HttpTransport::new(Duration::from_secs(2), Duration::from_secs(2)).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let url = url::Url::parse(&format!("http://{address}/api/planted?q=planted")).unwrap();
        let request = Request::new(
            super::super::Verb::Get,
            url,
            HeaderMap::new(),
            1024,
            Duration::from_secs(2),
        );
        let error = transport.send(request).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect);
        let shown = format!("{error} {error:?} {:?}", error.source().map(ToString::to_string));
        assert!(!shown.contains("planted"), "{shown}");
    }
}
