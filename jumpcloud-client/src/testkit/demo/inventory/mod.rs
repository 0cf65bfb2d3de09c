//! System Insights rows of the demo company.

mod linux;
mod mac;
mod windows;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::organization::{Organization, wire_time};
use super::devices::Family;

/// Adds the rows of one device.
pub(super) fn add(
    org: &mut Organization,
    id: &str,
    family: Family,
    hostname: &str,
    account: &str,
    collected: Timestamp,
) {
    let mut rows = Rows { org, id, collected: wire_time(collected) };
    rows.add(
        "uptime",
        json!({"days": 3, "hours": 4, "minutes": 5, "seconds": 6,
        "total_seconds": "273906"}),
    );
    match family {
        Family::Mac => mac::add(&mut rows, hostname, account),
        Family::Windows => windows::add(&mut rows, hostname, account),
        Family::Linux => linux::add(&mut rows, hostname, account),
    }
}

/// The rows of one device, collected at one time.
struct Rows<'a> {
    org: &'a mut Organization,
    id: &'a str,
    collected: String,
}

impl Rows<'_> {
    /// A row with its time.
    fn add(&mut self, table: &str, mut row: Value) {
        if let Some(fields) = row.as_object_mut() {
            fields.insert("collection_time".to_owned(), json!(self.collected));
        }
        self.add_timeless(table, row);
    }

    /// A row of one of the tables that carry no time.
    fn add_timeless(&mut self, table: &str, row: Value) {
        self.org.insights_row(table, self.id, row);
    }

    /// A text field of the device's own record.
    fn record(&self, field: &str) -> String {
        self.org
            .get("/api/systems", self.id)
            .and_then(|record| record.get(field)?.as_str())
            .unwrap_or_default()
            .to_owned()
    }
}

/// A row of `users`: the account of the owner.
fn account_row(account: &str, uid: &str, shell: &str, directory: &str) -> Value {
    json!({
        "username": account, "uid": uid, "uid_signed": uid, "gid": "20", "gid_signed": "20",
        "description": account, "directory": directory, "shell": shell, "type": "local",
        "uuid": "", "admin": false, "managed": account != "localadmin", "suspended": false,
        "real_user": true, "ad_managed": false, "last_login": "",
    })
}
