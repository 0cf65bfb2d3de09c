//! Many organisations in numbers: what their evaluations say together, and who has none.
//!
//! ```
//! # use jumpcloud_client::Snapshot;
//! # use jumpcloud_compliance::{Catalogue, Config, evaluate};
//! use jumpcloud_compliance::fleet::{FleetTally, Standing};
//!
//! # let snapshot = Snapshot::from_json(
//! #     r#"{"schema": "jumpcloud-snapshot/1", "organization_id": "o1",
//! #         "taken_at": "2026-11-23T11:00:00Z", "inputs": {"ORG": [{"_id": "o1"}],
//! #         "SYS": [{"_id": "d1", "osFamily": "darwin", "fde": {"active": false}}]}}"#,
//! # )?;
//! # let catalogue = Catalogue::builtin()?;
//! # let now = "2026-11-23T12:00:00Z".parse()?;
//! # let evaluation = evaluate(&catalogue, &snapshot, &Config::default(), now, None)?;
//! let mut tally = FleetTally::new();
//! tally.judged(&evaluation)?;
//! tally.without_result("o2", Some("South"), "the credential was not accepted")?;
//! let summary = tally.summary()?;
//! let encrypted = summary.rule("JC-DEV-001").ok_or("no such rule")?;
//! assert_eq!(encrypted.tenants(Standing::Failing), 1);
//! assert_eq!(encrypted.tenants(Standing::NoResult), 1); // and not a pass
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An evaluation is taken in and let go: a fleet of any size needs the memory of one. Tenants stand in
//! the order of their ids, whatever the order in which they came, so that the same fleet gives the same
//! bytes. For every rule and every control the tenants add up to all there are: one without a result is
//! counted as such and never left out.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::control::{ControlStatus, StatusCounts};
use crate::evaluation::{CatalogueRef, Evaluation, OrganizationRef};
use crate::evidence::{CanonicalError, CoverageState, Digest};
use crate::frameworks::ControlRef;
use crate::outcome::Severity;

/// Name and version of a fleet summary.
pub const FLEET_SCHEMA: &str = "jumpcloud-fleet/1";

vocabulary! {
    /// Where a tenant stands with a rule: the worst of its findings, or why there is none.
    pub enum Standing {
        /// It has no evaluation.
        NoResult = "no_result",
        /// A finding fails.
        Failing = "failing",
        /// None fails, and for one there is no conclusion.
        Unknown = "unknown",
        /// Failures are inside their grace period.
        InGrace = "in_grace",
        /// Failures are waived.
        Exempt = "exempt",
        /// Every subject that the rule concerns passes.
        Passing = "passing",
        /// The rule concerns none of its subjects.
        NotApplicable = "not_applicable",
        /// The rule judged nothing, as there is no subject or the evaluation is of other rules.
        NoFindings = "no_findings",
        /// The configuration of the tenant turns the rule off.
        Disabled = "disabled",
    }
}

vocabulary! {
    /// What a reader must know before comparing numbers.
    pub enum FleetNote {
        /// Tenants have no evaluation.
        TenantsWithoutResult = "tenants_without_result",
        /// The inputs of a tenant did not all arrive.
        CoverageIncomplete = "coverage_incomplete",
        /// Tenants were judged by different rules, or versions of them.
        DifferentRules = "different_rules",
        /// Tenants were judged by different profiles.
        DifferentProfiles = "different_profiles",
    }
}

impl Standing {
    fn of(counts: StatusCounts) -> Self {
        let StatusCounts { pass, fail, fail_in_grace, exempt, not_applicable, unknown } = counts;
        let by_weight = [
            (fail, Self::Failing),
            (unknown, Self::Unknown),
            (fail_in_grace, Self::InGrace),
            (exempt, Self::Exempt),
            (pass, Self::Passing),
            (not_applicable, Self::NotApplicable),
        ];
        by_weight.into_iter().find(|(count, _)| *count > 0).map_or(Self::NoFindings, |own| own.1)
    }
}

/// Why a tenant cannot be taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FleetError {
    /// The tenant is there already: its numbers would count twice.
    #[error("the organisation `{0}` is in the fleet already")]
    Repeated(String),
    /// The organisation has no id, so it cannot be told from others.
    #[error("the organisation has no id, so it cannot be told from others")]
    Nameless,
}

/// Takes in the tenants of a fleet, one evaluation after the other.
#[derive(Clone, Debug, Default)]
pub struct FleetTally {
    tenants: BTreeMap<String, TenantLine>,
    rules: BTreeMap<String, Sums<Standing>>,
    controls: BTreeMap<ControlRef, Sums<ControlStatus>>,
}

