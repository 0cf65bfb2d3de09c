//! What goes into the loop and what comes out.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use crate::region::Family;
use crate::transport::Verb;

/// The reads that are asked by POST: there is no other way to a POST than one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// The events of a window.
    Events,
    /// How many there are.
    Count,
    /// Which values one of their fields has.
    Distinct,
}

impl Question {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 3] = [Self::Events, Self::Count, Self::Distinct];

    /// Its path below the base of the events.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Events => "/events",
            Self::Count => "/events/count",
            Self::Distinct => "/events/distinct",
        }
    }
}

/// A read to be sent.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) family: Family,
    /// The path with its placeholders, for errors and traces.
    pub(crate) template: Cow<'static, str>,
    /// The expanded, percent-encoded path below the family's base.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) verb: Verb,
    /// Whether the path accepts the header that chooses an organization.
    pub(crate) org_header: bool,
    /// Whether a 404 means that the organization does not have the feature.
    pub(crate) optional: bool,
}

impl Call {
    /// A GET of a path without placeholders.
    pub(crate) fn get(family: Family, path: &'static str) -> Self {
        Self {
            family,
            template: Cow::Borrowed(path),
            path: path.to_owned(),
            query: Vec::new(),
            verb: Verb::Get,
            org_header: true,
            optional: false,
        }
    }

    /// One of the reads that are asked by POST, with its JSON body.
    pub(crate) fn ask(question: Question, body: Bytes) -> Self {
        Self {
            verb: Verb::Query(body),
            optional: true,
            ..Self::get(Family::Events, question.path())
        }
    }
}

/// Data from the service: a success with a valid JSON body, or an empty one with status 204.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// How often the call was sent.
    pub(crate) attempts: u32,
    /// When the answer was complete, on the client's wall clock.
    pub(crate) received_at: Timestamp,
}
