//! Parameters of rules: typed handles with bounds, and their effective values.
//!
//! A rule declares its parameters as constants. A default outside its bounds
//! does not compile:
//!
//! ```
//! use jumpcloud_compliance::param::{Days, ParamSpec};
//!
//! const MAX_SILENCE: Days = Days::new("max_silence_days", 30, 1..=180, "Longest silence.")
//!     .stricter_when_lower();
//! const PARAMS: &[ParamSpec] = &[MAX_SILENCE.spec()];
//! assert_eq!(PARAMS[0].bounds(), "1 to 180");
//! ```
//!
//! ```compile_fail
//! use jumpcloud_compliance::param::Days;
//!
//! const MAX_SILENCE: Days = Days::new("max_silence_days", 365, 1..=180, "Longest silence.");
//! ```

mod collection;
mod handle;
mod shared;
mod spec;
mod values;

pub use collection::{Json, ListMap, Structured, TextMap, Texts};
pub use handle::{Choice, Days, Flag, Handle, Int};
pub use shared::{ENABLED, FUTURE_SKEW_SECS, TELEMETRY_MAX_AGE_DAYS};
pub use spec::{Misfit, ParamSpec, Stricter};
pub use values::{Contest, Overrides, Resolved, Values, Weaker, Winner};
