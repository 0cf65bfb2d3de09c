//! What the catalogue's text demands of each rule, told as small organisations.
//!
//! `tests/scenarios/<rule>.json` holds the organisation that its cases have in common and the cases.
//! A case says what differs (`set` and `unset` by JSON pointer, `state` of whole inputs) and what the
//! rule must say of each subject. Inputs that nobody mentions are complete and empty, as for whole
//! organisations; `state` set to `complete` says it of one that is there.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use jumpcloud_client::Snapshot;
use jumpcloud_compliance::history::History;
use jumpcloud_compliance::{Catalogue, Config, Finding, evaluate};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::golden::{World, catalogue};

/// The cases of one rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenarios {
    /// Inputs that all cases start from.
    inputs: Value,
    /// Configuration that all cases start from.
    #[serde(default)]
    config: Map<String, Value>,
    cases: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What it shows.
    name: String,
    /// Values by JSON pointer into the inputs; `-` at the end appends to a list.
    #[serde(default)]
    set: Map<String, Value>,
    /// JSON pointers of members that are absent.
    #[serde(default)]
    unset: Vec<String>,
    /// State of inputs, or of one list such as `UGM/g1`, whose rows stay as they are.
    #[serde(default)]
    state: BTreeMap<String, String>,
    /// Members of the configuration.
    #[serde(default)]
    config: Map<String, Value>,
    /// Parameters of the rule.
    #[serde(default)]
    parameters: Option<Value>,
    /// Time of the judgement.
    #[serde(default)]
    now: Option<String>,
    /// What earlier evaluations left.
    #[serde(default)]
    history: Option<History>,
    /// What the rule says of each subject, such as `FAIL ungrouped`, or the outcome alone; empty when
    /// the rule must not judge it. Findings of one subject stand apart by `/` and their discriminator.
    expect: BTreeMap<String, String>,
    /// Cause of each UNKNOWN.
    #[serde(default)]
    cause: Option<String>,
    /// Severity of each finding.
    #[serde(default)]
    severity: Option<String>,
    /// Status of each finding after grace and waivers.
    #[serde(default)]
    effective: Option<String>,
    /// Notes that each finding carries.
    #[serde(default)]
    notes: Vec<String>,
    /// Paths that the evidence of each finding shows, with a value where it matters.
    #[serde(default)]
    seen: BTreeMap<String, Value>,
}

impl Scenario {
    fn inputs(&self, base: &Value) -> Value {
        let mut inputs = base.clone();
        for (pointer, value) in &self.set {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            let place = inputs.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {parent}"));
            match place {
                Value::Array(rows) if key == "-" => rows.push(value.clone()),
                Value::Array(rows) => rows[key.parse::<usize>().unwrap()] = value.clone(),
                other => other[key] = value.clone(),
            }
        }
        for pointer in &self.unset {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            let members = inputs.pointer_mut(parent).and_then(Value::as_object_mut);
            members.unwrap().remove(key).unwrap_or_else(|| panic!("nothing at {pointer}"));
        }
        let mut inputs = World::new(inputs).completed();
        for (name, state) in &self.state {
            let mut words = json!({"state": state});
            match state.as_str() {
                "partial" => words["reason"] = json!("page_failed"),
                "forbidden" | "server" | "unauthorised" | "not_found" | "transport" | "decode" => {
                    words = json!({"state": "failed", "class": state});
                }
                _ => {}
            }
            let place = match name.split_once('/') {
                Some((input, scope)) => &mut inputs[input]["of"][scope],
                None => &mut inputs[name.as_str()],
            };
            let rows = place.take();
            words.as_object_mut().unwrap().extend(match rows {
                Value::Object(members) => members,
                rows => Map::from_iter([("records".to_owned(), rows)]),
            });
            if matches!(state.as_str(), "not_collected" | "not_licensed")
                || words["state"] == "failed"
            {
                words.as_object_mut().unwrap().retain(|key, _| key == "state" || key == "class");
            }
            *place = words;
        }
        inputs
    }

