//! Answers written by hand, matched request by request.

use jumpcloud_client::collect::Plan;
use jumpcloud_client::resources::{Organization, System, SystemUser, UserGroup};
use jumpcloud_client::{
    Client, ErrorKind, FailureClass, Family, Id, InputState, Retry, resources::OrganizationDetail,
};
use mockito::{Matcher, Mock, Server, ServerGuard};

const KEY: &str = "jca_HANDwrittenHANDwritten0123456";
const ORG: &str = "5f0c1f2a3b4c5d6e7f809102";

fn builder(server: &ServerGuard) -> jumpcloud_client::ClientBuilder {
    Client::builder().base_url(server.url()).api_key(KEY).retry(Retry::none())
}

/// Expects exactly this GET, once, and no header that chooses an organization.
async fn exactly(server: &mut ServerGuard, target: &str, status: usize, body: &str) -> Mock {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query = query.split('&').filter_map(|pair| pair.split_once('='));
    let query = query.map(|(name, value)| Matcher::UrlEncoded(name.into(), value.into()));
    server
        .mock("GET", path)
        .match_query(Matcher::AllOf(query.collect()))
        .match_header("x-api-key", KEY)
        .match_header("accept", "application/json")
        .with_status(status)
        .with_header("content-type", "application/json; charset=utf-8")
        .with_body(body)
        .expect(1)
        .create_async()
        .await
}

