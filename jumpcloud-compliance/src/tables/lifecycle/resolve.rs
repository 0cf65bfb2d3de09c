//! From reported texts to product, cycle, edition and build.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::facts::{OsFacts, filled};
use super::{Cycle, CycleKey, Edition, Lifecycle, Product, ReleaseNumber, words};

vocabulary! {
    /// Why product or release could not be determined; the word is the reason code.
    pub enum Unresolved {
        /// No source gives a release number.
        VersionMissing = "os_version_missing",
        /// A release text arrived and holds no number.
        VersionUnparseable = "os_version_unparseable",
        /// The texts name no known product.
        ProductUnknown = "os_product_unknown",
        /// The table does not know the release; it may be newer than the table.
        ReleaseNotInTable = "release_not_in_table",
        /// Two sources name different products or major releases.
        ConflictingSources = "conflicting_sources",
        /// A distribution without release lines.
        RollingRelease = "rolling_release",
    }
}

vocabulary! {
    /// Which source gave the release number, strongest first.
    pub enum VersionSource {
        /// The System Insights row.
        InsightsRow = "insights_row",
        /// `osVersionDetail` of the system record.
        VersionDetail = "version_detail",
        /// `version` of the system record.
        SystemVersion = "system_version",
    }
}

/// Product and release of a device, with every cycle that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedOs<'t> {
    pub(super) product: &'t Product,
    pub(super) candidates: Vec<&'t Cycle>,
    pub(super) number: Option<ReleaseNumber>,
    pub(super) source: VersionSource,
    pub(super) edition: Option<Edition>,
    pub(super) build: Option<u32>,
    pub(super) suffixed: bool,
}

impl<'t> ResolvedOs<'t> {
    /// The operating system.
    pub const fn product(&self) -> &'t Product {
        self.product
    }

    /// Every cycle that fits, the newest first; at least one.
    pub fn candidates(&self) -> &[&'t Cycle] {
        &self.candidates
    }

    /// The only cycle that fits; nothing when several do.
    pub fn cycle(&self) -> Option<&'t Cycle> {
        match self.candidates.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The release number; absent when only a Windows name is known.
    pub const fn number(&self) -> Option<ReleaseNumber> {
        self.number
    }

    /// Source of the release number.
    pub const fn source(&self) -> VersionSource {
        self.source
    }

    /// Windows edition group; absent when no text names one.
    pub const fn edition(&self) -> Option<Edition> {
        self.edition
    }

    /// Windows build; absent when no source has one.
    pub const fn build(&self) -> Option<u32> {
        self.build
    }

    /// Whether letters were glued to the release number.
    pub const fn suffixed(&self) -> bool {
        self.suffixed
    }
}

/// A release text and where it stood.
#[derive(Clone)]
pub(super) struct Claim {
    pub(super) source: VersionSource,
    pub(super) text: String,
}

