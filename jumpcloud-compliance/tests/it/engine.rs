//! What an evaluation says beside its verdicts: who, from what, by which decisions.

use std::collections::BTreeSet;

use jumpcloud_compliance::{Evaluation, Finding};
use serde_json::{Value, json};

use crate::catalogue::{CATALOGUE, ENGINE_REASONS, evaluation};

/// The evaluation of these inputs of an organisation that is the right one.
fn judged(inputs: &Value, config: &Value) -> Evaluation {
    evaluation(&json!({"inputs": inputs, "config": config}))
}

/// One of each kind, and a tablet that is left out.
fn one_of_each() -> Value {
    json!({
        "ORG": [{"_id": "o0", "displayName": "Other"}, {"_id": "o1", "displayName": "Example"}],
        "ADM": [{"_id": "a1", "email": "root@example.com"}],
        "APP": [{"_id": "p1", "displayLabel": "Wiki"}],
        "UG": [{"id": "g1", "name": "Staff"}],
        "SG": [{"id": "g2", "name": "Macs"}],
        "USR": [{"_id": "u1", "username": "ada", "firstname": "Ada", "lastname": "Byron",
                 "state": "ACTIVATED"}],
        "SYS": [
            {"_id": "d1", "displayName": "Mac 1", "osFamily": "darwin", "serialNumber": "C02"},
            {"_id": "d2", "displayName": "Tablet", "os": "iOS"}
        ]
    })
}

#[test]
fn everyone_who_is_judged_is_named() {
    let evaluation = judged(&one_of_each(), &json!({}));
    assert_eq!(
        serde_json::to_value(&evaluation.subjects).unwrap(),
        json!([
            {"org_id": "o1", "kind": "organization", "id": "o1", "display_name": "Example"},
            {"org_id": "o1", "kind": "admin", "id": "a1", "natural_key": "root@example.com"},
            {"org_id": "o1", "kind": "application", "id": "p1", "display_name": "Wiki"},
            {"org_id": "o1", "kind": "group", "id": "g1", "sub_kind": "user_group",
             "display_name": "Staff"},
            {"org_id": "o1", "kind": "group", "id": "g2", "sub_kind": "device_group",
             "display_name": "Macs"},
            {"org_id": "o1", "kind": "user", "id": "u1", "display_name": "Ada Byron",
             "natural_key": "ada"},
            {"org_id": "o1", "kind": "device", "id": "d1", "sub_kind": "darwin",
             "display_name": "Mac 1", "natural_key": "C02"},
        ])
    );
    for finding in &evaluation.findings {
        assert!(evaluation.subjects.contains(&finding.subject), "{:?}", finding.subject);
    }
    assert_eq!(evaluation.org.name.as_deref(), Some("Example"));
}

/// Only this rule, and what its verdicts rest on.
fn only(rule: &str, inputs: &Value) -> Evaluation {
    let others: Vec<&str> =
        CATALOGUE.metas().map(|meta| meta.id).filter(|id| *id != rule).collect();
    judged(inputs, &json!({"disabled_rules": others}))
}

#[test]
fn the_worst_state_of_what_enabled_rules_read_is_the_state_of_the_run() {
    let partial = json!({"state": "partial", "reason": "page_failed", "records": []});
    let failed = json!({"state": "failed", "class": "server"});
    let grouped = |input: &str, state: &Value| {
        let mut inputs = json!({"SYS": [{"_id": "d1"}], "SG": [], "SGM": {"of": {}}});
        inputs[input] = state.clone();
        let evaluation = only("JC-DEV-020", &inputs);
        assert_eq!(evaluation.rules_disabled.len(), 91);
        assert!(!evaluation.rules_disabled.contains(&"JC-DEV-020".to_owned()));
        evaluation.coverage_status.as_str()
    };
    assert_eq!(grouped("SG", &json!([])), "complete");
    assert_eq!(grouped("SG", &partial), "partial");
    assert_eq!(grouped("SG", &json!({"state": "not_collected"})), "partial");
    assert_eq!(grouped("SYS", &failed), "failed");
    assert_eq!(grouped("USR", &failed), "complete", "no enabled rule reads users");
}

