//! What an answer means: a status, headers and a body in, a verdict out.

use http::{HeaderMap, StatusCode, header};

use crate::error::ErrorKind;
use crate::transport::TransportErrorKind;

/// How much of a body is searched for a telling text.
const TELLING_BYTES: usize = 4096;

/// What an answer means for the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Data, as documented.
    Done,
    /// No data.
    Failed(Failure),
}

/// Why there is no data and what may be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) again: Again,
    pub(crate) load: Load,
    /// Says it more exactly than the kind does.
    pub(crate) what: Option<&'static str>,
}

/// Whether the same request is worth another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    Never,
    /// One more time: a broken body can be the network's fault, twice it is the service's.
    Once,
    Later,
}

/// What the answer says about the load of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    Fine,
    /// It asked for fewer requests.
    Throttled,
    /// It did not keep up.
    Overloaded,
}

/// Whether a missing resource means that the organization does not have the feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    Optional,
}

impl Failure {
    const fn lasting(kind: ErrorKind) -> Self {
        Self { kind, again: Again::Never, load: Load::Fine, what: None }
    }

    const fn passing(kind: ErrorKind, load: Load) -> Self {
        Self { kind, again: Again::Later, load, what: None }
    }

    const fn what(mut self, what: &'static str) -> Self {
        self.what = Some(what);
        self
    }

    const fn once(mut self) -> Self {
        self.again = Again::Once;
        self
    }
}

/// Judges an answer by its status, its content type and, for a success, by its being JSON.
///
/// The classes follow the documented status set `[spec]` and the recorded answers `[recorded]`;
/// the texts of permission problems are not documented, so a 403 is judged by its type alone, with
/// the one recorded exception of the organization header.
pub(crate) fn classify(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    presence: Presence,
) -> Verdict {
    let failure = match status.as_u16() {
        204 | 205 if body.is_empty() => return Verdict::Done,
        200..=205 => match success(headers, body) {
            None => return Verdict::Done,
            Some(failure) => failure,
        },
        300..=399 => redirect(headers),
        401 => Failure::lasting(ErrorKind::Unauthorized),
        403 => forbidden(headers, body),
        404 => match presence {
            Presence::Required => Failure::lasting(ErrorKind::NotFound),
            Presence::Optional => Failure::lasting(ErrorKind::Unavailable),
        },
        410 => Failure::lasting(ErrorKind::NotFound),
        402 | 501 => Failure::lasting(ErrorKind::Unavailable),
        429 => Failure::passing(ErrorKind::RateLimited, Load::Throttled),
        503 if headers.contains_key("cf-mitigated") => Failure::lasting(ErrorKind::EdgeBlocked),
        502..=504 | 520..=526 | 529 => Failure::passing(ErrorKind::Transient, Load::Overloaded),
        408 | 425 | 500..=599 => Failure::passing(ErrorKind::Transient, Load::Fine),
        400..=499 => Failure::lasting(ErrorKind::BadRequest),
        _ => Failure::lasting(ErrorKind::Contract),
    };
    Verdict::Failed(failure)
}

/// What is wrong with an answer that claims success.
fn success(headers: &HeaderMap, body: &[u8]) -> Option<Failure> {
    let contract = Failure::lasting(ErrorKind::Contract);
    if is_html(headers, body) {
        return Some(contract.what("a page arrived instead of data"));
    }
    if content_type(headers).is_some_and(|name| !is_json(&name)) {
        return Some(contract.what("an answer of another type than JSON arrived"));
    }
    let decode = Failure::lasting(ErrorKind::Decode).once();
    let Ok(text) = std::str::from_utf8(body) else {
        return Some(decode.what("the answer is not valid UTF-8"));
    };
    // Only the syntax: the shape of the records is for those who decode them.
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => None,
        Err(error) if error.is_eof() => Some(decode.what("the answer ends too early")),
        Err(_) => Some(decode.what("the answer is not valid JSON")),
    }
}

