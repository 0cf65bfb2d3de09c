//! Whole organisations as an auditor tells them, and what every rule named says of them.
//!
//! Unless a scenario says otherwise, every input is complete and empty, and it is an hour since the
//! devices spoke. The numbers are those of the rule catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jumpcloud_client::Snapshot;
use jumpcloud_compliance::control::ControlStatus;
use jumpcloud_compliance::{Catalogue, Config, EffectiveStatus, Evaluation, SubjectKind, evaluate};
use serde_json::{Value, json};

/// Inputs read object by object, with the list whose records they hang on.
const SCOPED: [(&str, &str); 13] = [
    ("APP-ASC", "APP"),
    ("APP-ASC-UG", "APP"),
    ("APP-USR", "APP"),
    ("MDMD", "MDM"),
    ("ORGD", "ORG"),
    ("POL-SYS", "POL"),
    ("POLD", "POL"),
    ("PST", "POL"),
    ("PWPD", "PWP"),
    ("SG-ASC-POL", "SG"),
    ("SGM", "SG"),
    ("SYS-USR", "SYS"),
    ("UGM", "UG"),
];

/// The shipped catalogue, read once.
pub(super) fn catalogue() -> &'static Catalogue<'static> {
    static CATALOGUE: LazyLock<Catalogue<'static>> =
        LazyLock::new(|| Catalogue::builtin().unwrap());
    &CATALOGUE
}

/// The inputs that rules name and that hang on no other.
fn lists() -> &'static BTreeSet<&'static str> {
    static LISTS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
        let known = Snapshot::new(None, "2026-11-23T11:00:00Z".parse().unwrap());
        let needs = catalogue().metas().flat_map(|meta| meta.inputs);
        needs
            .map(|need| need.input)
            .chain(SCOPED.map(|(_, parent)| parent))
            .filter(|code| known.state(code).is_some())
            .filter(|code| SCOPED.iter().all(|(scoped, _)| scoped != code))
            .collect()
    });
    &LISTS
}

/// When the agents collected their rows.
const COLLECTED: &str = "2026-11-23T06:00:00Z";

/// An organisation: its inputs, and how it judges itself.
pub(super) struct World {
    inputs: Value,
    config: Value,
}

impl World {
    pub(super) fn new(inputs: Value) -> Self {
        Self { inputs, config: json!({"expected_org_id": "o1"}) }
    }

    fn with(mut self, input: &str, rows: Value) -> Self {
        self.inputs[input] = rows;
        self
    }

    fn config(mut self, key: &str, value: Value) -> Self {
        self.config[key] = value;
        self
    }

    /// Every input that a rule names and the scenario does not, complete and empty.
    pub(super) fn completed(&self) -> Value {
        let mut inputs = self.inputs.clone();
        if inputs.get("ORG").is_none() {
            inputs["ORG"] = json!([{"_id": "o1", "displayName": "Example"}]);
        }
        for code in lists() {
            if inputs.get(code).is_none() {
                inputs[*code] = json!([]);
            }
        }
        for (code, parent) in SCOPED {
            let parents: Vec<String> =
                inputs[parent].as_array().into_iter().flatten().map(|row| id(row).into()).collect();
            if inputs.get(code).is_none() {
                inputs[code] = json!({"of": {}});
            }
            if let Some(of) = inputs[code]["of"].as_object_mut() {
                for parent in parents {
                    of.entry(parent).or_insert_with(|| json!([]));
                }
            }
        }
        inputs
    }

    fn judge(&self) -> Judged {
        let text = json!({"schema": "jumpcloud-snapshot/1", "organization_id": "o1",
            "taken_at": "2026-11-23T11:00:00Z", "inputs": self.completed()});
        let snapshot = Snapshot::from_json(&text.to_string()).unwrap();
        let config: Config = serde_json::from_value(self.config.clone()).unwrap();
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        Judged(evaluate(catalogue(), &snapshot, &config, now, None).unwrap())
    }
}

fn id(row: &Value) -> &str {
    ["_id", "id", "objectId"].iter().find_map(|key| row[*key].as_str()).unwrap()
}

struct Judged(Evaluation);

