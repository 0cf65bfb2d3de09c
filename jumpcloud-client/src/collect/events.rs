//! Events as inputs of a snapshot: who was last active, and how much there is to review.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::progress::Progress;
use super::registry::{Glance, Job, Reports, done};
use crate::client::Client;
use crate::error::Error;
use crate::events::{EventQuery, Step, count, distinct, request_line};
use crate::field::Field;
use crate::list::{Peek, Reading};
use crate::record::{Record, RecordDigest};
use crate::resource::Resource;
use crate::resources::{Event, EventCount, EventParty};
use crate::send::Answer;
use crate::snapshot::{
    Coverage, CoverageNote, Dataset, InputState, Listed as _, PartialReason, RequestLine,
};

/// Kinds of event that say since when a person may not sign in.
const STANDING: [&str; 2] = ["user_suspended", "user_unsuspended"];

/// Kinds of event that a reviewer of the log signs for, failed sign-ins of administrators aside:
/// fewer than the ten values that a search answers with unless it is asked for more.
const REVIEWED: [&str; 9] = [
    "admin_create",
    "admin_lockout",
    "admin_update",
    "authnpolicy_delete",
    "organization_update",
    "policy_delete",
    "system_fde_key_decrypt",
    "user_group_admin_grant",
    "user_lockout",
];

/// Requests that the counts take.
const QUESTIONS: u64 = 4;

/// Fields of an event that the snapshot keeps.
const FIELDS: [&str; 10] = [
    "application",
    "auth_method",
    "event_type",
    "initiated_by",
    "mfa",
    "resource",
    "service",
    "success",
    "system",
    "username",
];

/// How far back a collection looks for events.
///
/// The defaults are those of the rules that read them: 90 days of activity and of review, which is
/// as long as the service keeps events `[spec]`, 7 days to see whether events are logged at all,
/// and a week that ended 365 days ago to see whether older ones can still be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSpan {
    activity_days: u16,
    recent_days: u16,
    review_days: u16,
    retention_days: u16,
    retention_span_days: u16,
    activity_types: Vec<String>,
    lag: Duration,
}

impl Default for EventSpan {
    fn default() -> Self {
        Self {
            activity_days: 90,
            recent_days: 7,
            review_days: 90,
            retention_days: 365,
            retention_span_days: 7,
            activity_types: Event::ACTIVITY.map(str::to_owned).into(),
            lag: Duration::from_secs(15 * 60),
        }
    }
}

impl EventSpan {
    /// Days in which somebody may have been active; at least 1.
    #[must_use]
    pub fn activity_days(self, days: u16) -> Self {
        Self { activity_days: days.max(1), ..self }
    }

    /// Days in which anything at all should have been logged; at least 1.
    #[must_use]
    pub fn recent_days(self, days: u16) -> Self {
        Self { recent_days: days.max(1), ..self }
    }

    /// Days of which the events to be reviewed are counted; at least 1.
    #[must_use]
    pub fn review_days(self, days: u16) -> Self {
        Self { review_days: days.max(1), ..self }
    }

    /// Days after which an event should still be readable, and how many days before that are
    /// looked through, so that one quiet day says nothing; each at least 1.
    #[must_use]
    pub fn retention_days(self, days: u16, span: u16) -> Self {
        Self { retention_days: days.max(1), retention_span_days: span.max(1), ..self }
    }

