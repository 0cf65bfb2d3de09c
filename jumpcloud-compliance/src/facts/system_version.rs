//! Everything a record and its System Insights row say about the operating system.

use alloc::string::{String, ToString};

use jumpcloud_client::Field;
use jumpcloud_client::resources::insights::OsVersion;

use super::{Device, Facts};
use crate::case::{Case, Row};
use crate::outcome::UnknownCause;
use crate::rule::Unknown;
use crate::tables::{OsDetail, OsFacts, OsRow, Unresolved};
use crate::time::age_days;

/// Numbers of an insights row as text, which is how the release is read.
#[derive(Debug, Default)]
pub(super) struct RowNumbers {
    major: Option<String>,
    minor: Option<String>,
    patch: Option<String>,
}

impl RowNumbers {
    fn of(row: &OsVersion) -> Self {
        let text = |field: &Field<i64>| field.value().map(ToString::to_string);
        Self { major: text(&row.major), minor: text(&row.minor), patch: text(&row.patch) }
    }
}

/// The operating system of a device as its sources spell it, observed field by field.
#[derive(Debug)]
pub struct SystemVersion<'c> {
    device: &'c Device<'c>,
    row: Option<Row<'c, OsVersion>>,
    numbers: RowNumbers,
}

impl<'c> SystemVersion<'c> {
    /// Reads every source and leaves an observation of each; a row of System Insights older than
    /// `max_age_days` is left out.
    pub fn read(case: &mut Case<'c>, device: &'c Device<'c>, max_age_days: i64) -> Self {
        let system = device.system();
        let own = device.row();
        case.see(own, "osFamily", &system.os_family);
        case.see(own, "os", &system.os);
        case.see(own, "version", &system.version);
        if system.os_version_detail.value().is_some() {
            let detail = &system.os_version_detail;
            case.see(
                own,
                "osVersionDetail.distributionName",
                detail.then(|d| &d.distribution_name),
            );
            case.see(own, "osVersionDetail.version", detail.then(|d| &d.version));
            case.see(own, "osVersionDetail.major", detail.then(|d| &d.major));
            case.see(own, "osVersionDetail.minor", detail.then(|d| &d.minor));
            case.see(own, "osVersionDetail.patch", detail.then(|d| &d.patch));
            case.see(own, "osVersionDetail.revision", detail.then(|d| &d.revision));
        }
        case.uses("SI.os_version");
        let facts: &'c Facts<'c> = case.facts();
        let now = case.evaluated_at();
        let row = facts
            .rows::<OsVersion>(device)
            .into_iter()
            .filter(|row| row.collected_at.is_some_and(|at| age_days(at, now) <= max_age_days))
            .max_by_key(|row| row.collected_at);
        if let Some(row) = row {
            let value = row.value();
            case.see(row, "name", &value.name);
            case.see(row, "version", &value.version);
            case.see(row, "build", &value.build);
            case.see(row, "platform", &value.platform);
            case.see(row, "collection_time", &value.collection_time);
        }
        let numbers = row.map(|row| RowNumbers::of(row.value())).unwrap_or_default();
        Self { device, row, numbers }
    }

    /// The row of System Insights that was read.
    pub const fn row(&self) -> Option<Row<'c, OsVersion>> {
        self.row
    }

    /// The texts, for the life-cycle table.
    pub fn facts(&self) -> OsFacts<'_> {
        let system = self.device.system();
        let detail = system.os_version_detail.value();
        let row = self.row.map(|row| row.value());
        OsFacts {
            family: system.os_family.filled(),
            os: system.os.filled(),
            version: system.version.filled(),
            template_name: system.template_name.filled(),
            detail: detail.map_or_else(OsDetail::default, |detail| OsDetail {
                distribution_name: detail.distribution_name.filled(),
                release_name: detail.release_name.filled(),
                os_name: detail.os_name.filled(),
                version: detail.version.filled(),
                major: detail.major.filled(),
                minor: detail.minor.filled(),
                patch: detail.patch.filled(),
                revision: detail.revision.filled(),
            }),
            row: row.map_or_else(OsRow::default, |row| OsRow {
                name: row.name.filled(),
                version: row.version.filled(),
                major: self.numbers.major.as_deref(),
                minor: self.numbers.minor.as_deref(),
                patch: self.numbers.patch.as_deref(),
                build: row.build.filled(),
                platform: row.platform.filled(),
                codename: row.codename.filled(),
            }),
        }
    }
}

/// What a release that cannot be resolved means for a verdict that needs it.
pub const fn unresolved(why: Unresolved) -> Unknown {
    let cause = match why {
        Unresolved::VersionMissing => UnknownCause::FieldAbsent,
        Unresolved::VersionUnparseable => UnknownCause::FieldUnparseable,
        Unresolved::ConflictingSources => UnknownCause::ConflictingSources,
        Unresolved::ReleaseNotInTable => UnknownCause::TableOutdated,
        Unresolved::ProductUnknown | Unresolved::RollingRelease => UnknownCause::NotObservable,
    };
    Unknown::new(cause, why.as_str())
}
