//! What several evaluations of one organisation say about a period.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::control::StatusCounts;
use crate::evaluation::Evaluation;
use crate::evidence::{CoverageState, Digest};
use crate::finding::{Finding, FindingId};
use crate::outcome::Outcome;
use crate::subject::SubjectRef;

/// Basis points of a whole.
const WHOLE_BP: u64 = 10_000;

/// Evaluations of one organisation, added one after another; only failures are remembered.
///
/// An evaluation can be dropped once it is added, so a year of them needs no more memory than the
/// findings that ever failed.
#[derive(Clone, Debug, Default)]
pub struct Period {
    org_id: Option<String>,
    evaluations: Vec<PeriodPoint>,
    courses: BTreeMap<FindingId, Course>,
}

/// Why an evaluation does not belong to a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodError {
    /// It is of another organisation than those before.
    #[error(
        "the evaluation is of another organisation than those before it, begin a period for each"
    )]
    OtherOrganization,
    /// It is not later than the one before.
    #[error(
        "the evaluation is not later than the one before it, add them in the order of `evaluated_at`"
    )]
    NotLater,
}

/// One evaluation of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodPoint {
    /// The time for which it judged, UTC.
    #[serde(with = "crate::time::millis")]
    pub evaluated_at: Timestamp,
    /// Its digest.
    pub digest: Digest,
    /// The worst state among its inputs.
    pub coverage_status: CoverageState,
    /// Its findings by effective status.
    pub counts: StatusCounts,
}

/// The longest time between two evaluations that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The earlier evaluation, UTC.
    #[serde(with = "crate::time::millis")]
    pub from: Timestamp,
    /// The later evaluation, UTC.
    #[serde(with = "crate::time::millis")]
    pub to: Timestamp,
    /// Seconds between them, rounded down.
    pub seconds: u64,
}

/// How long a finding failed.
///
/// What an evaluation saw is taken to hold until the next one. Nothing is added after the last
/// evaluation, nor while a finding was missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeInFail {
    /// Identifier of the finding.
    pub finding_id: FindingId,
    /// Its rule.
    pub rule_id: String,
    /// Its subject, as it was seen last.
    pub subject: SubjectRef,
    /// When it was first seen to fail in the period, UTC.
    #[serde(with = "crate::time::millis")]
    pub first_failed_at: Timestamp,
    /// When the present failure was first seen, UTC; absent when it does not fail at the end.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::millis_opt")]
    pub failing_since: Option<Timestamp>,
    /// Seconds in which it failed, waived or not.
    pub failed_seconds: u64,
    /// Seconds, after the first failure, in which nothing could be concluded.
    pub unknown_seconds: u64,
    /// How often it began to fail; an unknown outcome between two failures ends none.
    pub episodes: u64,
    /// What it is at the end of the period; absent when the last evaluation does not have it.
    pub last_outcome: Option<Outcome>,
}

/// What the evaluations of a period say together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodSummary {
    /// The organisation; empty when there is no evaluation.
    pub org_id: String,
    /// The evaluations, the earliest first.
    pub evaluations: Vec<PeriodPoint>,
    /// Seconds that were to lie between two evaluations at most.
    pub expected_cadence_seconds: u64,
    /// Times between two evaluations that were longer.
    pub gaps_over_cadence: u64,
    /// The longest time between two evaluations; absent with fewer than two.
    pub longest_gap: Option<Gap>,
    /// Share of evaluations with complete coverage, in basis points, rounded down.
    pub complete_coverage_bp: u64,
    /// Findings that failed at least once, by rule and subject.
    pub time_in_fail: Vec<TimeInFail>,
}

#[derive(Clone, Debug)]
struct Course {
    total: TimeInFail,
    /// The discriminator, which is part of the order of reports.
    part: String,
    /// A failure has begun and nothing has ended it.
    running: bool,
    /// When it began.
    since: Timestamp,
}

impl Course {
    fn total(&self) -> TimeInFail {
        let fails = self.total.last_outcome == Some(Outcome::Fail);
        TimeInFail { failing_since: fails.then_some(self.since), ..self.total.clone() }
    }
}

