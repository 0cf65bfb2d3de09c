//! The fake JumpCloud against the contract checklist of the fact sheet.

#![expect(clippy::arithmetic_side_effects, reason = "small numbers in tests")]

use std::time::Duration;

use jumpcloud_client::testkit::{
    DEMO_KEY, DeviceSpec, FakeJumpCloud, Fault, Faults, Organization, RateLimit, RetryAfter,
    UserSpec, ViolationKind,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    bytes: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).expect("a JSON body")
    }

    fn total(&self) -> Option<u64> {
        self.header("x-total-count").and_then(|text| text.parse().ok())
    }

    fn names(&self, field: &str) -> Vec<String> {
        let body = self.json();
        let rows = body.get("results").unwrap_or(&body).as_array().expect("rows").clone();
        rows.iter().map(|row| row[field].as_str().unwrap_or("null").to_owned()).collect()
    }
}

/// Speaks HTTP/1.1 over a plain socket: no redirects, no decompression, any method.
async fn raw(fake: &FakeJumpCloud, method: &str, target: &str, headers: &str, body: &str) -> Reply {
    try_raw(fake, method, target, headers, body).await.expect("an answer")
}

async fn try_raw(
    fake: &FakeJumpCloud,
    method: &str,
    target: &str,
    headers: &str,
    body: &str,
) -> std::io::Result<Reply> {
    let mut stream = tokio::net::TcpStream::connect(fake.address()).await?;
    let request = format!(
        "{method} {target} HTTP/1.1\r\nhost: fake\r\nconnection: close\r\n{headers}\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let Some(split) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Err(std::io::Error::other("no answer"));
    };
    let head = String::from_utf8(bytes[..split].to_vec()).expect("ASCII headers");
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut bytes = bytes[split + 4..].to_vec();
    if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
        bytes = unchunked(&bytes)?;
    }
    let declared = headers.iter().find(|(name, _)| name == "content-length");
    if let Some((_, length)) = declared
        && bytes.len() != length.parse::<usize>().unwrap()
    {
        return Err(std::io::Error::other("wrong length"));
    }
    Ok(Reply { status, headers, bytes })
}

fn unchunked(mut bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let broken = || std::io::Error::other("chunks cut off");
    let mut out = Vec::new();
    loop {
        let line = bytes.windows(2).position(|two| two == b"\r\n").ok_or_else(broken)?;
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return Ok(out);
        }
        let start = line + 2;
        out.extend_from_slice(bytes.get(start..start + size).ok_or_else(broken)?);
        bytes = bytes.get(start + size + 2..).ok_or_else(broken)?;
    }
}

fn key(key: &str) -> String {
    format!("x-api-key: {key}\r\n")
}

async fn get(fake: &FakeJumpCloud, target: &str) -> Reply {
    raw(fake, "GET", target, &key(DEMO_KEY), "").await
}

async fn post(fake: &FakeJumpCloud, target: &str, body: &Value) -> Reply {
    raw(fake, "POST", target, &key(DEMO_KEY), &body.to_string()).await
}

fn devices(count: usize) -> Organization {
    let mut org = Organization::new("Umbrellas & Sons");
    for number in 0..count {
        org.device(DeviceSpec::mac(&format!("mac-{number:03}")));
    }
    org
}

#[tokio::test]
async fn a_plain_http_client_reads_it() {
    let fake = FakeJumpCloud::start(devices(3)).await.unwrap();
    let answer = reqwest::Client::new()
        .get(format!("{}/api/systems", fake.url()))
        .header("x-api-key", DEMO_KEY)
        .send()
        .await
        .unwrap();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(body["totalCount"], 3);
    let address = fake.address();
    fake.stop().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn v1_lists_have_an_envelope_a_default_and_a_limit() {
    let fake = FakeJumpCloud::start(devices(25)).await.unwrap();
    let reply = get(&fake, "/api/systems").await;
    assert_eq!(reply.names("hostname").len(), 10, "the default page has ten rows");
    assert_eq!(reply.json()["totalCount"], 25);
    let reply = get(&fake, "/api/systems?limit=100&skip=20").await;
    assert_eq!(reply.names("hostname").len(), 5);
    let reply = get(&fake, "/api/systems?limit=100&skip=100").await;
    assert_eq!(reply.json(), json!({"totalCount": 25, "results": []}));
    let reply = get(&fake, "/api/systems?limit=101").await;
    assert_eq!(reply.status, 400);
    let text = "Bad Request: request parameter \"limit\" exceeds maximum value of 100";
    assert_eq!(reply.json(), json!({"message": text}));
    assert_eq!(get(&fake, "/api/systems?limit=ten").await.status, 400);
    let empty = FakeJumpCloud::start(Organization::new("Empty")).await.unwrap();
    let reply = get(&empty, "/api/systems?limit=100").await;
    assert_eq!(reply.json(), json!({"totalCount": 0, "results": []}));
}

#[tokio::test]
async fn v1_sorts_filters_and_selects_with_spaces_and_dollars() {
    let fake = FakeJumpCloud::start(devices(12)).await.unwrap();
    let names = get(&fake, "/api/systems?limit=2&sort=-hostname").await.names("hostname");
    assert_eq!(names, ["mac-011", "mac-010"]);
    let comma = get(&fake, "/api/systems?limit=2&sort=-hostname,_id").await.names("hostname");
    assert_eq!(comma, ["mac-000", "mac-001"], "a comma is ignored without an error");
    let reply = get(&fake, "/api/systems?limit=1&fields=hostname%20os").await;
    let row = &reply.json()["results"][0];
    let keys: Vec<&String> = row.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["_id", "hostname", "id", "os"]);
    let names = get(&fake, "/api/systems?filter=hostname%3A%24gt%3Amac-009&sort=_id").await;
    assert_eq!(names.names("hostname"), ["mac-010", "mac-011"]);
    let names = get(&fake, "/api/systems?filter=hostname:$in:mac-001|mac-002").await;
    assert_eq!(names.names("hostname"), ["mac-001", "mac-002"]);
    let both = "/api/systems?filter[0]=active:$eq:true&filter[1]=hostname:$eq:mac-003";
    assert_eq!(get(&fake, both).await.names("hostname"), ["mac-003"]);
    let either =
        "/api/systems?filter[or][0]=hostname:$eq:mac-001&filter[or][1]=hostname:$sw:mac-01";
    assert_eq!(get(&fake, either).await.names("hostname"), ["mac-001", "mac-010", "mac-011"]);
    assert_eq!(get(&fake, "/api/systems?filter=hostname:eq:mac-001").await.status, 400);
}

