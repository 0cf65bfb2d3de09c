//! A verdict in plain words, step by step, from its evidence alone.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use super::text::{NAME_MAX, VALUE_MAX, name, observed, visible};
use crate::catalogue::Catalogue;
use crate::evidence::{InputUse, Observation, Redaction, canonical_value};
use crate::finding::Finding;
use crate::outcome::{EffectiveStatus, Outcome};
use crate::time::format;

/// The steps to a verdict, in the order in which a reader repeats them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    steps: Vec<String>,
}

impl Explanation {
    /// One sentence a step.
    pub fn steps(&self) -> &[String] {
        &self.steps
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.steps.iter().enumerate() {
            let number = place.saturating_add(1);
            writeln!(f, "{number}. {step}")?;
        }
        Ok(())
    }
}

/// Tells how a verdict came about: who was judged, by which logic and limits, what was read where
/// and when, how complete it was, what followed, and what people decided.
///
/// Everything comes from the finding; the catalogue only lends the words for its codes. A finding
/// of an unknown rule is explained with the codes themselves.
pub fn explain(finding: &Finding, catalogue: &Catalogue<'_>) -> Explanation {
    let evidence = &finding.evidence;
    let subject = &finding.subject;
    let title = catalogue.get(&finding.rule_id).map(|rule| rule.meta().title);
    let mut steps = Vec::new();
    steps.push(alloc::format!(
        "Rule {} (logic version {}) judges {} {} with id {}{} of organisation {}, as of {}{}.",
        finding.rule_id,
        finding.logic_version,
        subject.kind,
        visible(name(subject), NAME_MAX),
        visible(&subject.id, NAME_MAX),
        part(finding),
        visible(&subject.org_id, NAME_MAX),
        format(evidence.evaluated_at),
        title.map(|title| alloc::format!(": {title}")).unwrap_or_default(),
    ));
    let limits: Vec<String> = evidence
        .parameters
        .iter()
        .filter_map(|(name, value)| {
            Some(alloc::format!("{name} = {}", canonical_value(value).ok()?))
        })
        .collect();
    if !limits.is_empty() {
        steps.push(alloc::format!("Its limits are {}.", limits.join(", ")));
    }
    for table in &evidence.tables_used {
        steps.push(alloc::format!(
            "It looks up the table {} as of {} ({}).",
            table.name,
            table.as_of,
            table.digest
        ));
    }
    steps.extend(evidence.inputs_used.iter().map(input));
    steps.extend(evidence.observations.iter().map(seen));
    if let Some(overflow) = evidence.overflow {
        steps.push(alloc::format!(
            "{} more values were read and are covered by the digest {}.",
            overflow.count,
            overflow.digest
        ));
    }
    let reason = match catalogue.reason_text(&finding.rule_id, &finding.reason_code) {
        "" => finding.reason_code.clone(),
        words => alloc::format!("{words} (`{}`)", finding.reason_code),
    };
    steps.push(match finding.unknown_cause {
        Some(cause) => alloc::format!(
            "So the outcome is UNKNOWN, neither pass nor fail, because of {cause}: {reason}."
        ),
        None => alloc::format!("So the outcome is {}: {reason}.", finding.outcome),
    });
    if !finding.notes.is_empty() {
        steps.push(alloc::format!("Noted: {}.", visible(&finding.notes.join(", "), VALUE_MAX)));
    }
    steps.extend(decision(finding));
    steps.push(alloc::format!(
        "The evidence is sealed with {}; the same facts give the same seal.",
        evidence.digest
    ));
    Explanation { steps }
}

fn part(finding: &Finding) -> String {
    if finding.discriminator.is_empty() {
        String::new()
    } else {
        alloc::format!(" (part {})", visible(&finding.discriminator, NAME_MAX))
    }
}

fn input(used: &InputUse) -> String {
    let scope = used.scope.as_deref().map(|own| alloc::format!(" of {}", visible(own, NAME_MAX)));
    let reason = used.reason.as_deref().map(|own| alloc::format!(" ({own})"));
    alloc::format!(
        "Input {}{} is {}{}.",
        used.input,
        scope.unwrap_or_default(),
        used.state,
        reason.unwrap_or_default()
    )
}

fn seen(observation: &Observation) -> String {
    let record = observation.record_id.as_deref();
    let record = record.map(|id| alloc::format!(" record {}", visible(id, NAME_MAX)));
    let fetched = observation.fetched_at.map(|at| alloc::format!(", fetched at {}", format(at)));
    let collected = observation
        .collected_at
        .map(|at| alloc::format!(", collected by the agent at {}", format(at)));
    let redaction = match observation.redaction {
        Redaction::None => "",
        Redaction::Hashed => ", hashed",
        Redaction::Removed => ", removed",
    };
    alloc::format!(
        "In {}{} the field {} is {}{redaction}{}{}.",
        observation.source,
        record.unwrap_or_default(),
        visible(&observation.path, NAME_MAX),
        visible(&observed(observation), VALUE_MAX),
        fetched.unwrap_or_default(),
        collected.unwrap_or_default()
    )
}

/// What grace or a waiver makes of the outcome.
fn decision(finding: &Finding) -> Option<String> {
    match finding.effective_status {
        EffectiveStatus::FailInGrace => Some(alloc::format!(
            "The failure is tolerated until {} and is counted apart.",
            finding.grace_until.map_or_else(|| "an unknown time".to_string(), format)
        )),
        EffectiveStatus::Exempt => Some(alloc::format!(
            "Waiver {} accepts this; the outcome stays {}.",
            visible(finding.waiver_id.as_deref().unwrap_or("without id"), NAME_MAX),
            finding.outcome
        )),
        EffectiveStatus::Fail if finding.outcome == Outcome::Fail => {
            Some(String::from("Nothing excuses the failure."))
        }
        EffectiveStatus::Pass
        | EffectiveStatus::Fail
        | EffectiveStatus::NotApplicable
        | EffectiveStatus::Unknown => None,
    }
}
