//! A case: one subject before one rule, and the notebook of what the rule looked at.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use jiff::Timestamp;
use jumpcloud_client::{AsScalar, Field, InputState, Record, Scalar};

use crate::attestation::Attestation;
use crate::config::Config;
use crate::evidence::{CoverageState, InputUse, Observation, Observed, Presence, TableRef};
use crate::facts::{Admin, Application, Device, Facts, Group, Key, ServiceAccount, Source, User};
use crate::history::History;
use crate::outcome::{Outcome, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Handle, Values};
use crate::rule::Unknown;
use crate::scope::{Population, Scope};
use crate::subject::SubjectKind;
use crate::tables::Tables;
use crate::time::{Moment, age_days, end_of_day, is_future, parse_date};

/// The subject of a case.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// The organisation.
    Organization,
    /// An administrator.
    Admin(&'a Admin<'a>),
    /// An application.
    Application(&'a Application<'a>),
    /// A user group or device group.
    Group(&'a Group<'a>),
    /// A user.
    User(&'a User<'a>),
    /// A device.
    Device(&'a Device<'a>),
    /// An account that a program signs in with, judged as an administrator.
    ServiceAccount(&'a ServiceAccount<'a>),
    /// A thing that is named and that no record shows: its kind and its id.
    Missing(SubjectKind, Named<'a>),
}

/// How a thing without a record is named.
#[derive(Clone, Copy, Debug)]
pub enum Named<'a> {
    /// By the configuration.
    ByConfig(&'a str),
    /// By a record of something else.
    ByRecord(&'a Key),
}

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByConfig(id) => f.write_str(id),
            Self::ByRecord(key) => write!(f, "{key}"),
        }
    }
}

impl Subject<'_> {
    /// Its kind.
    pub const fn kind(&self) -> SubjectKind {
        match self {
            Self::Organization => SubjectKind::Organization,
            Self::Admin(_) | Self::ServiceAccount(_) => SubjectKind::Admin,
            Self::Application(_) => SubjectKind::Application,
            Self::Group(_) => SubjectKind::Group,
            Self::User(_) => SubjectKind::User,
            Self::Device(_) => SubjectKind::Device,
            Self::Missing(kind, _) => *kind,
        }
    }
}

/// Outcome of another rule for the same subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prior {
    /// Its outcome.
    pub outcome: Outcome,
    /// Its reason code.
    pub reason: &'static str,
    /// Whether a waiver holds for it; told only to rules that count the outcomes of this one.
    pub waived: bool,
}

/// Outcomes of another rule over all of its subjects, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Subjects that pass.
    pub pass: u64,
    /// Subjects that fail and have no waiver.
    pub fail: u64,
    /// Subjects to which it does not apply.
    pub not_applicable: u64,
    /// Subjects about which it could not conclude, and that have no waiver.
    pub unknown: u64,
    /// Subjects for which a waiver holds, whatever the outcome is that it accepts.
    pub waived: u64,
}

impl Tally {
    pub(crate) const fn add(&mut self, prior: Prior) {
        let count = match prior.outcome {
            _ if prior.waived => &mut self.waived,
            Outcome::Pass => &mut self.pass,
            Outcome::Fail => &mut self.fail,
            Outcome::NotApplicable => &mut self.not_applicable,
            Outcome::Unknown => &mut self.unknown,
        };
        *count = count.saturating_add(1);
    }
}

/// What is the same for every case of an evaluation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bench<'a> {
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) scope: &'a Scope,
    pub(crate) config: &'a Config,
    pub(crate) tables: &'a Tables,
    pub(crate) history: Option<&'a History>,
    pub(crate) evaluated_at: Timestamp,
}

/// One subject before one rule.
///
/// Every value a rule reads through a case becomes an observation of the finding; every input it
/// relies on is listed with its coverage. A rule has no other way to a fact.
#[derive(Debug)]
pub struct Case<'a> {
    bench: Bench<'a>,
    subject: Subject<'a>,
    values: &'a Values,
    part: &'a str,
    prior: &'a [(&'static str, Prior)],
    tallies: &'a [(&'static str, Tally)],
    pub(crate) observations: Vec<Observation>,
    pub(crate) inputs_used: Vec<InputUse>,
    pub(crate) tables_used: Vec<TableRef>,
}

