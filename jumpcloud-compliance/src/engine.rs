//! Order of evaluation: scope, gate, rule, freshness, grace, waivers, controls.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::resources::Organization;
use jumpcloud_client::{InputState, Snapshot};
use serde::Serialize;

use crate::case::{Bench, Case, Prior, Subject, Tally, coverage_state};
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::control::{ControlBasis, ControlResult, RuleFacts, RuleState};
use crate::evaluation::{
    EVALUATION_SCHEMA, Evaluation, InputCoverage, OrganizationRef, SnapshotRef,
};
use crate::evidence::{CanonicalError, CoverageState, Digest, Evidence, EvidenceParts};
use crate::facts::Facts;
use crate::finding::{Finding, FindingId, Responsible, ResponsibleMethod};
use crate::history::History;
use crate::outcome::{EffectiveStatus, Outcome, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS, Values};
use crate::problem::ConfigError;
use crate::rule::{Basis, Judgement, Meta, Rule, Unknown, Verdict};
use crate::scope::Scope;
use crate::subject::{SubjectKind, SubjectRef};
use crate::time::{Moment, age_days, is_future, plus_days};

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
    let parameters = catalogue.metas().map(|meta| (meta.id, meta.params));
    let resolved = config.resolve(parameters, catalogue.frameworks())?;
    let tables = catalogue.tables();
    let evaluated_at = crate::time::truncate(evaluated_at);
    let facts = Facts::new(snapshot, config, evaluated_at);
    let scope = Scope::new(&facts, config);
    let bench = Bench { facts: &facts, scope: &scope, config, tables, history, evaluated_at };
    let mut run = Run { bench, scope: &scope, gate: None, known: BTreeMap::new() };
    let mut findings = Vec::new();
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
        let wanted = enabled
            || meta.id == GATE
            || catalogue.metas().any(|other| other.after.contains(&meta.id));
        if wanted {
            let judged = run.rule(rule, values);
            if enabled {
                findings.extend(judged);
            }
        }
    }
    rules_disabled.sort();
    findings.sort_by(Finding::cmp_report);
    let waiver_report = crate::waiver::apply_waivers(
        &mut findings,
        &config.waivers,
        evaluated_at,
        config.max_waiver_days,
        |subject, selector| run.selects(subject, selector),
    );
    let control_results = controls(catalogue, &findings, &rules_disabled, &scope, config);
    let mut evaluation = Evaluation {
        schema_version: EVALUATION_SCHEMA.to_string(),
        catalogue: catalogue.reference(),
        config_digest: config.digest().unwrap_or_else(|_| Digest::of_bytes(&[])),
        profile: config.profile.clone(),
        org: organization(&facts),
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
        subjects: run.everyone(),
        attestations_used: attestations(&findings),
        findings,
        control_results,
        waiver_report,
        rules_disabled,
        tables: alloc::vec![
            tables.lifecycle.origin().table_ref(),
            tables.signatures.origin().table_ref(),
        ],
        parameter_contests: resolved.into_values().flat_map(|resolved| resolved.contests).collect(),
        weaker_justification: config.allow_weaker.clone(),
        digest: Digest::of_bytes(&[]),
    };
    if let Ok(digest) = digest_of(&evaluation) {
        evaluation.digest = digest;
    }
    Ok(evaluation)
}

fn controls(
    catalogue: &Catalogue<'_>,
    findings: &[Finding],
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
    let basis = ControlBasis::new(
        findings,
        &rules,
        &incomplete,
        &config.strict_controls,
        &config.tolerance_bp,
    );
    catalogue.frameworks().iter().flat_map(|framework| basis.results(framework)).collect()
}

struct Run<'a> {
    bench: Bench<'a>,
    scope: &'a Scope,
    /// Outcome of the gate; none until it has been judged.
    gate: Option<Outcome>,
    /// Outcomes by rule, with the kind of its subjects, then by their place in the facts.
    known: BTreeMap<&'static str, (SubjectKind, BTreeMap<usize, Prior>)>,
}

