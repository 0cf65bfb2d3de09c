//! Lists that nobody modelled: the same proof as for those that are.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use jumpcloud_client::testkit::{FakeJumpCloud, Fault, Organization, RateLimit, RetryAfter};
use jumpcloud_client::{
    Client, CoverageNote, ErrorKind, Family, InputState, PartialReason, RawListing, SetAsideReason,
};
use serde_json::{Value, json};

use crate::support::{builder, client, decent, id_of, organization, there, well_behaved};

const DEVICES: &str = "/api/systems";
const COMPLETE: InputState = InputState::Complete;

const fn partial(reason: PartialReason) -> InputState {
    InputState::Partial { reason }
}

async fn fake(count: usize, faults: &[Fault]) -> FakeJumpCloud {
    let mut fake = FakeJumpCloud::builder().organization(organization(count));
    for fault in faults {
        fake = fake.fault(fault.clone());
    }
    fake.start().await.unwrap()
}

async fn devices(client: &Client) -> RawListing<Value> {
    client.raw(Family::V1).list("/systems", &[]).collect().await.unwrap()
}

fn ids(list: &RawListing<Value>) -> BTreeSet<String> {
    let id = |row: &Value| row.get("_id").unwrap_or(&row["id"]).as_str().unwrap().to_owned();
    let ids: BTreeSet<String> = list.values().map(id).collect();
    assert_eq!(ids.len(), list.records.len(), "a row is there twice");
    ids
}

/// An organization with rows of any kind at this path.
fn holding(path: &str, rows: Vec<Value>) -> Organization {
    let mut org = Organization::new("Umbrellas & Sons");
    org.put(path, rows);
    org
}

#[tokio::test]
async fn lists_of_both_families_arrive_whole_in_the_fewest_requests() {
    let fake = fake(230, &[]).await;
    let client = client(&fake);
    let list = devices(&client).await;
    assert_eq!((list.state(), ids(&list)), (COMPLETE, there(&fake, DEVICES)));
    assert_eq!(list.coverage.reported_total, Some(230));
    assert_eq!(list.coverage.request.path, "/api/systems");
    assert_eq!(fake.requests().len(), 3);
    well_behaved(&fake);
    fake.reset_log();
    let groups = client.raw(Family::V2).list::<Value>("/usergroups", &[]).collect().await.unwrap();
    assert_eq!((groups.state(), ids(&groups)), (COMPLETE, there(&fake, "/api/v2/usergroups")));
    let group = id_of::<()>(&fake, "/api/v2/usergroups", "name", "Staff");
    let path = format!("/usergroups/{group}/members");
    let members = client.raw(Family::V2).list::<Value>(&path, &[]).page_size(50).collect().await;
    let members = members.unwrap();
    assert_eq!((members.state(), members.records.len()), (COMPLETE, 230));
    assert_eq!(members.coverage.request.path, "/api/v2/usergroups/{id}/members");
    well_behaved(&fake);
}

#[tokio::test]
async fn a_list_is_read_into_the_type_of_the_caller() {
    #[derive(serde::Deserialize)]
    struct Host {
        hostname: String,
    }
    let fake = fake(120, &[]).await;
    let raw = client(&fake).raw(Family::V1);
    let query = [("fields", "hostname"), ("sort", "hostname")];
    let list = raw.list::<Host>("/systems", &query).page_size(50);
    let hosts: Vec<String> =
        list.items().map_ok(|row| row.value.hostname).try_collect().await.unwrap();
    let expected: Vec<String> = (0..120).map(|number| format!("mac-{number:05}")).collect();
    assert_eq!(hosts, expected);
    let skips: Vec<_> =
        fake.requests().iter().map(|r| r.query_value("skip").map(str::to_owned)).collect();
    assert_eq!(skips, ["0", "50", "100"].map(|skip| Some(skip.to_owned())));
    assert!(fake.requests().iter().all(|request| request.query_value("sort") == Some("hostname")));
}

