//! The demo organisation: the findings are those that its defects call for, one by one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jumpcloud_client::collect::Plan;
use jumpcloud_client::testkit::demo::{self, DEFECTS};
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud};
use jumpcloud_client::{Client, Snapshot};
use jumpcloud_compliance::pack::Pack;
use jumpcloud_compliance::{Catalogue, Config, Evaluation, Outcome, evaluate};

const NOW: &str = "2026-11-24T09:00:00Z";

/// The rules that the integration begins with.
const SEED_RULES: [&str; 24] = [
    "JC-ADM-007",
    "JC-APP-001",
    "JC-DEV-001",
    "JC-DEV-002",
    "JC-DEV-004",
    "JC-DEV-005",
    "JC-DEV-007",
    "JC-DEV-008",
    "JC-DEV-020",
    "JC-DEV-021",
    "JC-DEV-022",
    "JC-DEV-023",
    "JC-DEV-024",
    "JC-DEV-029",
    "JC-DEV-030",
    "JC-GRP-005",
    "JC-GRP-006",
    "JC-ORG-015",
    "JC-ORG-016",
    "JC-USR-001",
    "JC-USR-004",
    "JC-USR-016",
    "JC-USR-017",
    "JC-USR-020",
];

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn config(organization: &jumpcloud_client::testkit::Organization) -> Config {
    Config {
        integration_admin_id: organization
            .id_of("/api/users", "email", demo::INTEGRATION_ADMIN_EMAIL)
            .map(str::to_owned),
        policy_capability_overrides: demo::policy_capabilities(organization)
            .into_iter()
            .map(|(policy, capability)| (policy, capability.parse().unwrap()))
            .collect(),
        ..Config::default()
    }
}

fn word(outcome: demo::Outcome) -> &'static str {
    match outcome {
        demo::Outcome::Fail => "FAIL",
        demo::Outcome::Unknown => "UNKNOWN",
        _ => "NOT_APPLICABLE",
    }
}

/// Collects the demo through the real client and judges it.
pub(crate) async fn judged() -> (Evaluation, Snapshot, Config) {
    let organization = demo::organization(now());
    let config = config(&organization);
    let server = FakeJumpCloud::start(organization).await.unwrap();
    let client = Client::builder()
        .base_url(server.url())
        .api_key(DEMO_KEY)
        .rate_limit(500, 500)
        .max_in_flight(8)
        .clock(now)
        .build()
        .unwrap();
    client.validate().await.unwrap();
    let catalogue = Catalogue::builtin().unwrap();
    let plan = Plan::for_inputs(catalogue.inputs_for(&config)).unwrap();
    let snapshot = client.collect(plan).run(&mut |_| {}).await.unwrap();
    assert!(server.violations().is_empty(), "{:?}", server.violations());
    let evaluation = evaluate(&catalogue, &snapshot, &config, now(), None).unwrap();
    (evaluation, snapshot, config)
}

