//! JC-ORG-012: audit events are reviewed.
//!
//! # Expectation
//! Somebody reviewed the events no longer than `review_interval_days` ago, and the reviews of the last
//! `lookback_days` join without a gap longer than a day.
//!
//! # Why
//! Logs nobody reads do not detect.
//!
//! # Passes
//! ```json,passes
//! {"reason": "reviewed", "config": {"attestations": [{"id": "A1", "topic": "log_review",
//!     "statement": "events were reviewed", "period_start": "2026-08-01", "period_end": "2026-11-20",
//!     "attested_by": "Vera Voss", "attested_at": "2026-11-20T09:00:00Z",
//!     "valid_until": "2027-01-31T00:00:00Z"}]},
//!  "inputs": {"DIC": [{"question": "reviewed:admin_create", "count": 2}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "review_overdue", "config": {"attestations": []}, "inputs": {}}
//! ```
//! ```json,fails
//! {"reason": "gap", "config": {"attestations": [{"id": "A1", "topic": "log_review",
//!     "statement": "events were reviewed", "period_start": "2026-11-01", "period_end": "2026-11-20",
//!     "attested_by": "Vera Voss", "attested_at": "2026-11-20T09:00:00Z",
//!     "valid_until": "2027-01-31T00:00:00Z"}]}, "inputs": {}}
//! ```
//!
//! # Unknown when
//! The organisation keeps no store of statements.
//! ```json,unknown
//! {"reason": "not_recorded", "inputs": {}}
//! ```
//!
//! # Fix
//! Review on schedule and record it.
//!
//! # Sources
//! A review covers no day after it was recorded. Days before the organisation existed leave no gap.
//! The counts of events by kind are the population that a reviewer signs for; they decide nothing.

use alloc::vec::Vec;

use jiff::civil::Date;

use crate::attestation::{Attestation, Topic, days_since_last, first_gap, valid_for};
use crate::case::Case;
use crate::facts::{Counted, days_ago};
use crate::outcome::{Severity, UnknownCause};
use crate::param::Days;
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::date_of;

const INTERVAL: Days = Days::new(
    "review_interval_days",
    30,
    1..=92,
    "Most days since the last day that was reviewed.",
)
.stricter_when_lower();
const LOOKBACK: Days =
    Days::new("lookback_days", 90, 7..=365, "Days in which reviews must join without a gap.")
        .stricter_when_higher();

