//! Order of evaluation: scope, gate, rule, freshness, grace, waivers, controls.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::{InputState, Snapshot};
use serde::Serialize;

use crate::case::{Bench, Case, Prior, Subject, Tally, coverage_state};
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::control::{ControlBasis, ControlResult, RuleFacts, RuleState, StatusCounts};
use crate::evaluation::{
    CatalogueRef, EVALUATION_SCHEMA, Evaluation, InputCoverage, OrganizationRef, SnapshotRef,
};
use crate::evidence::{CanonicalError, CoverageState, Digest, Evidence, EvidenceParts, TableRef};
use crate::facts::Facts;
use crate::finding::{Finding, FindingId};
use crate::history::History;
use crate::outcome::{EffectiveStatus, Outcome, UnknownCause};
use crate::param::{Contest, FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS, Values};
use crate::problem::ConfigError;
use crate::roster::{self, Entry, Named, Roster};
use crate::rule::{Basis, Judgement, Meta, Rule, Unknown, Verdict};
use crate::scope::{Population, Scope};
use crate::snapshot_digest::snapshot_digest;
use crate::subject::{SubjectKind, SubjectRef};
use crate::time::{Moment, age_days, is_future, plus_days};
use crate::waiver::{WaiverUse, Waiving};

/// The rule on which every other finding depends: the right organisation, a working key.
pub(crate) const GATE: &str = "JC-ORG-015";

/// The rule whose waivers count where its outcomes are counted.
const COUNTED: &str = "JC-USR-002";

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
    by_rule.sort_by(|a, b| {
        let rule = |own: &[Finding]| own.first().map(|finding| finding.rule_id.clone());
        rule(a).cmp(&rule(b))
    });
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

/// Subjects that are judged before their findings are handed out; bounds the memory in between.
const BLOCK: usize = 1024;

struct Run<'a> {
    bench: Bench<'a>,
    roster: &'a Roster<'a>,
    /// Outcome of the gate; none until it has been judged.
    gate: Option<Outcome>,
    /// Outcomes by rule that others look at, with the kind of its subjects, then by their place.
    known: BTreeMap<&'static str, (SubjectKind, BTreeMap<usize, Prior>)>,
}

impl<'a> Run<'a> {
    /// Judges the subjects of a rule and hands its findings over in blocks, all in order.
    fn rule(
        &mut self,
        rule: &dyn Rule,
        values: &'a Values,
        looked_at: bool,
        mut hand_over: impl FnMut(Vec<Finding>),
    ) {
        let meta = rule.meta();
        let mut entries = self.roster.of_rule(rule);
        entries.retain(|entry| {
            meta.subject != SubjectKind::Device || self.bench.scope.judges(meta.id, entry.place)
        });
        // Findings of one subject are put in order together: with a subject named twice, those of all.
        let twice = !entries.is_sorted_by(|a, b| roster::key(a) < roster::key(b));
        let block = if twice { entries.len().max(1) } else { BLOCK };
        let tallies = self.tallies(meta);
        let mut known = BTreeMap::new();
        for entries in entries.chunks(block) {
            let judged = each(entries, |entry| self.subject(rule, entry, values, &tallies));
            let mut findings = Vec::with_capacity(entries.len());
            for (entry, own) in entries.iter().zip(judged) {
                for (finding, mut prior) in own {
                    if looked_at || meta.id == GATE {
                        prior.waived = meta.id == COUNTED && self.is_waived(&finding);
                        known.insert(entry.place, prior);
                    }
                    findings.push(finding);
                }
            }
            findings.sort_by(Finding::cmp_report);
            hand_over(findings);
        }
        if meta.id == GATE {
            let outcome = known.values().next().map_or(Outcome::Unknown, |prior| prior.outcome);
            self.gate = Some(outcome);
        }
        self.known.insert(meta.id, (meta.subject, known));
    }

