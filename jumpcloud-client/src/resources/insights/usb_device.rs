//! USB devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A USB device that is plugged in.
    ///
    /// `GET /api/v2/systeminsights/usb_devices` `[spec]`; filled on macOS and Linux
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    pub struct UsbDevice {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Class.
        pub class: String = "class",
        /// Model.
        pub model: String = "model",
        /// Model by number.
        pub model_id: String = "model_id",
        /// Protocol.
        pub protocol: String = "protocol",
        /// 1 when removable.
        pub removable: i64 = "removable",
        /// Serial number.
        pub serial: String = "serial",
        /// Subclass.
        pub subclass: String = "subclass",
        /// Address on the bus.
        pub usb_address: i64 = "usb_address",
        /// Port.
        pub usb_port: i64 = "usb_port",
        /// Vendor.
        pub vendor: String = "vendor",
        /// Vendor by number.
        pub vendor_id: String = "vendor_id",
        /// Version.
        pub version: String = "version",
    }
}

impl Resource for UsbDevice {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.usb_devices", "/systeminsights/usb_devices");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
