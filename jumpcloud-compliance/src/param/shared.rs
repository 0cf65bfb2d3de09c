//! Parameters that many rules have in common.

use super::handle::{Days, Flag, Int};

/// Whether the rule runs; every rule has it, with this default unless it declares its own.
pub const ENABLED: Flag = Flag::new("enabled", true, "Whether the rule runs.").stricter_when_true();

/// Age in days up to which device data supports a pass.
pub const TELEMETRY_MAX_AGE_DAYS: Days = Days::new(
    "telemetry_max_age_days",
    30,
    1..=90,
    "Oldest device data, in days, that still supports a pass.",
)
.stricter_when_lower();

/// Seconds by which a reported time may lie after the evaluation.
pub const FUTURE_SKEW_SECS: Int = Int::new(
    "future_skew_secs",
    300,
    0..=3600,
    "Seconds a reported time may lie ahead of the evaluation.",
)
.stricter_when_lower();