#[test]
fn what_arrived_stands_beside_the_verdicts_without_the_text_of_what_did_not() {
    let inputs = json!({"SYS": [{"_id": "d1"}, {"hostname": "unnamed-and-private"}],
        "USR": {"state": "failed", "class": "forbidden"}});
    let evaluation = judged(&inputs, &json!({}));
    let of = |code: &str| evaluation.coverage.iter().find(|own| own.input == code).unwrap();
    assert_eq!(of("SYS").set_aside.len(), 1);
    let state = |code: &str| serde_json::to_value(of(code)).unwrap()["coverage"].clone();
    assert_eq!(state("SYS")["state"], "partial");
    assert_eq!(
        (&state("USR")["state"], &state("USR")["class"]),
        (&json!("failed"), &json!("forbidden"))
    );
    let text = serde_json::to_string(&evaluation).unwrap();
    assert!(!text.contains("unnamed-and-private"));
}

fn finding<'e>(evaluation: &'e Evaluation, rule: &str, subject: &str) -> &'e Finding {
    evaluation
        .findings
        .iter()
        .find(|own| own.rule_id == rule && own.subject.id == subject)
        .unwrap_or_else(|| panic!("{rule} says nothing about {subject}"))
}

#[test]
fn a_verdict_holds_what_was_read_by_which_limits_from_which_inputs() {
    let inputs = json!({"SYS": [{"_id": "d1", "osFamily": "darwin", "active": true,
        "fde": {"active": true}}], "MDM": {"state": "not_licensed"}, "MDMD": {"of": {}},
        "SI.disk_encryption": [], "SI.mounts": {"state": "partial", "reason": "page_failed",
        "records": []}});
    let evaluation = judged(&inputs, &json!({}));
    let evidence = &finding(&evaluation, "JC-DEV-001", "d1").evidence;
    let seen = evidence.observations.iter().find(|own| own.path == "fde.active").unwrap();
    assert_eq!(serde_json::to_value(&seen.value).unwrap(), json!(true));
    assert_eq!(seen.record_id.as_deref(), Some("d1"));
    assert!(evidence.parameters.iter().any(|(name, _)| name == "telemetry_max_age_days"));
    let used = |code: &str| {
        let used = evidence.inputs_used.iter().find(|own| own.input == code).unwrap();
        (used.state.as_str(), used.reason.as_deref())
    };
    assert_eq!(used("SI.mounts"), ("partial", Some("page_failed")));
    assert_eq!(used("SI.disk_encryption"), ("complete", None));
    let gone = json!({"SYS": [{"_id": "d1", "osFamily": "darwin"}], "MDM": {"state": "not_licensed"},
        "SI.mounts": {"state": "failed", "class": "server"}});
    let evaluation = judged(&gone, &json!({}));
    let evidence = &finding(&evaluation, "JC-DEV-001", "d1").evidence;
    let states: BTreeSet<(&str, &str, Option<&str>)> = evidence
        .inputs_used
        .iter()
        .map(|own| (own.input.as_str(), own.state.as_str(), own.reason.as_deref()))
        .collect();
    assert!(states.contains(&("SI.mounts", "failed", Some("server"))), "{states:?}");
    assert!(states.contains(&("SI.disk_encryption", "not_collected", None)), "{states:?}");
}

#[test]
fn a_disk_encryption_table_that_the_plan_lacks_is_called_so() {
    let inputs = json!({"SYS": [{"_id": "d1", "osFamily": "darwin"}],
        "SI.disk_encryption": {"state": "not_licensed"}});
    let evaluation = judged(&inputs, &json!({}));
    let used = &finding(&evaluation, "JC-DEV-001", "d1").evidence.inputs_used;
    let state = used.iter().find(|own| own.input == "SI.disk_encryption").unwrap().state;
    assert_eq!(state.as_str(), "not_licensed");
}

#[test]
fn a_number_too_large_for_evidence_is_kept_as_its_digits() {
    let mut inputs = json!({"SYS": [{"_id": "d1", "osFamily": "windows", "active": true}],
        "SI.logical_drives": [], "SI.bitlocker_info": [{"system_id": "d1", "drive_letter": "C:",
            "conversion_status": 9_007_199_254_740_993_i64,
            "collection_time": "2026-11-23T06:00:00Z"}]});
    for (number, expected) in [
        (9_007_199_254_740_993_i64, json!("9007199254740993")),
        (9_007_199_254_740_992_i64, json!("9007199254740992")),
        (9_007_199_254_740_991_i64, json!(9_007_199_254_740_991_i64)),
        (-9_007_199_254_740_993_i64, json!("-9007199254740993")),
        (6, json!(6)),
    ] {
        inputs["SI.bitlocker_info"][0]["conversion_status"] = json!(number);
        let evaluation = judged(&inputs, &json!({}));
        let seen = &finding(&evaluation, "JC-DEV-001", "d1").evidence.observations;
        let own = seen.iter().find(|own| own.path == "conversion_status").unwrap();
        assert_eq!(serde_json::to_value(&own.value).unwrap(), expected);
    }
}

