//! What to ask Directory Insights: a window of time, and which of its events.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::snapshot::Window;

/// Which events to read.
///
/// The window is pinned when the read begins, so that every page and every count of one read is
/// about the same events.
///
/// ```
/// use std::time::Duration;
/// use jumpcloud_client::events::EventQuery;
///
/// let query = EventQuery::since("2026-11-01T00:00:00Z".parse()?)
///     .event_types(["sso_auth", "user_login_attempt"])
///     .success(true)
///     .lag(Duration::from_secs(900));
/// # let _ = query;
/// # Ok::<(), jumpcloud_client::events::InvalidTime>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a query asks nothing by itself"]
pub struct EventQuery {
    start: Timestamp,
    end: Option<Timestamp>,
    lag: Duration,
    services: Vec<String>,
    event_types: Vec<String>,
    success: Option<bool>,
    terms: Vec<(String, Vec<Value>)>,
    fields: Vec<String>,
}

/// Why a text is no time.
pub type InvalidTime = jiff::Error;

/// Fields that every read asks for, since identity and order rest on them.
const NEEDED_FIELDS: [&str; 3] = ["id", "timestamp", "organization"];

impl EventQuery {
    /// Events from `start` to `end`, both included, in whole seconds.
    pub const fn between(start: Timestamp, end: Timestamp) -> Self {
        Self {
            start,
            end: Some(end),
            lag: Duration::ZERO,
            services: Vec::new(),
            event_types: Vec::new(),
            success: None,
            terms: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// Events from `start` to the moment at which the read begins.
    pub fn since(start: Timestamp) -> Self {
        Self { end: None, ..Self::between(start, start) }
    }

    /// Leaves out the latest of them: events arrive late, and a window that ends this long before
    /// the read begins holds all of its events. Nothing for windows with an end of their own.
    pub fn lag(self, lag: Duration) -> Self {
        Self { lag, ..self }
    }

    /// Only events of these services, such as `directory` or `sso`; of every one otherwise.
    ///
    /// A service that an organization's plan lacks makes the whole query fail, so every service
    /// with some [`event_types`](Self::event_types) is the sturdier question.
    pub fn services<S: Into<String>>(mut self, services: impl IntoIterator<Item = S>) -> Self {
        self.services = services.into_iter().map(Into::into).collect();
        self
    }

    /// Only these kinds of event; every kind otherwise.
    pub fn event_types<S: Into<String>>(mut self, types: impl IntoIterator<Item = S>) -> Self {
        self.event_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Only successes, or only failures.
    pub fn success(mut self, success: bool) -> Self {
        self.success = Some(success);
        self
    }

    /// Only events of which this field, dotted for an inner one, has one of these values.
    ///
    /// Directory Insights keeps texts in lower case, so the values are sent so `[spec]`. `changes`
    /// and `useragent` cannot be searched. A field named twice counts with its last values.
    pub fn matching<S: Into<String>>(
        mut self,
        field: impl Into<String>,
        values: impl IntoIterator<Item = S>,
    ) -> Self {
        let field = field.into();
        let values = values.into_iter().map(|value| Value::String(value.into().to_lowercase()));
        let values = values.collect();
        self.terms.retain(|(name, _)| *name != field);
        self.terms.push((field, values));
        self
    }

    /// Asks only for these fields of each event, and for identity, time and organization.
    pub fn fields<S: Into<String>>(mut self, fields: impl IntoIterator<Item = S>) -> Self {
        self.fields = fields.into_iter().map(Into::into).collect();
        for needed in NEEDED_FIELDS {
            if !self.fields.iter().any(|field| field == needed) {
                self.fields.push(needed.to_owned());
            }
        }
        self
    }

    /// Whether some events of the window are not asked for.
    pub(super) fn is_filtered(&self) -> bool {
        !self.services.is_empty()
            || !self.event_types.is_empty()
            || self.success.is_some()
            || !self.terms.is_empty()
    }

    /// Whether only successes, or only failures, are asked for.
    pub(crate) const fn asked_success(&self) -> Option<bool> {
        self.success
    }

    /// The same query with an end.
    pub(crate) fn pinned(mut self, now: Timestamp) -> Self {
        if self.end.is_none() {
            let lag = SignedDuration::try_from(self.lag).unwrap_or(SignedDuration::MAX);
            let end = now.saturating_sub(lag).unwrap_or(now);
            self.end = Some(end.max(self.start));
        }
        self.start = whole_second(self.start);
        self.end = self.end.map(whole_second);
        self
    }

    /// What a pinned query asks about.
    pub(crate) fn window(&self) -> Window {
        Window {
            services: self.services.clone(),
            event_types: self.event_types.clone(),
            ..Window::new(self.start, self.end.unwrap_or(self.start))
        }
    }

    /// The same window, and every event in it.
    pub(super) fn of_any_kind(&self) -> Self {
        Self { end: self.end, ..Self::between(self.start, self.start) }
    }

    /// The body for the record of what was asked: of terms that may name people only the fields.
    pub(super) fn described(&self) -> Map<String, Value> {
        let mut body = Self { terms: Vec::new(), ..self.clone() }.body();
        if !self.terms.is_empty() {
            let fields: Vec<&str> = self.terms.iter().map(|(field, _)| field.as_str()).collect();
            body.insert("matching".to_owned(), json!(fields));
        }
        body
    }

    /// The members of the body that every request of a read shares.
    pub(super) fn body(&self) -> Map<String, Value> {
        let mut body = Map::new();
        let services = if self.services.is_empty() { json!(["all"]) } else { json!(self.services) };
        body.insert("service".to_owned(), services);
        body.insert("start_time".to_owned(), json!(self.start.to_string()));
        if let Some(end) = self.end {
            body.insert("end_time".to_owned(), json!(end.to_string()));
        }
        let mut terms = Vec::new();
        if !self.event_types.is_empty() {
            let types: Vec<String> =
                self.event_types.iter().map(|kind| kind.to_lowercase()).collect();
            terms.push(json!({"event_type": types}));
        }
        if let Some(success) = self.success {
            terms.push(json!({"success": success}));
        }
        for (field, values) in &self.terms {
            terms.push(json!({field.as_str(): values}));
        }
        if !terms.is_empty() {
            body.insert("search_term".to_owned(), json!({"and": terms}));
        }
        body
    }

    /// The body of one page of events.
    pub(super) fn page(
        &self,
        limit: u32,
        after: Option<&RawValue>,
    ) -> Result<Bytes, serde_json::Error> {
        let mut body = self.body();
        body.insert("sort".to_owned(), json!("ASC"));
        body.insert("limit".to_owned(), json!(limit));
        if !self.fields.is_empty() {
            body.insert("fields".to_owned(), json!(self.fields));
        }
        let mut exact: BTreeMap<&str, Box<RawValue>> = BTreeMap::new();
        for (name, value) in &body {
            exact.insert(name, serde_json::value::to_raw_value(value)?);
        }
        if let Some(after) = after {
            exact.insert("search_after", after.to_owned());
        }
        serde_json::to_vec(&exact).map(Into::into)
    }
}

/// A body as it is sent.
pub(super) fn bytes_of(body: Map<String, Value>) -> Bytes {
    Value::Object(body).to_string().into()
}

/// Times are sent in whole seconds, the one form that the service documents `[spec]`.
fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_open_window_ends_a_lag_before_the_read() {
        let query = EventQuery::since(at("2026-11-01T00:00:00.9Z")).lag(Duration::from_secs(90));
        let window = query.clone().pinned(at("2026-11-23T12:00:00.7Z")).window();
        assert_eq!(window.start, at("2026-11-01T00:00:00Z"));
        assert_eq!(window.end, at("2026-11-23T11:58:30Z"));
        let window = query.lag(Duration::MAX).pinned(at("2026-11-23T12:00:00Z")).window();
        assert_eq!(window.end, window.start, "never before it begins");
        let closed = EventQuery::between(at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z"));
        let window =
            closed.lag(Duration::from_secs(90)).pinned(at("2026-11-23T12:00:00Z")).window();
        assert_eq!(window.end, at("2026-11-02T00:00:00Z"));
    }

    #[test]
    fn the_body_has_the_documented_form() {
        let query = EventQuery::between(at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z"));
        assert!(!query.is_filtered());
        assert_eq!(
            Value::Object(query.body()),
            json!({"service": ["all"], "start_time": "2026-11-01T00:00:00Z",
                "end_time": "2026-11-02T00:00:00Z"})
        );
        let query = query
            .services(["sso"])
            .event_types(["SSO_auth"])
            .success(false)
            .matching("initiated_by.id", ["u9"])
            .matching("initiated_by.id", ["U1", "u2"])
            .fields(["event_type", "id"]);
        assert!(query.is_filtered() && !query.of_any_kind().is_filtered());
        assert_eq!(
            query.body()["search_term"],
            json!({"and": [{"event_type": ["sso_auth"]}, {"success": false},
                {"initiated_by.id": ["u1", "u2"]}]})
        );
        let cursor = RawValue::from_string("[1576181718000, \"DZrP\", 0.1]".to_owned()).unwrap();
        let page: Value = serde_json::from_slice(&query.page(500, Some(&cursor)).unwrap()).unwrap();
        assert_eq!(page["search_after"], json!([1_576_181_718_000_i64, "DZrP", 0.1]));
        assert_eq!((&page["sort"], &page["limit"]), (&json!("ASC"), &json!(500)));
        assert_eq!(page["fields"], json!(["event_type", "id", "timestamp", "organization"]));
    }
}
