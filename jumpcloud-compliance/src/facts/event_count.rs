//! Counts of events, with the window that was counted.

use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::resources::EventCount;

use crate::case::{Case, Row};
use crate::outcome::UnknownCause;
use crate::rule::Unknown;

/// A count of events and the time it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How many there are.
    pub count: i64,
    /// First instant that counts.
    pub start: Timestamp,
    /// Last instant that counts.
    pub end: Timestamp,
}

impl Counted {
    /// Reads the answer to a question and leaves observations of it.
    ///
    /// # Errors
    ///
    /// Unknown when the question was not answered, or its answer lacks a count or a window.
    pub fn read(case: &mut Case<'_>, question: &str) -> Result<Self, Unknown> {
        case.uses("DIC");
        let counts = case.facts().snapshot().list::<EventCount>();
        let mut answers = counts
            .records
            .iter()
            .filter(|record| record.value.question.filled().is_some_and(|own| own == question));
        let first = answers.next();
        if answers.next().is_some() {
            // Two answers to one question are none.
            return Err(Unknown::new(UnknownCause::ConflictingSources, "answers_conflict"));
        }
        let Some(record) = first else {
            case.require("DIC")?;
            return Err(Unknown::new(UnknownCause::InputNotCollected, "input_not_collected"));
        };
        let row = Row { record, input: "DIC", id: Some(question), collected_at: None };
        let own = row.value();
        let start = case.see_time(row, "start_time", &own.start_time);
        let end = case.see_time(row, "end_time", &own.end_time);
        let count = *case.need(row, "count", &own.count)?;
        Ok(Self { count, start: start.needed()?, end: end.needed()? })
    }

    /// Leaves observations of every answer whose question begins so.
    pub fn observe_all(case: &mut Case<'_>, beginning: &str) {
        case.uses("DIC");
        let counts = case.facts().snapshot().list::<EventCount>();
        let mut rows: Vec<_> = counts
            .records
            .iter()
            .filter_map(|record| Some((record.value.question.filled()?, record)))
            .filter(|(question, _)| question.starts_with(beginning))
            .collect();
        rows.sort_by_key(|(question, record)| (*question, record.digest));
        for (question, record) in rows {
            let row = Row { record, input: "DIC", id: Some(question), collected_at: None };
            case.see(row, "count", &record.value.count);
        }
    }
}
