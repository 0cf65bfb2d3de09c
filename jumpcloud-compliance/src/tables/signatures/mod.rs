//! Names by which protection products and password managers are recognised.

mod index;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use self::index::{Gate, Index};
use super::{TableError, TableOrigin, decode, document};

vocabulary! {
    /// What a product is for.
    pub enum ProductClass {
        /// Detects and answers attacks on an endpoint.
        Edr = "edr",
        /// Finds and stops malware.
        Antivirus = "antivirus",
        /// Only observes; never counts as protection.
        Telemetry = "telemetry",
        /// Only manages; never counts as protection.
        Management = "management",
        /// Keeps passwords.
        PasswordManager = "password_manager",
    }
}

vocabulary! {
    /// How sure the table is of an entry.
    pub enum Confidence {
        /// At least one identifier was seen in public code or deployment notes.
        A = "a",
        /// Vendor naming; confirm on real devices before relying on it.
        B = "b",
    }
}

vocabulary! {
    /// How strongly a source shows that a product protects, strongest first.
    pub enum Proof {
        /// Windows Security Center reports it on.
        SecurityCenterOn = "security_center_on",
        /// Its service runs.
        ServiceRunning = "service_running",
        /// Its daemon is registered.
        DaemonRegistered = "daemon_registered",
        /// It is installed.
        Installed = "installed",
        /// A policy that installs it reported success.
        PolicyEvidence = "policy_evidence",
        /// The operating system brings it along.
        BuiltinInferred = "builtin_inferred",
    }
}

vocabulary! {
    /// Whether a match may support a pass.
    pub enum Standing {
        /// It may.
        Counts = "counts",
        /// Only if scanners that run on demand are accepted.
        OnDemand = "on_demand",
        /// The same name is also used for a product that does not protect.
        Ambiguous = "ambiguous",
        /// It never may.
        Never = "never",
    }
}

/// A row of the System Insights table `apps`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AppFacts<'a> {
    /// Bundle identifier.
    pub bundle_identifier: Option<&'a str>,
    /// File name of the bundle, `Falcon.app`.
    pub name: Option<&'a str>,
    /// Path of the bundle; one in a trash folder never matches.
    pub path: Option<&'a str>,
}

/// A row of the System Insights table `linux_packages`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackageFacts<'a> {
    /// Package name, with or without architecture.
    pub name: &'a str,
    /// Maintainer or vendor.
    pub vendor: Option<&'a str>,
}

/// Names of one product.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    id: String,
    title: String,
    class: ProductClass,
    confidence: Confidence,
    #[serde(default)]
    bundles: Vec<String>,
    #[serde(default)]
    apps: Vec<String>,
    #[serde(default)]
    daemons: Vec<String>,
    #[serde(default)]
    security_center: Vec<String>,
    #[serde(default)]
    programs: Vec<String>,
    #[serde(default)]
    services: Vec<String>,
    #[serde(default)]
    packages: Vec<String>,
    #[serde(default)]
    on_demand_packages: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    linux_vendor: Option<String>,
    #[serde(default)]
    security_center_only: bool,
    #[serde(default)]
    outside_package_manager: bool,
}

impl Signature {
    /// Identifier, as parameters name it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Name for people to read.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the product is for.
    pub const fn class(&self) -> ProductClass {
        self.class
    }

    /// How sure the table is.
    pub const fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// Whether it is an anti-malware or EDR product.
    pub const fn protects(&self) -> bool {
        matches!(self.class, ProductClass::Edr | ProductClass::Antivirus)
    }

    /// Whether it can be on Linux without a package, so that no package proves nothing.
    pub const fn installs_outside_packages(&self) -> bool {
        self.outside_package_manager
    }
}

/// A recognised product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureMatch<'t> {
    /// The product.
    pub signature: &'t Signature,
    /// Whether the match may support a pass.
    pub standing: Standing,
}

#[derive(Deserialize)]
struct Document {
    signatures: Vec<Signature>,
}

