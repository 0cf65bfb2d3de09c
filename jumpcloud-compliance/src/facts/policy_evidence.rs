//! What bound policies enforce on a device, where the state itself cannot be read.
//!
//! Weaker than an observed value: the policy says what should be, its result that the device took it.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::Field;
use jumpcloud_client::resources::{OsMetaFamily, PolicyDetail, PolicyResult, PolicyValues};
use serde_json::Value;

use super::{BoundPolicy, Device, Facts, PolicyFacts, Source};
use crate::capability::{Capabilities, Capability, PolicyMeaning, template_family};
use crate::case::{Case, Reading, Row};
use crate::outcome::UnknownCause;
use crate::param::FUTURE_SKEW_SECS;
use crate::rule::{InputNeed, Reason, Unknown};
use crate::time::{Moment, is_future};

/// What a rule reads of policies to tell what they enforce.
pub const POLICIES: InputNeed = InputNeed::new(
    "POL",
    &["id", "template.name", "template.displayName", "template.osMetaFamily"],
);
/// What a rule reads of the bindings of policies.
pub const BOUND_POLICIES: InputNeed = InputNeed::new("POL-SYS", &["id", "paths"]);
/// What a rule reads of the results of policies.
pub const POLICY_RESULTS: InputNeed = InputNeed::new(
    "PST",
    &["policyID", "systemID", "state", "success", "exitStatus", "startedAt", "endedAt"],
);

/// The reason code for a policy whose result is outstanding.
pub const POLICY_PENDING: Reason =
    Reason::unknown("policy_pending", "a bound policy has not reported its result yet");
/// The reason code for a capability that no template is known to enforce.
pub const CAPABILITY_NOT_MAPPED: Reason = Reason::unknown(
    "capability_not_mapped",
    "no template is known to enforce it on this operating system",
);
/// The reason code for a bound policy that may enforce anything.
pub const OPAQUE_POLICY_BOUND: Reason =
    Reason::unknown("opaque_policy_bound", "a policy is bound that may enforce it");

/// What the latest result of a policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The device took the policy.
    Yes,
    /// The device did not take it.
    No,
    /// It is under way.
    Pending,
    /// The result uses no word that anyone knows.
    Untold,
}

impl Applied {
    /// Reads a result; contradicting words never make a success.
    pub fn of(result: &PolicyResult) -> Self {
        let state = result.state.filled().map(str::to_ascii_lowercase);
        match (&result.success, state.as_deref()) {
            (_, Some("pending")) => Self::Pending,
            (Field::Value(false), _) | (_, Some("failed" | "failure" | "error")) => Self::No,
            (Field::Value(true), Some("success") | None) | (Field::Absent, Some("success")) => {
                Self::Yes
            }
            _ => Self::Untold,
        }
    }
}

impl BoundPolicy<'_> {
    /// Leaves observations of the latest result and tells when it began; its output may hold secrets
    /// and stays out.
    pub fn observe_result(&self, case: &mut Case<'_>) -> Reading<Timestamp> {
        let Some(row) = self.result else { return Reading::Absent };
        let result = row.value();
        let at = |field: &str| alloc::format!("results[policyID={}].{field}", self.policy);
        case.see(row, &at("id"), &result.id);
        case.see(row, &at("state"), &result.state);
        case.see(row, &at("success"), &result.success);
        case.see(row, &at("exitStatus"), &result.exit_status);
        case.see(row, &at("endedAt"), &result.ended_at);
        case.see_time(row, &at("startedAt"), &result.started_at)
    }

    /// Whether the latest result ends only after the evaluation, so that nobody should believe it.
    pub fn result_is_ahead(&self, case: &Case<'_>) -> bool {
        let ended = self.result.and_then(|row| row.value().ended_at.filled());
        let skew = case.param(&FUTURE_SKEW_SECS);
        ended
            .and_then(|ended| Moment::parse(ended).instant())
            .is_some_and(|ended| is_future(ended, case.evaluated_at(), skew))
    }
}

impl PolicyFacts<'_> {
    /// Whether it is for devices of this family.
    ///
    /// The template's word counts, else what is known of a template with this name; one of which
    /// neither says anything counts for all. An unreadable word counts for none, and
    /// [`PolicyFacts::target_is_unreadable`] tells.
    pub fn is_for(&self, family: &str) -> bool {
        match self.target() {
            Field::Value(OsMetaFamily::Universal) => true,
            Field::Value(target) => target.as_str().eq_ignore_ascii_case(family),
            Field::Unparseable(_) => false,
            Field::Absent | Field::Null => self
                .template()
                .and_then(template_family)
                .is_none_or(|target| target.eq_ignore_ascii_case(family)),
        }
    }

    /// Whether the template says for which family it is in a form that nobody can read.
    pub fn target_is_unreadable(&self) -> bool {
        matches!(self.target(), Field::Unparseable(_))
    }

    /// The family its template is for.
    pub fn target(&self) -> &Field<OsMetaFamily> {
        self.policy().template.then(|template| &template.os_meta_family)
    }

    /// What it is known to do.
    pub fn meaning(&self, map: &Capabilities<'_>) -> PolicyMeaning {
        let template = self.policy().template.value();
        let display = template.and_then(|template| template.display_name.filled());
        map.meaning(&self.id, self.template(), display)
    }
}