impl Lifecycle {
    /// Determines product, cycle candidates, edition and build from reported texts.
    ///
    /// # Errors
    ///
    /// An [`Unresolved`] reason when the texts are missing, unreadable, unknown
    /// to the table or contradict each other.
    pub fn resolve(&self, facts: &OsFacts<'_>) -> Result<ResolvedOs<'_>, Unresolved> {
        let product = match self.family(facts)? {
            "darwin" => self.only_of("darwin")?,
            "windows" if facts.texts().any(|text| has_word(text, "server")) => {
                self.keyed(CycleKey::WindowsServer)?
            }
            "windows" => self.keyed(CycleKey::Windows)?,
            _ => self.distribution(facts)?,
        };
        if product.family == "windows" {
            return self.resolve_windows(product, facts);
        }
        let claims = claims(facts);
        let mut readings =
            claims.iter().filter_map(|claim| Some((claim, ReleaseNumber::read(&claim.text)?)));
        let Some((claim, reading)) = readings.next() else {
            if facts.texts().any(|text| has_word(text, "sid") || has_word(text, "testing")) {
                return Err(Unresolved::ReleaseNotInTable);
            }
            return Err(missing(&claims));
        };
        if readings.any(|(_, later)| later.number.major() != reading.number.major()) {
            return Err(Unresolved::ConflictingSources);
        }
        let candidates = product.numbered(reading.number, &claim.text, facts);
        if candidates.is_empty() {
            return Err(Unresolved::ReleaseNotInTable);
        }
        Ok(ResolvedOs {
            product,
            candidates,
            number: Some(reading.number),
            source: claim.source,
            edition: None,
            build: None,
            suffixed: reading.suffixed,
        })
    }

    /// `darwin`, `windows` or `linux`; the texts may only confirm the family member.
    fn family(&self, facts: &OsFacts<'_>) -> Result<&'static str, Unresolved> {
        let stated = filled(facts.family).and_then(family_word);
        let named = filled(facts.os).and_then(|os| {
            let named = self.products.iter().find(|product| product.is_named(os));
            let rolling = || self.rolling.names.iter().any(|name| begins_with(os, name));
            named
                .map_or_else(|| family_word(os), |product| family_word(&product.family))
                .or_else(|| rolling().then_some("linux"))
        });
        let template = filled(facts.template_name)
            .and_then(|template| template.split('-').next())
            .and_then(family_word);
        match (stated, named) {
            (Some(stated), Some(named)) if stated != named => Err(Unresolved::ConflictingSources),
            _ => stated.or(named).or(template).ok_or(Unresolved::ProductUnknown),
        }
    }

    fn only_of(&self, family: &str) -> Result<&Product, Unresolved> {
        self.products
            .iter()
            .find(|product| product.family == family)
            .ok_or(Unresolved::ProductUnknown)
    }

    fn keyed(&self, key: CycleKey) -> Result<&Product, Unresolved> {
        self.products
            .iter()
            .find(|product| product.cycle_key == key)
            .ok_or(Unresolved::ProductUnknown)
    }

    fn distribution(&self, facts: &OsFacts<'_>) -> Result<&Product, Unresolved> {
        let platform = filled(facts.row.platform);
        let names =
            [facts.row.name, facts.detail.distribution_name, facts.detail.os_name, facts.os];
        let names = || names.into_iter().filter_map(filled);
        let rolling = |name: &str| self.rolling.names.iter().any(|known| begins_with(name, known));
        if platform.is_some_and(|id| self.rolling.platforms.contains(id)) || names().any(rolling) {
            return Err(Unresolved::RollingRelease);
        }
        let stream = facts.texts().any(|text| has_word(text, "stream"));
        let refined = |product: &'_ Product| {
            if stream && product.id == "centos" {
                "centos-stream".into()
            } else {
                product.id.clone()
            }
        };
        let by_platform = match platform {
            Some(id) => {
                let known = self.products.iter().find(|p| p.platforms.iter().any(|own| own == id));
                Some(known.ok_or(Unresolved::ProductUnknown)?)
            }
            None => None,
        };
        let by_name = names().filter_map(|name| {
            let known = self.products.iter().filter(|product| product.family == "linux");
            known.filter_map(|p| Some((p.match_length(name)?, p))).max_by_key(|(n, _)| *n)
        });
        let mut found = by_platform.into_iter().chain(by_name.map(|(_, p)| p)).map(refined);
        let first: String = found.next().ok_or(Unresolved::ProductUnknown)?;
        if found.any(|other| other != first) {
            return Err(Unresolved::ConflictingSources);
        }
        self.product(&first).ok_or(Unresolved::ProductUnknown)
    }
}

impl Product {
    /// Length of the longest own name a text begins with.
    fn match_length(&self, text: &str) -> Option<usize> {
        let names = self.names.iter().filter(|name| begins_with(text, name));
        names.map(String::len).max()
    }

    fn is_named(&self, text: &str) -> bool {
        self.match_length(text).is_some()
    }