#[tokio::test]
async fn v2_lists_are_arrays_with_a_total_in_the_header() {
    let mut org = Organization::new("Groups");
    for name in ["c", "a", "b"] {
        org.user_group(name);
    }
    org.put("/api/v2/applemdms", vec![json!({"id": "m1"}), json!({"id": "m2"})]);
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let reply = get(&fake, "/api/v2/usergroups?limit=2&skip=2").await;
    assert_eq!((reply.names("name").len(), reply.total()), (1, Some(3)));
    let reply = get(&fake, "/api/v2/usergroups?limit=100&skip=3").await;
    assert_eq!((reply.json(), reply.total()), (json!([]), Some(3)));
    let reply = get(&fake, "/api/v2/usergroups?sort=-name,id&fields=name").await;
    assert_eq!(reply.names("name"), ["c", "b", "a"]);
    assert!(reply.json()[0].get("membershipMethod").is_none());
    let reply = get(&fake, "/api/v2/usergroups?filter=name:in:a|c").await;
    assert_eq!(reply.names("name"), ["c", "a"]);
    assert_eq!(get(&fake, "/api/v2/usergroups?filter=name:$eq:a").await.status, 400);
    assert_eq!(get(&fake, "/api/v2/usergroups?filter=name:gte:a").await.status, 400);
    assert_eq!(get(&fake, "/api/v2/usergroups?filter=name:ge:b").await.names("name"), ["c", "b"]);
    let reply = get(&fake, "/api/v2/applemdms").await;
    assert_eq!((reply.names("id").len(), reply.total()), (1, Some(2)), "the default is one row");
    assert_eq!(get(&fake, "/api/v2/applemdms/m1").await.status, 404, "there is no read by id");
    let reply = get(&fake, "/api/v2/groups?filter=type:eq:system_group").await;
    assert_eq!(reply.json(), json!([]));
}

#[tokio::test]
async fn insights_take_ten_thousand_rows_and_documented_filters_only() {
    let mut org = devices(2);
    let ids: Vec<String> =
        org.records("/api/systems").iter().map(|r| r["_id"].as_str().unwrap().to_owned()).collect();
    for number in 0..150 {
        org.insights_row("apps", &ids[number % 2], json!({"bundle_name": number.to_string()}));
        org.insights_row("linux_packages", &ids[number % 2], json!({"name": "bash"}));
    }
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let table = "/api/v2/systeminsights/apps";
    let reply = get(&fake, &format!("{table}?limit=10000")).await;
    assert_eq!((reply.names("system_id").len(), reply.total()), (150, Some(150)));
    assert_eq!(get(&fake, &format!("{table}?limit=10001")).await.status, 400);
    let one = get(&fake, &format!("{table}?limit=1000&filter=system_id:eq:{}", ids[0])).await;
    assert_eq!(one.total(), Some(75));
    let both = format!("{table}?limit=1000&filter=system_id:in:{}|{}", ids[0], ids[1]);
    assert_eq!(get(&fake, &both).await.total(), Some(150));
    assert_eq!(get(&fake, &format!("{table}?filter=path:eq:x")).await.status, 400);
    let packages = "/api/v2/systeminsights/linux_packages?limit=1000";
    assert_eq!(get(&fake, packages).await.total(), Some(150));
    assert_eq!(get(&fake, &format!("{packages}&filter=system_id:eq:{}", ids[0])).await.status, 400);
    assert_eq!(get(&fake, "/api/v2/systeminsights/alf").await.json(), json!([]));
    assert_eq!(get(&fake, "/api/v2/systeminsights/user_assist").await.status, 404);
}

#[tokio::test]
async fn wrapped_lists_keep_their_own_keys() {
    let mut org = Organization::new("Wrapped");
    org.put("/api/v2/roles", vec![json!({"id": "r", "name": "Read Only"})]);
    org.put("/api/v2/passwordpolicies", vec![json!({"objectId": "p"})]);
    org.put("/api/v2/service-accounts", vec![json!({"objectId": "s", "roleName": "Read Only"})]);
    let apps = (0..3).map(|n| json!({"id": format!("app-{n}")})).collect();
    org.put("/api/v2/saas-management/applications", apps);
    let fake = FakeJumpCloud::start(org).await.unwrap();
    assert_eq!(get(&fake, "/api/v2/roles").await.json()["totalCount"], 1);
    let policies = get(&fake, "/api/v2/passwordpolicies").await.json();
    assert_eq!(policies, json!({"results": [{"objectId": "p"}]}));
    let account = get(&fake, "/api/v2/service-accounts/s").await.json();
    assert_eq!(account["serviceAccount"]["roleName"], "Read Only");
    let saas = "/api/v2/saas-management/applications?limit=2";
    assert_eq!(get(&fake, &format!("{saas}&offset=2")).await.names("id"), ["app-2"]);
    assert_eq!(get(&fake, &format!("{saas}&skip=2")).await.names("id"), ["app-0", "app-1"]);
    assert_eq!(get(&fake, "/api/v2/gsuites").await.status, 404, "not configured");
}

#[tokio::test]
async fn keys_are_checked_before_paths() {
    let fake = FakeJumpCloud::start(devices(1)).await.unwrap();
    for path in ["/api/systems", "/api/v2/nothing/like/this", "/api/users/reactivate/x"] {
        let reply = raw(&fake, "GET", path, &key("wrong"), "").await;
        assert_eq!(reply.status, 401);
        let body =
            json!({"error": "Unauthorized", "message": "Unauthorized: api key user not found"});
        assert_eq!(reply.json(), body);
    }
    let reply = raw(&fake, "GET", "/api/systems", "", "").await;
    assert_eq!((reply.status, reply.header("location")), (302, Some("/login")));
    let reply = raw(&fake, "GET", "/login", "", "").await;
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-type").unwrap().starts_with("text/html"));
    assert_eq!(get(&fake, "/api/v2/nothing/like/this").await.status, 404);
    assert_eq!(get(&fake, "/api/v2/administrators").await.status, 404);
}