/// A record with the input it came from.
#[derive(Debug)]
pub struct Row<'a, T> {
    /// The record.
    pub record: &'a Record<T>,
    /// Input code.
    pub input: &'static str,
    /// Identity of the record, or of the device a row of System Insights belongs to.
    pub id: Option<&'a str>,
    /// When the agent collected it, where the row says so.
    pub collected_at: Option<Timestamp>,
}

impl<T> Clone for Row<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Row<'_, T> {}

impl<'a, T> Row<'a, T> {
    /// The record's value.
    pub const fn value(&self) -> &'a T {
        &self.record.value
    }
}

impl<'a> Case<'a> {
    pub(crate) const fn new(
        bench: Bench<'a>,
        subject: Subject<'a>,
        values: &'a Values,
        part: &'a str,
        prior: &'a [(&'static str, Prior)],
        tallies: &'a [(&'static str, Tally)],
    ) -> Self {
        Self {
            bench,
            subject,
            values,
            part,
            prior,
            tallies,
            observations: Vec::new(),
            inputs_used: Vec::new(),
            tables_used: Vec::new(),
        }
    }

    /// The subject.
    pub const fn subject(&self) -> Subject<'a> {
        self.subject
    }

    /// The device that is judged.
    ///
    /// # Errors
    ///
    /// Unknown when the rule is registered for another kind of subject.
    pub const fn device(&self) -> Result<&'a Device<'a>, Unknown> {
        match self.subject {
            Subject::Device(device) => Ok(device),
            _ => Err(WRONG_SUBJECT),
        }
    }

    /// The user that is judged.
    ///
    /// # Errors
    ///
    /// Unknown when the rule is registered for another kind of subject.
    pub const fn user(&self) -> Result<&'a User<'a>, Unknown> {
        match self.subject {
            Subject::User(user) => Ok(user),
            _ => Err(WRONG_SUBJECT),
        }
    }

    /// The group that is judged.
    ///
    /// # Errors
    ///
    /// Unknown when the rule is registered for another kind of subject.
    pub const fn group(&self) -> Result<&'a Group<'a>, Unknown> {
        match self.subject {
            Subject::Group(group) => Ok(group),
            _ => Err(WRONG_SUBJECT),
        }
    }

    /// The application that is judged.
    ///
    /// # Errors
    ///
    /// Unknown when the rule is registered for another kind of subject.
    pub const fn application(&self) -> Result<&'a Application<'a>, Unknown> {
        match self.subject {
            Subject::Application(application) => Ok(application),
            _ => Err(WRONG_SUBJECT),
        }
    }

    /// The administrator that is judged.
    ///
    /// # Errors
    ///
    /// Unknown when the rule is registered for another kind of subject.
    pub const fn admin(&self) -> Result<&'a Admin<'a>, Unknown> {
        match self.subject {
            Subject::Admin(admin) => Ok(admin),
            _ => Err(WRONG_SUBJECT),
        }
    }

    /// The joined view of the snapshot.
    pub const fn facts(&self) -> &'a Facts<'a> {
        self.bench.facts
    }

    /// Who is judged and who is left out.
    pub fn population(&self, kind: SubjectKind) -> Option<&'a Population> {
        self.bench.scope.population(kind)
    }

    /// Whether a device is in the judged population.
    pub fn in_scope(&self, device: &Device<'_>) -> bool {
        self.bench.scope.contains(device)
    }

    /// The configuration.
    pub const fn config(&self) -> &'a Config {
        self.bench.config
    }

    /// The time for which the judgement holds.
    pub const fn evaluated_at(&self) -> Timestamp {
        self.bench.evaluated_at
    }

    /// What earlier evaluations knew, when the caller kept it.
    pub const fn history(&self) -> Option<&'a History> {
        self.bench.history
    }

    /// Which of several things of the subject is judged; empty for most rules.
    pub const fn part(&self) -> &'a str {
        self.part
    }

    /// Effective value of a parameter.
    pub fn param<H: Handle>(&self, handle: &H) -> H::Out<'a> {
        self.values.get(handle)
    }

    /// Outcome of a rule named in `after`, for the same subject.
    pub fn prior(&self, rule_id: &str) -> Option<Prior> {
        self.prior.iter().find(|(id, _)| *id == rule_id).map(|(_, prior)| *prior)
    }

    /// Outcomes of a rule named in `after` that judges another kind of subject.
    pub fn tally(&self, rule_id: &str) -> Option<Tally> {
        self.tallies.iter().find(|(id, _)| *id == rule_id).map(|(_, tally)| *tally)
    }

    /// Whole days since a time that was read.
    ///
    /// # Errors
    ///
    /// Unknown when the time lies ahead of the evaluation by more than clocks may differ.
    pub fn age_days(&self, at: Timestamp) -> Result<i64, Unknown> {
        let now = self.evaluated_at();
        if is_future(at, now, self.values.get(&FUTURE_SKEW_SECS)) {
            return Err(Unknown::new(UnknownCause::FutureTimestamp, "future_timestamp"));
        }
        Ok(age_days(at, now).max(0))
    }

    /// Reads a field and leaves an observation.
    ///
    /// `path` is the field's dotted path in JumpCloud's JSON.
    pub fn see<'f, T, V: AsScalar>(
        &mut self,
        row: Row<'_, T>,
        path: &str,
        field: &'f Field<V>,
    ) -> &'f Field<V> {
        let (value, presence) = observed(field);
        self.observe(row, path, value, presence);
        field
    }

    /// Reads a time and leaves an observation; text that is no time is `Unparseable`.
    pub fn see_time<T>(
        &mut self,
        row: Row<'_, T>,
        path: &str,
        field: &Field<String>,
    ) -> Reading<Timestamp> {
        let (value, presence) = observed(field);
        let reading = match field {
            Field::Absent | Field::Null => Reading::Absent,
            Field::Unparseable(_) => Reading::Unparseable,
            Field::Value(text) => match Moment::parse(text.trim()) {
                Moment::Absent => Reading::Absent,
                Moment::Unparseable => Reading::Unparseable,
                Moment::At(at) => Reading::Value(at),
            },
        };
        let presence = match (&reading, presence) {
            (Reading::Unparseable, Presence::Present) => Presence::Unparseable,
            (_, presence) => presence,
        };
        self.observe(row, path, value, presence);
        reading
    }

    /// Reads the time from which a tolerance runs and leaves an observation.
    ///
    /// A time that has not come anchors nothing: it would stretch the tolerance without bound. A
    /// rule that uses this lists `FUTURE_SKEW_SECS` among its parameters.
    pub fn see_anchor<T>(
        &mut self,
        row: Row<'_, T>,
        path: &str,
        field: &Field<String>,
    ) -> Option<Timestamp> {
        let skew = self.param(&FUTURE_SKEW_SECS);
        let now = self.evaluated_at();
        self.see_time(row, path, field).value().filter(|at| !is_future(*at, now, skew))
    }

    /// Leaves an observation of whether a list or an object is there and readable, without its value.
    pub fn see_presence<T, V>(&mut self, row: Row<'_, T>, path: &str, field: &Field<V>) {
        let presence = match field {
            Field::Absent => Presence::Absent,
            Field::Null => Presence::Null,
            Field::Unparseable(_) => Presence::Unparseable,
            Field::Value(_) => Presence::Present,
        };
        self.observe(row, path, Observed::Null, presence);
    }

    /// Reads an end, as [`Case::see_time`] does; a bare date is the end of that UTC day.
    pub fn see_end<T>(
        &mut self,
        row: Row<'_, T>,
        path: &str,
        field: &Field<String>,
    ) -> Reading<Timestamp> {
        let reading = self.see_time(row, path, field);
        let date = field.text().and_then(|text| parse_date(text.trim()));
        match (reading, date) {
            (Reading::Value(start), Some(_)) => Reading::Value(end_of_day(start)),
            (reading, _) => reading,
        }
    }

    /// Reads a field without which the rule cannot conclude, and leaves an observation.
    ///
    /// # Errors
    ///
    /// Unknown `field_absent` for absent and null, `field_unparseable` for another kind of value.
    pub fn need<'f, T, V: AsScalar>(
        &mut self,
        row: Row<'_, T>,
        path: &str,
        field: &'f Field<V>,
    ) -> Result<&'f V, Unknown> {
        match self.see(row, path, field) {
            Field::Value(value) => Ok(value),
            Field::Unparseable(_) => Err(FIELD_UNPARSEABLE),
            Field::Absent | Field::Null => Err(FIELD_ABSENT),
        }
    }

    /// Reads a time without which the rule cannot conclude, and leaves an observation.
    ///
    /// # Errors
    ///
    /// As [`Case::need`]; a spelling of "never" is absent.
    pub fn need_time<T>(
        &mut self,
        row: Row<'_, T>,
        path: &str,
        field: &Field<String>,
    ) -> Result<Timestamp, Unknown> {
        self.see_time(row, path, field).needed()
    }

    /// Leaves an observation of a person's statement on which the verdict rests.
    pub fn cite(&mut self, attestation: &Attestation) {
        self.observations.push(attestation.observation());
    }

    /// Leaves an observation of something worked out from a record, such as a list of names.
    pub fn see_derived<T>(&mut self, row: Row<'_, T>, path: &str, value: impl Into<Observed>) {
        self.observe(row, path, value.into(), Presence::Present);
    }

    /// Leaves an observation of something worked out from a whole input, such as a count, and notes
    /// that the input was looked at: what it says holds only as far as the input reaches.
    pub fn see_count(&mut self, input: &str, path: &str, value: impl Into<Observed>) {
        self.observations.push(Observation::new(input, path, value));
        let listed = self.inputs_used.iter().any(|own| own.input == input);
        if !listed && self.bench.facts.snapshot().state(input).is_some() {
            self.inputs_used.push(input_use(input, None, self.bench.facts.state(input)));
        }
    }

    fn observe<T>(&mut self, row: Row<'_, T>, path: &str, value: Observed, presence: Presence) {
        let mut observation = Observation::new(row.input, path, value);
        observation.presence = presence;
        observation.record_id = row.id.map(ToString::to_string);
        observation.fetched_at = Some(row.record.fetched_at);
        observation.collected_at = row.collected_at;
        self.observations.push(observation);
    }

    /// Notes that a whole input was looked at.
    pub fn uses(&mut self, input: &'static str) -> InputState {
        let state = self.bench.facts.state(input);
        self.inputs_used.push(input_use(input, None, state));
        state
    }

    /// Notes that an input was looked at.
    pub fn uses_source(&mut self, source: &Source<'_>) -> InputState {
        self.inputs_used.push(input_use(source.input, source.scope, source.state));
        source.state
    }

    /// Requires a whole input to be complete, because absence in it is about to be a fact.
    ///
    /// # Errors
    ///
    /// Unknown with the cause that its state calls for.
    pub fn require(&mut self, input: &'static str) -> Result<(), Unknown> {
        complete(self.uses(input))
    }

    /// Requires an input to be complete, because absence in it is about to be a fact.
    ///
    /// # Errors
    ///
    /// Unknown with the cause that its state calls for.
    pub fn require_source(&mut self, source: &Source<'_>) -> Result<(), Unknown> {
        complete(self.uses_source(source))
    }

    /// Requires that nothing of an input is outstanding, because a row of it could contradict.
    ///
    /// As [`Case::require`], but an input that the service says is not set up cannot contradict.
    ///
    /// # Errors
    ///
    /// Unknown with the cause that its state calls for.
    pub fn settled(&mut self, input: &'static str) -> Result<(), Unknown> {
        match self.uses(input) {
            InputState::NotLicensed => Ok(()),
            state => complete(state),
        }
    }

    /// The data tables; a rule that uses one names it with [`Case::uses_table`].
    pub const fn tables(&self) -> &'a Tables {
        self.bench.tables
    }

    /// Notes that a data table was looked at.
    pub fn uses_table(&mut self, table: TableRef) {
        self.tables_used.push(table);
    }
}

