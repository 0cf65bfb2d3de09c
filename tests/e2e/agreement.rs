//! Agreement with the simple checks of a public tool, on one snapshot.
//!
//! The checks are conditions on single fields, as the documentation of Steampipe's JumpCloud plugin
//! shows them as queries (`turbot/steampipe-plugin-jumpcloud:docs/tables/jumpcloud_{user,device}.md`).
//! `docs/agreement.md` explains each difference.

use std::collections::BTreeMap;
use std::path::Path;

use jumpcloud_client::Client;
use jumpcloud_client::collect::Plan;
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, demo};
use jumpcloud_compliance::{Catalogue, Config, Evaluation, Finding, evaluate};
use serde_json::Value;

const NOW: &str = "2026-11-24T09:00:00Z";

/// A check of the tool, and the rule that asks the same question.
struct Check {
    list: &'static str,
    name: &'static str,
    flags: fn(&Value) -> bool,
    rule: &'static str,
}

/// SQL's `not x`: true only for a value that is false; absent and null are not.
fn is_false(record: &Value, pointer: &str) -> bool {
    record.pointer(pointer) == Some(&Value::Bool(false))
}

const CHECKS: [Check; 3] = [
    Check {
        list: "/api/systemusers",
        name: "username",
        // Absent or false.
        flags: |user| user.pointer("/mfa/configured") != Some(&Value::Bool(true)),
        rule: "JC-USR-001",
    },
    Check {
        list: "/api/systems",
        name: "hostname",
        flags: |device| is_false(device, "/fde/active"),
        rule: "JC-DEV-001",
    },
    Check {
        list: "/api/systems",
        name: "hostname",
        flags: |device| is_false(device, "/active"),
        rule: "JC-DEV-007",
    },
];

/// The demo's records by list, and what the rules say of them.
async fn judged() -> (BTreeMap<&'static str, Vec<Value>>, Evaluation) {
    let now = NOW.parse().unwrap();
    let fake = FakeJumpCloud::start(demo::organization(now)).await.unwrap();
    let builder = Client::builder().base_url(fake.url()).api_key(DEMO_KEY).clock(move || now);
    let client = builder.rate_limit(1000, 1000).max_in_flight(16).build().unwrap();
    client.validate().await.unwrap();
    let (catalogue, config) = (Catalogue::builtin().unwrap(), Config::default());
    let plan = Plan::for_inputs(catalogue.inputs_for(&config)).unwrap();
    let snapshot = client.collect(plan).run(&mut |_| {}).await.unwrap();
    let evaluation = evaluate(&catalogue, &snapshot, &config, now, None).unwrap();
    let lists = ["/api/systemusers", "/api/systems"];
    let records =
        fake.with_organization(|org| lists.map(|list| (list, org.records(list).to_vec()))).unwrap();
    (records.into(), evaluation)
}

fn of<'e>(evaluation: &'e Evaluation, rule: &str, id: &str) -> Option<&'e Finding> {
    evaluation.findings.iter().find(|own| own.rule_id == rule && own.subject.id == id)
}

/// One line a subject of which the two say different things.
fn differences(check: &Check, records: &[Value], evaluation: &Evaluation) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for record in records {
        let text = |key: &str| record[key].as_str().unwrap_or("").to_owned();
        let finding = of(evaluation, check.rule, &text("_id"));
        let verdict = finding
            .map_or("left out".to_owned(), |own| format!("{} `{}`", own.outcome, own.reason_code));
        let tool = if (check.flags)(record) { "flagged" } else { "fine" };
        let agree = match tool {
            "flagged" => verdict.starts_with("FAIL"),
            _ => verdict.starts_with("PASS"),
        };
        if !agree {
            let name =
                if text(check.name).is_empty() { text("displayName") } else { text(check.name) };
            found.push(format!("| {} | `{name}` | {tool} | {verdict} |", check.rule));
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn every_difference_is_explained() {
    let (records, evaluation) = judged().await;
    let mut all = Vec::new();
    for check in &CHECKS {
        let records = &records[check.list];
        let found = differences(check, records, &evaluation);
        let agreed = records.len() - found.len();
        all.push(format!("| {} | {} | {agreed} | {} |", check.rule, records.len(), found.len()));
        all.extend(found);
    }
    let page = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join("docs/agreement.md");
    let page = std::fs::read_to_string(page).unwrap();
    for row in &all {
        assert!(page.contains(row.as_str()), "the page lacks {row}; all rows:\n{}", all.join("\n"));
    }
    let rows = page.lines().filter(|line| line.starts_with("| JC-")).count();
    assert_eq!(rows, all.len(), "the page tells of a difference that is none:\n{}", all.join("\n"));
}
