//! A small company with known defects, and large ones for benchmarks.
//!
//! [`organization`] is Lumen & Ladder: 42 devices, 35 users, groups, applications, policies and
//! software inventory. Most of it is healthy and current relative to the moment that is passed in;
//! [`DEFECTS`] lists what is wrong, one defect on one clearly named subject, with the findings that
//! a compliance check should make of it. [`organization_of`] makes organisations of any size.
//!
//! ```
//! use jumpcloud_client::testkit::demo;
//!
//! let now = "2026-11-24T09:00:00Z".parse()?;
//! let org = demo::organization(now);
//! assert_eq!(org.records("/api/systems").len(), 42);
//! assert_eq!(org.records("/api/systemusers").len(), 35);
//! for defect in demo::DEFECTS {
//!     assert!(defect.id(&org).is_some(), "{} is there", defect.subject);
//! }
//! # Ok::<(), jiff::Error>(())
//! ```

mod activity;
mod applications;
mod console;
mod defects;
mod devices;
mod inventory;
mod people;
mod policies;
mod synthetic;

use jiff::{SignedDuration, Timestamp};

pub use self::console::INTEGRATION_ADMIN_EMAIL;
pub use self::defects::{DEFECTS, Defect, Expected, Outcome, SubjectKind};
pub use self::policies::{POLICY_CAPABILITIES, policy_capabilities};
pub use self::synthetic::organization_of;
use super::organization::Organization;

/// The demo company as it stands at `now`.
pub fn organization(now: Timestamp) -> Organization {
    let mut org = Organization::with_seed("Lumen & Ladder Ltd", 7);
    let clock = Clock(now);
    people::add(&mut org, clock);
    devices::add(&mut org, clock);
    policies::add(&mut org, clock);
    applications::add(&mut org, clock);
    console::add(&mut org, clock);
    activity::add(&mut org, clock);
    org
}

/// The moment of the demo and moments before it.
#[derive(Debug, Clone, Copy)]
struct Clock(Timestamp);

impl Clock {
    fn hours_ago(self, hours: u32) -> Timestamp {
        self.minutes_ago(hours.saturating_mul(60))
    }

    fn days_ago(self, days: u32) -> Timestamp {
        self.hours_ago(days.saturating_mul(24))
    }

    fn minutes_ago(self, minutes: u32) -> Timestamp {
        self.0.saturating_sub(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(self.0)
    }

    fn days_ahead(self, days: u32) -> Timestamp {
        let ahead = SignedDuration::from_hours(i64::from(days).saturating_mul(24));
        self.0.saturating_add(ahead).unwrap_or(self.0)
    }
}
