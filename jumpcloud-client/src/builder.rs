//! Every knob of a client, and the one place where a configuration can fail.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use jiff::Timestamp;
use url::Url;

use crate::client::Client;
use crate::credentials::{ApiKey, Credentials, CredentialsError, ServiceAccount, Tokens};
use crate::error::{ConfigError, ConfigProblem};
use crate::region::{Hosts, InvalidBase, Region, UnknownRegion};
use crate::send::limiter::Limits;
use crate::send::{Core, Retry, Settings, now};
use crate::transport::{HttpTransport, Proxy, Transport};

/// Requests per second, well below what others report as comfortable; nothing is documented
/// `[inferred]`.
const PER_SECOND: u32 = 4;
/// Requests that may start at once after a rest.
const BURST: u32 = 8;
/// Requests under way at once.
const IN_FLIGHT: u32 = 4;
/// Largest body: a page of 10,000 insights rows takes tens of megabytes `[inferred]`.
const BODY_BYTES: usize = 64 * 1024 * 1024;
/// Time to connect.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest silence while an answer arrives.
const READ: Duration = Duration::from_secs(30);
/// Time for one attempt.
const ATTEMPT: Duration = Duration::from_secs(60);

/// Highest rate and burst that can be set: beyond it there is no limit any more.
const MOST_PER_SECOND: u32 = 10_000;
/// Most requests under way that can be set.
const MOST_IN_FLIGHT: u32 = 1024;
/// Most retries that can be set.
const MOST_RETRIES: u32 = 100;
/// Longest time that can be set: longer ones are meant as "never", which is not offered.
const LONGEST_TIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// Configures a [`Client`].
///
/// Nothing fails before [`build`](Self::build), which reports all problems at once.
///
/// ```
/// use std::time::Duration;
/// use jumpcloud_client::{Client, Retry};
///
/// let client = Client::builder()
///     .base_url("http://127.0.0.1:8080")
///     .api_key("jca_example")
///     .organization("5f0c1f2a3b4c5d6e7f809102")
///     .rate_limit(2, 4)
///     .retry(Retry::default().max_retries(3))
///     .run_deadline(Duration::from_secs(1800))
///     .build()?;
/// # drop(client);
/// # Ok::<(), jumpcloud_client::ConfigError>(())
/// ```
#[must_use = "a builder does nothing before `build`"]
pub struct ClientBuilder {
    hosts: Result<Hosts, ConfigProblem>,
    sources: Vec<Source>,
    organization: Option<String>,
    transport: Option<Arc<dyn Transport>>,
    proxy: Proxy,
    user_agent: String,
    connect: Duration,
    read: Duration,
    attempt: Duration,
    run: Option<Duration>,
    retry: Retry,
    per_second: u32,
    burst: u32,
    max_in_flight: u32,
    max_body_bytes: usize,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    random: Arc<dyn Fn() -> u64 + Send + Sync>,
}

enum Source {
    Key(Result<ApiKey, CredentialsError>),
    Account(ServiceAccount),
    Provider(Arc<dyn Credentials>),
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            hosts: Ok(Region::Us.hosts()),
            sources: Vec::new(),
            organization: None,
            transport: None,
            proxy: Proxy::None,
            user_agent: concat!("jumpcloud-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect: CONNECT,
            read: READ,
            attempt: ATTEMPT,
            run: None,
            retry: Retry::default(),
            per_second: PER_SECOND,
            burst: BURST,
            max_in_flight: IN_FLIGHT,
            max_body_bytes: BODY_BYTES,
            clock: Arc::new(Timestamp::now),
            random: Arc::new(|| fastrand::u64(..)),
        }
    }
}

impl ClientBuilder {
    /// The region of the organization; the United States unless set.
    pub fn region(mut self, region: Region) -> Self {
        self.hosts = Ok(match region {
            Region::Custom(hosts) => hosts,
            known => known.hosts(),
        });
        self
    }

    /// The region by its name: `us`, `eu` or `in`.
    pub fn region_name(mut self, name: impl AsRef<str>) -> Self {
        let region: Result<Region, UnknownRegion> = name.as_ref().parse();
        self.hosts = region.map(|region| region.hosts()).map_err(ConfigProblem::from);
        self
    }

    /// One base URL for all families, as [`Hosts::from_base`] reads it.
    pub fn base_url(mut self, base: impl AsRef<str>) -> Self {
        let hosts: Result<Hosts, InvalidBase> = Hosts::from_base(base.as_ref());
        self.hosts = hosts.map_err(ConfigProblem::from);
        self
    }