#[tokio::test]
async fn the_organisation_header_chooses_and_is_refused_where_it_must() {
    let (one, two) = (Organization::with_seed("One", 1), Organization::with_seed("Two", 2));
    let mut two = two;
    two.device(DeviceSpec::linux("box"));
    let id = two.id().to_owned();
    let fake = FakeJumpCloud::builder().organization(one).organization(two).start().await.unwrap();
    assert_eq!(get(&fake, "/api/organizations").await.json()["totalCount"], 2);
    assert_eq!(get(&fake, "/api/systems").await.json()["totalCount"], 0, "the default one");
    let chosen = format!("{}x-org-id: {id}\r\n", key(DEMO_KEY));
    assert_eq!(raw(&fake, "GET", "/api/systems", &chosen, "").await.json()["totalCount"], 1);
    for path in ["/api/organizations", "/api/users", "/api/v2/providers/x/administrators"] {
        let reply = raw(&fake, "GET", path, &chosen, "").await;
        assert_eq!(reply.status, 403);
        let text = "Forbidden: organization selection not allowed via header";
        assert_eq!(reply.json(), json!({"message": text, "error": text}));
    }
    let other = format!("{}x-org-id: 0123456789abcdef01234567\r\n", key(DEMO_KEY));
    assert_eq!(raw(&fake, "GET", "/api/systems", &other, "").await.status, 404);
    let log = fake.requests();
    assert_eq!(log[2].org_id.as_deref(), Some(id.as_str()));
    assert!(log[2].has_header("x-api-key"));
    assert_eq!(log[2].status, Some(200));
}

#[tokio::test]
async fn the_graph_is_computed_from_direct_edges() {
    let mut org = Organization::new("Graph");
    let ada = org.user(UserSpec::new("ada.quill"));
    let ben = org.user(UserSpec::new("ben.moss"));
    let inner = org.user_group("Contractors");
    let outer = org.user_group_with("Engineering", json!({"ldapGroups": [{"name": "eng"}]}));
    let app = org.application("wiki", "Wiki");
    let mac = org.device(DeviceSpec::mac("mac-ada"));
    let macs = org.system_group("macOS laptops");
    let lock = org.policy("Lock", "lock_screen_darwin", "Lock Screen", "darwin");
    org.member(&inner, &ada).member(&outer, &inner).bind(&outer, &app).bind(&app, &ben);
    org.member(&macs, &mac).bind(&macs, &lock);
    org.bind_with(&mac, &ada, json!({"sudo": {"enabled": true, "withoutPassword": false}}));
    let fake = FakeJumpCloud::start(org).await.unwrap();

    let rows = get(&fake, &format!("/api/v2/applications/{app}/users")).await.json();
    let row = |id: &str| {
        rows.as_array().unwrap().iter().find(|row| row["id"] == id).expect("a row").clone()
    };
    let path = &row(&ada)["paths"][0];
    let hops: Vec<&str> =
        path.as_array().unwrap().iter().map(|hop| hop["to"]["id"].as_str().unwrap()).collect();
    assert_eq!(hops, [&outer, &inner, &ada], "the granting groups are on the path");
    assert_eq!(row(&ada)["compiledAttributes"]["ldapGroups"][0]["name"], "eng");
    assert_eq!(row(&ben)["paths"][0].as_array().unwrap().len(), 1, "a direct grant");
    assert_eq!(row(&ben)["type"], "user");

    let members = get(&fake, &format!("/api/v2/usergroups/{outer}/members")).await.json();
    assert_eq!(members[0]["to"]["type"], "user_group", "members are direct");
    let effective = get(&fake, &format!("/api/v2/usergroups/{outer}/membership")).await;
    assert_eq!(effective.names("id"), [ada.as_str()]);
    let parents = get(&fake, &format!("/api/v2/users/{ada}/memberof")).await.names("id");
    assert_eq!(parents, [inner.as_str(), outer.as_str()]);
    let users = get(&fake, &format!("/api/v2/systems/{mac}/users")).await.json();
    assert_eq!(users[0]["compiledAttributes"]["sudo"]["enabled"], true);
    let policies = get(&fake, &format!("/api/v2/systems/{mac}/policies")).await;
    assert_eq!(policies.names("id"), [lock.as_str()]);
    let bound = get(&fake, &format!("/api/v2/policies/{lock}/systems")).await.names("id");
    assert_eq!(bound, [mac.as_str()]);
    let apps = get(&fake, &format!("/api/v2/users/{ada}/applications")).await.names("id");
    assert_eq!(apps, [app.as_str()]);

    let direct = format!("/api/v2/applications/{app}/associations");
    assert_eq!(get(&fake, &direct).await.status, 400, "targets is required");
    assert_eq!(get(&fake, &format!("{direct}?targets=system")).await.status, 400);
    let groups = get(&fake, &format!("{direct}?targets=user_group")).await.json();
    assert_eq!(groups[0]["to"]["id"], outer.as_str());
    let filtered = format!("/api/v2/applications/{app}/users?filter=object_id:eq:{ben}");
    assert_eq!(get(&fake, &filtered).await.names("id"), [ben.as_str()]);
    assert_eq!(get(&fake, "/api/v2/applications/nobody/users").await.status, 404);
}

#[tokio::test]
async fn dangling_references_make_pages_short_or_null_and_are_counted() {
    for as_null in [false, true] {
        let mut org = Organization::new("Dangling");
        let group = org.user_group("Everyone");
        for number in 0..5 {
            let user = org.user(UserSpec::new(&format!("user{number}.example")));
            org.member(&group, &user);
            if number == 2 {
                org.dangle(&group, 2);
            }
        }
        let builder = FakeJumpCloud::builder().organization(org);
        let builder = if as_null { builder.dangling_as_null() } else { builder };
        let fake = builder.start().await.unwrap();
        let page = |skip| format!("/api/v2/usergroups/{group}/membership?limit=4&skip={skip}");
        let first = get(&fake, &page(0)).await;
        let rows = first.json().as_array().unwrap().clone();
        assert_eq!(first.total(), Some(7));
        assert_eq!(rows.len(), if as_null { 4 } else { 3 });
        assert_eq!(rows.iter().filter(|row| row.is_null()).count(), usize::from(as_null));
        assert_eq!(get(&fake, &page(8)).await.json(), json!([]));
    }
}