#[test]
fn a_waiver_reaches_members_of_a_group_and_carriers_of_an_attribute_alone() {
    let inputs = json!({
        "SYS": [
            {"_id": "d1", "osFamily": "darwin", "fde": {"active": false}},
            {"_id": "d2", "osFamily": "darwin", "fde": {"active": false},
             "attributes": [{"name": "site", "value": "lab"}]},
            {"_id": "d3", "osFamily": "darwin", "fde": {"active": false},
             "attributes": [{"name": "site", "value": "office"}, {"name": "lab", "value": "site"}]}
        ],
        "SG": [{"id": "g1", "name": "Loans"}, {"id": "g2", "name": "Others"}],
        "SGM": {"of": {"g1": [{"id": "d1", "type": "system"}], "g2": [{"id": "d3", "type": "system"}]}}
    });
    let waiver = |selector: Value| {
        json!({"waivers": [{
            "id": "W1", "rule_selector": "JC-DEV-001", "subject_selector": selector,
            "reason": "r", "risk_statement": "r", "approved_by": "ciso@example.com",
            "approved_at": "2026-06-01T00:00:00Z", "starts_at": "2026-06-01T00:00:00Z",
            "expires_at": "2026-12-31T00:00:00Z"
        }]})
    };
    for (selector, exempt) in [
        (json!({"group_id": "g1"}), vec!["d1"]),
        (json!({"attribute": {"name": "site", "value": "lab"}}), vec!["d2"]),
        (json!({"subject_id": "d3"}), vec!["d3"]),
        (json!("all"), vec!["d1", "d2", "d3"]),
        (json!({"group_id": "g9"}), vec![]),
    ] {
        let evaluation = judged(&inputs, &waiver(selector.clone()));
        let waived: Vec<&str> = evaluation
            .findings
            .iter()
            .filter(|own| own.rule_id == "JC-DEV-001" && own.waiver_id.is_some())
            .map(|own| own.subject.id.as_str())
            .collect();
        assert_eq!(waived, exempt, "{selector}");
    }
}

#[test]
fn a_waiver_reaches_people_by_group_and_attribute_too() {
    let inputs = json!({
        "USR": [
            {"_id": "u1", "state": "ACTIVATED", "passwordless_sudo": true},
            {"_id": "u2", "state": "ACTIVATED", "passwordless_sudo": true,
             "attributes": [{"name": "team", "value": "core"}]},
            {"_id": "u3", "state": "ACTIVATED", "passwordless_sudo": true,
             "attributes": [{"name": "team", "value": "field"}]}
        ],
        "UG": [{"id": "g1", "name": "Core"}, {"id": "g2", "name": "Field"}],
        "UGM": {"of": {"g1": [{"id": "u1", "type": "user"}], "g2": [{"id": "u3", "type": "user"}]}}
    });
    for (selector, exempt) in [
        (json!({"group_id": "g1"}), "u1"),
        (json!({"attribute": {"name": "team", "value": "core"}}), "u2"),
        (json!({"subject_id": "u3"}), "u3"),
    ] {
        let decisions = json!({"waivers": [{
            "id": "W1", "rule_selector": "JC-USR-", "subject_selector": selector,
            "reason": "r", "risk_statement": "r", "approved_by": "ciso@example.com",
            "approved_at": "2026-06-01T00:00:00Z", "starts_at": "2026-06-01T00:00:00Z",
            "expires_at": "2026-12-31T00:00:00Z"
        }]});
        let evaluation = judged(&inputs, &decisions);
        let waived: Vec<&str> = evaluation
            .findings
            .iter()
            .filter(|own| own.rule_id == "JC-USR-011" && own.waiver_id.is_some())
            .map(|own| own.subject.id.as_str())
            .collect();
        assert_eq!(waived, [exempt], "{selector}");
    }
}