const META: Meta = Meta {
    id: "JC-ORG-012",
    logic_version: 1,
    text_revision: 1,
    title: "Audit events are reviewed",
    subject: SubjectKind::Organization,
    severity: Severity::Medium,
    tier: 2,
    rationale: "Logs nobody reads do not detect.",
    remediation: "Review on schedule and record it.",
    applies: "always",
    inputs: &[
        InputNeed::new("ATT", &["log_review"]),
        InputNeed::new("DIC", &["count"]),
        InputNeed::new("ORGD", &["created"]),
    ],
    params: &[INTERVAL.spec(), LOOKBACK.spec()],
    reasons: &[
        Reason::pass("reviewed", "events were reviewed lately and without a gap"),
        Reason::fail("review_overdue", "the last review is too long ago, or there is none"),
        Reason::fail("gap", "the reviews leave days out"),
        Reason::unknown("not_recorded", "no store of statements is kept"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct EventsReviewed;

impl Rule for EventsReviewed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        Counted::observe_all(case, "reviewed:");
        let Some(all) = case.config().attestations.as_deref() else {
            return Err(Unknown::new(UnknownCause::InputNotCollected, "not_recorded"));
        };
        let now = case.evaluated_at();
        let reviews: Vec<Attestation> = valid_for(all, Topic::LogReview, now)
            .into_iter()
            .map(|own| {
                let period_end = own.period_end.min(date_of(own.attested_at));
                Attestation { period_end, ..own.clone() }
            })
            .filter(|own| own.period_start <= own.period_end)
            .collect();
        let reviews: Vec<&Attestation> = reviews.iter().collect();
        for own in &reviews {
            case.cite(own);
            let path = |name: &str| alloc::format!("attestations[id={}].{name}", own.id);
            case.see_count("ATT", &path("period_start"), alloc::format!("{}", own.period_start));
            case.see_count("ATT", &path("period_end"), alloc::format!("{}", own.period_end));
        }
        let since = days_since_last(&reviews, now);
        if since.is_none_or(|days| days > case.param(&INTERVAL)) {
            return Ok(Verdict::fail("review_overdue"));
        }
        let from = date_of(days_ago(case, case.param(&LOOKBACK))).max(founded(case));
        let until = reviews.iter().map(|own| own.period_end).max().unwrap_or(from);
        if let Some((first, last)) = long_gap(&reviews, from, until) {
            case.see_count("ATT", "gap.first_day", alloc::format!("{first}"));
            case.see_count("ATT", "gap.last_day", alloc::format!("{last}"));
            return Ok(Verdict::fail("gap"));
        }
        Ok(Verdict::pass("reviewed"))
    }
}

/// The day since which the organisation exists, as far as that is known.
fn founded(case: &mut Case<'_>) -> Date {
    let Some(row) = case.facts().organization_detail() else { return Date::MIN };
    case.uses("ORGD");
    let created = case.see_time(row, "created", &row.value().created).value();
    created.filter(|at| *at <= case.evaluated_at()).map_or(Date::MIN, date_of)
}

/// The first stretch of more than one day that no review covers.
fn long_gap(reviews: &[&Attestation], mut from: Date, until: Date) -> Option<(Date, Date)> {
    while let Some((first, last)) = first_gap(reviews, from, until) {
        if first < last {
            return Some((first, last));
        }
        from = last.tomorrow().ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::testing::{evaluation, findings, inputs, judge, judge_with};

    const RULE: &str = "JC-ORG-012";

    fn review(id: &str, start: &str, end: &str, fields: &Value) -> Value {
        let mut own = json!({"id": id, "topic": "log_review", "statement": "events were reviewed",
            "period_start": start, "period_end": end, "attested_by": "Vera Voss",
            "attested_at": alloc::format!("{end}T09:00:00Z"), "valid_until": "2027-06-30T00:00:00Z"});
        own.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        own
    }

    fn with(reviews: Value) -> String {
        judge_with(RULE, &inputs(json!({})), &json!({"attestations": reviews}))
    }

    #[test]
    fn the_last_review_must_be_recent() {
        let until = |end: &str| with(json!([review("A", "2026-08-01", end, &json!({}))]));
        assert_eq!(until("2026-11-23"), "PASS reviewed");
        assert_eq!(until("2026-10-24"), "PASS reviewed");
        assert_eq!(until("2026-10-23"), "FAIL review_overdue");
        for (fields, expected) in [
            (json!({"valid_until": "2026-11-22T00:00:00Z"}), "FAIL review_overdue"),
            (json!({"attested_by": ""}), "FAIL review_overdue"),
            (json!({"attested_at": "2026-11-24T00:00:00Z"}), "FAIL review_overdue"),
            (json!({"attested_at": "2026-10-01T00:00:00Z"}), "FAIL review_overdue"),
            (json!({"attested_at": "2026-07-01T00:00:00Z"}), "FAIL review_overdue"),
            (json!({"topic": "log_export"}), "FAIL review_overdue"),
        ] {
            let own = json!([review("A", "2026-08-01", "2026-11-20", &fields)]);
            assert_eq!(with(own), expected, "{fields}");
        }
        assert_eq!(judge(RULE, &inputs(json!({}))), "UNKNOWN not_recorded");
        assert_eq!(with(json!([])), "FAIL review_overdue");
    }

    #[test]
    fn one_day_may_be_left_out_and_no_more() {
        let joined = |second: &str| {
            with(json!([
                review("B", second, "2026-11-20", &json!({})),
                review("A", "2026-08-25", "2026-10-15", &json!({})),
            ]))
        };
        assert_eq!(joined("2026-10-16"), "PASS reviewed");
        assert_eq!(joined("2026-10-17"), "PASS reviewed");
        assert_eq!(joined("2026-10-18"), "FAIL gap");
        assert_eq!(
            with(json!([review("A", "2026-08-27", "2026-11-20", &json!({}))])),
            "FAIL gap",
            "two days at the beginning"
        );
        assert_eq!(
            with(json!([review("A", "2026-08-26", "2026-11-20", &json!({}))])),
            "PASS reviewed"
        );
    }

    #[test]
    fn days_before_the_organisation_existed_leave_no_gap() {
        let config = json!({"attestations": [review("A", "2026-11-01", "2026-11-20", &json!({}))]});
        let of = |created: Value| {
            let facts =
                inputs(json!({"ORGD": {"of": {"o1": [{"_id": "o1", "created": created}]}}}));
            judge_with(RULE, &facts, &config)
        };
        assert_eq!(of(json!("2026-11-01T10:00:00Z")), "PASS reviewed");
        assert_eq!(of(json!("2026-10-01T10:00:00Z")), "FAIL gap");
        assert_eq!(of(json!(null)), "FAIL gap");
        assert_eq!(of(json!("2030-01-01T00:00:00Z")), "FAIL gap");
    }

    #[test]
    fn the_evidence_holds_reviews_and_the_population() {
        let facts = inputs(json!({"DIC": [{"question": "reviewed:admin_create", "count": 2},
            {"question": "recent", "count": 9}]}));
        let config = json!({"attestations": [review("A", "2026-08-01", "2026-11-20", &json!({}))]});
        assert_eq!(evaluation(&facts, &config).attestations_used.first().unwrap(), "A");
        let own = findings(RULE, &facts, &config);
        let counts: alloc::vec::Vec<_> =
            own[0].evidence.observations.iter().filter(|own| own.source == "DIC").collect();
        assert_eq!(counts.len(), 1);
        assert_eq!(counts[0].record_id.as_deref(), Some("reviewed:admin_create"));
    }
}