impl Judged {
    /// What a rule says of a subject, such as `FAIL ungrouped`; empty when it does not judge it.
    fn says(&self, rule: &str, subject: &str) -> String {
        let own = self.0.findings.iter().filter(|finding| {
            finding.rule_id.strip_prefix("JC-") == Some(rule) && finding.subject.id == subject
        });
        let said: Vec<String> =
            own.map(|finding| format!("{} {}", finding.outcome, finding.reason_code)).collect();
        said.join(", ")
    }

    /// Compares with what is expected of a subject, rule by rule; outcomes alone may be expected.
    #[track_caller]
    fn expect(&self, subject: &str, expected: &[(&str, &str)]) {
        let told: BTreeMap<&str, String> =
            expected.iter().map(|(rule, _)| (*rule, self.says(rule, subject))).collect();
        for (rule, words) in expected {
            let said = &told[rule];
            let outcome = said.split(' ').next().unwrap_or_default();
            assert!(said == words || outcome == *words, "{rule} of {subject}: {said:?}, {told:#?}");
        }
    }

    fn control(&self, framework: &str, control: &str) -> ControlStatus {
        let all = &self.0.control_results;
        let found = all
            .iter()
            .find(|own| own.control.framework == framework && own.control.control == control);
        found.unwrap().status
    }
}

fn device(family: &str, os: &str, fields: Value) -> Value {
    let mut device = json!({"_id": "d1", "displayName": "laptop-1", "hostname": "laptop-1",
        "osFamily": family, "os": os, "created": "2025-01-10T00:00:00Z", "active": false,
        "lastContact": "2026-11-23T11:00:00Z", "systemInsights": {"state": "enabled"}});
    device.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    device
}

fn user(id: &str, fields: Value) -> Value {
    let mut user = json!({"_id": id, "username": id, "email": format!("{id}@example.com"),
        "created": "2025-01-10T00:00:00Z", "state": "ACTIVATED", "suspended": false});
    user.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    user
}

fn row(fields: Value) -> Value {
    let mut row = json!({"system_id": "d1", "collection_time": COLLECTED});
    row.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    row
}

fn bound(kind: &str, ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({"id": id, "type": kind})).collect()
}

#[test]
fn g01_a_healthy_mac() {
    let managed = |domain: &str, name: &str, value: &str| {
        row(json!({"domain": domain, "name": name, "value": value, "username": ""}))
    };
    let saver = "com.apple.screensaver";
    let updates = "com.apple.SoftwareUpdate";
    let world = World::new(json!({
        "SYS": [device("darwin", "Mac OS X", json!({"version": "26.6.2", "serialNumber": "C02XYZ",
            "fde": {"active": true, "keyPresent": true},
            "mdm": {"vendor": "internal", "enrollmentType": "USER_APPROVED", "userApproved": true,
                    "internal": {"deviceId": "m"}}}))],
        "USR": [user("ada", json!({}))],
        "SYS-USR": {"of": {"d1": bound("user", &["ada"])}},
        "SG": [{"id": "g1", "name": "macOS laptops", "type": "system_group"}],
        "SGM": {"of": {"g1": bound("system", &["d1"])}},
        "SI.alf": [row(json!({"global_state": 1}))],
        "SI.sip_config": [row(json!({"config_flag": "sip", "enabled": 1, "enabled_nvram": 1}))],
        "SI.managed_policies": [managed(saver, "idleTime", "600"), managed(saver, "askForPassword", "1"),
            managed(saver, "askForPasswordDelay", "0"), managed(updates, "AutomaticallyInstallMacOSUpdates", "1"),
            managed(updates, "CriticalUpdateInstall", "1")],
        "SI.apps": [row(json!({"bundle_identifier": "com.crowdstrike.falcon.App", "name": "Falcon.app",
            "bundle_name": "Falcon", "bundle_short_version": "7.30", "path": "/Applications/Falcon.app"}))],
        "SI.launchd": [row(json!({"label": "com.crowdstrike.falcond", "name": "com.crowdstrike.falcond.plist",
            "disabled": "", "path": "/Library/LaunchDaemons/com.crowdstrike.falcond.plist"}))],
        "SI.system_info": [row(json!({"hostname": "laptop-1"}))]
    }));
    world.judge().expect(
        "d1",
        &[
            ("DEV-001", "PASS"),
            ("DEV-002", "PASS"),
            ("DEV-003", "NOT_APPLICABLE covered_by_filevault"),
            ("DEV-004", "PASS"),
            ("DEV-006", "UNKNOWN table_stale"),
            ("DEV-007", "PASS"),
            ("DEV-008", "PASS"),
            ("DEV-009", "PASS daemon_registered"),
            ("DEV-011", "PASS"),
            ("DEV-012", "PASS managed_value"),
            ("DEV-013", "PASS"),
            ("DEV-014", "PASS"),
            ("DEV-016", "NOT_APPLICABLE"),
            ("DEV-017", "NOT_APPLICABLE"),
            ("DEV-019", "PASS"),
            ("DEV-020", "PASS"),
            ("DEV-021", "PASS"),
            ("DEV-022", "PASS single_binding"),
            ("DEV-023", "PASS"),
        ],
    );
}