#[tokio::test]
async fn policy_statuses_are_the_latest_results() {
    let mut org = devices(1);
    let mac = org.id_of("/api/systems", "hostname", "mac-000").unwrap().to_owned();
    let lock = org.policy("Lock", "lock_screen_darwin", "Lock Screen", "darwin");
    org.policy_result(&lock, &mac, "failed", "2026-01-01T00:00:00Z".parse().unwrap());
    org.policy_result(&lock, &mac, "success", "2026-02-01T00:00:00Z".parse().unwrap());
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let latest = get(&fake, &format!("/api/v2/policies/{lock}/policystatuses")).await.json();
    assert_eq!(latest.as_array().unwrap().len(), 1);
    assert_eq!((&latest[0]["success"], &latest[0]["state"]), (&json!(true), &json!("success")));
    let same = get(&fake, &format!("/api/v2/systems/{mac}/policystatuses")).await.json();
    assert_eq!(same, latest);
    let history = get(&fake, &format!("/api/v2/policies/{lock}/policyresults")).await;
    assert_eq!(history.total(), Some(2));
    assert!(get(&fake, "/api/v2/policies").await.json()[0].get("values").is_none());
    assert!(get(&fake, &format!("/api/v2/policies/{lock}")).await.json().get("values").is_some());
}

#[tokio::test]
async fn searches_read_by_post() {
    let mut org = devices(30);
    let mac = org.id_of("/api/systems", "hostname", "mac-007").unwrap().to_owned();
    let group = org.system_group("macOS laptops");
    let ada = org.user(UserSpec::new("ada.quill"));
    org.member(&group, &mac);
    org.update("/api/systems", &mac, |mac| mac["primarySystemUser"] = json!({"id": ada}));
    let fake = FakeJumpCloud::start(org).await.unwrap();
    assert_eq!(post(&fake, "/api/search/systems", &json!({})).await.json()["totalCount"], 30);
    let query = json!({
        "filter": [{"hostname": "mac-007"}], "fields": "hostname memberof primarySystemUser.email",
        "limit": 100, "skip": 0, "sort": "_id",
    });
    let body = post(&fake, "/api/search/systems", &query).await.json();
    assert_eq!(body["results"][0]["memberof"], json!([group]));
    assert_eq!(body["results"][0]["primarySystemUser.email"], "ada.quill@example.com");
    let tree =
        json!({"filter": {"or": [{"hostname": "mac-001"}, {"hostname": {"$eq": "mac-002"}}]}});
    assert_eq!(post(&fake, "/api/search/systems", &tree).await.json()["totalCount"], 2);
    let words = json!({"searchFilter": {"searchTerm": "QUILL", "fields": ["username"]}});
    assert_eq!(post(&fake, "/api/search/systemusers", &words).await.json()["totalCount"], 1);
    assert!(fake.violations().is_empty());
}

#[tokio::test]
async fn small_reads_have_their_odd_shapes() {
    let mut org = Organization::new("Odd");
    let keys = json!([{"_id": "k", "name": "laptop", "public_key": "ssh-ed25519 AAAA"}]);
    let ada = org.user(UserSpec::new("ada.quill").field("ssh_keys", keys.clone()));
    org.admin("vera.voss@example.com", "Administrator");
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let reply = get(&fake, &format!("/api/systemusers/{ada}/sshkeys")).await;
    assert_eq!((reply.json(), reply.total()), (keys, None));
    let totp = get(&fake, &format!("/api/systemusers/{ada}/totpinfo")).await.json();
    assert!(totp["enrollmentDate"].is_string());
    let me = get(&fake, "/api/users/getSelf?fields=email").await.json();
    assert_eq!(me["email"], "vera.voss@example.com");
    let org_id = fake.with_organization(|org| org.id().to_owned()).unwrap();
    let full = get(&fake, &format!("/api/organizations/{org_id}")).await.json();
    assert_eq!(full["settings"]["passwordPolicy"]["minLength"], 12);
    let short = get(&fake, "/api/organizations?limit=2&skip=0").await.json();
    assert!(short["results"][0].get("settings").is_none());
    assert_eq!(short["results"][0]["_id"], short["results"][0]["id"]);
}

#[tokio::test]
async fn writes_and_dangerous_reads_are_refused_and_kept() {
    let fake = FakeJumpCloud::start(devices(1)).await.unwrap();
    for method in ["PUT", "PATCH", "DELETE", "POST"] {
        assert_eq!(raw(&fake, method, "/api/systems/x", &key(DEMO_KEY), "{}").await.status, 405);
    }
    let dangerous = [
        "/api/users/reactivate/0123456789abcdef01234567",
        "/api/v2/systems/x/fdekey",
        "/api/v2/applemdms/x/devices/y/lockpin",
        "/api/v2/applemdms/x/csr",
        "/api/v2/applemdms/x/enrollmentprofiles/y",
        "/api/v2/google-emm/enrollment-tokens",
        "/api/v2/password-vault/credentials/x/secret/v2",
        "/api/v2/passwordmanager/backup/keys/x",
        "/api/v2/integrations/anything",
    ];
    for path in dangerous {
        assert_eq!(get(&fake, path).await.status, 403, "{path}");
    }
    let kinds: Vec<ViolationKind> = fake.violations().iter().map(|v| v.kind).collect();
    assert_eq!(kinds[..4], [ViolationKind::Write; 4]);
    assert_eq!(kinds[4..], [ViolationKind::RefusedRead; 9]);
    fake.reset_log();
    assert!(fake.violations().is_empty() && fake.requests().is_empty());
}

#[tokio::test]
async fn service_accounts_get_short_lived_tokens() {
    let fake = FakeJumpCloud::builder()
        .organization(devices(1))
        .service_account("client", "s3cret", Duration::from_secs(1))
        .start()
        .await
        .unwrap();
    let form = "grant_type=client_credentials&scope=api";
    let basic = |text: &str| format!("authorization: Basic {text}\r\n");
    let wrong = raw(&fake, "POST", "/oauth2/token", &basic("YTpi"), form).await;
    assert_eq!((wrong.status, wrong.json()["error"].clone()), (401, json!("invalid_client")));
    let reply = raw(&fake, "POST", "/oauth2/token", &basic("Y2xpZW50OnMzY3JldA=="), form).await;
    assert_eq!(reply.json()["expires_in"], 1);
    let token = reply.json()["access_token"].as_str().unwrap().to_owned();
    let bearer = format!("authorization: Bearer {token}\r\n");
    assert_eq!(raw(&fake, "GET", "/api/systems", &bearer, "").await.status, 200);
    let both = format!("{bearer}{}", key(DEMO_KEY));
    raw(&fake, "GET", "/api/systems", &both, "").await;
    assert_eq!(fake.violations()[0].kind, ViolationKind::TwoCredentials);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(raw(&fake, "GET", "/api/systems", &bearer, "").await.status, 401);
    assert!(fake.requests().iter().all(|request| request.body.is_none()), "no form is kept");
}

