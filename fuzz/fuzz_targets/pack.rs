//! Verification of any files: it ends, and files that nobody packed are no pack.
#![no_main]

use std::collections::BTreeMap;

use jumpcloud_compliance::pack::verify;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|files: Vec<(&str, &[u8])>| {
    // `manifest.json` is hard to guess and is always given a chance.
    let named = |(at, (name, bytes)): (usize, (&str, &[u8]))| {
        let name = if at == 0 { "manifest.json" } else { name };
        (name.to_owned(), bytes.to_vec())
    };
    let files: BTreeMap<String, Vec<u8>> = files.into_iter().enumerate().map(named).collect();
    let verification = verify(&files);
    if files.len() < 2 {
        assert!(!verification.is_authentic());
    }
    assert_eq!(verification, verify(&files));
});