#[test]
fn g03_a_fresh_row_outranks_the_flag() {
    let world = World::new(json!({
        "SYS": [device("windows", "Windows", json!({"fde": {"active": true}}))],
        "SI.bitlocker_info": [row(json!({"drive_letter": "C:", "protection_status": 0, "conversion_status": 1}))]
    }));
    world.judge().expect("d1", &[("DEV-001", "FAIL protection_suspended")]);
}

#[test]
fn g05_the_flag_of_linux_is_no_evidence() {
    let mount = row(
        json!({"path": "/", "device": "/dev/mapper/vg-root", "device_alias": "/dev/dm-1", "type": "ext4"}),
    );
    let world = || {
        World::new(json!({"SYS": [device("linux", "Ubuntu", json!({"fde": {"active": false}}))]}))
            .with("SI.mounts", json!([mount]))
    };
    let luks = json!([row(json!({"name": "/dev/dm-1", "encrypted": 1}))]);
    let judged = world().with("SI.disk_encryption", luks).judge();
    judged.expect("d1", &[("DEV-001", "PASS luks")]);
    world().judge().expect("d1", &[("DEV-001", "UNKNOWN linux_flag_not_evidence")]);
}

#[test]
fn g07_a_device_without_a_version() {
    let world = World::new(json!({"SYS": [device("windows", "Windows", json!({"version": ""}))]}))
        .config("parameters", json!({"JC-DEV-005": {"minimum": {"windows": "10.0.26100"}}}));
    let missing = "UNKNOWN os_version_missing";
    world.judge().expect("d1", &[("DEV-004", missing), ("DEV-005", missing), ("DEV-006", missing)]);
}

#[test]
fn g11_a_clock_that_runs_ahead() {
    let world = World::new(json!({"SYS": [device("darwin", "Mac OS X", json!({"version": "26.6.2",
        "fde": {"active": true}, "lastContact": "2026-11-23T14:00:00Z"}))]}));
    let ahead = "UNKNOWN future_timestamp";
    world.judge().expect("d1", &[("DEV-007", ahead), ("DEV-001", ahead)]);
}

#[test]
fn g13_two_records_of_one_device() {
    let twin = |id: &str, serial: &str, contact: &str| {
        device(
            "darwin",
            "Mac OS X",
            json!({"_id": id, "serialNumber": serial, "lastContact": contact}),
        )
    };
    let judged = World::new(json!({"SYS": [twin("d1", "c02xyz", "2026-11-20T11:00:00Z"),
        twin("d2", "C02XYZ ", "2026-11-23T11:00:00Z")]}))
    .judge();
    for record in ["d1", "d2"] {
        judged.expect(record, &[("DEV-033", "FAIL"), ("DEV-020", "FAIL"), ("DEV-007", "PASS")]);
    }
    let survivors: Vec<&str> = judged
        .0
        .findings
        .iter()
        .filter(|finding| finding.rule_id == "JC-DEV-033")
        .filter(|finding| finding.notes.iter().any(|note| note.starts_with("survivor")))
        .map(|finding| finding.subject.id.as_str())
        .collect();
    assert_eq!(survivors, ["d2"]);
}

