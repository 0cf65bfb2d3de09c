//! What a user sees when the service refuses, fails or has nothing.

use jumpcloud_client::collect::{Plan, Preset};
use jumpcloud_client::resources::{System, SystemGroup, SystemUser};
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, Fault, Organization, demo};
use jumpcloud_client::{
    Client, ErrorKind, FailureClass, InputState, PartialReason, Retry, Snapshot,
};
use jumpcloud_compliance::{Catalogue, Config, Evaluation, Outcome, UnknownCause, evaluate};

const NOW: &str = "2026-11-24T09:00:00Z";

fn client(server: &FakeJumpCloud, key: &str) -> Client {
    Client::builder()
        .base_url(server.url())
        .api_key(key)
        .rate_limit(1000, 1000)
        .max_in_flight(8)
        .retry(Retry::none())
        .clock(|| NOW.parse().unwrap())
        .build()
        .unwrap()
}

fn judge(snapshot: &Snapshot) -> Evaluation {
    let catalogue = Catalogue::builtin().unwrap();
    evaluate(&catalogue, snapshot, &Config::default(), NOW.parse().unwrap(), None).unwrap()
}

async fn demo_server() -> FakeJumpCloud {
    FakeJumpCloud::start(demo::organization(NOW.parse().unwrap())).await.unwrap()
}

async fn collect(client: &Client) -> Snapshot {
    client.collect(Plan::preset(Preset::Integration)).run(&mut |_| {}).await.unwrap()
}

#[tokio::test]
async fn a_wrong_key_is_said_at_once_and_nothing_else_is_asked() {
    let server = demo_server().await;
    let error = client(&server, "jca_wrong").validate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(error.to_string().contains("region"), "{error}");
    assert!(!error.to_string().contains("jca_wrong"));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_403_on_one_input_leaves_the_others() {
    let server = demo_server().await;
    server.inject(Fault::on("GET /api/v2/systemgroups").status(403));
    let client = client(&server, DEMO_KEY);
    client.validate().await.unwrap();
    let snapshot = collect(&client).await;
    let forbidden = InputState::Failed { class: FailureClass::Forbidden };
    assert_eq!(snapshot.list::<SystemGroup>().state(), forbidden);
    assert_eq!(snapshot.list::<System>().state(), InputState::Complete);
    assert_eq!(snapshot.state("SGM"), Some(forbidden));
    let evaluation = judge(&snapshot);
    for finding in evaluation.findings.iter().filter(|finding| finding.rule_id == "JC-DEV-020") {
        assert_eq!(finding.outcome, Outcome::Unknown);
        assert_eq!(finding.unknown_cause, Some(UnknownCause::InputFailed));
    }
}

#[tokio::test]
async fn a_503_in_mid_list_keeps_what_arrived() {
    let now = NOW.parse().unwrap();
    let server = FakeJumpCloud::start(demo::organization_of(250, 3, now)).await.unwrap();
    server.inject(Fault::on("GET /api/systems").skip(200..=299).status(503));
    let client = client(&server, DEMO_KEY);
    client.validate().await.unwrap();
    let snapshot = collect(&client).await;
    let systems = snapshot.list::<System>();
    let failed = InputState::Partial { reason: PartialReason::PageFailed };
    assert_eq!(systems.state(), failed);
    assert_eq!(systems.records.len(), 200);
    assert_eq!(snapshot.list::<SystemUser>().state(), InputState::Complete);
    let evaluation = judge(&snapshot);
    let devices = evaluation
        .population
        .iter()
        .find(|population| population.kind == jumpcloud_compliance::SubjectKind::Device)
        .unwrap();
    assert!(!devices.complete, "the report must say that there may be more devices");
}

#[tokio::test]
async fn an_empty_organization_is_complete_and_empty() {
    let server = FakeJumpCloud::start(Organization::new("Nobody yet")).await.unwrap();
    let client = client(&server, DEMO_KEY);
    client.validate().await.unwrap();
    let snapshot = collect(&client).await;
    for input in snapshot.inputs() {
        let fine = matches!(input.coverage.state, InputState::Complete | InputState::NotLicensed);
        assert!(fine, "{}: {:?}", input.input, input.coverage.state);
    }
    let evaluation = judge(&snapshot);
    assert!(evaluation.findings.iter().all(|finding| finding.subject.kind.as_str() != "device"));
}

#[tokio::test]
async fn every_device_of_a_large_organization_arrives_once() {
    let now = NOW.parse().unwrap();
    let server = FakeJumpCloud::start(demo::organization_of(2_000, 11, now)).await.unwrap();
    let expected: Vec<String> = server
        .with_organization(|org| {
            org.records("/api/systems")
                .iter()
                .map(|record| record["_id"].as_str().unwrap().to_owned())
                .collect()
        })
        .unwrap();
    let client = client(&server, DEMO_KEY);
    client.validate().await.unwrap();
    let snapshot = client.collect(Plan::preset(Preset::Lean)).run(&mut |_| {}).await.unwrap();
    let mut ids: Vec<String> = snapshot
        .list::<System>()
        .values()
        .filter_map(|s| Some(s.id.value()?.to_string()))
        .collect();
    let mut wanted = expected;
    ids.sort();
    wanted.sort();
    assert_eq!(ids, wanted);
    assert!(server.violations().is_empty());
    assert!(server.max_in_flight() <= 8);
}
