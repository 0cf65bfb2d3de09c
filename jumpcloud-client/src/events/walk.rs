//! The walk along the cursor, and the account of what it brought.

use std::collections::HashSet;
use std::sync::Arc;

use async_stream::stream;
use futures::stream::{BoxStream, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::ENDPOINT;
use super::ask::{count, odd, oldest, send};
use super::cursor::{Next, next};
use super::query::EventQuery;
use crate::decode::{Key, key_of};
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::field::Field;
use crate::pages::Page;
use crate::record::{Record, RecordDigest, SetAside, SetAsideReason};
use crate::resources::Event;
use crate::send::{Answer, Core, Question};
use crate::snapshot::{
    Coverage, CoverageNote, InputState, PartialReason, RequestLine, Window, set_aside, unreadable,
};

/// Pages of one read before it gives up: a billion events at ten thousand a page.
const MAX_PAGES: u64 = 100_000;

/// How much later than the start of the window its oldest event may be before the time between
/// counts as forgotten: an organization whose devices and people leave no event for a whole day is
/// rarer than one that is kept short.
const QUIET: SignedDuration = SignedDuration::from_hours(24);

/// What a walk hands out.
pub(crate) enum Step<T> {
    /// A page, with those of its events that were not handed out before.
    Page(Page<T>),
    /// The end: what is to be thought of it, and the error that ended it early.
    End(Box<Coverage>, Option<Error>),
}

/// Reads the events of a query, the oldest first.
///
/// Every walk ends in exactly one [`Step::End`]; nothing is asked for until the stream is polled.
pub(crate) fn walk<T: DeserializeOwned + Send + 'static>(
    core: Arc<Core>,
    query: EventQuery,
    limit: u32,
) -> BoxStream<'static, Step<T>> {
    stream! {
        let query = query.pinned(core.timestamp());
        let mut book = Book::new(&core, &query);
        let mut failure = book.prepare(&core, &query).await.err();
        let mut after: Option<Box<RawValue>> = None;
        while failure.is_none() {
            match book.page::<T>(&core, &query, limit, after.as_deref()).await {
                Ok((page, then)) => {
                    yield Step::Page(page);
                    match book.onward(then, after.take()) {
                        Ok(Some(cursor)) => after = Some(cursor),
                        Ok(None) => break,
                        Err(error) => failure = Some(error),
                    }
                }
                Err(error) => failure = Some(error),
            }
        }
        if failure.is_none() {
            failure = book.recount(&core, &query).await.err();
        }
        yield Step::End(Box::new(book.close(failure.is_some())), failure);
    }
    .boxed()
}

/// What follows a page.
enum Then {
    End,
    After(Box<RawValue>),
    Lost(Error),
}

/// The account of a read under way.
struct Book {
    coverage: Coverage,
    window: Window,
    seen: HashSet<Key>,
    /// Some events of the window are not asked for.
    filtered: bool,
    /// Events that the window must hold at least.
    expected: u64,
    /// New rows of the last page, and whether it had any.
    last: (u64, u64),
    /// Why the list is known to be incomplete, where no count has to tell.
    reason: Option<PartialReason>,
}

/// What is read of every event, whatever type the caller wants.
#[derive(Deserialize)]
struct Mark {
    #[serde(default)]
    id: Field<String>,
    #[serde(default)]
    timestamp: Field<String>,
    #[serde(default)]
    organization: Field<String>,
}

impl Book {
    fn new(core: &Core, query: &EventQuery) -> Self {
        let request = request_line(core, &ENDPOINT, query.described().into_iter());
        let coverage = Coverage { request, ..Coverage::default() };
        Self {
            coverage,
            window: query.window(),
            filtered: query.is_filtered(),
            seen: HashSet::new(),
            expected: 0,
            last: (0, 0),
            reason: None,
        }
    }

    /// Asks how many events there are, and how far back they reach.
    async fn prepare(&mut self, core: &Core, query: &EventQuery) -> Result<(), Error> {
        let (expected, answer) = count(core, query).await?;
        self.answered(&answer);
        self.expected = expected;
        if self.filtered {
            let (oldest, answer) = oldest(core, query).await?;
            self.answered(&answer);
            self.reach(oldest);
        }
        Ok(())
    }