#[test]
fn g15_one_of_ten_devices_is_in_no_group() {
    let devices: Vec<Value> = (0..10)
        .map(|at| {
            let fields = json!({"_id": format!("d{at}"), "serialNumber": format!("S{at}"), "version": "26.6.2"});
            device("darwin", "Mac OS X", fields)
        })
        .collect();
    let members: Vec<String> = (1..10).map(|at| format!("d{at}")).collect();
    let members: Vec<&str> = members.iter().map(String::as_str).collect();
    let world = || {
        World::new(json!({"SYS": devices, "SG": [{"id": "g1", "name": "macOS laptops"}],
            "SGM": {"of": {"g1": bound("system", &members)}}}))
    };
    let ungrouped = [("DEV-020", "FAIL ungrouped"), ("DEV-021", "FAIL missing_os_group")];
    let judged = world().judge();
    judged.expect("d0", &ungrouped);
    judged.expect("d0", &[("DEV-007", "PASS"), ("DEV-004", "PASS")]);
    judged.expect("d1", &[("DEV-020", "PASS"), ("DEV-021", "PASS")]);
    let left_out = world().config("scope", json!({"ungrouped_policy": "exclude"})).judge();
    left_out.expect("d0", &ungrouped);
    left_out.expect("d0", &[("DEV-007", ""), ("DEV-004", ""), ("DEV-001", "")]);
    left_out.expect("o1", &[("ORG-016", "FAIL")]);
}

#[test]
fn g17_two_people_and_one_laptop() {
    let world = |fields: Value| {
        World::new(json!({
            "SYS": [device("darwin", "Mac OS X", fields)],
            "USR": [user("ada", json!({})), user("bob", json!({}))],
            "SYS-USR": {"of": {"d1": bound("user", &["ada", "bob"])}}
        }))
        .judge()
    };
    let several = [("DEV-022", "FAIL multiple_owners"), ("DEV-023", "NOT_APPLICABLE")];
    world(json!({})).expect("d1", &several);
    let primary = |id: &str| json!({"primarySystemUser": {"id": id}});
    let owned = [("DEV-022", "PASS primary_user"), ("DEV-023", "PASS")];
    world(primary("ada")).expect("d1", &owned);
    world(primary("gone")).expect("d1", &[("DEV-022", "FAIL primary_user_not_found")]);
}

#[test]
fn g19_a_suspended_user_who_still_reaches_an_application() {
    let hop = |id: &str, kind: &str| json!({"to": {"id": id, "type": kind}});
    let judged = World::new(json!({
        "USR": [user("eve", json!({"state": "SUSPENDED", "suspended": true}))],
        "UG": [{"id": "A", "name": "Staff"}, {"id": "B", "name": "Wiki"}],
        "UGM": {"of": {"A": bound("user", &["eve"])}},
        "APP": [{"_id": "x", "displayLabel": "Wiki", "active": true}],
        "APP-USR": {"of": {"x": [{"id": "eve", "type": "user",
            "paths": [[hop("A", "user_group"), hop("B", "user_group"), hop("x", "application")]]}]}}
    }))
    .judge();
    judged.expect("eve", &[("USR-004", "FAIL app_binding"), ("USR-001", "NOT_APPLICABLE")]);
    judged.expect("A", &[("GRP-005", "FAIL")]);
    let finding = judged.0.findings.iter().find(|own| own.rule_id == "JC-USR-004").unwrap();
    let evidence = serde_json::to_string(&finding.evidence).unwrap();
    for hop in ["A", "B"] {
        assert!(evidence.contains(hop), "the path is shown");
    }
}

#[test]
fn g23_a_page_of_devices_is_lost() {
    for (encrypted, outcome, status) in [
        (false, "FAIL", ControlStatus::ExceptionsNoted),
        (true, "PASS", ControlStatus::Indeterminate),
    ] {
        let record = device(
            "darwin",
            "Mac OS X",
            json!({"serialNumber": "C02XYZ",
            "fde": {"active": encrypted, "keyPresent": true}}),
        );
        let judged = World::new(json!({"USR": [user("ada", json!({}))],
            "SYS": {"state": "partial", "reason": "page_failed", "records": [record]}}))
        .judge();
        judged.expect("d1", &[("DEV-001", outcome), ("DEV-033", "UNKNOWN")]);
        judged.expect("ada", &[("USR-015", "UNKNOWN")]);
        judged.expect("o1", &[("ORG-016", "UNKNOWN")]);
        assert_eq!(judged.control("iso-27001-2022", "A.8.24"), status);
    }
}

