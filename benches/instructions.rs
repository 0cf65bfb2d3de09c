//! Three hot paths for a counter of instructions; `.ci/instructions` runs it and compares.
//!
//! Only what happens inside the functions named `measured_` counts, so that making the organisation does
//! not. An argument says which: `decode` reads 100 systems in their saved form, `evaluate` judges 50
//! devices and users with 5 000 rows of software, `export` writes the findings as JSON Lines.

use std::env;
use std::hint::black_box;
use std::io::sink;

use jumpcloud_benches::synthetic;
use jumpcloud_client::Snapshot;
use jumpcloud_client::resources::System;
use jumpcloud_compliance::export::{Format, Report};
use jumpcloud_compliance::{Catalogue, Config, Evaluation, evaluate};

const SEED: u64 = 7;

fn main() {
    let path = env::args().nth(1).expect("which path");
    let config = synthetic::config();
    let catalogue = Catalogue::builtin().expect("the catalogue loads");
    match path.as_str() {
        "decode" => {
            let mut systems = Snapshot::new(None, synthetic::now());
            *systems.list_mut::<System>() = synthetic::snapshot(100, SEED).list::<System>().clone();
            let text = systems.to_json().expect("a snapshot is saved");
            let read = measured_decode(&text);
            assert_eq!(read.list::<System>().records.len(), 100, "every row is there");
        }
        "evaluate" => {
            let snapshot = synthetic::snapshot(50, SEED);
            let evaluation = measured_evaluate(&catalogue, &snapshot, &config);
            assert!(!evaluation.findings.is_empty(), "there are findings");
        }
        "export" => {
            let snapshot = synthetic::snapshot(50, SEED);
            let evaluation = evaluate(&catalogue, &snapshot, &config, synthetic::now(), None);
            let evaluation = evaluation.expect("the configuration is good");
            let report = Report::new(&evaluation, &catalogue, &config).expect("nobody is hidden");
            measured_export(&report);
        }
        other => panic!("there is no path `{other}`"),
    }
}

#[inline(never)]
fn measured_decode(text: &str) -> Snapshot {
    black_box(Snapshot::from_json(black_box(text)).expect("the text is a snapshot"))
}

#[inline(never)]
fn measured_evaluate(
    catalogue: &Catalogue<'_>,
    snapshot: &Snapshot,
    config: &Config,
) -> Evaluation {
    let judged = evaluate(catalogue, black_box(snapshot), config, synthetic::now(), None);
    black_box(judged.expect("the configuration is good"))
}

#[inline(never)]
fn measured_export(report: &Report<'_>) {
    Format::JsonLines.write(black_box(report), sink()).expect("nothing can fail");
}
