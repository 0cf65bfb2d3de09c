//! The views show everyone, say what they do not know, and stay with the evaluation.

use serde_json::{Value, json};

use super::*;
use crate::history::Suspension;
use crate::testing::{NOW, evaluation, inputs, snapshot};

fn views(inputs: &Value, config: &Value, history: Option<&History>) -> Vec<View> {
    let evaluation = evaluation(inputs, config);
    let config: Config = serde_json::from_value(config.clone()).unwrap();
    let catalogue = Catalogue::builtin().unwrap();
    all(&evaluation, &catalogue, &snapshot(inputs), &config, history).unwrap()
}

fn view(name: &str, inputs: &Value, config: &Value) -> View {
    views(inputs, config, None).into_iter().find(|view| view.name == name).unwrap()
}

/// The cell of a row under a column.
fn cell<'v>(view: &'v View, row: usize, column: &str) -> &'v str {
    let at = view.columns.iter().position(|own| *own == column).unwrap();
    &view.rows[row][at]
}

fn organization() -> Value {
    let hop = |kind: &str, id: &str| json!({"to": {"type": kind, "id": id}});
    inputs(json!({
        "USR": [
            {"_id": "u1", "username": "ada", "displayname": "Ada", "state": "ACTIVATED",
             "email": "ada@example.com"},
            {"_id": "u2", "username": "ben", "displayname": "Ben", "state": "SUSPENDED"}
        ],
        "UG": [{"id": "g1", "name": "Engineering", "type": "user_group"}],
        "APP": [
            {"_id": "a1", "displayLabel": "Wiki", "sso": {"type": "saml"}},
            {"_id": "a2", "displayLabel": "Ledger"},
            {"_id": "a3", "displayLabel": "Empty"}
        ],
        "APP-USR": {"of": {
            "a1": [
                {"id": "u1", "type": "user", "paths": [
                    [hop("user_group", "g1"), hop("user", "u1")], [hop("user", "u1")]]},
                {"id": "u9", "type": "user", "paths": []}
            ],
            "a3": []
        }},
        "SYS": [
            {"_id": "d1", "hostname": "laptop", "os": "Mac OS X", "osFamily": "darwin",
             "serialNumber": "C02", "version": "26.1", "active": true,
             "primarySystemUser": {"id": "u1"}},
            {"_id": "d2", "hostname": "tablet", "os": "iPadOS"}
        ]
    }))
}

#[test]
fn a_review_names_the_way_and_leaves_the_decision_open() {
    let review = view("access_review", &organization(), &json!({}));
    let users: Vec<&str> =
        (0..review.rows.len()).map(|row| cell(&review, row, "user_id")).collect();
    assert_eq!(users, ["u1", "u9", "", ""]);
    assert_eq!(cell(&review, 0, "application"), "Wiki");
    assert_eq!(cell(&review, 0, "user"), "Ada");
    assert_eq!(cell(&review, 0, "granted_by"), "direct; user group Engineering");
    assert_eq!(cell(&review, 0, "last_use"), "unknown");
    assert_eq!(cell(&review, 1, "user_state"), "not in the directory");
    assert_eq!(cell(&review, 1, "granted_by"), "unknown");
    for row in 0..review.rows.len() {
        assert_eq!(cell(&review, row, "decision"), "");
    }
}

#[test]
fn last_use_is_the_latest_sign_on_or_none_since_the_log_begins() {
    let application =
        cell(&view("access_review", &organization(), &json!({})), 0, "application_id").to_string();
    let sign_on = |at: &str, success: bool| {
        json!({"id": at, "event_type": "sso_auth", "timestamp": at, "success": success,
            "initiated_by": {"id": "u1", "type": "user"}, "application": {"id": application}})
    };
    let with = |events: Value| {
        let mut all = organization();
        let window = json!({"start": "2026-08-25T11:00:00Z", "end": "2026-11-23T11:00:00Z"});
        all["DI"] = json!({"window": window, "records": events});
        view("access_review", &all, &json!({}))
    };
    let used = with(json!([
        sign_on("2026-11-01T10:00:00Z", true),
        sign_on("2026-10-01T10:00:00Z", true),
        sign_on("2026-11-20T10:00:00Z", false)
    ]));
    assert_eq!(cell(&used, 0, "last_use"), "2026-11-01T10:00:00Z", "a refused one is no use");
    assert_eq!(cell(&with(json!([])), 0, "last_use"), "none since 2026-08-25T11:00:00Z");
    assert_eq!(cell(&used, 1, "last_use"), "unknown", "nobody knows who that is");
}

#[test]
fn an_application_without_list_is_not_an_application_without_users() {
    let review = view("access_review", &organization(), &json!({}));
    assert_eq!((cell(&review, 2, "application"), cell(&review, 2, "user")), ("Ledger", "unknown"));
    assert_ne!(cell(&review, 2, "list"), "complete");
    assert_eq!((cell(&review, 3, "application"), cell(&review, 3, "user")), ("Empty", "nobody"));
    assert!(review.unknown.iter().any(|line| line.contains("1 applications")), "{review:?}");
}

