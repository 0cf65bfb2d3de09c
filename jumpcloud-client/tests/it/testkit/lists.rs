//! Lists of every family, the graph, searches and small reads.

use super::*;

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
