//! The five answers of a connection that go wrong, and what a program sees of each.
//!
//! `cargo run --example five_answers` makes the fake give them, one after the other.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use jumpcloud_client::collect::{Plan, Preset};
use jumpcloud_client::resources::System;
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, Fault, demo};
use jumpcloud_client::{Client, Error, ErrorKind, FailureClass, InputState, Retry, Snapshot};
use jumpcloud_compliance::{Catalogue, Config, Outcome, evaluate};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    println!("1. the key is not accepted");
    let fake = start().await?;
    if let Err(error) = client(&fake, "jca_of_another_region")?.validate().await {
        println!("   {}", advice(&error));
    }

    println!("2. 401 in the middle of a run");
    let fake = start().await?;
    fake.inject(Fault::on("GET /api/systemusers").times(1).rotate_key("jca_new"));
    tell(&collect(&client(&fake, DEMO_KEY)?).await?);

    println!("3. 403 on one list");
    let fake = start().await?;
    fake.inject(Fault::on("GET /api/v2/systemgroups").status(403));
    tell(&collect(&client(&fake, DEMO_KEY)?).await?);

    println!("4. devices that are in no group");
    let fake = start().await?;
    ungrouped(&collect(&client(&fake, DEMO_KEY)?).await?)?;

    println!("5. failures that pass");
    let fake = start().await?;
    fake.inject(Fault::on("GET /api/systems").times(2).status(503));
    let client = client(&fake, DEMO_KEY)?;
    let devices = client.list::<System>().collect().await?;
    println!("   {} devices, {:?}", devices.records.len(), devices.state());
    println!("   after {} retries", client.counters().retries());
    Ok(())
}

/// What to tell the person who can do something about it.
fn advice(error: &Error) -> String {
    let who = match error.kind() {
        ErrorKind::Unauthorized | ErrorKind::Credentials => "ask for a new key",
        ErrorKind::Forbidden => "ask for a role that may read this",
        ErrorKind::OrganizationRequired => "ask which organisation is meant",
        _ if error.is_retryable() => "try again later",
        _ => "tell the operator",
    };
    format!("{who}: {error}")
}

/// Which inputs are not whole, and why.
fn tell(snapshot: &Snapshot) {
    let mut short = BTreeSet::new();
    for input in snapshot.inputs() {
        match input.coverage.state {
            InputState::Failed { class: FailureClass::Forbidden } => {
                short.insert(format!("{}: the role may not read it", input.input));
            }
            InputState::Failed { class } => {
                short.insert(format!("{}: {class:?}", input.input));
            }
            InputState::Partial { reason } => {
                short.insert(format!("{}: in part, {reason:?}", input.input));
            }
            _ => {}
        }
    }
    for line in short {
        println!("   {line}");
    }
}

/// Devices without a group are read like all others; a rule flags them.
fn ungrouped(snapshot: &Snapshot) -> Result<(), Failure> {
    let catalogue = Catalogue::builtin()?;
    let evaluation = evaluate(&catalogue, snapshot, &Config::default(), Timestamp::now(), None)?;
    for own in evaluation.findings.iter().filter(|own| own.rule_id == "JC-DEV-020") {
        if own.outcome == Outcome::Fail {
            let name = own.subject.display_name.as_deref().unwrap_or(&own.subject.id);
            println!("   {name}: {}", catalogue.reason_text(&own.rule_id, &own.reason_code));
        }
    }
    Ok(())
}

async fn collect(client: &Client) -> Result<Snapshot, Error> {
    client.validate().await?;
    client.collect(Plan::preset(Preset::Integration)).run(&mut |_| {}).await
}

async fn start() -> std::io::Result<FakeJumpCloud> {
    FakeJumpCloud::start(demo::organization(Timestamp::now())).await
}

fn client(fake: &FakeJumpCloud, key: &str) -> Result<Client, Failure> {
    let patience = Retry::default().first_wait(Duration::from_millis(20));
    let builder = Client::builder().base_url(fake.url()).api_key(key).retry(patience);
    Ok(builder.rate_limit(500, 500).max_in_flight(16).build()?)
}