#[test]
fn statements_that_verdicts_rest_on_are_listed_and_no_others() {
    let attestation = |id: &str, topic: &str| {
        json!({"id": id, "topic": topic, "statement": "s", "period_start": "2026-01-01",
            "period_end": "2026-11-01", "attested_by": "ciso@example.com",
            "attested_at": "2026-11-01T00:00:00Z", "valid_until": "2027-11-01T00:00:00Z",
            "retention_days": 400, "destination": "archive", "immediate_days": 90})
    };
    let inputs =
        json!({"ORGD": {"of": {"o1": [{"_id": "o1", "created": "2020-01-01T00:00:00Z"}]}}});
    let decisions =
        json!({"attestations": [attestation("A1", "log_export"), attestation("A2", "other")]});
    let evaluation = judged(&inputs, &decisions);
    assert_eq!(finding(&evaluation, "JC-ORG-011", "o1").reason_code, "exported");
    assert_eq!(evaluation.attestations_used, ["A1"]);
}

#[test]
fn devices_that_are_left_out_are_told_with_the_reason_that_comes_first() {
    let inputs = json!({
        "SYS": [
            {"_id": "d1", "osFamily": "darwin", "serialNumber": "C01"},
            {"_id": "d2", "os": "iPadOS", "displayName": "Tablet"},
            {"_id": "d3", "osFamily": "linux"},
            {"_id": "d4", "osFamily": "linux", "attributes": [{"name": "owner", "value": "private"}]},
            {"_id": "d5", "osFamily": "linux", "attributes": [{"name": "owner", "value": "company"},
                {"name": "use", "value": "private"}]},
            {"_id": "d6", "osFamily": "windows"},
            {"_id": "d7", "osFamily": "windows"},
            {"_id": "d8", "osFamily": "windows"}
        ],
        "SG": [{"id": "g1", "name": "Old"}, {"id": "g2", "name": "Left out"}, {"id": "g3", "name": "Racks"}],
        "SGM": {"of": {"g1": [{"id": "d6", "type": "system"}], "g2": [{"id": "d7", "type": "system"}],
            "g3": [{"id": "d8", "type": "system"}, {"id": "d5", "type": "system"},
                {"id": "d1", "type": "system"}]}},
        "MDM": [{"id": "m1"}],
        "MDMD": {"of": {"m1": [
            {"id": "x1", "serialNumber": "c01", "mdmOsFamily": "macOS"},
            {"id": "x2", "serialNumber": "C99", "mdmOsFamily": "macOS",
             "deviceInformation": {"deviceName": "Spare"}},
            {"id": "x3", "serialNumber": "P01", "modelFamily": "iPhone"}
        ]}}
    });
    let scope = json!({"scope": {"exclude_device_ids": ["d3"], "retired_group_ids": ["g1"],
        "exclude_group_ids": ["g2"],
        "personal_attribute": {"name": "owner", "value": "private"}}});
    let evaluation = judged(&inputs, &scope);
    let ledger = serde_json::to_value(&evaluation.population).unwrap();
    let devices = ledger.as_array().unwrap().iter().find(|own| own["kind"] == "device").unwrap();
    let left_out: Vec<(&str, &str)> = devices["excluded"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| (own["id"].as_str().unwrap(), own["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(
        left_out,
        [
            ("d2", "unsupported_platform"),
            ("x3", "unsupported_platform"),
            ("x2", "mdm_only"),
            ("d3", "excluded_by_id"),
            ("d7", "excluded_by_group"),
            ("d6", "retired"),
            ("d4", "personal_device"),
        ]
    );
    assert_eq!((&devices["total"], &devices["in_scope"]), (&json!(10), &json!(3)));
    assert!(
        evaluation.findings.iter().all(|own| left_out.iter().all(|(id, _)| own.subject.id != *id))
    );
    let judged_ids: Vec<&str> = evaluation
        .subjects
        .iter()
        .map(|own| own.id.as_str())
        .filter(|id| id.starts_with('d'))
        .collect();
    assert_eq!(judged_ids, ["d1", "d5", "d8"]);
}

#[test]
fn an_end_that_any_rule_can_come_to_has_its_own_words() {
    let codes = ENGINE_REASONS;
    let texts: BTreeSet<&str> =
        codes.iter().map(|code| CATALOGUE.reason_text("JC-DEV-020", code)).collect();
    assert_eq!(texts.len(), codes.len());
    assert!(texts.iter().all(|text| text.split(' ').count() > 4), "{texts:?}");
    assert_eq!(CATALOGUE.reason_text("JC-DEV-020", "no_such_code"), "");
}
