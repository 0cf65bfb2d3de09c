//! Support dates of operating-system releases.

mod facts;
mod resolve;
mod support;
mod windows;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::Date;
use serde::Deserialize;

pub use facts::{OsDetail, OsFacts, OsRow};
pub use resolve::{ResolvedOs, Unresolved, VersionSource};
pub use support::Support;

use super::{ReleaseNumber, TableError, TableOrigin, decode, document, words};

vocabulary! {
    /// Groups of Windows editions that share their support dates.
    pub enum Edition {
        /// Every edition.
        All = "all",
        /// Home and the Pro editions.
        HomePro = "home_pro",
        /// Enterprise, Education and the ordinary `IoT` edition.
        Enterprise = "enterprise",
        /// Long-term servicing channel of Enterprise.
        EnterpriseLtsc = "enterprise_ltsc",
        /// Long-term servicing channel of `IoT` Enterprise.
        IotLtsc = "iot_ltsc",
        /// The early `IoT` edition.
        Iot = "iot",
    }
}

/// How the key of a cycle follows from a release number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CycleKey {
    Macos,
    Windows,
    WindowsServer,
    Major,
    MajorMinor,
    ServicePack,
    YearMonth,
    Amazon,
    Mint,
}

/// One release line of a product and its dates.
///
/// Dates are UTC calendar days and count to their end.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cycle {
    key: String,
    released: Date,
    #[serde(default)]
    ends: Option<Date>,
    #[serde(default)]
    extended: Option<Date>,
    #[serde(default)]
    ended: bool,
    #[serde(default)]
    latest: Option<String>,
    #[serde(default)]
    latest_on: Option<Date>,
    #[serde(default)]
    marketing: Option<String>,
    #[serde(default)]
    release: Option<String>,
    #[serde(default)]
    edition: Option<Edition>,
    #[serde(default)]
    build: Option<u32>,
}

impl Cycle {
    /// Key of the cycle within its product.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// First day of the release.
    pub const fn released_on(&self) -> Date {
        self.released
    }

    /// Last day of free security updates; absent when the vendor publishes none.
    pub const fn ends_on(&self) -> Option<Date> {
        self.ends
    }

    /// Last day of paid or opt-in security updates; absent when there are none.
    pub const fn extended_until(&self) -> Option<Date> {
        self.extended
    }

    /// Highest patch level known to the table; absent when there are no levels.
    pub fn latest(&self) -> Option<&str> {
        self.latest.as_deref()
    }

    /// Day of the highest known patch level; absent when not known.
    pub const fn latest_on(&self) -> Option<Date> {
        self.latest_on
    }

    /// Windows edition group; absent outside Windows.
    pub const fn edition(&self) -> Option<Edition> {
        self.edition
    }

    /// Windows build number; absent outside Windows.
    pub const fn build(&self) -> Option<u32> {
        self.build
    }
}

/// An operating system and its release lines.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    id: String,
    title: String,
    family: String,
    names: Vec<String>,
    platforms: Vec<String>,
    cycle_key: CycleKey,
    #[serde(default)]
    yearly_release: Option<String>,
    cycles: Vec<Cycle>,
}

impl Product {
    /// Identifier, for example `macos` or `ubuntu`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Name for people to read.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// `darwin`, `windows` or `linux`.
    pub fn family(&self) -> &str {
        &self.family
    }

    /// Release lines, the newest first.
    pub fn cycles(&self) -> &[Cycle] {
        &self.cycles
    }

    fn cycle(&self, key: &str) -> Option<&Cycle> {
        self.cycles.iter().find(|cycle| cycle.key == key)
    }
}

/// Distributions without release lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rolling {
    platforms: BTreeSet<String>,
    names: Vec<String>,
}

/// Members of the document that are not its origin.
#[derive(Deserialize)]
struct Document {
    editions: BTreeMap<Edition, Vec<String>>,
    rolling: Rolling,
    products: Vec<Product>,
}

/// Names of an edition, as lower-case words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct EditionName {
    words: Vec<String>,
    edition: Edition,
}

