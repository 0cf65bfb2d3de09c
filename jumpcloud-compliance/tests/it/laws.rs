//! Laws that hold for every snapshot: no panic, no false pass, one set of bytes.

use std::collections::{BTreeMap, BTreeSet};

use jumpcloud_client::Snapshot;
use jumpcloud_compliance::{Config, Evaluation, Finding, Outcome, evaluate_into, export};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::catalogue::{CATALOGUE, judged};

const ORG: &str = "o1";

pub(crate) fn judge(inputs: &Value) -> Evaluation {
    judged(inputs, &Config::default())
}

/// A value of any kind, near to what JumpCloud sends and far from it.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..3).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!(1.5)),
        "[a-zA-Z0-9 ._:-]{0,12}".prop_map(Value::from),
        Just(json!("2026-11-20T10:00:00Z")),
        Just(json!("2031-01-01T00:00:00Z")),
        Just(json!("darwin")),
        Just(json!("ACTIVATED")),
        Just(json!("SUSPENDED")),
        Just(json!("d1")),
        Just(json!("u1")),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null, {"id": "u1", "type": "user"}])),
        Just(json!({"id": "u1", "type": "user"})),
        Just(json!({"id": "g1", "type": "admin", "name": "d1"})),
        prop::sample::select(EVENT_TYPES).prop_map(Value::from),
    ]
}

/// A record whose keys are real and whose values are anything.
fn record(
    keys: &'static [&'static str],
    ids: &'static [&'static str],
) -> impl Strategy<Value = Value> {
    (
        prop::sample::select(ids),
        prop::collection::btree_map(prop::sample::select(keys), any_value(), 0..12),
    )
        .prop_map(|(id, fields)| {
            let mut record: Map<String, Value> =
                fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
            for key in ["_id", "id", "system_id"] {
                record.insert(key.to_owned(), json!(id));
            }
            Value::Object(record)
        })
}

const SYSTEM_KEYS: &[&str] = &[
    "os",
    "osFamily",
    "version",
    "osVersionDetail",
    "fde",
    "mdm",
    "active",
    "lastContact",
    "created",
    "primarySystemUser",
    "serialNumber",
    "userMetrics",
    "policyStats",
    "isPolicyBound",
    "sshdParams",
    "systemInsights",
    "agentVersion",
    "desktopCapable",
    "modifySSHDConfig",
    "allowSshRootLogin",
];
const USER_KEYS: &[&str] = &[
    "state",
    "suspended",
    "activated",
    "email",
    "username",
    "firstname",
    "lastname",
    "mfa",
    "mfaEnrollment",
    "totp_enabled",
    "created",
    "password_date",
    "sudo",
    "passwordless_sudo",
    "ssh_keys",
    "restrictedFields",
    "manager",
    "employeeType",
    "account_locked",
];
const ROW_KEYS: &[&str] = &[
    "collection_time",
    "drive_letter",
    "protection_status",
    "conversion_status",
    "encrypted",
    "name",
    "path",
    "device",
    "device_alias",
    "bundle_identifier",
    "type",
    "state",
    "version",
    "build",
    "boot_partition",
    "device_id",
    "firewall",
    "antivirus",
    "global_state",
    "username",
    "admin",
    "managed",
    "real_user",
    "config_flag",
    "enabled",
    "label",
    "status",
    "domain",
    "value",
];
const OTHER_KEYS: &[&str] = &[
    "name",
    "attributes",
    "type",
    "sso",
    "active",
    "created",
    "template",
    "membershipMethod",
    "memberQueryErrorFlags",
    "roleName",
    "roleNames",
    "suspended",
    "email",
    "paths",
    "to",
    "state",
    "success",
    "systemID",
    "policyID",
    "endedAt",
    "settings",
    "apnsCertExpiry",
    "disabled",
    "effect",
    "targets",
    "conditions",
];
const EVENT_KEYS: &[&str] = &[
    "event_type",
    "timestamp",
    "success",
    "initiated_by",
    "resource",
    "username",
    "application",
    "organization",
];
const EVENT_TYPES: &[&str] =
    &["user_login_attempt", "sso_auth", "admin_login_attempt", "user_password_change"];
const COUNT_KEYS: &[&str] = &["question", "start_time", "end_time", "count"];
const EVENTS: &[&str] = &["e1", "e2", "e3", "e4", "e5"];
const SYSTEMS: &[&str] = &["d1", "d2", "d3"];
const USERS: &[&str] = &["u1", "u2"];
const OTHERS: &[&str] = &["g1", "g2", "d1", "u1"];
/// Ids are unique over all kinds of records, so user groups and device groups share none.
const USER_GROUPS: &[&str] = &["ug1", "ug2"];

fn rows(
    keys: &'static [&'static str],
    ids: &'static [&'static str],
) -> impl Strategy<Value = Value> {
    prop::collection::vec(record(keys, ids), 0..5).prop_map(move |mut rows| {
        // Records have one row an id; rows of System Insights have any number for a device.
        let mut seen = BTreeSet::new();
        rows.retain(|row| keys == ROW_KEYS || seen.insert(row["_id"].to_string()));
        Value::Array(rows)
    })
}