impl<'a> Run<'a> {
    fn rule(&mut self, rule: &dyn Rule, values: &'a Values) -> Vec<Finding> {
        let meta = rule.meta();
        let mut subjects = self.subjects(meta.subject);
        subjects.extend(rule.beside(self.bench.config, self.bench.facts));
        let mut findings = Vec::with_capacity(subjects.len());
        let mut known = BTreeMap::new();
        let tallies = self.tallies(meta);
        for (place, subject) in subjects.into_iter().enumerate() {
            if meta.subject == SubjectKind::Device && !self.scope.judges(meta.id, place) {
                continue;
            }
            let prior: Vec<(&'static str, Prior)> = meta
                .after
                .iter()
                .filter_map(|id| match self.known.get(id)? {
                    (kind, outcomes) if *kind == meta.subject => {
                        Some((*id, *outcomes.get(&place)?))
                    }
                    _ => None,
                })
                .collect();
            let probe = Case::new(self.bench, subject, values, "", &prior, &tallies);
            for part in rule.parts(&probe) {
                let mut case = Case::new(self.bench, subject, values, &part, &prior, &tallies);
                let judgement = match self.gate {
                    Some(Outcome::Pass) => rule.judge(&mut case),
                    None if meta.id == GATE => rule.judge(&mut case),
                    _ => Err(Unknown::new(
                        UnknownCause::ConnectionNotValidated,
                        "connection_not_validated",
                    )),
                };
                let judgement = judgement.and_then(|verdict| fresh(verdict, &case, meta, values));
                known.insert(place, prior_of(&judgement));
                findings.push(self.finding(rule, case, &part, values, judgement));
            }
        }
        if meta.id == GATE {
            let outcome = known.values().next().map_or(Outcome::Unknown, |prior| prior.outcome);
            self.gate = Some(outcome);
        }
        self.known.insert(meta.id, (meta.subject, known));
        findings
    }

    /// Outcomes of the rules that `meta` looks at and that judge another kind of subject.
    fn tallies(&self, meta: &Meta) -> Vec<(&'static str, Tally)> {
        meta.after
            .iter()
            .filter_map(|id| {
                let (kind, outcomes) = self.known.get(id)?;
                let mut tally = Tally::default();
                for prior in outcomes.values() {
                    tally.add(prior.outcome);
                }
                (*kind != meta.subject).then_some((*id, tally))
            })
            .collect()
    }

    fn subjects(&self, kind: SubjectKind) -> Vec<Subject<'a>> {
        let facts = self.bench.facts;
        match kind {
            SubjectKind::Organization => alloc::vec![Subject::Organization],
            SubjectKind::Admin => facts.admins().iter().map(Subject::Admin).collect(),
            SubjectKind::Application => {
                facts.applications().iter().map(Subject::Application).collect()
            }
            SubjectKind::Group => facts.groups().iter().map(Subject::Group).collect(),
            SubjectKind::User => facts.users().iter().map(Subject::User).collect(),
            SubjectKind::Device => facts.devices().iter().map(Subject::Device).collect(),
        }
    }

    fn finding(
        &self,
        rule: &dyn Rule,
        case: Case<'_>,
        part: &str,
        values: &Values,
        judgement: Judgement,
    ) -> Finding {
        let meta = rule.meta();
        let subject = self.reference(case.subject());
        let responsible = Some(self.responsible(case.subject()));
        let evidence = seal(
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
            responsible,
            evidence,
        }
    }

