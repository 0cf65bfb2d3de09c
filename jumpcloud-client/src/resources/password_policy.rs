//! Password policies.

use alloc::string::{String, ToString as _};

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::region::Family;
use crate::resource::Resource;

model! {
    /// A password policy, as the list tells it: `GET /api/v2/passwordpolicies` `[official code]`.
    ///
    /// The list stands in no specification. Its rows are flat and carry only what the policy turns
    /// on, so an absent number means "not said here";
    /// [`PasswordPolicyDetail`](crate::resources::PasswordPolicyDetail) has everything. Records
    /// stand under `results` without a total.
    pub struct PasswordPolicy {
        /// Identity.
        pub id: Id<PasswordPolicy> = "objectId" | "id",
        /// Groups it is bound to.
        pub group_count: i64 = "groupCount",
        /// Least number of characters; counts only with `enable_min_length`.
        pub min_length: i64 = "minLength",
        /// Whether the least number of characters counts.
        pub enable_min_length: bool = "enableMinLength",
        /// Days until a password expires; counts only with its flag.
        pub password_expiration_in_days: i64 = "passwordExpirationInDays",
        /// Whether passwords expire.
        pub enable_password_expiration_in_days: bool = "enablePasswordExpirationInDays",
        /// Former passwords that may not come back, at most 24; counts only with its flag.
        pub max_history: i64 = "maxHistory",
        /// Whether former passwords are remembered.
        pub enable_max_history: bool = "enableMaxHistory",
        /// Days a password must be kept; counts only with its flag.
        pub min_change_period_in_days: i64 = "minChangePeriodInDays",
        /// Whether a password must be kept for a while.
        pub enable_min_change_period_in_days: bool = "enableMinChangePeriodInDays",
        /// Failed sign-ins until the account locks; counts only with its flag.
        pub max_login_attempts: i64 = "maxLoginAttempts",
        /// Whether accounts lock.
        pub enable_max_login_attempts: bool = "enableMaxLoginAttempts",
        /// Seconds until a locked account opens again, at most 5400; counts only with its flag.
        pub lockout_time_in_seconds: i64 = "lockoutTimeInSeconds",
        /// Whether a locked account opens by itself.
        pub enable_lockout_time_in_seconds: bool = "enableLockoutTimeInSeconds",
        /// Minutes after which failed sign-ins are forgotten; counts only with its flag.
        pub reset_lockout_counter_minutes: i64 = "resetLockoutCounterMinutes",
        /// Whether failed sign-ins are forgotten.
        pub enable_reset_lockout_counter: bool = "enableResetLockoutCounter",
        /// Days before expiry at which a new password is demanded; counts only with its flag.
        pub days_before_expiration_to_force_reset: i64 = "daysBeforeExpirationToForceReset",
        /// Whether a new password is demanded before expiry.
        pub enable_days_before_expiration_to_force_reset: bool = "enableDaysBeforeExpirationToForceReset",
        /// Days after expiry in which a person may still recover, -1 for no window; counts only
        /// with its flag.
        pub days_after_expiration_to_self_recover: i64 = "daysAfterExpirationToSelfRecover",
        /// Whether recovery after expiry is limited.
        pub enable_days_after_expiration_to_self_recover: bool = "enableDaysAfterExpirationToSelfRecover",
        /// A lower-case letter is needed.
        pub needs_lowercase: bool = "needsLowercase",
        /// An upper-case letter is needed.
        pub needs_uppercase: bool = "needsUppercase",
        /// A digit is needed.
        pub needs_numeric: bool = "needsNumeric",
        /// A symbol is needed.
        pub needs_symbolic: bool = "needsSymbolic",
        /// The password may contain the user name.
        pub allow_username_substring: bool = "allowUsernameSubstring",
        /// Well-known passwords are refused.
        pub disallow_commonly_used_passwords: bool = "disallowCommonlyUsedPasswords",
        /// Runs and repetitions are refused.
        pub disallow_sequential_or_repetitive_chars: bool = "disallowSequentialOrRepetitiveChars",
        /// A private address may receive password resets.
        pub enable_recovery_email: bool = "enableRecoveryEmail",
        /// People without a second factor may reset their password.
        pub allow_unenrolled_mfa_password_reset: bool = "allowUnenrolledMFAPasswordReset",
        /// The rules are shown when a password is reset.
        pub display_complexity_on_reset_screen: bool = "displayComplexityOnResetScreen",
        /// When the rules took effect, RFC 3339; absent when never changed.
        pub effective_date: String = "effectiveDate",
        /// Name; empty for the default policy `[official code]`.
        pub name: String = "name",
        /// Free text.
        pub description: String = "description",
        /// Whether this is the policy of everyone without another one.
        pub is_default: bool = "default",
        /// Order among policies; the lowest number wins `[inferred]`.
        pub precedence: i64 = "precedence",
    }
}

impl Resource for PasswordPolicy {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::list("PWP", Family::V2, "/passwordpolicies")
        .array_or_wrapped(&["results"])
        .optional();

    fn key(record: &Self) -> Option<String> {
        record.id.value().map(Id::to_string)
    }
}
