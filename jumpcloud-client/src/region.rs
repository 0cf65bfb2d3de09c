//! Hosts.

/// One of JumpCloud's API families.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// V1.
    V1,
    /// V2.
    V2,
    /// Events.
    Events,
}