/// Inputs of a snapshot: some complete, some partial, some failed, some missing.
pub(crate) fn inputs() -> impl Strategy<Value = Value> {
    let lists: &[(&str, &'static [&'static str], &'static [&'static str])] = &[
        ("SYS", SYSTEM_KEYS, SYSTEMS),
        ("USR", USER_KEYS, USERS),
        ("SG", OTHER_KEYS, OTHERS),
        ("UG", OTHER_KEYS, USER_GROUPS),
        ("APP", OTHER_KEYS, OTHERS),
        ("ADM", OTHER_KEYS, OTHERS),
        ("POL", OTHER_KEYS, OTHERS),
        ("AUTHN", OTHER_KEYS, OTHERS),
        ("MDM", OTHER_KEYS, OTHERS),
        ("SI.bitlocker_info", ROW_KEYS, SYSTEMS),
        ("SI.disk_encryption", ROW_KEYS, SYSTEMS),
        ("SI.mounts", ROW_KEYS, SYSTEMS),
        ("SI.logical_drives", ROW_KEYS, SYSTEMS),
        ("SI.apps", ROW_KEYS, SYSTEMS),
        ("SI.programs", ROW_KEYS, SYSTEMS),
        ("SI.linux_packages", ROW_KEYS, SYSTEMS),
        ("SI.os_version", ROW_KEYS, SYSTEMS),
        ("SI.users", ROW_KEYS, SYSTEMS),
        ("SI.alf", ROW_KEYS, SYSTEMS),
        ("SI.windows_security_center", ROW_KEYS, SYSTEMS),
        ("SI.windows_security_products", ROW_KEYS, SYSTEMS),
        ("SI.sip_config", ROW_KEYS, SYSTEMS),
        ("SI.managed_policies", ROW_KEYS, SYSTEMS),
        ("SI.system_info", ROW_KEYS, SYSTEMS),
    ];
    let scoped: &[(&str, &'static [&'static str], &'static [&'static str])] = &[
        ("SGM", OTHERS, SYSTEMS),
        ("UGM", USER_GROUPS, USERS),
        ("SYS-USR", SYSTEMS, USERS),
        ("APP-USR", OTHERS, USERS),
        ("APP-ASC", OTHERS, USERS),
        ("PST", OTHERS, OTHERS),
        ("POL-SYS", OTHERS, SYSTEMS),
        ("ORGD", &[ORG], &[ORG]),
    ];
    let mut parts: Vec<BoxedStrategy<Option<(String, Value)>>> = Vec::new();
    for (code, keys, ids) in lists {
        let code = (*code).to_owned();
        parts.push(
            (rows(keys, ids), 0..8)
                .prop_map(move |(rows, state)| Some((code.clone(), dataset(rows, state)?)))
                .boxed(),
        );
    }
    for (code, parents, ids) in scoped {
        let code = (*code).to_owned();
        let lists = prop::collection::btree_map(
            prop::sample::select(*parents),
            (rows(OTHER_KEYS, ids), 0..8),
            0..3,
        );
        parts.push(
            lists
                .prop_map(move |lists| {
                    let of: BTreeMap<&str, Value> = lists
                        .into_iter()
                        .filter_map(|(parent, (rows, state))| Some((parent, dataset(rows, state)?)))
                        .collect();
                    Some((code.clone(), json!({"of": of})))
                })
                .boxed(),
        );
    }
    parts.push(events().prop_map(|di| Some(("DI".to_owned(), di?))).boxed());
    parts.push(counts().prop_map(|dic| Some(("DIC".to_owned(), dic?))).boxed());
    parts.prop_map(|parts| {
        let mut inputs: Map<String, Value> = parts.into_iter().flatten().collect();
        inputs.insert("ORG".to_owned(), json!([{"_id": ORG}]));
        Value::Object(inputs)
    })
}

