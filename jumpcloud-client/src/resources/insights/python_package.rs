//! Python packages of devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// An installed Python package.
    ///
    /// `GET /api/v2/systeminsights/python_packages` `[spec]`; filled on several platforms
    /// `[third-party]`. Columns are the specification's, their meaning is osquery's.
    ///
    /// It has no collection time `[spec]`.
    pub struct PythonPackage {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// Maker; misspelt by the service `[spec]`.
        pub author: String = "auther",
        /// Folder that was searched.
        pub directory: String = "directory",
        /// Licence.
        pub license: String = "license",
        /// Name.
        pub name: String = "name",
        /// Where it lies.
        pub path: String = "path",
        /// What it is for.
        pub summary: String = "summary",
        /// Version.
        pub version: String = "version",
    }
}

impl Resource for PythonPackage {
    type Record = Self;
    const ENDPOINT: Endpoint =
        Endpoint::insights("SI.python_packages", "/systeminsights/python_packages");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
