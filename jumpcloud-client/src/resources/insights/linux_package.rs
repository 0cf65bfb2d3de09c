//! Packages of Linux devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::resource::Resource;
use crate::resources::System;
use crate::table::table;
use crate::text::Text;

table! {
    /// A package on a Linux device.
    ///
    /// `GET /api/v2/systeminsights/linux_packages` `[spec]`; filled on Linux `[third-party]`.
    /// Columns are the specification's, their meaning is osquery's.
    ///
    /// The service documents no filter by device for this table, and it has no collection time
    /// `[spec]`.
    pub struct LinuxPackage {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When it was installed, epoch seconds as text.
        pub install_time: Text = "install_time",
        /// Mount namespace.
        pub mount_namespace_id: Text = "mount_namespace_id",
    }
    texts { install_time, mount_namespace_id }
    /// What the rows of one product have in common; a [`LinuxPackage`] reads as one.
    pub struct LinuxPackageDetails {
        /// Processor architecture.
        pub arch: String = "arch",
        /// Who keeps it.
        pub maintainer_or_vendor: String = "maintainer_or_vendor",
        /// Name.
        pub name: String = "name",
        /// `deb`, `rpm` and others.
        pub package_format: String = "package_format",
        /// Section.
        pub package_group_or_section: String = "package_group_or_section",
        /// Process whose namespace was read.
        pub pid_with_namespace: i64 = "pid_with_namespace",
        /// Release.
        pub release_or_revision: String = "release_or_revision",
        /// Size in bytes as text.
        pub size: String = "size",
        /// Version.
        pub version: String = "version",
    }
}

impl Resource for LinuxPackage {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.linux_packages", "/systeminsights/linux_packages")
            .without_device_filter();
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