    /// Kinds of event that show an account in use, in place of the documented ones.
    #[must_use]
    pub fn activity_types<S: Into<String>>(mut self, types: impl IntoIterator<Item = S>) -> Self {
        self.activity_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// How long before the collection the windows end, since events arrive late; 15 minutes.
    #[must_use]
    pub fn lag(self, lag: Duration) -> Self {
        Self { lag, ..self }
    }

    /// The same within the bounds of the builder, for one that was read from elsewhere.
    pub(super) fn bounded(self) -> Self {
        let (activity, recent, review) = (self.activity_days, self.recent_days, self.review_days);
        let (retention, span) = (self.retention_days, self.retention_span_days);
        self.activity_days(activity)
            .recent_days(recent)
            .review_days(review)
            .retention_days(retention, span)
    }

    /// Until when every event has arrived.
    pub(super) fn end(&self, now: Timestamp) -> Timestamp {
        now.saturating_sub(SignedDuration::try_from(self.lag).unwrap_or_default()).unwrap_or(now)
    }

    fn last(&self, days: u16, now: Timestamp) -> EventQuery {
        EventQuery::between(days_before(now, days), self.end(now)).pinned(now)
    }

    fn activity(&self, now: Timestamp) -> EventQuery {
        let standing = STANDING.map(str::to_owned);
        let types = self.activity_types.iter().cloned().chain(standing);
        self.last(self.activity_days, now).event_types(types).fields(FIELDS)
    }

    fn retained(&self, now: Timestamp) -> EventQuery {
        let end = days_before(now, self.retention_days);
        EventQuery::between(days_before(end, self.retention_span_days), end).pinned(now)
    }
}

fn days_before(at: Timestamp, days: u16) -> Timestamp {
    let back = SignedDuration::from_hours(i64::from(days).saturating_mul(24));
    at.saturating_sub(back).unwrap_or(at)
}

/// The job that reads an input of events; none for inputs that are listed.
pub(super) fn job(code: &str, client: &Client, span: &EventSpan, reports: &Reports) -> Option<Job> {
    if code == Event::ENDPOINT.input() {
        return Some(read_activity(client.clone(), span.clone(), reports.clone()));
    }
    if code == EventCount::ENDPOINT.input() {
        return Some(read_counts(client.clone(), span.clone()));
    }
    None
}

/// A look at an input of events: how many there are; none for inputs that are listed.
pub(super) fn glance(code: &str, client: &Client, span: &EventSpan) -> Option<Glance> {
    let counts = code == EventCount::ENDPOINT.input();
    if !counts && code != Event::ENDPOINT.input() {
        return None;
    }
    let (client, span) = (client.clone(), span.clone());
    Some(Box::pin(async move {
        let core = client.core();
        let query = span.activity(core.timestamp());
        let (events, _) = count(core, &query).await?;
        if counts {
            return Ok(Peek { records: None, requests: QUESTIONS, first: None });
        }
        let page = u64::from(Event::ENDPOINT.max_limit());
        let requests = events.div_ceil(page).max(1);
        Ok(Peek { records: Some(events), requests, first: None })
    }))
}

fn read_activity(client: Client, span: EventSpan, reports: Reports) -> Job {
    Box::pin(async move {
        let input = Event::ENDPOINT.input();
        let mut steps = client.events(span.activity(client.core().timestamp())).steps();
        let mut newest = Newest::default();
        let mut dataset = Dataset::default();
        let mut failure = None;
        while let Some(step) = steps.next().await {
            match step {
                Step::Page(page) => {
                    let records = u64::try_from(page.records.len()).unwrap_or(u64::MAX);
                    let total = page.total;
                    // A collector that is gone needs no progress.
                    drop(reports.unbounded_send(Progress::Page { input, records, total }));
                    page.records.into_iter().for_each(|record| newest.add(record));
                    dataset.set_aside.extend(page.set_aside);
                }
                Step::End(coverage, error) => {
                    dataset.coverage = *coverage;
                    failure = error;
                }
            }
        }
        newest.settle(&mut dataset);
        let reading = Reading { dataset, failure, too_deep: false };
        done::<Event>(None, reading, |snapshot, dataset| {
            *Event::of_mut(snapshot) = dataset;
        })
    })
}

/// What makes two events alike: kind, success, who and on what.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    texts: [Option<String>; 11],
    success: Option<bool>,
}

impl Likeness {
    fn of(event: &Event) -> Self {
        fn party(party: &Field<EventParty>) -> [Option<String>; 4] {
            let party = party.value();
            let text = |field: fn(&EventParty) -> &Field<String>| {
                party.and_then(|party| field(party).filled()).map(str::to_lowercase)
            };
            [
                text(|own| &own.id),
                text(|own| &own.kind),
                text(|own| &own.username),
                text(|own| &own.email),
            ]
        }

        let [by, by_kind, by_name, by_mail] = party(&event.initiated_by);
        let [on, on_kind, on_name, on_mail] = party(&event.resource);
        let application = event.application.value();
        let application = application.and_then(|own| own.id.filled().or_else(|| own.name.filled()));
        let lower = |field: &Field<String>| field.filled().map(str::to_lowercase);
        Self {
            texts: [
                lower(&event.event_type),
                lower(&event.username),
                application.map(str::to_lowercase),
                by,
                by_kind,
                by_name,
                by_mail,
                on,
                on_kind,
                on_name,
                on_mail,
            ],
            success: event.success.value().copied(),
        }
    }
}

/// The newest event of each likeness, so that a year of sign-ins takes the room of its people.
#[derive(Default)]
struct Newest {
    dated: BTreeMap<Likeness, (Timestamp, Record<Event>)>,
    undated: Vec<Record<Event>>,
    left_out: u64,
}

impl Newest {
    fn add(&mut self, record: Record<Event>) {
        let at = record.value.timestamp.text().and_then(|text| text.trim().parse().ok());
        let Some(at) = at else {
            self.undated.push(record);
            return;
        };
        let likeness = Likeness::of(&record.value);
        match self.dated.get_mut(&likeness) {
            Some((newest, kept)) => {
                if at >= *newest {
                    *newest = at;
                    *kept = record;
                }
                self.left_out = self.left_out.saturating_add(1);
            }
            None => {
                self.dated.insert(likeness, (at, record));
            }
        }
    }

