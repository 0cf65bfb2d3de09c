//! How tests put a snapshot before a rule.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use std::sync::LazyLock;

use jiff::Timestamp;
use jumpcloud_client::Snapshot;
use serde_json::{Value, json};

use crate::tables::{Lifecycle, Tables};
use crate::{Catalogue, Config, Evaluation, Finding, evaluate};

/// The time for which tests judge.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

/// Inputs of a snapshot of organisation `o1`; the list of organisations is added when it is missing.
pub(crate) fn inputs(mut inputs: Value) -> Value {
    if inputs.get("ORG").is_none() {
        inputs["ORG"] = json!([{"_id": "o1", "displayName": "Example"}]);
    }
    inputs
}

/// The snapshot with these inputs, taken an hour before the judgement.
pub(crate) fn snapshot(inputs: &Value) -> Snapshot {
    let text = json!({
        "schema": "jumpcloud-snapshot/1",
        "organization_id": "o1",
        "taken_at": "2026-11-23T11:00:00Z",
        "inputs": inputs,
    })
    .to_string();
    Snapshot::from_json(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The evaluation of these inputs.
pub(crate) fn evaluation(inputs: &Value, config: &Value) -> Evaluation {
    judged(inputs, &serde_json::from_value(config.clone()).unwrap())
}

fn judged(inputs: &Value, config: &Config) -> Evaluation {
    static CATALOGUE: LazyLock<Catalogue<'static>> =
        LazyLock::new(|| Catalogue::builtin().unwrap());
    let now: Timestamp = NOW.parse().unwrap();
    evaluate(&CATALOGUE, &snapshot(inputs), config, now, None).unwrap()
}

/// Outcome and reason of a rule under a life-cycle table, which is the shipped one with some texts
/// replaced.
pub(crate) fn judge_by_lifecycle(
    rule_id: &str,
    inputs: &Value,
    config: &Value,
    changes: &[(&str, &str)],
) -> String {
    let mut table = include_str!("../data/os-lifecycle.json").to_string();
    for (old, new) in changes {
        assert!(table.contains(old), "the table does not hold {old}");
        table = table.replace(old, new);
    }
    let mut tables = Tables::builtin().unwrap();
    tables.lifecycle = Lifecycle::from_json(&table).unwrap();
    let catalogue = Catalogue::builtin().unwrap().with_tables(tables);
    let config: Config = serde_json::from_value(config.clone()).unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    evaluate(&catalogue, &snapshot(inputs), &config, now, None)
        .unwrap()
        .findings
        .iter()
        .filter(|finding| finding.rule_id == rule_id)
        .map(|finding| format!("{} {}", finding.outcome, finding.reason_code))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Every finding of a rule.
pub(crate) fn findings(rule_id: &str, inputs: &Value, config: &Value) -> Vec<Finding> {
    let mut config: Config = serde_json::from_value(config.clone()).unwrap();
    // What others say is not asked for; those that this rule looks at run all the same.
    let others = crate::rules::ALL.iter().map(|rule| rule.meta().id);
    config.disabled_rules.extend(others.filter(|id| *id != rule_id).map(String::from));
    judged(inputs, &config).findings
}

/// Outcome and reason of a rule that judges one subject here, such as `FAIL ungrouped`.
pub(crate) fn judge(rule_id: &str, inputs: &Value) -> String {
    judge_with(rule_id, inputs, &json!({}))
}

/// The same under a configuration.
pub(crate) fn judge_with(rule_id: &str, inputs: &Value, config: &Value) -> String {
    match findings(rule_id, inputs, config).as_slice() {
        [only] => format!("{} {}", only.outcome, only.reason_code),
        several => several
            .iter()
            .map(|finding| {
                format!("{} {} {}", finding.subject.id, finding.outcome, finding.reason_code)
            })
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// Inputs in which the organisation has these password rules and no policy besides.
pub(crate) fn password_rules(rules: &Value) -> Value {
    inputs(json!({
        "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"passwordPolicy": rules}}]}},
        "PWP": [], "PWPD": {"of": {}}
    }))
}

/// Adds a policy with these password rules that is bound to one group.
pub(crate) fn with_password_policy(mut inputs: Value, id: &str, rules: &Value) -> Value {
    inputs["PWP"].as_array_mut().unwrap().push(json!({"objectId": id, "groupCount": 1}));
    inputs["PWPD"]["of"][id] = json!([{"objectId": id, "policy": rules}]);
    inputs
}
