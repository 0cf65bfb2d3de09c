//! The client against what is possible: requests, wall time, processor time and memory.
//!
//! `cargo bench -p jumpcloud-benches --bench client -- sync` (or `fetch`, or `memory`) prints one
//! table; `benches/run` prints all of them. The service is a child process of the same program, and
//! so is each side of a comparison of processor time and memory.

mod bare;
mod fake;
mod fetch;
mod memory;
mod process;
mod sync;
mod world;

use std::time::Duration;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["sync"] => sync::table(false),
        ["sync", "quick"] => sync::table(true),
        ["fetch"] => fetch::table(100_000),
        ["fetch", devices] => fetch::table(number(devices)),
        ["memory"] => memory::table(10_000_000),
        ["memory", rows] => memory::table(number(rows)),
        // What the program starts itself as.
        ["serve", kind, devices, latency] => {
            let latency = Duration::from_millis(number(latency) as u64);
            fake::serve(world::organization(kind, number(devices)), latency);
        }
        ["side", side, url] => fetch::side(side, url),
        ["hold", input, rows] => memory::hold(input, number(rows)),
        [] => eprintln!("one of `sync`, `sync quick`, `fetch [devices]`, `memory [rows]`"),
        other => panic!("no such benchmark: {other:?}"),
    }
}

fn number(word: &str) -> usize {
    word.parse().unwrap_or_else(|_| panic!("`{word}` is no number"))
}
