//! Order of evaluation: scope, gate, rule, freshness, grace, waivers, controls.

mod run;
mod seal;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::Snapshot;

use self::run::Run;
use self::seal::{coverage, coverage_status, seal_digest};
use crate::case::Bench;
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::control::{ControlBasis, ControlResult, RuleFacts, RuleState, StatusCounts};
use crate::evaluation::{EVALUATION_SCHEMA, Evaluation, SnapshotRef};
use crate::evidence::Digest;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::history::History;
use crate::problem::ConfigError;
use crate::roster::Roster;
use crate::scope::Scope;
use crate::snapshot_digest::snapshot_digest;
use crate::subject::SubjectKind;
use crate::waiver::Waiving;

pub(crate) use self::seal::digest_of;

/// The rule on which every other finding depends: the right organisation, a working key.
pub(crate) const GATE: &str = "JC-ORG-015";

/// What the reason codes say that any rule can end with.
pub(crate) fn reason_text(code: &str) -> &'static str {
    match code {
        "connection_not_validated" => {
            "the run has not proved that it read the expected organisation"
        }
        "input_failed" => "an input that the rule needs could not be read",
        "input_partial" => "a part of an input that the rule needs is missing",
        "input_not_collected" => "an input that the rule needs was not collected",
        "not_licensed" => "the organisation does not have the feature that the rule needs",
        "stale_data" => "it would pass, but the values it rests on are too old",
        "future_timestamp" => "a time lies in the future",
        "untimed_telemetry" => "it would pass, but nobody knows how old the values are",
        _ => "",
    }
}

/// Judges a snapshot.
///
/// A function of its arguments: the same arguments give the same bytes. `evaluated_at` is the time
/// for which the verdicts hold; `history` is what earlier evaluations left, when the caller kept it.
///
/// # Errors
///
/// A [`ConfigError`] with every problem of the configuration; then nothing is judged. Bad or
/// missing data is never an error: it is an UNKNOWN with its cause.
pub fn evaluate(
    catalogue: &Catalogue<'_>,
    snapshot: &Snapshot,
    config: &Config,
    evaluated_at: Timestamp,
    history: Option<&History>,
) -> Result<Evaluation, ConfigError> {
    // The findings of a rule come together; each rule's are kept apart until all are there.
    let mut by_rule: Vec<Vec<Finding>> = Vec::new();
    let keep = |finding: Finding| match by_rule.last_mut() {
        Some(own) if own.last().is_some_and(|last| last.rule_id == finding.rule_id) => {
            own.push(finding);
        }
        _ => by_rule.push(alloc::vec![finding]),
    };
    let mut evaluation = evaluate_into(catalogue, snapshot, config, evaluated_at, history, keep)?;
    by_rule
        .sort_by(|a, b| a.first().map(|own| &own.rule_id).cmp(&b.first().map(|own| &own.rule_id)));
    evaluation.findings.reserve_exact(by_rule.iter().map(Vec::len).sum());
    for own in by_rule {
        evaluation.findings.extend(own);
    }
    Ok(evaluation)
}