/// A redirect is never followed: the key would go along. Without credentials the service
/// redirects to its login page `[recorded]`.
fn redirect(headers: &HeaderMap) -> Failure {
    let to_login = headers
        .get(header::LOCATION)
        .and_then(|to| to.to_str().ok())
        .is_some_and(|to| to.to_ascii_lowercase().contains("login"));
    if to_login {
        Failure::lasting(ErrorKind::Unauthorized)
            .what("the service redirected to its login page, so the credential did not count")
    } else {
        Failure::lasting(ErrorKind::Contract)
            .what("the service redirected, which is never followed")
    }
}

fn forbidden(headers: &HeaderMap, body: &[u8]) -> Failure {
    let head = body.get(..TELLING_BYTES).unwrap_or(body).to_ascii_lowercase();
    let says = |text: &[u8]| head.windows(text.len()).any(|part| part == text);
    // Cloudflare words its own refusals `error code: 1020` in plain text.
    let edge = headers.contains_key("cf-mitigated")
        || is_html(headers, body)
        || head.starts_with(b"error code: 1");
    if edge {
        Failure::lasting(ErrorKind::EdgeBlocked)
    } else if says(b"organization selection not allowed") {
        Failure::lasting(ErrorKind::OrgHeaderNotAllowed)
    } else {
        Failure::lasting(ErrorKind::Forbidden)
    }
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().unwrap_or("unreadable");
    let name = value.split(';').next().unwrap_or(value);
    Some(name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty())
}

fn is_json(name: &str) -> bool {
    matches!(name, "application/json" | "text/json") || name.ends_with("+json")
}

fn is_html(headers: &HeaderMap, body: &[u8]) -> bool {
    match content_type(headers).as_deref() {
        Some("text/html" | "application/xhtml+xml") => true,
        _ => body.trim_ascii_start().starts_with(b"<"),
    }
}

