//! The catalogue polices itself: names, metadata, inputs, and the examples in the docs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jumpcloud_client::Snapshot;
use jumpcloud_compliance::{Catalogue, Config, Evaluation, Outcome, SubjectKind, evaluate};
use serde_json::{Value, json};

/// Reason codes that the engine gives for every rule.
pub(crate) const ENGINE_REASONS: [&str; 8] = [
    "connection_not_validated",
    "input_failed",
    "input_partial",
    "input_not_collected",
    "not_licensed",
    "stale_data",
    "future_timestamp",
    "untimed_telemetry",
];

/// Headings that every rule file has, in this order.
const HEADINGS: [&str; 7] =
    ["Expectation", "Why", "Passes", "Fails", "Unknown when", "Fix", "Sources"];

pub(crate) static CATALOGUE: LazyLock<Catalogue<'static>> =
    LazyLock::new(|| Catalogue::builtin().unwrap());

pub(crate) struct RuleFile {
    pub(crate) name: String,
    pub(crate) docs: String,
    source: String,
}

pub(crate) fn rule_files() -> Vec<RuleFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut paths: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .flat_map(|area| fs::read_dir(area).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| !path.ends_with("mod.rs"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let source = fs::read_to_string(path).unwrap();
            let docs = source
                .lines()
                .take_while(|line| line.starts_with("//!"))
                .map(|line| line.trim_start_matches("//!").strip_prefix(' ').unwrap_or_default())
                .collect::<Vec<_>>()
                .join("\n");
            RuleFile { name: path.file_stem().unwrap().to_str().unwrap().to_owned(), docs, source }
        })
        .collect()
}

/// The id that a file name promises: `dev_020_grouped` is `JC-DEV-020`.
pub(crate) fn id_of(file: &str) -> String {
    let mut parts = file.split('_');
    let area = parts.next().unwrap().to_uppercase();
    format!("JC-{area}-{}", parts.next().unwrap())
}

/// Fenced examples of a kind in the docs of a rule.
pub(crate) fn examples(docs: &str, kind: &str) -> Vec<Value> {
    let fence = format!("```json,{kind}\n");
    docs.match_indices(&fence)
        .map(|(at, _)| {
            let body = docs[at + fence.len()..].split("```").next().unwrap();
            serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {body}"))
        })
        .collect()
}

/// The evaluation of an example.
pub(crate) fn evaluation(example: &Value) -> Evaluation {
    let mut inputs = example["inputs"].clone();
    if inputs.get("ORG").is_none() {
        inputs["ORG"] = json!([{"_id": "o1", "displayName": "Example"}]);
    }
    let config: Config = example
        .get("config")
        .map(|config| serde_json::from_value(config.clone()).unwrap())
        .unwrap_or_default();
    judged(&inputs, &config)
}

