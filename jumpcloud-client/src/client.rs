//! The client: a cheap handle on one shared core.

use std::fmt;
use std::sync::Arc;

use crate::builder::ClientBuilder;
use crate::counters::Counters;
use crate::region::Hosts;
use crate::send::Core;

/// Reads from one `JumpCloud` organization.
///
/// Cheap to clone; clones share the limits, the retry budget and the counters. It spawns nothing
/// and works on any tokio runtime with a timer, the current-thread one included.
///
/// ```
/// use jumpcloud_client::{Client, Region};
///
/// # fn main() -> Result<(), jumpcloud_client::ConfigError> {
/// # #[cfg(feature = "rustls")] {
/// let client = Client::builder().region(Region::Eu).api_key("jca_example").build()?;
/// # drop(client);
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
}

impl Client {
    /// Starts the configuration of a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn from_core(core: Core) -> Self {
        Self { core: Arc::new(core) }
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// What this client and its clones have done so far.
    pub fn counters(&self) -> Counters {
        self.core.tallies().read()
    }

    /// The base URLs in use.
    pub fn hosts(&self) -> &Hosts {
        &self.core.settings().hosts
    }

    /// The organization chosen in the builder, or the only one that [`validate`](Self::validate)
    /// found.
    pub fn organization(&self) -> Option<&str> {
        self.core.organization()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("core", &self.core).finish_non_exhaustive()
    }
}