/// Judges a snapshot as [`evaluate`] does, and hands each finding out as soon as it is final.
///
/// The evaluation that is returned is the same, digest included, but for its findings, which are gone:
/// nothing but 32 bytes is kept of each. A rule's findings come together, in the order of reports; the
/// rules come so that each follows those it looks at, the gate first. Sorted by
/// [`Finding::cmp_report`] and put back, the findings make the evaluation whole.
///
/// ```
/// use jumpcloud_client::Snapshot;
/// use jumpcloud_compliance::{Catalogue, Config, evaluate, evaluate_into};
///
/// let now = "2026-11-24T09:00:00Z".parse()?;
/// let (catalogue, config) = (Catalogue::builtin()?, Config::default());
/// let snapshot = Snapshot::new(None, now);
/// let mut failures = 0;
/// let told = evaluate_into(&catalogue, &snapshot, &config, now, None, |finding| {
///     failures += usize::from(finding.outcome == jumpcloud_compliance::Outcome::Fail);
/// })?;
/// let kept = evaluate(&catalogue, &snapshot, &config, now, None)?;
/// assert_eq!(told.digest, kept.digest);
/// assert_eq!(told.control_results, kept.control_results);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`evaluate`]; then no finding was handed out.
pub fn evaluate_into(
    catalogue: &Catalogue<'_>,
    snapshot: &Snapshot,
    config: &Config,
    evaluated_at: Timestamp,
    history: Option<&History>,
    mut hand_out: impl FnMut(Finding),
) -> Result<Evaluation, ConfigError> {
    let parameters = catalogue.metas().map(|meta| (meta.id, meta.params));
    let resolved = config.resolve(parameters, catalogue.frameworks())?;
    let tables = catalogue.tables();
    let evaluated_at = crate::time::truncate(evaluated_at);
    let facts = Facts::new(snapshot, config, evaluated_at);
    let scope = Scope::new(&facts, config);
    let roster = Roster::new(&facts, config);
    let bench = Bench { facts: &facts, scope: &scope, config, tables, history, evaluated_at };
    let waivers = Waiving::new(&config.waivers, evaluated_at, config.max_waiver_days);
    let mut run = Run { bench, roster: &roster, gate: None, known: BTreeMap::new() };
    let mut told = Told { waivers, ..Told::default() };
    let mut rules_disabled = Vec::new();
    let mut order = catalogue.in_order();
    // The gate is judged first: whatever it says goes for everything else.
    order.sort_by_key(|rule| rule.meta().id != GATE);
    for rule in order {
        let meta = rule.meta();
        let Some(resolved) = resolved.get(meta.id) else { continue };
        let values = &resolved.values;
        let enabled = values.is_enabled() && !config.disabled_rules.contains(meta.id);
        if !enabled {
            rules_disabled.push(meta.id.to_string());
        }
        let looked_at = catalogue.metas().any(|other| other.after.contains(&meta.id));
        if enabled || looked_at || meta.id == GATE {
            run.rule(rule, values, looked_at, |findings| {
                if enabled {
                    told.block(meta.id, findings, &facts, &mut hand_out);
                }
            });
        }
    }
    rules_disabled.sort();
    let control_results = controls(catalogue, told.counts, &rules_disabled, &scope, config);
    let mut evaluation = Evaluation {
        schema_version: EVALUATION_SCHEMA.to_string(),
        catalogue: catalogue.reference(),
        config_digest: config.digest().unwrap_or_else(|_| Digest::of_bytes(&[])),
        profile: config.profile.clone(),
        org: roster.organization().clone(),
        evaluated_at,
        snapshot: SnapshotRef {
            digest: snapshot_digest(snapshot),
            source: snapshot.source.clone(),
            started_at: snapshot.started_at,
            finished_at: snapshot.finished_at,
        },
        coverage_status: coverage_status(catalogue, &rules_disabled, &facts),
        coverage: coverage(snapshot),
        population: scope.ledger.clone(),
        subjects: roster.everyone(&scope),
        attestations_used: told.attestations.into_iter().collect(),
        findings: Vec::new(),
        control_results,
        waiver_report: told.waivers.report(),
        rules_disabled,
        tables: alloc::vec![
            tables.lifecycle.origin().table_ref(),
            tables.signatures.origin().table_ref(),
        ],
        parameter_contests: resolved.into_values().flat_map(|resolved| resolved.contests).collect(),
        weaker_justification: config.allow_weaker.clone(),
        digest: Digest::of_bytes(&[]),
    };
    let digests: Option<Vec<Digest>> = told.digests.into_values().flatten().collect();
    if let Some(Ok(digest)) = digests.map(|digests| seal_digest(&evaluation, &digests)) {
        evaluation.digest = digest;
    }
    Ok(evaluation)
}

/// What is kept of findings that were handed out.
#[derive(Default)]
struct Told<'a> {
    waivers: Waiving<'a>,
    counts: BTreeMap<&'static str, StatusCounts>,
    attestations: BTreeSet<String>,
    /// Digests by rule, in the order of reports; none for a finding without canonical form.
    digests: BTreeMap<&'static str, Vec<Option<Digest>>>,
}

impl Told<'_> {
    /// Makes findings of one rule final and hands them out.
    fn block(
        &mut self,
        rule_id: &'static str,
        mut findings: Vec<Finding>,
        facts: &Facts<'_>,
        hand_out: &mut impl FnMut(Finding),
    ) {
        let counts = self.counts.entry(rule_id).or_default();
        for finding in &mut findings {
            self.waivers.lay(finding, |subject, selector| {
                crate::selector::selects(facts, subject, selector)
            });
            counts.add(finding.effective_status);
            for observation in &finding.evidence.observations {
                if let (crate::attestation::SOURCE, Some(id)) =
                    (observation.source.as_str(), &observation.record_id)
                {
                    self.attestations.insert(id.clone());
                }
            }
        }
        let digests = each(&findings, |finding| Digest::of(finding).ok());
        self.digests.entry(rule_id).or_default().extend(digests);
        findings.into_iter().for_each(hand_out);
    }
}

/// Works through a list in order, or all at once with the feature `rayon`.
#[cfg(not(feature = "rayon"))]
fn each<T, U>(items: &[T], work: impl Fn(&T) -> U) -> Vec<U> {
    items.iter().map(work).collect()
}

/// Works through a list all at once; the results are in the order of the list.
#[cfg(feature = "rayon")]
fn each<T: Sync, U: Send>(items: &[T], work: impl Fn(&T) -> U + Sync + Send) -> Vec<U> {
    use rayon::prelude::*;

    items.par_iter().map(work).collect()
}

fn controls(
    catalogue: &Catalogue<'_>,
    counts: BTreeMap<&'static str, StatusCounts>,
    disabled: &[String],
    scope: &Scope,
    config: &Config,
) -> Vec<ControlResult> {
    let rules: Vec<RuleFacts<'_>> = catalogue
        .metas()
        .map(|meta| RuleFacts {
            rule_id: meta.id,
            tier: meta.tier,
            subject_kind: meta.subject,
            state: if disabled.iter().any(|id| id == meta.id) {
                RuleState::Disabled
            } else {
                RuleState::Enabled
            },
        })
        .collect();
    let incomplete: BTreeSet<SubjectKind> = scope
        .ledger
        .iter()
        .filter(|population| !population.complete)
        .map(|population| population.kind)
        .collect();
    let basis = ControlBasis::of_counts(
        counts,
        &rules,
        &incomplete,
        &config.strict_controls,
        &config.tolerance_bp,
    );
    catalogue.frameworks().iter().flat_map(|framework| basis.results(framework)).collect()
}
