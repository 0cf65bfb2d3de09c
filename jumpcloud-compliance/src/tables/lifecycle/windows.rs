//! Windows: editions, builds and names that say less than they seem to.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::facts::{OsFacts, filled};
use super::resolve::{Claim, ResolvedOs, Unresolved, VersionSource, claims, missing};
use super::{Cycle, CycleKey, Edition, Lifecycle, Product, ReleaseNumber, words};

/// First build of Windows 11.
const WINDOWS_11_BUILD: u32 = 22_000;
/// Smallest build number Windows 7 or later reports; anything below is a revision.
const MIN_BUILD: u32 = 6_000;
/// Windows names that occur as a word in texts.
const MARKETING: [&str; 5] = ["7", "8", "8.1", "10", "11"];

impl Lifecycle {
    /// Resolves a Windows client or server once the product is known.
    pub(super) fn resolve_windows<'t>(
        &'t self,
        product: &'t Product,
        facts: &OsFacts<'_>,
    ) -> Result<ResolvedOs<'t>, Unresolved> {
        let claims = claims(facts);
        let build = windows_build(facts, &claims);
        let server = product.cycle_key == CycleKey::WindowsServer;
        let edition = facts.texts().find_map(|text| self.edition(text));
        let mut candidates: Vec<&Cycle>;
        if server {
            candidates = product.server_cycles(facts, build)?;
        } else {
            let names = marketing_names(facts, &claims, build);
            let mut names = names.iter();
            let name = names.next();
            if names.any(|other| Some(other) != name) {
                return Err(Unresolved::ConflictingSources);
            }
            candidates = product
                .cycles
                .iter()
                .filter(|cycle| match build {
                    Some(build) => cycle.build == Some(build),
                    None => name.is_some() && cycle.marketing.as_ref() == name,
                })
                .collect();
            if build.is_none() && name.is_none() {
                return Err(missing(&claims));
            }
        }
        if let (Some(edition), false) = (edition, server) {
            candidates.retain(|cycle| {
                cycle.edition.is_none_or(|own| own == edition || own == Edition::All)
            });
        }
        if candidates.is_empty() {
            return Err(Unresolved::ReleaseNotInTable);
        }
        let numbered =
            claims.iter().find_map(|claim| Some((claim.source, ReleaseNumber::read(&claim.text)?)));
        let source = if filled(facts.row.build).is_some() || filled(facts.row.name).is_some() {
            VersionSource::InsightsRow
        } else {
            numbered.map_or(VersionSource::SystemVersion, |(source, _)| source)
        };
        Ok(ResolvedOs {
            product,
            candidates,
            number: numbered.map(|(_, reading)| reading.number),
            source,
            edition,
            build,
            suffixed: false,
        })
    }

    /// The edition group a text names; long-term servicing only when it says so.
    fn edition(&self, text: &str) -> Option<Edition> {
        let words: Vec<String> = words(text).collect();
        let says = |word: &str| words.iter().any(|own| own == word);
        if says("ltsc") || says("ltsb") {
            return Some(if says("iot") { Edition::IotLtsc } else { Edition::EnterpriseLtsc });
        }
        let named = self.editions.iter().find(|name| {
            words.windows(name.words.len().max(1)).any(|run| run == name.words.as_slice())
        });
        named.map(|name| name.edition)
    }
}

impl Product {
    /// Server cycles by year or release name, else by build.
    fn server_cycles(
        &self,
        facts: &OsFacts<'_>,
        build: Option<u32>,
    ) -> Result<Vec<&Cycle>, Unresolved> {
        let said: Vec<String> = facts.texts().flat_map(words).collect();
        let second = said.iter().any(|word| word == "r2");
        let heads = |cycle: &Cycle| cycle.key.split('-').next().unwrap_or_default().to_string();
        let named: Vec<&Cycle> = self
            .cycles
            .iter()
            .filter(|cycle| said.contains(&heads(cycle)))
            .filter(|cycle| cycle.key.split('-').any(|part| part == "r2") == second)
            .collect();
        let same_build: Vec<&Cycle> =
            self.cycles.iter().filter(|cycle| build.is_some() && cycle.build == build).collect();
        if named.is_empty() {
            let a_year = |word: &String| word.len() == 4 && word.starts_with("20");
            if said.iter().any(a_year) {
                return Err(Unresolved::ReleaseNotInTable);
            }
            return if build.is_none() { Err(missing(&claims(facts))) } else { Ok(same_build) };
        }
        let agree = |cycle: &&Cycle| build.is_none() || cycle.build == build;
        if named.iter().any(agree) {
            return Ok(named.into_iter().filter(agree).collect());
        }
        if !same_build.is_empty() {
            return Err(Unresolved::ConflictingSources);
        }
        // A build beyond every known one may be a preview that carries an old name.
        let newest = self.cycles.iter().filter_map(|cycle| cycle.build).max();
        if build > newest { Err(Unresolved::ReleaseNotInTable) } else { Ok(named) }
    }
}

/// The Windows build: its own member, else a component of a dotted release.
fn windows_build(facts: &OsFacts<'_>, claims: &[Claim]) -> Option<u32> {
    let read = |text: &str| ReleaseNumber::read(text).map(|reading| reading.number);
    let own = filled(facts.row.build).and_then(read).map(|number| match number.part(2) {
        Some(third) if number.major() < MIN_BUILD => third,
        _ => number.major(),
    });
    let dotted = || {
        claims.iter().filter_map(|claim| read(&claim.text)).find_map(|number| {
            [number.part(2), number.part(3)].into_iter().flatten().find(|part| *part >= MIN_BUILD)
        })
    };
    let patch = || filled(facts.detail.patch).and_then(|text| text.parse().ok());
    own.filter(|build| *build >= MIN_BUILD)
        .or_else(dotted)
        .or_else(|| patch().filter(|build| (10_000..100_000).contains(build)))
}

/// Windows names the texts use, after the build has corrected them.
fn marketing_names(facts: &OsFacts<'_>, claims: &[Claim], build: Option<u32>) -> Vec<String> {
    let eleven = build.is_some_and(|build| build >= WINDOWS_11_BUILD);
    let name = |text: &str| {
        let words = text.split_whitespace();
        let found = words.into_iter().find(|word| MARKETING.contains(word))?;
        // Windows 11 may call itself 10; the build tells.
        Some(if eleven && found == "10" { "11".into() } else { found.to_string() })
    };
    let claimed = claims.iter().map(|claim| claim.text.as_str());
    let mut names: Vec<String> = facts.texts().chain(claimed).filter_map(name).collect();
    if names.is_empty() && eleven {
        names.push("11".into());
    }
    names
}
