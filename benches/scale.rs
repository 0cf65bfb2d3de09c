//! What loading, judging and exporting cost as an organisation grows.
//!
//! `cargo run --profile bench -p jumpcloud-benches --bin scale` prints a table, one process a size, so
//! that the peak of memory is that of the size; sizes may follow, as in `-- 1000 10000`. Times are those of the processor, on one thread, so that
//! other programs on the machine do not count.

use std::io::{self, Write};
use std::process::Command;
use std::{env, fs};

use jumpcloud_benches::synthetic;
use jumpcloud_client::Snapshot;
use jumpcloud_compliance::export::{Format, Report};
use jumpcloud_compliance::{Catalogue, Finding, evaluate_into};

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];
/// Beyond this size the text of a saved snapshot would not fit into the memory of most machines.
const LOADED_UP_TO: usize = 10_000;
/// Findings that are written as JSON Lines at most; more would not fit into memory beside the snapshot.
const WRITTEN_UP_TO: usize = 1_000_000;
const SEED: u64 = 7;
/// Marks the process that measures one size.
const ONE: &str = "--one";

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some(size) = arguments.iter().position(|text| text == ONE) {
        measure(arguments[size + 1].parse().expect("a size"));
        return;
    }
    let asked: Vec<usize> = arguments.iter().filter_map(|text| text.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    println!(
        "| Devices | Rows of software | Load s | Evaluate s | Devices a second | \u{b5}s a device | Findings | JSON Lines MB | Export s | MB a second | Snapshot MB | Peak MB | Digest |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|");
    for size in sizes {
        let program = env::current_exe().expect("this program has a path");
        let done = Command::new(program).args([ONE, &size.to_string()]).status();
        assert!(done.is_ok_and(|status| status.success()), "the size {size} was measured");
    }
}

/// Measures one size and prints its row.
fn measure(size: usize) {
    let catalogue = Catalogue::builtin().expect("the catalogue loads");
    let config = synthetic::config();
    let mut snapshot = synthetic::snapshot(size, SEED);
    let mut load = "-".to_string();
    if size <= LOADED_UP_TO {
        let text = snapshot.to_json().expect("a snapshot is saved");
        let (read, seconds) = timed(|| Snapshot::from_json(&text).expect("it is read again"));
        snapshot = read;
        load = format!("{seconds:.3}");
    }
    let held = status_mb("VmRSS:");
    let mut findings = 0_u64;
    let (told, judged) = timed(|| {
        let count = |_| findings += 1;
        evaluate_into(&catalogue, &snapshot, &config, synthetic::now(), None, count)
    });
    let digest = told.expect("a good configuration").digest;
    let peak = status_mb("VmHWM:");
    // A second time, to have findings to write.
    let mut kept: Vec<Finding> = Vec::new();
    let keep = |finding| {
        if kept.len() < WRITTEN_UP_TO {
            kept.push(finding);
        }
    };
    let told = evaluate_into(&catalogue, &snapshot, &config, synthetic::now(), None, keep);
    let mut evaluation = told.expect("a good configuration");
    evaluation.findings = kept;
    let report = Report::new(&evaluation, &catalogue, &config).expect("nobody is hidden");
    let mut counted = Counted(0);
    let (written, exported) = timed(|| Format::JsonLines.write(&report, &mut counted));
    written.expect("nothing can fail");
    let megabytes = counted.0 as f64 / 1e6;
    println!(
        "| {size} | {} | {load} | {judged:.3} | {:.0} | {:.1} | {findings} | {megabytes:.1} | {exported:.3} | {:.0} | {held} | {peak} | {} |",
        size * synthetic::SOFTWARE_ROWS,
        size as f64 / judged,
        judged * 1e6 / size as f64,
        megabytes / exported,
        &digest.to_string()[..20],
    );
}

/// Counts what is written and keeps nothing.
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A value and the seconds of processor time it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let before = cpu_seconds();
    let value = work();
    (value, cpu_seconds() - before)
}

/// Time that the main thread has spent on a processor.
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/schedstat").expect("Linux tells processor time");
    let nanoseconds = text.split(' ').next().and_then(|text| text.parse::<u64>().ok());
    nanoseconds.expect("a number") as f64 / 1e9
}

fn status_mb(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("Linux tells memory");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("it is told");
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kilobytes / 1024
}