impl Period {
    /// A period without evaluations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an evaluation; the earliest comes first.
    ///
    /// # Errors
    ///
    /// A [`PeriodError`] when it is of another organisation or not later than the one before; then
    /// nothing is added.
    pub fn add(&mut self, evaluation: &Evaluation) -> Result<(), PeriodError> {
        if self.org_id.as_ref().is_some_and(|org| *org != evaluation.org.id) {
            return Err(PeriodError::OtherOrganization);
        }
        let at = evaluation.evaluated_at;
        let before = self.evaluations.last().map(|point| point.evaluated_at);
        if before.is_some_and(|before| at <= before) {
            return Err(PeriodError::NotLater);
        }
        self.org_id = Some(evaluation.org.id.clone());
        let elapsed = before.map_or(0, |before| seconds(before, at));
        for course in self.courses.values_mut() {
            let slot = match course.total.last_outcome {
                Some(Outcome::Fail) => &mut course.total.failed_seconds,
                Some(Outcome::Unknown) => &mut course.total.unknown_seconds,
                Some(Outcome::Pass | Outcome::NotApplicable) | None => continue,
            };
            *slot = slot.saturating_add(elapsed);
        }
        for course in self.courses.values_mut() {
            course.total.last_outcome = None;
        }
        let mut counts = StatusCounts::default();
        for finding in &evaluation.findings {
            counts.add(finding.effective_status);
            self.see(finding, at);
        }
        self.evaluations.push(PeriodPoint {
            evaluated_at: at,
            digest: evaluation.digest,
            coverage_status: evaluation.coverage_status,
            counts,
        });
        Ok(())
    }

    fn see(&mut self, finding: &Finding, at: Timestamp) {
        if finding.outcome == Outcome::Fail {
            self.courses.entry(finding.finding_id).or_insert_with(|| Course {
                total: TimeInFail {
                    finding_id: finding.finding_id,
                    rule_id: finding.rule_id.clone(),
                    subject: finding.subject.clone(),
                    first_failed_at: at,
                    failing_since: None,
                    failed_seconds: 0,
                    unknown_seconds: 0,
                    episodes: 0,
                    last_outcome: None,
                },
                part: finding.discriminator.clone(),
                running: false,
                since: at,
            });
        }
        let Some(course) = self.courses.get_mut(&finding.finding_id) else { return };
        course.total.subject = finding.subject.clone();
        course.total.last_outcome = Some(finding.outcome);
        match finding.outcome {
            Outcome::Fail if !course.running => {
                course.running = true;
                course.since = at;
                course.total.episodes = course.total.episodes.saturating_add(1);
            }
            Outcome::Fail | Outcome::Unknown => {}
            Outcome::Pass | Outcome::NotApplicable => course.running = false,
        }
    }

