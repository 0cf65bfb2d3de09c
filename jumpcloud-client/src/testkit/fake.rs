//! The running fake and what it tells about its callers.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::builder::FakeBuilder;
use super::fault::{Fault, Faults};
use super::log::{LoggedRequest, Violation};
use super::organization::Organization;
use super::server::{Rules, Shared, State, serve};

/// A fake JumpCloud that listens on loopback until it is dropped.
///
/// See the [module](super) for an example.
#[derive(Debug)]
pub struct FakeJumpCloud {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl FakeJumpCloud {
    /// Starts a fake with one organisation and the key [`DEMO_KEY`](super::DEMO_KEY).
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start(organization: Organization) -> io::Result<Self> {
        Self::builder().organization(organization).start().await
    }

    /// Starts with settings of your own.
    pub fn builder() -> FakeBuilder {
        FakeBuilder::new()
    }

    pub(super) async fn listen(rules: Rules, state: State) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(rules, state));
        let server = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, server })
    }

    /// The base address, such as `http://127.0.0.1:49152`.
    ///
    /// V1 is below `/api`, V2 below `/api/v2`, Directory Insights below `/insights/directory/v1`
    /// and the token endpoint at `/oauth2/token`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The socket that listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every request since the start or the last [`reset_log`](Self::reset_log).
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.shared.state().log().to_vec()
    }

    /// Requests that a read-only client must never send.
    pub fn violations(&self) -> Vec<Violation> {
        self.shared.state().violations().to_vec()
    }

    /// Forgets the requests, the violations and the largest number in flight.
    pub fn reset_log(&self) {
        self.shared.reset_log();
    }

    /// The largest number of requests that were being answered at once.
    pub fn max_in_flight(&self) -> usize {
        self.shared.max_in_flight()
    }

    /// Reads or changes the first organisation while the fake runs.
    pub fn with_organization<T>(&self, look: impl FnOnce(&mut Organization) -> T) -> Option<T> {
        self.shared.state().first_organization().map(look)
    }

    /// Adds a fault while the fake runs.
    pub fn inject(&self, fault: Fault) {
        self.shared.state().faults_mut().add(fault);
    }

    /// Replaces all faults while the fake runs.
    pub fn set_faults(&self, faults: Faults) {
        *self.shared.state().faults_mut() = faults;
    }

    /// Replaces the API key; the old one is refused from now on.
    pub fn rotate_key(&self, new_key: &str) {
        self.shared.state().rotate_key(new_key);
    }

    /// Stops listening and breaks open connections; dropping does the same without waiting.
    pub async fn stop(mut self) {
        self.server.abort();
        // A cancelled task answers with an error, which is what was asked for.
        if (&mut self.server).await.is_ok() {
            tracing::debug!("the fake had stopped by itself");
        }
    }
}

impl Drop for FakeJumpCloud {
    fn drop(&mut self) {
        self.server.abort();
    }
}