#[tokio::test]
async fn events_are_walked_by_a_cursor_of_mixed_types() {
    let mut org = Organization::new("Events");
    for minute in 0..5 {
        let kind = if minute == 4 { "sso_auth" } else { "user_login_attempt" };
        org.event(json!({
            "event_type": kind, "timestamp": format!("2026-11-01T10:0{minute}:00.000Z"),
            "initiated_by": {"username": "Ada.Quill"},
        }));
    }
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let events = "/insights/directory/v1/events";
    let mut query = json!({
        "service": ["all"], "start_time": "2026-11-01T00:00:00Z", "limit": 2, "sort": "ASC",
        "end_time": "2026-11-02T00:00:00Z",
        "search_term": {"and": [{"initiated_by.username": "ada.quill"}, {"event_type": "user_login_attempt"}]},
    });
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let reply = post(&fake, events, &query).await;
        assert_eq!(reply.header("x-limit"), Some("2"));
        let cursor: Value = serde_json::from_str(reply.header("x-search_after").unwrap()).unwrap();
        assert!(cursor[0].is_number() && cursor[1].is_string());
        let rows = reply.json().as_array().unwrap().clone();
        assert_eq!(reply.header("x-result-count"), Some(rows.len().to_string().as_str()));
        pages += 1;
        if rows.is_empty() {
            break;
        }
        seen.extend(rows.iter().map(|row| row["timestamp"].as_str().unwrap().to_owned()));
        query["search_after"] = cursor;
    }
    assert_eq!((seen.len(), pages), (4, 3), "four events fill two pages, then an empty one");
    let all = json!({"service": ["all"], "start_time": "2026-11-01T00:00:00Z"});
    assert_eq!(post(&fake, &format!("{events}/count"), &all).await.json(), json!({"count": 5}));
    let mut by_type = all.clone();
    by_type["field"] = json!("event_type");
    let buckets = post(&fake, &format!("{events}/distinct"), &by_type).await.json();
    assert_eq!(buckets["event_type"][1], json!({"key": "user_login_attempt", "doc_count": 4}));
    for (name, value) in [
        ("service", json!(["nonsense"])),
        ("start_time", json!("2999-01-01T00:00:00Z")),
        ("end_time", json!("2026-01-01T00:00:00Z")),
        ("fields", json!([])),
    ] {
        let mut query = all.clone();
        query[name] = value;
        assert_eq!(post(&fake, events, &query).await.status, 400, "{name}");
    }
    let mut odd = all;
    odd["limit"] = json!(20_000);
    assert_eq!(post(&fake, events, &odd).await.header("x-limit"), Some("1000"));
    assert!(fake.violations().is_empty());
}

mod demo_company {
    use std::collections::{BTreeMap, BTreeSet};

    use jumpcloud_client::testkit::demo::{self, SubjectKind};

    use super::*;

    fn now() -> jiff::Timestamp {
        "2026-11-24T09:00:00Z".parse().unwrap()
    }

    fn texts(org: &Organization, path: &str, field: &str) -> BTreeMap<String, String> {
        let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        org.records(path).iter().map(|row| (text(row, "id"), text(row, field))).collect()
    }

    /// Follows a V2 list to its end.
    async fn all(fake: &FakeJumpCloud, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        loop {
            let reply = get(fake, &format!("{path}?limit=100&skip={}", rows.len())).await;
            rows.extend(reply.json().as_array().unwrap().iter().cloned());
            if u64::try_from(rows.len()).unwrap() >= reply.total().unwrap() {
                return rows;
            }
        }
    }

    #[test]
    fn it_is_the_same_every_time_and_each_defect_has_its_subject() {
        let (one, two) = (demo::organization(now()), demo::organization(now()));
        for path in ["/api/systems", "/api/systemusers", "/api/v2/systeminsights/apps"] {
            assert_eq!(one.records(path), two.records(path));
        }
        assert_eq!(one.events(), two.events());
        let mut subjects = BTreeSet::new();
        for defect in demo::DEFECTS {
            assert!(defect.id(&one).is_some(), "{} is there", defect.subject);
            assert!(subjects.insert((defect.kind, defect.subject)), "{} twice", defect.subject);
        }
        assert_eq!(demo::policy_capabilities(&one).len(), demo::POLICY_CAPABILITIES.len());
        let admin = one.find("/api/users", "email", demo::INTEGRATION_ADMIN_EMAIL).unwrap();
        assert_eq!(admin["roleNames"], json!(["Read Only"]));
    }

    #[test]
    fn no_time_lies_in_the_future_and_addresses_are_reserved_ones() {
        let org = demo::organization(now());
        for device in org.records("/api/systems") {
            for name in ["created", "lastContact"] {
                let at: jiff::Timestamp = device[name].as_str().unwrap().parse().unwrap();
                assert!(at < now(), "{name} of {}", device["hostname"]);
            }
            assert!(device["remoteIP"].as_str().unwrap().starts_with("203.0.113."));
        }
        for user in org.records("/api/systemusers") {
            assert!(user["email"].as_str().unwrap().ends_with("@example.com"));
        }
    }