/// Judges the absence of an answer.
pub(crate) const fn classify_failure(kind: TransportErrorKind) -> Failure {
    match kind {
        TransportErrorKind::Timeout => Failure::passing(ErrorKind::Timeout, Load::Fine),
        TransportErrorKind::TooLarge => {
            Failure::lasting(ErrorKind::Contract).what("the answer is larger than allowed")
        }
        TransportErrorKind::Unsupported => Failure::lasting(ErrorKind::Transport),
        TransportErrorKind::Connect => Failure::passing(ErrorKind::Transport, Load::Fine)
            .what("the connection could not be made"),
        TransportErrorKind::Interrupted => Failure::passing(ErrorKind::Transport, Load::Fine)
            .what("the connection ended before the answer did"),
        TransportErrorKind::Other => Failure::passing(ErrorKind::Transport, Load::Fine),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    const JSON: &str = "application/json; charset=utf-8";
    const HTML: &str = "text/html";

    fn judge(status: u16, content_type: &str, body: &str) -> Result<(), (ErrorKind, Again)> {
        let mut headers = HeaderMap::new();
        if !content_type.is_empty() {
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        match classify(status, &headers, body.as_bytes(), Presence::Required) {
            Verdict::Done => Ok(()),
            Verdict::Failed(failure) => Err((failure.kind, failure.again)),
        }
    }

    #[test]
    fn answers_are_told_apart() {
        use Again::{Later, Never, Once};
        use ErrorKind as K;
        for (status, content_type, body, verdict) in [
            (200, JSON, "{\"totalCount\":0,\"results\":[]}", Ok(())),
            (200, JSON, "[]", Ok(())),
            (200, "", " [1]\n", Ok(())),
            (200, "application/vnd.x+json", "null", Ok(())),
            (204, "", "", Ok(())),
            (200, HTML, "<html>", Err((K::Contract, Never))),
            (200, JSON, "  <!doctype html>", Err((K::Contract, Never))),
            (200, HTML, "[]", Err((K::Contract, Never))),
            (200, "text/plain", "[]", Err((K::Contract, Never))),
            (200, "application/octet-stream", "[]", Err((K::Contract, Never))),
            (200, JSON, "", Err((K::Decode, Once))),
            (200, JSON, "[{\"a\":1", Err((K::Decode, Once))),
            (200, JSON, "[1],", Err((K::Decode, Once))),
            (200, JSON, "ok", Err((K::Decode, Once))),
            (206, JSON, "[]", Err((K::Contract, Never))),
            (302, HTML, "", Err((K::Contract, Never))),
            (304, "", "", Err((K::Contract, Never))),
            (400, JSON, "{\"message\":\"Bad Request\"}", Err((K::BadRequest, Never))),
            (401, JSON, "{}", Err((K::Unauthorized, Never))),
            (401, HTML, "<html>", Err((K::Unauthorized, Never))),
            (402, JSON, "{}", Err((K::Unavailable, Never))),
            (403, JSON, "{}", Err((K::Forbidden, Never))),
            (403, "", "", Err((K::Forbidden, Never))),
            (403, HTML, "<html>", Err((K::EdgeBlocked, Never))),
            (403, "text/plain", "error code: 1020", Err((K::EdgeBlocked, Never))),
            (
                403,
                JSON,
                "{\"message\":\"Forbidden: organization selection not allowed via header\"}",
                Err((K::OrgHeaderNotAllowed, Never)),
            ),
            (404, JSON, "{}", Err((K::NotFound, Never))),
            (408, "", "", Err((K::Transient, Later))),
            (410, "", "", Err((K::NotFound, Never))),
            (422, JSON, "{}", Err((K::BadRequest, Never))),
            (429, HTML, "<html>", Err((K::RateLimited, Later))),
            (500, JSON, "{}", Err((K::Transient, Later))),
            (501, JSON, "Unexpected error", Err((K::Unavailable, Never))),
            (502, HTML, "<html>", Err((K::Transient, Later))),
            (503, HTML, "<html>", Err((K::Transient, Later))),
            (524, HTML, "<html>", Err((K::Transient, Later))),
        ] {
            assert_eq!(
                judge(status, content_type, body),
                verdict,
                "{status} {content_type} {body}"
            );
        }
    }

    #[test]
    fn the_login_page_and_the_challenge_are_recognised() {
        let mut headers = HeaderMap::new();
        headers.insert(header::LOCATION, HeaderValue::from_static("https://x.example.com/Login"));
        let Verdict::Failed(failure) =
            classify(StatusCode::FOUND, &headers, b"", Presence::Required)
        else {
            panic!("a redirect is no data");
        };
        assert_eq!(failure.kind, ErrorKind::Unauthorized);
        let mut headers = HeaderMap::new();
        headers.insert("cf-mitigated", HeaderValue::from_static("challenge"));
        for status in [StatusCode::FORBIDDEN, StatusCode::SERVICE_UNAVAILABLE] {
            let Verdict::Failed(failure) = classify(status, &headers, b"{}", Presence::Required)
            else {
                panic!("a challenge is no data");
            };
            assert_eq!((failure.kind, failure.again), (ErrorKind::EdgeBlocked, Again::Never));
        }
    }

    #[test]
    fn missing_means_unavailable_where_the_feature_is_optional() {
        let headers = HeaderMap::new();
        let verdict = classify(StatusCode::NOT_FOUND, &headers, b"", Presence::Optional);
        assert_eq!(verdict, Verdict::Failed(Failure::lasting(ErrorKind::Unavailable)));
    }

    #[test]
    fn invalid_utf8_and_endless_nesting_do_not_pass_or_panic() {
        let headers = HeaderMap::new();
        let bad = classify(StatusCode::OK, &headers, b"[\"\xff\"]", Presence::Required);
        assert!(matches!(bad, Verdict::Failed(Failure { kind: ErrorKind::Decode, .. })));
        let deep = "[".repeat(1_000_000);
        let bad = classify(StatusCode::OK, &headers, deep.as_bytes(), Presence::Required);
        assert!(matches!(bad, Verdict::Failed(Failure { kind: ErrorKind::Decode, .. })));
    }

    proptest! {
        #[test]
        fn any_answer_has_a_verdict(
            status in 100_u16..1000,
            content_type in "[ -~]{0,40}",
            body in proptest::collection::vec(any::<u8>(), 0..200),
            optional in any::<bool>(),
        ) {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
            let status = StatusCode::from_u16(status).unwrap();
            let presence = if optional { Presence::Optional } else { Presence::Required };
            let verdict = classify(status, &headers, &body, presence);
            if !status.is_success() {
                prop_assert_ne!(verdict, Verdict::Done);
            }
            if verdict == Verdict::Done && !body.is_empty() {
                prop_assert!(serde_json::from_slice::<serde_json::Value>(&body).is_ok());
            }
        }
    }
}
