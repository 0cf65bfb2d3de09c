//! Drift: what changed between two evaluations of one organisation.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::catalogue::Catalogue;
use crate::evaluation::Evaluation;
use crate::evidence::{Evidence, Observation};
use crate::finding::{Finding, FindingId};
use crate::outcome::Outcome;
use crate::subject::{SubjectKind, SubjectRef};

vocabulary! {
    /// What happened to one finding.
    #[non_exhaustive]
    pub enum DriftKind {
        /// It is new and fails.
        NewFailure = "new_failure",
        /// It is new and passes or does not apply.
        NewSubjectOrRule = "new_subject_or_rule",
        /// It is new and unknown.
        NewUnknown = "new_unknown",
        /// It passed or did not apply, and fails now.
        Regressed = "regressed",
        /// It failed and passes now.
        Resolved = "resolved",
        /// It failed or passed and does not apply now.
        NoLongerApplicable = "no_longer_applicable",
        /// It did not apply and passes now.
        BecameApplicable = "became_applicable",
        /// It had a conclusion and has none now.
        CoverageLost = "coverage_lost",
        /// It had no conclusion and has one now.
        CoverageGained = "coverage_gained",
        /// The outcome changed together with the logic of its rule.
        Reclassified = "reclassified",
        /// The outcome is the same and other values were seen.
        EvidenceChanged = "evidence_changed",
        /// Nothing changed.
        Unchanged = "unchanged",
        /// The subject is gone from a complete population.
        SubjectRemoved = "subject_removed",
        /// The subject is excluded now.
        ScopeChanged = "scope_changed",
        /// The finding is gone and the population is not complete.
        PresenceUnknown = "presence_unknown",
        /// The rule was removed or switched off.
        RuleRetired = "rule_retired",
        /// The subject is judged, but no longer for this part of it.
        PartRemoved = "part_removed",
    }
}

vocabulary! {
    /// The same in the words of SARIF.
    pub enum BaselineState {
        /// Not there before.
        New = "new",
        /// There before, with another result.
        Updated = "updated",
        /// There before, with the same result.
        Unchanged = "unchanged",
        /// Not there any more.
        Absent = "absent",
    }
}

vocabulary! {
    /// What else changed about a finding.
    pub enum DriftAttribute {
        /// The rule's logic version.
        LogicVersionChanged = "logic_version_changed",
        /// A parameter of the rule.
        ParametersChanged = "parameters_changed",
        /// A table the rule used.
        TableChanged = "table_changed",
        /// A waiver applies now.
        WaiverGained = "waiver_gained",
        /// No waiver applies any more.
        WaiverLost = "waiver_lost",
    }
}

impl DriftKind {
    /// The same in the words of SARIF.
    pub const fn baseline_state(self) -> BaselineState {
        match self {
            Self::NewFailure | Self::NewSubjectOrRule | Self::NewUnknown => BaselineState::New,
            Self::Regressed
            | Self::Resolved
            | Self::NoLongerApplicable
            | Self::BecameApplicable
            | Self::CoverageLost
            | Self::CoverageGained
            | Self::Reclassified => BaselineState::Updated,
            Self::EvidenceChanged | Self::Unchanged | Self::PresenceUnknown => {
                BaselineState::Unchanged
            }
            Self::SubjectRemoved | Self::ScopeChanged | Self::RuleRetired | Self::PartRemoved => {
                BaselineState::Absent
            }
        }
    }
}

/// One finding that is in at least one of the two evaluations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftRow {
    /// Identifier of the finding.
    pub finding_id: FindingId,
    /// Its rule.
    pub rule_id: String,
    /// Its subject, as the later evaluation has it.
    pub subject: SubjectRef,
    /// Its discriminator; empty for most rules.
    pub discriminator: String,
    /// What happened.
    pub kind: DriftKind,
    /// The same in the words of SARIF.
    pub baseline_state: BaselineState,
    /// Outcome before; absent when it was not there.
    pub before: Option<Outcome>,
    /// Outcome after; absent when it is not there.
    pub after: Option<Outcome>,
    /// Whether a failure stands: it fails, or it failed and nothing shows that it ended.
    pub open: bool,
    /// What else changed, sorted.
    pub attributes: Vec<DriftAttribute>,
}

/// What changed between two evaluations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// Every finding of either evaluation, in the order of reports.
    pub rows: Vec<DriftRow>,
    /// Numbers of rows by kind; kinds without rows are left out.
    pub counts: BTreeMap<DriftKind, u64>,
}

