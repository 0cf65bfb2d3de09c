//! Whole collections over the fake: what is kept, what is marked, and what is asked.

use std::collections::{BTreeMap, BTreeSet};

use jumpcloud_client::collect::{Plan, Preset, Progress};
use jumpcloud_client::resources::insights::App;
use jumpcloud_client::resources::{
    System, SystemGroup, SystemGroupMembership, SystemUser, SystemUsers, UserGroup,
};
use jumpcloud_client::testkit::{DeviceSpec, FakeJumpCloud, Fault, Faults, Organization, demo};
use jumpcloud_client::{
    Client, CoverageNote, ErrorKind, FailureClass, InputState, PartialReason, Snapshot,
};
use serde_json::json;

use crate::support::{builder, client, ids, organization, quick, there, well_behaved};

const COMPLETE: InputState = InputState::Complete;
const FORBIDDEN: InputState = InputState::Failed { class: FailureClass::Forbidden };
const UNAUTHORISED: InputState = InputState::Failed { class: FailureClass::Unauthorised };

async fn fake(count: usize) -> FakeJumpCloud {
    FakeJumpCloud::start(organization(count)).await.unwrap()
}

async fn collect(client: &Client, plan: Plan) -> (Snapshot, Vec<Progress>) {
    let mut told = Vec::new();
    let snapshot = client.collect(plan).run(&mut |step| told.push(step)).await.unwrap();
    orderly(&told);
    (snapshot, told)
}

fn only<'c>(codes: impl IntoIterator<Item = &'c str>) -> Plan {
    Plan::exactly(codes).unwrap()
}

/// Progress begins, finishes each input once, and ends with counts that add up.
fn orderly(told: &[Progress]) {
    let Some(Progress::Started { inputs }) = told.first() else { panic!("{told:?}") };
    let mut finished = BTreeMap::new();
    for step in told {
        match step {
            Progress::InputFinished { input, state, .. } => {
                assert!(finished.insert(*input, *state).is_none(), "{input} finishes once");
            }
            Progress::Page { input, .. } => assert!(!finished.contains_key(input), "{input}"),
            Progress::Object { input, done, of } => {
                assert!(*done <= *of && !finished.contains_key(input), "{input} {done} of {of}");
            }
            _ => {}
        }
    }
    assert_eq!(finished.len(), *inputs, "every input finishes: {finished:?}");
    let whole = finished.values().filter(|state| state.is_complete()).count();
    let end = Progress::Finished { complete: whole, incomplete: finished.len() - whole };
    assert_eq!(told.last(), Some(&end));
}

#[tokio::test]
async fn a_good_organization_is_read_whole() {
    let now = "2026-11-24T09:00:00Z".parse().unwrap();
    let fake = FakeJumpCloud::start(demo::organization(now)).await.unwrap();
    let (snapshot, told) = collect(&client(&fake), Plan::preset(Preset::Integration)).await;
    for view in snapshot.inputs() {
        let state = view.coverage.state;
        let fine = matches!(state, COMPLETE | InputState::NotLicensed);
        assert!(fine, "{} {:?}: {state:?}", view.input, view.scope);
    }
    assert_eq!(ids(snapshot.list::<System>()), there(&fake, "/api/systems"));
    assert_eq!(ids(snapshot.list::<SystemUser>()), there(&fake, "/api/systemusers"));
    assert!(snapshot.organization_id.is_some(), "the run found out which organization it reads");
    assert!(told.iter().any(|step| matches!(step, Progress::Object { input: "SGM", .. })));
    well_behaved(&fake);
    // What is saved and read again is the same.
    let saved = serde_json::to_string(&snapshot).unwrap();
    let again = Snapshot::from_json(&saved).unwrap();
    for (view, other) in snapshot.inputs().iter().zip(again.inputs()) {
        assert_eq!(view.coverage, other.coverage, "{}", view.input);
    }
    assert!(serde_json::to_string(&again).unwrap() == saved);
}

#[tokio::test]
async fn everything_a_plan_can_name_is_a_documented_read() {
    let fake = fake(3).await;
    let (snapshot, _) = collect(&client(&fake), Plan::preset(Preset::Full)).await;
    assert_eq!(snapshot.state("SYS"), Some(COMPLETE));
    well_behaved(&fake);
}

