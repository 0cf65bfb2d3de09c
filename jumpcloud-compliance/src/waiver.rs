//! Waivers: approved, expiring acceptance of findings.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::finding::{Finding, FindingId};
use crate::outcome::{Covers, Outcome, Severity};
use crate::subject::{AttributePair, SubjectRef};

/// Which rules a waiver is about: one rule, or an area such as `JC-DEV-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleSelector(String);

/// A text that selects no rule or area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rule selector is a rule identifier or an area prefix such as `JC-DEV-`")]
pub struct RuleSelectorError;

impl RuleSelector {
    /// Whether the selector is about this rule.
    pub fn matches(&self, rule_id: &str) -> bool {
        if self.0.ends_with('-') { rule_id.starts_with(&self.0) } else { rule_id == self.0 }
    }

    /// The selector as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RuleSelector {
    type Err = RuleSelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('-');
        let project = parts.next().is_some_and(|part| part == "JC" || part == "X");
        let area = parts.next().is_some_and(|part| !part.is_empty());
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if project && area && plain { Ok(Self(text.into())) } else { Err(RuleSelectorError) }
    }
}

impl fmt::Display for RuleSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for RuleSelector {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RuleSelector {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|error: RuleSelectorError| serde::de::Error::custom(error.to_string()))
    }
}

/// Which subjects a waiver is about, the narrowest kind first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectSelector {
    /// The subject with this identifier.
    SubjectId(String),
    /// Members of this group.
    GroupId(String),
    /// Subjects with this custom attribute.
    Attribute(AttributePair),
    /// Every subject.
    All,
}

impl SubjectSelector {
    /// Rank of the kind, the narrowest first.
    const fn width(&self) -> u8 {
        match self {
            Self::SubjectId(_) => 0,
            Self::GroupId(_) => 1,
            Self::Attribute(_) => 2,
            Self::All => 3,
        }
    }
}

const fn default_max_severity() -> Severity {
    Severity::High
}

/// An approved, expiring acceptance of findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// Identifier, unique within the configuration.
    pub id: String,
    /// Rules it is about.
    pub rule_selector: RuleSelector,
    /// Subjects it is about.
    pub subject_selector: SubjectSelector,
    /// Why the finding is accepted.
    pub reason: String,
    /// What may happen; absent when not stated.
    #[serde(default)]
    pub risk_statement: Option<String>,
    /// What is done instead; absent when not stated.
    #[serde(default)]
    pub compensating_control: Option<String>,
    /// Who approved; absent means not approved.
    #[serde(default)]
    pub approved_by: Option<String>,
    /// When it was approved, UTC; absent means not approved.
    #[serde(default)]
    pub approved_at: Option<Timestamp>,
    /// Ticket; absent when there is none.
    #[serde(default)]
    pub ticket: Option<String>,
    /// First instant of validity, UTC.
    pub starts_at: Timestamp,
    /// First instant after validity, UTC.
    pub expires_at: Timestamp,
    /// Whether unknown outcomes are covered as well; default no.
    #[serde(default)]
    pub covers_unknown: bool,
    /// Heaviest finding it may cover; default high.
    #[serde(default = "default_max_severity")]
    pub max_severity: Severity,
}

vocabulary! {
    /// What became of a waiver in an evaluation.
    pub enum WaiverState {
        /// It covers at least one finding.
        Applied = "applied",
        /// Its time is over.
        Expired = "expired",
        /// Its time has not come.
        NotStarted = "not_started",
        /// Nobody approved it, or not yet.
        Unapproved = "unapproved",
        /// It lasts longer than allowed.
        TooLong = "too_long",
        /// No finding is of its rules and subjects.
        Unmatched = "unmatched",
        /// Everything it is about passes or does not apply.
        NoLongerNeeded = "no_longer_needed",
        /// Narrower or earlier ones cover all it could cover.
        Superseded = "superseded",
        /// What remains is unknown or heavier than it may cover.
        NotCovering = "not_covering",
    }
}

impl Waiver {
    /// Why the waiver has no force at `at`; nothing when it has.
    ///
    /// `max_days` is the longest validity in days.
    pub fn invalid_state(&self, at: Timestamp, max_days: i64) -> Option<WaiverState> {
        let named = self.approved_by.as_deref().is_some_and(|name| !name.trim().is_empty());
        let approved = self.approved_at.is_some_and(|approved_at| approved_at <= at);
        let limit = SignedDuration::from_hours(max_days.saturating_mul(24));
        if !(named && approved) {
            Some(WaiverState::Unapproved)
        } else if self.expires_at.duration_since(self.starts_at) > limit {
            Some(WaiverState::TooLong)
        } else if at < self.starts_at {
            Some(WaiverState::NotStarted)
        } else if at >= self.expires_at {
            Some(WaiverState::Expired)
        } else {
            None
        }
    }

