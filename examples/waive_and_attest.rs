//! Accepts a failure for a while, and rests a verdict on a person's word.
//!
//! `cargo run --example waive_and_attest` judges the snapshot in `examples/data` with the decisions
//! beside it, twice: in their term, and when the waiver has run out.

use jumpcloud_client::Snapshot;
use jumpcloud_compliance::{Catalogue, Config, evaluate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let snapshot = Snapshot::from_json(include_str!("data/snapshot.json"))?;
    let config: Config = serde_json::from_str(include_str!("data/decisions.json"))?;
    let catalogue = Catalogue::builtin()?;
    // Wrong identifiers, terms and bounds are told before anything is judged.
    catalogue.check(&config)?;

    for at in ["2026-11-23T12:00:00Z", "2027-05-01T00:00:00Z"] {
        println!("{at}");
        let evaluation = evaluate(&catalogue, &snapshot, &config, at.parse()?, None)?;
        for own in &evaluation.findings {
            let waived = own.rule_id == "JC-DEV-001" && own.subject.id == "d2";
            if waived || own.rule_id == "JC-ORG-012" {
                // The outcome stays what it is; only the status tells of the waiver.
                let (outcome, status) = (own.outcome, own.effective_status);
                println!("  {} {outcome}, {status}: {}", own.rule_id, own.reason_code);
            }
        }
        for waiver in &evaluation.waiver_report {
            println!("  waiver {} is {}", waiver.waiver_id, waiver.state);
        }
    }
    Ok(())
}
