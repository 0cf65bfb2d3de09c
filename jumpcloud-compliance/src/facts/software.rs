//! Installed software of a device, whatever its platform calls it.

use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::Field;
use jumpcloud_client::resources::insights::{App, LinuxPackage, Program};

use super::{Device, Facts, Platform, Source};
use crate::case::{Case, Row};
use crate::outcome::UnknownCause;
use crate::rule::Unknown;
use crate::tables::{AppFacts, PackageFacts, SignatureMatch, Signatures};

/// The installed software of a device, and how complete the table that lists it is.
#[derive(Debug)]
pub struct Inventory<'c> {
    source: Source<'c>,
    items: Vec<Software<'c>>,
}

impl<'c> Inventory<'c> {
    /// Reads the inventory and leaves an observation of its size.
    ///
    /// # Errors
    ///
    /// Unknown `os_product_unknown` when nobody knows what the device runs.
    pub fn read(case: &mut Case<'c>, device: &'c Device<'c>) -> Result<Self, Unknown> {
        let facts: &'c Facts<'c> = case.facts();
        let Some(source) = facts.software_source(&device.platform) else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "os_product_unknown"));
        };
        case.uses_source(&source);
        let items = facts.software(device);
        let searched = i64::try_from(items.len()).unwrap_or(i64::MAX);
        case.see_derived(device.row(), "rows_searched", searched);
        Ok(Self { source, items })
    }

    /// What is installed.
    pub fn items(&self) -> &[Software<'c>] {
        &self.items
    }

    /// Requires the whole table, because absence in it is about to be a fact.
    ///
    /// # Errors
    ///
    /// Unknown with the cause that its state calls for.
    pub fn require(&self, case: &mut Case<'_>) -> Result<(), Unknown> {
        case.require_source(&self.source)
    }

    /// As [`Inventory::require`], and that it has a row of the device: a device without any
    /// installed software is one that does not report.
    ///
    /// # Errors
    ///
    /// Unknown with the cause that its state calls for, or `inventory_missing`.
    pub fn require_rows(&self, case: &mut Case<'_>) -> Result<(), Unknown> {
        self.require(case)?;
        if self.items.is_empty() {
            return Err(Unknown::new(UnknownCause::NotObservable, "inventory_missing"));
        }
        Ok(())
    }
}

/// One installed product.
#[derive(Clone, Copy, Debug)]
pub enum Software<'f> {
    /// An application of a Mac.
    App(Row<'f, App>),
    /// A program of a Windows device.
    Program(Row<'f, Program>),
    /// A package of a Linux device.
    Package(Row<'f, LinuxPackage>),
}

impl<'f> Software<'f> {
    /// Bundle identifier, on macOS.
    pub fn bundle(&self) -> Option<&'f str> {
        match self {
            Self::App(row) => row.value().bundle_identifier.filled(),
            Self::Program(_) | Self::Package(_) => None,
        }
    }

    /// Name: of the bundle or file, the program, the package.
    pub fn name(&self) -> Option<&'f str> {
        match self {
            Self::App(row) => {
                let app = row.value();
                app.bundle_name
                    .filled()
                    .or_else(|| app.display_name.filled())
                    .or_else(|| app.name.filled())
            }
            Self::Program(row) => row.value().name.filled(),
            Self::Package(row) => row.value().name.filled(),
        }
    }

    /// Version, as it is shown to people; a build number does not stand in for it.
    pub fn version(&self) -> Option<&'f str> {
        match self {
            Self::App(row) => row.value().bundle_short_version.filled(),
            Self::Program(row) => row.value().version.filled(),
            Self::Package(row) => row.value().version.filled(),
        }
    }

    /// When the agent collected the row; the device's last contact where the table does not say.
    pub const fn collected_at(&self) -> Option<Timestamp> {
        match self {
            Self::App(row) => row.collected_at,
            Self::Program(row) => row.collected_at,
            Self::Package(row) => row.collected_at,
        }
    }

    /// Leaves observations of what identifies the product.
    pub fn observe(&self, case: &mut Case<'_>) {
        match self {
            Self::App(row) => {
                let app = row.value();
                case.see(*row, "bundle_identifier", &app.bundle_identifier);
                case.see(*row, "bundle_name", &app.bundle_name);
                case.see(*row, "display_name", &app.display_name);
                case.see(*row, "name", &app.name);
                case.see(*row, "path", &app.path);
                case.see(*row, "bundle_short_version", &app.bundle_short_version);
            }
            Self::Program(row) => {
                let program = row.value();
                case.see(*row, "name", &program.name);
                case.see(*row, "publisher", &program.publisher);
                case.see(*row, "version", &program.version);
            }
            Self::Package(row) => {
                let package = row.value();
                case.see(*row, "name", &package.name);
                case.see(*row, "version", &package.version);
                case.see(*row, "maintainer_or_vendor", &package.maintainer_or_vendor);
            }
        }
    }

    /// The products of a table that it belongs to.
    pub fn signatures<'t>(&self, table: &'t Signatures) -> Vec<SignatureMatch<'t>> {
        match self {
            Self::App(row) => {
                let app = row.value();
                table.app(&AppFacts {
                    bundle_identifier: app.bundle_identifier.filled(),
                    name: app.name.filled(),
                    path: app.path.filled(),
                })
            }
            Self::Program(row) => {
                row.value().name.filled().map(|name| table.program(name)).unwrap_or_default()
            }
            Self::Package(row) => match row.value().name.filled() {
                Some(name) => {
                    let vendor = row.value().maintainer_or_vendor.filled();
                    table.package(&PackageFacts { name, vendor })
                }
                None => Vec::new(),
            },
        }
    }

    /// Whether it lies in a trash folder: deleted, not installed.
    pub fn is_trashed(&self) -> bool {
        let path: Option<&Field<alloc::string::String>> = match self {
            Self::App(row) => Some(&row.value().path),
            Self::Program(_) | Self::Package(_) => None,
        };
        path.and_then(Field::text).is_some_and(|path| path.contains("/.Trash/"))
    }
}

impl<'a> Facts<'a> {
    /// The installed software of a device, without what lies in a trash folder.
    pub fn software<'f>(&'f self, device: &'f Device<'_>) -> Vec<Software<'f>>
    where
        'a: 'f,
    {
        let mut all: Vec<Software<'f>> = match device.platform {
            Platform::Darwin => self.rows::<App>(device).into_iter().map(Software::App).collect(),
            Platform::Windows => {
                self.rows::<Program>(device).into_iter().map(Software::Program).collect()
            }
            Platform::Linux => {
                self.rows::<LinuxPackage>(device).into_iter().map(Software::Package).collect()
            }
            Platform::Unknown | Platform::Unsupported(_) => Vec::new(),
        };
        all.retain(|software| !software.is_trashed());
        all
    }

    /// The table that lists the software of a platform; none for platforms that are not known.
    pub fn software_source(&self, platform: &Platform) -> Option<Source<'a>> {
        match platform {
            Platform::Darwin => Some(self.table::<App>()),
            Platform::Windows => Some(self.table::<Program>()),
            Platform::Linux => Some(self.table::<LinuxPackage>()),
            Platform::Unknown | Platform::Unsupported(_) => None,
        }
    }
}
