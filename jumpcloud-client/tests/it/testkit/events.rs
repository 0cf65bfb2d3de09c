//! Events and their cursor.

use super::*;

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