/// What the tenants with an evaluation come to.
#[derive(Clone, Debug)]
struct Sums<K> {
    counts: StatusCounts,
    tenants: BTreeMap<K, u64>,
}

impl<K: Ord> Sums<K> {
    fn add(&mut self, counts: StatusCounts, standing: K) {
        self.counts = self.counts.plus(counts);
        let slot = self.tenants.entry(standing).or_default();
        *slot = slot.saturating_add(1);
    }

    fn judged(&self) -> u64 {
        self.tenants.values().fold(0, |sum, own| sum.saturating_add(*own))
    }
}

impl<K> Default for Sums<K> {
    fn default() -> Self {
        Self { counts: StatusCounts::default(), tenants: BTreeMap::new() }
    }
}

impl FleetTally {
    /// Of no tenant yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the evaluation of a tenant.
    ///
    /// # Errors
    ///
    /// [`FleetError`]; nothing is taken in then.
    pub fn judged(&mut self, evaluation: &Evaluation) -> Result<(), FleetError> {
        let mut counts = StatusCounts::default();
        let by_rule = evaluation.counts_by_rule();
        for own in by_rule.values() {
            counts = counts.plus(*own);
        }
        let result = TenantResult {
            evaluated_at: evaluation.evaluated_at,
            evaluation: evaluation.digest,
            catalogue: evaluation.catalogue.clone(),
            profile: evaluation.profile.clone(),
            coverage_status: evaluation.coverage_status,
            worst_failure: evaluation.worst_failure(),
            counts,
        };
        self.enter(evaluation.org.clone(), Some(result), None)?;
        for (rule, own) in by_rule {
            self.rules.entry(rule.to_string()).or_default().add(own, Standing::of(own));
        }
        for rule in &evaluation.rules_disabled {
            let sums = self.rules.entry(rule.clone()).or_default();
            sums.add(StatusCounts::default(), Standing::Disabled);
        }
        for result in &evaluation.control_results {
            let sums = self.controls.entry(result.control.clone()).or_default();
            sums.add(result.counts, result.status);
        }
        Ok(())
    }

    /// Takes in a tenant that has no evaluation, with the reason in a sentence.
    ///
    /// # Errors
    ///
    /// [`FleetError`]; nothing is taken in then.
    pub fn without_result(
        &mut self,
        organization: impl Into<String>,
        name: Option<&str>,
        reason: impl Into<String>,
    ) -> Result<(), FleetError> {
        let org = OrganizationRef { id: organization.into(), name: name.map(String::from) };
        self.enter(org, None, Some(reason.into()))
    }

    fn enter(
        &mut self,
        org: OrganizationRef,
        result: Option<TenantResult>,
        reason: Option<String>,
    ) -> Result<(), FleetError> {
        if org.id.is_empty() {
            return Err(FleetError::Nameless);
        }
        if self.tenants.contains_key(&org.id) {
            return Err(FleetError::Repeated(org.id));
        }
        self.tenants.insert(org.id.clone(), TenantLine { org, result, reason });
        Ok(())
    }

    /// The summary of all that were taken in.
    ///
    /// # Errors
    ///
    /// [`CanonicalError`] when a number is beyond what JSON can carry exactly, which no real fleet reaches.
    pub fn summary(&self) -> Result<FleetSummary, CanonicalError> {
        let tenants: Vec<TenantLine> = self.tenants.values().cloned().collect();
        let results: Vec<&TenantResult> =
            tenants.iter().filter_map(|line| line.result.as_ref()).collect();
        let count = |own: usize| u64::try_from(own).unwrap_or(u64::MAX);
        let judged = count(results.len());
        let without_result = count(tenants.len()).saturating_sub(judged);
        let rules = self.rules.iter().map(|(rule_id, sums)| {
            let mut own = sums.tenants.clone();
            let missing = judged.saturating_sub(sums.judged());
            for (standing, more) in
                [(Standing::NoFindings, missing), (Standing::NoResult, without_result)]
            {
                if more > 0 {
                    let slot = own.entry(standing).or_default();
                    *slot = slot.saturating_add(more);
                }
            }
            RuleLine { rule_id: rule_id.clone(), counts: sums.counts, tenants: own }
        });
        let controls = self.controls.iter().map(|(control, sums)| ControlLine {
            control: control.clone(),
            counts: sums.counts,
            tenants: sums.tenants.clone(),
            without_result: count(tenants.len()).saturating_sub(sums.judged()),
        });
        let (rules, controls) = (rules.collect(), controls.collect());
        let mut notes = BTreeSet::new();
        if without_result > 0 {
            notes.insert(FleetNote::TenantsWithoutResult);
        }
        if results.iter().any(|own| own.coverage_status != CoverageState::Complete) {
            notes.insert(FleetNote::CoverageIncomplete);
        }
        let differ = |one: fn(&TenantResult) -> String| {
            results.iter().map(|own| one(own)).collect::<BTreeSet<_>>().len() > 1
        };
        if differ(|own| own.catalogue.digest.to_string()) {
            notes.insert(FleetNote::DifferentRules);
        }
        if differ(|own| own.profile.clone()) {
            notes.insert(FleetNote::DifferentProfiles);
        }
        let mut summary = FleetSummary {
            schema_version: FLEET_SCHEMA.into(),
            judged,
            without_result,
            notes: notes.into_iter().collect(),
            tenants,
            rules,
            controls,
            digest: Digest::of_bytes(&[]),
        };
        summary.digest = Digest::of_sealed(&summary)?;
        Ok(summary)
    }
}