    /// Notes from when on the service remembers anything.
    fn reach(&mut self, oldest: Option<Timestamp>) {
        self.window.oldest = match oldest {
            None => Some(self.window.end),
            Some(at) if at.duration_since(self.window.start) > QUIET => Some(at),
            Some(_) => None,
        };
    }

    fn answered(&mut self, answer: &Answer) {
        let retries = u64::from(answer.attempts.saturating_sub(1));
        self.coverage.retries = self.coverage.retries.saturating_add(retries);
    }

    async fn page<T: DeserializeOwned>(
        &mut self,
        core: &Core,
        query: &EventQuery,
        limit: u32,
        after: Option<&RawValue>,
    ) -> Result<(Page<T>, Then), Error> {
        let body = query.page(limit, after).map_err(|_| {
            Error::new(ErrorKind::Contract)
                .what("the cursor of the events cannot be sent back")
                .on("POST", Question::Events.path())
        })?;
        let answer = send(core, Question::Events, body).await?;
        self.answered(&answer);
        let Ok(rows) = serde_json::from_slice::<Option<Vec<&RawValue>>>(&answer.body) else {
            return Err(odd(Question::Events, &answer, "the answer is no list of events"));
        };
        if rows.is_none() {
            self.note(CoverageNote::NullList);
        }
        let rows = rows.unwrap_or_default();
        let page = self.take(&rows, answer.received_at, core.organization())?;
        let arrived = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let then = match next(&answer.headers, arrived, limit) {
            Next::End => Then::End,
            Next::After(cursor) => Then::After(cursor),
            Next::Lost => Then::Lost(odd(
                Question::Events,
                &answer,
                "the answer does not say where the next page of events begins",
            )),
            Next::Short => Then::Lost(odd(
                Question::Events,
                &answer,
                "the answer holds fewer events than it counts",
            )),
        };
        Ok((page, then))
    }

    /// Reads the rows of a page.
    fn take<T: DeserializeOwned>(
        &mut self,
        rows: &[&RawValue],
        fetched_at: Timestamp,
        organization: Option<&str>,
    ) -> Result<Page<T>, Error> {
        let first_of_all = self.coverage.pages == 0;
        let position = self.coverage.received;
        let mut records = Vec::with_capacity(rows.len());
        let mut odd_rows: Vec<SetAside> = Vec::new();
        let (mut nulls, mut duplicates) = (0_u64, 0_u64);
        let mut oldest = None;
        for (raw, position) in rows.iter().map(|raw| raw.get()).zip(position..) {
            if raw == "null" {
                nulls = nulls.saturating_add(1);
                continue;
            }
            let mark = match mark(raw) {
                Ok(mark) => mark,
                Err(reason) => {
                    odd_rows.push(set_aside::<Event>(raw, position, reason));
                    continue;
                }
            };
            let theirs = mark.organization.filled();
            if theirs.zip(organization).is_some_and(|(a, b)| !a.eq_ignore_ascii_case(b)) {
                return Err(
                    Error::new(ErrorKind::WrongOrganization).on("POST", Question::Events.path())
                );
            }
            let at = mark.timestamp.text().and_then(|text| text.parse::<Timestamp>().ok());
            oldest = oldest.or(at);
            let id = mark.id.filled().unwrap_or_default();
            if !self.seen.insert(key_of(id.as_bytes())) {
                duplicates = duplicates.saturating_add(1);
                continue;
            }
            match serde_json::from_str::<T>(raw) {
                Ok(value) => {
                    let digest = RecordDigest::of(raw.as_bytes());
                    records.push(Record { value, digest, fetched_at });
                }
                Err(error) => {
                    odd_rows.push(set_aside::<Event>(raw, position, unreadable(&error)));
                }
            }
        }
        if first_of_all && !self.filtered {
            self.reach(oldest);
        }
        let count = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
        let own = &mut self.coverage;
        own.pages = own.pages.saturating_add(1);
        own.received = own.received.saturating_add(count(rows.len()));
        own.unique = own.unique.saturating_add(count(records.len()));
        own.set_aside = own.set_aside.saturating_add(count(odd_rows.len()));
        own.duplicates = own.duplicates.saturating_add(duplicates);
        own.nulls = own.nulls.saturating_add(nulls);
        own.first_fetched_at.get_or_insert(fetched_at);
        own.last_fetched_at = Some(fetched_at);
        self.last = (count(rows.len()), duplicates);
        Ok(Page {
            records,
            set_aside: odd_rows,
            nulls,
            total: Some(self.expected),
            position,
            fetched_at,
        })
    }

