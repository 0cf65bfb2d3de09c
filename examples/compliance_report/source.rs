//! Where the data comes from: the demo, a real organisation, or a saved snapshot.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jumpcloud_client::collect::{EventSpan, FolderCheckpoint, Plan, Preset, RawFolder};
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, demo};
use jumpcloud_client::{Client, Snapshot};
use jumpcloud_compliance::{Catalogue, Config};

use crate::failure::Failure;
use crate::options::Options;
use crate::progress::Bars;

/// Where the data comes from.
#[derive(Debug)]
pub enum Source {
    /// A saved snapshot.
    Saved,
    /// The demo organisation, served by this process.
    Demo {
        /// Runs as long as it is kept.
        server: FakeJumpCloud,
        client: Client,
        config: Box<Config>,
    },
    /// The organisation a key belongs to.
    Organization { client: Client, name: String, config: Box<Config> },
}

impl Source {
    /// Chooses by the options, starts the demo or connects.
    pub async fn choose(options: &Options, now: Timestamp) -> Result<Self, Failure> {
        if options.snapshot.is_some() {
            return Ok(Self::Saved);
        }
        match options.api_key.as_deref().filter(|key| !key.is_empty()) {
            Some(key) => Self::connect(options, key).await,
            None if options.base_url.is_some() || options.region.is_some() => Err(Failure::new(
                "no API key is given",
                std::io::Error::other("JUMPCLOUD_API_KEY is not set, but an address or region is"),
                "set JUMPCLOUD_API_KEY, or unset JUMPCLOUD_BASE_URL and JUMPCLOUD_REGION for the demo",
            )),
            None => Self::demo(options, now).await,
        }
    }

    async fn demo(options: &Options, now: Timestamp) -> Result<Self, Failure> {
        let organization = demo::organization(now);
        let config = Config {
            integration_admin_id: organization
                .id_of("/api/users", "email", demo::INTEGRATION_ADMIN_EMAIL)
                .map(str::to_owned),
            policy_capability_overrides: demo::policy_capabilities(&organization)
                .into_iter()
                .filter_map(|(policy, capability)| Some((policy, capability.parse().ok()?)))
                .collect::<BTreeMap<_, _>>(),
            ..Config::default()
        };
        let server = FakeJumpCloud::start(organization).await.map_err(|error| {
            Failure::new("the demo cannot be started", error, "check that loopback can be used")
        })?;
        let client = Client::builder()
            .base_url(server.url())
            .api_key(DEMO_KEY)
            .rate_limit(options.rate.unwrap_or(LOOPBACK_RATE), LOOPBACK_RATE)
            .max_in_flight(options.concurrency.unwrap_or(LOOPBACK_CONCURRENCY))
            // The demo is the same at any hour: its data and its answers are of the same moment.
            .clock(move || now)
            .build()
            .map_err(|error| {
                Failure::new("the client cannot be set up", error, "correct the options")
            })?;
        client
            .validate()
            .await
            .map_err(|error| Failure::connection("the demo does not answer", &error))?;
        Ok(Self::Demo { server, client, config: Box::new(config) })
    }

    async fn connect(options: &Options, key: &str) -> Result<Self, Failure> {
        let mut builder = Client::builder().api_key(key);
        let loopback = options.base_url.as_deref().is_some_and(|url| {
            ["http://127.", "http://localhost", "http://[::1]"]
                .iter()
                .any(|start| url.starts_with(start))
        });
        if let Some(url) = &options.base_url {
            builder = builder.base_url(url);
        } else if let Some(region) = &options.region {
            builder = builder.region_name(region);
        }
        if let Some(organization) = &options.org_id {
            builder = builder.organization(organization);
        }
        let default_rate = if loopback { LOOPBACK_RATE } else { 4 };
        let rate = options.rate.unwrap_or(default_rate);
        let concurrency =
            options.concurrency.unwrap_or(if loopback { LOOPBACK_CONCURRENCY } else { 4 });
        builder = builder.rate_limit(rate, rate.saturating_mul(2)).max_in_flight(concurrency);
        let client = builder.build().map_err(|error| {
            Failure::new(
                "the connection cannot be set up",
                error,
                "correct the JUMPCLOUD_… variables or the flags of the same name",
            )
        })?;
        let connection = client.validate().await.map_err(|error| {
            Failure::connection("the connection could not be validated", &error)
        })?;
        let name = connection.name().unwrap_or("an organisation without a name").to_owned();
        let config = Config {
            expected_org_id: options
                .org_id
                .clone()
                .or_else(|| connection.organization().map(str::to_owned)),
            ..Config::default()
        };
        Ok(Self::Organization { client, name, config: Box::new(config) })
    }

    /// The configuration that goes with the source when none is given.
    pub fn config(&self) -> Config {
        match self {
            Self::Saved => Config::default(),
            Self::Demo { config, .. } | Self::Organization { config, .. } => (**config).clone(),
        }
    }

    /// The source in words.
    pub fn describe(&self) -> String {
        match self {
            Self::Saved => "a saved snapshot, no network".to_owned(),
            Self::Demo { server, .. } => {
                format!("the demo organisation, served at {}", server.url())
            }
            Self::Organization { client, name, .. } => {
                let host = client.hosts().base(jumpcloud_client::Family::V1);
                format!("{name}, read from {host}")
            }
        }
    }

    /// Reads what the preset names.
    pub async fn collect(
        &self,
        options: &Options,
        catalogue: &Catalogue<'_>,
        config: &Config,
    ) -> Result<Snapshot, Failure> {
        let (Self::Demo { client, .. } | Self::Organization { client, .. }) = self else {
            return Err(Failure::new(
                "there is nothing to read",
                std::io::Error::other("a saved snapshot has no service behind it"),
                "leave --snapshot out to read from the network",
            ));
        };
        let plan = match options.preset.parse::<Preset>() {
            Ok(preset) => Plan::preset(preset),
            Err(_) => Plan::for_inputs(catalogue.inputs_for(config))
                .map_err(|error| Failure::new("the plan cannot be made", error, "report this"))?,
        };
        let days = catalogue.event_days(config);
        let span = EventSpan::default()
            .activity_days(days.activity)
            .activity_types(config.activity_event_types.iter().map(String::as_str))
            .recent_days(days.recent)
            .review_days(days.review)
            .retention_days(days.retention, days.retention_span);
        let plan = plan.events(span);
        let mut bars = Bars::new(options.quiet || options.json);
        let mut collector = client.collect(plan);
        if let Some(folder) = &options.resume {
            collector = collector.checkpoint(FolderCheckpoint::new(folder));
        }
        if let Some(folder) = &options.keep_raw {
            collector = collector.keep_raw(RawFolder::new(folder));
        }
        if let Some(file) = &options.refresh {
            collector = collector.refreshing(crate::read_snapshot(file, "--refresh")?);
        }
        let snapshot = collector
            .run(&mut |event| bars.draw(event))
            .await
            .map_err(|error| Failure::connection("the collection had to stop", &error));
        bars.finish(&client.counters());
        snapshot
    }
}

/// Requests a second where the service runs on this machine.
const LOOPBACK_RATE: u32 = 200;

/// Requests in flight where the service runs on this machine.
const LOOPBACK_CONCURRENCY: u32 = 16;