#[tokio::test]
async fn the_findings_are_those_that_the_defects_call_for() {
    let organization = demo::organization(now());
    let (evaluation, ..) = judged().await;
    let mut expected: BTreeMap<(String, String), (String, String)> = BTreeMap::new();
    for defect in DEFECTS {
        let id = defect.id(&organization).unwrap_or_else(|| panic!("no {}", defect.subject));
        for finding in defect.findings {
            expected.insert(
                (finding.rule.to_owned(), id.to_owned()),
                (word(finding.outcome).to_owned(), finding.reason.to_owned()),
            );
        }
    }
    let mut found: BTreeMap<(String, String), (String, String)> = BTreeMap::new();
    for finding in &evaluation.findings {
        if SEED_RULES.contains(&finding.rule_id.as_str())
            && matches!(finding.outcome, Outcome::Fail | Outcome::Unknown)
        {
            found.insert(
                (finding.rule_id.clone(), finding.subject.id.clone()),
                (finding.outcome.to_string(), finding.reason_code.clone()),
            );
        }
    }
    let name = |id: &str| {
        evaluation
            .subjects
            .iter()
            .find(|subject| subject.id == id)
            .and_then(|subject| subject.display_name.clone())
            .unwrap_or_else(|| id.to_owned())
    };
    let mut wrong = Vec::new();
    for ((rule, id), (outcome, reason)) in &expected {
        let is_finding = outcome == "FAIL" || outcome == "UNKNOWN";
        match found.get(&(rule.clone(), id.clone())) {
            Some((o, r)) if o == outcome && (r == reason || reason.is_empty()) => {}
            None if !is_finding => {}
            other => wrong
                .push(format!("{rule} {}: {outcome} {reason} expected, {other:?} found", name(id))),
        }
    }
    for ((rule, id), (outcome, reason)) in &found {
        if !expected.contains_key(&(rule.clone(), id.clone())) {
            wrong.push(format!("{rule} {}: {outcome} {reason} is no defect of the demo", name(id)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn events_show_what_is_in_use() {
    let (evaluation, snapshot, _) = judged().await;
    for code in ["DI", "DIC"] {
        assert!(snapshot.state(code).unwrap().is_complete(), "{code}: {:?}", snapshot.state(code));
    }
    let of = |rule: &str| -> Vec<(String, String)> {
        let own = evaluation.findings.iter().filter(|finding| finding.rule_id == rule);
        own.map(|finding| (finding.outcome.to_string(), finding.reason_code.clone())).collect()
    };
    let all = |rule: &str, outcome: &str| of(rule).iter().filter(|own| own.0 == outcome).count();
    assert_eq!((all("JC-USR-005", "FAIL"), all("JC-USR-005", "UNKNOWN")), (0, 0));
    assert!(all("JC-USR-005", "PASS") > 20);
    assert_eq!((all("JC-APP-004", "PASS"), all("JC-APP-004", "FAIL")), (7, 1));
    let unused = evaluation.findings.iter().find(|own| own.reason_code == "unused").unwrap();
    assert_eq!(unused.subject.display_name.as_deref(), Some("Legacy Wiki"));
    assert_eq!((all("JC-ADM-003", "PASS"), all("JC-ADM-003", "NOT_APPLICABLE")), (3, 1));
    for (rule, outcome, reason) in [
        ("JC-ORG-010", "PASS", "enabled"),
        ("JC-ORG-011", "FAIL", "not_retrievable"),
        ("JC-ORG-012", "UNKNOWN", "not_recorded"),
    ] {
        assert_eq!(of(rule), [(outcome.to_owned(), reason.to_owned())], "{rule}");
    }
}

#[tokio::test]
async fn every_seed_rule_judged_someone() {
    let (evaluation, ..) = judged().await;
    for rule in SEED_RULES {
        assert!(evaluation.findings.iter().any(|finding| finding.rule_id == rule), "{rule}");
    }
}

#[tokio::test]
async fn a_saved_snapshot_gives_the_same_verdicts() {
    let (evaluation, snapshot, config) = judged().await;
    let saved = snapshot.to_json().unwrap();
    let read = Snapshot::from_json(&saved).unwrap();
    assert_eq!(read.to_json().unwrap(), saved);
    let catalogue = Catalogue::builtin().unwrap();
    let again = evaluate(&catalogue, &read, &config, now(), None).unwrap();
    assert_eq!(again.digest, evaluation.digest);
}

#[tokio::test]
async fn a_pack_verifies_until_a_byte_changes() {
    let (evaluation, _, config) = judged().await;
    let catalogue = Catalogue::builtin().unwrap();
    let pack = Pack::of(&evaluation, &catalogue, &config).unwrap();
    assert!(pack.verify().is_intact(), "{:?}", pack.verify());
    for name in pack.files().keys() {
        let mut files = pack.files().clone();
        let bytes = files.get_mut(name).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        assert!(!jumpcloud_compliance::pack::verify(&files).is_intact(), "{name}");
    }
    let mut files = pack.files().clone();
    files.insert("extra.txt".to_owned(), Vec::new());
    assert!(!jumpcloud_compliance::pack::verify(&files).is_intact());
}

#[tokio::test]
async fn excluded_devices_are_listed_with_their_reason() {
    let (evaluation, ..) = judged().await;
    let devices = evaluation
        .population
        .iter()
        .find(|population| population.kind == jumpcloud_compliance::SubjectKind::Device)
        .unwrap();
    let excluded: Vec<&str> =
        devices.excluded.iter().filter_map(|excluded| excluded.name.as_deref()).collect();
    assert!(excluded.contains(&"ipad-reception"), "{excluded:?}");
    assert_eq!(devices.total, devices.in_scope + u64::try_from(devices.excluded.len()).unwrap());
}