/// The evaluation of these inputs, collected an hour before.
pub(crate) fn judged(inputs: &Value, config: &Config) -> Evaluation {
    let text = json!({
        "schema": "jumpcloud-snapshot/1",
        "organization_id": "o1",
        "taken_at": "2026-11-23T11:00:00Z",
        "inputs": inputs,
    })
    .to_string();
    let snapshot = Snapshot::from_json(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    evaluate(&CATALOGUE, &snapshot, config, now, None)
        .unwrap_or_else(|error| panic!("{error} for {text}"))
}

fn outcomes(rule: &str, example: &Value) -> Vec<(Outcome, String)> {
    evaluation(example)
        .findings
        .into_iter()
        .filter(|finding| finding.rule_id == rule)
        .map(|finding| (finding.outcome, finding.reason_code))
        .collect()
}

#[test]
fn the_examples_in_the_docs_are_true() {
    for file in rule_files() {
        let id = id_of(&file.name);
        let mut shown = 0;
        for (kind, outcome) in [
            ("passes", Outcome::Pass),
            ("fails", Outcome::Fail),
            ("unknown", Outcome::Unknown),
            ("not_applicable", Outcome::NotApplicable),
        ] {
            for example in examples(&file.docs, kind) {
                let reason = example["reason"].as_str().expect("an example names its reason");
                let found = outcomes(&id, &example);
                assert!(
                    found.contains(&(outcome, reason.to_owned())),
                    "{id}: the docs say {outcome} {reason}, the rule says {found:?} for {example}"
                );
                shown += 1;
            }
        }
        assert!(shown >= 2, "{id} shows too little: {shown} examples");
    }
}

#[test]
fn every_rule_file_has_its_headings_in_order() {
    for file in rule_files() {
        let mut rest = file.docs.as_str();
        for heading in HEADINGS {
            let line = format!("# {heading}");
            let at = rest.find(&line).unwrap_or_else(|| panic!("{}: no `{line}`", file.name));
            rest = &rest[at + line.len()..];
        }
        assert!(file.docs.starts_with(&format!("{}: ", id_of(&file.name))), "{}", file.name);
    }
}

#[test]
fn file_names_and_ids_agree() {
    let catalogue = &*CATALOGUE;
    let ids: BTreeSet<&str> = catalogue.metas().map(|meta| meta.id).collect();
    let files: BTreeSet<String> = rule_files().iter().map(|file| id_of(&file.name)).collect();
    assert_eq!(ids.len(), catalogue.metas().count(), "an id is used twice");
    assert_eq!(files.iter().map(String::as_str).collect::<BTreeSet<_>>(), ids);
}

#[test]
fn metadata_says_everything() {
    let catalogue = &*CATALOGUE;
    let snapshot = empty();
    for meta in catalogue.metas() {
        let id = meta.id;
        for text in [meta.title, meta.rationale, meta.remediation, meta.applies] {
            assert!(!text.trim().is_empty(), "{id}: a text is empty");
        }
        assert!(!meta.inputs.is_empty(), "{id} reads nothing");
        for need in meta.inputs {
            let known = snapshot.state(need.input).is_some()
                || ["CFG", "ATT", "TABLE"].contains(&need.input);
            assert!(known, "{id}: no input has the code {}", need.input);
        }
        let codes: BTreeSet<&str> = meta.reasons.iter().map(|reason| reason.code).collect();
        for outcome in [Outcome::Pass, Outcome::Fail] {
            assert!(
                meta.reasons.iter().any(|reason| reason.outcome == outcome),
                "{id} has no reason for {outcome}"
            );
        }
        for reason in meta.reasons {
            assert!(!reason.meaning.is_empty(), "{id}: `{}` says nothing", reason.code);
            assert!(
                reason
                    .code
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{id}: `{}` is no code",
                reason.code
            );
        }
        assert!(!codes.is_empty());
        for other in meta.after {
            assert!(catalogue.get(other).is_some(), "{id} looks at {other}, which does not exist");
        }
        let controls = catalogue.frameworks().controls_of(id).count();
        assert!(controls > 0, "{id} is evidence for no control");
    }
}

#[test]
fn every_reason_code_in_a_rule_file_is_declared() {
    let catalogue = &*CATALOGUE;
    for file in rule_files() {
        let meta = catalogue.get(&id_of(&file.name)).unwrap().meta();
        let body = file.source.split("#[cfg(test)]").next().unwrap();
        for maker in ["Verdict::pass(\"", "Verdict::fail(\"", "Verdict::not_applicable(\""] {
            for (at, _) in body.match_indices(maker) {
                let code = body[at + maker.len()..].split('"').next().unwrap();
                let declared = meta.reasons.iter().any(|reason| reason.code == code);
                assert!(
                    declared || ENGINE_REASONS.contains(&code),
                    "{}: `{code}` is not declared",
                    file.name
                );
            }
        }
    }
}

#[test]
fn every_kind_of_subject_is_judged() {
    let catalogue = &*CATALOGUE;
    for kind in SubjectKind::ALL {
        assert!(catalogue.metas().any(|meta| meta.subject == *kind), "no rule judges {kind}");
    }
}

fn empty() -> Snapshot {
    Snapshot::new(None, "2026-11-23T12:00:00Z".parse().unwrap())
}
