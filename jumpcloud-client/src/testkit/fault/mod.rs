//! Faults on purpose: by script and by seed.

mod bomb;
mod effect;
mod seeded;
mod wire;

use std::ops::RangeInclusive;
use std::time::Duration;

pub(super) use self::effect::{Effect, Plan};
use self::seeded::Seeded;
pub(super) use self::wire::{Body, deliver, refuse};
use super::query::Target;
use super::rate::RetryAfter;
use super::refused::path_matches;

/// One scripted fault: which requests, how often, and what happens to them.
///
/// Effects of one fault add up, and so do several faults that match the same request.
///
/// ```
/// use std::time::Duration;
/// use jumpcloud_client::testkit::{Fault, RetryAfter};
///
/// // The first two reads of devices fail, and the second page of users takes a second.
/// let overload = Fault::on("GET /api/systems").times(2).status(503);
/// let slow = Fault::on("GET /api/systemusers").skip(100..=199).delay(Duration::from_secs(1));
/// let throttle =
///     Fault::on("* /api/v2/**").nth(3).status(429).retry_after(RetryAfter::Seconds(2));
/// # let _ = (overload, slow, throttle);
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Fault {
    method: String,
    path: String,
    skip: Option<RangeInclusive<u64>>,
    after: usize,
    times: Option<usize>,
    effects: Vec<Effect>,
    matched: usize,
}

impl Fault {
    /// A fault for a method and a path such as `GET /api/v2/systems/*/users`.
    ///
    /// The method `*` means any. In the path, `*` is one segment and a final `**` the whole rest.
    pub fn on(pattern: &str) -> Self {
        let (method, path) = pattern.split_once(' ').unwrap_or(("*", pattern));
        Self {
            method: method.to_owned(),
            path: path.trim().to_owned(),
            skip: None,
            after: 0,
            times: None,
            effects: Vec::new(),
            matched: 0,
        }
    }

    /// Fires only this often.
    pub fn times(mut self, times: usize) -> Self {
        self.times = Some(times);
        self
    }

    /// Lets this many matching requests pass first.
    pub fn after(mut self, requests: usize) -> Self {
        self.after = requests;
        self
    }

    /// Fires on the nth matching request only, counted from one.
    pub fn nth(self, nth: usize) -> Self {
        self.after(nth.saturating_sub(1)).times(1)
    }

    /// Matches only requests whose `skip` (or `offset`) lies in this range; absent is zero.
    pub fn skip(mut self, range: RangeInclusive<u64>) -> Self {
        self.skip = Some(range);
        self
    }

    fn with(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    /// Answers with this status and a JSON message, unless [`body`](Self::body) says more.
    pub fn status(self, status: u16) -> Self {
        self.with(Effect::Status(status))
    }

    /// Replaces the body by this text.
    pub fn body(self, text: &str) -> Self {
        self.with(Effect::Body(text.to_owned()))
    }

    /// Adds or replaces a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.with(Effect::Header(name.to_owned(), value.to_owned()))
    }

    /// Adds a `Retry-After` header.
    pub fn retry_after(self, hint: RetryAfter) -> Self {
        self.with(Effect::RetryAfter(hint))
    }

    /// Answers with an HTML page, status 200 unless [`status`](Self::status) says otherwise.
    pub fn html(self) -> Self {
        self.with(Effect::Html)
    }

    /// Sends the right body under this content type.
    pub fn content_type(self, value: &str) -> Self {
        self.header("content-type", value)
    }

    /// Redirects to this address, on another host for example.
    pub fn redirect(self, url: &str) -> Self {
        self.with(Effect::Redirect(url.to_owned()))
    }

    /// Sends only this many bytes of the body, with a matching length: the JSON is cut off.
    pub fn truncate(self, bytes: usize) -> Self {
        self.with(Effect::Truncate(bytes))
    }

    /// Puts a byte into the body that is no UTF-8.
    pub fn invalid_utf8(self) -> Self {
        self.with(Effect::InvalidUtf8)
    }

    /// Declares a `Content-Length` that is off by this much.
    pub fn content_length_off_by(self, bytes: i64) -> Self {
        self.with(Effect::ContentLength(bytes))
    }

    /// Breaks the connection after this many bytes of the body.
    pub fn reset_after(self, bytes: usize) -> Self {
        self.with(Effect::ResetAfter(bytes))
    }

    /// Closes the connection without any answer.
    pub fn hang_up(self) -> Self {
        self.with(Effect::HangUp)
    }

    /// Sends the body in pieces of this size with a pause between them.
    pub fn drip(self, bytes: usize, pause: Duration) -> Self {
        self.with(Effect::Drip(bytes, pause))
    }

    /// Sends a gzip body that inflates to this size; the checksum at its end is wrong.
    pub fn gzip_bomb(self, inflated_bytes: usize) -> Self {
        self.with(Effect::GzipBomb(inflated_bytes))
    }

    /// Pads the body with white space to at least this size; the JSON stays right.
    pub fn oversize(self, bytes: usize) -> Self {
        self.with(Effect::Oversize(bytes))
    }

    /// Puts arrays nested this deep into the first record, or into the body when it is no list.
    pub fn nest(self, depth: usize) -> Self {
        self.with(Effect::Nest(depth))
    }

    /// Makes the first record of the page this large.
    pub fn huge_record(self, bytes: usize) -> Self {
        self.with(Effect::HugeRecord(bytes))
    }

    /// Gives the first record of the page one of its keys twice, with different values.
    pub fn duplicate_key(self) -> Self {
        self.with(Effect::DuplicateKey)
    }

    /// Keeps the connection open and says nothing.
    pub fn never_answer(self) -> Self {
        self.with(Effect::NeverAnswer)
    }

