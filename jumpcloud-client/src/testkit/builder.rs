//! Settings of a fake before it starts.

use std::io;
use std::time::Duration;

use super::auth::{Credentials, DEMO_KEY, ServiceAccount};
use super::fake::FakeJumpCloud;
use super::fault::{Fault, Faults};
use super::lists::Limits;
use super::organization::Organization;
use super::rate::RateLimit;
use super::server::{Rules, State};

/// Builds a [`FakeJumpCloud`].
///
/// ```
/// use std::time::Duration;
/// use jumpcloud_client::testkit::{Fault, FakeJumpCloud, Organization, RateLimit};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let fake = FakeJumpCloud::builder()
///     .organization(Organization::new("Umbrellas & Sons"))
///     .latency(Duration::from_millis(2))
///     .rate_limit(RateLimit::new(50, Duration::from_secs(1)))
///     .fault(Fault::on("GET /api/systems").times(1).status(503))
///     .start()
///     .await?;
/// assert!(fake.url().starts_with("http://127.0.0.1:"));
/// # std::io::Result::Ok(()) })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct FakeBuilder {
    organizations: Vec<Organization>,
    api_key: String,
    account: Option<ServiceAccount>,
    latency: Duration,
    rate_limit: Option<RateLimit>,
    limits: Limits,
    dangling_as_null: bool,
    event_retention: Option<Duration>,
    faults: Faults,
    seed: u64,
}

impl FakeBuilder {
    pub(super) fn new() -> Self {
        Self {
            organizations: Vec::new(),
            api_key: DEMO_KEY.to_owned(),
            account: None,
            latency: Duration::ZERO,
            rate_limit: None,
            limits: Limits::default(),
            dangling_as_null: false,
            event_retention: None,
            faults: Faults::none(),
            seed: 0,
        }
    }

    /// Adds an organisation; with several, the key sees them all and `x-org-id` chooses.
    ///
    /// Without `x-org-id` the first one answers, as the real service is said to do.
    pub fn organization(mut self, organization: Organization) -> Self {
        self.organizations.push(organization);
        self
    }

    /// Sets the API key that is accepted; [`DEMO_KEY`] otherwise.
    pub fn api_key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.api_key);
        self
    }

    /// Adds a service account whose tokens live this long, counted in whole seconds.
    pub fn service_account(
        mut self,
        client_id: &str,
        client_secret: &str,
        lifetime: Duration,
    ) -> Self {
        self.account = Some(ServiceAccount {
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            lifetime,
        });
        self
    }

    /// Waits this long before each answer.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Answers 429 above this rate.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// The largest `limit` that lists accept; 100 otherwise.
    pub fn max_limit(mut self, rows: usize) -> Self {
        self.limits.lists = rows;
        self
    }

    /// The largest `limit` that System Insights tables accept; 10 000 otherwise.
    pub fn max_insights_limit(mut self, rows: usize) -> Self {
        self.limits.insights = rows;
        self
    }

    /// The largest `limit` that searches accept; 1 000 otherwise.
    pub fn max_search_limit(mut self, rows: usize) -> Self {
        self.limits.search = rows;
        self
    }

    /// Shows dangling graph references as `null` items; short pages otherwise.
    pub fn dangling_as_null(mut self) -> Self {
        self.dangling_as_null = true;
        self
    }

    /// Forgets events that are older than this; keeps all of them otherwise.
    pub fn event_retention(mut self, kept: Duration) -> Self {
        self.event_retention = Some(kept);
        self
    }

    /// Adds one scripted fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.add(fault);
        self
    }

    /// Replaces all faults.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// The seed of what is random: unstable orders.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Starts listening on a free port of the loopback interface.
    ///
    /// Serving happens in tasks of the current Tokio runtime, which may be single-threaded.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start(self) -> io::Result<FakeJumpCloud> {
        let rules = Rules {
            latency: self.latency,
            rate_limit: self.rate_limit,
            limits: self.limits,
            dangling_as_null: self.dangling_as_null,
            event_retention: self.event_retention,
            seed: self.seed,
        };
        let credentials = Credentials::new(self.api_key, self.account);
        FakeJumpCloud::listen(rules, State::new(self.organizations, credentials, self.faults)).await
    }
}
