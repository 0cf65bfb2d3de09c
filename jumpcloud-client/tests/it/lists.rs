//! Each fault of the fake against a list: read at once, by pages and record by record.

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use jumpcloud_client::resources::insights::{App, LinuxPackage};
use jumpcloud_client::resources::{System, UserGroup, UserGroupMembership};
use jumpcloud_client::testkit::{FakeJumpCloud, Fault, Organization, RetryAfter};
use jumpcloud_client::{
    Client, CoverageNote, ErrorKind, Id, InputState, Listing, PartialReason, Resource as _, Retry,
};
use serde_json::json;

use crate::support::{
    builder, client, decent, id_of, ids, once, organization, quick, there, well_behaved,
};

const DEVICES: &str = "/api/systems";
const COMPLETE: InputState = InputState::Complete;

const fn partial(reason: PartialReason) -> InputState {
    InputState::Partial { reason }
}

async fn fake(count: usize, fault: Fault) -> FakeJumpCloud {
    FakeJumpCloud::builder().organization(organization(count)).fault(fault).start().await.unwrap()
}

fn devices() -> Fault {
    Fault::on("GET /api/systems")
}

async fn systems(client: &Client) -> Listing<System> {
    client.list::<System>().collect().await.unwrap()
}

#[tokio::test]
async fn ten_thousand_devices_arrive_once_each() {
    let mut org = Organization::new("Large");
    let records = (0..10_000)
        .map(|number| {
            let id = format!("5f{number:022x}");
            json!({"_id": id, "id": id, "hostname": format!("h{number}"), "organization": org.id()})
        })
        .collect();
    org.put(DEVICES, records);
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let devices = systems(&client(&fake)).await;
    assert_eq!(devices.state(), COMPLETE);
    assert_eq!(ids(&devices), there(&fake, DEVICES));
    assert_eq!(fake.requests().len(), 101, "a hundred pages, and a look beyond the last full one");
    well_behaved(&fake);
    fake.reset_log();
    let trusting = client(&fake).list::<System>().trust_total().collect().await.unwrap();
    assert_eq!((trusting.records.len(), fake.requests().len()), (10_000, 100));
}

#[tokio::test]
async fn pages_items_and_collect_agree() {
    let fake = fake(230, devices().nth(2).status(503)).await;
    let client = client(&fake);
    let listing = systems(&client).await;
    assert_eq!(listing.coverage.retries, 1);
    let mut pages = client.list::<System>().pages();
    let mut records = Vec::new();
    let mut positions = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        positions.push(page.position);
        assert_eq!(page.total, Some(230));
        records.extend(page.records);
    }
    assert_eq!(positions, [0, 100, 200]);
    assert_eq!(once::<System>(&records), ids(&listing));
    assert_eq!(pages.coverage().unwrap().state, COMPLETE);
    assert!(pages.next().await.is_none(), "it stays at its end");
    let mut items = client.list::<System>().items();
    assert_eq!(items.by_ref().count().await, 230);
    assert_eq!((items.tally().records, items.tally().total), (230, Some(230)));
    assert_eq!(items.coverage().unwrap().state, COMPLETE);
    let order = |records: &[jumpcloud_client::Record<System>]| {
        records.iter().filter_map(|record| System::key(&record.value)).collect::<Vec<_>>()
    };
    assert_eq!(order(&records), order(&listing.records), "in the order of the service");
    well_behaved(&fake);
}

#[tokio::test]
async fn passing_failures_are_got_over() {
    let faults = [
        devices().times(2).status(500),
        devices().times(1).status(503).html(),
        devices().nth(2).status(408),
        devices().nth(2).status(504).html(),
        devices().nth(2).status(524).html(),
        devices().nth(2).hang_up(),
        devices().nth(2).reset_after(40),
        devices().nth(2).content_length_off_by(64),
        devices().nth(2).truncate(90),
        devices().nth(2).drip(2_000, Duration::from_millis(1)),
        devices().nth(3).delay(Duration::from_millis(20)),
    ];
    for fault in faults {
        let fake = fake(230, fault.clone()).await;
        let listing = systems(&client(&fake)).await;
        assert_eq!(listing.state(), COMPLETE, "{fault:?}");
        assert_eq!(ids(&listing), there(&fake, DEVICES), "{fault:?}");
        well_behaved(&fake);
    }
}