    fn config(&self, rule: &str, base: &Map<String, Value>) -> Config {
        let mut config = base.clone();
        config.entry("expected_org_id").or_insert_with(|| json!("o1"));
        config.extend(self.config.clone());
        if let Some(parameters) = &self.parameters {
            config.insert("parameters".to_owned(), json!({rule: parameters}));
            config.insert("allow_weaker".to_owned(), json!("the scenario says so"));
        }
        serde_json::from_value(config.into())
            .unwrap_or_else(|error| panic!("{rule}, {}: {error}", self.name))
    }

    /// What does not stand as expected; empty when all does.
    fn faults(&self, rule: &str, base: &Scenarios, catalogue: &Catalogue<'_>) -> Vec<String> {
        let text = json!({"schema": "jumpcloud-snapshot/1", "organization_id": "o1",
            "taken_at": "2026-11-23T11:00:00Z", "inputs": self.inputs(&base.inputs)});
        let snapshot = Snapshot::from_json(&text.to_string())
            .unwrap_or_else(|error| panic!("{rule}, {}: {error}", self.name));
        let mut config = self.config(rule, &base.config);
        // What others say is not asked for; those that this rule looks at run all the same.
        let others = catalogue.metas().map(|meta| meta.id).filter(|id| *id != rule);
        config.disabled_rules.extend(others.map(String::from));
        let now: Timestamp = self.now.as_deref().unwrap_or("2026-11-23T12:00:00Z").parse().unwrap();
        let judged = evaluate(catalogue, &snapshot, &config, now, self.history.as_ref())
            .unwrap_or_else(|error| panic!("{rule}, {}: {error}", self.name));
        let own: Vec<&Finding> =
            judged.findings.iter().filter(|finding| finding.rule_id == rule).collect();
        let mut faults = Vec::new();
        for (subject, words) in &self.expect {
            let (id, part) = subject.split_once('/').unwrap_or((subject, ""));
            let found = own.iter().find(|own| own.subject.id == id && own.discriminator == part);
            let said = found
                .map_or_else(String::new, |own| format!("{} {}", own.outcome, own.reason_code));
            let outcome = said.split(' ').next().unwrap_or_default();
            if said != *words && outcome != words {
                faults.push(format!("{subject}: expected {words:?}, said {said:?}"));
            }
            let Some(found) = found else { continue };
            let cause = found.unknown_cause.map(|cause| cause.to_string());
            for (what, wanted, told) in [
                ("cause", &self.cause, cause),
                ("severity", &self.severity, Some(found.severity.to_string())),
                ("effective status", &self.effective, Some(found.effective_status.to_string())),
            ] {
                if wanted.is_some() && *wanted != told {
                    faults.push(format!("{subject}: {what} {told:?}, expected {wanted:?}"));
                }
            }
            for note in self.notes.iter().filter(|note| !found.notes.contains(note)) {
                faults.push(format!("{subject}: no note {note:?} in {:?}", found.notes));
            }
            let shown: Vec<(&str, Value)> = found
                .evidence
                .observations
                .iter()
                .map(|shown| (&*shown.path, serde_json::to_value(&shown.value).unwrap()))
                .collect();
            for (path, value) in &self.seen {
                if !shown.iter().any(|(own, told)| own == path && (value == "*" || told == value)) {
                    faults.push(format!("{subject}: {path} = {value} is not shown: {shown:?}"));
                }
            }
        }
        if own.len() != self.expect.values().filter(|words| !words.is_empty()).count() {
            let ids: Vec<String> = own
                .iter()
                .map(|own| {
                    format!(
                        "{}/{} {} {}",
                        own.subject.id, own.discriminator, own.outcome, own.reason_code
                    )
                })
                .collect();
            faults.push(format!("judged {ids:?}"));
        }
        faults
    }
}

#[test]
fn every_scenario_of_every_rule_ends_as_the_catalogue_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let catalogue = catalogue();
    let mut told = String::new();
    let mut count = 0;
    for file in files {
        let rule = file.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(catalogue.metas().any(|meta| meta.id == rule), "{rule} is no rule");
        let text = std::fs::read_to_string(&file).unwrap();
        let scenarios: Scenarios =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{rule}: {error}"));
        for scenario in &scenarios.cases {
            count += 1;
            for fault in scenario.faults(&rule, &scenarios, catalogue) {
                writeln!(told, "{rule}, {}: {fault}", scenario.name).unwrap();
            }
        }
    }
    assert!(told.is_empty(), "of {count} scenarios:\n{told}");
}
