//! Answers of the real service, replayed through the real client.
//!
//! The recordings are no part of this repository: `JUMPCLOUD_RECORDINGS` names a folder with files
//! of `[{request: {method, target}, response: {status, headers, body}}]`. Without it the replay is
//! skipped and says so; the shapes that the service was seen to answer with are tested either way.

use std::collections::{BTreeMap, BTreeSet};

use futures::TryStreamExt as _;
use jumpcloud_client::resources::{
    Application, ApplicationUserGroups, ApplicationUsers, SystemUser, UserGroup,
};
use jumpcloud_client::{Client, ErrorKind, Id, Resource, Retry, ScopedResource};
use mockito::{Matcher, Mock, Server, ServerGuard};
use serde_json::Value;

fn client(server: &ServerGuard) -> Client {
    Client::builder()
        .base_url(server.url())
        .api_key("jca_RECORDEDrecordedRECORDED01234")
        .retry(Retry::none())
        .build()
        .unwrap()
}

async fn listed<R: Resource>(client: &Client) -> usize {
    client.list::<R>().items().try_collect::<Vec<_>>().await.unwrap().len()
}

async fn listed_of<R: ScopedResource>(client: &Client, parent: &str) -> usize {
    let parent: Id<R::Parent> = Id::new(parent).unwrap();
    client.list_of::<R>(&parent).items().try_collect::<Vec<_>>().await.unwrap().len()
}

fn text(body: &Value) -> String {
    body.as_str().map_or_else(|| body.to_string(), str::to_owned)
}

fn rows(body: &Value) -> usize {
    let body: Value = serde_json::from_str(&text(body)).unwrap();
    let list = body.as_array().or_else(|| body["results"].as_array());
    list.map_or(0, Vec::len)
}

/// Serves every recorded exchange at its path and position; what the records say stands beside.
async fn replay(server: &mut ServerGuard, exchanges: &[Value]) -> (Vec<Mock>, Replayed) {
    let mut mocks = Vec::new();
    let mut expected = Replayed::new();
    let mut seen = BTreeSet::new();
    for exchange in exchanges {
        let target = exchange["request"]["target"].as_str().unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, "skip=0"));
        let skip = query.split('&').find_map(|pair| pair.strip_prefix("skip=")).unwrap();
        if !seen.insert((path.to_owned(), skip.to_owned())) {
            continue;
        }
        let response = &exchange["response"];
        let status = usize::try_from(response["status"].as_u64().unwrap()).unwrap();
        let mut mock = server
            .mock("GET", path)
            .match_query(Matcher::UrlEncoded("skip".into(), skip.into()))
            .with_status(status)
            .with_body(text(&response["body"]));
        for (name, value) in response["headers"].as_object().unwrap() {
            if !["content-length", "connection"].contains(&name.as_str()) {
                mock = mock.with_header(name, value.as_str().unwrap());
            }
        }
        mocks.push(mock.create_async().await);
        *expected.entry(path.to_owned()).or_default() += rows(&response["body"]);
    }
    (mocks, expected)
}

/// Records by path.
type Replayed = BTreeMap<String, usize>;

#[tokio::test]
async fn recorded_answers_lose_no_row() {
    let Some(folder) = std::env::var_os("JUMPCLOUD_RECORDINGS") else {
        eprintln!("JUMPCLOUD_RECORDINGS is not set: the recorded answers were not replayed");
        return;
    };
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|end| end != "json") {
            continue;
        }
        files += 1;
        let exchanges: Vec<Value> =
            serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let mut server = Server::new_async().await;
        let (_mocks, expected) = replay(&mut server, &exchanges).await;
        let client = client(&server);
        assert!(client.validate().await.unwrap().organization().is_some(), "{}", file.display());
        for (path, count) in expected {
            let parts: Vec<&str> = path.trim_start_matches("/api/").split('/').collect();
            let got = match parts.as_slice() {
                ["organizations"] => continue,
                ["systemusers"] => listed::<SystemUser>(&client).await,
                ["applications"] => listed::<Application>(&client).await,
                ["v2", "usergroups"] => listed::<UserGroup>(&client).await,
                ["v2", "applications", id, "users"] => {
                    listed_of::<ApplicationUsers>(&client, id).await
                }
                ["v2", "applications", id, "usergroups"] => {
                    listed_of::<ApplicationUserGroups>(&client, id).await
                }
                other => panic!("{}: nothing reads {other:?}", file.display()),
            };
            assert_eq!(got, count, "{}: {path}", file.display());
        }
    }
    assert!(files > 0, "JUMPCLOUD_RECORDINGS names a folder without recordings");
}

/// Bodies and statuses that the live service was seen to answer a key with.
#[tokio::test]
async fn refusals_of_a_key_are_told_apart() {
    for (status, body, kind) in [
        (401, r#"{"message":"Unauthorized"}"#, ErrorKind::Unauthorized),
        (401, "Unauthorized: api key is not valid\n", ErrorKind::Unauthorized),
        (403, r#"{"message":"Forbidden"}"#, ErrorKind::Forbidden),
        (404, r#"{"status":"NOT_FOUND"}"#, ErrorKind::NotFound),
    ] {
        let mut server = Server::new_async().await;
        let mock = server
            .mock("GET", "/api/v2/usergroups")
            .match_query(Matcher::Any)
            .match_header("x-api-key", Matcher::Regex("^jca_RECORDED".into()))
            .with_status(status)
            .with_body(body)
            .expect(1)
            .create_async()
            .await;
        let listed: Result<Vec<_>, _> =
            client(&server).list::<UserGroup>().items().try_collect().await;
        let error = listed.unwrap_err();
        assert_eq!(error.kind(), kind, "{status} {body}");
        assert!(!error.to_string().contains("RECORDED"), "{error}");
        mock.assert_async().await;
    }
}