/// Events over a window that is long enough, too short, over, or unknown.
fn events() -> impl Strategy<Value = Option<Value>> {
    let windows = prop::sample::select(vec![
        json!({"start": "2025-08-01T00:00:00Z", "end": "2026-11-23T11:00:00Z"}),
        json!({"start": "2026-08-25T00:00:00Z", "end": "2026-11-23T11:00:00Z",
            "oldest": "2026-11-01T00:00:00Z"}),
        json!({"start": "2025-08-01T00:00:00Z", "end": "2026-11-01T00:00:00Z"}),
        json!({"start": "2025-08-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}),
        json!({"start": "2025-08-01T00:00:00Z", "end": "2026-11-23T11:00:00Z",
            "event_types": ["sso_auth"]}),
        Value::Null,
    ]);
    (rows(EVENT_KEYS, EVENTS), windows, 0..8).prop_map(|(rows, window, state)| {
        let mut own = dataset(rows, state)?;
        if own.is_array() {
            own = json!({"records": own});
        }
        if !window.is_null() {
            own["window"] = window;
        }
        Some(own)
    })
}

/// Answers to the questions of the counts, whole and odd.
fn counts() -> impl Strategy<Value = Option<Value>> {
    let questions = prop::sample::select(vec!["recent", "retained", "reviewed:admin_create"]);
    let row = (questions, record(COUNT_KEYS, EVENTS), any::<bool>(), 0_i64..2);
    (prop::collection::vec(row, 0..4), 0..8).prop_map(|(rows, state)| {
        let rows = rows.into_iter().map(|(question, mut row, whole, count)| {
            row["question"] = json!(question);
            if whole {
                let recent = question == "recent";
                row["start_time"] =
                    json!(if recent { "2026-11-16T10:00:00Z" } else { "2025-11-01T00:00:00Z" });
                row["end_time"] =
                    json!(if recent { "2026-11-23T11:00:00Z" } else { "2025-11-22T12:00:00Z" });
                row["count"] = json!(count);
            }
            row
        });
        dataset(rows.collect(), state)
    })
}

fn dataset(rows: Value, state: i32) -> Option<Value> {
    Some(match state {
        0 => return None,
        1 => json!({"state": "failed", "class": "server"}),
        2 => json!({"state": "partial", "reason": "page_failed", "records": rows}),
        3 => json!({"state": "not_licensed"}),
        _ => rows,
    })
}

/// Outcomes by rule, subject and part.
fn outcomes(evaluation: &Evaluation) -> BTreeMap<(String, String, String), Outcome> {
    evaluation
        .findings
        .iter()
        .map(|finding| {
            let key = (
                finding.rule_id.clone(),
                finding.subject.id.clone(),
                finding.discriminator.clone(),
            );
            (key, finding.outcome)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_the_ledger_adds_up(inputs in inputs()) {
        let evaluation = judge(&inputs);
        for population in &evaluation.population {
            let left_out = u64::try_from(population.excluded.len()).unwrap();
            prop_assert_eq!(population.total, population.in_scope + left_out);
        }
        prop_assert!(evaluation.is_intact());
        prop_assert!(evaluation.findings.iter().all(|finding| finding.evidence.is_intact()));
    }

    #[test]
    fn the_order_of_records_does_not_matter(inputs in inputs()) {
        let mut shuffled = inputs.clone();
        for dataset in shuffled.as_object_mut().unwrap().values_mut() {
            reverse(dataset);
        }
        let (one, other) = (judge(&inputs), judge(&shuffled));
        prop_assert_eq!(export::findings_jsonl(&one).unwrap(), export::findings_jsonl(&other).unwrap());
        prop_assert_eq!(&one.population, &other.population);
        prop_assert_eq!(&one.control_results, &other.control_results);
    }

    #[test]
    fn findings_that_are_handed_out_are_those_that_are_kept(inputs in inputs()) {
        let kept = judge(&inputs);
        let text = json!({"schema": "jumpcloud-snapshot/1", "organization_id": "o1",
            "taken_at": "2026-11-23T11:00:00Z", "inputs": inputs});
        let snapshot = Snapshot::from_json(&text.to_string()).unwrap();
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let mut findings = Vec::new();
        let hand_out = |finding| findings.push(finding);
        let mut told =
            evaluate_into(&CATALOGUE, &snapshot, &Config::default(), now, None, hand_out).unwrap();
        prop_assert!(told.findings.is_empty());
        findings.sort_by(Finding::cmp_report);
        told.findings = findings;
        prop_assert_eq!(told, kept);
    }

    #[test]
    fn the_same_input_gives_the_same_bytes(inputs in inputs()) {
        prop_assert_eq!(
            export::native(&judge(&inputs)).unwrap(),
            export::native(&judge(&inputs)).unwrap()
        );
    }

    #[test]
    fn losing_an_input_never_makes_a_pass(inputs in inputs(), lost in any::<prop::sample::Index>()) {
        let whole = judge(&inputs);
        let names: Vec<String> = inputs.as_object().unwrap().keys().filter(|name| *name != "ORG").cloned().collect();
        prop_assume!(!names.is_empty());
        let name = &names[lost.index(names.len())];
        let mut fewer = inputs;
        fewer.as_object_mut().unwrap().remove(name);
        let before = outcomes(&whole);
        for (key, outcome) in outcomes(&judge(&fewer)) {
            if outcome != Outcome::Pass {
                continue;
            }
            if let Some(earlier) = before.get(&key) {
                prop_assert!(
                    matches!(earlier, Outcome::Pass | Outcome::NotApplicable),
                    "{key:?} was {earlier} and passes without {name}"
                );
            }
        }
    }
}

fn reverse(dataset: &mut Value) {
    match dataset {
        Value::Array(rows) => rows.reverse(),
        Value::Object(parts) => {
            if let Some(Value::Array(rows)) = parts.get_mut("records") {
                rows.reverse();
            }
            if let Some(Value::Object(of)) = parts.get_mut("of") {
                of.values_mut().for_each(reverse);
            }
        }
        _ => {}
    }
}
