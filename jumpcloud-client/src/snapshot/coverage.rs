//! What was asked of the service, and how much of it arrived.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::window::Window;

/// State of one input: whether absence in it means anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum InputState {
    /// Everything that was to be read has arrived.
    Complete,
    /// Some of it is missing.
    Partial {
        /// What is missing, or how it was noticed.
        reason: PartialReason,
    },
    /// Nothing usable arrived.
    Failed {
        /// How the service or the network refused.
        class: FailureClass,
    },
    /// It was not asked for.
    #[default]
    NotCollected,
    /// The service says that this feature is not set up or not paid for.
    NotLicensed,
}

impl InputState {
    /// Whether the absence of a row is a fact.
    pub const fn is_complete(self) -> bool {
        matches!(self, Self::Complete)
    }

    /// The less complete of two states.
    #[must_use]
    pub const fn worse(self, other: Self) -> Self {
        if self.rank() >= other.rank() { self } else { other }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::Partial { .. } => 1,
            Self::NotCollected => 2,
            Self::NotLicensed => 3,
            Self::Failed { .. } => 4,
        }
    }
}

/// Why a list is known to be incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PartialReason {
    /// Rows that arrived and the total that the service reports do not agree.
    CountMismatch,
    /// The service counts positions for which it gave no row.
    PageGap,
    /// Rows were set aside because they could not be read.
    Decode,
    /// The list moved while it was read and did not settle.
    Moved,
    /// A page failed after others had arrived.
    PageFailed,
    /// The service repeated a page instead of going on.
    NoProgress,
    /// A cap of this client was reached.
    Capped,
    /// Some of the parent records this input hangs on are missing.
    ParentIncomplete,
    /// Some of the lists that make up this input are not complete.
    ScopeIncomplete,
    /// The service keeps less of the past than was asked for: [`Window::oldest`] says from when on.
    RetentionGap,
}

/// How an input failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureClass {
    /// 401: the key is wrong, expired, rotated or of another region.
    Unauthorised,
    /// 403: the key may not read this.
    Forbidden,
    /// 404 for something that should be there.
    NotFound,
    /// 429, to the end of all attempts.
    RateLimited,
    /// 5xx, to the end of all attempts.
    Server,
    /// The network failed or a time limit passed.
    Transport,
    /// The answer is not what the endpoint promises.
    Decode,
}

impl PartialReason {
    /// The word of the saved form, in snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CountMismatch => "count_mismatch",
            Self::PageGap => "page_gap",
            Self::Decode => "decode",
            Self::Moved => "moved",
            Self::PageFailed => "page_failed",
            Self::NoProgress => "no_progress",
            Self::Capped => "capped",
            Self::ParentIncomplete => "parent_incomplete",
            Self::ScopeIncomplete => "scope_incomplete",
            Self::RetentionGap => "retention_gap",
        }
    }
}

impl FailureClass {
    /// The word of the saved form, in snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthorised => "unauthorised",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Server => "server",
            Self::Transport => "transport",
            Self::Decode => "decode",
        }
    }
}

/// The words of the saved form: `complete`, `partial: moved`, `failed: forbidden`, `not_collected`,
/// `not_licensed`.
impl fmt::Display for InputState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => f.write_str("complete"),
            Self::Partial { reason } => write!(f, "partial: {}", reason.as_str()),
            Self::Failed { class } => write!(f, "failed: {}", class.as_str()),
            Self::NotCollected => f.write_str("not_collected"),
            Self::NotLicensed => f.write_str("not_licensed"),
        }
    }
}

/// Something worth knowing about a list that does not make it incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CoverageNote {
    /// The total changed while the list was read, and a second pass settled it.
    TotalMoved,
    /// Positions without a row are references to deleted objects: a second pass saw the same.
    DanglingReferences,
    /// The service reported no total; the list was read to an empty page.
    NoTotal,
    /// The service allowed fewer rows a page than asked for.
    LimitLowered,
    /// The service answered `null` for an empty list.
    NullList,
    /// Rows arrived twice and were kept once.
    DuplicatesDropped,
    /// The service pages no further than some rows; the table was read for some devices at a time.
    SplitByDevice,
    /// Of events alike in kind, success, actor and object only the newest was kept.
    Condensed,
}

/// The request that read an input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestLine {
    /// Path template with base, such as `/api/systems`.
    pub path: String,
    /// Query parameters of every page, without the position; for a read by POST the members of its
    /// body, lists as JSON.
    pub query: BTreeMap<String, String>,
    /// The organization sent in `x-org-id`, where it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
}