/// Table of operating systems, their release lines and support dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    origin: TableOrigin,
    products: Vec<Product>,
    /// Longest name first, so that the first match is the most specific one.
    editions: Vec<EditionName>,
    rolling: Rolling,
}

impl Lifecycle {
    /// Reads a table in the form of `data/os-lifecycle.json`.
    ///
    /// # Errors
    ///
    /// A [`TableError`] when the text is no JSON, a member is missing or
    /// malformed, or a product or cycle key is repeated.
    pub fn from_json(json: &str) -> Result<Self, TableError> {
        let document = document(json)?;
        let origin = TableOrigin::read(&document)?;
        let Document { editions, rolling, mut products } = decode(&document)?;
        let mut ids = BTreeSet::new();
        for product in &mut products {
            if !ids.insert(product.id.clone()) {
                return Err(TableError::key("product", &product.id));
            }
            let mut keys = BTreeSet::new();
            if let Some(twice) = product.cycles.iter().find(|cycle| !keys.insert(&cycle.key)) {
                return Err(TableError::key("cycle", &twice.key));
            }
            product.cycles.sort_by(|a, b| (b.released, &b.key).cmp(&(a.released, &a.key)));
        }
        let mut editions: Vec<EditionName> = editions
            .into_iter()
            .flat_map(|(edition, names)| {
                names
                    .into_iter()
                    .map(move |name| EditionName { words: words(&name).collect(), edition })
            })
            .collect();
        editions.sort_by_key(|name| core::cmp::Reverse(name.words.len()));
        Ok(Self { origin, products, editions, rolling })
    }

    /// What the table is and up to when it knows the world.
    pub const fn origin(&self) -> &TableOrigin {
        &self.origin
    }

    /// Every operating system of the table.
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// The operating system with this identifier.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{TableErrorKind, Tables};
    use super::*;

    #[test]
    fn the_shipped_table_loads_with_its_origin() {
        let table = Tables::builtin().unwrap().lifecycle;
        assert_eq!(table.origin().as_of(), jiff::civil::date(2026, 8, 22));
        assert_eq!(table.origin().licence(), "MIT");
        assert_eq!(table.products().len(), 17);
        assert_eq!(table.products().iter().map(|p| p.cycles().len()).sum::<usize>(), 200);
        for product in table.products() {
            let newest_first =
                product.cycles().is_sorted_by_key(|c| core::cmp::Reverse(c.released));
            assert!(newest_first, "{}", product.id);
        }
    }

    #[test]
    fn the_digest_follows_the_content_not_the_layout() {
        let text = include_str!("../../../data/os-lifecycle.json");
        let table = Lifecycle::from_json(text).unwrap();
        let compact = serde_json::from_str::<serde_json::Value>(text).unwrap();
        let again = Lifecycle::from_json(&serde_json::to_string(&compact).unwrap()).unwrap();
        assert_eq!(again.origin().digest(), table.origin().digest());
        let changed = text.replace("26.6.2", "26.6.3");
        let changed = Lifecycle::from_json(&changed).unwrap();
        assert_ne!(changed.origin().digest(), table.origin().digest());
    }

    #[test]
    fn damaged_tables_are_refused_by_kind() {
        let text = include_str!("../../../data/os-lifecycle.json");
        let kind = |json: &str| Lifecycle::from_json(json).unwrap_err().kind();
        assert_eq!(kind("{"), TableErrorKind::Syntax);
        assert_eq!(kind("{}"), TableErrorKind::Shape);
        assert_eq!(kind(&text.replace("\"released\"", "\"born\"")), TableErrorKind::Shape);
        assert_eq!(kind(&text.replace("2026-08-22\"", "yesterday\"")), TableErrorKind::Shape);
        assert_eq!(kind(&text.replace("\"key\": \"14\"", "\"key\": \"15\"")), TableErrorKind::Key);
        assert_eq!(kind(&text.replace("\"debian\"", "\"ubuntu\"")), TableErrorKind::Key);
    }
}