    /// What a rule finds about one subject.
    fn subject(
        &self,
        rule: &dyn Rule,
        entry: &Entry<'a>,
        values: &'a Values,
        tallies: &[(&'static str, Tally)],
    ) -> Vec<(Finding, Prior)> {
        let meta = rule.meta();
        let prior: Vec<(&'static str, Prior)> = meta
            .after
            .iter()
            .filter_map(|id| match self.known.get(id)? {
                (kind, outcomes) if *kind == meta.subject => {
                    Some((*id, *outcomes.get(&entry.place)?))
                }
                _ => None,
            })
            .collect();
        let probe = Case::new(self.bench, entry.subject, values, "", &prior, tallies);
        let mut found = Vec::with_capacity(1);
        for part in rule.parts(&probe) {
            let mut case = Case::new(self.bench, entry.subject, values, &part, &prior, tallies);
            let judgement = match self.gate {
                Some(Outcome::Pass) => rule.judge(&mut case),
                None if meta.id == GATE => rule.judge(&mut case),
                _ => Err(Unknown::new(
                    UnknownCause::ConnectionNotValidated,
                    "connection_not_validated",
                )),
            };
            let judgement = judgement.and_then(|verdict| fresh(verdict, &case, meta, values));
            let prior = prior_of(&judgement);
            found.push((self.finding(rule, case, &entry.named, &part, values, judgement), prior));
        }
        found
    }

    /// Whether a waiver covers this finding.
    fn is_waived(&self, finding: &Finding) -> bool {
        let Config { waivers, max_waiver_days, .. } = self.bench.config;
        if waivers.is_empty() {
            return false;
        }
        let mut finding = finding.clone();
        let at = self.bench.evaluated_at;
        Waiving::new(waivers, at, *max_waiver_days).lay(&mut finding, |subject, selector| {
            crate::selector::selects(self.bench.facts, subject, selector)
        });
        finding.effective_status == EffectiveStatus::Exempt
    }

    /// Outcomes of the rules that `meta` looks at and that judge another kind of subject.
    fn tallies(&self, meta: &Meta) -> Vec<(&'static str, Tally)> {
        meta.after
            .iter()
            .filter_map(|id| {
                let (kind, outcomes) = self.known.get(id)?;
                let mut tally = Tally::default();
                for prior in outcomes.values() {
                    tally.add(*prior);
                }
                (*kind != meta.subject).then_some((*id, tally))
            })
            .collect()
    }

    fn finding(
        &self,
        rule: &dyn Rule,
        case: Case<'_>,
        named: &Named,
        part: &str,
        values: &Values,
        judgement: Judgement,
    ) -> Finding {
        let meta = rule.meta();
        let Named { subject, responsible } = named.clone();
        let evidence = Evidence::seal_what_can_be(
            EvidenceParts {
                evaluated_at: self.bench.evaluated_at,
                rule_id: meta.id.to_string(),
                logic_version: meta.logic_version,
                parameters: values.clone(),
                observations: case.observations,
                inputs_used: case.inputs_used,
                tables_used: case.tables_used,
            },
            self.bench.config.max_observations,
        );
        let (outcome, unknown_cause, reason, mut notes, severity, grace) = match judgement {
            Ok(verdict) => {
                let mut notes = verdict.notes;
                let severity = verdict.raised.map_or(meta.severity, |(severity, why)| {
                    notes.push(alloc::format!("severity_raised:{why}"));
                    meta.severity.raised_to(severity)
                });
                (verdict.outcome, None, verdict.reason, notes, severity, verdict.grace)
            }
            Err(unknown) => {
                let cause = Some(unknown.cause);
                (Outcome::Unknown, cause, unknown.reason, unknown.notes, meta.severity, None)
            }
        };
        notes.sort();
        notes.dedup();
        let mut effective_status = EffectiveStatus::of(outcome);
        let grace_until = grace
            .filter(|_| outcome == Outcome::Fail)
            .map(|grace| plus_days(grace.anchor, grace.days))
            .filter(|until| *until > self.bench.evaluated_at);
        if grace_until.is_some() {
            effective_status = effective_status.in_grace();
        }
        Finding {
            finding_id: FindingId::new(meta.id, &subject, part),
            rule_id: meta.id.to_string(),
            logic_version: meta.logic_version,
            subject,
            discriminator: part.to_string(),
            outcome,
            unknown_cause,
            reason_code: reason.to_string(),
            severity,
            effective_status,
            grace_until,
            waiver_id: None,
            notes,
            responsible: Some(responsible),
            evidence,
        }
    }
}

/// Turns a pass that rests on a value too old, from the future or of unknown age into UNKNOWN.
fn fresh(verdict: Verdict, case: &Case<'_>, meta: &Meta, values: &Values) -> Judgement {
    let Subject::Device(device) = case.subject() else { return Ok(verdict) };
    let ages = meta.params.iter().any(|spec| spec.name() == TELEMETRY_MAX_AGE_DAYS.spec().name());
    if verdict.outcome != Outcome::Pass || !ages {
        return Ok(verdict);
    }
    let contact = match device.contact {
        Moment::At(at) => Basis::At(at),
        Moment::Absent | Moment::Unparseable => Basis::Untimed,
    };
    let basis = verdict.basis.clone().unwrap_or_else(|| alloc::vec![contact]);
    let max_age = values.get(&TELEMETRY_MAX_AGE_DAYS);
    let skew = values.get(&FUTURE_SKEW_SECS);
    let now = case.evaluated_at();
    for value in basis {
        let unknown = match value {
            Basis::At(at) if is_future(at, now, skew) => {
                Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp")
            }
            Basis::At(at) if age_days(at, now) > max_age => {
                Unknown::new(UnknownCause::StaleData, stale_reason(meta))
            }
            Basis::At(_) => continue,
            Basis::Untimed => Unknown::new(UnknownCause::FieldAbsent, "untimed_telemetry"),
        };
        return Err(unknown.note(alloc::format!("would_pass:{}", verdict.reason)));
    }
    Ok(verdict)
}

/// The code for values that are too old: a rule's own word for it, else the common one.
fn stale_reason(meta: &Meta) -> &'static str {
    let own = meta
        .reasons
        .iter()
        .find(|reason| reason.outcome == Outcome::Unknown && reason.code == "stale_telemetry");
    own.map_or("stale_data", |reason| reason.code)
}

fn prior_of(judgement: &Judgement) -> Prior {
    match judgement {
        Ok(verdict) => Prior { outcome: verdict.outcome, reason: verdict.reason, waived: false },
        Err(unknown) => Prior { outcome: Outcome::Unknown, reason: unknown.reason, waived: false },
    }
}

fn coverage(snapshot: &Snapshot) -> Vec<InputCoverage> {
    snapshot
        .inputs()
        .into_iter()
        .map(|view| InputCoverage {
            input: view.input.to_string(),
            scope: view.scope.map(ToString::to_string),
            coverage: view.coverage.clone(),
            set_aside: view
                .set_aside
                .iter()
                .map(|row| jumpcloud_client::SetAside { raw: None, ..row.clone() })
                .collect(),
        })
        .collect()
}

fn coverage_status(
    catalogue: &Catalogue<'_>,
    disabled: &[String],
    facts: &Facts<'_>,
) -> CoverageState {
    let worst = catalogue
        .metas()
        .filter(|meta| !disabled.iter().any(|id| id == meta.id))
        .flat_map(|meta| meta.inputs)
        .filter(|need| !need.beside)
        .filter_map(|need| facts.snapshot().state(need.input))
        .fold(InputState::Complete, InputState::worse);
    match coverage_state(worst).0 {
        CoverageState::Complete => CoverageState::Complete,
        CoverageState::Failed => CoverageState::Failed,
        _ => CoverageState::Partial,
    }
}

/// Digest of an evaluation: findings by their digests, the rest as it stands.
pub(crate) fn digest_of(evaluation: &Evaluation) -> Result<Digest, CanonicalError> {
    let digests = evaluation.findings.iter().map(Digest::of).collect::<Result<Vec<_>, _>>()?;
    seal_digest(evaluation, &digests)
}

/// As [`digest_of`], with the digests of the findings in the order of reports.
fn seal_digest(evaluation: &Evaluation, findings: &[Digest]) -> Result<Digest, CanonicalError> {
    #[derive(Serialize)]
    struct Sealed<'e> {
        attestations_used: &'e [String],
        catalogue: &'e CatalogueRef,
        config_digest: Digest,
        control_results: &'e [ControlResult],
        coverage: &'e [InputCoverage],
        coverage_status: CoverageState,
        evaluated_at: &'e str,
        findings: &'e [Digest],
        org: &'e OrganizationRef,
        parameter_contests: &'e [Contest],
        population: &'e [Population],
        profile: &'e str,
        rules_disabled: &'e [String],
        schema_version: &'e str,
        snapshot: &'e SnapshotRef,
        subjects: &'e [SubjectRef],
        tables: &'e [TableRef],
        waiver_report: &'e [WaiverUse],
        weaker_justification: &'e Option<String>,
    }

    // Every member by name, so that a new one cannot be forgotten here.
    let Evaluation {
        schema_version,
        catalogue,
        config_digest,
        profile,
        org,
        evaluated_at,
        snapshot,
        coverage_status,
        coverage,
        population,
        subjects,
        findings: _,
        control_results,
        waiver_report,
        attestations_used,
        rules_disabled,
        tables,
        parameter_contests,
        weaker_justification,
        digest: _,
    } = evaluation;
    let evaluated_at = crate::time::format(*evaluated_at);
    Digest::of(&Sealed {
        attestations_used,
        catalogue,
        config_digest: *config_digest,
        control_results,
        coverage,
        coverage_status: *coverage_status,
        evaluated_at: &evaluated_at,
        findings,
        org,
        parameter_contests,
        population,
        profile,
        rules_disabled,
        schema_version,
        snapshot,
        subjects,
        tables,
        waiver_report,
        weaker_justification,
    })
}