/// A policy that is bound to a device, enforces a capability and was applied.
#[derive(Clone, Copy, Debug)]
pub struct Enforcing<'c> {
    /// The policy.
    pub policy: &'c PolicyFacts<'c>,
    value: Option<&'static str>,
}

impl<'c> Enforcing<'c> {
    /// The number that the policy demands, in the unit of its template, and leaves an observation.
    ///
    /// None when the template has no such value, or it is masked, missing, given twice or no whole
    /// number. What a template presets counts only where the policy repeats it.
    ///
    /// # Errors
    ///
    /// Unknown when the details of the policy were not read.
    pub fn number(&self, case: &mut Case<'c>) -> Result<Option<i64>, Unknown> {
        let Some(name) = self.value else { return Ok(None) };
        let details = case.facts().snapshot().list_of::<PolicyDetail>();
        let id = self.policy.id.as_str();
        let source = Source { input: "POLD", scope: Some(id), state: details.state_of(id) };
        let record = details.get(id).and_then(|dataset| dataset.records.first());
        let Some(record) = record else {
            case.require_source(&source)?;
            return Ok(None);
        };
        case.uses_source(&source);
        let number = number_of(&record.value, name);
        let row = Row { record, input: "POLD", id: Some(id), collected_at: None };
        case.see(row, &alloc::format!("values[configField={name}].value"), &number);
        Ok(number.into_value())
    }
}

/// The whole number that was filled into the field with this name.
fn number_of(detail: &PolicyDetail, name: &str) -> Field<i64> {
    let unreadable = || Field::Unparseable(jumpcloud_client::Excerpt::default());
    let fields = detail.config_fields.value().map(Vec::as_slice).unwrap_or_default();
    let mut ids = fields
        .iter()
        .filter(|field| field.name.filled() == Some(name))
        .filter_map(|field| field.id.value());
    let (Some(id), None) = (ids.next(), ids.next()) else { return Field::Absent };
    let values = detail.values.value().map(PolicyValues::as_slice).unwrap_or_default();
    let mut filled = values.iter().filter(|value| value.config_field_id.value() == Some(id));
    let value = match (filled.next(), filled.next()) {
        (None, _) => return Field::Absent,
        (Some(only), None) => only.value.value(),
        (Some(_), Some(_)) => return unreadable(),
    };
    let number = match value {
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    number.map_or_else(unreadable, Field::Value)
}

/// Why nothing enforces a capability, where that is a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A policy is bound that should, and the device did not take it.
    Failed,
    /// No such policy is bound.
    NotBound,
}

/// What the policies bound to a device say about a capability.
#[derive(Debug)]
pub struct PolicyEvidence<'c> {
    effective: Vec<Enforcing<'c>>,
    pending: bool,
    resultless: bool,
    ahead: bool,
    failed: bool,
    opaque: bool,
    nameless: bool,
    mapped: bool,
    bindings: Source<'c>,
    results: Source<'c>,
}

impl<'c> PolicyEvidence<'c> {
    /// Looks for policies of a capability among those bound to a device of this family, and leaves
    /// observations of them and of their latest results.
    pub fn read(
        case: &mut Case<'c>,
        device: &'c Device<'c>,
        family: &str,
        capability: Capability,
    ) -> Self {
        let facts: &'c Facts<'c> = case.facts();
        let map = case.config().capabilities();
        let mut evidence = Self {
            effective: Vec::new(),
            pending: false,
            resultless: false,
            ahead: false,
            failed: false,
            opaque: false,
            nameless: false,
            mapped: map.is_mapped(capability, family),
            bindings: facts.policy_bindings(device),
            results: facts.policy_results(device),
        };
        case.uses("POL");
        case.uses_source(&evidence.bindings);
        case.uses_source(&evidence.results);
        let mut ids: Vec<String> = Vec::new();
        for bound in facts.policies_of_device(&device.key) {
            // A result of a policy that is not bound says nothing about today.
            if bound.binding.is_none() {
                continue;
            }
            ids.push(bound.policy.to_string());
            let Some(policy) = facts.policy(&bound.policy) else {
                evidence.nameless = true;
                continue;
            };
            if policy.target_is_unreadable() {
                case.see(policy.row(), "template.osMetaFamily", policy.target());
                evidence.opaque = true;
                continue;
            }
            if !policy.is_for(family) {
                continue;
            }
            let value = match policy.meaning(&map) {
                PolicyMeaning::Enforces { capability: own, value, .. } if own == capability => {
                    Some(value)
                }
                PolicyMeaning::Opaque => None,
                // A policy that does not name its template may enforce anything as well.
                PolicyMeaning::Unmapped if policy.template().is_none() => None,
                PolicyMeaning::Enforces { .. } | PolicyMeaning::Unmapped => continue,
            };
            let template = policy.policy().template.then(|template| &template.name);
            case.see(policy.row(), "template.name", template);
            let shortest = bound.path_lengths().first().copied();
            let path = alloc::format!("bound_policies[id={}].shortest_path", policy.id);
            case.see_derived(device.row(), &path, shortest);
            bound.observe_result(case);
            if bound.result_is_ahead(case) {
                // Not known to be applied, and not known to have failed.
                match value {
                    Some(_) => evidence.ahead = true,
                    None => evidence.opaque = true,
                }
                continue;
            }
            evidence.add(policy, value, bound.result.map(|row| Applied::of(row.value())));
        }
        case.see_derived(device.row(), "bound_policies[].id", ids);
        evidence
    }

