//! Crash reports of macOS devices.

use alloc::string::String;

use crate::endpoint::Endpoint;
use crate::id::Id;
use crate::model::model;
use crate::resource::Resource;
use crate::resources::System;

model! {
    /// A crash of a program.
    ///
    /// `GET /api/v2/systeminsights/crashes` `[spec]`; filled on macOS `[third-party]`. Columns are
    /// the specification's, their meaning is osquery's.
    ///
    /// Registers and stack may hold fragments of memory.
    pub struct Crash {
        /// The device.
        pub system_id: Id<System> = "system_id",
        /// When the agent collected the row, RFC 3339, UTC.
        pub collection_time: String = "collection_time",
        /// Report file.
        pub crash_path: String = "crash_path",
        /// Thread.
        pub crashed_thread: String = "crashed_thread",
        /// When, as the report spells it.
        pub datetime: String = "datetime",
        /// Codes.
        pub exception_codes: String = "exception_codes",
        /// Notes.
        pub exception_notes: String = "exception_notes",
        /// Kind.
        pub exception_type: String = "exception_type",
        /// Bundle identifier.
        pub identifier: String = "identifier",
        /// Parent process.
        pub parent: String = "parent",
        /// The program.
        pub path: String = "path",
        /// Process.
        pub pid: String = "pid",
        /// Registers.
        pub registers: String = "registers",
        /// Process held responsible.
        pub responsible: String = "responsible",
        /// Stack.
        pub stack_trace: String = "stack_trace",
        /// Kind of report.
        pub kind: String = "type",
        /// Local account.
        pub uid: i64 = "uid",
        /// Version of the program.
        pub version: String = "version",
    }
}

impl Resource for Crash {
    type Record = Self;
    const ENDPOINT: Endpoint = Endpoint::insights("SI.crashes", "/systeminsights/crashes");
    const KEYED: bool = false;

    fn key(_: &Self) -> Option<String> {
        None
    }
}