#[tokio::test]
async fn the_recorded_bodies_of_a_connection_are_understood() {
    let one = format!(
        r#"{{"totalCount":1,"results":[{{"_id":"{ORG}","id":"{ORG}","displayName":null,"logoUrl":null,"created":"2021-02-12T17:36:10.412Z"}}]}}"#
    );
    for (status, body, wanted) in [
        (200, &*one, Ok(Some(ORG))),
        (200, r#"{"totalCount":0,"results":[]}"#, Ok(None)),
        (
            401,
            r#"{"error":"Unauthorized","message":"Unauthorized: api key user not found"}"#,
            Err(ErrorKind::Unauthorized),
        ),
        (
            400,
            r#"{"message":"Bad Request: request parameter \"limit\" exceeds maximum value of 100"}"#,
            Err(ErrorKind::BadRequest),
        ),
        (
            403,
            r#"{"message":"Forbidden: organization selection not allowed via header","error":"Forbidden: organization selection not allowed via header"}"#,
            Err(ErrorKind::OrgHeaderNotAllowed),
        ),
    ] {
        let mut server = Server::new_async().await;
        let mock = exactly(&mut server, "/api/organizations?limit=2&skip=0", status, body).await;
        let found = builder(&server).build().unwrap().validate().await;
        let found = found.as_ref().map(|connection| connection.organization());
        let found = found.map_err(jumpcloud_client::Error::kind);
        assert_eq!(found, wanted, "{status} {body}");
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn a_login_page_is_no_organization() {
    let mut server = Server::new_async().await;
    let login = server.mock("GET", "/login").expect(0).create_async().await;
    let redirect = server
        .mock("GET", Matcher::Any)
        .with_status(302)
        .with_header("location", "/login")
        .expect(1)
        .create_async()
        .await;
    let error = builder(&server).build().unwrap().validate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    redirect.assert_async().await;
    login.assert_async().await;
}

#[tokio::test]
async fn a_list_asks_for_what_it_needs_and_no_more() {
    let mut server = Server::new_async().await;
    let page = |from: u32, to: u32| {
        let rows: Vec<String> =
            (from..to).map(|n| format!(r#"{{"_id":"5f{n:022x}","hostname":"h{n}"}}"#)).collect();
        format!(r#"{{"totalCount":250,"results":[{}]}}"#, rows.join(","))
    };
    let mut mocks = Vec::new();
    for (from, to) in [(0, 100), (100, 200), (200, 250)] {
        let target = format!("/api/systems?limit=100&skip={from}&sort=_id");
        mocks.push(exactly(&mut server, &target, 200, &page(from, to)).await);
    }
    let client = builder(&server).organization(ORG).build().unwrap();
    let devices = client.list::<System>().collect().await.unwrap();
    assert_eq!((devices.state(), devices.records.len()), (InputState::Complete, 250));
    assert_eq!(devices.coverage.request.organization.as_deref(), Some(ORG));
    for mock in mocks {
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn the_organization_is_named_only_where_it_may_be() {
    let mut server = Server::new_async().await;
    let list = r#"{"totalCount":0,"results":[]}"#;
    let users = server
        .mock("GET", "/api/systemusers")
        .match_query(Matcher::Any)
        .match_header("x-org-id", ORG)
        .with_body(list)
        .expect(1)
        .create_async()
        .await;
    let organizations = server
        .mock("GET", "/api/organizations")
        .match_query(Matcher::Any)
        .match_header("x-org-id", Matcher::Missing)
        .with_body(list)
        .expect(2)
        .create_async()
        .await;
    let client = builder(&server).organization(ORG).build().unwrap();
    client.list::<SystemUser>().collect().await.unwrap();
    client.list::<Organization>().collect().await.unwrap();
    client.raw(Family::V1).get("/organizations", &[("limit", "1")]).await.unwrap();
    users.assert_async().await;
    organizations.assert_async().await;
}

#[tokio::test]
async fn an_array_without_a_total_is_read_to_an_empty_page() {
    let mut server = Server::new_async().await;
    let group = |n: u32| format!(r#"{{"id":"5f{n:022x}","name":"g{n}","type":"user_group"}}"#);
    let rows: Vec<String> = (0..30).map(group).collect();
    let first = "/api/v2/usergroups?limit=100&skip=0";
    let first = exactly(&mut server, first, 200, &format!("[{}]", rows.join(","))).await;
    let second = exactly(&mut server, "/api/v2/usergroups?limit=100&skip=30", 200, "[]").await;
    let groups = builder(&server).build().unwrap().list::<UserGroup>().collect().await.unwrap();
    assert_eq!((groups.state(), groups.records.len()), (InputState::Complete, 30));
    first.assert_async().await;
    second.assert_async().await;
}

#[tokio::test]
async fn a_list_under_an_unknown_key_is_an_error_and_never_empty() {
    let mut server = Server::new_async().await;
    for body in [
        r#"{"totalCount":2,"items":[{"_id":"a"},{"_id":"b"}]}"#,
        r#"{"totalCount":2}"#,
        r#"{"results":{"_id":"a"}}"#,
        r#"{"totalCount":1,"results":[{"_id":"a"}],"results":[{"_id":"b"}]}"#,
        r#""nothing""#,
    ] {
        let mock = exactly(&mut server, "/api/systems?limit=100&skip=0", 200, body).await;
        let list = builder(&server).build().unwrap().list::<System>();
        assert_eq!(list.collect().await.unwrap_err().kind(), ErrorKind::Contract, "{body}");
        mock.remove_async().await;
    }
}

#[tokio::test]
async fn a_narrow_credential_still_collects_what_it_may_read() {
    let mut server = Server::new_async().await;
    let forbidden = r#"{"message":"Forbidden"}"#;
    let list = r#"{"totalCount":1,"results":[{"_id":"5f0000000000000000000001"}]}"#;
    let _organizations = server
        .mock("GET", "/api/organizations")
        .match_query(Matcher::Any)
        .with_status(403)
        .with_body(forbidden)
        .create_async()
        .await;
    let _probe = exactly(&mut server, "/api/systemusers?limit=1", 200, list).await;
    let _users = exactly(&mut server, "/api/systemusers?limit=100&skip=0", 200, list).await;
    let client = builder(&server).build().unwrap();
    let plan = Plan::exactly(["USR", "ORG"]).unwrap();
    let snapshot = client.collect(plan).run(&mut |_| {}).await.unwrap();
    assert_eq!(snapshot.state("USR"), Some(InputState::Complete));
    let refused = InputState::Failed { class: FailureClass::Forbidden };
    assert_eq!(snapshot.state("ORG"), Some(refused));
}

#[tokio::test]
async fn one_record_is_read_or_the_error_says_why_not() {
    let mut server = Server::new_async().await;
    let client = builder(&server).build().unwrap();
    let id = Id::new(ORG).unwrap();
    let path = format!("/api/organizations/{ORG}");
    let found = format!(r#"{{"_id":"{ORG}","settings":{{"name":"Acme"}}}}"#);
    for (status, body, wanted) in [
        (200, &*found, Ok(())),
        (200, r#"{"settings":{}}"#, Err(ErrorKind::Decode)),
        (200, "[]", Err(ErrorKind::Contract)),
        (200, r#"{"_id":"5f"#, Err(ErrorKind::Decode)),
        (404, "{}", Err(ErrorKind::NotFound)),
        (403, "{}", Err(ErrorKind::Forbidden)),
    ] {
        let mock = exactly(&mut server, &path, status, body).await;
        let read = client.get_of::<OrganizationDetail>(&id).await;
        assert_eq!(read.map(|_| ()).map_err(|error| error.kind()), wanted, "{status} {body}");
        mock.remove_async().await;
    }
}