    /// Waits before answering.
    pub fn delay(self, pause: Duration) -> Self {
        self.with(Effect::Delay(pause))
    }

    /// Leaves the total out.
    pub fn no_total(self) -> Self {
        self.with(Effect::TotalMissing)
    }

    /// Gives this number as the total.
    pub fn total(self, total: i64) -> Self {
        self.with(Effect::Total(total))
    }

    /// Gives a total that is off by this much.
    pub fn total_off_by(self, rows: i64) -> Self {
        self.with(Effect::TotalOff(rows))
    }

    /// Gives text where the total belongs.
    pub fn total_text(self, text: &str) -> Self {
        self.with(Effect::TotalText(text.to_owned()))
    }

    /// Moves the total by this much with every request it fires on.
    pub fn moving_total(self, step: i64) -> Self {
        self.with(Effect::TotalMoves(step))
    }

    /// Spreads this many `null` items over the list; the total counts them.
    pub fn null_items(self, items: usize) -> Self {
        self.with(Effect::Nulls(items))
    }

    /// Spreads this many references to deleted objects over the list: counted, not shown.
    pub fn dangling(self, items: usize) -> Self {
        self.with(Effect::Dangling(items))
    }

    /// Withholds this many rows from the end of the page.
    pub fn short_page(self, rows: usize) -> Self {
        self.with(Effect::ShortPage(rows))
    }

    /// Answers the first page whatever `skip` says.
    pub fn ignore_skip(self) -> Self {
        self.with(Effect::IgnoreSkip)
    }

    /// Gives at most this many rows a page, whatever `limit` says.
    pub fn cap_limit(self, rows: usize) -> Self {
        self.with(Effect::CapLimit(rows))
    }

    /// Gives lists in another order with every request, unless the request asks for an order.
    pub fn unstable_order(self) -> Self {
        self.with(Effect::UnstableOrder)
    }

    /// Gives lists in another order with every request, even if the request asks for one.
    pub fn ignore_sort(self) -> Self {
        self.with(Effect::IgnoreSort)
    }

    /// Starts each page with the last row of the page before.
    ///
    /// The total stays, so rows at the end of a long list are out of reach.
    pub fn overlap(self) -> Self {
        self.with(Effect::Overlap)
    }

    /// Inserts this many copies of a record, with new identifiers that sort first, before answering.
    pub fn insert_rows(self, rows: usize) -> Self {
        self.with(Effect::InsertRows(rows))
    }

    /// Deletes this many records from the front of the list before answering.
    pub fn delete_rows(self, rows: usize) -> Self {
        self.with(Effect::DeleteRows(rows))
    }

    /// Puts the rows of a list under a key that no client can know.
    pub fn unknown_wrapper(self) -> Self {
        self.with(Effect::UnknownWrapper("entries".to_owned()))
    }

    /// Replaces the API key before answering, so that this request and later ones need the new one.
    pub fn rotate_key(self, new_key: &str) -> Self {
        self.with(Effect::RotateKey(new_key.to_owned()))
    }

    /// Makes every bearer token issued so far invalid before answering.
    pub fn revoke_tokens(self) -> Self {
        self.with(Effect::RevokeTokens)
    }

    /// Counts a request; true when the fault fires on it.
    fn fires(&mut self, method: &str, target: &Target) -> bool {
        let skip = target.value("skip").or_else(|| target.value("offset"));
        let skip = skip.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        let matches = (self.method == "*" || self.method.eq_ignore_ascii_case(method))
            && path_matches(&self.path, &target.path)
            && self.skip.as_ref().is_none_or(|range| range.contains(&skip));
        if !matches {
            return false;
        }
        self.matched = self.matched.saturating_add(1);
        let turn = self.matched.saturating_sub(self.after);
        turn > 0 && self.times.is_none_or(|times| turn <= times)
    }
}

/// All faults of one fake: a script, a seed, or both.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Faults {
    script: Vec<Fault>,
    seeded: Option<Seeded>,
}

impl Faults {
    /// No faults.
    pub fn none() -> Self {
        Self::default()
    }

    /// Faults drawn from a seed, hitting about `percent` of the requests.
    ///
    /// Drawn are faults that a client can get over: overload, throttling, broken connections,
    /// cut bodies. The same request fails at most twice in a row. What happens to a request
    /// depends on the seed, its target and how often it was sent, not on the order of arrival,
    /// so a run can be replayed. Only rows that come and go do so in the order of arrival.
    pub fn seeded(seed: u64, percent: usize) -> Self {
        Self { script: Vec::new(), seeded: Some(Seeded::new(seed, percent)) }
    }

    /// Lets the seed also disturb lists: holes, totals that lie or are missing, unstable order,
    /// short pages, overlaps, rows that come and go.
    pub fn including_lists(mut self) -> Self {
        if let Some(seeded) = &mut self.seeded {
            seeded.lists = true;
        }
        self
    }

    /// Adds a scripted fault.
    pub fn and(mut self, fault: Fault) -> Self {
        self.script.push(fault);
        self
    }

    pub(super) fn add(&mut self, fault: Fault) {
        self.script.push(fault);
    }

    /// What shall happen to this request.
    pub(super) fn plan(&mut self, method: &str, target: &Target, query: &str) -> Plan {
        let mut plan = Plan::default();
        for fault in &mut self.script {
            if fault.fires(method, target) {
                plan.add(&fault.effects, fault.matched);
            }
        }
        if let Some(seeded) = &mut self.seeded {
            let (effects, turn) = seeded.draw(method, &target.path, query);
            plan.add(&effects, turn);
        }
        plan
    }
}
