//! Products that protect a device from malware, wherever the device names them.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;

use jiff::Timestamp;
use jumpcloud_client::Field;
use jumpcloud_client::resources::insights::{LaunchdJob, WindowsSecurityProduct, WindowsService};

use super::{Device, Platform, Software, newest_by};
use crate::case::{Case, Row};
use crate::tables::{AppFacts, PackageFacts, Proof, SignatureMatch, Standing};
use crate::time::{age_days, is_future};

/// Which products count, and up to which age their rows do.
#[derive(Clone, Debug)]
pub struct ProtectionTerms<'c> {
    /// Signature ids of the products that count; empty means any that protects.
    pub allowed: Vec<&'c str>,
    /// Whether scanners without a resident part count.
    pub on_demand: bool,
    /// Age in days up to which a row is fresh.
    pub max_age: i64,
    /// Seconds by which the time of a row may lie ahead.
    pub skew: i64,
}

/// What the tables of a device say about its protection.
#[derive(Clone, Debug, Default)]
pub struct Protection {
    /// The best proof that a product is there, and the time of its row: fresh before old, then
    /// strong before weak, then new before old.
    pub best: Option<(Proof, Option<Timestamp>)>,
    /// Signature ids of products that count.
    pub products: Vec<String>,
    /// Signature ids of products that are not allowed.
    pub not_allowed: Vec<String>,
    /// Signature ids of products of which only a name was found that others share.
    pub ambiguous: Vec<String>,
    /// The time of an antivirus that Windows lists and the signatures do not know.
    pub unrecognised: Option<Option<Timestamp>>,
    /// Whether a row that may be a product cannot be read.
    pub unreadable: bool,
    /// Whether a table in which a product would show has no row for the device.
    pub silent: bool,
    /// The tables that were searched besides the inventory.
    pub tables: &'static [&'static str],
}

impl Protection {
    /// Searches the inventory and, as the platform has them, daemons, services and the Security
    /// Center; rows that matter become observations.
    pub fn find(case: &mut Case<'_>, device: &Device<'_>, terms: &ProtectionTerms<'_>) -> Self {
        let software = case.facts().software(device);
        let searched = i64::try_from(software.len()).unwrap_or(i64::MAX);
        case.see_derived(device.row(), "rows_searched", searched);
        let mut search = Search { terms, now: case.evaluated_at(), found: Self::default() };
        search.found.silent = software.is_empty();
        search.inventory(case, &software);
        match device.platform {
            Platform::Windows => search.security_center_and_services(case, device),
            Platform::Darwin => search.daemons(case, device),
            Platform::Linux | Platform::Unknown | Platform::Unsupported(_) => {}
        }
        let mut found = search.found;
        for (path, list) in [
            ("products", &mut found.products),
            ("products_not_allowed", &mut found.not_allowed),
            ("products_ambiguous", &mut found.ambiguous),
        ] {
            list.sort();
            list.dedup();
            if !list.is_empty() {
                case.see_derived(device.row(), path, list.clone());
            }
        }
        found
    }
}

/// Whether the record says anything readable here; empty text is readable.
const fn is_told<T>(field: &Field<T>) -> bool {
    matches!(field, Field::Value(_))
}

fn says(field: &Field<String>, word: &str) -> bool {
    field.filled().is_some_and(|text| text.eq_ignore_ascii_case(word))
}

struct Search<'t> {
    terms: &'t ProtectionTerms<'t>,
    now: Timestamp,
    found: Protection,
}

