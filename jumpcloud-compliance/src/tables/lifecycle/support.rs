//! Whether a resolved release still receives security updates.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Cycle, Lifecycle, Product, ResolvedOs};
use crate::time;

/// Support of a resolved release at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Support {
    /// Every candidate still receives free updates.
    Supported {
        /// Earliest published end among the candidates; absent when none is published.
        ends_on: Option<Date>,
    },
    /// No candidate receives free updates any more.
    Ended {
        /// Last day on which every candidate can have paid updates; absent when one cannot.
        extended_until: Option<Date>,
    },
    /// The candidates differ in edition only, and in their verdict.
    EditionAmbiguous,
    /// The candidates differ in release, and in their verdict.
    ReleaseAmbiguous,
    /// Supported by the table, but the table is too old to say so.
    TableStale,
    /// Supported by the table, but a yearly release that ends it came after the table.
    PredatesRelease,
}

impl Lifecycle {
    /// Support of the candidates at `evaluated_at`.
    ///
    /// `max_age_days` is the age up to which the table supports a pass. Age
    /// and the yearly-release guard only ever take a supported verdict away.
    pub fn support(
        &self,
        resolved: &ResolvedOs<'_>,
        evaluated_at: Timestamp,
        max_age_days: i64,
    ) -> Support {
        let candidates = resolved.candidates();
        let ended = candidates.iter().filter(|cycle| has_ended(cycle, evaluated_at)).count();
        if candidates.is_empty() {
            return Support::ReleaseAmbiguous;
        }
        if ended == candidates.len() {
            let paid = candidates.iter().map(|cycle| cycle.extended);
            return Support::Ended { extended_until: paid.min().flatten() };
        }
        if ended > 0 {
            let same_release =
                candidates.windows(2).all(|pair| matches!(pair, [a, b] if a.differs_in_edition(b)));
            return if same_release {
                Support::EditionAmbiguous
            } else {
                Support::ReleaseAmbiguous
            };
        }
        if self.age_days(evaluated_at) > max_age_days {
            return Support::TableStale;
        }
        if let Some(doubtful) = self.superseded(resolved.product(), evaluated_at)
            && candidates.iter().any(|cycle| cycle.key == doubtful.key)
        {
            return Support::PredatesRelease;
        }
        Support::Supported { ends_on: candidates.iter().filter_map(|cycle| cycle.ends).min() }
    }

    /// Age of the table in whole days.
    pub fn age_days(&self, evaluated_at: Timestamp) -> i64 {
        time::days_between(self.origin.as_of(), time::date_of(evaluated_at))
    }

    /// The oldest cycle the vendor may have dropped since the table was made.
    ///
    /// A vendor that ships one major release a year and publishes no end dates
    /// drops the oldest one when the new one comes. Nothing when no release
    /// window has opened since the table's date.
    pub fn superseded<'t>(
        &self,
        product: &'t Product,
        evaluated_at: Timestamp,
    ) -> Option<&'t Cycle> {
        let (month, day) = product.yearly_release.as_deref()?.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        let (from, to) = (self.origin.as_of(), time::date_of(evaluated_at));
        let opened = (from.year()..=to.year())
            .filter_map(|year| Date::new(year, month, day).ok())
            .any(|window| window > from && window <= to);
        if !opened {
            return None;
        }
        product.cycles.iter().rev().find(|cycle| !cycle.ended)
    }
}

/// Whether free updates are over; the published day itself still counts.
fn has_ended(cycle: &Cycle, evaluated_at: Timestamp) -> bool {
    cycle.ended || cycle.ends.is_some_and(|end| time::is_past(end, evaluated_at))
}

impl Cycle {
    /// Whether two cycles are editions of one release.
    fn differs_in_edition(&self, other: &Self) -> bool {
        self.edition.is_some()
            && other.edition.is_some()
            && (self.build, &self.release) == (other.build, &other.release)
    }
}
