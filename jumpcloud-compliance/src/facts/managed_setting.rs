//! Preferences that profiles set on a Mac.

use alloc::vec::Vec;

use jumpcloud_client::Field;
use jumpcloud_client::resources::insights::ManagedPolicy;

use super::{Device, Facts};
use crate::case::{Case, Row};
use crate::rule::{InputNeed, Reason, Verdict};

/// What a rule reads of the preferences that profiles set.
pub const MANAGED_POLICIES: InputNeed =
    InputNeed::new("SI.managed_policies", &["domain", "name", "value", "username"]);
/// The reason code for preferences that settle nothing.
pub const MANAGED_VALUE_UNCLEAR: Reason = Reason::unknown(
    "managed_value_unclear",
    "a value that profiles set cannot be read or is contradicted",
);

/// What profiles say about one preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Managed {
    /// No profile sets it for the whole device, and none sets it badly for an account.
    Unset,
    /// Every profile that sets it sets a good value, one of them for the whole device.
    Good,
    /// Every profile that sets it sets a bad value.
    Bad,
    /// A value cannot be read, or profiles contradict each other.
    Unclear,
}

/// The rows of one preference.
#[derive(Debug)]
pub struct ManagedSetting<'c> {
    rows: Vec<Row<'c, ManagedPolicy>>,
}

impl<'c> ManagedSetting<'c> {
    /// Reads a preference of a domain and leaves observations of its values.
    pub fn read(case: &mut Case<'c>, device: &'c Device<'c>, domain: &str, name: &str) -> Self {
        case.uses("SI.managed_policies");
        let facts: &'c Facts<'c> = case.facts();
        let is = |field: &Field<alloc::string::String>, word: &str| {
            field.filled().is_some_and(|text| text.eq_ignore_ascii_case(word))
        };
        let mut rows = facts.rows::<ManagedPolicy>(device);
        rows.retain(|row| is(&row.value().domain, domain) && is(&row.value().name, name));
        for row in &rows {
            case.see(*row, &alloc::format!("[name={name}].value"), &row.value().value);
            case.see(*row, &alloc::format!("[name={name}].username"), &row.value().username);
        }
        Self { rows }
    }

    /// Judges every value; yes and no count as 1 and 0.
    ///
    /// A row that holds for one account shows that a value is bad there, and never that the device
    /// as a whole is well set.
    pub fn judge(&self, good: impl Fn(i64) -> bool) -> Managed {
        let values: Option<Vec<i64>> =
            self.rows.iter().map(|row| number(row.value().value.filled()?)).collect();
        let Some(values) = values else { return Managed::Unclear };
        let good_ones = values.iter().filter(|value| good(**value)).count();
        if values.is_empty() {
            Managed::Unset
        } else if good_ones == 0 {
            Managed::Bad
        } else if good_ones < values.len() {
            Managed::Unclear
        } else if self.rows.iter().any(|row| row.value().username.filled().is_none()) {
            Managed::Good
        } else {
            Managed::Unset
        }
    }

    /// Lets a pass rest on every row.
    #[must_use]
    pub fn support(&self, verdict: Verdict) -> Verdict {
        self.rows.iter().fold(verdict, |verdict, row| verdict.resting_on(row.collected_at))
    }
}

fn number(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("true") {
        return Some(1);
    }
    if text.eq_ignore_ascii_case("false") {
        return Some(0);
    }
    text.parse().ok()
}
