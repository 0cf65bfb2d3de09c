//! The fake JumpCloud against the contract checklist of the fact sheet.

use std::time::Duration;

use jumpcloud_client::testkit::{
    DEMO_KEY, DeviceSpec, FakeJumpCloud, Organization, UserSpec, ViolationKind,
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
    fake.stop().await;
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