    /// What it may overlay.
    pub const fn covers(&self) -> Covers {
        if self.covers_unknown { Covers::FailuresAndUnknown } else { Covers::Failures }
    }

    fn can_cover(&self, finding: &Finding) -> bool {
        let outcome = match finding.outcome {
            Outcome::Fail => true,
            Outcome::Unknown => self.covers_unknown,
            Outcome::Pass | Outcome::NotApplicable => false,
        };
        outcome && finding.severity <= self.max_severity
    }
}

/// What became of one waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverUse {
    /// Identifier of the waiver.
    pub waiver_id: String,
    /// What became of it.
    pub state: WaiverState,
    /// Findings it covers, sorted.
    pub findings: Vec<FindingId>,
}

/// Findings a waiver met while it was applied.
#[derive(Default)]
struct Met {
    covered: Vec<FindingId>,
    superseded: bool,
    open: bool,
    any: bool,
}

/// Lays waivers over findings and tells what became of each waiver.
///
/// `is_member` answers for group and attribute selectors; subject identifiers
/// and `all` are answered here. Findings keep their outcome. An expired waiver
/// leaves the note `waiver_expired:<id>` on the failures it no longer covers.
pub fn apply_waivers(
    findings: &mut [Finding],
    waivers: &[Waiver],
    at: Timestamp,
    max_days: i64,
    is_member: impl Fn(&SubjectRef, &SubjectSelector) -> bool,
) -> Vec<WaiverUse> {
    let mut waiving = Waiving::new(waivers, at, max_days);
    for finding in findings {
        waiving.lay(finding, &is_member);
    }
    waiving.report()
}

/// Waivers while they are laid over findings, one finding after another, in any order.
#[derive(Default)]
pub(crate) struct Waiving<'w> {
    waivers: Vec<(&'w Waiver, Option<WaiverState>, Met)>,
}

impl<'w> Waiving<'w> {
    pub(crate) fn new(waivers: &'w [Waiver], at: Timestamp, max_days: i64) -> Self {
        let of = |waiver: &'w Waiver| (waiver, waiver.invalid_state(at, max_days), Met::default());
        Self { waivers: waivers.iter().map(of).collect() }
    }

    /// Lays the waivers over one finding; `is_member` as in [`apply_waivers`].
    pub(crate) fn lay(
        &mut self,
        finding: &mut Finding,
        is_member: impl Fn(&SubjectRef, &SubjectSelector) -> bool,
    ) {
        let mut best: Option<(usize, &Waiver)> = None;
        let mut rivals: Vec<usize> = Vec::new();
        let mut expired: Vec<&str> = Vec::new();
        for (position, (waiver, state, met)) in self.waivers.iter_mut().enumerate() {
            let waiver: &'w Waiver = waiver;
            if !waiver.rule_selector.matches(&finding.rule_id) {
                continue;
            }
            let about = match &waiver.subject_selector {
                SubjectSelector::All => true,
                SubjectSelector::SubjectId(id) => *id == finding.subject.id,
                selector => is_member(&finding.subject, selector),
            };
            if !about {
                continue;
            }
            met.any = true;
            met.open |= matches!(finding.outcome, Outcome::Fail | Outcome::Unknown);
            match state {
                None if waiver.can_cover(finding) => {
                    rivals.push(position);
                    let key = |w: &Waiver| (w.subject_selector.width(), w.expires_at, w.id.clone());
                    if best.is_none_or(|(_, held)| key(waiver) < key(held)) {
                        best = Some((position, waiver));
                    }
                }
                Some(WaiverState::Expired) if waiver.can_cover(finding) => expired.push(&waiver.id),
                _ => {}
            }
        }
        if let Some((chosen, waiver)) = best {
            finding.effective_status = finding.effective_status.waived(waiver.covers());
            finding.waiver_id = Some(waiver.id.clone());
            for rival in rivals {
                if let Some((_, _, met)) = self.waivers.get_mut(rival) {
                    if rival == chosen {
                        met.covered.push(finding.finding_id);
                    } else {
                        met.superseded = true;
                    }
                }
            }
        } else if !expired.is_empty() {
            finding.notes.extend(expired.into_iter().map(|id| format!("waiver_expired:{id}")));
            finding.notes.sort();
        }
    }

