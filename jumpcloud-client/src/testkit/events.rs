//! Directory Insights: events with a cursor, counts and distinct values.

use std::collections::BTreeMap;
use std::time::Duration;

use hyper::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Envelope, Page, Total};
use super::field;
use super::organization::{Organization, id_of};

/// The services an event query may name [spec, official code].
const SERVICES: &[&str] = &[
    "all",
    "access_management",
    "alerts",
    "alert",
    "asset_management",
    "directory",
    "ldap",
    "mdm",
    "notifications",
    "object_storage",
    "password_manager",
    "radius",
    "reports",
    "saas_app_management",
    "software",
    "sso",
    "systems",
    "workflows",
];

const DEFAULT_LIMIT: usize = 1_000;
const MAX_LIMIT: usize = 10_000;

/// The moment of a request, and from when on events are still kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    now: Timestamp,
    kept_from: Timestamp,
}

impl Clock {
    pub(super) fn new(now: Timestamp, retention: Option<Duration>) -> Self {
        let kept = retention.and_then(|kept| SignedDuration::try_from(kept).ok());
        let kept_from = kept.and_then(|kept| now.checked_sub(kept).ok());
        Self { now, kept_from: kept_from.unwrap_or(Timestamp::MIN) }
    }
}

/// Answers `/events`, `/events/count` and `/events/distinct`.
pub(super) fn events(
    organization: &Organization,
    kind: &str,
    body: &Value,
    request_id: &str,
    clock: Clock,
) -> Answer {
    let query = match Query::parse(body, clock.now) {
        Ok(query) => query,
        Err(text) => return Answer::message(StatusCode::BAD_REQUEST, &text),
    };
    let mut found: Vec<(Timestamp, &Value)> = organization
        .events()
        .iter()
        .filter_map(|event| Some((time_of(event)?, event)))
        .filter(|(at, event)| *at >= clock.kept_from && query.holds(*at, event))
        .collect();
    found.sort_by(|(at, event), (other_at, other)| {
        let order = at.cmp(other_at).then_with(|| id_of(event).cmp(&id_of(other)));
        if query.descending { order.reverse() } else { order }
    });
    match kind {
        "count" => Answer::ok(&json!({"count": found.len()})),
        "distinct" => distinct(&found, body.get("field").and_then(Value::as_str)),
        "interval" => {
            Answer::message(StatusCode::NOT_IMPLEMENTED, "the fake does not imitate intervals")
        }
        _ => query.page(&found, request_id),
    }
}

fn distinct(found: &[(Timestamp, &Value)], name: Option<&str>) -> Answer {
    let Some(name) = name else {
        return Answer::message(StatusCode::BAD_REQUEST, "field is required");
    };
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (_, event) in found {
        if let Some(text) = field::lookup(event, name).and_then(field::text) {
            let count = counts.entry(text).or_default();
            *count = count.saturating_add(1);
        }
    }
    let buckets: Vec<Value> =
        counts.into_iter().map(|(key, count)| json!({"key": key, "doc_count": count})).collect();
    let mut answer = Map::new();
    answer.insert(name.to_owned(), json!(buckets));
    Answer::ok(&Value::Object(answer))
}

fn time_of(event: &Value) -> Option<Timestamp> {
    event.get("timestamp")?.as_str()?.parse().ok()
}

struct Query<'a> {
    start: Timestamp,
    end: Option<Timestamp>,
    services: Vec<&'a str>,
    descending: bool,
    limit: usize,
    skip: usize,
    after: Option<(i64, String)>,
    search: Option<&'a Value>,
    text: Option<String>,
    fields: Vec<&'a str>,
}