/// Table of products with lookups that do not walk the table.
#[derive(Clone, Debug)]
pub struct Signatures {
    origin: TableOrigin,
    entries: Vec<Signature>,
    index: Index,
}

impl Signatures {
    /// Reads a table in the form of `data/product-signatures.json`.
    ///
    /// # Errors
    ///
    /// A [`TableError`] when the text is no JSON, a member is missing or
    /// malformed, an identifier is repeated or a pattern has a star elsewhere
    /// than at its end.
    pub fn from_json(json: &str) -> Result<Self, TableError> {
        let document = document(json)?;
        let origin = TableOrigin::read(&document)?;
        let Document { signatures: entries } = decode(&document)?;
        let mut ids = BTreeSet::new();
        if let Some(twice) = entries.iter().find(|entry| !ids.insert(&entry.id)) {
            return Err(TableError::key("signature", &twice.id));
        }
        let patterns =
            || entries.iter().flat_map(|entry| entry.programs.iter().chain(&entry.exclude));
        let stem = |pattern: &str| pattern.strip_suffix('*').unwrap_or(pattern).contains('*');
        if let Some(pattern) = patterns().find(|pattern| stem(pattern)) {
            return Err(TableError::key("pattern", pattern));
        }
        let index = Index::of(&entries);
        Ok(Self { origin, entries, index })
    }

    /// What the table is and up to when it knows the world.
    pub const fn origin(&self) -> &TableOrigin {
        &self.origin
    }

    /// Every product of the table.
    pub fn entries(&self) -> &[Signature] {
        &self.entries
    }

    /// The product with this identifier.
    pub fn entry(&self, id: &str) -> Option<&Signature> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Products an installed macOS application belongs to.
    ///
    /// The bundle identifier decides; the file name is asked when it matches nothing.
    pub fn app(&self, app: &AppFacts<'_>) -> Vec<SignatureMatch<'_>> {
        if app.path.is_some_and(|path| path.contains("/.Trash/")) {
            return Vec::new();
        }
        let known = |gate: &Gate, name: Option<&str>| name.is_some_and(|name| gate.lets_in(name));
        if !known(&self.index.bundle_gate, app.bundle_identifier)
            && !known(&self.index.app_gate, app.name)
        {
            return Vec::new();
        }
        let bundle = app.bundle_identifier.map(lower).filter(|bundle| !bundle.is_empty());
        let name = app.name.map(lower);
        let mut found: Vec<usize> = Vec::new();
        if let Some(bundle) = &bundle {
            self.index.bundles.find(bundle, &mut found);
        }
        if let (true, Some(name)) = (found.is_empty(), app.name) {
            self.index.apps.find(name.trim(), &mut found);
        }
        let row = [bundle.as_deref(), name.as_deref()];
        self.matches(found, &row, Signature::elsewhere)
    }

    /// Products a launchd label belongs to.
    pub fn daemon(&self, label: &str) -> Vec<SignatureMatch<'_>> {
        let label = lower(label);
        let mut found = Vec::new();
        self.index.daemons.find(&label, &mut found);
        self.matches(found, &[Some(&label)], Signature::elsewhere)
    }