    /// Cycles a release number may mean; all of a major when the minor is missing.
    fn numbered(&self, number: ReleaseNumber, text: &str, facts: &OsFacts<'_>) -> Vec<&Cycle> {
        let major = number.major();
        let minor = number.part(1);
        let keys = match self.cycle_key {
            CycleKey::Macos if major != 10 => Vec::from([major.to_string()]),
            CycleKey::Macos | CycleKey::MajorMinor => dotted(major, minor),
            CycleKey::ServicePack => dotted(major, minor.or_else(|| service_pack(text))),
            CycleKey::YearMonth => {
                minor.map(|month| format!("{major}.{month:02}")).into_iter().collect()
            }
            CycleKey::Amazon => {
                let dated = minor.map(|month| format!("{major}.{month:02}"));
                dated.into_iter().chain([major.to_string()]).collect()
            }
            CycleKey::Mint if facts.texts().any(|text| has_word(text, "lmde")) => {
                Vec::from([format!("lmde{major}")])
            }
            CycleKey::Mint => match minor {
                None | Some(0) => Vec::from([major.to_string()]),
                Some(_) => dotted(major, minor),
            },
            CycleKey::Major | CycleKey::Windows | CycleKey::WindowsServer => {
                Vec::from([major.to_string()])
            }
        };
        if let Some(exact) = keys.iter().find_map(|key| self.cycle(key)) {
            return Vec::from([exact]);
        }
        let splits = matches!(
            self.cycle_key,
            CycleKey::Macos | CycleKey::MajorMinor | CycleKey::ServicePack | CycleKey::YearMonth
        );
        if !splits || !keys.is_empty() {
            return Vec::new();
        }
        let prefix = format!("{major}.");
        self.cycles.iter().filter(|cycle| cycle.key.starts_with(&prefix)).collect()
    }
}

/// No number was found: either there was no text, or none that can be read.
pub(super) const fn missing(claims: &[Claim]) -> Unresolved {
    if claims.is_empty() { Unresolved::VersionMissing } else { Unresolved::VersionUnparseable }
}

/// Release texts, strongest source first.
pub(super) fn claims(facts: &OsFacts<'_>) -> Vec<Claim> {
    let row = &facts.row;
    let detail = &facts.detail;
    let composed = |version: Option<&str>, parts: [Option<&str>; 3]| {
        filled(version).map(ToString::to_string).or_else(|| {
            let parts: Vec<&str> = parts.into_iter().map_while(filled).collect();
            (!parts.is_empty()).then(|| parts.join("."))
        })
    };
    let all = [
        (VersionSource::InsightsRow, composed(row.version, [row.major, row.minor, row.patch])),
        (
            VersionSource::VersionDetail,
            composed(detail.version, [detail.major, detail.minor, detail.patch]),
        ),
        (VersionSource::SystemVersion, composed(facts.version, [None; 3])),
    ];
    all.into_iter().filter_map(|(source, text)| Some(Claim { source, text: text? })).collect()
}

fn dotted(major: u32, minor: Option<u32>) -> Vec<String> {
    minor.map(|minor| format!("{major}.{minor}")).into_iter().collect()
}

/// Number of the service pack in a text such as `15 SP7`.
fn service_pack(text: &str) -> Option<u32> {
    words(text).find_map(|word| word.strip_prefix("sp")?.parse().ok())
}

fn has_word(text: &str, word: &str) -> bool {
    words(text).any(|own| own == word)
}

/// Whether a text is a name, or begins with it at a word boundary; ASCII case is ignored.
fn begins_with(text: &str, name: &str) -> bool {
    text.split_at_checked(name.len()).is_some_and(|(head, tail)| {
        head.eq_ignore_ascii_case(name) && !tail.starts_with(char::is_alphanumeric)
    })
}

fn family_word(text: &str) -> Option<&'static str> {
    let text = text.to_ascii_lowercase();
    ["darwin", "windows", "linux"].into_iter().find(|family| begins_with(&text, family))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::Tables;
    use super::super::{OsDetail, OsRow, Support};
    use super::*;

    fn table() -> Lifecycle {
        Tables::builtin().unwrap().lifecycle
    }

