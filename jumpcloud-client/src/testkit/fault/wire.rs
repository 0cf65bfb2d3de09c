//! From an answer to bytes on a connection, faults included.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use jiff::Timestamp;

use super::super::answer::{Answer, Content};
use super::bomb::Bomb;
use super::{Effect, Plan};

/// The body of a response; an error in it breaks the connection.
pub(in super::super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Long enough for what was sent before to reach the wire.
const BEFORE_RESET: Duration = Duration::from_millis(5);

/// White space is sent in pieces of this size.
const PADDING_PIECE: usize = 64 * 1024;

/// The connection is closed without an answer.
pub(in super::super) fn refuse() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "fault: hang up")
}

/// Applies the effects on the answer itself: status, body, headers.
fn replace(mut answer: Answer, plan: &Plan, now: Timestamp) -> Answer {
    let status = plan.effects.iter().rev().find_map(|effect| match effect {
        Effect::Status(code) => StatusCode::from_u16(*code).ok(),
        _ => None,
    });
    if let Some(status) = status {
        answer = Answer::message(status, status.canonical_reason().unwrap_or("Error"));
    }
    for effect in &plan.effects {
        match effect {
            Effect::Html => {
                answer = Answer::html(status.unwrap_or(StatusCode::OK), "Just a moment...");
            }
            Effect::Redirect(url) => {
                let status = status.unwrap_or(StatusCode::FOUND);
                answer = Answer::html(status, "Found").with_header("location", url);
            }
            Effect::Body(text) => answer.content = Content::Text(text.clone()),
            _ => {}
        }
    }
    for effect in &plan.effects {
        let (name, value) = match effect {
            Effect::Header(name, value) => (name.to_ascii_lowercase(), value.clone()),
            Effect::RetryAfter(hint) => ("retry-after".to_owned(), hint.value(now)),
            _ => continue,
        };
        answer.headers.retain(|(header, _)| *header != name);
        answer.headers.push((name, value));
    }
    disfigure(&mut answer, plan);
    answer
}

/// Applies the effects on the first record of a page.
fn disfigure(answer: &mut Answer, plan: &Plan) {
    for effect in &plan.effects {
        let extra = match effect {
            Effect::Nest(depth) => {
                let nest = format!("{}{}", "[".repeat(*depth), "]".repeat(*depth));
                if let Content::Text(text) = &mut answer.content {
                    *text = nest;
                    continue;
                }
                format!("\"nested\":{nest},")
            }
            Effect::HugeRecord(bytes) => format!("\"padding\":\"{}\",", "x".repeat(*bytes)),
            Effect::DuplicateKey => "\"_id\":\"twice\",\"id\":\"twice\",".to_owned(),
            _ => continue,
        };
        if let Content::Page(page) = &mut answer.content
            && let Some(row) = page.rows.iter_mut().find(|row| row.starts_with("{\""))
        {
            row.insert_str(1, &extra);
        }
    }
}

/// Turns an answer into a response; the second value is what `Retry-After` said on a 429.
pub(in super::super) fn deliver(
    answer: Answer,
    plan: &Plan,
    now: Timestamp,
) -> (Response<Body>, Option<String>) {
    let (status, headers, text) = replace(answer, plan, now).into_text();
    let mut bytes = text.into_bytes();
    for effect in &plan.effects {
        match effect {
            Effect::Truncate(keep) => bytes.truncate(*keep),
            Effect::InvalidUtf8 => {
                // Inside the first text of the body, so that only the encoding is wrong.
                let quote = bytes.iter().position(|byte| *byte == b'"');
                bytes.insert(quote.map_or(0, |place| place.saturating_add(1)), 0xff);
            }
            _ => {}
        }
    }
    let mut headers = headers;
    let sending = Sending::new(bytes, plan, &mut headers);
    let mut response = Response::new(sending.into_body());
    *response.status_mut() = status;
    let mut hint = None;
    for (name, value) in &headers {
        if status == StatusCode::TOO_MANY_REQUESTS && name == "retry-after" {
            hint = Some(value.clone());
        }
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
        {
            response.headers_mut().insert(name, value);
        }
    }
    (response, hint)
}

/// A body on its way out.
#[derive(Debug)]
struct Sending {
    bytes: Bytes,
    padding: usize,
    drip: Option<(usize, Duration)>,
    reset_after: Option<usize>,
    bomb: Option<Bomb>,
    streamed: bool,
    sent: usize,
}

impl Sending {
    fn new(bytes: Vec<u8>, plan: &Plan, headers: &mut Vec<(String, String)>) -> Self {
        let mut sending = Self {
            bytes: Bytes::from(bytes),
            padding: 0,
            drip: None,
            reset_after: None,
            bomb: None,
            streamed: false,
            sent: 0,
        };
        for effect in &plan.effects {
            match effect {
                Effect::Oversize(size) => {
                    sending.padding = size.saturating_sub(sending.bytes.len());
                }
                Effect::Drip(bytes, pause) => sending.drip = Some(((*bytes).max(1), *pause)),
                Effect::ResetAfter(bytes) => sending.reset_after = Some(*bytes),
                Effect::GzipBomb(inflated) => {
                    sending.bomb = Some(Bomb::new(*inflated));
                    headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
                }
                Effect::ContentLength(off_by) => {
                    let length = i64::try_from(sending.bytes.len()).unwrap_or(i64::MAX);
                    let length = length.saturating_add(*off_by).max(0);
                    headers.push(("content-length".to_owned(), length.to_string()));
                }
                _ => continue,
            }
            sending.streamed = true;
        }
        sending
    }

    fn into_body(self) -> Body {
        if !self.streamed {
            return Full::new(self.bytes).map_err(|never| match never {}).boxed_unsync();
        }
        let pieces = futures::stream::unfold(Some(self), |sending| async move {
            let mut sending = sending?;
            match sending.next().await {
                Some(Ok(piece)) => Some((Ok(Frame::data(piece)), Some(sending))),
                Some(Err(error)) => Some((Err(error), None)),
                None => None,
            }
        });
        StreamBody::new(pieces).boxed_unsync()
    }

    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if let Some(bomb) = &mut self.bomb {
            return bomb.piece().map(Ok);
        }
        if self.reset_after.is_some_and(|bytes| self.sent >= bytes) {
            tokio::time::sleep(BEFORE_RESET).await;
            return Some(Err(refuse()));
        }
        let mut size = self.bytes.len();
        if let Some((piece, pause)) = self.drip {
            if self.sent > 0 {
                tokio::time::sleep(pause).await;
            }
            size = size.min(piece);
        }
        if let Some(bytes) = self.reset_after {
            size = size.min(bytes.saturating_sub(self.sent));
        }
        let piece = if size > 0 {
            self.bytes.split_to(size)
        } else if self.padding > 0 && self.reset_after.is_none() {
            let size = self.padding.min(PADDING_PIECE);
            self.padding = self.padding.saturating_sub(size);
            Bytes::from(vec![b' '; size])
        } else if self.reset_after.is_some() {
            // The body ended before the break: break now.
            tokio::time::sleep(BEFORE_RESET).await;
            return Some(Err(refuse()));
        } else {
            // Lets what was sent reach the wire before a wrong length ends the connection.
            tokio::time::sleep(BEFORE_RESET).await;
            return None;
        };
        self.sent = self.sent.saturating_add(piece.len());
        Some(Ok(piece))
    }
}