    /// Products registered in Windows Security Center under this name.
    pub fn security_center(&self, name: &str) -> Vec<SignatureMatch<'_>> {
        let name = lower(name);
        let mut found = Vec::new();
        self.index.security_center.find(&name, &mut found);
        self.matches(found, &[Some(&name)], Signature::registered)
    }

    /// Products a Windows service belongs to.
    pub fn service(&self, name: &str) -> Vec<SignatureMatch<'_>> {
        let name = lower(name);
        let mut found = Vec::new();
        self.index.services.find(&name, &mut found);
        self.matches(found, &[Some(&name)], Signature::elsewhere)
    }

    /// Products an installed Windows program belongs to.
    ///
    /// A version at the end of the name does not matter.
    pub fn program(&self, name: &str) -> Vec<SignatureMatch<'_>> {
        if !self.index.program_gate.lets_in(name) {
            return Vec::new();
        }
        let name = lower(name);
        let mut found = Vec::new();
        self.index.programs.find(&name, &mut found);
        if let Some(bare) = without_version(&name) {
            self.index.programs.find(bare, &mut found);
        }
        self.matches(found, &[Some(&name)], Signature::elsewhere)
    }

    /// Products a Linux package belongs to.
    pub fn package(&self, package: &PackageFacts<'_>) -> Vec<SignatureMatch<'_>> {
        if !self.index.package_gate.lets_in(package.name) {
            return Vec::new();
        }
        let name = lower(package.name);
        let bare = without_architecture(&name);
        let mut found = Vec::new();
        self.index.packages.find(bare, &mut found);
        let vendor = package.vendor.map(lower);
        found.retain(|position| {
            let demanded = self.entries.get(*position).and_then(|e| e.linux_vendor.as_deref());
            demanded.is_none_or(|demanded| {
                vendor.as_deref().is_some_and(|vendor| vendor.contains(&lower(demanded)))
            })
        });
        let mut matches = self.matches(found, &[Some(bare)], Signature::elsewhere);
        for found in &mut matches {
            let scanner = found.signature.on_demand_packages.iter().any(|own| own == bare);
            if scanner && found.standing == Standing::Counts {
                found.standing = Standing::OnDemand;
            }
        }
        matches
    }

    /// Whether a package of this name is a product only when a certain vendor made it.
    pub fn needs_vendor(&self, package: &str) -> bool {
        if !self.index.package_gate.lets_in(package) {
            return false;
        }
        let name = lower(package);
        let mut found = Vec::new();
        self.index.packages.find(without_architecture(&name), &mut found);
        found
            .iter()
            .filter_map(|position| self.entries.get(*position))
            .any(|entry| entry.linux_vendor.is_some())
    }

    /// Matches of one row, without the entries whose excludes meet the row.
    fn matches(
        &self,
        mut found: Vec<usize>,
        row: &[Option<&str>],
        standing: fn(&Signature) -> Standing,
    ) -> Vec<SignatureMatch<'_>> {
        found.sort_unstable();
        found.dedup();
        found
            .into_iter()
            .filter(|position| !self.index.excludes(*position, row))
            .filter_map(|position| self.entries.get(position))
            .map(|signature| SignatureMatch { signature, standing: standing(signature) })
            .collect()
    }
}

impl Signature {
    /// Standing of a match in Windows Security Center.
    const fn registered(&self) -> Standing {
        match self.class {
            ProductClass::Telemetry | ProductClass::Management => Standing::Never,
            _ => Standing::Counts,
        }
    }

    /// Standing of a match anywhere else.
    const fn elsewhere(&self) -> Standing {
        match self.registered() {
            Standing::Counts if self.security_center_only => Standing::Ambiguous,
            other => other,
        }
    }
}