#[tokio::test]
async fn a_throttle_holds_everything_back_and_costs_nothing() {
    for hint in [
        None,
        Some(RetryAfter::Seconds(1)),
        Some(RetryAfter::HttpDate(Duration::from_secs(1))),
        Some(RetryAfter::Text("soon".to_owned())),
    ] {
        let fault = devices().nth(3).status(429);
        let fault = if let Some(hint) = hint { fault.retry_after(hint) } else { fault };
        let fake = fake(530, fault).await;
        let client = client(&fake);
        let listing = systems(&client).await;
        assert_eq!(listing.state(), COMPLETE);
        assert_eq!(ids(&listing), there(&fake, DEVICES));
        assert_eq!(client.counters().throttles(), 1);
        let requests = fake.requests();
        let told = requests.iter().find(|request| request.status == Some(429)).unwrap().at;
        // Those under way when the answer left may arrive a little later.
        let silence = told + Duration::from_millis(500)..told + Duration::from_millis(950);
        let within = requests.iter().filter(|request| silence.contains(&request.at));
        assert_eq!(within.count(), 0, "nothing starts within a second of a 429");
        well_behaved(&fake);
    }
}

#[tokio::test]
async fn a_lasting_failure_ends_in_its_own_error_and_keeps_what_arrived() {
    let third = || devices().skip(200..=299);
    let one = r#"{"error":"Unauthorized","message":"Unauthorized: api key user not found"}"#;
    let header = r#"{"message":"Forbidden: organization selection not allowed via header"}"#;
    for (fault, kind) in [
        (third().status(401).body(one), ErrorKind::Unauthorized),
        (third().status(403), ErrorKind::Forbidden),
        (third().status(403).body(header), ErrorKind::OrgHeaderNotAllowed),
        (third().status(403).html(), ErrorKind::EdgeBlocked),
        (third().status(404), ErrorKind::NotFound),
        (third().status(402), ErrorKind::Unavailable),
        (third().status(501), ErrorKind::Unavailable),
        (third().status(400), ErrorKind::BadRequest),
        (third().status(503), ErrorKind::Transient),
        (third().html(), ErrorKind::Contract),
        (third().redirect("http://127.0.0.1:9/login"), ErrorKind::Unauthorized),
        (third().redirect("http://127.0.0.1:9/elsewhere"), ErrorKind::Contract),
        (third().content_type("text/plain"), ErrorKind::Contract),
        (third().truncate(90), ErrorKind::Decode),
        (third().invalid_utf8(), ErrorKind::Decode),
        (third().unknown_wrapper(), ErrorKind::Contract),
        (third().oversize(3_000_000), ErrorKind::Contract),
        (third().gzip_bomb(50_000_000), ErrorKind::Contract),
        (third().hang_up(), ErrorKind::Transport),
        (third().reset_after(90), ErrorKind::Transport),
    ] {
        let fake = fake(430, fault.clone()).await;
        let client =
            builder(&fake).retry(quick().max_retries(1)).max_body_bytes(2_000_000).build().unwrap();
        let mut pages = client.list::<System>().pages();
        let mut arrived = Vec::new();
        let error = loop {
            match pages.next().await.expect("it ends in the error") {
                Ok(page) => arrived.extend(page.records),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
        assert!(error.to_string().contains("GET /systems"), "{error}");
        assert!(pages.next().await.is_none(), "nothing comes after the error");
        assert_eq!(arrived.len(), 200, "{fault:?}");
        assert_eq!(pages.coverage().unwrap().state, partial(PartialReason::PageFailed));
        let collected = client.list::<System>().collect().await;
        assert_eq!(collected.unwrap_err().kind(), kind, "{fault:?}");
        assert!(!fake.requests().iter().any(|request| request.path.contains("elsewhere")));
    }
}

#[tokio::test]
async fn silence_is_left_after_the_time_allowed() {
    let client = |fake: &FakeJumpCloud| {
        let short = Duration::from_millis(200);
        builder(fake).retry(Retry::none()).read_timeout(short).attempt_timeout(short)
    };
    for fault in [devices().never_answer(), devices().drip(1, Duration::from_millis(50))] {
        let fake = fake(30, fault).await;
        let list = client(&fake).build().unwrap().list::<System>();
        assert_eq!(list.collect().await.unwrap_err().kind(), ErrorKind::Timeout);
    }
}

#[tokio::test]
async fn totals_that_lie_or_are_missing_lose_no_row() {
    for (fault, state) in [
        (devices().no_total(), COMPLETE),
        (devices().total_text("many"), COMPLETE),
        (devices().total(-1), COMPLETE),
        (devices().total(0), partial(PartialReason::CountMismatch)),
        (devices().total_off_by(-30), partial(PartialReason::CountMismatch)),
        (devices().total_off_by(-130), partial(PartialReason::CountMismatch)),
        (devices().total_off_by(7), partial(PartialReason::CountMismatch)),
        (devices().total_off_by(100_000), partial(PartialReason::CountMismatch)),
        (devices().moving_total(1), partial(PartialReason::Moved)),
        (devices().nth(2).no_total(), COMPLETE),
    ] {
        let fake = fake(230, fault.clone()).await;
        let listing = systems(&client(&fake)).await;
        assert_eq!(listing.state(), state, "{fault:?}");
        assert_eq!(ids(&listing), there(&fake, DEVICES), "{fault:?}");
        assert!(fake.requests().len() < 40, "{fault:?}: {}", fake.requests().len());
        decent(&fake);
    }
}

#[tokio::test]
async fn an_incomplete_list_is_an_error_of_its_pages() {
    let fake = fake(230, devices().total_off_by(7)).await;
    let mut items = client(&fake).list::<System>().items();
    let mut arrived = 0;
    let error = loop {
        match items.next().await.expect("it ends in the error") {
            Ok(_) => arrived += 1,
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind(), arrived), (ErrorKind::Incomplete, 230));
}

#[tokio::test]
async fn page_sizes_that_are_refused_or_ignored_lose_no_row() {
    for fault in [devices().cap_limit(50), devices().cap_limit(50).no_total()] {
        let fake = fake(230, fault).await;
        let listing = systems(&client(&fake)).await;
        assert_eq!(listing.state(), COMPLETE);
        assert_eq!(ids(&listing), there(&fake, DEVICES));
    }
    let strict = FakeJumpCloud::builder().organization(organization(230)).max_limit(60);
    let fake = strict.start().await.unwrap();
    let listing = systems(&client(&fake)).await;
    assert_eq!((listing.state(), listing.records.len()), (COMPLETE, 230));
    assert_eq!(listing.coverage.notes, [CoverageNote::LimitLowered]);
    well_behaved(&fake);
}

#[tokio::test]
async fn a_list_that_repeats_itself_is_an_error() {
    for fault in [devices().ignore_skip(), devices().ignore_skip().no_total()] {
        let fake = fake(230, fault).await;
        let error = client(&fake).list::<System>().collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Contract);
        assert!(error.to_string().contains("repeats"), "{error}");
        assert!(fake.requests().len() < 10, "{}", fake.requests().len());
    }
}

#[tokio::test]
async fn an_order_that_changes_is_settled_or_told() {
    for fault in [devices().ignore_sort(), devices().overlap(), devices().ignore_sort().no_total()]
    {
        let fake = fake(230, fault.clone()).await;
        let listing = systems(&client(&fake)).await;
        let whole = ids(&listing) == there(&fake, DEVICES);
        assert!(whole || listing.state() == partial(PartialReason::Moved), "{fault:?}");
        assert!(whole || !listing.state().is_complete());
        decent(&fake);
    }
    // The order changes only for who asks for none.
    let fake = fake(230, devices().unstable_order()).await;
    assert_eq!(systems(&client(&fake)).await.state(), COMPLETE);
}

#[tokio::test]
async fn rows_that_come_and_go_are_noticed() {
    for fault in [
        devices().nth(2).insert_rows(1),
        devices().nth(2).delete_rows(1),
        devices().nth(3).insert_rows(3),
        devices().nth(1).delete_rows(2),
        devices().nth(2).delete_rows(1).no_total(),
    ] {
        let fake = fake(230, fault.clone()).await;
        let listing = systems(&client(&fake)).await;
        assert_eq!(listing.state(), COMPLETE, "{fault:?}");
        assert_eq!(ids(&listing), there(&fake, DEVICES), "what is there at the end: {fault:?}");
        decent(&fake);
    }
    let fake = fake(430, devices().insert_rows(1)).await;
    let listing = systems(&client(&fake)).await;
    assert_eq!(listing.state(), partial(PartialReason::Moved), "it never comes to rest");
    assert_eq!(ids(&listing).len(), listing.records.len());
    well_behaved(&fake);
}

#[tokio::test]
async fn one_row_added_and_one_deleted_are_noticed_by_two_readings() {
    // The added record sorts first and the deletion takes the first: the total stays.
    let fake = fake(230, devices().nth(2).insert_rows(2)).await;
    fake.inject(devices().nth(2).delete_rows(2));
    let listing = client(&fake).list::<System>().confirm().collect().await.unwrap();
    assert_eq!(listing.state(), COMPLETE);
    assert_eq!(ids(&listing), there(&fake, DEVICES));
    well_behaved(&fake);
}

#[tokio::test]
async fn short_pages_are_no_end() {
    let fake = fake(230, devices().nth(1).short_page(3)).await;
    let listing = systems(&client(&fake)).await;
    assert_eq!((listing.state(), listing.records.len()), (COMPLETE, 230));
    let fake = fake_graph(Fault::on("GET /api/v2/usergroups/*/membership").nth(2).short_page(3));
    let (fake, group) = fake.await;
    let members = members(&fake, &group).await;
    assert_eq!((members.state(), members.records.len()), (COMPLETE, 530));
}

async fn fake_graph(fault: Fault) -> (FakeJumpCloud, Id<UserGroup>) {
    let fake = fake(530, fault).await;
    let group = id_of(&fake, "/api/v2/usergroups", "name", "Staff");
    (fake, group)
}

async fn members(fake: &FakeJumpCloud, group: &Id<UserGroup>) -> Listing<UserGroupMembership> {
    client(fake).list_of::<UserGroupMembership>(group).collect().await.unwrap()
}

#[tokio::test]
async fn dangling_references_are_counted_and_explained() {
    let membership = || Fault::on("GET /api/v2/usergroups/*/membership");
    for fault in [membership().dangling(6), membership().null_items(6)] {
        let (fake, group) = fake_graph(fault).await;
        let members = members(&fake, &group).await;
        assert_eq!(members.state(), COMPLETE);
        assert_eq!(ids(&members), there(&fake, "/api/systemusers"));
        assert_eq!(members.coverage.notes, [CoverageNote::DanglingReferences]);
        assert_eq!(members.coverage.reported_total, Some(536));
        well_behaved(&fake);
    }
    // The same from records that are gone, as the service shows them.
    for as_null in [false, true] {
        let mut org = organization(530);
        let gone: Vec<String> = org.records("/api/systemusers")[250..260]
            .iter()
            .map(|user| user["id"].as_str().unwrap().to_owned())
            .collect();
        for id in gone {
            org.remove("/api/systemusers", &id);
        }
        let fake = FakeJumpCloud::builder().organization(org);
        let fake = if as_null { fake.dangling_as_null() } else { fake }.start().await.unwrap();
        let group = id_of(&fake, "/api/v2/usergroups", "name", "Staff");
        let members = members(&fake, &group).await;
        assert_eq!((members.state(), members.records.len()), (COMPLETE, 520));
    }
}

#[tokio::test]
async fn records_that_cannot_be_read_are_set_aside() {
    let broken = || devices().skip(100..=199);
    let odd = fake(230, broken().duplicate_key()).await;
    let listing = systems(&client(&odd)).await;
    assert_eq!(listing.state(), partial(PartialReason::Decode));
    assert_eq!((listing.records.len(), listing.set_aside.len()), (229, 1));
    assert_eq!(listing.coverage.set_aside, 1);
    let aside = &listing.set_aside[0];
    assert_eq!(aside.position, 100);
    assert!(!format!("{listing:?} {aside:?}").contains("mac-00"), "no data in debug output");
    let items = client(&odd).list::<System>().items();
    assert_eq!(items.filter(|item| std::future::ready(item.is_ok())).count().await, 229);
    // What is large or deeply nested where no model looks is not wrong.
    for fault in [broken().huge_record(1_000_000), broken().nest(100_000)] {
        let fake = fake(230, fault).await;
        let listing = systems(&client(&fake)).await;
        assert_eq!((listing.state(), listing.records.len()), (COMPLETE, 230));
    }
}

#[tokio::test]
async fn a_key_that_is_rotated_in_mid_run_is_told() {
    let fake = fake(430, devices().nth(3).rotate_key("jca_another")).await;
    let error = client(&fake).list::<System>().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(error.to_string().contains("mid-run"), "{error}");
}

#[tokio::test]
async fn a_revoked_token_is_renewed() {
    let fake = FakeJumpCloud::builder()
        .organization(organization(430))
        .service_account("client", "secret", Duration::from_secs(3_600))
        .fault(devices().nth(3).revoke_tokens())
        .start()
        .await
        .unwrap();
    let account = jumpcloud_client::credentials::ServiceAccount::new("client", "secret").unwrap();
    let client = Client::builder()
        .base_url(fake.url())
        .service_account(account)
        .rate_limit(1_000, 1_000)
        .retry(quick())
        .build()
        .unwrap();
    let listing = systems(&client).await;
    assert_eq!((listing.state(), listing.records.len()), (COMPLETE, 430));
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn a_record_of_another_organization_stops_the_list() {
    let mut org = organization(30);
    let id = org.records(DEVICES)[7]["id"].as_str().unwrap().to_owned();
    org.update(DEVICES, &id, |record| record["organization"] = json!("5f0000000000000000000bad"));
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let client = client(&fake);
    client.validate().await.unwrap();
    let error = client.list::<System>().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongOrganization);
}

/// An organization whose Macs have so many apps each.
fn with_apps(macs: usize, apps: usize) -> Organization {
    let mut org = Organization::new("Apps");
    let mut rows = Vec::new();
    for mac in 0..macs {
        let id = format!("5f{mac:022x}");
        org.push(DEVICES, json!({"_id": id, "id": id, "organization": org.id()}));
        rows.extend(
            (0..apps)
                .map(|app| json!({"system_id": id, "name": format!("{app}.app"), "path": app})),
        );
    }
    org.put("/api/v2/systeminsights/linux_packages", rows.clone());
    org.put("/api/v2/systeminsights/apps", rows);
    org
}

fn mac(number: usize) -> Id<System> {
    Id::new(&format!("5f{number:022x}")).unwrap()
}

#[tokio::test]
async fn a_table_beyond_the_ceiling_is_read_by_device() {
    for status in [400, 500] {
        let fake = FakeJumpCloud::start(with_apps(120, 100)).await.unwrap();
        let ceiling = |table| Fault::on(table).skip(10_000..=u64::MAX).status(status);
        fake.inject(ceiling("GET /api/v2/systeminsights/apps"));
        fake.inject(ceiling("GET /api/v2/systeminsights/linux_packages"));
        let client = client(&fake);
        let apps = client.list::<App>().devices((0..120).map(mac)).collect().await.unwrap();
        assert_eq!((apps.state(), apps.records.len()), (COMPLETE, 12_000));
        assert_eq!(apps.coverage.reported_total, Some(12_000));
        assert_eq!(apps.coverage.notes, [CoverageNote::SplitByDevice]);
        let filtered: Vec<usize> = fake
            .requests()
            .iter()
            .filter(|request| request.query_value("skip") == Some("0"))
            .filter_map(|request| Some(request.query_value("filter")?.matches('|').count() + 1))
            .collect();
        assert_eq!(filtered, [50, 50, 20], "devices a request");
        well_behaved(&fake);

        // Rows of a device that is not known are missed, and that is told.
        let apps = client.list::<App>().devices((0..119).map(mac)).collect().await.unwrap();
        assert_eq!(apps.state(), partial(PartialReason::CountMismatch));
        assert_eq!(apps.records.len(), 11_900);

        // Without devices, or where the table takes no such filter, the error stays.
        let error = client.list::<App>().collect().await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        let packages = client.list::<LinuxPackage>().devices((0..120).map(mac)).collect().await;
        assert_eq!(packages.unwrap_err().status().map(|status| status.as_u16()), Some(status));
    }
}

#[tokio::test]
async fn a_part_beyond_the_ceiling_is_halved() {
    let fake = FakeJumpCloud::start(with_apps(40, 300)).await.unwrap();
    let table = Fault::on("GET /api/v2/systeminsights/apps");
    fake.inject(table.skip(10_000..=u64::MAX).status(400));
    let list = client(&fake).list::<App>().devices((0..40).map(mac));
    let apps = list.collect().await.unwrap();
    assert_eq!((apps.state(), apps.records.len()), (COMPLETE, 12_000));
    well_behaved(&fake);
}

#[tokio::test]
async fn a_dropped_read_leaves_nothing_behind() {
    let fake = fake(1_030, devices().delay(Duration::from_millis(20))).await;
    let client = client(&fake);
    for patience in [1, 25, 45] {
        let read = client.list::<System>().collect();
        let cut = tokio::time::timeout(Duration::from_millis(patience), read).await;
        assert!(cut.is_err(), "it was under way");
    }
    let listing = systems(&client).await;
    assert_eq!((listing.state(), listing.records.len()), (COMPLETE, 1_030));
}
