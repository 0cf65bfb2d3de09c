//! The evidence of one rule's findings: read by the script when a finding is opened.
//!
//! What many findings share (paths, values, inputs, times) is written once and named by its place.

use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

use jiff::Timestamp;
use serde::Serialize;

use super::embed::base64;
use super::index::Pool;
use crate::evidence::{
    CoverageState, InputUse, Observation, Observed, Presence, Redaction, TableRef,
};
use crate::finding::{Finding, FindingId};
use crate::param::Values;
use crate::time;

/// Since when findings fail that fail now, as far as a period tells.
pub(super) type Failing = BTreeMap<FindingId, Timestamp>;

/// The evidence of one rule's findings.
#[derive(Debug, Serialize)]
pub(super) struct Chunk<'a> {
    parameters: Vec<&'a Values>,
    inputs: Vec<Vec<Input<'a>>>,
    tables: Vec<&'a [TableRef]>,
    atoms: Vec<Atom<'a>>,
    times: Vec<String>,
    records: Vec<&'a str>,
    people: Vec<Person<'a>>,
    rows: Vec<Row<'a>>,
    /// Identifiers of the findings, sixteen bytes each.
    ids: String,
    /// Digests of the evidence, thirty-two bytes each.
    digests: String,
}

/// A value that was read, without record and times: path, source, presence, redaction, value.
type Atom<'a> = (&'a str, &'a str, Presence, Redaction, &'a Observed);

/// Code, object, state, reason.
type Input<'a> = (&'a str, Object<'a>, CoverageState, Option<&'a str>);

/// The object of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
enum Object<'a> {
    /// The input is one list.
    None,
    /// The subject of the finding itself, written as 1.
    Own(u8),
    /// Another object.
    Id(&'a str),
}

/// Who has to act and how the person was found.
type Person<'a> = (Option<&'a str>, &'static str);

/// Places of parameters, inputs, tables and who has to act (0 none), the observations (atom, record,
/// fetched, collected), and what only some findings have.
#[derive(Debug, Serialize)]
struct Row<'a>([usize; 4], Vec<usize>, #[serde(skip_serializing_if = "Extra::is_empty")] Extra<'a>);

#[derive(Debug, Default, Serialize)]
struct Extra<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    overflow: Option<(u64, String)>,
    /// Since when it fails, when a period tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    failing_since: Option<String>,
}

impl Extra<'_> {
    fn is_empty(&self) -> bool {
        self.cause.is_none()
            && self.grace_until.is_none()
            && self.waiver.is_none()
            && self.notes.is_empty()
            && self.overflow.is_none()
            && self.failing_since.is_none()
    }
}

/// Places shared by the findings of a rule.
#[derive(Default)]
struct Pools<'a> {
    inputs: Pool<Vec<Input<'a>>>,
    tables: Pool<&'a [TableRef]>,
    atoms: Pool<Atom<'a>>,
    times: Pool<String>,
    records: Pool<&'a str>,
    people: Pool<Person<'a>>,
}

impl<'a> Chunk<'a> {
    pub(super) fn new(findings: &[&'a Finding], failing: &Failing) -> Self {
        let mut pools = Pools::default();
        let mut parameters: Vec<&Values> = Vec::new();
        let mut rows = Vec::with_capacity(findings.len());
        let mut ids = Vec::new();
        let mut digests = Vec::new();
        for finding in findings {
            let evidence = &finding.evidence;
            // One set for all, unless evaluations were mixed.
            let known = parameters.iter().position(|known| **known == evidence.parameters);
            let set = known.unwrap_or(parameters.len());
            if known.is_none() {
                parameters.push(&evidence.parameters);
            }
            ids.extend_from_slice(finding.finding_id.as_bytes());
            digests.extend_from_slice(evidence.digest.as_bytes());
            rows.push(pools.row(finding, set, failing));
        }
        Self {
            parameters,
            inputs: pools.inputs.into_vec(),
            tables: pools.tables.into_vec(),
            atoms: pools.atoms.into_vec(),
            times: pools.times.into_vec(),
            records: pools.records.into_vec(),
            people: pools.people.into_vec(),
            rows,
            ids: base64(&ids),
            digests: base64(&digests),
        }
    }
}

impl<'a> Pools<'a> {
    fn row(&mut self, finding: &'a Finding, parameters: usize, failing: &Failing) -> Row<'a> {
        let own = finding.subject.id.as_str();
        let evidence = &finding.evidence;
        let inputs = evidence.inputs_used.iter().map(|input| input_of(input, own)).collect();
        let inputs = self.inputs.place(inputs);
        let tables = self.tables.place(&evidence.tables_used);
        let person = finding.responsible.as_ref().map_or(0, |who| {
            let person = (who.person.as_deref(), who.method.as_str());
            self.people.place(person).saturating_add(1)
        });
        let seen = evidence
            .observations
            .iter()
            .flat_map(|observation| self.observation(observation, own))
            .collect();
        Row([parameters, inputs, tables, person], seen, extra_of(finding, failing))
    }

    /// Atom, record (0 none, 1 the subject), fetched and collected (0 none).
    fn observation(&mut self, observation: &'a Observation, own: &str) -> [usize; 4] {
        let Observation { path, value, presence, source, redaction, .. } = observation;
        let atom = self.atoms.place((path, source, *presence, *redaction, value));
        let record = match observation.record_id.as_deref() {
            None => 0,
            Some(id) if id == own => 1,
            Some(id) => self.records.place(id).saturating_add(2),
        };
        let mut time = |at: Option<Timestamp>| {
            at.map_or(0, |at| self.times.place(time::format(at)).saturating_add(1))
        };
        [atom, record, time(observation.fetched_at), time(observation.collected_at)]
    }
}

fn input_of<'a>(input: &'a InputUse, own: &str) -> Input<'a> {
    let object = match input.scope.as_deref() {
        None => Object::None,
        Some(id) if id == own => Object::Own(1),
        Some(id) => Object::Id(id),
    };
    (&input.input, object, input.state, input.reason.as_deref())
}

fn extra_of<'a>(finding: &'a Finding, failing: &Failing) -> Extra<'a> {
    let overflow = finding.evidence.overflow;
    Extra {
        cause: finding.unknown_cause.map(crate::UnknownCause::as_str),
        grace_until: finding.grace_until.map(time::format),
        waiver: finding.waiver_id.as_deref(),
        notes: &finding.notes,
        overflow: overflow.map(|overflow| {
            let digest = std::string::ToString::to_string(&overflow.digest);
            (overflow.count, digest)
        }),
        failing_since: failing.get(&finding.finding_id).copied().map(time::format),
    }
}