    /// Puts what was kept into its place, the oldest first.
    fn settle(self, dataset: &mut Dataset<Event>) {
        let mut dated: Vec<_> = self.dated.into_values().collect();
        dated.sort_by(|(at, a), (other_at, b)| {
            at.cmp(other_at).then_with(|| a.value.id.text().cmp(&b.value.id.text()))
        });
        dataset.records = dated.into_iter().map(|(_, record)| record).collect();
        dataset.records.extend(self.undated);
        let coverage = &mut dataset.coverage;
        coverage.unique = u64::try_from(dataset.records.len()).unwrap_or(u64::MAX);
        coverage.condensed = self.left_out;
        if self.left_out > 0 {
            coverage.notes.push(CoverageNote::Condensed);
            coverage.notes.sort();
        }
    }
}

fn read_counts(client: Client, span: EventSpan) -> Job {
    Box::pin(async move {
        let core = client.core();
        let now = core.timestamp();
        let endpoint = EventCount::ENDPOINT;
        let mut counts = Counts::new(request_line(core, &endpoint, std::iter::empty()));
        let reviewed = span.last(span.review_days, now);
        let failed = reviewed.clone().event_types(["admin_login_attempt"]).success(false);
        for (question, query) in [
            ("recent", span.last(span.recent_days, now)),
            ("retained", span.retained(now)),
            ("reviewed:admin_login_failed", failed),
        ] {
            if !counts.refused() {
                match count(core, &query).await {
                    Ok((count, answer)) => {
                        counts.put(question, &query, count, answer.received_at);
                        counts.answered(&answer);
                    }
                    Err(error) => counts.failed(error),
                }
            }
        }
        if !counts.refused() {
            let all = reviewed.clone().event_types(REVIEWED);
            match distinct(core, &all, "event_type").await {
                Ok((values, answer)) => {
                    for kind in REVIEWED {
                        let found = values.iter().find(|own| own.value.eq_ignore_ascii_case(kind));
                        let found = found.map_or(0, |own| own.count);
                        let query = reviewed.clone().event_types([kind]);
                        counts.put(&format!("reviewed:{kind}"), &query, found, answer.received_at);
                    }
                    counts.answered(&answer);
                }
                Err(error) => counts.failed(error),
            }
        }
        let (dataset, failure) = counts.close();
        let reading = Reading { dataset, failure, too_deep: false };
        done::<EventCount>(None, reading, |snapshot, dataset| {
            *EventCount::of_mut(snapshot) = dataset;
        })
    })
}

/// Answers to the questions of the counts; one that fails does not lose the others.
struct Counts {
    dataset: Dataset<EventCount>,
    failure: Option<Error>,
}

impl Counts {
    fn new(request: RequestLine) -> Self {
        let coverage = Coverage { request, ..Coverage::default() };
        Self { dataset: Dataset { coverage, ..Dataset::default() }, failure: None }
    }

    /// Whether the service has said no in a way that asking further changes nothing.
    fn refused(&self) -> bool {
        self.failure.as_ref().is_some_and(|error| !error.is_retryable())
    }

    fn put(&mut self, question: &str, query: &EventQuery, count: u64, fetched_at: Timestamp) {
        let window = query.window();
        let services =
            if window.services.is_empty() { vec!["all".to_owned()] } else { window.services };
        let value = EventCount {
            question: question.to_owned().into(),
            start_time: window.start.to_string().into(),
            end_time: window.end.to_string().into(),
            service: services.into(),
            event_type: window.event_types.into(),
            success: query.asked_success().map_or(Field::Absent, Field::Value),
            count: i64::try_from(count).unwrap_or(i64::MAX).into(),
        };
        let text = serde_json::to_string(&value).unwrap_or_default();
        let digest = RecordDigest::of(text.as_bytes());
        self.dataset.records.push(Record { value, digest, fetched_at });
    }

    fn answered(&mut self, answer: &Answer) {
        let coverage = &mut self.dataset.coverage;
        coverage.pages = coverage.pages.saturating_add(1);
        let retries = u64::from(answer.attempts.saturating_sub(1));
        coverage.retries = coverage.retries.saturating_add(retries);
        coverage.first_fetched_at.get_or_insert(answer.received_at);
        coverage.last_fetched_at = Some(answer.received_at);
    }

    fn failed(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }

    fn close(mut self) -> (Dataset<EventCount>, Option<Error>) {
        self.dataset.records.sort_by(|a, b| a.value.question.text().cmp(&b.value.question.text()));
        let rows = u64::try_from(self.dataset.records.len()).unwrap_or(u64::MAX);
        let coverage = &mut self.dataset.coverage;
        coverage.received = rows;
        coverage.unique = rows;
        coverage.state = match &self.failure {
            None => InputState::Complete,
            Some(_) => InputState::Partial { reason: PartialReason::PageFailed },
        };
        (self.dataset, self.failure)
    }
}
