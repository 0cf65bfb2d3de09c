//! An integration and its tests against the fake: pages, an overload, a role that is too small.
//!
//! `cargo run --example test_your_integration`; in your crate the checks are `#[tokio::test]`s.

use std::time::Duration;

use jumpcloud_client::resources::System;
use jumpcloud_client::testkit::{DEMO_KEY, DeviceSpec, FakeJumpCloud, Fault, Organization};
use jumpcloud_client::{Client, Error, ErrorKind, Retry};

/// The integration: names of devices whose disk is not known to be encrypted.
async fn not_encrypted(client: &Client) -> Result<Vec<String>, Error> {
    let devices = client.list::<System>().collect().await?;
    let open = devices.values().filter(|device| !device.fde.then(|fde| &fde.active).is_true());
    Ok(open.map(|device| device.hostname.text().unwrap_or("(no name)").to_owned()).collect())
}

/// 250 encrypted Macs and one that is not: more than one page.
async fn company() -> std::io::Result<FakeJumpCloud> {
    let mut org = Organization::new("Umbrellas & Sons");
    for number in 0..250 {
        org.device(DeviceSpec::mac(&format!("mac-{number}")).encrypted());
    }
    org.device(DeviceSpec::mac("mac-open").unencrypted());
    FakeJumpCloud::start(org).await
}

async fn every_page_is_read() -> Result<(), Box<dyn std::error::Error>> {
    let fake = company().await?;
    assert_eq!(not_encrypted(&client(&fake)?).await?, ["mac-open"]);
    assert_eq!(fake.requests().len(), 3);
    assert!(fake.violations().is_empty(), "a reader never writes");
    Ok(())
}

async fn an_overload_is_got_over() -> Result<(), Box<dyn std::error::Error>> {
    let fake = company().await?;
    fake.inject(Fault::on("GET /api/systems").times(2).status(503));
    assert_eq!(not_encrypted(&client(&fake)?).await?, ["mac-open"]);
    Ok(())
}

async fn a_role_that_is_too_small_is_an_error() -> Result<(), Box<dyn std::error::Error>> {
    let fake = company().await?;
    fake.inject(Fault::on("GET /api/systems").status(403));
    let error = not_encrypted(&client(&fake)?).await.map_or_else(
        |error| error.kind(),
        |_| panic!("an empty list would read as: every disk is encrypted"),
    );
    assert_eq!(error, ErrorKind::Forbidden);
    Ok(())
}

fn client(fake: &FakeJumpCloud) -> Result<Client, jumpcloud_client::ConfigError> {
    let patience = Retry::default().first_wait(Duration::from_millis(10));
    let builder = Client::builder().base_url(fake.url()).api_key(DEMO_KEY);
    builder.retry(patience).rate_limit(500, 500).build()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    every_page_is_read().await?;
    an_overload_is_got_over().await?;
    a_role_that_is_too_small_is_an_error().await?;
    println!("3 checks passed");
    Ok(())
}
