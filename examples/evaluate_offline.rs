//! Judges a saved snapshot: no network, no key, and the same bytes each time.
//!
//! `cargo run --example evaluate_offline -- snapshot.json 2026-11-23T12:00:00Z`; without arguments
//! it judges the small snapshot in `examples/data`.

use jiff::Timestamp;
use jumpcloud_client::Snapshot;
use jumpcloud_compliance::export::explain;
use jumpcloud_compliance::{Catalogue, Config, EffectiveStatus, Severity, evaluate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let text = match arguments.next() {
        Some(file) => std::fs::read_to_string(file)?,
        None => include_str!("data/snapshot.json").to_owned(),
    };
    let snapshot = Snapshot::from_json(&text)?;
    // The moment of judgement is an argument: ages and grace count from it.
    let now = match arguments.next() {
        Some(instant) => instant.parse()?,
        None => snapshot.started_at,
    };
    judge(&snapshot, now)
}

fn judge(snapshot: &Snapshot, now: Timestamp) -> Result<(), Box<dyn std::error::Error>> {
    let catalogue = Catalogue::builtin()?;
    let config: Config = serde_json::from_str(
        r#"{"profile": "pci", "parameters": {"JC-DEV-007": {"max_silence_days": 14}}}"#,
    )?;
    let evaluation = evaluate(&catalogue, snapshot, &config, now, None)?;

    for (rule, counts) in evaluation.counts_by_rule() {
        if counts.fail > 0 {
            println!(
                "{rule}  {} fail, {} pass, {} unknown",
                counts.fail, counts.pass, counts.unknown
            );
        }
    }
    for population in &evaluation.population {
        let (kind, judged) = (population.kind, population.in_scope);
        let more = if population.complete { "" } else { ", there may be more" };
        println!("{kind}: {judged} judged, {} left out{more}", population.excluded.len());
    }
    let worst = evaluation.findings.iter().find(|own| {
        own.effective_status == EffectiveStatus::Fail && own.severity >= Severity::High
    });
    if let Some(finding) = worst {
        println!("\n{}", explain(finding, &catalogue));
    }
    println!("digest {}", evaluation.digest);
    Ok(())
}