impl Search<'_> {
    /// Takes the matches of a row into account; whether the row is worth an observation.
    fn add(&mut self, matches: &[SignatureMatch<'_>], proof: Proof, at: Option<Timestamp>) -> bool {
        let mut seen = false;
        for found in matches {
            seen |= self.add_one(*found, proof, at);
        }
        seen
    }

    fn add_one(&mut self, found: SignatureMatch<'_>, proof: Proof, at: Option<Timestamp>) -> bool {
        let signature = found.signature;
        let id: String = signature.id().into();
        let counts = match found.standing {
            Standing::Counts | Standing::Ambiguous => true,
            Standing::OnDemand => self.terms.on_demand,
            Standing::Never => false,
        };
        if !counts || !signature.protects() {
            return false;
        }
        let allowed = &self.terms.allowed;
        if !allowed.is_empty() && !allowed.contains(&signature.id()) {
            self.found.not_allowed.push(id);
        } else if found.standing == Standing::Ambiguous {
            self.found.ambiguous.push(id);
        } else {
            self.found.products.push(id);
            let rank = |(proof, at)| (!self.is_fresh(at), proof, Reverse(at));
            if self.found.best.is_none_or(|known| rank((proof, at)) < rank(known)) {
                self.found.best = Some((proof, at));
            }
        }
        true
    }

    fn is_fresh(&self, at: Option<Timestamp>) -> bool {
        let terms = self.terms;
        at.is_some_and(|at| {
            !is_future(at, self.now, terms.skew) && age_days(at, self.now) <= terms.max_age
        })
    }

    fn inventory(&mut self, case: &mut Case<'_>, software: &[Software<'_>]) {
        let signatures = &case.tables().signatures;
        for item in software {
            let (told, matches) = match item {
                Software::App(row) => {
                    let app = row.value();
                    let names = AppFacts {
                        bundle_identifier: app.bundle_identifier.filled(),
                        name: app.name.filled(),
                        path: app.path.filled(),
                    };
                    let told = is_told(&app.bundle_identifier) && is_told(&app.name);
                    (told, signatures.app(&names))
                }
                Software::Program(row) => {
                    let name = &row.value().name;
                    let matches = name.filled().map(|name| signatures.program(name));
                    (is_told(name), matches.unwrap_or_default())
                }
                Software::Package(row) => {
                    let package = row.value();
                    let vendor = &package.maintainer_or_vendor;
                    match package.name.filled() {
                        Some(name) => {
                            let told = is_told(vendor) || !signatures.needs_vendor(name);
                            let names = PackageFacts { name, vendor: vendor.filled() };
                            (told, signatures.package(&names))
                        }
                        None => (is_told(&package.name), Vec::new()),
                    }
                }
            };
            self.found.unreadable |= !told;
            if self.add(&matches, Proof::Installed, item.collected_at()) || !told {
                item.observe(case);
            }
        }
    }

    fn security_center_and_services(&mut self, case: &mut Case<'_>, device: &Device<'_>) {
        const TABLES: &[&str] = &["SI.windows_security_products", "SI.services"];
        for input in TABLES {
            case.uses(input);
        }
        self.found.tables = TABLES;
        let facts = case.facts();
        let products = facts.rows::<WindowsSecurityProduct>(device);
        let services = facts.rows::<WindowsService>(device);
        // What Windows brings along shows in these two tables only.
        self.found.silent |= products.is_empty() && services.is_empty();
        self.security_center(case, products);
        self.services(case, services);
    }

    fn security_center(
        &mut self,
        case: &mut Case<'_>,
        mut products: Vec<Row<'_, WindowsSecurityProduct>>,
    ) {
        let signatures = &case.tables().signatures;
        // A row of unreadable type may be an antivirus.
        products.retain(|row| {
            let kind = &row.value().kind;
            kind.filled().is_none() || says(kind, "antivirus")
        });
        let lower =
            |product: &WindowsSecurityProduct| product.name.filled().map(str::to_ascii_lowercase);
        for (name, rows) in newest_by(products, lower) {
            for row in &rows {
                case.see(*row, "type", &row.value().kind);
                case.see(*row, "name", &row.value().name);
                case.see(*row, "state", &row.value().state);
            }
            let typed = rows.iter().all(|row| row.value().kind.filled().is_some());
            let (Some(name), Some(row), true) = (name, rows.first(), typed) else {
                self.found.unreadable = true;
                continue;
            };
            let on = rows.iter().all(|row| says(&row.value().state, "on"));
            let proof = if on { Proof::SecurityCenterOn } else { Proof::Installed };
            let matches = signatures.security_center(&name);
            self.add(&matches, proof, row.collected_at);
            if matches.is_empty() {
                self.found.unrecognised = self.found.unrecognised.max(Some(row.collected_at));
            }
        }
    }

    fn services(&mut self, case: &mut Case<'_>, services: Vec<Row<'_, WindowsService>>) {
        let signatures = &case.tables().signatures;
        let lower = |service: &WindowsService| service.name.filled().map(str::to_ascii_lowercase);
        for (name, rows) in newest_by(services, lower) {
            let matches = name.map(|name| signatures.service(&name)).unwrap_or_default();
            let nameless = rows.iter().any(|row| !is_told(&row.value().name));
            let stateless = rows.iter().any(|row| !is_told(&row.value().status));
            self.found.unreadable |= nameless || stateless && !matches.is_empty();
            if nameless || !matches.is_empty() {
                for row in &rows {
                    case.see(*row, "name", &row.value().name);
                    case.see(*row, "status", &row.value().status);
                }
            }
            if rows.iter().all(|row| says(&row.value().status, "running")) {
                let at = rows.first().and_then(|row| row.collected_at);
                self.add(&matches, Proof::ServiceRunning, at);
            }
        }
    }

    fn daemons(&mut self, case: &mut Case<'_>, device: &Device<'_>) {
        const TABLES: &[&str] = &["SI.launchd"];
        for input in TABLES {
            case.uses(input);
        }
        self.found.tables = TABLES;
        let signatures = &case.tables().signatures;
        let jobs = case.facts().rows::<LaunchdJob>(device);
        for (label, rows) in newest_by(jobs, |job| job.label.filled()) {
            let matches = label.map(|label| signatures.daemon(label)).unwrap_or_default();
            let nameless = rows.iter().any(|row| !is_told(&row.value().label));
            let disabled = || rows.iter().map(|row| &row.value().disabled);
            let unclear = disabled().any(|field| matches!(field, Field::Unparseable(_)));
            self.found.unreadable |= nameless || unclear && !matches.is_empty();
            if nameless || !matches.is_empty() {
                for row in &rows {
                    case.see(*row, "label", &row.value().label);
                    case.see(*row, "disabled", &row.value().disabled);
                }
            }
            if !unclear && !disabled().any(|field| says(field, "1") || says(field, "true")) {
                let at = rows.first().and_then(|row| row.collected_at);
                self.add(&matches, Proof::DaemonRegistered, at);
            }
        }
    }
}
