//! x
mod dev_020_grouped;
pub use dev_020_grouped::DeviceGrouped;
