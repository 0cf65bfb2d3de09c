//! Control results: what the findings of the mapped rules say about a control.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::frameworks::{Control, ControlRef, Framework};
use crate::outcome::EffectiveStatus;
use crate::subject::SubjectKind;

/// Basis points of a whole.
const WHOLE_BP: u64 = 10_000;

vocabulary! {
    /// Result of the automated tests that cover part of a control.
    pub enum ControlStatus {
        /// At least one finding is an exception.
        ExceptionsNoted = "exceptions_noted",
        /// No exception, but something could not be concluded.
        Indeterminate = "indeterminate",
        /// The control concerns no subject.
        NotApplicable = "not_applicable",
        /// Every test that ran found nothing.
        NoExceptionsNoted = "no_exceptions_noted",
    }
}

vocabulary! {
    /// Why a control is indeterminate, or what else a reader must know.
    pub enum ControlNote {
        /// A finding is unknown.
        UnknownFindings = "unknown_findings",
        /// Subjects may be missing from the population.
        PopulationIncomplete = "population_incomplete",
        /// A mapped rule of the first tier is disabled.
        RuleDisabled = "rule_disabled",
        /// No mapped rule gave a finding.
        NoFindings = "no_findings",
        /// Failures stay within the tolerance of their rule.
        WithinTolerance = "within_tolerance",
    }
}

/// Numbers of findings by effective status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCounts {
    /// Passes.
    pub pass: u64,
    /// Failures.
    pub fail: u64,
    /// Failures inside their grace period.
    pub fail_in_grace: u64,
    /// Waived findings.
    pub exempt: u64,
    /// Inapplicable ones.
    pub not_applicable: u64,
    /// Findings without a conclusion.
    pub unknown: u64,
}

impl StatusCounts {
    /// Counts one more finding.
    pub const fn add(&mut self, status: EffectiveStatus) {
        let slot = match status {
            EffectiveStatus::Pass => &mut self.pass,
            EffectiveStatus::Fail => &mut self.fail,
            EffectiveStatus::FailInGrace => &mut self.fail_in_grace,
            EffectiveStatus::Exempt => &mut self.exempt,
            EffectiveStatus::NotApplicable => &mut self.not_applicable,
            EffectiveStatus::Unknown => &mut self.unknown,
        };
        *slot = slot.saturating_add(1);
    }

    /// Sum of two counts.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            pass: self.pass.saturating_add(other.pass),
            fail: self.fail.saturating_add(other.fail),
            fail_in_grace: self.fail_in_grace.saturating_add(other.fail_in_grace),
            exempt: self.exempt.saturating_add(other.exempt),
            not_applicable: self.not_applicable.saturating_add(other.not_applicable),
            unknown: self.unknown.saturating_add(other.unknown),
        }
    }

    /// Findings with a verdict on an applicable subject, unknown ones left out.
    const fn judged(self) -> u64 {
        self.pass
            .saturating_add(self.fail)
            .saturating_add(self.fail_in_grace)
            .saturating_add(self.exempt)
    }

    /// All findings.
    pub const fn total(self) -> u64 {
        self.judged().saturating_add(self.not_applicable).saturating_add(self.unknown)
    }
}

/// Whether a rule of the catalogue ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleState {
    /// It ran.
    Enabled,
    /// It was switched off.
    Disabled,
}

/// What control results need to know of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleFacts<'a> {
    /// Rule identifier.
    pub rule_id: &'a str,
    /// Tier; 1 is the first.
    pub tier: u8,
    /// What the rule judges.
    pub subject_kind: SubjectKind,
    /// Whether it ran.
    pub state: RuleState,
}

/// Numbers of one mapped rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleResult {
    /// Rule identifier.
    pub rule_id: String,
    /// Findings by status.
    pub counts: StatusCounts,
    /// Share of failures that is tolerated, in basis points.
    pub tolerance_bp: u32,
}

/// Result for one control.
///
/// It is a result of automated tests that cover part of the control, never a
/// statement that the control is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlResult {
    /// The control.
    #[serde(flatten)]
    pub control: ControlRef,
    /// The result.
    pub status: ControlStatus,
    /// Findings by status over all mapped rules.
    pub counts: StatusCounts,
    /// Mapped rules that ran, primary mappings first.
    pub rules: Vec<RuleResult>,
    /// Mapped rules that were switched off, sorted.
    pub rules_disabled: Vec<String>,
    /// Why, and what else matters; sorted.
    pub notes: Vec<ControlNote>,
}

/// Findings counted by rule, and what else decides a control.
#[derive(Clone, Debug)]
pub struct ControlBasis<'a> {
    counts: BTreeMap<&'a str, StatusCounts>,
    rules: BTreeMap<&'a str, RuleFacts<'a>>,
    incomplete: &'a BTreeSet<SubjectKind>,
    strict: &'a BTreeSet<ControlRef>,
    tolerance_bp: &'a BTreeMap<String, u32>,
}

