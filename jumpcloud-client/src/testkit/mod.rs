//! A fake JumpCloud on loopback, for tests of your own integration.
//!
//! [`FakeJumpCloud`] is an HTTP server inside your test process. It serves an [`Organization`] that
//! you build from a few lines, in JumpCloud's own wire shapes: the V1 envelopes, the V2 arrays with
//! `x-total-count`, the wrapped lists, System Insights tables, graph traversals computed from direct
//! edges, searches by POST, Directory Insights with its cursor, and the token endpoint of service
//! accounts. It pages, filters, sorts, limits and refuses as the real service is known to do, and it
//! writes down every request. [`Fault`] and [`Faults`] make it misbehave, by script or by seed.
//!
//! [`demo::organization`] is a small company with known defects.
//!
//! # Testing an integration
//!
//! A compliance tool that reads devices must ask for every page, must survive an overload, and must
//! never write. Point it at the fake instead of `https://console.jumpcloud.com`:
//!
//! ```
//! use jumpcloud_client::testkit::{DEMO_KEY, DeviceSpec, FakeJumpCloud, Fault, Organization};
//!
//! // Your integration: anything that speaks HTTP.
//! async fn count_devices(base: &str, key: &str) -> Result<u64, reqwest::Error> {
//!     let client = reqwest::Client::new();
//!     let url = format!("{base}/api/systems?limit=100&skip=0&sort=_id");
//!     loop {
//!         let answer = client.get(&url).header("x-api-key", key).send().await?;
//!         if answer.status() != 503 {
//!             let text = answer.error_for_status()?.text().await?;
//!             let body: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
//!             return Ok(body["totalCount"].as_u64().unwrap_or(0));
//!         }
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let mut org = Organization::new("Umbrellas & Sons");
//! let laptops = org.system_group("macOS laptops");
//! for number in 0..25 {
//!     let mac = org.device(DeviceSpec::mac(&format!("mac-{number}")));
//!     org.member(&laptops, &mac);
//! }
//!
//! let fake = FakeJumpCloud::start(org).await?;
//! fake.inject(Fault::on("GET /api/systems").times(1).status(503));
//!
//! let devices = count_devices(&fake.url(), DEMO_KEY).await.map_err(std::io::Error::other)?;
//! assert_eq!(devices, 25);
//! assert_eq!(fake.requests().len(), 2);
//! assert!(fake.violations().is_empty(), "a reader never writes");
//! # std::io::Result::Ok(()) })?;
//! # std::io::Result::Ok(())
//! ```
//!
//! # Limits
//!
//! Where the behaviour of the real service is not known, the fake takes the stricter reading:
//! undocumented filter columns and malformed filters are answered 400. It knows nothing of writes:
//! they are answered 405 and kept in [`FakeJumpCloud::violations`], like the reads with side effects
//! or secrets, which are answered 403. There is no TLS.

mod answer;
mod auth;
mod builder;
pub mod demo;
mod dice;
mod events;
mod fake;
mod fault;
mod field;
mod filter;
mod lists;
mod log;
mod organization;
mod paging;
mod query;
mod rate;
mod refused;
mod routes;
mod search;
mod server;
mod sort;
mod world;

pub use self::auth::DEMO_KEY;
pub use self::builder::FakeBuilder;
pub use self::fake::FakeJumpCloud;
pub use self::fault::{Fault, Faults};
pub use self::log::{LoggedRequest, Violation, ViolationKind};
pub use self::organization::{DeviceSpec, ObjectType, Organization, UserSpec};
pub use self::rate::{RateLimit, RetryAfter};
