//! The cursor walk over events: any bodies and cursors end, and no event is there twice.
#![no_main]

use std::collections::BTreeSet;
use std::sync::Mutex;

use jiff::Timestamp;
use jumpcloud_client::Resource as _;
use jumpcloud_client::events::EventQuery;
use jumpcloud_client::resources::Event;
use jumpcloud_client::transport::scripted::{Reply, Scripted};
use jumpcloud_fuzz::{answers, client, run};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((_, answers)) = answers(data) else { return };
    let answers = Mutex::new(answers);
    let script = Scripted::answering(move |_| {
        let mut answers = answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers.concat() };
        // The first line is the cursor, the rest the body.
        let end = answer.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        let (cursor, body) = answer.split_at(end);
        let reply = Reply::typed(200, "application/json", body.to_vec());
        match std::str::from_utf8(cursor) {
            Ok(cursor) if cursor.bytes().all(|byte| (0x20..0x7f).contains(&byte)) => reply
                .header("x-search_after", cursor)
                .header("x-result-count", "2")
                .header("x-limit", "2"),
            _ => reply,
        }
    });
    let since: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let client = client(&script);
    let log = run(client.events(EventQuery::between(since, now)).page_size(2).collect());
    if let Ok(log) = log {
        let ids: BTreeSet<_> =
            log.records.iter().filter_map(|row| Event::key(&row.value)).collect();
        assert_eq!(ids.len(), log.records.len(), "an event is there twice");
        assert!(log.set_aside.is_empty() || !log.coverage.state.is_complete());
    }
});
