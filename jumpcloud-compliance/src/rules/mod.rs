//! x
pub mod device;
pub mod org;
use crate::rule::Rule;
/// All
pub(crate) const ALL: &[&dyn Rule] = &[&device::DeviceGrouped, &org::ConnectionValidated];