    /// Where to go on after a page; nowhere at the end.
    fn onward(
        &mut self,
        then: Then,
        before: Option<Box<RawValue>>,
    ) -> Result<Option<Box<RawValue>>, Error> {
        let cursor = match then {
            Then::End => return Ok(None),
            Then::Lost(error) => return Err(error),
            Then::After(cursor) => cursor,
        };
        let same = before.is_some_and(|before| before.get() == cursor.get());
        let (rows, duplicates) = self.last;
        if same || (rows > 0 && rows == duplicates) {
            self.reason = Some(PartialReason::NoProgress);
            return Err(Error::new(ErrorKind::Contract)
                .what("the events repeat a page instead of going on")
                .on("POST", Question::Events.path()));
        }
        if self.coverage.pages >= MAX_PAGES {
            self.reason = Some(PartialReason::Capped);
            return Ok(None);
        }
        Ok(Some(cursor))
    }

    /// Rows that were told apart, readable or not.
    const fn arrived(&self) -> u64 {
        self.coverage.unique.saturating_add(self.coverage.set_aside)
    }

    /// Asks again how many there are when fewer arrived than were counted: the oldest may have been
    /// forgotten meanwhile.
    async fn recount(&mut self, core: &Core, query: &EventQuery) -> Result<(), Error> {
        if self.arrived() < self.expected {
            let (again, answer) = count(core, query).await?;
            self.answered(&answer);
            if again != self.expected {
                self.note(CoverageNote::TotalMoved);
            }
            self.expected = again;
        } else if self.arrived() > self.expected {
            // Events arrive late, so a pinned window can still grow.
            self.note(CoverageNote::TotalMoved);
        }
        Ok(())
    }

    fn note(&mut self, note: CoverageNote) {
        if !self.coverage.notes.contains(&note) {
            self.coverage.notes.push(note);
        }
    }

    /// What is to be thought of the whole.
    fn close(mut self, failed: bool) -> Coverage {
        if self.coverage.duplicates > 0 {
            self.note(CoverageNote::DuplicatesDropped);
        }
        let reason = self
            .reason
            .or(failed.then_some(PartialReason::PageFailed))
            .or((self.coverage.set_aside > 0).then_some(PartialReason::Decode))
            .or((self.coverage.nulls > 0).then_some(PartialReason::PageGap))
            .or((self.arrived() < self.expected).then_some(PartialReason::CountMismatch))
            .or(self.window.oldest.map(|_| PartialReason::RetentionGap));
        self.coverage.state =
            reason.map_or(InputState::Complete, |reason| InputState::Partial { reason });
        self.coverage.reported_total = Some(self.expected);
        self.coverage.notes.sort();
        self.coverage.window = Some(Box::new(self.window));
        self.coverage
    }
}

/// Identity, time and organization of an event.
fn mark(raw: &str) -> Result<Mark, SetAsideReason> {
    let mark = serde_json::from_str::<Mark>(raw).map_err(|error| {
        let twice = error.is_data() && error.to_string().starts_with("duplicate field");
        if twice { SetAsideReason::DuplicateKey } else { unreadable(&error) }
    })?;
    if mark.id.filled().is_none() { Err(SetAsideReason::NoIdentity) } else { Ok(mark) }
}

/// What was asked, for coverage: a path, and the members of the body without size and position.
pub(crate) fn request_line(
    core: &Core,
    endpoint: &Endpoint,
    body: impl Iterator<Item = (String, Value)>,
) -> RequestLine {
    let base = core.settings().hosts.base(endpoint.family());
    let path = base.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let path = path.map_or("", |(_, path)| path.trim_end_matches('/'));
    let slash = if path.is_empty() { "" } else { "/" };
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let chosen = core.settings().organization.as_ref();
    RequestLine {
        path: format!("{slash}{path}{}", endpoint.path()),
        query: body.map(|(name, value)| (name, text(value))).collect(),
        organization: chosen.and_then(|id| id.to_str().ok().map(str::to_owned)),
    }
}