    #[tokio::test]
    async fn healthy_devices_are_grouped_owned_inventoried_and_covered_by_policies() {
        let org = demo::organization(now());
        let systems = texts(&org, "/api/systems", "hostname");
        let families = texts(&org, "/api/systems", "osFamily");
        let states = texts(&org, "/api/systemusers", "state");
        let groups = texts(&org, "/api/v2/systemgroups", "name");
        let defective: BTreeSet<&str> = demo::DEFECTS
            .iter()
            .filter(|defect| defect.kind == SubjectKind::Device)
            .map(|defect| defect.subject)
            .collect();
        let fake = FakeJumpCloud::start(org).await.unwrap();
        let mut healthy = 0;
        for (id, hostname) in &systems {
            let users = all(&fake, &format!("/api/v2/systems/{id}/users")).await;
            let parents = all(&fake, &format!("/api/v2/systems/{id}/memberof")).await;
            let names: Vec<&str> =
                parents.iter().map(|row| groups[row["id"].as_str().unwrap()].as_str()).collect();
            let policies = all(&fake, &format!("/api/v2/systems/{id}/policies")).await;
            let results = all(&fake, &format!("/api/v2/systems/{id}/policystatuses")).await;
            let counters = fake
                .with_organization(|org| {
                    org.get("/api/systems", id).unwrap()["policyStats"].clone()
                })
                .unwrap();
            assert_eq!(counters["total"], results.len(), "{hostname}");
            assert_eq!(policies.len(), results.len(), "{hostname}");
            if defective.contains(hostname.as_str()) {
                continue;
            }
            healthy += 1;
            assert_eq!(users.len(), 1, "{hostname} has one owner");
            assert_eq!(states[users[0]["id"].as_str().unwrap()], "ACTIVATED");
            let expected = match families[id].as_str() {
                "darwin" => ("macOS laptops", 3, "apps"),
                "windows" => ("Windows laptops", 3, "programs"),
                _ => ("Linux workstations", 2, "linux_packages"),
            };
            assert!(names.contains(&expected.0) && names.len() == 2, "{hostname}: {names:?}");
            assert_eq!(policies.len(), expected.1, "{hostname}");
            assert!(results.iter().all(|result| result["success"] == true), "{hostname}");
            let rows = fake
                .with_organization(|org| {
                    let path = format!("/api/v2/systeminsights/{}", expected.2);
                    let own = |row: &&Value| row["system_id"] == id.as_str();
                    org.records(&path).iter().filter(own).cloned().collect::<Vec<_>>()
                })
                .unwrap();
            let sensor =
                ["com.crowdstrike.falcon.App", "CrowdStrike Windows Sensor", "falcon-sensor"];
            let protected = rows.iter().any(|row| {
                sensor.iter().any(|name| row["bundle_identifier"] == *name || row["name"] == *name)
            });
            assert!(protected, "{hostname} has a sensor");
        }
        assert_eq!(healthy, 24);
    }

    #[tokio::test]
    async fn people_reach_applications_as_the_defects_say() {
        let org = demo::organization(now());
        let names = texts(&org, "/api/systemusers", "username");
        let states = texts(&org, "/api/systemusers", "state");
        let apps = texts(&org, "/api/applications", "displayLabel");
        let teams = texts(&org, "/api/v2/usergroups", "name");
        let fake = FakeJumpCloud::start(org).await.unwrap();
        let (mut inactive, mut direct, mut unassigned) =
            (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for (id, label) in &apps {
            let rows = all(&fake, &format!("/api/v2/applications/{id}/users")).await;
            if rows.is_empty() {
                unassigned.push(label.as_str());
            }
            for row in rows {
                let user = row["id"].as_str().unwrap();
                if states[user] != "ACTIVATED" {
                    inactive.insert(names[user].clone());
                }
                if row["paths"].as_array().unwrap().iter().any(|p| p.as_array().unwrap().len() == 1)
                {
                    direct.insert(names[user].clone());
                }
            }
        }
        assert_eq!(Vec::from_iter(inactive), ["dimitri.oak"]);
        assert_eq!(Vec::from_iter(direct), ["felix.ward"]);
        assert_eq!(unassigned, ["Legacy Wiki"]);
        let (mut grouped, mut stale) = (BTreeSet::new(), BTreeSet::new());
        for (id, team) in &teams {
            for row in all(&fake, &format!("/api/v2/usergroups/{id}/membership")).await {
                let user = row["id"].as_str().unwrap().to_owned();
                if states[&user] != "ACTIVATED" {
                    stale.insert(team.clone());
                }
                grouped.insert(user);
            }
        }
        assert_eq!(Vec::from_iter(stale), ["Contractors", "Engineering"]);
        let lonely: BTreeSet<&str> = names
            .iter()
            .filter(|(id, _)| !grouped.contains(*id))
            .map(|(_, name)| name.as_str())
            .collect();
        assert_eq!(Vec::from_iter(lonely), ["erin.vance", "henrik.lowe", "ines.park"]);
    }

    #[tokio::test]
    async fn large_organisations_are_quick_to_make_and_to_read() {
        let org = demo::organization_of(1_000, 5, now());
        assert_eq!(
            org.records("/api/systems"),
            demo::organization_of(1_000, 5, now()).records("/api/systems")
        );
        let fake = FakeJumpCloud::start(org).await.unwrap();
        let mut ids = BTreeSet::new();
        for skip in (0..1_000).step_by(100) {
            let page = format!("/api/systems?limit=100&skip={skip}&sort=_id&fields=_id");
            ids.extend(get(&fake, &page).await.names("_id"));
        }
        assert_eq!(ids.len(), 1_000);
        let apps = get(&fake, "/api/v2/systeminsights/apps?limit=10000").await;
        assert!(apps.total() > Some(1_000));
    }
}

mod faults {
    use super::*;

    async fn with(fault: Fault) -> FakeJumpCloud {
        FakeJumpCloud::builder().organization(devices(25)).fault(fault).start().await.unwrap()
    }

    const PAGE: &str = "/api/systems?limit=10&skip=10&sort=_id";

    fn page() -> Fault {
        Fault::on("GET /api/systems")
    }

    async fn broken(fake: &FakeJumpCloud) -> bool {
        try_raw(fake, "GET", PAGE, &key(DEMO_KEY), "").await.is_err()
    }

    #[tokio::test]
    async fn scripts_match_by_method_path_turn_and_skip() {
        let fake = with(page().times(2).status(503)).await;
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(get(&fake, PAGE).await.status);
        }
        assert_eq!(statuses, [503, 503, 200]);
        fake.set_faults(Faults::none().and(Fault::on("* /api/v2/*").nth(2).status(500)));
        assert_eq!(get(&fake, "/api/v2/usergroups").await.status, 200);
        assert_eq!(get(&fake, "/api/v2/systemgroups").await.status, 500);
        fake.set_faults(Faults::none().and(page().skip(10..=19).after(1).status(502).html()));
        let mut statuses = Vec::new();
        for target in ["/api/systems", PAGE, "/api/systems", PAGE] {
            statuses.push(get(&fake, target).await.status);
        }
        assert_eq!(statuses, [200, 200, 200, 502]);
        assert_eq!(fake.requests().last().unwrap().status, Some(502));
    }