/// What was asked for one input, and what arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Coverage {
    /// Whether the absence of a row is a fact.
    #[serde(flatten)]
    pub state: InputState,
    /// The request, without anything that names a person or a key.
    pub request: RequestLine,
    /// Pages that arrived.
    pub pages: u64,
    /// The last total the service reported; absent when it reported none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_total: Option<u64>,
    /// Rows that arrived, duplicates and unreadable ones included.
    pub received: u64,
    /// Rows kept.
    pub unique: u64,
    /// Rows that arrived a second time and were dropped.
    pub duplicates: u64,
    /// Rows set aside because they could not be read.
    pub set_aside: u64,
    /// Positions answered with `null`.
    pub nulls: u64,
    /// Rows left out because a newer one like them was kept; see [`CoverageNote::Condensed`].
    #[serde(skip_serializing_if = "is_zero")]
    pub condensed: u64,
    /// The time that was asked for, for inputs that are read over a window of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Box<Window>>,
    /// Attempts beyond the first, over all pages.
    pub retries: u64,
    /// When the first page arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_fetched_at: Option<Timestamp>,
    /// When the last page arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_fetched_at: Option<Timestamp>,
    /// Until when no change is known since it was read, where it was taken over from an earlier
    /// snapshot; it is as old as [`first_fetched_at`](Self::first_fetched_at) all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unchanged_until: Option<Timestamp>,
    /// What is worth knowing beside the state, sorted.
    pub notes: Vec<CoverageNote>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Coverage {
    /// Coverage of an input in this state and nothing else known.
    pub fn of(state: InputState) -> Self {
        Self { state, ..Self::default() }
    }

    /// When the input was read: the time of its oldest page, which a refresh never makes newer.
    ///
    /// Absent when nothing arrived.
    pub const fn read_at(&self) -> Option<Timestamp> {
        self.first_fetched_at
    }

    /// How old the input is at this time; nothing for a time before the read.
    ///
    /// Absent when nothing arrived.
    ///
    /// ```
    /// use jumpcloud_client::{Snapshot, resources::System};
    ///
    /// let snapshot = Snapshot::from_json(r#"{
    ///     "schema": "jumpcloud-snapshot/1",
    ///     "taken_at": "2026-11-23T12:00:00Z",
    ///     "inputs": {"SYS": []}
    /// }"#)?;
    /// let coverage = &snapshot.list::<System>().coverage;
    /// let age = coverage.age_at("2026-11-23T18:00:00Z".parse()?);
    /// assert_eq!(age.map(|age| age.as_secs()), Some(6 * 3600));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn age_at(&self, now: Timestamp) -> Option<Duration> {
        let age = now.duration_since(self.read_at()?);
        Some(Duration::try_from(age).unwrap_or_default())
    }
}

#[cfg(test)]
mod words {
    use super::*;

    /// What is printed is what is saved.
    #[test]
    fn states_are_told_in_the_words_of_the_saved_form() {
        let reasons = [
            PartialReason::CountMismatch,
            PartialReason::PageGap,
            PartialReason::Decode,
            PartialReason::Moved,
            PartialReason::PageFailed,
            PartialReason::NoProgress,
            PartialReason::Capped,
            PartialReason::ParentIncomplete,
            PartialReason::ScopeIncomplete,
            PartialReason::RetentionGap,
        ];
        let classes = [
            FailureClass::Unauthorised,
            FailureClass::Forbidden,
            FailureClass::NotFound,
            FailureClass::RateLimited,
            FailureClass::Server,
            FailureClass::Transport,
            FailureClass::Decode,
        ];
        let states = reasons
            .map(|reason| InputState::Partial { reason })
            .into_iter()
            .chain(classes.map(|class| InputState::Failed { class }))
            .chain([InputState::Complete, InputState::NotCollected, InputState::NotLicensed]);
        for state in states {
            let saved = serde_json::to_value(state).unwrap();
            let word = |key: &str| saved.get(key).and_then(|word| word.as_str());
            let detail = word("reason").or_else(|| word("class"));
            let detail = detail.map(|detail| alloc::format!(": {detail}")).unwrap_or_default();
            let told = alloc::format!("{}{detail}", word("state").unwrap());
            assert_eq!(state.to_string(), told);
        }
    }
}