impl<'a> Query<'a> {
    fn parse(body: &'a Value, now: Timestamp) -> Result<Self, String> {
        let time = |name: &str| match body.get(name).and_then(Value::as_str) {
            None => Ok(None),
            Some(text) => text
                .parse::<Timestamp>()
                .map(Some)
                .map_err(|_ignored| format!("{name} is not an RFC 3339 time")),
        };
        let start = time("start_time")?.ok_or("start_time is required")?;
        let end = time("end_time")?;
        if start > now {
            return Err("start_time must not be in the future".to_owned());
        }
        if end.is_some_and(|end| end < start) {
            return Err("end_time must not be before start_time".to_owned());
        }
        let services: Vec<&str> = match body.get("service") {
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(name)) => vec![name],
            _ => return Err("service is required".to_owned()),
        };
        if let Some(name) = services.iter().find(|name| !SERVICES.contains(name)) {
            return Err(format!("invalid service \"{name}\", one of: {}", SERVICES.join(", ")));
        }
        let limit = body.get("limit").and_then(Value::as_u64);
        let limit = limit
            .and_then(|limit| usize::try_from(limit).ok())
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .unwrap_or(DEFAULT_LIMIT);
        let fields = match body.get("fields") {
            None => Vec::new(),
            Some(fields) => {
                let names: Vec<&str> =
                    fields.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                if names.is_empty() {
                    return Err("fields must not be empty".to_owned());
                }
                names
            }
        };
        let after = match body.get("search_after") {
            None => None,
            Some(cursor) => Some(parse_cursor(cursor).ok_or("invalid search_after")?),
        };
        Ok(Self {
            start,
            end,
            services,
            descending: body.get("sort").and_then(Value::as_str) == Some("DESC"),
            limit,
            skip: body
                .get("skip")
                .and_then(Value::as_u64)
                .and_then(|skip| usize::try_from(skip).ok())
                .unwrap_or(0),
            after,
            search: body.get("search_term"),
            text: body.get("q").and_then(Value::as_str).map(str::to_lowercase),
            fields,
        })
    }

    fn holds(&self, at: Timestamp, event: &Value) -> bool {
        let service = event.get("service").and_then(Value::as_str).unwrap_or_default();
        at >= self.start
            && self.end.is_none_or(|end| at <= end)
            && (self.services.contains(&"all") || self.services.contains(&service))
            && self.search.is_none_or(|term| conjunction(term, event))
            && self
                .text
                .as_ref()
                .is_none_or(|text| event.to_string().to_lowercase().contains(text.as_str()))
    }

    fn page(&self, found: &[(Timestamp, &Value)], request_id: &str) -> Answer {
        let rows: Vec<&(Timestamp, &Value)> = found
            .iter()
            .filter(|(at, event)| {
                self.after.as_ref().is_none_or(|(millis, id)| {
                    let here = (at.as_millisecond(), id_of(event).unwrap_or_default());
                    let cursor = (*millis, id.as_str());
                    if self.descending { here < cursor } else { here > cursor }
                })
            })
            .skip(self.skip)
            .take(self.limit)
            .collect();
        // The cursor is sent on the last page too, and repeats the request's own when it is empty.
        let cursor = match (rows.last(), &self.after) {
            (Some((at, event)), _) => json!([at.as_millisecond(), id_of(event)]),
            (None, Some((millis, id))) => json!([millis, id]),
            (None, None) => json!([]),
        };
        let count = rows.len();
        let rows = rows
            .into_iter()
            .map(|(_, event)| {
                if self.fields.is_empty() {
                    event.to_string()
                } else {
                    field::project(event, &self.fields).to_string()
                }
            })
            .collect();
        Answer::page(Page { rows, envelope: Envelope::Naked, total: Total::Missing })
            .with_header("X-Result-Count", count.to_string())
            .with_header("X-Limit", self.limit.to_string())
            .with_header("X-Sort", if self.descending { "DESC" } else { "ASC" })
            .with_header("X-Search_after", cursor.to_string())
            .with_header("X-Request-Id", request_id)
    }
}

/// `[milliseconds, "id"]`: a number and a text, as the real cursor mixes them.
fn parse_cursor(cursor: &Value) -> Option<(i64, String)> {
    let [millis, id] = cursor.as_array()?.as_slice() else { return None };
    Some((millis.as_i64()?, id.as_str()?.to_owned()))
}

/// `{"and": …}`, `{"or": …}` or `{"not": …}` over lists or maps of field conditions.
fn conjunction(term: &Value, event: &Value) -> bool {
    let Some(fields) = term.as_object() else { return true };
    fields.iter().all(|(name, value)| {
        let parts: Vec<Value> = match value {
            Value::Array(parts) => parts.clone(),
            Value::Object(parts) => parts.iter().map(|(k, v)| json!({k.as_str(): v})).collect(),
            _ => Vec::new(),
        };
        match name.as_str() {
            "and" => parts.iter().all(|part| conjunction(part, event)),
            "or" => parts.iter().any(|part| conjunction(part, event)),
            "not" => !parts.iter().any(|part| conjunction(part, event)),
            _ => condition(name, value, event),
        }
    })
}

fn condition(name: &str, wanted: &Value, event: &Value) -> bool {
    let found = field::lookup(event, name).and_then(field::text).map(|text| text.to_lowercase());
    let equal = |value: &Value| field::text(value).is_some() && field::text(value) == found;
    match wanted {
        Value::Array(values) => values.iter().any(equal),
        value => equal(value),
    }
}
