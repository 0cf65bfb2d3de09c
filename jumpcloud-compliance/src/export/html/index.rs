//! The findings as the list shows them: columns, so that ten thousand devices stay small.

use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::control::StatusCounts;
use crate::evaluation::Evaluation;
use crate::finding::Finding;
use crate::outcome::{EffectiveStatus, Severity};
use crate::subject::{SubjectKind, SubjectRef};

/// Distinct things in the order in which they were first met, each named by its place.
#[derive(Debug)]
pub(super) struct Pool<T> {
    places: BTreeMap<T, usize>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { places: BTreeMap::new() }
    }
}

impl<T: Ord> Pool<T> {
    /// The place of a thing, which is added when it is new.
    pub(super) fn place(&mut self, thing: T) -> usize {
        let next = self.places.len();
        *self.places.entry(thing).or_insert(next)
    }

    /// The things by place.
    pub(super) fn into_vec(self) -> Vec<T> {
        let mut things: Vec<(usize, T)> =
            self.places.into_iter().map(|(thing, place)| (place, thing)).collect();
        things.sort_unstable_by_key(|(place, _)| *place);
        things.into_iter().map(|(_, thing)| thing).collect()
    }
}

/// What the script reads first.
#[derive(Debug, Serialize)]
pub(super) struct Index<'a> {
    statuses: &'static [EffectiveStatus],
    severities: &'static [Severity],
    kinds: &'static [SubjectKind],
    rules: Vec<RuleRow<'a>>,
    subjects: Vec<SubjectRow<'a>>,
    /// Code and what it says.
    reasons: Vec<(&'a str, &'static str)>,
    /// For each finding the place of its subject.
    subject: Vec<usize>,
    /// For each finding the place of its reason.
    reason: Vec<usize>,
    /// For each finding a digit: the place of its status.
    status: String,
    /// For each finding a digit: the place of its severity.
    severity: String,
    /// Discriminators, for those findings that have one.
    parts: BTreeMap<usize, &'a str>,
}

/// Kind, id, name, natural key, sub kind.
type SubjectRow<'a> = (usize, &'a str, Option<&'a str>, Option<&'a str>, Option<&'a str>);

#[derive(Debug, Serialize)]
struct RuleRow<'a> {
    id: &'a str,
    title: &'a str,
    severity: usize,
    logic_version: u16,
    why: &'a str,
    remedy: &'a str,
    applies: &'a str,
    /// Framework and control, the framework's name beside.
    controls: Vec<(&'a str, &'a str)>,
    /// Findings of the rule; they follow each other.
    findings: usize,
}

/// The findings rule by rule, which is the order of an evaluation.
pub(super) fn by_rule(evaluation: &Evaluation) -> Vec<(&str, Vec<&Finding>)> {
    let mut findings: Vec<&Finding> = evaluation.findings.iter().collect();
    // An evaluation that was read from elsewhere may be in any order.
    findings.sort_by(|a, b| a.cmp_report(b));
    let mut rules: Vec<(&str, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        match rules.last_mut() {
            Some((rule, list)) if *rule == finding.rule_id => list.push(finding),
            _ => rules.push((&finding.rule_id, std::vec![finding])),
        }
    }
    rules
}

/// The place of a word in its vocabulary.
fn place<T: PartialEq>(all: &[T], word: &T) -> usize {
    all.iter().position(|other| other == word).unwrap_or_default()
}

/// The place as a digit; vocabularies have at most ten words.
fn digit(place: usize) -> char {
    u32::try_from(place).ok().and_then(|place| char::from_digit(place, 10)).unwrap_or('0')
}

type SubjectKey<'a> = (SubjectKind, &'a str);

impl<'a> Index<'a> {
    pub(super) fn new(
        evaluation: &'a Evaluation,
        catalogue: &'a Catalogue<'_>,
        rules: &[(&'a str, Vec<&'a Finding>)],
    ) -> Self {
        let mut subjects: Pool<SubjectKey<'a>> = Pool::default();
        let mut references: BTreeMap<SubjectKey<'a>, &'a SubjectRef> = BTreeMap::new();
        let mut reasons: Pool<(&'a str, &'static str)> = Pool::default();
        let mut index = Self {
            statuses: EffectiveStatus::ALL,
            severities: Severity::ALL,
            kinds: SubjectKind::ALL,
            rules: Vec::new(),
            subjects: Vec::new(),
            reasons: Vec::new(),
            subject: Vec::new(),
            reason: Vec::new(),
            status: String::new(),
            severity: String::new(),
            parts: BTreeMap::new(),
        };
        // Everyone who is named anywhere, so that a responsible person has a name.
        for subject in &evaluation.subjects {
            let key = (subject.kind, subject.id.as_str());
            references.insert(key, subject);
            subjects.place(key);
        }
        for (rule_id, findings) in rules {
            for finding in findings {
                let key = (finding.subject.kind, finding.subject.id.as_str());
                references.entry(key).or_insert(&finding.subject);
                if !finding.discriminator.is_empty() {
                    index.parts.insert(index.subject.len(), &finding.discriminator);
                }
                index.subject.push(subjects.place(key));
                let text = catalogue.reason_text(rule_id, &finding.reason_code);
                index.reason.push(reasons.place((&finding.reason_code, text)));
                let status = place(EffectiveStatus::ALL, &finding.effective_status);
                index.status.push(digit(status));
                index.severity.push(digit(place(Severity::ALL, &finding.severity)));
            }
            index.rules.push(rule_row(rule_id, findings, catalogue));
        }
        index.subjects = subjects
            .into_vec()
            .into_iter()
            .map(|(kind, id)| {
                let reference = references.get(&(kind, id)).copied();
                let text = |field: fn(&SubjectRef) -> &Option<String>| {
                    reference.and_then(|reference| field(reference).as_deref())
                };
                let kind = place(SubjectKind::ALL, &kind);
                (
                    kind,
                    id,
                    text(|reference| &reference.display_name),
                    text(|reference| &reference.natural_key),
                    text(|reference| &reference.sub_kind),
                )
            })
            .collect();
        index.reasons = reasons.into_vec();
        index
    }
}

fn rule_row<'a>(id: &'a str, findings: &[&Finding], catalogue: &'a Catalogue<'_>) -> RuleRow<'a> {
    let meta = catalogue.get(id).map(crate::Rule::meta);
    let severity = meta.map_or(Severity::Info, |meta| meta.severity);
    RuleRow {
        id,
        title: meta.map_or("", |meta| meta.title),
        severity: place(Severity::ALL, &severity),
        logic_version: findings.first().map_or(0, |finding| finding.logic_version),
        why: meta.map_or("", |meta| meta.rationale),
        remedy: meta.map_or("", |meta| meta.remediation),
        applies: meta.map_or("", |meta| meta.applies),
        controls: catalogue
            .frameworks()
            .controls_of(id)
            .map(|(framework, control)| (framework.id(), control.id()))
            .collect(),
        findings: findings.len(),
    }
}

/// Findings counted by status.
pub(super) fn counts<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> StatusCounts {
    let mut counts = StatusCounts::default();
    for finding in findings {
        counts.add(finding.effective_status);
    }
    counts
}