    /// Takes a policy into account: what it enforces, or none for one that may enforce anything.
    fn add(
        &mut self,
        policy: &'c PolicyFacts<'c>,
        enforces: Option<Option<&'static str>>,
        applied: Option<Applied>,
    ) {
        match (enforces, applied) {
            (Some(value), Some(Applied::Yes)) => self.effective.push(Enforcing { policy, value }),
            (Some(_), Some(Applied::No)) => self.failed = true,
            (Some(_), Some(Applied::Pending | Applied::Untold)) => self.pending = true,
            (Some(_), None) => {
                self.pending = true;
                self.resultless = true;
            }
            (None, Some(Applied::No)) => {}
            (None, _) => self.opaque = true,
        }
    }

    /// The policies that enforce the capability and were applied, by id.
    pub fn effective(&self) -> &[Enforcing<'c>] {
        &self.effective
    }

    /// Whether any template is known to enforce the capability on this family.
    pub const fn is_mapped(&self) -> bool {
        self.mapped
    }

    /// Requires that every bound policy is known and none of the capability has yet to report.
    ///
    /// # Errors
    ///
    /// Unknown when bindings or results are missing, or a result is outstanding.
    pub fn settle(&self, case: &mut Case<'_>) -> Result<(), Unknown> {
        case.require_source(&self.bindings)?;
        if self.nameless {
            case.require("POL")?;
        }
        if self.ahead {
            return Err(Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp"));
        }
        if !self.pending {
            return Ok(());
        }
        if self.resultless {
            case.require_source(&self.results)?;
        }
        Err(Unknown::new(UnknownCause::Pending, POLICY_PENDING.code))
    }

    /// Why nothing enforces the capability.
    ///
    /// # Errors
    ///
    /// Unknown when bindings or results are missing, a result is outstanding, the capability map
    /// does not reach, or a policy is bound that may enforce anything.
    pub fn lack(&self, case: &mut Case<'_>) -> Result<Lack, Unknown> {
        self.settle(case)?;
        if self.failed {
            return Ok(Lack::Failed);
        }
        if !self.mapped {
            return Err(Unknown::new(UnknownCause::NotObservable, CAPABILITY_NOT_MAPPED.code));
        }
        if self.opaque {
            return Err(Unknown::new(UnknownCause::NotObservable, OPAQUE_POLICY_BOUND.code));
        }
        Ok(Lack::NotBound)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge};

    #[test]
    fn a_family_that_nobody_can_read_is_neither_this_one_nor_another() {
        let with = |target: Value| {
            let template =
                json!({"name": "automatic_macOS_updates_darwin", "osMetaFamily": target});
            judge(
                "JC-DEV-013",
                &inputs(json!({
                    "SYS": [{"_id": "d1", "osFamily": "darwin", "lastContact": "2026-11-23T11:00:00Z",
                             "systemInsights": {"state": "enabled"}}],
                    "SI.managed_policies": [],
                    "POL": [{"id": "p1", "template": template}],
                    "POL-SYS": {"of": {"p1": [{"id": "d1", "type": "system"}]}},
                    "PST": {"of": {"p1": [{"id": "r1", "policyID": "p1", "systemID": "d1",
                        "success": true, "state": "success"}]}}
                })),
            )
        };
        assert_eq!(with(json!("darwin")), "PASS policy_evidence");
        assert_eq!(with(Value::Null), "PASS policy_evidence");
        assert_eq!(with(json!(["darwin"])), "UNKNOWN opaque_policy_bound");
        assert!(with(json!("windows")).starts_with("FAIL"));
    }
}