    fn reference(&self, subject: Subject<'_>) -> SubjectRef {
        let facts = self.bench.facts;
        let org = facts.organization_id();
        let mut reference = match subject {
            Subject::Organization => SubjectRef::new(org, SubjectKind::Organization, org),
            Subject::Admin(admin) => SubjectRef {
                natural_key: admin.administrator().email.filled().map(ToString::to_string),
                ..SubjectRef::new(org, SubjectKind::Admin, &*admin.id)
            },
            Subject::Application(application) => SubjectRef {
                display_name: Some(application.name().to_string()),
                ..SubjectRef::new(org, SubjectKind::Application, &*application.id)
            },
            Subject::Group(group) => SubjectRef {
                sub_kind: Some(
                    if group.holds_devices() { "device_group" } else { "user_group" }.to_string(),
                ),
                display_name: Some(group.name.to_string()),
                ..SubjectRef::new(org, SubjectKind::Group, &*group.id)
            },
            Subject::User(user) => SubjectRef {
                display_name: Some(user.name()),
                natural_key: user.user().username.filled().map(ToString::to_string),
                ..SubjectRef::new(org, SubjectKind::User, &*user.id)
            },
            Subject::Device(device) => SubjectRef {
                sub_kind: Some(device.platform.to_string()),
                display_name: Some(device.name().to_string()),
                natural_key: device.system().serial_number.filled().map(ToString::to_string),
                ..SubjectRef::new(org, SubjectKind::Device, &*device.id)
            },
            Subject::ServiceAccount(service) => SubjectRef {
                sub_kind: Some("service_account".to_string()),
                display_name: service.account().name.filled().map(ToString::to_string),
                ..SubjectRef::new(org, SubjectKind::Admin, &*service.id)
            },
            Subject::Missing(kind, id) => SubjectRef::new(org, kind, id.to_string()),
        };
        if matches!(subject, Subject::Organization) {
            reference.display_name = organization(facts).name;
        }
        reference
    }

    /// The person to ask about a finding.
    fn responsible(&self, subject: Subject<'_>) -> Responsible {
        let facts = self.bench.facts;
        let config = self.bench.config;
        let found = |person: Option<String>, method| match person {
            Some(person) => Responsible { person: Some(person), method },
            None => Responsible { person: None, method: ResponsibleMethod::Missing },
        };
        match subject {
            Subject::Device(device) => found(
                facts.owner(device).map(|key| key.to_string()),
                ResponsibleMethod::DeviceOwner,
            ),
            Subject::User(user) => match user.user().manager.filled() {
                Some(manager) => found(Some(manager.to_string()), ResponsibleMethod::Manager),
                None => found(Some(user.id.clone()), ResponsibleMethod::OwnAccount),
            },
            Subject::Application(application) => {
                let owner = config.app_owner(&application.id).map(ToString::to_string);
                found(owner, ResponsibleMethod::ConfiguredOwner)
            }
            Subject::Group(_)
            | Subject::Admin(_)
            | Subject::ServiceAccount(_)
            | Subject::Organization
            | Subject::Missing(..) => {
                found(config.security_contact.clone(), ResponsibleMethod::SecurityContact)
            }
        }
    }

    /// Everyone in the judged population.
    fn everyone(&self) -> Vec<SubjectRef> {
        let mut everyone: Vec<SubjectRef> = SubjectKind::ALL
            .iter()
            .flat_map(|kind| self.subjects(*kind))
            .filter(|subject| match subject {
                Subject::Device(device) => self.scope.contains(self.bench.facts, device),
                _ => true,
            })
            .map(|subject| self.reference(subject))
            .collect();
        everyone.sort();
        everyone
    }

    fn selects(&self, subject: &SubjectRef, selector: &crate::waiver::SubjectSelector) -> bool {
        crate::selector::selects(self.bench.facts, subject, selector)
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
        Ok(verdict) => Prior { outcome: verdict.outcome, reason: verdict.reason },
        Err(unknown) => Prior { outcome: Outcome::Unknown, reason: unknown.reason },
    }
}

