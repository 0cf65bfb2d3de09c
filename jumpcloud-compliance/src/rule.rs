//! What a rule is: metadata, and one function from a case to a verdict.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;

use jiff::Timestamp;

use crate::case::{Case, Subject};
use crate::config::Config;
use crate::facts::Facts;
use crate::outcome::{Outcome, Severity, UnknownCause};
use crate::param::ParamSpec;
use crate::subject::SubjectKind;

/// Everything about a rule that is known before it runs.
#[derive(Debug)]
pub struct Meta {
    /// `JC-` area `-` three digits; an organisation's own rules begin with `X-`.
    pub id: &'static str,
    /// Raised whenever the same input could give another outcome or other evidence.
    pub logic_version: u16,
    /// Raised when only words change.
    pub text_revision: u16,
    /// The expected state, in one line.
    pub title: &'static str,
    /// Kind of thing it judges.
    pub subject: SubjectKind,
    /// How bad a failure is.
    pub severity: Severity,
    /// 1 for the rules every organisation starts with, 2 for the rest.
    pub tier: u8,
    /// Why it matters.
    pub rationale: &'static str,
    /// What to do about a failure.
    pub remediation: &'static str,
    /// To which subjects it applies, in words.
    pub applies: &'static str,
    /// Inputs it may use, with their fields.
    pub inputs: &'static [InputNeed],
    /// Its parameters.
    pub params: &'static [ParamSpec],
    /// Every reason code it can give.
    pub reasons: &'static [Reason],
    /// Rules whose outcome for the same subject it looks at.
    pub after: &'static [&'static str],
}

/// An input a rule may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputNeed {
    /// Code, such as `SYS` or `SI.apps`.
    pub input: &'static str,
    /// Fields that may influence the verdict.
    pub fields: &'static [&'static str],
    /// Whether the rule goes without it: nothing is read for its sake, and what another purpose
    /// brought into the snapshot counts.
    pub beside: bool,
}

/// One reason code and what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Code, in snake case.
    pub code: &'static str,
    /// The outcome it comes with.
    pub outcome: Outcome,
    /// What it says, in words for a report.
    pub meaning: &'static str,
}

impl InputNeed {
    /// An input and its fields.
    pub const fn new(input: &'static str, fields: &'static [&'static str]) -> Self {
        Self { input, fields, beside: false }
    }

    /// An input that counts where it was read and is not read for this rule's sake.
    pub const fn beside(input: &'static str, fields: &'static [&'static str]) -> Self {
        Self { input, fields, beside: true }
    }
}

impl Reason {
    /// A code that comes with PASS.
    pub const fn pass(code: &'static str, meaning: &'static str) -> Self {
        Self { code, outcome: Outcome::Pass, meaning }
    }

    /// A code that comes with FAIL.
    pub const fn fail(code: &'static str, meaning: &'static str) -> Self {
        Self { code, outcome: Outcome::Fail, meaning }
    }

    /// A code that comes with UNKNOWN.
    pub const fn unknown(code: &'static str, meaning: &'static str) -> Self {
        Self { code, outcome: Outcome::Unknown, meaning }
    }

    /// A code that comes with `NOT_APPLICABLE`.
    pub const fn not_applicable(code: &'static str, meaning: &'static str) -> Self {
        Self { code, outcome: Outcome::NotApplicable, meaning }
    }
}

/// A testable statement about one kind of subject.
///
/// Implementations are pure: the same case gives the same judgement.
pub trait Rule: Debug + Sync {
    /// What is known before it runs.
    fn meta(&self) -> &'static Meta;

    /// Judges one subject.
    ///
    /// # Errors
    ///
    /// [`Unknown`] when the case does not let the rule conclude; that is an outcome, not a fault.
    fn judge(&self, case: &mut Case<'_>) -> Judgement;

    /// Discriminators, for a rule that judges several things of one subject.
    fn parts(&self, _case: &Case<'_>) -> Vec<String> {
        alloc::vec![String::new()]
    }

    /// Subjects beside the population of its kind, such as
    /// [`Subject::Missing`]: a thing that the configuration or another record names and that has no
    /// record of its own is judged and not passed over. None for most rules.
    fn beside<'a>(&self, _config: &'a Config, _facts: &'a Facts<'a>) -> Vec<Subject<'a>> {
        Vec::new()
    }
}

/// A verdict, or why there is none.
pub type Judgement = Result<Verdict, Unknown>;

/// What a rule concluded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub(crate) outcome: Outcome,
    pub(crate) reason: &'static str,
    pub(crate) notes: Vec<String>,
    pub(crate) raised: Option<(Severity, &'static str)>,
    pub(crate) basis: Option<Vec<Basis>>,
    pub(crate) grace: Option<Grace>,
}

/// The time of a value on which a pass rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// The agent collected the value then.
    At(Timestamp),
    /// The row says nothing usable about its time.
    Untimed,
}

/// From when and how long a failure is tolerated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grace {
    pub(crate) anchor: Timestamp,
    pub(crate) days: i64,
}

impl Verdict {
    const fn new(outcome: Outcome, reason: &'static str) -> Self {
        Self { outcome, reason, notes: Vec::new(), raised: None, basis: None, grace: None }
    }

    /// The expectation is met.
    pub const fn pass(reason: &'static str) -> Self {
        Self::new(Outcome::Pass, reason)
    }

    /// The expectation is not met.
    pub const fn fail(reason: &'static str) -> Self {
        Self::new(Outcome::Fail, reason)
    }

    /// The rule says nothing about this subject.
    pub const fn not_applicable(reason: &'static str) -> Self {
        Self::new(Outcome::NotApplicable, reason)
    }

    /// Whether the expectation is met.
    pub const fn is_pass(&self) -> bool {
        matches!(self.outcome, Outcome::Pass)
    }

    /// Adds a note code.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds note codes.
    #[must_use]
    pub fn notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// Raises the severity of this finding, never lowers it.
    #[must_use]
    pub const fn raised_to(mut self, severity: Severity, reason: &'static str) -> Self {
        self.raised = Some((severity, reason));
        self
    }

    /// Names the time of a value on which a pass rests; without any, a device rule rests on the
    /// device's last contact.
    #[must_use]
    pub fn resting_on(mut self, collected_at: Option<Timestamp>) -> Self {
        let basis = collected_at.map_or(Basis::Untimed, Basis::At);
        self.basis.get_or_insert_with(Vec::new).push(basis);
        self
    }

    /// Says that a pass rests on no value that ages: a result of the service itself.
    #[must_use]
    pub fn resting_on_the_service(mut self) -> Self {
        self.basis.get_or_insert_with(Vec::new);
        self
    }

    /// Tolerates a failure until so many days after `anchor`; without anchor there is no grace.
    #[must_use]
    pub fn in_grace(mut self, anchor: Option<Timestamp>, days: i64) -> Self {
        self.grace = anchor.map(|anchor| Grace { anchor, days });
        self
    }
}

/// Why a rule cannot conclude.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    pub(crate) cause: UnknownCause,
    pub(crate) reason: &'static str,
    pub(crate) notes: Vec<String>,
}

impl Unknown {
    /// No conclusion, for this cause and reason.
    pub const fn new(cause: UnknownCause, reason: &'static str) -> Self {
        Self { cause, reason, notes: Vec::new() }
    }

    /// Adds a note code.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// What keeps the rule from concluding.
    pub const fn cause(&self) -> UnknownCause {
        self.cause
    }
}