/// What the evaluations of many organisations say together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FleetSummary {
    /// Name and version of this form.
    pub schema_version: String,
    /// Tenants with an evaluation.
    pub judged: u64,
    /// Tenants without one.
    pub without_result: u64,
    /// What a reader must know before comparing numbers; sorted.
    pub notes: Vec<FleetNote>,
    /// Each tenant, by id.
    pub tenants: Vec<TenantLine>,
    /// Each rule that judged somewhere or is turned off somewhere, by id.
    pub rules: Vec<RuleLine>,
    /// Each control with a result somewhere, by framework and id.
    pub controls: Vec<ControlLine>,
    /// Digest of everything above.
    pub digest: Digest,
}

impl FleetSummary {
    /// A rule by its id.
    pub fn rule(&self, rule_id: &str) -> Option<&RuleLine> {
        self.rules.iter().find(|line| line.rule_id == rule_id)
    }

    /// Whether the digest matches the content.
    pub fn is_intact(&self) -> bool {
        Digest::of_sealed(self) == Ok(self.digest)
    }
}

/// One tenant of a fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TenantLine {
    /// The organisation.
    pub org: OrganizationRef,
    /// What its evaluation says; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<TenantResult>,
    /// Why there is no evaluation; absent with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the evaluation of a tenant says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TenantResult {
    /// The time for which the verdicts hold, UTC.
    #[serde(with = "crate::time::millis")]
    pub evaluated_at: Timestamp,
    /// Digest of the evaluation.
    pub evaluation: Digest,
    /// The rules that judged.
    pub catalogue: CatalogueRef,
    /// Profile whose parameter values were used.
    pub profile: String,
    /// The worst state among the inputs of enabled rules.
    pub coverage_status: CoverageState,
    /// The worst severity among failures that stand; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_failure: Option<Severity>,
    /// Findings by status.
    pub counts: StatusCounts,
}

/// One rule over all tenants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RuleLine {
    /// Rule identifier.
    pub rule_id: String,
    /// Findings by status, over all tenants.
    pub counts: StatusCounts,
    /// Tenants by where they stand; together all tenants, those that are none left out.
    pub tenants: BTreeMap<Standing, u64>,
}

impl RuleLine {
    /// How many tenants stand so.
    pub fn tenants(&self, standing: Standing) -> u64 {
        self.tenants.get(&standing).copied().unwrap_or(0)
    }
}

/// One control over all tenants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ControlLine {
    /// The control.
    pub control: ControlRef,
    /// Findings by status over all mapped rules and tenants.
    pub counts: StatusCounts,
    /// Tenants by result; those that are none left out.
    pub tenants: BTreeMap<ControlStatus, u64>,
    /// Tenants without a result for it.
    pub without_result: u64,
}