impl<'a> ControlBasis<'a> {
    /// Counts findings once for all frameworks.
    ///
    /// `incomplete` holds the kinds whose population input is not complete,
    /// `strict` the controls for which failures in grace are exceptions.
    pub fn new(
        findings: &'a [Finding],
        rules: &[RuleFacts<'a>],
        incomplete: &'a BTreeSet<SubjectKind>,
        strict: &'a BTreeSet<ControlRef>,
        tolerance_bp: &'a BTreeMap<String, u32>,
    ) -> Self {
        let mut counts: BTreeMap<&str, StatusCounts> = BTreeMap::new();
        for finding in findings {
            counts.entry(&finding.rule_id).or_default().add(finding.effective_status);
        }
        Self::of_counts(counts, rules, incomplete, strict, tolerance_bp)
    }

    /// As [`ControlBasis::new`], over findings that were counted one by one.
    pub(crate) fn of_counts(
        counts: BTreeMap<&'a str, StatusCounts>,
        rules: &[RuleFacts<'a>],
        incomplete: &'a BTreeSet<SubjectKind>,
        strict: &'a BTreeSet<ControlRef>,
        tolerance_bp: &'a BTreeMap<String, u32>,
    ) -> Self {
        let rules = rules.iter().map(|rule| (rule.rule_id, *rule)).collect();
        Self { counts, rules, incomplete, strict, tolerance_bp }
    }

    /// Results for every control of a framework, in its order.
    pub fn results(&self, framework: &Framework) -> Vec<ControlResult> {
        framework.controls().iter().map(|control| self.result(framework, control)).collect()
    }

    fn result(&self, framework: &Framework, control: &Control) -> ControlResult {
        let control_ref =
            ControlRef { framework: framework.id().into(), control: control.id().into() };
        let strict = self.strict.contains(&control_ref);
        let mut notes = BTreeSet::new();
        let mut counts = StatusCounts::default();
        let mut rules = Vec::new();
        let mut rules_disabled = Vec::new();
        let mut exceptions = false;
        let mapped = framework.rules_of(control.id()).iter();
        for rule in mapped.filter_map(|id| self.rules.get(id.as_str())) {
            if rule.state == RuleState::Disabled {
                if rule.tier == 1 {
                    notes.insert(ControlNote::RuleDisabled);
                }
                rules_disabled.push(rule.rule_id.into());
                continue;
            }
            let own = self.counts.get(rule.rule_id).copied().unwrap_or_default();
            let tolerance_bp = self.tolerance_bp.get(rule.rule_id).copied().unwrap_or(0);
            let grace = if strict { own.fail_in_grace } else { 0 };
            let failures = own.fail.saturating_add(grace);
            if failures > 0 {
                if is_tolerated(failures, own.judged(), tolerance_bp) {
                    notes.insert(ControlNote::WithinTolerance);
                } else {
                    exceptions = true;
                }
            }
            if self.incomplete.contains(&rule.subject_kind) {
                notes.insert(ControlNote::PopulationIncomplete);
            }
            counts = counts.plus(own);
            rules.push(RuleResult { rule_id: rule.rule_id.into(), counts: own, tolerance_bp });
        }
        if counts.unknown > 0 {
            notes.insert(ControlNote::UnknownFindings);
        }
        if counts.total() == 0 {
            notes.insert(ControlNote::NoFindings);
        }
        let open = notes.iter().any(|note| *note != ControlNote::WithinTolerance);
        let status = if exceptions {
            ControlStatus::ExceptionsNoted
        } else if open {
            ControlStatus::Indeterminate
        } else if counts.not_applicable == counts.total() {
            ControlStatus::NotApplicable
        } else {
            ControlStatus::NoExceptionsNoted
        };
        rules_disabled.sort();
        let notes = notes.into_iter().collect();
        ControlResult { control: control_ref, status, counts, rules, rules_disabled, notes }
    }
}

/// Whether `failures` of `judged` is at or below the tolerated share.
///
/// The comparison is exact: no rounding can make one failure disappear.
fn is_tolerated(failures: u64, judged: u64, tolerance_bp: u32) -> bool {
    let share = u128::from(failures).saturating_mul(u128::from(WHOLE_BP));
    share <= u128::from(judged).saturating_mul(u128::from(tolerance_bp))
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use proptest::prelude::*;

    use super::*;
    use crate::finding::tests::finding;
    use crate::outcome::Outcome;

    const RULES: [RuleFacts<'static>; 2] = [
        RuleFacts {
            rule_id: "X-1",
            tier: 1,
            subject_kind: SubjectKind::Device,
            state: RuleState::Enabled,
        },
        RuleFacts {
            rule_id: "X-2",
            tier: 2,
            subject_kind: SubjectKind::User,
            state: RuleState::Enabled,
        },
    ];

    fn framework() -> Framework {
        let json = r#"{"id":"f","name":"F","version":"1","source":"us","controls":[
            {"id":"1","token":"f-1","title":"First"}],
            "mappings":{"X-1":["1"],"X-2":["1"]}}"#;
        Framework::from_json(json).unwrap()
    }

    fn device(id: &str, status: EffectiveStatus) -> Finding {
        let outcome = match status {
            Pass => Outcome::Pass,
            NotApplicable => Outcome::NotApplicable,
            Unknown => Outcome::Unknown,
            _ => Outcome::Fail,
        };
        Finding { effective_status: status, ..finding("X-1", SubjectKind::Device, id, outcome) }
    }

