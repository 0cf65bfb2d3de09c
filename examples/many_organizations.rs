//! A fleet: every organisation of a provider, each on its own, all of them fairly, and one summary.
//!
//! `cargo run --example many_organizations` audits the organisations of a fake provider, and one with a key
//! of its own that was revoked. With `JUMPCLOUD_API_KEY` it audits all that the key sees.

use futures::StreamExt as _;
use jiff::Timestamp;
use jumpcloud_client::collect::Plan;
use jumpcloud_client::fleet::{Ended, Fleet, Tenant};
use jumpcloud_client::testkit::{DEMO_KEY, DeviceSpec, FakeJumpCloud, Organization};
use jumpcloud_client::{Client, Region};
use jumpcloud_compliance::export::fleet::markdown;
use jumpcloud_compliance::fleet::FleetTally;
use jumpcloud_compliance::{Catalogue, Config, Evaluation, evaluate};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut fakes = Vec::new();
    let tenants = match std::env::var("JUMPCLOUD_API_KEY") {
        Ok(key) => yours(key).await?,
        Err(_) => demo_tenants(&mut fakes).await?,
    };
    let catalogue = Catalogue::builtin()?;
    let fleet = Fleet::new(tenants).workers(4);
    let mut summary = fleet.summary();
    let mut tally = FleetTally::new();
    let (stop, mut runs) = fleet.run(|tenant| audit(tenant, &catalogue));
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.stop(); // what is under way is finished
        }
    });

    while let Some(run) = runs.next().await {
        summary.add(&run);
        let name = run.name.as_deref();
        match &run.ended {
            Ended::Done(evaluation) => tally.judged(evaluation)?,
            Ended::Failed(error) => {
                tally.without_result(&run.organization, name, error.to_string())?;
            }
            _ => tally.without_result(&run.organization, name, "stopped before its turn")?,
        }
    }

    let mut text = String::new();
    markdown(&tally.summary()?, &catalogue, &mut text)?;
    println!("{text}");
    println!(
        "{} audited, {} failed, {} not run, {} requests",
        summary.done(),
        summary.failed(),
        summary.not_run(),
        summary.requests()
    );
    Ok(())
}

async fn audit(tenant: Tenant, catalogue: &Catalogue<'_>) -> Result<Evaluation, Failure> {
    let client = tenant.client();
    client.validate().await?; // one request: a refused key is told as such
    let config = Config {
        // Rule JC-ORG-015 fails a snapshot of any other organisation.
        expected_org_id: Some(tenant.organization().to_owned()),
        ..Config::default()
    };
    let plan = Plan::for_inputs(catalogue.inputs_for(&config))?;
    let snapshot = client.collect(plan).run(&mut |_| {}).await?;
    Ok(evaluate(catalogue, &snapshot, &config, Timestamp::now(), None)?)
}

async fn yours(key: String) -> Result<Vec<Tenant>, Failure> {
    let provider = Client::builder().region(Region::Us).api_key(key).build()?;
    Ok(provider.tenants().await?)
}

/// Three organisations of one key, and one with a key of its own that was revoked.
async fn demo_tenants(fakes: &mut Vec<FakeJumpCloud>) -> Result<Vec<Tenant>, Failure> {
    let mut builder = FakeJumpCloud::builder();
    for (seed, name) in [(1, "North"), (2, "East"), (3, "West")] {
        let mut organization = Organization::with_seed(name, seed);
        organization.device(DeviceSpec::mac("mac-1").encrypted());
        if name != "North" {
            organization.device(DeviceSpec::mac("mac-2").unencrypted());
        }
        builder = builder.organization(organization);
    }
    let shared = builder.start().await?;
    let quick = |url| Client::builder().base_url(url).rate_limit(500, 500).max_in_flight(16);
    let mut tenants = quick(shared.url()).api_key(DEMO_KEY).build()?.tenants().await?;

    let organization = Organization::with_seed("South", 4);
    let id = organization.id().to_owned();
    let alone = FakeJumpCloud::start(organization).await?;
    let client = quick(alone.url()).api_key("jca_revoked").organization(&id).build()?;
    tenants.push(Tenant::new(id, client).named("South"));
    fakes.extend([shared, alone]);
    Ok(tenants)
}