/// Two evaluations that cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the evaluations are of different organisations, `{before}` and `{after}`: compare those of one"
)]
pub struct DifferentOrganizations {
    before: String,
    after: String,
}

impl Drift {
    /// What changed since an earlier evaluation.
    ///
    /// `catalogue` is the one of the later evaluation: it tells a rule that was dropped from a subject
    /// that went away. A failure that is out of sight is never taken for resolved.
    ///
    /// # Errors
    ///
    /// [`DifferentOrganizations`] when the evaluations are not of one organisation.
    pub fn between(
        before: &Evaluation,
        after: &Evaluation,
        catalogue: &Catalogue<'_>,
    ) -> Result<Self, DifferentOrganizations> {
        if before.org.id != after.org.id {
            let (before, after) = (before.org.id.clone(), after.org.id.clone());
            return Err(DifferentOrganizations { before, after });
        }
        let disabled = &after.rules_disabled;
        let rules = catalogue.metas().map(|meta| meta.id.to_string());
        let ledger = &after.population;
        let later = Later {
            findings: &after.findings,
            complete: &ledger.iter().filter(|own| own.complete).map(|own| own.kind).collect(),
            excluded: &ledger
                .iter()
                .flat_map(|own| own.excluded.iter().map(|left| (own.kind, left.id.clone())))
                .collect(),
            rules: &rules.filter(|id| !disabled.contains(id)).collect(),
        };
        Ok(diff(&before.findings, &later))
    }
}

/// What the later evaluation says about findings it does not have.
#[derive(Clone, Copy, Debug)]
pub struct Later<'a> {
    /// Its findings.
    pub findings: &'a [Finding],
    /// Kinds whose population input is complete.
    pub complete: &'a BTreeSet<SubjectKind>,
    /// Subjects it excludes, by kind and identifier.
    pub excluded: &'a BTreeSet<(SubjectKind, String)>,
    /// Rules that ran.
    pub rules: &'a BTreeSet<String>,
}

