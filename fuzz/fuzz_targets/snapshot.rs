//! A snapshot that was written by hand, or by anyone: what is read is read again the same.
#![no_main]

use jumpcloud_client::Snapshot;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(snapshot) = Snapshot::from_json(text) else { return };
    let saved = snapshot.to_json().expect("what was read can be written");
    let again = Snapshot::from_json(&saved).expect("what was written can be read");
    assert_eq!(again.to_json().expect("and written"), saved, "and nothing moves");
});
