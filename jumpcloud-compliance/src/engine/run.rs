//! A rule over its subjects: gate, judgement, freshness, grace.

use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::{GATE, each};
use crate::case::{Bench, Case, Prior, Subject, Tally};
use crate::config::Config;
use crate::evidence::{Evidence, EvidenceParts};
use crate::finding::{Finding, FindingId};
use crate::outcome::{EffectiveStatus, Outcome, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS, Values};
use crate::roster::{self, Entry, Named, Roster};
use crate::rule::{Basis, Judgement, Meta, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::{Moment, age_days, is_future, plus_days};
use crate::waiver::Waiving;

/// The rule whose waivers count where its outcomes are counted.
const COUNTED: &str = "JC-USR-002";

/// Subjects that are judged before their findings are handed out; bounds the memory in between.
const BLOCK: usize = 1024;

/// The rules that were judged so far, and what those that follow look at.
pub(super) struct Run<'a> {
    pub(super) bench: Bench<'a>,
    pub(super) roster: &'a Roster<'a>,
    /// Outcome of the gate; none until it has been judged.
    pub(super) gate: Option<Outcome>,
    /// Outcomes by rule that others look at, with the kind of its subjects, then by their place.
    pub(super) known: BTreeMap<&'static str, (SubjectKind, BTreeMap<usize, Prior>)>,
}

impl<'a> Run<'a> {
    /// Judges the subjects of a rule and hands its findings over in blocks, all in order.
    pub(super) fn rule(
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