    #[tokio::test]
    async fn throttling_carries_every_kind_of_hint() {
        for hint in [
            None,
            Some(RetryAfter::Seconds(7)),
            Some(RetryAfter::HttpDate(Duration::from_secs(7))),
            Some(RetryAfter::Text("in a while".to_owned())),
        ] {
            let mut fault = page().times(1).status(429);
            if let Some(hint) = &hint {
                fault = fault.retry_after(hint.clone());
            }
            let fake = with(fault).await;
            let reply = get(&fake, PAGE).await;
            assert_eq!(reply.status, 429);
            let value = reply.header("retry-after");
            match hint {
                None => assert_eq!(value, None),
                Some(RetryAfter::HttpDate(_)) => assert!(value.unwrap().ends_with(" GMT")),
                Some(RetryAfter::Seconds(_)) => assert_eq!(value, Some("7")),
                Some(_) => assert_eq!(value, Some("in a while")),
            }
            get(&fake, PAGE).await;
            let told = value.is_some_and(|text| text == "7" || text.ends_with(" GMT"));
            assert_eq!(fake.requests()[1].in_cooldown, told, "{value:?}");
        }
    }

    #[tokio::test]
    async fn a_rate_limit_counts_requests_in_a_window() {
        let limit =
            RateLimit::new(2, Duration::from_millis(300)).retry_after(RetryAfter::Seconds(1));
        let builder = FakeJumpCloud::builder().organization(devices(1)).rate_limit(limit);
        let fake = builder.start().await.unwrap();
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(get(&fake, "/api/systems").await.status);
        }
        assert_eq!(statuses, [200, 200, 429]);
        tokio::time::sleep(Duration::from_millis(350)).await;
        assert_eq!(get(&fake, "/api/systems").await.status, 200);
    }

    #[tokio::test]
    async fn foreign_answers() {
        let reply = get(&with(page().html()).await, PAGE).await;
        assert_eq!(reply.status, 200);
        assert!(reply.header("content-type").unwrap().starts_with("text/html"));
        let reply = get(&with(page().content_type("text/plain")).await, PAGE).await;
        assert_eq!(
            (reply.header("content-type"), reply.names("os").len()),
            (Some("text/plain"), 10)
        );
        let reply = get(&with(page().redirect("http://127.0.0.1:9/steal")).await, PAGE).await;
        let place = reply.header("location");
        assert_eq!((reply.status, place), (302, Some("http://127.0.0.1:9/steal")));
        let reply =
            get(&with(page().body("{}").status(418).header("x-odd", "1")).await, PAGE).await;
        assert_eq!(
            (reply.status, reply.json(), reply.header("x-odd")),
            (418, json!({}), Some("1"))
        );
    }

    #[tokio::test]
    async fn broken_bodies() {
        let reply = get(&with(page().truncate(100)).await, PAGE).await;
        assert_eq!(reply.bytes.len(), 100);
        assert!(serde_json::from_slice::<Value>(&reply.bytes).is_err());
        let reply = get(&with(page().invalid_utf8()).await, PAGE).await;
        assert!(String::from_utf8(reply.bytes).is_err());
        assert!(broken(&with(page().content_length_off_by(50)).await).await, "too long");
        let reply = get(&with(page().content_length_off_by(-50)).await, PAGE).await;
        assert!(serde_json::from_slice::<Value>(&reply.bytes).is_err(), "too short");
        assert!(broken(&with(page().reset_after(64)).await).await);
        assert!(broken(&with(page().hang_up()).await).await);
    }

    #[tokio::test]
    async fn slow_and_silent_answers() {
        let start = std::time::Instant::now();
        let reply = get(&with(page().drip(2_000, Duration::from_millis(20))).await, PAGE).await;
        assert_eq!(reply.names("os").len(), 10);
        assert!(start.elapsed() >= Duration::from_millis(100));
        let start = std::time::Instant::now();
        get(&with(page().delay(Duration::from_millis(60))).await, PAGE).await;
        assert!(start.elapsed() >= Duration::from_millis(60));
        let fake = with(page().never_answer()).await;
        let wait = Duration::from_millis(100);
        assert!(tokio::time::timeout(wait, get(&fake, PAGE)).await.is_err());
        assert_eq!(fake.requests()[0].status, None);
    }

    #[tokio::test]
    async fn large_and_deep_bodies() {
        let reply = get(&with(page().oversize(300_000)).await, PAGE).await;
        assert!(reply.bytes.len() >= 300_000);
        assert_eq!(reply.names("os").len(), 10, "the JSON stays right");
        let reply = get(&with(page().gzip_bomb(4_000_000)).await, PAGE).await;
        assert_eq!(reply.header("content-encoding"), Some("gzip"));
        assert!(reply.bytes.len() < 40_000);
        let reply = get(&with(page().huge_record(50_000)).await, PAGE).await;
        assert_eq!(reply.json()["results"][0]["padding"].as_str().unwrap().len(), 50_000);
        let reply = get(&with(page().nest(500)).await, PAGE).await;
        assert!(
            serde_json::from_slice::<Value>(&reply.bytes).is_err(),
            "deeper than serde_json goes"
        );
        let reply = get(&with(page().duplicate_key()).await, PAGE).await;
        let text = String::from_utf8(reply.bytes).unwrap();
        assert_eq!(text.matches("\"_id\":").count(), 11);
    }

    #[tokio::test]
    async fn a_gzip_bomb_inflates_to_the_size_it_says() {
        let fake = with(page().gzip_bomb(1_000_000)).await;
        let mut answer = reqwest::Client::new()
            .get(format!("{}{PAGE}", fake.url()))
            .header("x-api-key", DEMO_KEY)
            .send()
            .await
            .unwrap();
        let mut inflated = 0;
        while let Ok(Some(piece)) = answer.chunk().await {
            assert!(piece.iter().all(|byte| matches!(byte, b'[' | b' ')));
            inflated += piece.len();
        }
        assert!(inflated >= 900_000, "{inflated} bytes");
    }

    #[tokio::test]
    async fn totals_that_lie() {
        let total = |reply: &Reply| reply.json().get("totalCount").cloned();
        assert_eq!(total(&get(&with(page().no_total()).await, PAGE).await), None);
        assert_eq!(total(&get(&with(page().total(-1)).await, PAGE).await), Some(json!(-1)));
        let fake = with(page().total_off_by(-5)).await;
        assert_eq!(total(&get(&fake, PAGE).await), Some(json!(20)));
        let fake = with(page().total_text("many")).await;
        assert_eq!(total(&get(&fake, PAGE).await), Some(json!("many")));
        let fake = with(page().moving_total(2)).await;
        assert_eq!(total(&get(&fake, PAGE).await), Some(json!(27)));
        assert_eq!(total(&get(&fake, PAGE).await), Some(json!(29)));
        let groups = with(Fault::on("GET /api/v2/usergroups").no_total()).await;
        assert_eq!(get(&groups, "/api/v2/usergroups").await.total(), None);
    }

    /// Reads all pages, trusting nothing but an empty page.
    async fn hostnames(fake: &FakeJumpCloud) -> Vec<String> {
        let mut names = Vec::new();
        for skip in (0..60).step_by(10) {
            let target = format!("/api/systems?limit=10&skip={skip}&sort=_id");
            names.extend(get(fake, &target).await.names("hostname"));
        }
        names
    }

    fn distinct(mut names: Vec<String>) -> usize {
        names.retain(|name| name != "null");
        names.sort_unstable();
        names.dedup();
        names.len()
    }

    #[tokio::test]
    async fn holes_in_lists_keep_their_places() {
        let names = hostnames(&with(page().null_items(3)).await).await;
        assert_eq!((names.len(), distinct(names)), (28, 25));
        let fake = with(page().dangling(3)).await;
        assert_eq!(get(&fake, PAGE).await.json()["totalCount"], 28);
        let names = hostnames(&fake).await;
        assert_eq!((names.len(), distinct(names)), (25, 25));
    }

    #[tokio::test]
    async fn pages_that_disagree() {
        let names = hostnames(&with(page().short_page(2)).await).await;
        assert_eq!(names.len(), 19);
        let fake = with(page().ignore_skip()).await;
        assert_eq!(get(&fake, PAGE).await.names("hostname")[0], "mac-000");
        assert_eq!(get(&with(page().cap_limit(4)).await, PAGE).await.names("os").len(), 4);
        let names = hostnames(&with(page().overlap()).await).await;
        assert_eq!((names.len(), distinct(names)), (27, 25));
        let fake = with(page().unstable_order()).await;
        assert_eq!(distinct(hostnames(&fake).await), 25, "an order was asked for");
        let first = get(&fake, "/api/systems").await.names("hostname");
        assert_ne!(first, get(&fake, "/api/systems").await.names("hostname"));
        let names = hostnames(&with(page().ignore_sort()).await).await;
        assert!(names.len() == 25 && distinct(names) < 25);
        let reply = get(&with(page().unknown_wrapper()).await, PAGE).await.json();
        assert!(reply.get("results").is_none() && reply["entries"].is_array());
    }

    #[tokio::test]
    async fn rows_come_and_go_between_pages() {
        let fake = with(page().nth(2).insert_rows(1)).await;
        let names = hostnames(&fake).await;
        assert_eq!((names.len(), distinct(names)), (26, 25), "one row is seen twice");
        let fake = with(page().nth(2).delete_rows(1)).await;
        assert_eq!(hostnames(&fake).await.len(), 24, "one row is lost");
        let left = fake.with_organization(|org| org.records("/api/systems").len());
        assert_eq!(left, Some(24));
    }

    #[tokio::test]
    async fn keys_rotate_and_tokens_are_revoked() {
        let fake = with(page().nth(2).rotate_key("jca_new")).await;
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(get(&fake, PAGE).await.status);
        }
        assert_eq!(statuses, [200, 401, 401]);
        assert_eq!(raw(&fake, "GET", PAGE, &key("jca_new"), "").await.status, 200);
        fake.rotate_key(DEMO_KEY);
        assert_eq!(get(&fake, PAGE).await.status, 200);
    }

    #[tokio::test]
    async fn faults_add_up() {
        let fake = with(page().null_items(1).no_total().delay(Duration::from_millis(20))).await;
        fake.inject(page().content_type("text/plain"));
        let reply = get(&fake, "/api/systems?limit=100").await;
        assert_eq!(reply.header("content-type"), Some("text/plain"));
        assert_eq!(reply.json()["results"].as_array().unwrap().len(), 26);
        assert!(reply.json().get("totalCount").is_none());
    }

    #[tokio::test]
    async fn a_seed_replays_and_lets_patience_win() {
        async fn run(seed: u64) -> Vec<u16> {
            let fake = FakeJumpCloud::builder()
                .organization(devices(25))
                .faults(Faults::seeded(seed, 60).including_lists())
                .start()
                .await
                .unwrap();
            let mut statuses = Vec::new();
            for skip in (0..30).step_by(10) {
                let target = format!("/api/systems?limit=10&skip={skip}&sort=_id");
                for attempt in 1..=3 {
                    let reply = try_raw(&fake, "GET", &target, &key(DEMO_KEY), "").await;
                    let status = reply.map_or(0, |reply| reply.status);
                    statuses.push(status);
                    if status == 200 {
                        break;
                    }
                    assert!(attempt < 3, "the third try succeeds");
                }
            }
            statuses
        }
        let mut all = Vec::new();
        for seed in 0..12 {
            let statuses = run(seed).await;
            assert_eq!(statuses, run(seed).await, "seed {seed}");
            all.extend(statuses);
        }
        assert!(all.iter().any(|status| *status != 200), "something went wrong on the way");
    }

    #[tokio::test]
    async fn requests_in_flight_are_counted() {
        let latency = Duration::from_millis(50);
        let builder = FakeJumpCloud::builder().organization(devices(1)).latency(latency);
        let fake = builder.start().await.unwrap();
        let one = || get(&fake, "/api/systems");
        tokio::join!(one(), one(), one());
        assert_eq!(fake.max_in_flight(), 3);
        assert_eq!(fake.requests()[2].in_flight, 3);
        drop(fake);
    }
}
