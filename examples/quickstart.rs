//! From a key to findings and evidence, in ten lines.
//!
//! `cargo run --example quickstart` judges the demo organisation; with `JUMPCLOUD_API_KEY` it judges
//! yours. The evidence goes into the folder `evidence`, or the one that is named.

use std::path::PathBuf;

use jiff::Timestamp;
use jumpcloud_client::collect::Plan;
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, demo};
use jumpcloud_client::{Client, ConfigError, Region};
use jumpcloud_compliance::pack::Pack;
use jumpcloud_compliance::{Catalogue, Config, Outcome, evaluate};

fn yours(key: String) -> Result<Client, ConfigError> {
    let client = Client::builder().region(Region::Us).api_key(key).build()?;
    Ok(client)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or("evidence".into()));
    let fake = FakeJumpCloud::start(demo::organization(Timestamp::now())).await?;
    let client = match std::env::var("JUMPCLOUD_API_KEY") {
        Ok(key) => yours(key)?,
        Err(_) => {
            let demo = Client::builder().base_url(fake.url()).api_key(DEMO_KEY);
            demo.rate_limit(500, 500).build()?
        }
    };

    println!("connected to {:?}", client.validate().await?.name());

    let (catalogue, config) = (Catalogue::builtin()?, Config::default());
    let plan = Plan::for_inputs(catalogue.inputs_for(&config))?;
    let snapshot = client.collect(plan).run(&mut |_| {}).await?;
    let evaluation = evaluate(&catalogue, &snapshot, &config, Timestamp::now(), None)?;
    for own in evaluation.findings.iter().filter(|own| own.outcome == Outcome::Fail) {
        println!("{} {} {}", own.rule_id, own.subject.id, own.reason_code);
    }
    Pack::of(&evaluation, &catalogue, &config)?.write_to(&folder)?;
    Ok(())
}
