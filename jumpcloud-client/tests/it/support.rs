//! What the tests over the fake have in common.

use std::collections::BTreeSet;
use std::time::Duration;

use jumpcloud_client::testkit::{DEMO_KEY, DeviceSpec, FakeJumpCloud, Organization, UserSpec};
use jumpcloud_client::{Client, ClientBuilder, Dataset, Id, Record, Resource, Retry};

pub(crate) const IN_FLIGHT: u32 = 6;

/// A client of this fake that does not dawdle.
pub(crate) fn builder(fake: &FakeJumpCloud) -> ClientBuilder {
    Client::builder()
        .base_url(fake.url())
        .api_key(DEMO_KEY)
        .rate_limit(1_000, 1_000)
        .max_in_flight(IN_FLIGHT)
        .read_timeout(Duration::from_secs(2))
        .attempt_timeout(Duration::from_secs(5))
        .retry(quick())
}

pub(crate) fn client(fake: &FakeJumpCloud) -> Client {
    builder(fake).build().unwrap()
}

/// Five retries and hardly a wait.
pub(crate) fn quick() -> Retry {
    Retry::default()
        .first_wait(Duration::from_millis(2))
        .longest_wait(Duration::from_millis(10))
        .budget(10_000)
}

/// An organization with so many devices and as many users, in one group each, bound in pairs.
pub(crate) fn organization(count: usize) -> Organization {
    let mut org = Organization::new("Umbrellas & Sons");
    let (macs, staff) = (org.system_group("macOS laptops"), org.user_group("Staff"));
    for number in 0..count {
        let device = org.device(DeviceSpec::mac(&format!("mac-{number:05}")));
        let user = org.user(UserSpec::new(&format!("person{number:05}")));
        org.member(&macs, &device).member(&staff, &user).bind(&device, &user);
    }
    org
}

/// Ids of the records that the fake has at this path.
pub(crate) fn there(fake: &FakeJumpCloud, path: &str) -> BTreeSet<String> {
    let ids = fake.with_organization(|org| {
        let id = |record: &serde_json::Value| record["id"].as_str().unwrap().to_owned();
        org.records(path).iter().map(id).collect()
    });
    ids.unwrap()
}

/// Ids of records, each of which must be there once.
pub(crate) fn once<R: Resource>(records: &[Record<R::Record>]) -> BTreeSet<String> {
    let ids: BTreeSet<String> = records.iter().filter_map(|record| R::key(&record.value)).collect();
    assert_eq!(ids.len(), records.len(), "a record is there twice");
    ids
}

pub(crate) fn ids<R: Resource>(dataset: &Dataset<R>) -> BTreeSet<String> {
    once::<R>(&dataset.records)
}

pub(crate) fn id_of<T>(fake: &FakeJumpCloud, path: &str, field: &str, text: &str) -> Id<T> {
    let id = fake.with_organization(|org| org.id_of(path, field, text).unwrap().to_owned());
    Id::new(&id.unwrap()).unwrap()
}

/// Every request is a documented read, within the limits, and none was sent in a time of silence;
/// a page begins at a multiple of its size.
pub(crate) fn well_behaved(fake: &FakeJumpCloud) {
    decent(fake);
    for request in fake.requests() {
        let number = |name| request.query_value(name).map(|text| text.parse::<u32>().unwrap());
        if let (Some(limit), Some(skip)) = (number("limit"), number("skip").or(number("offset"))) {
            assert!(skip.is_multiple_of(limit), "{}: {skip} with {limit}", request.path);
        }
    }
}

/// The same for a list that tells no total: the look for more begins after the rows that came.
pub(crate) fn decent(fake: &FakeJumpCloud) {
    documented(fake);
    let requests = fake.requests();
    for request in &requests {
        // Requests under way when the answer left may still arrive.
        let under_way = requests.iter().any(|other| {
            other.status == Some(429)
                && (other.at..other.at + Duration::from_millis(500)).contains(&request.at)
        });
        let silent = request.in_cooldown && !under_way;
        assert!(!silent, "{} was asked for in a time of silence", request.path);
    }
}

/// Every request is a documented read, and no more are under way than may be.
pub(crate) fn documented(fake: &FakeJumpCloud) {
    assert_eq!(fake.violations(), []);
    let most = usize::try_from(IN_FLIGHT).unwrap();
    assert!(fake.max_in_flight() <= most, "{} in flight", fake.max_in_flight());
    for request in &fake.requests() {
        let path = request.path.as_str();
        let events = path.starts_with("/insights/directory/v1/events");
        assert_eq!(request.method, if events { "POST" } else { "GET" }, "{path}");
        let forbids = ["/api/organizations", "/api/users", "/api/v2/providers"];
        if forbids.iter().any(|prefix| path.starts_with(prefix)) {
            assert_eq!(request.org_id, None, "{path}");
        }
        let number = |name| request.query_value(name).map(|text| text.parse::<u32>().unwrap());
        let most = if path.starts_with("/api/v2/systeminsights/") { 10_000 } else { 100 };
        if let Some(limit) = number("limit") {
            assert!((1..=most).contains(&limit), "{path} {limit}");
            let probe = path == "/api/systemusers" && limit == 1;
            assert!(probe || number("skip").or(number("offset")).is_some(), "{path}");
        }
        let v1 = path.starts_with("/api/") && !path.starts_with("/api/v2/");
        if v1 && number("limit").is_some() && path != "/api/organizations" {
            assert_eq!(request.query_value("sort"), Some("_id"), "{path}");
        }
        let known = [
            "limit",
            "skip",
            "offset",
            "sort",
            "fields",
            "filter",
            "targets",
            "expand",
            "day_count",
        ];
        for (name, _) in &request.query {
            assert!(known.contains(&name.as_str()), "{path} {name}");
        }
    }
}