impl ControlLine {
    /// How many tenants have this result.
    pub fn tenants(&self, status: ControlStatus) -> u64 {
        self.tenants.get(&status).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::evaluation;

    fn tenant(id: &str, active: bool, config: &Value) -> Evaluation {
        let mut evaluation = evaluation(
            &json!({
                "ORG": [{"_id": "o1", "displayName": "Example"}],
                "SYS": [{"_id": "d1", "osFamily": "darwin", "active": true, "fde": {"active": active}}],
                "MDM": [], "MDMD": {"of": {}}, "SI.disk_encryption": [], "SI.mounts": [],
            }),
            config,
        );
        evaluation.org.id = id.into();
        evaluation
    }

    fn summary(evaluations: &[&Evaluation]) -> FleetSummary {
        let mut tally = FleetTally::new();
        for own in evaluations {
            tally.judged(own).unwrap();
        }
        tally.without_result("o9", None, "the credential was not accepted").unwrap();
        tally.summary().unwrap()
    }

    #[test]
    fn tenants_add_up_to_all_there_are() {
        let off = json!({"disabled_rules": ["JC-DEV-001"]});
        let (good, bad) = (tenant("o1", true, &json!({})), tenant("o2", false, &json!({})));
        let off = tenant("o3", false, &off);
        let summary = summary(&[&good, &bad, &off]);
        assert_eq!((summary.judged, summary.without_result, summary.tenants.len()), (3, 1, 4));
        for line in &summary.rules {
            assert_eq!(line.tenants.values().sum::<u64>(), 4, "{}", line.rule_id);
            assert_eq!(line.tenants(Standing::NoResult), 1);
        }
        for line in &summary.controls {
            let of = line.tenants.values().sum::<u64>();
            assert_eq!(of.saturating_add(line.without_result), 4, "{:?}", line.control);
        }
        let encrypted = summary.rule("JC-DEV-001").unwrap();
        let standings = [Standing::Passing, Standing::Failing, Standing::Disabled];
        assert_eq!(standings.map(|own| encrypted.tenants(own)), [1, 1, 1]);
        assert_eq!((encrypted.counts.pass, encrypted.counts.fail), (1, 1));
        let all: usize = [&good, &bad, &off].iter().map(|own| own.findings.len()).sum();
        let counted: u64 = summary.rules.iter().map(|line| line.counts.total()).sum();
        assert_eq!(usize::try_from(counted), Ok(all));
        assert_eq!(summary.notes, [FleetNote::TenantsWithoutResult, FleetNote::CoverageIncomplete]);
        let lost = summary.tenants.last().unwrap();
        assert_eq!((lost.org.id.as_str(), lost.result.is_none()), ("o9", true));
        assert_eq!(lost.reason.as_deref(), Some("the credential was not accepted"));
    }

    #[test]
    fn the_order_of_arrival_changes_nothing() {
        let (one, other) = (tenant("o1", true, &json!({})), tenant("o2", false, &json!({})));
        let (first, second) = (summary(&[&one, &other]), summary(&[&other, &one]));
        assert_eq!(first, second);
        assert!(first.is_intact());
        let text = serde_json::to_string(&first).unwrap();
        let mut read: FleetSummary = serde_json::from_str(&text).unwrap();
        assert_eq!(read, first);
        read.without_result = 0;
        assert!(!read.is_intact());
    }

    #[test]
    fn no_tenant_counts_twice_and_none_without_a_name() {
        let one = tenant("o1", true, &json!({}));
        let mut tally = FleetTally::new();
        tally.judged(&one).unwrap();
        let before = tally.summary().unwrap();
        assert_eq!(tally.judged(&one), Err(FleetError::Repeated("o1".into())));
        assert_eq!(tally.without_result("o1", None, "x"), Err(FleetError::Repeated("o1".into())));
        assert_eq!(tally.judged(&tenant("", true, &json!({}))), Err(FleetError::Nameless));
        assert_eq!(tally.summary().unwrap(), before);
        assert!(before.notes.contains(&FleetNote::CoverageIncomplete));
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        let one = tenant("o1", true, &json!({}));
        let mut other = tenant("o2", true, &json!({}));
        other.profile = "strict".into();
        other.catalogue.digest = Digest::of_bytes(b"other rules");
        let summary = summary(&[&one, &other]);
        let notes = [FleetNote::DifferentRules, FleetNote::DifferentProfiles];
        assert!(summary.notes.ends_with(&notes), "{:?}", summary.notes);
    }

    #[test]
    fn the_worst_finding_says_where_a_tenant_stands() {
        let counts =
            |pass, fail, unknown| StatusCounts { pass, fail, unknown, ..Default::default() };
        assert_eq!(Standing::of(counts(9, 1, 1)), Standing::Failing);
        assert_eq!(Standing::of(counts(9, 0, 1)), Standing::Unknown);
        assert_eq!(Standing::of(counts(9, 0, 0)), Standing::Passing);
        let grace = StatusCounts { fail_in_grace: 1, exempt: 1, pass: 1, ..Default::default() };
        assert_eq!(Standing::of(grace), Standing::InGrace);
        let exempt = StatusCounts { exempt: 1, pass: 1, ..Default::default() };
        assert_eq!(Standing::of(exempt), Standing::Exempt);
        let none = StatusCounts { not_applicable: 2, ..Default::default() };
        assert_eq!(Standing::of(none), Standing::NotApplicable);
        assert_eq!(Standing::of(StatusCounts::default()), Standing::NoFindings);
    }
}
