//! What the fake says, before it is put on the wire.

use hyper::StatusCode;
use serde_json::{Value, json};

/// A status, headers and a body that may still be a page of rows.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(String, String)>,
    pub(super) content: Content,
}

#[derive(Debug, Clone)]
pub(super) enum Content {
    Text(String),
    Page(Page),
}

/// One page of a list: each row is JSON text already.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) rows: Vec<String>,
    pub(super) envelope: Envelope,
    pub(super) total: Total,
}

/// How a page is wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Envelope {
    /// A bare array; the total goes into the header `x-total-count`.
    Bare,
    /// A bare array without any total.
    Naked,
    /// An object with the rows under one key and the total, if any, under another.
    Keyed { rows: String, total: Option<&'static str> },
}

impl Envelope {
    pub(super) fn v1() -> Self {
        Self::keyed("results", Some("totalCount"))
    }

    pub(super) fn keyed(rows: &str, total: Option<&'static str>) -> Self {
        Self::Keyed { rows: rows.to_owned(), total }
    }
}

/// The total as a server might spell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Total {
    Number(i64),
    Text(String),
    Missing,
}

impl Answer {
    pub(super) fn json(status: StatusCode, body: &Value) -> Self {
        Self {
            status,
            headers: vec![(
                "content-type".to_owned(),
                "application/json; charset=utf-8".to_owned(),
            )],
            content: Content::Text(body.to_string()),
        }
    }

    pub(super) fn ok(body: &Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(super) fn page(page: Page) -> Self {
        Self { content: Content::Page(page), ..Self::ok(&Value::Null) }
    }

    pub(super) fn html(status: StatusCode, title: &str) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
            content: Content::Text(format!(
                "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\
                 <body><h1>{title}</h1></body></html>\n"
            )),
        }
    }

    pub(super) fn message(status: StatusCode, text: &str) -> Self {
        Self::json(status, &json!({"message": text}))
    }

    pub(super) fn bad_request(text: &str) -> Self {
        Self::message(StatusCode::BAD_REQUEST, &format!("Bad Request: {text}"))
    }

    pub(super) fn not_found() -> Self {
        Self::json(StatusCode::NOT_FOUND, &json!({"message": "Not Found", "error": "Not Found"}))
    }

    pub(super) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The body as text; the total of a bare page joins the headers.
    pub(super) fn into_text(mut self) -> (StatusCode, Vec<(String, String)>, String) {
        let text = match self.content {
            Content::Text(text) => text,
            Content::Page(Page { rows, envelope, total }) => {
                let rows = format!("[{}]", rows.join(","));
                match envelope {
                    Envelope::Naked => rows,
                    Envelope::Bare => {
                        let total = match total {
                            Total::Number(number) => Some(number.to_string()),
                            Total::Text(text) => Some(text),
                            Total::Missing => None,
                        };
                        if let Some(total) = total {
                            self.headers.push(("x-total-count".to_owned(), total));
                        }
                        rows
                    }
                    Envelope::Keyed { rows: key, total: total_key } => {
                        let total = match (total_key, total) {
                            (Some(name), Total::Number(number)) => format!("\"{name}\":{number},"),
                            (Some(name), Total::Text(text)) => {
                                format!("\"{name}\":{},", json!(text))
                            }
                            (None, _) | (_, Total::Missing) => String::new(),
                        };
                        format!("{{{total}{}:{rows}}}", json!(key))
                    }
                }
            }
        };
        (self.status, self.headers, text)
    }
}
