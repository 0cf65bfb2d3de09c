//! Questions with a short answer: how many, which values, how far back.

use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::query::{EventQuery, bytes_of};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::send::{Answer, Call, Core, Question};

/// A value of a field, and in how many events it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DistinctValue {
    /// The value as text.
    pub value: String,
    /// Events that have it.
    pub count: u64,
}

impl Client {
    /// How many events of a window there are.
    ///
    /// # Errors
    ///
    /// The kinds of failing requests; [`ErrorKind::Contract`] when the answer is no count.
    pub async fn count_events(&self, query: &EventQuery) -> Result<u64, Error> {
        let query = query.clone().pinned(self.core().timestamp());
        count(self.core(), &query).await.map(|(count, _)| count)
    }

    /// Which values a field has in the events of a window, and how often; dotted for an inner field.
    ///
    /// How many values the service answers with at most is not documented, so a value that is not
    /// among many need not be absent.
    ///
    /// # Errors
    ///
    /// The kinds of failing requests; [`ErrorKind::Contract`] when the answer is no list of values.
    pub async fn distinct_events(
        &self,
        query: &EventQuery,
        field: &str,
    ) -> Result<Vec<DistinctValue>, Error> {
        let query = query.clone().pinned(self.core().timestamp());
        distinct(self.core(), &query, field).await.map(|(values, _)| values)
    }
}

/// Sends one question.
pub(super) async fn send(core: &Core, question: Question, body: Bytes) -> Result<Answer, Error> {
    core.send(Call::ask(question, body)).await
}

/// The error for an answer of another form than the documented one.
pub(super) fn odd(question: Question, answer: &Answer, what: &'static str) -> Error {
    Error::new(ErrorKind::Contract)
        .what(what)
        .on("POST", question.path())
        .with_status(answer.status)
        .after_attempts(answer.attempts)
}

/// How many events a pinned query finds.
pub(crate) async fn count(core: &Core, query: &EventQuery) -> Result<(u64, Answer), Error> {
    #[derive(Deserialize)]
    struct Counted {
        count: u64,
    }

    let answer = send(core, Question::Count, bytes_of(query.body())).await?;
    match serde_json::from_slice::<Counted>(&answer.body) {
        Ok(Counted { count }) => Ok((count, answer)),
        Err(_) => Err(odd(Question::Count, &answer, "the answer is no count of events")),
    }
}

/// Values of a field in the events that a pinned query finds.
///
/// The specification has them under `buckets`, the service answers under the name of the field
/// `[official code]`; both are read.
pub(crate) async fn distinct(
    core: &Core,
    query: &EventQuery,
    field: &str,
) -> Result<(Vec<DistinctValue>, Answer), Error> {
    let mut body = query.body();
    body.insert("field".to_owned(), json!(field));
    let answer = send(core, Question::Distinct, bytes_of(body)).await?;
    match serde_json::from_slice(&answer.body).ok().and_then(|body| buckets(&body, field)) {
        Some(values) => Ok((values, answer)),
        None => Err(odd(Question::Distinct, &answer, "the answer is no list of values")),
    }
}

fn buckets(body: &Map<String, Value>, field: &str) -> Option<Vec<DistinctValue>> {
    let buckets = match body.get(field).or_else(|| body.get("buckets"))? {
        Value::Null => return Some(Vec::new()),
        Value::Object(inner) => inner.get("buckets")?,
        list => list,
    };
    let read = |bucket: &Value| {
        let value = match bucket.get("key")? {
            Value::String(text) => text.clone(),
            other @ (Value::Bool(_) | Value::Number(_)) => other.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some(DistinctValue { value, count: bucket.get("doc_count")?.as_u64()? })
    };
    buckets.as_array()?.iter().map(read).collect()
}

/// Time of the oldest event of any kind in the window of a pinned query.
pub(super) async fn oldest(
    core: &Core,
    query: &EventQuery,
) -> Result<(Option<Timestamp>, Answer), Error> {
    #[derive(Deserialize)]
    struct Dated {
        timestamp: Timestamp,
    }

    let query = query.of_any_kind().fields(["timestamp"]);
    let unreadable = "the oldest event does not say when it happened";
    let body = query.page(1, None).map_err(|_| {
        Error::new(ErrorKind::Contract).what(unreadable).on("POST", Question::Events.path())
    })?;
    let answer = send(core, Question::Events, body).await?;
    match serde_json::from_slice::<Option<Vec<Dated>>>(&answer.body) {
        Ok(events) => {
            let first = events.into_iter().flatten().next();
            Ok((first.map(|event| event.timestamp), answer))
        }
        Err(_) => Err(odd(Question::Events, &answer, unreadable)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_distinct_values_are_read() {
        let read = |body: Value| buckets(body.as_object().unwrap(), "event_type");
        let rows = json!([{"key": "sso_auth", "doc_count": 3}, {"key": true, "doc_count": 1}]);
        let live = read(json!({"event_type": rows})).unwrap();
        assert_eq!(live[0], DistinctValue { value: "sso_auth".to_owned(), count: 3 });
        assert_eq!(live[1].value, "true");
        assert_eq!(read(json!({"buckets": rows})), Some(live.clone()));
        assert_eq!(read(json!({"event_type": {"buckets": rows}})), Some(live));
        assert_eq!(read(json!({"buckets": null})), Some(Vec::new()));
        for odd in [
            json!({}),
            json!({"event_type": 3}),
            json!({"event_type": [{"key": "a"}]}),
            json!({"event_type": [{"key": null, "doc_count": 1}]}),
            json!({"event_type": [{"key": "a", "doc_count": -1}]}),
        ] {
            assert_eq!(read(odd.clone()), None, "{odd}");
        }
    }
}