    /// Sums the period up; `cadence_seconds` is the time that was to lie between two evaluations at
    /// most.
    pub fn summary(&self, cadence_seconds: u64) -> PeriodSummary {
        let gaps: Vec<Gap> = self
            .evaluations
            .iter()
            .zip(self.evaluations.iter().skip(1))
            .map(|(earlier, later)| {
                let (from, to) = (earlier.evaluated_at, later.evaluated_at);
                Gap { from, to, seconds: seconds(from, to) }
            })
            .collect();
        let complete = self
            .evaluations
            .iter()
            .filter(|point| point.coverage_status == CoverageState::Complete)
            .count();
        let mut courses: Vec<&Course> = self.courses.values().collect();
        courses.sort_by(|a, b| {
            a.total
                .rule_id
                .cmp(&b.total.rule_id)
                .then_with(|| a.total.subject.kind.cmp(&b.total.subject.kind))
                .then_with(|| a.total.subject.id.cmp(&b.total.subject.id))
                .then_with(|| a.part.cmp(&b.part))
                .then_with(|| a.total.finding_id.cmp(&b.total.finding_id))
        });
        PeriodSummary {
            org_id: self.org_id.clone().unwrap_or_default(),
            expected_cadence_seconds: cadence_seconds,
            gaps_over_cadence: number(
                gaps.iter().filter(|gap| gap.seconds > cadence_seconds).count(),
            ),
            // Of several equal gaps the earliest is named.
            longest_gap: gaps.iter().rev().max_by_key(|gap| gap.seconds).copied(),
            complete_coverage_bp: number(complete)
                .saturating_mul(WHOLE_BP)
                .checked_div(number(self.evaluations.len()))
                .unwrap_or(0),
            evaluations: self.evaluations.clone(),
            time_in_fail: courses.into_iter().map(Course::total).collect(),
        }
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_second().saturating_sub(from.as_second())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec;

    use serde_json::json;

    use super::*;
    use crate::finding::tests::finding;
    use crate::subject::SubjectKind;
    use crate::testing::{evaluation, inputs};

    const HOUR: u64 = 3600;

    /// An evaluation at this hour whose only finding ended so.
    fn at(hour: i8, outcome: Option<Outcome>) -> Evaluation {
        let mut whole = evaluation(&inputs(json!({})), &json!({}));
        whole.evaluated_at = format!("2026-11-01T{hour:02}:00:00Z").parse().unwrap();
        whole.findings = outcome
            .map(|outcome| vec![finding("JC-DEV-001", SubjectKind::Device, "d", outcome)])
            .unwrap_or_default();
        whole
    }

    fn summary(course: &[(i8, Option<Outcome>)]) -> PeriodSummary {
        let mut period = Period::new();
        for (hour, outcome) in course {
            period.add(&at(*hour, *outcome)).unwrap();
        }
        period.summary(4 * HOUR)
    }

    #[test]
    fn time_in_fail_runs_from_one_evaluation_to_the_next() {
        use Outcome::{Fail, NotApplicable, Pass, Unknown};
        let sum = summary(&[
            (0, Some(Pass)),
            (1, Some(Fail)),
            (3, Some(Unknown)),
            (6, Some(Fail)),
            (7, Some(NotApplicable)),
            (9, Some(Fail)),
            (10, None),
            (12, Some(Fail)),
        ]);
        let only = &sum.time_in_fail[0];
        assert_eq!(only.failed_seconds, (2 + 1 + 1) * HOUR);
        assert_eq!(only.unknown_seconds, 3 * HOUR);
        assert_eq!(only.episodes, 2);
        assert_eq!(only.last_outcome, Some(Fail));
        assert_eq!(only.first_failed_at, at(1, None).evaluated_at);
        assert_eq!(only.failing_since, Some(at(9, None).evaluated_at));
        assert_eq!(sum.evaluations.len(), 8);
    }

    #[test]
    fn gaps_and_coverage() {
        let mut period = Period::new();
        for (hour, coverage) in [
            (0, CoverageState::Complete),
            (5, CoverageState::Partial),
            (10, CoverageState::Complete),
        ] {
            let mut whole = at(hour, None);
            whole.coverage_status = coverage;
            period.add(&whole).unwrap();
        }
        let sum = period.summary(4 * HOUR);
        assert_eq!(sum.gaps_over_cadence, 2);
        assert_eq!(sum.longest_gap.unwrap().from, at(0, None).evaluated_at);
        assert_eq!(sum.longest_gap.unwrap().seconds, 5 * HOUR);
        assert_eq!(sum.complete_coverage_bp, 6666);
        assert_eq!(period.summary(5 * HOUR).gaps_over_cadence, 0);
        assert_eq!(Period::new().summary(1).longest_gap, None);
    }

    #[test]
    fn strangers_and_earlier_ones_are_refused() {
        let mut period = Period::new();
        period.add(&at(3, Some(Outcome::Fail))).unwrap();
        assert_eq!(period.add(&at(3, None)), Err(PeriodError::NotLater));
        let mut other = at(4, None);
        other.org.id = "o2".into();
        assert_eq!(period.add(&other), Err(PeriodError::OtherOrganization));
        assert_eq!(period.summary(HOUR).evaluations.len(), 1);
        assert_eq!(period.summary(HOUR).time_in_fail[0].last_outcome, Some(Outcome::Fail));
    }
}
