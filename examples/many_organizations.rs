//! Several organisations, one client each; what fails stays with the one it belongs to.
//!
//! `cargo run --example many_organizations` audits three fakes, of which one refuses the key. With
//! `JUMPCLOUD_API_KEY` and `JUMPCLOUD_ORG_IDS=id,id` it audits those that the key sees.

use jiff::Timestamp;
use jumpcloud_client::collect::Plan;
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, Fault, demo};
use jumpcloud_client::{Client, Region};
use jumpcloud_compliance::{Catalogue, Config, Evaluation, evaluate};

type Failure = Box<dyn std::error::Error>;

/// An organisation and the only client that reads it.
struct Tenant {
    name: String,
    client: Client,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut fakes = Vec::new();
    let tenants = match std::env::var("JUMPCLOUD_API_KEY") {
        Ok(key) => yours(&key, &std::env::var("JUMPCLOUD_ORG_IDS").unwrap_or_default())?,
        Err(_) => demo_tenants(&mut fakes).await?,
    };
    let catalogue = Catalogue::builtin()?;

    // One after the other: the clients share one key and so what the service allows it.
    let mut failed = 0_usize;
    for tenant in &tenants {
        match audit(tenant, &catalogue).await {
            Ok(evaluation) => tell(tenant, &evaluation),
            Err(error) => {
                failed += 1;
                println!("{}: not audited, {error}", tenant.name);
            }
        }
    }
    println!("{} audited, {failed} not", tenants.len() - failed);
    Ok(())
}

async fn audit(tenant: &Tenant, catalogue: &Catalogue<'_>) -> Result<Evaluation, Failure> {
    let connection = tenant.client.validate().await?;
    let config = Config {
        // Rule JC-ORG-015 fails a snapshot of any other organisation.
        expected_org_id: connection.organization().map(str::to_owned),
        ..Config::default()
    };
    let plan = Plan::for_inputs(catalogue.inputs_for(&config))?;
    let snapshot = tenant.client.collect(plan).run(&mut |_| {}).await?;
    Ok(evaluate(catalogue, &snapshot, &config, Timestamp::now(), None)?)
}

fn tell(tenant: &Tenant, evaluation: &Evaluation) {
    let short: Vec<&str> = evaluation
        .coverage
        .iter()
        .filter(|input| input.scope.is_none() && !input.coverage.state.is_complete())
        .map(|input| input.input.as_str())
        .collect();
    let worst = evaluation.worst_failure().map_or("none", |severity| severity.as_str());
    println!("{}: worst failure {worst}, not whole: {}", tenant.name, short.join(" "));
}

fn yours(key: &str, ids: &str) -> Result<Vec<Tenant>, Failure> {
    let ids = ids.split(',').map(str::trim).filter(|id| !id.is_empty());
    ids.map(|id| {
        let builder = Client::builder().region(Region::Us).api_key(key).organization(id);
        Ok(Tenant { name: id.to_owned(), client: builder.build()? })
    })
    .collect()
}

/// One that works, one whose role may not read groups, one whose key was revoked.
async fn demo_tenants(fakes: &mut Vec<FakeJumpCloud>) -> Result<Vec<Tenant>, Failure> {
    let mut tenants = Vec::new();
    for (name, key) in [("north", DEMO_KEY), ("east", DEMO_KEY), ("south", "jca_revoked")] {
        let fake = FakeJumpCloud::start(demo::organization(Timestamp::now())).await?;
        if name == "east" {
            fake.inject(Fault::on("GET /api/v2/systemgroups").status(403));
        }
        let builder = Client::builder().base_url(fake.url()).api_key(key);
        let client = builder.rate_limit(500, 500).max_in_flight(16).build()?;
        tenants.push(Tenant { name: name.to_owned(), client });
        fakes.push(fake);
    }
    Ok(tenants)
}
