//! What every projection reads: the evaluation, and the words and decisions that go with it.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use jumpcloud_client::Coverage;
use uuid::Uuid;

use crate::attestation::{Attestation, SOURCE};
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::drift::{Drift, DriftRow};
use crate::evaluation::Evaluation;
use crate::evidence::Observation;
use crate::finding::{Finding, FindingId, NAMESPACE};
use crate::frameworks::{Control, Framework};
use crate::pii::PeopleInClear;
use crate::rule::Meta;
use crate::waiver::Waiver;

/// An evaluation on its way out: what the exports tell, and nothing else.
///
/// Waivers and attestations of the configuration are told with reason and term; with the drift since
/// the last evaluation, a finding says whether it is new. Names are told as they stand in what is handed
/// over; [`Pseudonyms`](crate::pii::Pseudonyms) writes evaluation, configuration and drift in the other
/// ways first, and there is no report in which people stand in clear against the configuration.
///
/// The same report is told by a [`Format`](super::Format), by the page of `export::html`, and in an
/// evidence pack.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    pub(super) evaluation: &'a Evaluation,
    pub(super) catalogue: &'a Catalogue<'a>,
    waivers: BTreeMap<&'a str, &'a Waiver>,
    attestations: BTreeMap<&'a str, &'a Attestation>,
    drift: BTreeMap<FindingId, &'a DriftRow>,
    changes: Option<&'a Drift>,
    rules: BTreeMap<&'a str, RuleWords<'a>>,
    requests: BTreeMap<&'a str, &'a Coverage>,
    findings: BTreeMap<&'a str, Vec<&'a Finding>>,
}

/// What is known of a rule beside its id.
#[derive(Clone, Debug)]
pub(super) struct RuleWords<'a> {
    pub(super) meta: &'static Meta,
    pub(super) controls: Vec<(&'a Framework, &'a Control)>,
}

impl<'a> Report<'a> {
    /// A report of an evaluation in the words of the catalogue and with the configuration that judged.
    ///
    /// # Errors
    ///
    /// [`PeopleInClear`] when the `pii_mode` of the configuration is not clear, and the evaluation or the
    /// configuration has not been through [`Pseudonyms`](crate::pii::Pseudonyms).
    pub fn new(
        evaluation: &'a Evaluation,
        catalogue: &'a Catalogue<'a>,
        config: &'a Config,
    ) -> Result<Self, PeopleInClear> {
        PeopleInClear::check(evaluation, config)?;
        let rules = catalogue
            .metas()
            .map(|meta| {
                let controls = catalogue.frameworks().controls_of(meta.id).collect();
                (meta.id, RuleWords { meta, controls })
            })
            .collect();
        let mut requests = BTreeMap::new();
        for input in &evaluation.coverage {
            requests.entry(input.input.as_str()).or_insert(&input.coverage);
        }
        let mut findings: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in &evaluation.findings {
            findings.entry(&finding.rule_id).or_default().push(finding);
        }
        let attestations = config.attestations.iter().flatten();
        Ok(Self {
            evaluation,
            catalogue,
            waivers: config.waivers.iter().map(|own| (own.id.as_str(), own)).collect(),
            attestations: attestations.map(|own| (own.id.as_str(), own)).collect(),
            drift: BTreeMap::new(),
            changes: None,
            rules,
            requests,
            findings,
        })
    }

    /// The evaluation that is told.
    pub const fn evaluation(&self) -> &'a Evaluation {
        self.evaluation
    }

    /// Adds what changed since an earlier evaluation.
    #[must_use]
    pub fn drift(mut self, drift: &'a Drift) -> Self {
        self.drift = drift.rows.iter().map(|row| (row.finding_id, row)).collect();
        self.changes = Some(drift);
        self
    }

    pub(super) fn rule(&self, id: &str) -> Option<&RuleWords<'a>> {
        self.rules.get(id)
    }

    /// Rules that have findings, in the order of ids, with them.
    pub(super) fn by_rule(&self) -> impl Iterator<Item = (&'a str, &[&'a Finding])> {
        self.findings.iter().map(|(rule, findings)| (*rule, findings.as_slice()))
    }

    /// The findings of a rule, in the order of subjects.
    pub(super) fn findings_of(&self, rule_id: &str) -> &[&'a Finding] {
        self.findings.get(rule_id).map_or(&[], Vec::as_slice)
    }

    /// The title of a rule; its id when the catalogue does not know it.
    pub(super) fn title<'f>(&self, id: &'f str) -> &'f str {
        self.rule(id).map_or(id, |rule| rule.meta.title)
    }

    /// What the reason of a finding says; the code when nobody knows the words.
    pub(super) fn reason<'f>(&self, finding: &'f Finding) -> &'f str {
        match self.catalogue.reason_text(&finding.rule_id, &finding.reason_code) {
            "" => &finding.reason_code,
            words => words,
        }
    }

    /// Where an observation comes from: the path template of the request, else in words.
    pub(super) fn request(&self, observation: &Observation) -> String {
        let source = observation.source.as_str();
        match self.requests.get(source).map(|coverage| coverage.request.path.as_str()) {
            Some("") => String::from("snapshot without request"),
            Some(path) => alloc::format!("GET {path}"),
            None => String::from(match source {
                SOURCE => "attestation",
                "CFG" => "configuration",
                "TABLE" => "data table",
                "population" => "population ledger",
                "records" => "all records of the snapshot",
                _ => "not collected",
            }),
        }
    }

    pub(super) fn waiver(&self, id: &str) -> Option<&'a Waiver> {
        self.waivers.get(id).copied()
    }

    /// The waiver of a finding, where there is one and its text is at hand.
    pub(super) fn waiver_of(&self, finding: &Finding) -> Option<&'a Waiver> {
        self.waiver(finding.waiver_id.as_deref()?)
    }

    /// Attestations that verdicts rest on and whose text is at hand, by id.
    pub(super) fn attestations_used(&self) -> impl Iterator<Item = &'a Attestation> + '_ {
        self.evaluation
            .attestations_used
            .iter()
            .filter_map(|id| self.attestations.get(id.as_str()).copied())
    }

    /// What changed since an earlier evaluation; nothing when none was compared.
    pub const fn changes(&self) -> Option<&'a Drift> {
        self.changes
    }

    pub(super) fn drift_of(&self, finding: &Finding) -> Option<&'a DriftRow> {
        self.drift.get(&finding.finding_id).copied()
    }
}

/// A stable identifier: version 5 over a word and the parts.
pub(super) fn uuid(word: &str, parts: &[&str]) -> Uuid {
    let mut name = String::from(word);
    for part in parts {
        name.push('|');
        name.push_str(part);
    }
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}
