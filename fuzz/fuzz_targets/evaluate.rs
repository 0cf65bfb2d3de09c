//! Judgement of any snapshot: it ends, and it is a function.
#![no_main]

use std::sync::OnceLock;

use jiff::Timestamp;
use jumpcloud_client::Snapshot;
use jumpcloud_compliance::{Catalogue, Config, evaluate};
use libfuzzer_sys::fuzz_target;

fn catalogue() -> &'static Catalogue<'static> {
    static CATALOGUE: OnceLock<Catalogue<'static>> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::builtin().expect("the tables are right"))
}

fuzz_target!(|text: &str| {
    let Ok(snapshot) = Snapshot::from_json(text) else { return };
    let at: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let judge = || {
        let evaluation = evaluate(catalogue(), &snapshot, &Config::default(), at, None);
        serde_json::to_string(&evaluation.expect("the defaults are right")).expect("it is JSON")
    };
    assert_eq!(judge(), judge(), "twice the same");
});
