//! The auditor's questions to one finding: none of the answers may be empty.

use std::collections::BTreeSet;

use jumpcloud_compliance::export::explain;
use jumpcloud_compliance::{Evaluation, Finding, Outcome};

use crate::catalogue::{CATALOGUE, evaluation, examples, id_of, rule_files};

/// Which organisation, record, field, value, when read, from which request, complete or not, judged
/// by which logic with which limits, when, and by what a change would be noticed.
fn unanswered(evaluation: &Evaluation, finding: &Finding) -> Vec<&'static str> {
    let evidence = &finding.evidence;
    let inputs: BTreeSet<&str> =
        evidence.inputs_used.iter().map(|own| own.input.as_str()).collect();
    let coverage: BTreeSet<&str> =
        evaluation.coverage.iter().map(|own| own.input.as_str()).collect();
    let meta = CATALOGUE.get(&finding.rule_id).unwrap().meta();
    let declared = meta.inputs.iter().map(|need| need.input);
    let first = evidence.observations.iter().find(|own| own.record_id.is_some());
    let sources = evidence.observations.iter().map(|own| own.source.as_str());
    let asked = |(question, answered): (&'static str, bool)| (!answered).then_some(question);
    [
        ("which organisation", finding.subject.org_id == evaluation.org.id),
        ("which subject", !finding.subject.id.is_empty()),
        // A verdict about what is not there rests on a whole input, not on a record.
        ("which record or input", first.is_some() || !inputs.is_empty()),
        ("which field", evidence.observations.iter().all(|own| !own.path.is_empty())),
        // A person's statement is part of the configuration and is not read from a service.
        ("read when", first.is_none_or(|own| own.fetched_at.is_some() || own.source == "ATT")),
        (
            "from which request",
            sources.clone().all(|own| {
                // What is worked out names what it was worked out from.
                ["CFG", "ATT", "TABLE", "population", "records"].contains(&own)
                    || coverage.contains(own)
                    || declared.clone().any(|need| need == own)
            }),
        ),
        (
            "complete or not",
            !inputs.is_empty() || evidence.observations.iter().any(|own| !own.source.is_empty()),
        ),
        ("anything at all", !inputs.is_empty() || !evidence.observations.is_empty()),
        ("which logic", finding.logic_version > 0 && evidence.rule_id == finding.rule_id),
        ("which limits", evidence.parameters.iter().next().is_some()),
        ("judged when", evidence.evaluated_at == evaluation.evaluated_at),
        ("what changed since", evidence.is_intact() && !finding.finding_id.to_string().is_empty()),
    ]
    .into_iter()
    .filter_map(asked)
    .collect()
}

#[test]
fn no_question_about_a_golden_finding_stays_open() {
    let mut asked = BTreeSet::new();
    let mut open = Vec::new();
    for file in rule_files() {
        let rule = id_of(&file.name);
        for kind in ["passes", "fails", "unknown"] {
            for example in examples(&file.docs, kind) {
                let judged = evaluation(&example);
                for finding in judged.findings.iter().filter(|own| own.rule_id == rule) {
                    asked.insert(rule.clone());
                    let unanswered = unanswered(&judged, finding);
                    if !unanswered.is_empty() {
                        open.push(format!("{rule} {} {unanswered:?}", finding.reason_code));
                    }
                }
            }
        }
    }
    assert!(open.is_empty(), "{}", open.join("\n"));
    assert_eq!(asked.len(), CATALOGUE.metas().count());
}

#[test]
fn an_explanation_tells_every_fact_and_the_verdict() {
    for file in rule_files() {
        let rule = id_of(&file.name);
        for kind in ["passes", "fails", "unknown", "not_applicable"] {
            for example in examples(&file.docs, kind) {
                for finding in evaluation(&example).findings {
                    if finding.rule_id != rule {
                        continue;
                    }
                    let explanation = explain(&finding, &CATALOGUE);
                    let text = explanation.to_string();
                    let told = |fact: &str| assert!(text.contains(fact), "{fact} in {text}");
                    told(&rule);
                    told(&finding.subject.id);
                    told(finding.outcome.as_str());
                    told(&finding.evidence.digest.to_string());
                    told(&format!("`{}`", finding.reason_code));
                    for observation in &finding.evidence.observations {
                        told(&observation.path);
                    }
                    for input in &finding.evidence.inputs_used {
                        told(&format!("Input {}", input.input));
                    }
                    for (name, _) in finding.evidence.parameters.iter() {
                        told(name);
                    }
                    if finding.outcome == Outcome::Unknown {
                        told("neither pass nor fail");
                        told(finding.unknown_cause.unwrap().as_str());
                    }
                    assert_eq!(text.lines().count(), explanation.steps().len());
                }
            }
        }
    }
}

#[test]
fn an_explanation_reads_well() {
    let files = rule_files();
    let file = files.iter().find(|file| id_of(&file.name) == "JC-DEV-007").unwrap();
    let example = examples(&file.docs, "fails").remove(0);
    let judged = evaluation(&example);
    let finding = judged.findings.iter().find(|own| own.rule_id == "JC-DEV-007").unwrap();
    insta::assert_snapshot!(explain(finding, &CATALOGUE).to_string());
}
