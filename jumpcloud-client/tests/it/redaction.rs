//! The secret and the people stay out of every output, with the real HTTP stack underneath.

use std::error::Error as _;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};

use jumpcloud_client::credentials::{ApiKey, AuthHeader, ServiceAccount};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::wire::{SECRET, Wire, json};

/// Keeps the text of all spans and events, of this crate and of all others.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<String>>);

impl Printed {
    fn text(&self) -> MutexGuard<'_, String> {
        self.0.lock().unwrap()
    }
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0, "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Printed {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        writeln!(self.text(), "span {}", span.metadata().name()).unwrap();
        span.record(&mut Fields(&mut self.text()));
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut self.text()));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Fields(&mut self.text()));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_server_that_echoes_the_key_does_not_make_us_print_it() {
    let printed = Printed::default();
    let guard = tracing::subscriber::set_default(printed.clone());
    let mut out = String::new();
    for status in ["200 OK", "400 Bad Request", "401 Unauthorized", "403 Forbidden", "502 Bad"] {
        // Another test's thread may have registered a callsite while the subscriber was set.
        tracing::callsite::rebuild_interest_cache();
        let body = format!("{{\"message\":\"api key {SECRET} of ada@example.com\"");
        let wire = Wire::sending(json(status, &body)).await;
        let client = wire.client();
        let error = client.validate().await.unwrap_err();
        write!(out, "{error} {error:?} {:?} {client:?} ", wire.builder()).unwrap();
        write!(out, "{:?} {:?} ", error.request_id(), error.endpoint()).unwrap();
        assert!(!error.body_excerpt().unwrap_or_default().contains(SECRET));
        let mut next = error.source();
        while let Some(source) = next {
            write!(out, "{source} {source:?} ").unwrap();
            next = source.source();
        }
    }
    let key = ApiKey::new(SECRET).unwrap();
    let account = ServiceAccount::new("client", SECRET).unwrap();
    let header = AuthHeader::bearer(SECRET).unwrap();
    write!(out, "{key:?} {account:?} {header:?} {:?}", header.value()).unwrap();
    drop(guard);
    out.push_str(&printed.text());
    assert!(out.contains("span jumpcloud.request"), "{out}");
    for word in [SECRET, "PLANTED", "ada@example.com"] {
        assert!(!out.contains(word), "{word} in {out}");
    }
}