/// A value read from a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading<T> {
    /// Not there, null, or a spelling of "never".
    Absent,
    /// There, but in no readable form.
    Unparseable,
    /// A value.
    Value(T),
}

impl<T> Reading<T> {
    /// The value, when there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Unparseable => None,
        }
    }

    /// The value, without which the rule cannot conclude.
    ///
    /// # Errors
    ///
    /// Unknown `field_absent` or `field_unparseable`.
    pub fn needed(self) -> Result<T, Unknown> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Absent => Err(FIELD_ABSENT),
            Self::Unparseable => Err(FIELD_UNPARSEABLE),
        }
    }
}

const FIELD_ABSENT: Unknown = Unknown::new(UnknownCause::FieldAbsent, "field_absent");
const FIELD_UNPARSEABLE: Unknown =
    Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable");

const WRONG_SUBJECT: Unknown = Unknown::new(UnknownCause::NotObservable, "wrong_subject");

/// Whether absence is a fact in this state, else why not.
pub(crate) const fn complete(state: InputState) -> Result<(), Unknown> {
    match cause(state) {
        None => Ok(()),
        Some((cause, reason)) => Err(Unknown::new(cause, reason)),
    }
}

/// What an input's state means for a rule that needed all of it.
const fn cause(state: InputState) -> Option<(UnknownCause, &'static str)> {
    Some(match state {
        InputState::Complete => return None,
        InputState::Partial { .. } => (UnknownCause::InputPartial, "input_partial"),
        InputState::Failed { .. } => (UnknownCause::InputFailed, "input_failed"),
        InputState::NotLicensed => (UnknownCause::NotLicensed, "not_licensed"),
        _ => (UnknownCause::InputNotCollected, "input_not_collected"),
    })
}