fn lower(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

/// The name before a trailing version such as `10.8` or `v2.1`.
fn without_version(name: &str) -> Option<&str> {
    let (bare, last) = name.rsplit_once(' ')?;
    let last = last.trim_matches(['(', ')']);
    let last = last.strip_prefix('v').unwrap_or(last);
    let version = last.starts_with(|c: char| c.is_ascii_digit())
        && last.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    version.then(|| bare.trim_end())
}

/// Architectures package managers append.
const ARCHITECTURES: [&str; 11] = [
    "aarch64", "all", "amd64", "arm64", "armhf", "i386", "i686", "noarch", "ppc64le", "s390x",
    "x86_64",
];

fn without_architecture(name: &str) -> &str {
    match name.rsplit_once([':', '.']) {
        Some((bare, last)) if ARCHITECTURES.contains(&last) => bare,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::super::{TableErrorKind, Tables};
    use super::*;

    fn table() -> Signatures {
        Tables::builtin().unwrap().signatures
    }

    fn ids(matches: &[SignatureMatch<'_>]) -> Vec<String> {
        matches.iter().map(|m| format!("{} {}", m.signature.id(), m.standing)).collect()
    }

    fn app(bundle: &str) -> Vec<String> {
        ids(&table().app(&AppFacts { bundle_identifier: Some(bundle), ..AppFacts::default() }))
    }

    #[test]
    fn bundles_match_at_a_dot_only() {
        assert_eq!(app("com.crowdstrike.falcon.App"), ["crowdstrike-falcon counts"]);
        assert_eq!(app("com.microsoft.wdav"), ["microsoft-defender-endpoint counts"]);
        assert_eq!(app("com.microsoft.wdav.tray"), ["microsoft-defender-endpoint counts"]);
        assert!(app("com.microsoft.wdavx").is_empty());
        assert!(app("com.microsoft").is_empty());
        assert!(app("org.com.sophos.x").is_empty());
        assert_eq!(app("com.avast.Antivirus"), ["avast counts"]);
    }

    #[test]
    fn the_file_name_is_asked_last_and_exactly() {
        let table = table();
        let named = |bundle, name| {
            ids(&table.app(&AppFacts { bundle_identifier: bundle, name: Some(name), path: None }))
        };
        assert_eq!(named(None, "Falcon.app"), ["crowdstrike-falcon counts"]);
        assert_eq!(named(Some(""), "Falcon.app"), ["crowdstrike-falcon counts"]);
        assert!(named(None, "falcon.app").is_empty());
        assert!(named(None, "My Falcon.app").is_empty());
        assert_eq!(named(Some("com.sophos.endpoint"), "Falcon.app"), ["sophos-endpoint counts"]);
        let trashed = AppFacts {
            bundle_identifier: Some("com.sophos.endpoint"),
            name: None,
            path: Some("/Users/a/.Trash/Sophos.app"),
        };
        assert!(table.app(&trashed).is_empty());
    }

    #[test]
    fn an_exclude_cancels_only_its_own_entry() {
        let table = table();
        assert!(app("com.sophos.connect.helper").is_empty());
        assert!(app("com.paloaltonetworks.globalprotect.client").is_empty());
        assert!(app("com.bitdefender.virusscannerplus").is_empty());
        assert!(ids(&table.program("Sophos Connect 2.3")).is_empty());
        assert!(ids(&table.program("Malwarebytes Privacy VPN")).is_empty());
        assert_eq!(ids(&table.program("Malwarebytes version 5.1")), ["malwarebytes counts"]);
        let row = AppFacts {
            bundle_identifier: Some("com.sophos.endpoint"),
            name: Some("Sophos Connect.app"),
            path: None,
        };
        assert!(table.app(&row).is_empty());
    }

    #[test]
    fn programs_are_anchored_and_lose_their_version() {
        let table = table();
        assert_eq!(
            ids(&table.program("CrowdStrike Windows Sensor")),
            ["crowdstrike-falcon counts"]
        );
        assert_eq!(
            ids(&table.program(" crowdstrike windows sensor 7.18.19110 ")),
            ["crowdstrike-falcon counts"]
        );
        assert_eq!(ids(&table.program("Sophos Anti-Virus (10.8)")), ["sophos-endpoint counts"]);
        assert!(table.program("Uninstall CrowdStrike Windows Sensor").is_empty());
        assert!(table.program("CrowdStrike Windows Sensor Docs").is_empty());
        assert_eq!(ids(&table.program("Norton 360")), ["norton counts"]);
        assert_eq!(ids(&table.program("Cortex XDR 8.5.0.33")), ["cortex-xdr counts"]);
    }

    #[test]
    fn packages_match_exactly_without_architecture() {
        let table = table();
        let package = |name, vendor| ids(&table.package(&PackageFacts { name, vendor }));
        for name in ["falcon-sensor", "falcon-sensor.x86_64", "Falcon-Sensor:amd64"] {
            assert_eq!(package(name, None), ["crowdstrike-falcon counts"], "{name}");
        }
        assert!(package("falcon-sensor-docs", None).is_empty());
        assert!(package("eea", None).is_empty());
        assert!(package("eea", Some("Jane Roe <jane@example.com>")).is_empty());
        assert_eq!(package("eea", Some("ESET, spol. s r.o.")), ["eset counts"]);
        assert_eq!(package("clamav-daemon", None), ["clamav counts"]);
        assert_eq!(package("clamav", None), ["clamav on_demand"]);
    }

    #[test]
    fn doubtful_products_count_only_where_windows_vouches_for_them() {
        let table = table();
        assert_eq!(app("com.fortinet.FortiClient"), ["forticlient ambiguous"]);
        assert_eq!(ids(&table.program("FortiClient")), ["forticlient ambiguous"]);
        let registered = table.security_center(" FortiClient AntiVirus ");
        assert_eq!(ids(&registered), ["forticlient counts"]);
        assert!(table.security_center("FortiClient AntiVirus Pro").is_empty());
        assert_eq!(app("io.osquery.agent"), ["osquery never"]);
        assert_eq!(ids(&table.program("JumpCloud Agent v1")), ["jumpcloud-agent never"]);
        assert!(!table.entry("wazuh").unwrap().protects());
    }

    #[test]
    fn one_name_may_stand_for_two_products() {
        let table = table();
        assert_eq!(
            ids(&table.security_center("windows defender")),
            ["microsoft-defender-endpoint counts", "microsoft-security-essentials counts"]
        );
        assert_eq!(ids(&table.daemon("com.symantec.mes")), ["symantec counts", "norton counts"]);
        assert_eq!(ids(&table.service("windefend")), ["microsoft-defender-endpoint counts"]);
    }

    #[test]
    fn damaged_tables_are_refused() {
        let text = include_str!("../../../data/product-signatures.json");
        let kind = |json: &str| Signatures::from_json(json).unwrap_err().kind();
        assert_eq!(kind(&text.replace("\"avast\"", "\"avg\"")), TableErrorKind::Key);
        assert_eq!(kind(&text.replace("Avast One*", "Avast*One")), TableErrorKind::Key);
        assert_eq!(
            kind(&text.replace("\"class\": \"edr\"", "\"class\": \"xdr\"")),
            TableErrorKind::Shape
        );
    }

    #[test]
    fn every_name_of_the_table_finds_its_entry() {
        let table = table();
        for entry in table.entries() {
            let found = |matches: Vec<SignatureMatch<'_>>| {
                matches.iter().any(|m| m.signature.id() == entry.id())
            };
            for bundle in &entry.bundles {
                let bundle_identifier = Some(bundle.as_str());
                assert!(found(table.app(&AppFacts { bundle_identifier, ..AppFacts::default() })));
            }
            for label in &entry.daemons {
                assert!(
                    found(table.daemon(&format!("{}.x", label.trim_end_matches('.')))),
                    "{label}"
                );
            }
            for name in &entry.security_center {
                assert!(found(table.security_center(&name.to_uppercase())), "{name}");
            }
            for pattern in &entry.programs {
                assert!(found(table.program(&pattern.replace('*', " 1.2"))), "{pattern}");
            }
            for name in &entry.packages {
                let vendor = entry.linux_vendor.as_deref();
                assert!(found(table.package(&PackageFacts { name, vendor })), "{name}");
            }
        }
    }

    proptest! {
        #[test]
        fn matching_never_panics(text in "(com|[.*: ]|sophos|norton|[a-z]|\\PC){0,12}") {
            let table = table();
            let app = AppFacts {
                bundle_identifier: Some(&text),
                name: Some(&text),
                path: Some(&text),
            };
            let _rows = (
                table.app(&app),
                table.daemon(&text),
                table.program(&text),
                table.service(&text),
                table.package(&PackageFacts { name: &text, vendor: Some(&text) }),
            );
        }

        #[test]
        fn ascii_case_does_not_matter(position in 0_usize..60) {
            let table = table();
            for name in &table.entries()[position].programs {
                let name = name.trim_end_matches('*').to_string();
                prop_assert_eq!(table.program(&name), table.program(&name.to_ascii_uppercase()));
            }
        }
    }
}