    /// The API key of an administrator.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.sources.push(Source::Key(ApiKey::new(key)));
        self
    }

    /// A service account, whose secret is exchanged at the region's token URL.
    pub fn service_account(mut self, account: ServiceAccount) -> Self {
        self.sources.push(Source::Account(account));
        self
    }

    /// Any other provider of credentials.
    pub fn credentials(mut self, provider: impl Credentials + 'static) -> Self {
        self.sources.push(Source::Provider(Arc::new(provider)));
        self
    }

    /// The organization to read, for a credential that sees several.
    ///
    /// It is sent as `x-org-id`, and only on paths that accept it `[official code]`.
    pub fn organization(mut self, id: impl Into<String>) -> Self {
        self.organization = Some(id.into());
        self
    }

    /// A transport of your own in place of the built-in HTTP stack.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Uses the proxies named in the environment; without this none is used.
    pub fn proxies_from_environment(mut self) -> Self {
        self.proxy = Proxy::FromEnvironment;
        self
    }

    /// How the program names itself to the service.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// The time to connect; 10 s unless set. The built-in HTTP stack only.
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.connect = time;
        self
    }

    /// The longest silence while an answer arrives; 30 s unless set. The built-in stack only.
    pub fn read_timeout(mut self, time: Duration) -> Self {
        self.read = time;
        self
    }

    /// The time for one attempt, from the request to the last byte; 60 s unless set.
    pub fn attempt_timeout(mut self, time: Duration) -> Self {
        self.attempt = time;
        self
    }

    /// The time from [`build`](Self::build) on in which everything must be done.
    ///
    /// It shortens attempts, and no wait is begun that would outlast it.
    pub fn run_deadline(mut self, time: Duration) -> Self {
        self.run = Some(time);
        self
    }

    /// How failed attempts are repeated.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// The request rate and how many requests may start at once after a rest.
    ///
    /// 4 per second with bursts of 8 unless set, for each host. The service documents no limit
    /// `[inferred]`; the rate is halved whenever it asks for less, and recovers slowly.
    pub fn rate_limit(mut self, per_second: u32, burst: u32) -> Self {
        self.per_second = per_second;
        self.burst = burst;
        self
    }

    /// How many requests may be under way at once, for each host; 4 unless set.
    pub fn max_in_flight(mut self, requests: u32) -> Self {
        self.max_in_flight = requests;
        self
    }

    /// The largest body that is read, decompressed; 64 MiB unless set.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// The wall clock that stamps answers; the system's unless set.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The source of random numbers behind the waits, over the whole range of the type.
    ///
    /// For repeatable tests; a fast generator seeded by the system unless set.
    pub fn random(mut self, random: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Checks everything and makes the client; nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] with every problem found.
    pub fn build(self) -> Result<Client, ConfigError> {
        let mut problems = self.problems();
        let hosts = match self.hosts {
            Ok(hosts) => {
                let https = hosts.all().iter().any(|url| url.starts_with("https://"));
                if !crate::TLS && https && self.transport.is_none() {
                    problems.push(ConfigProblem::NoTls);
                }
                hosts
            }
            Err(problem) => {
                problems.push(problem);
                Region::Us.hosts()
            }
        };
        let user_agent = HeaderValue::try_from(&self.user_agent);
        let organization = self.organization.map(HeaderValue::try_from).transpose();
        let interval = Duration::from_secs(1).checked_div(self.per_second);
        let token_url = Url::parse(hosts.token());
        let mut sources = self.sources.into_iter();
        let (Ok(user_agent), Ok(organization), Some(interval), Ok(token_url), Some(source), true) =
            (user_agent, organization, interval, token_url, sources.next(), problems.is_empty())
        else {
            if problems.is_empty() {
                // All else was checked above: the URL library is stricter about some host names.
                problems.push(ConfigProblem::Base(InvalidBase::Host));
            }
            return Err(ConfigError::of_all(problems));
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(HttpTransport::build(self.connect, self.read, self.proxy)?),
        };
        let credentials: Arc<dyn Credentials> = match source {
            Source::Key(Ok(key)) => Arc::new(key),
            Source::Key(Err(error)) => {
                return Err(ConfigError::of(ConfigProblem::Credentials(error.text())));
            }
            Source::Provider(provider) => provider,
            Source::Account(account) => {
                Arc::new(Tokens::new(account, token_url, Arc::clone(&transport), self.attempt, now))
            }
        };
        let settings = Settings {
            hosts,
            retry: self.retry,
            limits: Limits { interval, burst: self.burst, max_in_flight: self.max_in_flight },
            attempt_timeout: self.attempt,
            run_deadline: self.run,
            max_body_bytes: self.max_body_bytes,
            user_agent,
            organization,
            clock: self.clock,
            random: self.random,
        };
        match Core::new(settings, credentials, transport) {
            Ok(core) => Ok(Client::from_core(core)),
            Err(_) => Err(ConfigError::of(ConfigProblem::Base(InvalidBase::Host))),
        }
    }

    fn problems(&self) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        match self.sources.as_slice() {
            [] => problems.push(ConfigProblem::NoCredentials),
            [_, _, ..] => problems.push(ConfigProblem::SeveralCredentials),
            [_] => {}
        }
        for source in &self.sources {
            if let Source::Key(Err(error)) = source {
                problems.push(ConfigProblem::Credentials(error.text()));
            }
        }
        if self.organization.as_deref().is_some_and(|id| !is_id(id)) {
            problems.push(ConfigProblem::Organization);
        }
        let agent = &self.user_agent;
        if agent.trim().is_empty()
            || agent.len() > 256
            || !agent.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
        {
            problems.push(ConfigProblem::UserAgent);
        }
        for (name, time) in [
            ("connect_timeout", self.connect),
            ("read_timeout", self.read),
            ("attempt_timeout", self.attempt),
            ("run_deadline", self.run.unwrap_or(ATTEMPT)),
            ("retry.first_wait", self.retry.first_wait),
            ("retry.longest_wait", self.retry.longest_wait),
        ] {
            if time.is_zero() {
                problems.push(ConfigProblem::Zero(name));
            } else if time > LONGEST_TIME {
                problems.push(ConfigProblem::TooLarge(name));
            }
        }
        if self.retry.longest_retry_after > LONGEST_TIME {
            problems.push(ConfigProblem::TooLarge("retry.longest_retry_after"));
        }
        if self.retry.max_retries > MOST_RETRIES {
            problems.push(ConfigProblem::TooLarge("retry.max_retries"));
        }
        for (name, number, most) in [
            ("rate_limit.per_second", self.per_second, MOST_PER_SECOND),
            ("rate_limit.burst", self.burst, MOST_PER_SECOND),
            ("max_in_flight", self.max_in_flight, MOST_IN_FLIGHT),
        ] {
            if number == 0 {
                problems.push(ConfigProblem::Zero(name));
            } else if number > most {
                problems.push(ConfigProblem::TooLarge(name));
            }
        }
        if self.max_body_bytes == 0 {
            problems.push(ConfigProblem::Zero("max_body_bytes"));
        }
        problems
    }
}

