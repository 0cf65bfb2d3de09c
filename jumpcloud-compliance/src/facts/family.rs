//! The family of a device as a rule reads it.

use jumpcloud_client::Field;

use super::Device;
use crate::case::Case;
use crate::outcome::UnknownCause;
use crate::rule::Unknown;

/// Reads `darwin`, `linux` or `windows`, with observations of the words that decide it.
///
/// # Errors
///
/// Unknown when neither `osFamily` nor `os` names a family.
pub fn family(case: &mut Case<'_>, device: &Device<'_>) -> Result<&'static str, Unknown> {
    let system = device.system();
    let words = [("osFamily", &system.os_family), ("os", &system.os)];
    for (path, word) in words {
        case.see(device.row(), path, word);
    }
    if let Some(family) = device.platform.family() {
        return Ok(family);
    }
    let said = words.iter().any(|(_, word)| match word {
        Field::Absent | Field::Null => false,
        Field::Unparseable(_) => true,
        Field::Value(_) => word.filled().is_some(),
    });
    let cause = if said { UnknownCause::FieldUnparseable } else { UnknownCause::FieldAbsent };
    Err(Unknown::new(cause, "os_product_unknown"))
}