    fn mac(version: &'static str) -> OsFacts<'static> {
        OsFacts {
            family: Some("darwin"),
            os: Some("Mac OS X"),
            version: Some(version),
            ..OsFacts::default()
        }
    }

    fn windows(version: &'static str) -> OsFacts<'static> {
        OsFacts {
            family: Some("windows"),
            os: Some("Windows"),
            version: Some(version),
            ..OsFacts::default()
        }
    }

    fn windows_row(name: &'static str, build: &'static str) -> OsFacts<'static> {
        let row = OsRow { name: Some(name), build: Some(build), ..OsRow::default() };
        OsFacts { row, ..windows("") }
    }

    fn linux(platform: &'static str, version: &'static str) -> OsFacts<'static> {
        let row = OsRow { platform: Some(platform), version: Some(version), ..OsRow::default() };
        OsFacts { family: Some("linux"), row, ..OsFacts::default() }
    }

    fn named(os: &'static str, version: &'static str) -> OsFacts<'static> {
        OsFacts { os: Some(os), version: Some(version), ..OsFacts::default() }
    }

    fn keys(facts: &OsFacts<'_>) -> Result<String, Unresolved> {
        let table = table();
        let resolved = table.resolve(facts)?;
        let keys: Vec<&str> = resolved.candidates().iter().map(|cycle| cycle.key()).collect();
        Ok(format!("{}: {}", resolved.product().id(), keys.join(" ")))
    }

    fn support(facts: &OsFacts<'_>) -> Support {
        let table = table();
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        table.support(&table.resolve(facts).unwrap(), now, 120)
    }

    fn supported(facts: &OsFacts<'_>) -> bool {
        matches!(support(facts), Support::Supported { .. })
    }

    fn ended(facts: &OsFacts<'_>) -> bool {
        matches!(support(facts), Support::Ended { .. })
    }

    #[test]
    fn numbers_become_cycles() {
        for (facts, expected) in [
            (mac("26.6.2"), "macos: 26"),
            (mac("10.15.7"), "macos: 10.15"),
            (named("macOS", "14.8.9"), "macos: 14"),
            (linux("ubuntu", "22.04"), "ubuntu: 22.04"),
            (named("Ubuntu", "22.04.5"), "ubuntu: 22.04"),
            (named("Ubuntu", "24"), "ubuntu: 24.10 24.04"),
            (named("Debian GNU/Linux", "12"), "debian: 12"),
            (named("Amazon", "2023"), "amazon-linux: 2023"),
            (named("Amazon", "2"), "amazon-linux: 2"),
            (named("Amazon Linux", "2018.03"), "amazon-linux: 2018.03"),
            (linux("amzn", "2023.12.20260817"), "amazon-linux: 2023"),
            (named("SLES", "15 SP7"), "sles: 15.7"),
            (linux("sles", "15.6"), "sles: 15.6"),
            (named("openSUSE", "15.6"), "opensuse: 15.6"),
            (named("Linux Mint", "22"), "linuxmint: 22"),
            (named("Linux Mint", "22.0"), "linuxmint: 22"),
            (named("Mint", "21.3"), "linuxmint: 21.3"),
            (named("LMDE", "7"), "linuxmint: lmde7"),
            (named("CentOS", "7.9.2009"), "centos: 7"),
            (named("CentOS Stream", "9"), "centos-stream: 9"),
            (named("Pop!_OS", "22.04"), "pop-os: 22.04"),
            (linux("ol", "8.10"), "oracle-linux: 8"),
        ] {
            assert_eq!(keys(&facts), Ok(expected.into()), "{facts:?}");
        }
        let mut stream = linux("centos", "9");
        stream.row.name = Some("CentOS Stream");
        assert_eq!(keys(&stream), Ok("centos-stream: 9".into()));
    }

    #[test]
    fn windows_goes_by_build_then_by_name() {
        for (facts, expected) in [
            (windows_row("Microsoft Windows 11 Pro", "26100"), "windows: 11-24h2-w"),
            (windows_row("Microsoft Windows 11 Enterprise", "26100"), "windows: 11-24h2-e"),
            (windows_row("Windows 11 Enterprise LTSC", "26100"), "windows: 11-24h2-e-lts"),
            (windows_row("Windows 11 IoT Enterprise LTSC", "26100"), "windows: 11-24h2-iot-lts"),
            (windows_row("Windows 10 Enterprise 2019 LTSC", "17763"), "windows: 10-1809-e-lts"),
            (windows_row("Windows 11 Pro Education", "22631"), "windows: 11-23h2-w"),
            (windows_row("Windows 11 Education", "22631"), "windows: 11-23h2-e"),
            (windows_row("Windows 10 Pro", "22631"), "windows: 11-23h2-w"),
            (windows("10.0.19045"), "windows: 10-22h2"),
            (windows("10.0.22631.4460"), "windows: 11-23h2-w 11-23h2-e"),
            (windows("8.1 Pro"), "windows: 8.1"),
            (windows_row("Windows Server 2019 Datacenter", "17763"), "windows-server: 2019"),
            (windows_row("Windows Server 2012 R2 Standard", "9600"), "windows-server: 2012-r2"),
            (windows_row("Windows Server 2012 Standard", ""), "windows-server: 2012"),
            (windows_row("Windows Server", "20348"), "windows-server: 2022"),
        ] {
            assert_eq!(keys(&facts), Ok(expected.into()), "{facts:?}");
        }
        let patch = OsDetail { patch: Some("26200"), ..OsDetail::default() };
        let detail = OsFacts { detail: patch, ..windows("11 Pro") };
        assert_eq!(keys(&detail), Ok("windows: 11-25h2-w".into()));
        let template = OsFacts {
            template_name: Some("windows-windows-x86_64"),
            version: Some("10.0.26200"),
            ..OsFacts::default()
        };
        assert_eq!(keys(&template), Ok("windows: 11-25h2-w 11-25h2-e".into()));
    }

    #[test]
    fn every_failure_has_its_reason() {
        use Unresolved::{
            ConflictingSources, ProductUnknown, ReleaseNotInTable, RollingRelease, VersionMissing,
            VersionUnparseable,
        };
        let row = OsRow { version: Some("15.7"), ..OsRow::default() };
        for (facts, reason) in [
            (windows(""), VersionMissing),
            (mac(" "), VersionMissing),
            (mac("Sequoia"), VersionUnparseable),
            (windows("Pro"), VersionUnparseable),
            (OsFacts::default(), ProductUnknown),
            (named("Linux", "6.8.0-45-generic"), ProductUnknown),
            (named("Haiku", "1"), ProductUnknown),
            (linux("nixos", "24.05"), ProductUnknown),
            (mac("27.0"), ReleaseNotInTable),
            (windows("10.0.28100"), ReleaseNotInTable),
            (windows_row("Windows Server 2028", "30000"), ReleaseNotInTable),
            (windows_row("Windows Server 2025", "29000"), ReleaseNotInTable),
            (named("Ubuntu", "26.10"), ReleaseNotInTable),
            (named("Debian", "trixie/sid"), ReleaseNotInTable),
            (named("Linux Mint", "22.9"), ReleaseNotInTable),
            (OsFacts { row, ..mac("14.8") }, ConflictingSources),
            (OsFacts { family: Some("darwin"), ..windows("11 Pro") }, ConflictingSources),
            (OsFacts { os: Some("Debian"), ..linux("ubuntu", "22.04") }, ConflictingSources),
            (windows_row("Windows Server 2019", "20348"), ConflictingSources),
            (
                OsFacts { version: Some("7 Pro"), ..windows_row("Windows 10 Pro", "") },
                ConflictingSources,
            ),
            (linux("arch", ""), RollingRelease),
            (named("openSUSE Tumbleweed", "20260801"), RollingRelease),
            (named("Kali GNU/Linux", "2026.1"), RollingRelease),
        ] {
            assert_eq!(keys(&facts), Err(reason), "{facts:?}");
        }
    }

    #[test]
    fn the_first_source_with_a_number_counts() {
        let table = table();
        let row = OsRow { version: Some("unknown"), ..OsRow::default() };
        let facts = OsFacts { row, ..mac("15.7b") };
        let resolved = table.resolve(&facts).unwrap();
        assert_eq!(resolved.source(), VersionSource::SystemVersion);
        assert!(resolved.suffixed());
        let row =
            OsRow { major: Some("15"), minor: Some("7"), patch: Some(""), ..OsRow::default() };
        let facts = OsFacts { row, ..mac("15.6") };
        let resolved = table.resolve(&facts).unwrap();
        assert_eq!(resolved.source(), VersionSource::InsightsRow);
        assert_eq!(resolved.number().unwrap().to_string(), "15.7");
        assert_eq!(resolved.cycle().unwrap().latest(), Some("15.7.9"));
    }

    #[test]
    fn support_on_the_day() {
        assert!(supported(&mac("15.7.9")) && supported(&mac("26.0")));
        assert_eq!(support(&mac("14.8.9")), Support::PredatesRelease);
        assert!(ended(&mac("13.7")) && ended(&mac("10.15.7")) && ended(&mac("10")));
        assert!(ended(&windows_row("Windows 11 Pro", "26100")));
        assert!(supported(&windows_row("Windows 11 Enterprise", "26100")));
        assert_eq!(support(&windows("10.0.26100")), Support::EditionAmbiguous);
        assert_eq!(support(&windows("11 Pro")), Support::ReleaseAmbiguous);
        assert!(ended(&windows("10 Home")));
        assert_eq!(
            support(&windows("10.0.19045")),
            Support::Ended { extended_until: Some(jiff::civil::date(2028, 10, 10)) }
        );
        assert_eq!(support(&named("Ubuntu", "24")), Support::ReleaseAmbiguous);
        assert_eq!(
            support(&named("Ubuntu", "22.04")),
            Support::Supported { ends_on: Some(jiff::civil::date(2027, 4, 1)) }
        );
        assert!(ended(&named("Fedora", "42")) && supported(&named("Fedora", "43")));
        assert_eq!(support(&linux("ol", "10.1")), Support::Supported { ends_on: None });
    }

    #[test]
    fn the_end_day_still_counts_and_guards_only_demote() {
        let table = table();
        let pro = table.resolve(&windows_row("Windows 11 Pro", "26100")).unwrap();
        let on = |at: &str, facts: &ResolvedOs<'_>, limit| {
            table.support(facts, at.parse().unwrap(), limit)
        };
        let end = jiff::civil::date(2026, 10, 13);
        assert_eq!(
            on("2026-10-13T23:59:59Z", &pro, 120),
            Support::Supported { ends_on: Some(end) }
        );
        assert!(matches!(on("2026-10-14T00:00:00Z", &pro, 120), Support::Ended { .. }));
        let new = table.resolve(&mac("26.1")).unwrap();
        assert!(matches!(on("2026-12-20T00:00:00Z", &new, 120), Support::Supported { .. }));
        assert_eq!(on("2026-12-21T00:00:00Z", &new, 120), Support::TableStale);
        assert!(matches!(on("2030-01-01T00:00:00Z", &pro, 120), Support::Ended { .. }));
        let oldest = table.resolve(&mac("14.8")).unwrap();
        assert!(matches!(on("2026-08-31T23:59:59Z", &oldest, 120), Support::Supported { .. }));
        assert_eq!(on("2026-09-01T00:00:00Z", &oldest, 120), Support::PredatesRelease);
    }

    proptest! {
        #[test]
        fn resolving_never_panics(
            texts in proptest::collection::vec(proptest::option::of(
                "(Windows|Server|Ubuntu|macOS|Mint|1[015]|20[0-9]{2}|SP[0-9]|[a-z0-9. ]|\\PC){0,8}"), 9),
            family in proptest::option::of("darwin|windows|linux|iOS"),
        ) {
            let text = |index: usize| texts[index].as_deref();
            let facts = OsFacts {
                family: family.as_deref(),
                os: text(0),
                version: text(1),
                template_name: text(2),
                detail: OsDetail {
                    distribution_name: text(3),
                    patch: text(4),
                    version: text(5),
                    ..OsDetail::default()
                },
                row: OsRow {
                    name: text(6),
                    version: text(7),
                    build: text(8),
                    ..OsRow::default()
                },
            };
            let table = table();
            if let Ok(resolved) = table.resolve(&facts) {
                prop_assert!(!resolved.candidates().is_empty());
                let own = resolved.product().cycles();
                prop_assert!(resolved.candidates().iter().all(|c| own.contains(c)));
                let _support = table.support(&resolved, jiff::Timestamp::UNIX_EPOCH, 30);
            }
        }
    }
}