#[test]
fn g25_a_mac_that_reports_nothing() {
    let world = World::new(json!({"SYS": [device("darwin", "Mac OS X", json!({}))]})).config(
        "parameters",
        json!({"JC-DEV-024": {"prohibited_software": [
            {"family": "darwin", "match": "bundle_prefix", "value": "com.bad"}]}}),
    );
    let expected = [
        ("DEV-032", "FAIL no_telemetry"),
        ("DEV-008", "UNKNOWN inventory_missing"),
        ("DEV-024", "UNKNOWN"),
    ];
    world.judge().expect("d1", &expected);
}

#[test]
fn g27_a_product_that_is_many_things() {
    let client =
        row(json!({"bundle_identifier": "com.fortinet.FortiClient", "name": "FortiClient.app",
        "bundle_short_version": "7.4", "path": "/Applications/FortiClient.app"}));
    let mac =
        World::new(json!({"SYS": [device("darwin", "Mac OS X", json!({}))], "SI.apps": [client]}));
    mac.judge().expect("d1", &[("DEV-008", "UNKNOWN ambiguous_product")]);
    let product = row(json!({"type": "Antivirus", "name": "FortiClient AntiVirus", "state": "On",
        "signatures_up_to_date": 1}));
    let windows = World::new(json!({"SYS": [device("windows", "Windows", json!({}))],
        "SI.windows_security_products": [product]}));
    windows.judge().expect("d1", &[("DEV-008", "PASS security_center_on"), ("DEV-009", "PASS")]);
}

#[test]
fn g31_a_new_colleague_without_a_second_factor() {
    let world = |fields: Value| World::new(json!({"USR": [user("ada", fields)]})).judge();
    let new = world(json!({"created": "2026-11-20T00:00:00Z", "mfa": {"configured": true},
        "mfaEnrollment": {"overallStatus": "NOT_ENROLLED"}}));
    new.expect("ada", &[("USR-001", "FAIL")]);
    let finding = new.0.findings.iter().find(|own| own.rule_id == "JC-USR-001").unwrap();
    assert_eq!(finding.effective_status, EffectiveStatus::FailInGrace);
    assert!(finding.grace_until.unwrap().to_string().starts_with("2026-11-27"));
    let legacy = world(json!({"totp_enabled": false, "mfa": {}}));
    legacy.expect("ada", &[("USR-001", "UNKNOWN field_absent")]);
}

#[test]
fn g35_the_list_of_organisations_is_refused() {
    let refused = json!({"state": "failed", "class": "forbidden"});
    let world = |organization: Option<&str>| {
        let mut record = device("darwin", "Mac OS X", json!({"fde": {"active": true}}));
        if let Some(id) = organization {
            record["organization"] = json!(id);
        }
        World::new(json!({"SYS": [record]})).with("ORG", refused.clone()).judge()
    };
    let silent = world(None);
    silent.expect("o1", &[("ORG-015", "FAIL forbidden")]);
    for finding in silent.0.findings.iter().filter(|own| own.rule_id != "JC-ORG-015") {
        assert_eq!(finding.reason_code, "connection_not_validated", "{}", finding.rule_id);
    }
    assert_eq!(silent.control("iso-27001-2022", "A.8.24"), ControlStatus::Indeterminate);
    world(Some("o1")).expect("o1", &[("ORG-015", "PASS org_id_on_records")]);
    world(Some("o1")).expect("d1", &[("DEV-007", "PASS")]);
    world(Some("o2")).expect("o1", &[("ORG-015", "FAIL wrong_organisation")]);
}

#[test]
fn g37_an_administrator_with_an_old_key() {
    let judged = World::new(json!({
        "ADM": [{"_id": "a1", "email": "root@example.com", "totpEnrolled": true,
            "enableMultiFactor": false, "apiKeySet": true, "apiKeyUpdatedAt": "2025-01-01T00:00:00Z",
            "roleName": "Administrator"}],
        "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"requireAdminMFA": true}}]}}
    }))
    .judge();
    judged.expect("a1", &[("ADM-001", "PASS"), ("ADM-004", "FAIL key_too_old")]);
    judged.expect("o1", &[("ORG-006", "PASS")]);
}

#[test]
fn every_kind_of_subject_is_judged_in_an_empty_organisation_or_not_there() {
    let judged = World::new(json!({})).judge();
    let others =
        judged.0.findings.iter().filter(|own| own.subject.kind != SubjectKind::Organization);
    assert_eq!(others.count(), 0);
    judged.expect("o1", &[("ORG-015", "PASS")]);
}
