//! One key for ids of every kind.

use jumpcloud_client::Id;

/// An id whose kind is known from where it stands.
pub type Key = Id<()>;
