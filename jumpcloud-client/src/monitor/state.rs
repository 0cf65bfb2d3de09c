//! Where an integration stands.

use core::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What an integration is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// No credential was given: nothing is asked for.
    Unconfigured,
    /// A credential was given and no sync has ended yet.
    Connecting,
    /// The last sync brought everything.
    Active,
    /// The last sync failed for a passing reason, or brought some inputs incomplete. It goes on.
    Degraded,
    /// The credential was refused: nothing is asked for until another one is given.
    NeedsKey,
    /// Stopped by its host until it is resumed.
    Paused,
}

impl State {
    /// The word for it, in snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unconfigured => "unconfigured",
            Self::Connecting => "connecting",
            Self::Active => "active",
            Self::Degraded => "degraded",
            Self::NeedsKey => "needs_key",
            Self::Paused => "paused",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where an integration stands, and what it will do next: all that a restart needs.
///
/// It never holds the credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// What it is doing.
    pub state: State,
    /// Why, in a sentence a person can read; absent when there is nothing to explain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The organization it reads; absent until a sync has told. A credential of another one is
    /// refused from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// When the next sync begins; absent while none is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_run: Option<Timestamp>,
    /// When the last sync that brought a snapshot began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sync: Option<Timestamp>,
    /// Failures in a row since then.
    #[serde(default)]
    pub failures: u32,
}

impl Standing {
    /// Of an integration that was never configured.
    pub const fn new() -> Self {
        Self {
            state: State::Unconfigured,
            reason: None,
            organization: None,
            next_run: None,
            last_sync: None,
            failures: 0,
        }
    }
}

impl Default for Standing {
    fn default() -> Self {
        Self::new()
    }
}
