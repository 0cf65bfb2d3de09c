//! Keys, organisations, tokens, and what is refused.

use super::*;

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