/// Joins two evaluations of one organisation by finding.
pub fn diff(before: &[Finding], after: &Later<'_>) -> Drift {
    let old: BTreeMap<FindingId, &Finding> =
        before.iter().map(|finding| (finding.finding_id, finding)).collect();
    let new: BTreeMap<FindingId, &Finding> =
        after.findings.iter().map(|finding| (finding.finding_id, finding)).collect();
    let judged: BTreeSet<(&str, SubjectKind, &str)> =
        after.findings.iter().map(subject_key).collect();
    let mut pairs: Vec<(Option<&Finding>, Option<&Finding>)> =
        old.iter().map(|(id, finding)| (Some(*finding), new.get(id).copied())).collect();
    pairs.extend(
        new.iter()
            .filter(|(id, _)| !old.contains_key(id))
            .map(|(_, finding)| (None, Some(*finding))),
    );
    pairs.sort_by(|a, b| match (a.1.or(a.0), b.1.or(b.0)) {
        (Some(a), Some(b)) => a.cmp_report(b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    });
    let mut drift = Drift::default();
    for (old, new) in pairs {
        let row = match (old, new) {
            (Some(old), Some(new)) => joined(old, new),
            (None, Some(new)) => row(new, appeared(new), None, Some(new), Vec::new()),
            (Some(old), None) => {
                let kind = vanished(old, after, &judged);
                row(old, kind, Some(old), None, Vec::new())
            }
            (None, None) => continue,
        };
        let count = drift.counts.entry(row.kind).or_default();
        *count = count.saturating_add(1);
        drift.rows.push(row);
    }
    drift
}

fn subject_key(finding: &Finding) -> (&str, SubjectKind, &str) {
    (&finding.rule_id, finding.subject.kind, &finding.subject.id)
}

fn row(
    shown: &Finding,
    kind: DriftKind,
    old: Option<&Finding>,
    new: Option<&Finding>,
    attributes: Vec<DriftAttribute>,
) -> DriftRow {
    let before = old.map(|finding| finding.outcome);
    let after = new.map(|finding| finding.outcome);
    let undecided = matches!(kind, DriftKind::PresenceUnknown) || after == Some(Outcome::Unknown);
    DriftRow {
        finding_id: shown.finding_id,
        rule_id: shown.rule_id.clone(),
        subject: shown.subject.clone(),
        discriminator: shown.discriminator.clone(),
        kind,
        baseline_state: kind.baseline_state(),
        before,
        after,
        open: after == Some(Outcome::Fail) || (before == Some(Outcome::Fail) && undecided),
        attributes,
    }
}

const fn appeared(new: &Finding) -> DriftKind {
    match new.outcome {
        Outcome::Fail => DriftKind::NewFailure,
        Outcome::Pass | Outcome::NotApplicable => DriftKind::NewSubjectOrRule,
        Outcome::Unknown => DriftKind::NewUnknown,
    }
}

fn vanished(
    old: &Finding,
    after: &Later<'_>,
    judged: &BTreeSet<(&str, SubjectKind, &str)>,
) -> DriftKind {
    let SubjectRef { kind, id, .. } = &old.subject;
    if !after.rules.contains(&old.rule_id) {
        DriftKind::RuleRetired
    } else if judged.contains(&subject_key(old)) {
        DriftKind::PartRemoved
    } else if after.excluded.contains(&(*kind, id.clone())) {
        DriftKind::ScopeChanged
    } else if after.complete.contains(kind) {
        DriftKind::SubjectRemoved
    } else {
        DriftKind::PresenceUnknown
    }
}

fn joined(old: &Finding, new: &Finding) -> DriftRow {
    use Outcome::{Fail, NotApplicable, Pass, Unknown};
    let mut attributes = Vec::new();
    if old.logic_version != new.logic_version {
        attributes.push(DriftAttribute::LogicVersionChanged);
    }
    if old.evidence.parameters != new.evidence.parameters {
        attributes.push(DriftAttribute::ParametersChanged);
    }
    if old.evidence.tables_used != new.evidence.tables_used {
        attributes.push(DriftAttribute::TableChanged);
    }
    match (&old.waiver_id, &new.waiver_id) {
        (None, Some(_)) => attributes.push(DriftAttribute::WaiverGained),
        (Some(_), None) => attributes.push(DriftAttribute::WaiverLost),
        _ => {}
    }
    let kind = match (old.outcome, new.outcome) {
        (before, after) if before == after => {
            if same_sight(&old.evidence, &new.evidence) {
                DriftKind::Unchanged
            } else {
                DriftKind::EvidenceChanged
            }
        }
        _ if old.logic_version != new.logic_version => DriftKind::Reclassified,
        (_, Unknown) => DriftKind::CoverageLost,
        (Unknown, _) => DriftKind::CoverageGained,
        (_, Fail) => DriftKind::Regressed,
        (_, NotApplicable) => DriftKind::NoLongerApplicable,
        (NotApplicable, Pass) => DriftKind::BecameApplicable,
        (_, Pass) => DriftKind::Resolved,
    };
    row(new, kind, Some(old), Some(new), attributes)
}

/// Whether two pieces of evidence saw the same, times of reading aside.
///
/// Digests always differ between evaluations, because they cover the times.
fn same_sight(old: &Evidence, new: &Evidence) -> bool {
    fn seen(evidence: &Evidence) -> impl Iterator<Item = (&str, &str, Option<&str>, &Observation)> {
        evidence.observations.iter().map(|o| (&*o.path, &*o.source, o.record_id.as_deref(), o))
    }
    let overflow = |evidence: &Evidence| evidence.overflow.map(|overflow| overflow.count);
    let same = seen(old).zip(seen(new)).all(|((p1, s1, r1, o1), (p2, s2, r2, o2))| {
        (p1, s1, r1) == (p2, s2, r2)
            && (&o1.value, o1.presence, o1.redaction) == (&o2.value, o2.presence, o2.redaction)
    });
    same && old.observations.len() == new.observations.len()
        && overflow(old) == overflow(new)
        && old.inputs_used == new.inputs_used
        && old.tables_used == new.tables_used
        && old.parameters == new.parameters
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use proptest::prelude::*;

    use super::*;
    use crate::evidence::{EvidenceParts, Observed};
    use crate::finding::tests::finding;
    use crate::param::Values;

    const RULE: &str = "JC-DEV-001";

    fn dev(outcome: Outcome) -> Finding {
        finding(RULE, SubjectKind::Device, "d", outcome)
    }

    fn seeing(mut finding: Finding, at: &str, value: impl Into<Observed>) -> Finding {
        let mut observation = Observation::new("SYS", "fde.active", value);
        observation.fetched_at = Some(at.parse().unwrap());
        let parts = EvidenceParts {
            evaluated_at: at.parse().unwrap(),
            rule_id: RULE.into(),
            logic_version: 1,
            parameters: Values::default(),
            observations: vec![observation],
            inputs_used: vec![],
            tables_used: vec![],
        };
        finding.evidence = Evidence::seal(parts, 50).unwrap();
        finding
    }

    struct World {
        complete: BTreeSet<SubjectKind>,
        excluded: BTreeSet<(SubjectKind, String)>,
        rules: BTreeSet<String>,
    }

    impl Default for World {
        fn default() -> Self {
            Self {
                complete: [SubjectKind::Device].into(),
                excluded: BTreeSet::new(),
                rules: [RULE.into()].into(),
            }
        }
    }

    impl World {
        fn diff(&self, before: &[Finding], after: &[Finding]) -> Drift {
            let Self { complete, excluded, rules } = self;
            diff(before, &Later { findings: after, complete, excluded, rules })
        }

        fn one(&self, before: Option<Finding>, after: Option<Finding>) -> DriftRow {
            let before: Vec<_> = before.into_iter().collect();
            let after: Vec<_> = after.into_iter().collect();
            self.diff(&before, &after).rows.remove(0)
        }
    }

    #[test]
    fn every_transition_has_its_word() {
        use DriftKind::{
            BecameApplicable, CoverageGained, CoverageLost, NewFailure, NewSubjectOrRule,
            NewUnknown, NoLongerApplicable, Regressed, Resolved, Unchanged,
        };
        use Outcome::{Fail, NotApplicable, Pass, Unknown};
        for (before, after, kind, open) in [
            (None, Fail, NewFailure, true),
            (None, Pass, NewSubjectOrRule, false),
            (None, NotApplicable, NewSubjectOrRule, false),
            (None, Unknown, NewUnknown, false),
            (Some(Pass), Fail, Regressed, true),
            (Some(NotApplicable), Fail, Regressed, true),
            (Some(Fail), Pass, Resolved, false),
            (Some(Fail), NotApplicable, NoLongerApplicable, false),
            (Some(Pass), NotApplicable, NoLongerApplicable, false),
            (Some(NotApplicable), Pass, BecameApplicable, false),
            (Some(Pass), Unknown, CoverageLost, false),
            (Some(Fail), Unknown, CoverageLost, true),
            (Some(Unknown), Pass, CoverageGained, false),
            (Some(Unknown), Fail, CoverageGained, true),
            (Some(Fail), Fail, Unchanged, true),
            (Some(Unknown), Unknown, Unchanged, false),
        ] {
            let row = World::default().one(before.map(dev), Some(dev(after)));
            assert_eq!((row.kind, row.open), (kind, open), "{before:?} to {after:?}");
            assert_eq!((row.before, row.after), (before, Some(after)));
        }
    }

    #[test]
    fn vanished_findings_are_told_apart() {
        let failed = || Some(dev(Outcome::Fail));
        let gone = World::default().one(failed(), None);
        assert_eq!((gone.kind, gone.open), (DriftKind::SubjectRemoved, false));
        assert_eq!(gone.baseline_state, BaselineState::Absent);

        let partial = World { complete: BTreeSet::new(), ..World::default() };
        let unsure = partial.one(failed(), None);
        assert_eq!((unsure.kind, unsure.open), (DriftKind::PresenceUnknown, true));
        assert_eq!(unsure.baseline_state, BaselineState::Unchanged);

        let excluded = [(SubjectKind::Device, "d".into())].into();
        let scoped = World { excluded, ..World::default() };
        assert_eq!(scoped.one(failed(), None).kind, DriftKind::ScopeChanged);

        let retired = World { rules: BTreeSet::new(), ..World::default() };
        assert_eq!(retired.one(failed(), None).kind, DriftKind::RuleRetired);

        let mut volume = dev(Outcome::Fail);
        volume.discriminator = "D:".into();
        volume.finding_id = FindingId::new(RULE, &volume.subject, "D:");
        let drift = World::default().diff(&[dev(Outcome::Pass), volume], &[dev(Outcome::Pass)]);
        let kinds: Vec<_> = drift.rows.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [DriftKind::Unchanged, DriftKind::PartRemoved]);
    }

    #[test]
    fn changed_logic_reclassifies() {
        let mut after = dev(Outcome::Fail);
        after.logic_version = 2;
        let row = World::default().one(Some(dev(Outcome::Pass)), Some(after));
        assert_eq!((row.kind, row.open), (DriftKind::Reclassified, true));
        assert_eq!(row.attributes, [DriftAttribute::LogicVersionChanged]);
        let mut same = dev(Outcome::Pass);
        same.logic_version = 2;
        let row = World::default().one(Some(dev(Outcome::Pass)), Some(same));
        assert_eq!(row.kind, DriftKind::Unchanged);
    }

    #[test]
    fn evidence_is_compared_without_its_times() {
        let first = seeing(dev(Outcome::Pass), "2026-11-23T12:00:00Z", true);
        let later = seeing(dev(Outcome::Pass), "2026-11-24T12:00:00Z", true);
        assert_ne!(first.evidence.digest, later.evidence.digest);
        let row = World::default().one(Some(first.clone()), Some(later));
        assert_eq!(row.kind, DriftKind::Unchanged);
        let other = seeing(dev(Outcome::Pass), "2026-11-24T12:00:00Z", "true");
        let row = World::default().one(Some(first), Some(other));
        assert_eq!(row.kind, DriftKind::EvidenceChanged);
        assert_eq!(row.baseline_state, BaselineState::Unchanged);
    }

    #[test]
    fn waivers_come_and_go() {
        let mut waived = dev(Outcome::Fail);
        waived.waiver_id = Some("W".into());
        let gained = World::default().one(Some(dev(Outcome::Fail)), Some(waived.clone()));
        assert_eq!(gained.attributes, [DriftAttribute::WaiverGained]);
        let lost = World::default().one(Some(waived), Some(dev(Outcome::Fail)));
        assert_eq!(lost.attributes, [DriftAttribute::WaiverLost]);
    }

    proptest! {
        #[test]
        fn every_finding_gets_one_row_whatever_the_order(
            before in proptest::collection::btree_map(0_u8..12, proptest::sample::select(Outcome::ALL), 0..12),
            after in proptest::collection::btree_map(0_u8..12, proptest::sample::select(Outcome::ALL), 0..12),
        ) {
            let list = |map: &BTreeMap<u8, Outcome>| -> Vec<Finding> {
                map.iter()
                    .map(|(id, outcome)| finding(RULE, SubjectKind::Device, &alloc::format!("{id:02}"), *outcome))
                    .collect()
            };
            let (old, new) = (list(&before), list(&after));
            let drift = World::default().diff(&old, &new);
            let ids: BTreeSet<_> = before.keys().chain(after.keys()).collect();
            prop_assert_eq!(drift.rows.len(), ids.len());
            prop_assert_eq!(drift.counts.values().sum::<u64>(), u64::try_from(ids.len()).unwrap());
            let back: (Vec<_>, Vec<_>) =
                (old.into_iter().rev().collect(), new.into_iter().rev().collect());
            prop_assert_eq!(World::default().diff(&back.0, &back.1), drift);
        }
    }

    #[test]
    fn drift_survives_json() {
        let drift = World::default().diff(&[dev(Outcome::Pass)], &[dev(Outcome::Fail)]);
        let json = serde_json::to_string(&drift).unwrap();
        assert_eq!(serde_json::from_str::<Drift>(&json).unwrap(), drift);
    }

    #[test]
    fn evaluations_are_compared_whole() {
        use crate::testing::{evaluation, inputs};
        use serde_json::json;
        let catalogue = Catalogue::builtin().unwrap();
        let with = |devices: serde_json::Value| {
            inputs(json!({"SYS": devices, "SG": [], "SGM": {"of": {}}}))
        };
        let device = |id: &str, system: &str| json!({"_id": id, "osFamily": system});
        let judge = |devices, config| evaluation(&with(devices), &config);
        let both = json!([device("d1", "darwin"), device("d2", "darwin")]);
        let before = judge(both.clone(), json!({}));
        let kind_of = |after: &Evaluation, id: &str| {
            let drift = Drift::between(&before, after, &catalogue).unwrap();
            let mut rows = drift.rows.into_iter();
            rows.find(|row| row.rule_id == "JC-DEV-020" && row.subject.id == id).unwrap().kind
        };
        let one = json!([device("d1", "darwin")]);
        assert_eq!(kind_of(&judge(one.clone(), json!({})), "d2"), DriftKind::SubjectRemoved);
        let lost = json!({"state": "partial", "reason": "page_failed", "records": one});
        assert_eq!(kind_of(&judge(lost, json!({})), "d2"), DriftKind::PresenceUnknown);
        let tablet = json!([device("d1", "darwin"), device("d2", "ios")]);
        assert_eq!(kind_of(&judge(tablet, json!({})), "d2"), DriftKind::ScopeChanged);
        let without = judge(both.clone(), json!({"disabled_rules": ["JC-DEV-020"]}));
        assert_eq!(kind_of(&without, "d2"), DriftKind::RuleRetired);
        let mut other = judge(both, json!({}));
        other.org.id = "o2".into();
        let error = Drift::between(&before, &other, &catalogue).unwrap_err().to_string();
        assert!(error.contains("`o1` and `o2`"), "{error}");
    }
}