/// Ids are opaque words `[recorded]`; a character that none has is a slip of the caller.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("hosts", &self.hosts)
            .field("credentials", &self.sources.len())
            .field("retry", &self.retry)
            .field("per_second", &self.per_second)
            .field("burst", &self.burst)
            .field("max_in_flight", &self.max_in_flight)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::scripted::Scripted;

    fn good() -> ClientBuilder {
        Client::builder().base_url("http://127.0.0.1:9").api_key("planted-key")
    }

    #[test]
    fn a_plain_configuration_builds_and_shows_no_secret() {
        let builder = good().organization("5f0c1f2a3b4c5d6e7f809102");
        let shown = format!("{builder:?}");
        let client = builder.build().unwrap();
        assert_eq!(client.organization(), Some("5f0c1f2a3b4c5d6e7f809102"));
        assert!(!format!("{shown} {client:?}").contains("planted"));
    }

    #[test]
    fn a_client_is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Client>();
        shared::<ClientBuilder>();
        shared::<crate::Error>();
        shared::<ConfigError>();
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        use ConfigProblem as P;

        let error = Client::builder()
            .base_url("http://console.example.com")
            .api_key("planted\n")
            .organization("")
            .user_agent("a\r\nb")
            .rate_limit(0, 0)
            .max_in_flight(0)
            .max_body_bytes(0)
            .connect_timeout(Duration::ZERO)
            .attempt_timeout(Duration::MAX)
            .run_deadline(Duration::ZERO)
            .retry(Retry::default().max_retries(1000).first_wait(Duration::ZERO))
            .build()
            .unwrap_err();
        for problem in [
            P::Base(InvalidBase::PlainHttp),
            P::Organization,
            P::UserAgent,
            P::Zero("rate_limit.per_second"),
            P::Zero("rate_limit.burst"),
            P::Zero("max_in_flight"),
            P::Zero("max_body_bytes"),
            P::Zero("connect_timeout"),
            P::TooLarge("attempt_timeout"),
            P::Zero("run_deadline"),
            P::Zero("retry.first_wait"),
            P::TooLarge("retry.max_retries"),
        ] {
            assert!(error.problems().contains(&problem), "{problem:?} in {error}");
        }
        assert!(error.to_string().contains("line break"), "{error}");
        assert!(!format!("{error} {error:?}").contains("planted"));
    }

    #[test]
    fn credentials_are_given_exactly_once() {
        let none = Client::builder().base_url("http://127.0.0.1:9").build().unwrap_err();
        assert_eq!(none.problems(), [ConfigProblem::NoCredentials]);
        let two = good().api_key("other").build().unwrap_err();
        assert_eq!(two.problems(), [ConfigProblem::SeveralCredentials]);
        for key in ["", " ", "a b"] {
            let empty = Client::builder().base_url("http://127.0.0.1:9").api_key(key).build();
            assert!(matches!(empty.unwrap_err().problems(), [ConfigProblem::Credentials(_)]));
        }
    }

    #[test]
    fn an_unknown_region_is_an_error_and_https_needs_tls() {
        let unknown = good().region_name("mars").build().unwrap_err();
        assert_eq!(unknown.problems(), [ConfigProblem::Region(UnknownRegion)]);
        let secure = good().region_name("eu");
        if crate::TLS {
            assert!(secure.build().is_ok());
        } else {
            assert_eq!(secure.build().unwrap_err().problems(), [ConfigProblem::NoTls]);
        }
        let own = good().region(Region::In).transport(Scripted::new()).build().unwrap();
        assert_eq!(own.hosts(), &Region::In.hosts());
    }
}