#[tokio::test]
async fn a_row_that_does_not_fit_is_set_aside_and_told() {
    #[derive(Debug, serde::Deserialize)]
    struct Rule {
        #[expect(dead_code, reason = "what must be there")]
        name: String,
    }
    let rows = vec![
        json!({"id": "5f0c1f2a3b4c5d6e7f809102", "name": "a"}),
        json!({"id": "5f0c1f2a3b4c5d6e7f809103", "name": 7, "secret": "planted-secret-0451"}),
    ];
    let fake = FakeJumpCloud::start(holding("/api/v2/iplists", rows)).await.unwrap();
    let client = client(&fake);
    let list = client.raw(Family::V2).list::<Rule>("/iplists", &[]).collect().await.unwrap();
    assert_eq!(list.state(), partial(PartialReason::Decode));
    let [odd] = &*list.set_aside else { panic!("{:?}", list.set_aside) };
    assert_eq!((odd.position, odd.reason), (1, SetAsideReason::OtherType));
    assert_eq!(odd.id.as_deref(), Some("5f0c1f2a3b4c5d6e7f809103"));
    assert!(odd.raw.is_none() && !format!("{list:?} {odd:?}").contains("planted"));
    let mut pages = client.raw(Family::V2).list::<Rule>("/iplists", &[]).pages();
    let page = pages.try_next().await.unwrap().unwrap();
    assert_eq!((page.records.len(), page.set_aside.len()), (1, 1));
    assert!(pages.next().await.is_none());
    assert_eq!(pages.coverage().unwrap().state, partial(PartialReason::Decode));
}

#[tokio::test]
async fn faults_one_by_one_and_together_lose_no_row_or_are_told() {
    let devices_fault = || Fault::on("GET /api/systems");
    let throttled = || devices_fault().nth(2).status(429).retry_after(RetryAfter::Seconds(1));
    // What is known to be complete, and what may also be an honest partial.
    let runs: [(Vec<Fault>, bool); 7] = [
        (vec![devices_fault().nth(2).status(503), devices_fault().nth(4).truncate(90)], true),
        (vec![devices_fault().cap_limit(60), throttled()], true),
        (vec![devices_fault().no_total(), devices_fault().nth(3).reset_after(40)], true),
        (vec![devices_fault().total_text("many"), devices_fault().nth(3).hang_up()], true),
        (vec![devices_fault().nth(2).insert_rows(3), throttled()], true),
        (vec![devices_fault().ignore_sort(), devices_fault().nth(3).insert_rows(1)], false),
        (vec![devices_fault().nth(2).short_page(4), devices_fault().nth(3).delete_rows(2)], false),
    ];
    for (faults, whole) in runs {
        let fake = fake(230, &faults).await;
        let list = devices(&client(&fake)).await;
        let (have, want) = (ids(&list), there(&fake, DEVICES));
        assert!(!whole || list.state().is_complete(), "{faults:?} {:?}", list.coverage);
        if list.state().is_complete() {
            assert_eq!(have, want, "{faults:?}");
        } else {
            assert!(matches!(list.state(), InputState::Partial { .. }), "{faults:?}");
        }
        decent(&fake);
    }
}

#[tokio::test]
async fn references_to_the_deleted_are_explained_as_in_modelled_lists() {
    let fault = Fault::on("GET /api/v2/usergroups/*/membership").dangling(7);
    let fake = fake(230, &[fault]).await;
    let group = id_of::<()>(&fake, "/api/v2/usergroups", "name", "Staff");
    let path = format!("/usergroups/{group}/membership");
    let list = client(&fake).raw(Family::V2).list::<Value>(&path, &[]).collect().await.unwrap();
    assert_eq!((list.state(), list.records.len()), (COMPLETE, 230));
    assert!(list.coverage.notes.contains(&CoverageNote::DanglingReferences));
}

#[tokio::test]
async fn rows_without_an_identity_are_kept_however_alike() {
    let row = |n: usize| json!({"name": format!("n{}", n / 2)});
    let rows: Vec<Value> = (0..60).map(row).collect();
    let fake = FakeJumpCloud::start(holding("/api/v2/iplists", rows)).await.unwrap();
    let raw = client(&fake).raw(Family::V2);
    let list = raw.list::<Value>("/iplists", &[]).page_size(25).collect().await.unwrap();
    assert_eq!((list.state(), list.records.len()), (COMPLETE, 60));
    assert_eq!(list.coverage.duplicates, 0);

    // Drives of two devices share their ids.
    let row = |n: usize| json!({"system_id": format!("{:024x}", n / 2), "id": (n % 2).to_string()});
    let rows: Vec<Value> = (0..60).map(row).collect();
    let org = holding("/api/v2/systeminsights/disk_info", rows);
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let raw = client(&fake).raw(Family::V2);
    let table = raw.list::<Value>("/systeminsights/disk_info", &[]).collect().await.unwrap();
    assert_eq!((table.state(), table.records.len()), (COMPLETE, 60));
    assert_eq!(fake.requests()[0].query_value("limit"), Some("1000"));
}