#[tokio::test]
async fn an_empty_organization_is_complete_and_empty() {
    let fake = FakeJumpCloud::start(Organization::new("Nobody yet")).await.unwrap();
    let (snapshot, _) = collect(&client(&fake), Plan::preset(Preset::Integration)).await;
    for code in ["SYS", "USR", "SG", "UG", "APP", "POL", "SGM", "UGM", "APP-USR", "PST"] {
        let state = snapshot.state(code);
        assert_eq!(state.unwrap(), COMPLETE, "{code}");
    }
    assert!(snapshot.list::<System>().records.is_empty());
    well_behaved(&fake);
}

#[tokio::test]
async fn a_403_on_one_input_leaves_the_others() {
    let fake = fake(120).await;
    fake.inject(Fault::on("GET /api/v2/systemgroups").status(403));
    let (snapshot, _) = collect(&client(&fake), only(["SYS", "SG", "SGM", "UG", "UGM"])).await;
    assert_eq!(snapshot.list::<SystemGroup>().state(), FORBIDDEN);
    assert_eq!(snapshot.state("SGM"), Some(FORBIDDEN), "what hangs on it was refused with it");
    for code in ["SYS", "UG", "UGM"] {
        assert_eq!(snapshot.state(code), Some(COMPLETE), "{code}");
    }
    well_behaved(&fake);
}

#[tokio::test]
async fn one_failing_object_leaves_the_others_of_its_input() {
    let mut org = organization(30);
    org.system_group("Loaners");
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let id = fake.with_organization(|org| {
        org.id_of("/api/v2/systemgroups", "name", "Loaners").unwrap().to_owned()
    });
    let id = id.unwrap();
    fake.inject(Fault::on(&format!("GET /api/v2/systemgroups/{id}/membership")).status(404));
    let (snapshot, _) = collect(&client(&fake), only(["SGM"])).await;
    let incomplete = InputState::Partial { reason: PartialReason::ScopeIncomplete };
    assert_eq!(snapshot.state("SGM"), Some(incomplete));
    let members = snapshot.list_of::<SystemGroupMembership>();
    assert_eq!(members.of.len(), 2);
    assert_eq!(
        members.of[&id].state(),
        InputState::Failed { class: FailureClass::NotFound },
        "it vanished while it was read"
    );
    assert_eq!(members.of.values().map(|list| list.records.len()).sum::<usize>(), 30);
}

#[tokio::test]
async fn a_503_in_mid_list_keeps_what_arrived() {
    let fake = fake(250).await;
    fake.inject(Fault::on("GET /api/systems").skip(200..=299).status(503));
    let (snapshot, _) = collect(&client(&fake), only(["SYS", "USR", "SYS-USR"])).await;
    let systems = snapshot.list::<System>();
    assert_eq!(systems.state(), InputState::Partial { reason: PartialReason::PageFailed });
    assert_eq!((systems.records.len(), systems.coverage.reported_total), (200, Some(250)));
    assert_eq!(snapshot.state("USR"), Some(COMPLETE));
    assert_eq!(
        snapshot.state("SYS-USR"),
        Some(InputState::Partial { reason: PartialReason::ParentIncomplete })
    );
    assert_eq!(snapshot.list_of::<SystemUsers>().of.len(), 200);
    well_behaved(&fake);
}

#[tokio::test]
async fn a_401_in_mid_run_halts_and_marks_the_rest() {
    let fake = fake(250).await;
    fake.inject(Fault::on("GET /api/v2/systems/*/users").nth(40).rotate_key("jca_another"));
    let plan = only(["SYS", "SG", "SGM", "SYS-USR", "UG", "UGM", "USR-SYS"]);
    let (snapshot, _) = collect(&client(&fake), plan).await;
    assert_eq!(snapshot.state("SYS"), Some(COMPLETE), "what was read stays");
    assert_eq!(
        snapshot.state("SYS-USR"),
        Some(InputState::Partial { reason: PartialReason::ScopeIncomplete })
    );
    assert_eq!(snapshot.state("USR-SYS"), Some(UNAUTHORISED));
    let after = fake.requests().iter().filter(|request| request.status == Some(401)).count();
    assert!(after <= 30, "a dead key is not tried on and on: {after}");
    assert!(fake.requests().len() < 120, "{}", fake.requests().len());
}