    #[derive(Default)]
    struct Setup {
        incomplete: BTreeSet<SubjectKind>,
        strict: BTreeSet<ControlRef>,
        tolerance_bp: BTreeMap<String, u32>,
    }

    impl Setup {
        fn result(&self, rules: &[RuleFacts<'_>], statuses: &[EffectiveStatus]) -> ControlResult {
            let findings: Vec<_> = statuses.iter().map(|status| device("d", *status)).collect();
            let basis = ControlBasis::new(
                &findings,
                rules,
                &self.incomplete,
                &self.strict,
                &self.tolerance_bp,
            );
            basis.results(&framework()).remove(0)
        }

        fn status(&self, statuses: &[EffectiveStatus]) -> ControlStatus {
            self.result(&RULES, statuses).status
        }
    }

    use EffectiveStatus::{Exempt, Fail, FailInGrace, NotApplicable, Pass, Unknown};

    #[test]
    fn precedence() {
        let setup = Setup::default();
        assert_eq!(setup.status(&[Pass, Unknown, Fail]), ControlStatus::ExceptionsNoted);
        assert_eq!(setup.status(&[Pass, Unknown]), ControlStatus::Indeterminate);
        assert_eq!(setup.status(&[]), ControlStatus::Indeterminate);
        assert_eq!(setup.status(&[NotApplicable]), ControlStatus::NotApplicable);
        assert_eq!(setup.status(&[NotApplicable, Pass]), ControlStatus::NoExceptionsNoted);
        assert_eq!(setup.status(&[Exempt, FailInGrace]), ControlStatus::NoExceptionsNoted);
    }

    #[test]
    fn a_strict_control_counts_grace() {
        let mut setup = Setup::default();
        setup.strict.insert(ControlRef { framework: "f".into(), control: "1".into() });
        assert_eq!(setup.status(&[Pass, FailInGrace]), ControlStatus::ExceptionsNoted);
    }

    #[test]
    fn missing_subjects_and_disabled_rules_forbid_a_clean_result() {
        let mut setup = Setup::default();
        setup.incomplete.insert(SubjectKind::User);
        let result = setup.result(&RULES, &[Pass]);
        assert_eq!(result.status, ControlStatus::Indeterminate);
        assert_eq!(result.notes, [ControlNote::PopulationIncomplete]);
        assert_eq!(setup.status(&[Pass, Fail]), ControlStatus::ExceptionsNoted);

        let off = |index: usize| {
            let mut rules = RULES;
            rules[index].state = RuleState::Disabled;
            rules
        };
        let setup = Setup::default();
        let second = setup.result(&off(1), &[Pass]);
        assert_eq!(second.status, ControlStatus::NoExceptionsNoted);
        assert_eq!(second.rules_disabled, ["X-2"]);
        let first = setup.result(&off(0), &[]);
        assert_eq!(first.notes, [ControlNote::RuleDisabled, ControlNote::NoFindings]);
    }

    #[test]
    fn tolerance_is_a_share_of_the_judged() {
        let mut setup = Setup::default();
        setup.tolerance_bp.insert("X-1".into(), 5000);
        let result = setup.result(&RULES, &[Pass, Fail]);
        assert_eq!(result.status, ControlStatus::NoExceptionsNoted);
        assert_eq!(result.notes, [ControlNote::WithinTolerance]);
        assert_eq!(result.counts.fail, 1);
        // Unknown and inapplicable findings do not dilute the share.
        let diluted = [Pass, Fail, Fail, NotApplicable, NotApplicable, Unknown, Unknown];
        assert_eq!(setup.status(&diluted), ControlStatus::ExceptionsNoted);
        assert_eq!(setup.status(&[Pass, Fail, Unknown]), ControlStatus::Indeterminate);
    }

    proptest! {
        #[test]
        fn without_tolerance_one_failure_is_always_an_exception(
            judged in 1_u64..u64::MAX, tolerance in 1_u32..=10_000,
        ) {
            prop_assert!(!is_tolerated(1, judged, 0));
            prop_assert!(is_tolerated(judged, judged, 10_000));
            prop_assert_eq!(is_tolerated(1, judged, tolerance), judged >= u64::from(10_000_u32.div_ceil(tolerance)));
        }

        #[test]
        fn the_order_of_findings_does_not_matter(
            mut statuses in proptest::collection::vec(proptest::sample::select(EffectiveStatus::ALL), 0..12),
        ) {
            let setup = Setup::default();
            let result = setup.result(&RULES, &statuses);
            statuses.reverse();
            prop_assert_eq!(setup.result(&RULES, &statuses), result);
        }
    }

    #[test]
    fn results_survive_json() {
        let result = Setup::default().result(&RULES, &[Pass, Fail]);
        let json = serde_json::to_string(&result).unwrap();
        assert_eq!(serde_json::from_str::<ControlResult>(&json).unwrap(), result);
        assert_eq!(vec![result.rules[0].counts], vec![result.counts]);
    }
}