    /// What became of each waiver.
    pub(crate) fn report(self) -> Vec<WaiverUse> {
        let told = self.waivers.into_iter().map(|(waiver, state, mut met)| {
            met.covered.sort();
            let state = state.unwrap_or_else(|| met.state());
            WaiverUse { waiver_id: waiver.id.clone(), state, findings: met.covered }
        });
        let mut uses: Vec<WaiverUse> = told.collect();
        uses.sort_by(|a, b| a.waiver_id.cmp(&b.waiver_id));
        uses
    }
}

impl Met {
    const fn state(&self) -> WaiverState {
        if !self.covered.is_empty() {
            WaiverState::Applied
        } else if self.superseded {
            WaiverState::Superseded
        } else if self.open {
            WaiverState::NotCovering
        } else if self.any {
            WaiverState::NoLongerNeeded
        } else {
            WaiverState::Unmatched
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::finding::tests::finding;
    use crate::outcome::EffectiveStatus;
    use crate::subject::SubjectKind;

    const NOW: &str = "2026-11-23T12:00:00Z";

    fn waiver(id: &str, subject: SubjectSelector) -> Waiver {
        Waiver {
            id: id.into(),
            rule_selector: "JC-DEV-001".parse().unwrap(),
            subject_selector: subject,
            reason: "laboratory".into(),
            risk_statement: None,
            compensating_control: None,
            approved_by: Some("ciso".into()),
            approved_at: Some("2026-05-30T00:00:00Z".parse().unwrap()),
            ticket: None,
            starts_at: "2026-06-01T00:00:00Z".parse().unwrap(),
            expires_at: "2026-12-31T00:00:00Z".parse().unwrap(),
            covers_unknown: false,
            max_severity: Severity::High,
        }
    }

    fn on(id: &str) -> SubjectSelector {
        SubjectSelector::SubjectId(id.into())
    }

    fn dev(id: &str, outcome: Outcome) -> Finding {
        finding("JC-DEV-001", SubjectKind::Device, id, outcome)
    }

    fn run(findings: &mut [Finding], waivers: &[Waiver]) -> Vec<(String, WaiverState)> {
        let member = |subject: &SubjectRef, selector: &SubjectSelector| matches!(selector, SubjectSelector::GroupId(g) if g == "lab" && subject.id == "d1");
        apply_waivers(findings, waivers, NOW.parse().unwrap(), 365, member)
            .into_iter()
            .map(|usage| (usage.waiver_id, usage.state))
            .collect()
    }

    #[test]
    fn a_valid_waiver_exempts_and_keeps_the_outcome() {
        let mut findings = vec![dev("d1", Outcome::Fail), dev("d2", Outcome::Fail)];
        let uses = run(&mut findings, &[waiver("W1", on("d1"))]);
        assert_eq!(uses, [("W1".into(), WaiverState::Applied)]);
        assert_eq!(findings[0].outcome, Outcome::Fail);
        assert_eq!(findings[0].effective_status, EffectiveStatus::Exempt);
        assert_eq!(findings[0].waiver_id.as_deref(), Some("W1"));
        assert_eq!(findings[1].effective_status, EffectiveStatus::Fail);
    }

    #[test]
    fn invalid_waivers_are_told_apart() {
        let at = NOW.parse().unwrap();
        let base = waiver("W", on("d1"));
        let state = |change: fn(&mut Waiver)| {
            let mut changed = base.clone();
            change(&mut changed);
            changed.invalid_state(at, 365)
        };
        assert_eq!(state(|_| {}), None);
        assert_eq!(state(|w| w.expires_at = NOW.parse().unwrap()), Some(WaiverState::Expired));
        assert_eq!(state(|w| w.starts_at = NOW.parse().unwrap()), None);
        assert_eq!(
            state(|w| w.starts_at = "2026-11-23T12:00:01Z".parse().unwrap()),
            Some(WaiverState::NotStarted)
        );
        assert_eq!(state(|w| w.approved_by = Some(" ".into())), Some(WaiverState::Unapproved));
        assert_eq!(state(|w| w.approved_at = None), Some(WaiverState::Unapproved));
        assert_eq!(
            state(|w| w.approved_at = Some("2026-11-24T00:00:00Z".parse().unwrap())),
            Some(WaiverState::Unapproved)
        );
        assert_eq!(state(|w| w.expires_at = "2027-06-01T00:00:00Z".parse().unwrap()), None);
        assert_eq!(
            state(|w| w.expires_at = "2027-06-01T00:00:01Z".parse().unwrap()),
            Some(WaiverState::TooLong)
        );
    }

    #[test]
    fn an_expired_waiver_leaves_a_note_on_failures_only() {
        let mut old = waiver("W1", SubjectSelector::All);
        old.expires_at = "2026-11-23T00:00:00Z".parse().unwrap();
        let mut findings = vec![dev("d1", Outcome::Fail), dev("d2", Outcome::Pass)];
        assert_eq!(run(&mut findings, &[old]), [("W1".into(), WaiverState::Expired)]);
        assert_eq!(findings[0].effective_status, EffectiveStatus::Fail);
        assert_eq!(findings[0].notes, ["waiver_expired:W1"]);
        assert!(findings[1].notes.is_empty());
    }

    #[test]
    fn narrowest_then_earliest_then_smallest_wins() {
        let group = SubjectSelector::GroupId("lab".into());
        let mut early = waiver("W9", on("d1"));
        early.expires_at = "2026-12-01T00:00:00Z".parse().unwrap();
        let mut twin = early.clone();
        twin.id = "W8".into();
        let all = [
            waiver("W1", SubjectSelector::All),
            waiver("W2", group),
            waiver("W3", on("d1")),
            early,
            twin,
        ];
        for (count, winner) in [(1, "W1"), (2, "W2"), (3, "W3"), (4, "W9"), (5, "W8")] {
            let mut findings = vec![dev("d1", Outcome::Fail)];
            let uses = run(&mut findings, &all[..count]);
            assert_eq!(findings[0].waiver_id.as_deref(), Some(winner));
            for (id, state) in uses {
                let expected =
                    if id == winner { WaiverState::Applied } else { WaiverState::Superseded };
                assert_eq!(state, expected, "{id}");
            }
        }
    }

    #[test]
    fn unknown_and_critical_need_explicit_consent() {
        let mut open = waiver("W1", on("d1"));
        let mut findings = vec![dev("d1", Outcome::Unknown)];
        let refused = run(&mut findings, core::slice::from_ref(&open));
        assert_eq!(refused, [("W1".into(), WaiverState::NotCovering)]);
        open.covers_unknown = true;
        run(&mut findings, core::slice::from_ref(&open));
        assert_eq!(findings[0].effective_status, EffectiveStatus::Exempt);

        let mut critical = vec![dev("d1", Outcome::Fail)];
        critical[0].severity = Severity::Critical;
        run(&mut critical, core::slice::from_ref(&open));
        assert_eq!(critical[0].effective_status, EffectiveStatus::Fail);
        open.max_severity = Severity::Critical;
        run(&mut critical, core::slice::from_ref(&open));
        assert_eq!(critical[0].effective_status, EffectiveStatus::Exempt);
    }

    #[test]
    fn useless_waivers_are_reported() {
        let mut findings = vec![dev("d1", Outcome::Pass)];
        let mut other = waiver("W2", on("d1"));
        other.rule_selector = "JC-DEV-002".parse().unwrap();
        let uses = run(&mut findings, &[waiver("W1", on("d1")), other]);
        assert_eq!(
            uses,
            [("W1".into(), WaiverState::NoLongerNeeded), ("W2".into(), WaiverState::Unmatched)]
        );
        assert_eq!(findings, [dev("d1", Outcome::Pass)]);
    }

    #[test]
    fn selectors_have_a_form() {
        let area: RuleSelector = "JC-DEV-".parse().unwrap();
        assert!(area.matches("JC-DEV-001") && !area.matches("JC-USR-001"));
        let rule: RuleSelector = "JC-DEV-001".parse().unwrap();
        assert!(rule.matches("JC-DEV-001") && !rule.matches("JC-DEV-0011"));
        assert!("X-LAPTOP".parse::<RuleSelector>().is_ok());
        for text in ["", "JC-", "JC", "DEV-", "*", "JC-DEV-*"] {
            assert_eq!(text.parse::<RuleSelector>(), Err(RuleSelectorError), "{text}");
        }
        let json = r#"{"attribute":{"name":"team","value":"lab"}}"#;
        let selector: SubjectSelector = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&selector).unwrap(), json);
        assert!(serde_json::from_str::<SubjectSelector>("\"all\"").is_ok());
        assert!(serde_json::from_str::<SubjectSelector>("\"some\"").is_err());
    }
}