#[tokio::test]
async fn a_wrong_key_marks_everything_with_one_request() {
    let fake = fake(10).await;
    let client = builder(&fake).build().unwrap();
    fake.rotate_key("jca_another");
    let (snapshot, told) = collect(&client, Plan::preset(Preset::Integration)).await;
    assert!(told.iter().all(|step| !matches!(step, Progress::Page { .. })));
    for code in ["ORG", "ORGD", "SYS", "SGM", "SI.apps", "PST"] {
        assert_eq!(snapshot.state(code), Some(UNAUTHORISED), "{code}");
    }
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn two_organizations_without_a_choice_are_refused() {
    let fake = FakeJumpCloud::builder()
        .organization(organization(3))
        .organization(Organization::with_seed("Another", 1))
        .start()
        .await
        .unwrap();
    let run = client(&fake).collect(only(["SYS"])).run(&mut |_| {}).await;
    assert_eq!(run.unwrap_err().kind(), ErrorKind::OrganizationRequired);
    assert_eq!(fake.requests().len(), 1, "no data of any of them was asked for");
    let chosen = fake.with_organization(|org| org.id().to_owned()).unwrap();
    let client = builder(&fake).organization(&chosen).build().unwrap();
    let (snapshot, _) = collect(&client, only(["SYS", "ORGD", "ADM"])).await;
    assert_eq!(snapshot.organization_id.as_deref(), Some(&*chosen));
    for code in ["SYS", "ORG", "ORGD", "ADM"] {
        assert_eq!(snapshot.state(code), Some(COMPLETE), "{code}");
    }
    let settings = fake
        .requests()
        .into_iter()
        .filter(|request| request.path.starts_with("/api/organizations/"));
    assert_eq!(settings.count(), 1, "the settings of the chosen one and of no other");
    well_behaved(&fake);
}

#[tokio::test]
async fn a_record_of_another_organization_stops_the_run() {
    let mut org = organization(30);
    let id = org.records("/api/systemusers")[3]["id"].as_str().unwrap().to_owned();
    org.update("/api/systemusers", &id, |user| {
        user["organization"] = json!("5f0000000000000000000bad");
    });
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let run = client(&fake).collect(only(["SYS", "USR"])).run(&mut |_| {}).await;
    assert_eq!(run.unwrap_err().kind(), ErrorKind::WrongOrganization);
}

#[tokio::test]
async fn the_end_with_fewer_requests_is_taken() {
    let mut org = organization(4);
    for number in 0..40 {
        org.device(DeviceSpec::linux(&format!("spare-{number}")));
    }
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let plan = Plan::for_inputs(["SYS-USR"]).unwrap();
    let (snapshot, _) = collect(&client(&fake), plan).await;
    assert_eq!(snapshot.state("USR-SYS"), Some(COMPLETE), "four users instead of 44 devices");
    assert_eq!(snapshot.state("SYS-USR"), Some(InputState::NotCollected));
    // Who asks for exactly one end gets it.
    let (snapshot, _) = collect(&client(&fake), only(["SYS-USR"])).await;
    assert_eq!(snapshot.state("SYS-USR"), Some(COMPLETE));
    assert_eq!(snapshot.state("USR-SYS"), Some(InputState::NotCollected));
    // And a whole end is worth more than a short one.
    fake.inject(Fault::on("GET /api/systemusers").status(403));
    let (snapshot, _) = collect(&client(&fake), Plan::for_inputs(["SYS-USR"]).unwrap()).await;
    assert_eq!(snapshot.state("SYS-USR"), Some(COMPLETE));
    well_behaved(&fake);
}

#[tokio::test]
async fn deep_tables_are_read_by_the_devices_of_the_run() {
    let mut org = organization(110);
    let rows = org
        .records("/api/systems")
        .iter()
        .flat_map(|device| {
            let id = device["id"].clone();
            (0..100).map(move |app| json!({"system_id": id, "name": format!("{app}.app")}))
        })
        .collect();
    org.put("/api/v2/systeminsights/apps", rows);
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let table = Fault::on("GET /api/v2/systeminsights/apps");
    fake.inject(table.skip(10_000..=u64::MAX).status(400));
    // The devices come late, so the table waits for them.
    fake.inject(Fault::on("GET /api/systems").delay(std::time::Duration::from_millis(700)));
    let (snapshot, _) = collect(&client(&fake), only(["SYS", "SI.apps"])).await;
    let apps = snapshot.list::<App>();
    assert_eq!((apps.state(), apps.records.len()), (COMPLETE, 11_000));
    assert_eq!(apps.coverage.notes, [CoverageNote::SplitByDevice]);
    // Without devices in the plan, what arrived is kept and marked.
    let (snapshot, _) = collect(&client(&fake), only(["SI.apps"])).await;
    let apps = snapshot.list::<App>();
    assert_eq!(apps.state(), InputState::Partial { reason: PartialReason::PageFailed });
    assert_eq!(apps.records.len(), 10_000);
    well_behaved(&fake);
}

#[tokio::test]
async fn a_confirmed_collection_reads_twice() {
    let fake = fake(130).await;
    let client = client(&fake);
    client.validate().await.unwrap();
    fake.reset_log();
    let plan = only(["SYS", "UG"]);
    let snapshot = client.collect(plan).confirm().run(&mut |_| {}).await.unwrap();
    assert_eq!(snapshot.state("SYS"), Some(COMPLETE));
    assert_eq!(ids(snapshot.list::<UserGroup>()).len(), 1);
    assert_eq!(fake.requests().len(), 6);
}

#[tokio::test]
async fn a_dropped_collection_leaves_nothing_behind() {
    let fake = fake(230).await;
    fake.inject(Fault::on("* /api/**").delay(std::time::Duration::from_millis(5)));
    let client = client(&fake);
    for patience in [3, 17, 40] {
        let mut quiet = |_| {};
        let run = client.collect(Plan::preset(Preset::Integration)).run(&mut quiet);
        let cut = tokio::time::timeout(std::time::Duration::from_millis(patience), run).await;
        assert!(cut.is_err(), "it was under way");
    }
    let (snapshot, _) = collect(&client, only(["SYS"])).await;
    assert_eq!(snapshot.list::<System>().records.len(), 230);
    well_behaved(&fake);
}

/// Runs side by side, as their cool-downs pass in real time.
const RUNS: u64 = 40;

/// One collection under faults drawn from a seed.
async fn under_faults(seed: u64) {
    let replay = format!("FAULT_SEED={seed} replays this run");
    let count = usize::try_from(20 + seed * 37 % 260).unwrap();
    let faults = Faults::seeded(seed, 12);
    let lists = seed % 2 == 1;
    let faults = if lists { faults.including_lists() } else { faults };
    let fake = FakeJumpCloud::builder()
        .organization(organization(count))
        .faults(faults)
        .seed(seed)
        .start()
        .await
        .unwrap();
    let codes = ["SYS", "USR", "SG", "UG", "SGM", "UGM", "APP"];
    // A busy machine adds time-outs of its own to the faults that were drawn.
    let patient = builder(&fake).retry(quick().max_retries(12)).build().unwrap();
    let collector = patient.collect(only(codes));
    let snapshot = collector.run(&mut |_| {}).await.unwrap_or_else(|e| panic!("{replay}: {e}"));
    for (code, path) in [("SYS", "/api/systems"), ("USR", "/api/systemusers")] {
        let got: BTreeSet<String> = match code {
            "SYS" => ids(snapshot.list::<System>()),
            _ => ids(snapshot.list::<SystemUser>()),
        };
        let state = snapshot.state(code).unwrap();
        let there = there(&fake, path);
        if state.is_complete() {
            let lost: Vec<_> = there.difference(&got).collect();
            assert!(lost.is_empty(), "{replay}: {code} is complete and lacks {lost:?}");
        }
        if !lists {
            assert_eq!(state, COMPLETE, "{replay}: {code}");
            assert_eq!(got, there, "{replay}: {code}");
        }
    }
    if !lists {
        for code in codes {
            assert_eq!(snapshot.state(code), Some(COMPLETE), "{replay}: {code}");
        }
    }
    // Cool-downs are held to the moment where time is virtual, as a busy machine delays answers.
    crate::support::documented(&fake);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seeded_faults_lose_no_row() {
    if let Ok(seed) = std::env::var("FAULT_SEED") {
        return under_faults(seed.parse().unwrap()).await;
    }
    let runs: Vec<_> = (0..RUNS).map(|seed| tokio::spawn(under_faults(seed))).collect();
    for run in runs {
        if let Err(error) = run.await {
            std::panic::resume_unwind(error.into_panic());
        }
    }
}