#[test]
fn every_device_is_an_asset() {
    let assets = view("assets", &organization(), &json!({}));
    assert_eq!(assets.rows.len(), 2);
    assert_eq!(cell(&assets, 0, "owner"), "Ada");
    assert_eq!(cell(&assets, 0, "ownership"), "primary user");
    assert_eq!(cell(&assets, 0, "serial"), "C02");
    assert_eq!(cell(&assets, 0, "judged"), "yes");
    assert_eq!(cell(&assets, 1, "judged"), "no");
    assert_eq!(cell(&assets, 1, "left_out_because"), "unsupported_platform");
    assert_eq!(cell(&assets, 1, "encryption"), "not judged");
    assert_eq!(
        cell(&assets, 1, "ownership"),
        "unknown: the bindings were not read in full",
        "no list of bindings is no proof of none"
    );
}

#[test]
fn a_leaver_has_hours_only_when_history_knows_them() {
    let config = json!({"leavers": [
        {"user_id": "u2", "last_day": "2026-11-20"},
        {"user_id": "u1", "last_day": "2026-11-21"},
        {"email": "gone@example.com", "last_day": "2026-11-01"}
    ]});
    let without = view("leavers", &organization(), &config);
    assert_eq!(without.rows.len(), 3);
    assert_eq!(cell(&without, 0, "hours_between"), "unknown");
    assert_eq!(cell(&without, 1, "hours_between"), "", "an active account has no end");
    assert_eq!(cell(&without, 2, "result"), "no account");
    assert_eq!(cell(&without, 2, "person"), "gone@example.com");
    let mut history = History::default();
    let seen = "2026-11-21T05:30:00Z".parse().unwrap();
    history.record_user("u2", Suspension::Suspended, seen);
    let all = views(&organization(), &config, Some(&history));
    let with = all.iter().find(|view| view.name == "leavers").unwrap();
    assert_eq!(cell(with, 0, "first_seen_suspended_at"), "2026-11-21T05:30:00Z");
    assert_eq!(cell(with, 0, "hours_between"), "5");
    assert_eq!(cell(with, 0, "result"), "pass: the account is not enabled");
    assert!(cell(with, 1, "result").starts_with("fail"), "{with:?}");
}

#[test]
fn a_person_is_named_only_where_names_may_be_shown() {
    let config = json!({"pii_mode": "none",
        "leavers": [{"email": "gone@example.com", "last_day": "2026-11-01"}]});
    let leavers = view("leavers", &organization(), &config);
    assert_eq!(cell(&leavers, 0, "person"), "");
}

#[test]
fn the_numbers_count_everyone_once() {
    let numbers = view("population_by_kind", &organization(), &json!({}));
    let sum = |kind: &str, by: &str| -> u64 {
        numbers
            .rows
            .iter()
            .filter(|row| row[0] == kind && row[1] == by)
            .map(|row| row[3].parse::<u64>().unwrap())
            .sum()
    };
    for (kind, by, count) in [
        ("device", "family", 2),
        ("device", "owner", 2),
        ("device", "system_cycle", 2),
        ("user", "state", 2),
        ("user", "second_factor", 2),
        ("application", "federation", 3),
    ] {
        assert_eq!(sum(kind, by), count, "{kind} by {by}");
    }
    assert!(numbers.rows.iter().any(|row| row[2] == "saml"));
    assert!(numbers.unknown.iter().any(|line| line.contains("administrators")), "{numbers:?}");
}

#[test]
fn another_snapshot_is_refused() {
    let evaluation = evaluation(&organization(), &json!({}));
    let other = snapshot(&inputs(json!({"USR": []})));
    let catalogue = Catalogue::builtin().unwrap();
    let refused = all(&evaluation, &catalogue, &other, &Config::default(), None);
    assert_eq!(refused, Err(OtherSnapshot));
}

#[cfg(feature = "std")]
#[test]
fn a_table_ends_with_what_it_cannot_know_and_its_digest() {
    let mut review = view("access_review", &organization(), &json!({}));
    review.rows[0][2] = "=1+1".to_string();
    let mut bytes = Vec::new();
    review.write_csv(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("application,application_id,user,"));
    assert!(text.contains(",'=1+1,") && !text.contains(",=1+1,"));
    let foot: Vec<&str> =
        text.lines().filter(|line| line.trim_start_matches('"').starts_with('#')).collect();
    assert_eq!(foot.len(), review.unknown.len() + 2);
    assert!(
        foot.last().unwrap().starts_with(&alloc::format!("# evaluation,{}", review.evaluation))
    );
    assert!(text.contains(NOW));
}
