//! What a collection is said to cost, and what it costs.

use std::time::Duration;

use jumpcloud_client::collect::{Estimate, InputEstimate, Plan, Preset};
use jumpcloud_client::testkit::{DeviceSpec, FakeJumpCloud, Fault, UserSpec};
use jumpcloud_client::{Client, ErrorKind, FailureClass, InputState};

use crate::support::{builder, client, organization, well_behaved};

const FORBIDDEN: InputState = InputState::Failed { class: FailureClass::Forbidden };

fn input<'e>(estimate: &'e Estimate, code: &str) -> &'e InputEstimate {
    estimate.inputs.iter().find(|input| input.input == code).unwrap()
}

/// Plans and runs; the estimate, and the requests that each of the two took.
async fn both(fake: &FakeJumpCloud, client: &Client, plan: Plan) -> (Estimate, u64, u64) {
    client.validate().await.unwrap();
    fake.reset_log();
    let collector = client.collect(plan);
    let estimate = collector.plan().await.unwrap();
    let looks = fake.requests().len() as u64;
    well_behaved(fake);
    fake.reset_log();
    let snapshot = collector.run(&mut |_| {}).await.unwrap();
    for input in &estimate.inputs {
        let complete = snapshot.state(input.input) == Some(InputState::Complete);
        assert_eq!(complete, input.obstacle.is_none(), "{input:?}");
    }
    (estimate, looks, fake.requests().len() as u64)
}

#[tokio::test]
async fn a_run_takes_what_its_plan_said() {
    let fake = FakeJumpCloud::start(organization(230)).await.unwrap();
    let client = builder(&fake).rate_limit(400, 4).build().unwrap();
    let plan = Plan::exactly(["SYS", "USR", "SG", "UG", "SGM", "UGM", "SI.apps"]).unwrap();
    let (estimate, looks, requests) = both(&fake, &client, plan).await;
    assert_eq!(estimate.requests, requests, "{estimate:?}");
    assert_eq!(looks, 7, "one look an input");
    assert_eq!(input(&estimate, "SYS").records, Some(230));
    assert_eq!(input(&estimate, "SYS").requests, 3);
    let members = input(&estimate, "SGM");
    assert_eq!((members.records, members.parents, members.requests), (None, Some(1), 3));
    let paced = u32::try_from(requests - 4).unwrap();
    assert_eq!(estimate.time, Duration::from_micros(2_500) * paced);
    assert_eq!(estimate.obstructed().count(), 0);
}

#[tokio::test]
async fn a_confirmed_run_is_said_to_take_twice_as_much() {
    let fake = FakeJumpCloud::start(organization(130)).await.unwrap();
    let client = client(&fake);
    let once = client.collect(Plan::exactly(["SYS", "UG", "UGM"]).unwrap());
    let once = once.plan().await.unwrap().requests;
    let twice = client.collect(Plan::exactly(["SYS", "UG", "UGM"]).unwrap()).confirm();
    let twice = twice.plan().await.unwrap().requests;
    assert_eq!((once, twice), (5, 10));
}

#[tokio::test]
async fn the_cheaper_end_is_planned_and_taken() {
    let mut org = organization(4);
    for number in 0..40 {
        org.device(DeviceSpec::linux(&format!("spare-{number}")));
    }
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let client = client(&fake);
    let plan = Plan::for_inputs(["SYS-USR"]).unwrap();
    let (estimate, _, requests) = both(&fake, &client, plan).await;
    assert_eq!(input(&estimate, "USR-SYS").parents, Some(4));
    assert!(estimate.inputs.iter().all(|input| input.input != "SYS-USR"));
    assert_eq!(estimate.requests, requests, "{estimate:?}");
}

#[tokio::test]
async fn an_estimate_is_never_more_than_the_run_takes() {
    let mut org = organization(120);
    let teams: Vec<_> = (0..5).map(|n| org.user_group(&format!("Team {n}"))).collect();
    for number in 0..150 {
        let person = org.user(UserSpec::new(&format!("contractor{number:03}")));
        org.member(&teams[3], &person);
    }
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let (estimate, _, requests) =
        both(&fake, &client(&fake), Plan::preset(Preset::Integration)).await;
    assert!(estimate.requests <= requests, "{} of {requests}", estimate.requests);
    // The groups after the first are counted as one request each, and two have more.
    assert!(estimate.requests + 10 >= requests, "{} of {requests}", estimate.requests);
}

#[tokio::test]
async fn what_may_not_be_read_is_told_before_the_run() {
    let fake = FakeJumpCloud::start(organization(12)).await.unwrap();
    fake.inject(Fault::on("GET /api/v2/systemgroups").status(403));
    fake.inject(Fault::on("GET /api/v2/usergroups/*/membership").status(403));
    let plan = Plan::exactly(["SYS", "SG", "SGM", "UG", "UGM"]).unwrap();
    let (estimate, ..) = both(&fake, &client(&fake), plan).await;
    let obstructed: Vec<_> =
        estimate.obstructed().map(|input| (input.input, input.obstacle)).collect();
    let forbidden = Some(FORBIDDEN);
    assert_eq!(obstructed, [("SG", forbidden), ("SGM", forbidden), ("UGM", forbidden)]);
    assert_eq!(input(&estimate, "SYS").records, Some(12));
}

#[tokio::test]
async fn a_wrong_key_has_no_plan() {
    let fake = FakeJumpCloud::start(organization(1)).await.unwrap();
    let wrong =
        Client::builder().base_url(fake.url()).api_key("jca_WRONGwrongWRONGwrong0123456789");
    let client = wrong.build().unwrap();
    let collector = client.collect(Plan::preset(Preset::Lean));
    assert_eq!(collector.plan().await.unwrap_err().kind(), ErrorKind::Unauthorized);
    assert_eq!(fake.requests().len(), 1);
}
