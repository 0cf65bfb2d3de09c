//! What reaches a subscriber of `tracing`, word for word.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jumpcloud_client::resources::{System, UserGroup, UserGroupMembership};
use jumpcloud_client::transport::TransportErrorKind;
use jumpcloud_client::transport::scripted::{Reply, Scripted};
use jumpcloud_client::{Client, Family, Id};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps what this crate tells: the text of its events, and its spans with all their fields.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<(String, Vec<String>)>>);

impl Told {
    fn lock(&self) -> MutexGuard<'_, (String, Vec<String>)> {
        self.0.lock().unwrap()
    }
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Told {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("jumpcloud_client")
    }
    fn new_span(&self, span: &Attributes<'_>) -> tracing::span::Id {
        let mut line = format!("{} {}", span.metadata().level(), span.metadata().name());
        span.record(&mut Fields(&mut line));
        let spans = &mut self.lock().1;
        spans.push(line);
        tracing::span::Id::from_u64(spans.len() as u64)
    }
    fn record(&self, span: &tracing::span::Id, values: &Record<'_>) {
        let mut told = self.lock();
        let at = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Fields(&mut told.1[at]));
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = event.metadata().level().to_string();
        event.record(&mut Fields(&mut line));
        writeln!(self.lock().0, "{line}").unwrap();
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

const TOLD: &str = "\
DEBUG message=attempt failed kind=RateLimited status=429 attempt=1
DEBUG message=trying again kind=RateLimited attempt=1 wait_ms=30000
DEBUG message=attempt failed kind=Transport attempt=2
DEBUG message=trying again kind=Transport attempt=2 wait_ms=1000
DEBUG message=attempt failed kind=Forbidden status=403 attempt=1
DEBUG message=attempt failed kind=Unauthorized status=401 attempt=1
DEBUG jumpcloud.request method=\"GET\" path=\"/systems\" status=200 attempts=3 waited_ms=31000
DEBUG jumpcloud.request method=\"GET\" path=\"/usergroups/{id}/membership\" status=403 attempts=1 waited_ms=0
DEBUG jumpcloud.request method=\"GET\" path=\"/systemusers/{id}\" status=401 attempts=1 waited_ms=300
DEBUG jumpcloud.request method=\"GET\" path=\"/systems/{id}/fdekey\" attempts=0 waited_ms=0";

#[tokio::test(start_paused = true)]
async fn spans_carry_what_operators_need_and_nothing_of_people_or_keys() {
    const SECRET: &str = "jca_PLANTEDplantedPLANTED0123456789";
    let told = Told::default();
    let guard = tracing::subscriber::set_default(told.clone());
    // Another test's thread may have registered a callsite before.
    tracing::callsite::rebuild_interest_cache();
    let script = Scripted::new();
    let echo = format!(r#"{{"message":"{SECRET} of ada@example.com"}}"#);
    script.push(Reply::json(429, &echo).header("retry-after", "30"));
    script.push(Reply::fail(TransportErrorKind::Interrupted));
    let device = r#"{"_id":"5f0c1f2a3b4c5d6e7f809102","hostname":"adas-mac"}"#;
    let list = format!(r#"{{"totalCount":1,"results":[{device}]}}"#);
    script.push(Reply::json(200, &list).after(Duration::from_millis(200)));
    script.push(Reply::json(403, &echo));
    script.push(Reply::json(401, &echo));
    let client = Client::builder()
        .transport(script)
        .random(|| 1 << 63)
        .api_key(SECRET)
        .organization("5f0000000000000000000001")
        .build()
        .unwrap();
    client.list::<System>().collect().await.unwrap();
    let group: Id<UserGroup> = Id::new("5f0c1f2a3b4c5d6e7f80aaaa").unwrap();
    client.list_of::<UserGroupMembership>(&group).collect().await.unwrap_err();
    let raw = client.raw(Family::V1);
    let query = [("filter", "email:$eq:ada@example.com")];
    raw.get("/systemusers/5f0c1f2a3b4c5d6e7f80bbbb", &query).await.unwrap_err();
    raw.get("/systems/5f0c1f2a3b4c5d6e7f809102/fdekey", &[]).await.unwrap_err();
    drop(guard);
    let (events, spans) = told.lock().clone();
    let text = format!("{events}{}", spans.join("\n"));
    assert_eq!(text, TOLD, "{text}");
}