fn input_use(input: &str, scope: Option<&str>, state: InputState) -> InputUse {
    let (state, reason) = coverage_state(state);
    InputUse { input: input.to_string(), scope: scope.map(ToString::to_string), state, reason }
}

/// The state as evidence words it.
pub(crate) fn coverage_state(state: InputState) -> (CoverageState, Option<String>) {
    fn word(value: impl serde::Serialize) -> Option<String> {
        match serde_json::to_value(value) {
            Ok(serde_json::Value::String(word)) => Some(word),
            _ => None,
        }
    }

    match state {
        InputState::Complete => (CoverageState::Complete, None),
        InputState::Partial { reason } => (CoverageState::Partial, word(reason)),
        InputState::Failed { class } => (CoverageState::Failed, word(class)),
        InputState::NotLicensed => (CoverageState::NotLicensed, None),
        _ => (CoverageState::NotCollected, None),
    }
}

fn observed<V: AsScalar>(field: &Field<V>) -> (Observed, Presence) {
    match field {
        Field::Absent => (Observed::Null, Presence::Absent),
        Field::Null => (Observed::Null, Presence::Null),
        Field::Unparseable(_) => (Observed::Null, Presence::Unparseable),
        Field::Value(value) => {
            let value = match value.scalar() {
                Scalar::Bool(value) => Observed::Bool(value),
                // Evidence holds no integer beyond 2^53 - 1; a larger one is kept as its digits.
                Scalar::Integer(value) if value.unsigned_abs() >= (1 << 53) => {
                    Observed::Text(value.to_string())
                }
                Scalar::Integer(value) => Observed::Int(value),
                Scalar::Text(text) => Observed::Text(text.into_owned()),
            };
            (value, Presence::Present)
        }
    }
}
