//! Collects a snapshot, tells how far it is, and saves it.
//!
//! `cargo run --example snapshot_to_file -- snapshot.json` reads the demo organisation; with
//! `JUMPCLOUD_API_KEY` yours. `evaluate_offline` judges the file.

mod connect;

use jumpcloud_client::collect::{Plan, Progress};
use jumpcloud_compliance::{Catalogue, Config};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).unwrap_or("snapshot.json".into());
    let (client, _fake) = connect::connect().await?;
    client.validate().await?;

    let plan = Plan::for_inputs(Catalogue::builtin()?.inputs_for(&Config::default()))?;
    let collector = client.collect(plan);

    // What it will take, before it starts.
    let estimate = collector.plan().await?;
    eprintln!("{} requests or more, {:?} or more", estimate.requests, estimate.time);
    for input in estimate.obstructed() {
        eprintln!("{} cannot be read", input.input);
    }

    let snapshot = collector
        .run(&mut |progress| match progress {
            Progress::Started { inputs } => eprintln!("{inputs} inputs"),
            Progress::Page { input, records, total: Some(total) } => {
                eprintln!("{input}: {records} more of {total}");
            }
            Progress::InputFinished { input, state, records } if !state.is_complete() => {
                eprintln!("{input}: {records} records, {state:?}");
            }
            Progress::Finished { complete, incomplete } => {
                eprintln!("{complete} inputs complete, {incomplete} not");
            }
            _ => {}
        })
        .await?;
    eprintln!("{} requests in all", client.counters().requests());

    std::fs::write(&file, snapshot.to_json()?)?;
    println!("{file}");
    Ok(())
}