/// Seals evidence; an observation without canonical form is left out rather than the finding.
fn seal(parts: EvidenceParts, max_observations: usize) -> Evidence {
    let bare =
        EvidenceParts { observations: Vec::new(), parameters: Values::default(), ..parts.clone() };
    match Evidence::seal(parts, max_observations).or_else(|_| Evidence::seal(bare.clone(), 0)) {
        Ok(evidence) => evidence,
        Err(_) => Evidence {
            evaluated_at: bare.evaluated_at,
            rule_id: bare.rule_id,
            logic_version: bare.logic_version,
            parameters: bare.parameters,
            observations: Vec::new(),
            overflow: None,
            inputs_used: bare.inputs_used,
            tables_used: bare.tables_used,
            digest: Digest::of_bytes(&[]),
        },
    }
}

fn organization(facts: &Facts<'_>) -> OrganizationRef {
    let id = facts.organization_id().to_string();
    let name = facts
        .snapshot()
        .list::<Organization>()
        .values()
        .find(|organization| organization.id.value().is_some_and(|own| *own == *id))
        .and_then(|organization| organization.display_name.filled())
        .map(ToString::to_string);
    OrganizationRef { id, name }
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

pub(crate) fn snapshot_digest(snapshot: &Snapshot) -> Digest {
    let mut lines: Vec<String> = Vec::new();
    snapshot.digests(|input, scope, record, digest| {
        let scope = scope.unwrap_or_default();
        lines.push(alloc::format!("{input}|{scope}|{record}|{digest}"));
    });
    lines.sort_unstable();
    let mut text = lines.join("\n");
    text.push('\n');
    Digest::of_bytes(text.as_bytes())
}

fn attestations(findings: &[Finding]) -> Vec<String> {
    let mut used: Vec<String> = findings
        .iter()
        .flat_map(|finding| &finding.evidence.observations)
        .filter(|observation| observation.source == crate::attestation::SOURCE)
        .filter_map(|observation| observation.record_id.clone())
        .collect();
    used.sort();
    used.dedup();
    used
}

/// Digest of an evaluation: findings by their digests, the rest as it stands.
pub(crate) fn digest_of(evaluation: &Evaluation) -> Result<Digest, CanonicalError> {
    #[derive(Serialize)]
    struct Sealed<'e> {
        #[serde(flatten)]
        header: BTreeMap<&'static str, serde_json::Value>,
        findings: Vec<Digest>,
        control_results: &'e [ControlResult],
    }

    let findings = evaluation.findings.iter().map(Digest::of).collect::<Result<_, _>>()?;
    let mut header = BTreeMap::new();
    let mut put = |name, value: Result<serde_json::Value, serde_json::Error>| {
        header.insert(name, value.unwrap_or(serde_json::Value::Null));
    };
    put("schema_version", serde_json::to_value(&evaluation.schema_version));
    put("catalogue", serde_json::to_value(&evaluation.catalogue));
    put("config_digest", serde_json::to_value(evaluation.config_digest));
    put("profile", serde_json::to_value(&evaluation.profile));
    put("org", serde_json::to_value(&evaluation.org));
    put("evaluated_at", Ok(crate::time::format(evaluation.evaluated_at).into()));
    put("snapshot", serde_json::to_value(&evaluation.snapshot));
    put("coverage_status", serde_json::to_value(evaluation.coverage_status));
    put("coverage", serde_json::to_value(&evaluation.coverage));
    put("population", serde_json::to_value(&evaluation.population));
    put("subjects", serde_json::to_value(&evaluation.subjects));
    put("waiver_report", serde_json::to_value(&evaluation.waiver_report));
    put("attestations_used", serde_json::to_value(&evaluation.attestations_used));
    put("rules_disabled", serde_json::to_value(&evaluation.rules_disabled));
    put("tables", serde_json::to_value(&evaluation.tables));
    put("parameter_contests", serde_json::to_value(&evaluation.parameter_contests));
    put("weaker_justification", serde_json::to_value(&evaluation.weaker_justification));
    Digest::of(&Sealed { header, findings, control_results: &evaluation.control_results })
}
