//! Network interfaces of devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A network interface: the place to find hardware addresses.
    ///
    /// `GET /api/v2/systeminsights/interface_details` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    ///
    /// It has no collection time `[spec]`.
    pub struct InterfaceDetail {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// Collisions.
        pub collisions: String = "collisions",
        /// Windows connection.
        pub connection_id: String = "connection_id",
        /// Windows connection state.
        pub connection_status: String = "connection_status",
        /// Description.
        pub description: String = "description",
        /// 1 when its address comes from the network.
        pub dhcp_enabled: i64 = "dhcp_enabled",
        /// End of the lease as text.
        pub dhcp_lease_expires: String = "dhcp_lease_expires",
        /// Begin of the lease as text.
        pub dhcp_lease_obtained: String = "dhcp_lease_obtained",
        /// Server of the lease.
        pub dhcp_server: String = "dhcp_server",
        /// Domain.
        pub dns_domain: String = "dns_domain",
        /// Domains searched.
        pub dns_domain_suffix_search_order: String = "dns_domain_suffix_search_order",
        /// Host name.
        pub dns_host_name: String = "dns_host_name",
        /// Name servers.
        pub dns_server_search_order: String = "dns_server_search_order",
        /// 1 when on.
        pub enabled: i64 = "enabled",
        /// Flags.
        pub flags: i64 = "flags",
        /// Name shown to people.
        pub friendly_name: String = "friendly_name",
        /// Bytes in.
        pub ibytes: String = "ibytes",
        /// Packets in that were dropped.
        pub idrops: String = "idrops",
        /// Errors in.
        pub ierrors: String = "ierrors",
        /// Interface.
        pub interface: String = "interface",
        /// Packets in.
        pub ipackets: String = "ipackets",
        /// Last change, epoch seconds as text.
        pub last_change: String = "last_change",
        /// Speed in megabits a second as text.
        pub link_speed: String = "link_speed",
        /// Hardware address.
        pub mac: String = "mac",
        /// Maker.
        pub manufacturer: String = "manufacturer",
        /// Metric.
        pub metric: i64 = "metric",
        /// Largest packet in bytes.
        pub mtu: i64 = "mtu",
        /// Bytes out.
        pub obytes: String = "obytes",
        /// Packets out that were dropped.
        pub odrops: String = "odrops",
        /// Errors out.
        pub oerrors: String = "oerrors",
        /// Packets out.
        pub opackets: String = "opackets",
        /// Slot.
        pub pci_slot: String = "pci_slot",
        /// 1 when it is hardware.
        pub physical_adapter: i64 = "physical_adapter",
        /// Driver service.
        pub service: String = "service",
        /// Speed in bits a second.
        pub speed: i64 = "speed",
        /// Kind by number.
        pub kind: i64 = "type",
    }
}

impl Resource for InterfaceDetail {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.interface_details", "/systeminsights/interface_details");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