#[tokio::test]
async fn an_id_that_repeats_is_told_and_never_complete() {
    let row = |n: usize| json!({"id": format!("rule-{}", n / 2), "name": format!("n{n}")});
    let rows: Vec<Value> = (0..30).map(row).collect();
    let fake = FakeJumpCloud::start(holding("/api/v2/iplists", rows)).await.unwrap();
    let raw = client(&fake).raw(Family::V2);
    let list = raw.list::<Value>("/iplists", &[]).collect().await.unwrap();
    assert!(matches!(list.state(), InputState::Partial { .. }), "{:?}", list.coverage);
    let list = raw.list::<Value>("/iplists", &[]).unkeyed().collect().await.unwrap();
    assert_eq!((list.state(), list.records.len()), (COMPLETE, 30));
}

#[tokio::test]
async fn rows_under_another_key_are_an_error_and_never_empty() {
    let fake = fake(30, &[Fault::on("GET /api/systems").unknown_wrapper()]).await;
    let raw = client(&fake).raw(Family::V1);
    let error = raw.list::<Value>("/systems", &[]).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);
    let list = raw.list::<Value>("/systems", &[]).wrapped("entries").collect().await.unwrap();
    assert_eq!((list.state(), list.records.len()), (COMPLETE, 30));
    let error = raw.list::<Value>("/systemusers", &[]).bare().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Contract);
}

#[tokio::test]
async fn what_is_refused_to_one_read_is_refused_to_a_list() {
    let fake = fake(3, &[]).await;
    let raw = |family| client(&fake).raw(family);
    for (family, path, query) in [
        (Family::V2, "/systems/5f0c1f2a3b4c5d6e7f809102/fdekey", ("", "")),
        (Family::V1, "/v2/applemdms/a/enrollmentprofiles/b", ("", "")),
        (Family::V1, "/search/systems", ("", "")),
        (Family::V1, "/systems?limit=1", ("", "")),
        (Family::V1, "/systems", ("limit", "1")),
        (Family::V1, "/systems", ("skip", "1")),
    ] {
        let query = [query];
        let error = raw(family).list::<Value>(path, &query).collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{path} {query:?}");
        assert!(!error.to_string().contains("5f0c1f2a3b4c5d6e7f809102"), "{error}");
    }
    assert_eq!(fake.requests().len(), 0);
}

#[tokio::test]
async fn a_page_that_repeats_and_one_that_fails_end_in_their_errors() {
    let stuck = fake(230, &[Fault::on("GET /api/systems").ignore_skip()]).await;
    let list = client(&stuck).raw(Family::V1).list::<Value>("/systems", &[]);
    assert_eq!(list.collect().await.unwrap_err().kind(), ErrorKind::Contract);
    let fake = fake(230, &[Fault::on("GET /api/systems").skip(200..=200).status(403)]).await;
    let raw = client(&fake).raw(Family::V1);
    let mut items = raw.list::<Value>("/systems", &[]).items();
    let mut rows = 0;
    let error = loop {
        match items.next().await.unwrap() {
            Ok(_) => rows += 1,
            Err(error) => break error,
        }
    };
    assert_eq!((rows, error.kind()), (200, ErrorKind::Forbidden));
    assert!(items.next().await.is_none());
    let reason = PartialReason::PageFailed;
    assert_eq!(items.coverage().unwrap().state, partial(reason));
}

#[tokio::test]
async fn a_record_of_another_organization_stops_a_raw_list() {
    let rows = vec![json!({"_id": "5f0c1f2a3b4c5d6e7f809102", "organization": "6a".repeat(12)})];
    let org = holding("/api/systems", rows);
    let id = org.id().to_owned();
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let client = builder(&fake).organization(&id).build().unwrap();
    let error = client.raw(Family::V1).list::<Value>("/systems", &[]).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongOrganization);
}

#[tokio::test]
async fn a_raw_list_keeps_the_limits_of_its_client() {
    let fake = FakeJumpCloud::builder()
        .organization(organization(900))
        .rate_limit(RateLimit::new(4, Duration::from_millis(300)))
        .start()
        .await
        .unwrap();
    let client = client(&fake);
    let list = client.raw(Family::V1).list::<Value>("/systems", &[]).collect().await.unwrap();
    assert_eq!((list.state(), ids(&list)), (COMPLETE, there(&fake, DEVICES)));
    assert!(client.counters().throttles() > 0);
    decent(&fake);
}
