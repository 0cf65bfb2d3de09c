//! Products that registered with Windows Security Center.

use alloc::vec::Vec;

use jumpcloud_client::resources::insights::WindowsSecurityProduct;

use super::{Device, Facts, newest_by};
use crate::case::{Case, Row};

/// What the Security Center says about a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductState {
    /// It is on.
    On,
    /// It is off, snoozed or expired.
    Off,
    /// No word, or none that anyone knows.
    Untold,
}

impl ProductState {
    /// Reads the state of a product, without regard to case.
    pub fn of(product: &WindowsSecurityProduct) -> Self {
        match product.state.filled().map(str::to_ascii_lowercase).as_deref() {
            Some("on") => Self::On,
            Some("off" | "snoozed" | "expired") => Self::Off,
            _ => Self::Untold,
        }
    }
}

/// The products of a kind, such as `Antivirus`, with observations: of each the newest row, several
/// when they are of the same moment.
pub fn security_products<'c>(
    case: &mut Case<'c>,
    device: &'c Device<'c>,
    kind: &str,
) -> Vec<Row<'c, WindowsSecurityProduct>> {
    case.uses("SI.windows_security_products");
    let facts: &'c Facts<'c> = case.facts();
    let mut rows = facts.rows::<WindowsSecurityProduct>(device);
    rows.retain(|row| row.value().kind.filled().is_some_and(|own| own.eq_ignore_ascii_case(kind)));
    let by_name = newest_by(rows, |product| product.name.filled().map(str::to_ascii_lowercase));
    let rows: Vec<_> = by_name.into_values().flatten().collect();
    for row in &rows {
        let product = row.value();
        case.see(*row, "type", &product.kind);
        case.see(*row, "name", &product.name);
        case.see(*row, "state", &product.state);
        case.see(*row, "signatures_up_to_date", &product.signatures_up_to_date);
        case.see(*row, "state_timestamp", &product.state_timestamp);
    }
    rows
}
