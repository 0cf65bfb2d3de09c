//! The client of an example: yours where there is a key, else the demo organisation's.

use jiff::Timestamp;
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, demo};
use jumpcloud_client::{Client, ConfigError};

/// Reads the environment: `JUMPCLOUD_API_KEY`, and where needed `JUMPCLOUD_REGION` (`us`, `eu`,
/// `in`), `JUMPCLOUD_ORG_ID` and `JUMPCLOUD_BASE_URL`.
///
/// Without a key it starts the demo organisation on loopback, which serves as long as it is kept.
pub async fn connect() -> Result<(Client, Option<FakeJumpCloud>), Box<dyn std::error::Error>> {
    match variable("API_KEY") {
        Some(key) => Ok((yours(key)?, None)),
        None => {
            let fake = FakeJumpCloud::start(demo::organization(Timestamp::now())).await?;
            let demo = Client::builder().base_url(fake.url()).api_key(DEMO_KEY);
            Ok((demo.rate_limit(500, 500).max_in_flight(16).build()?, Some(fake)))
        }
    }
}

fn yours(key: String) -> Result<Client, ConfigError> {
    let mut builder = Client::builder().api_key(key);
    if let Some(region) = variable("REGION") {
        builder = builder.region_name(region);
    }
    if let Some(base) = variable("BASE_URL") {
        builder = builder.base_url(base);
    }
    if let Some(organization) = variable("ORG_ID") {
        builder = builder.organization(organization);
    }
    builder.build()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(format!("JUMPCLOUD_{name}")).ok().filter(|value| !value.is_empty())
}
