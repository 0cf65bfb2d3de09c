//! Views that auditors ask for: population, access review, leavers, assets.
//!
//! Each is a projection of an evaluation and the snapshot it judged. Names are those of the evaluation,
//! so that its way with personal data holds here too. What a view cannot know it says: in a cell as
//! `unknown`, and once for the whole view in [`View::unknown`].

mod access;
mod assets;
#[cfg(feature = "std")]
mod csv;
mod leavers;
mod population;

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::{InputState, Snapshot};
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::evaluation::Evaluation;
use crate::evidence::Digest;
use crate::facts::{Facts, Source};
use crate::finding::Finding;
use crate::history::History;
use crate::subject::{SubjectKind, SubjectRef};

/// A cell of which nobody knows what belongs there.
const UNKNOWN: &str = "unknown";

/// A table for people, with what it cannot say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Name for a file, without its ending.
    pub name: &'static str,
    /// What it shows, in words.
    pub title: &'static str,
    /// Names of the columns, in snake case.
    pub columns: &'static [&'static str],
    /// Rows, each with a cell a column.
    pub rows: Vec<Vec<String>>,
    /// What the view cannot know, a sentence each; empty when it knows everything it shows.
    pub unknown: Vec<String>,
    /// Digest of the evaluation it is a projection of.
    pub evaluation: Digest,
    /// The time for which the evaluation judged, UTC.
    #[serde(with = "crate::time::millis")]
    pub evaluated_at: Timestamp,
}

/// The snapshot is not the one that was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the snapshot is not the one that the evaluation judged, give that one or judge this one")]
pub struct OtherSnapshot;

/// The four views of an evaluation: population, access review, leavers and assets.
///
/// `snapshot` and `config` are those that were judged, `history` is what earlier evaluations left, when
/// the caller kept it: only it knows since when an account has been suspended. Every application, leaver
/// and device has a row, also when nothing else is known of it.
///
/// # Errors
///
/// [`OtherSnapshot`] when the snapshot is not the one that was judged.
///
/// # Examples
///
/// ```
/// use jumpcloud_client::Snapshot;
/// use jumpcloud_compliance::{Catalogue, Config, evaluate, export::views};
///
/// let snapshot = Snapshot::from_json(r#"{"schema": "jumpcloud-snapshot/1",
///     "organization_id": "o1", "taken_at": "2026-11-23T11:00:00Z",
///     "inputs": {"SYS": [{"_id": "d1", "hostname": "laptop-1", "os": "Linux"}]}}"#)?;
/// let now = "2026-11-23T12:00:00Z".parse()?;
/// let (catalogue, config) = (Catalogue::builtin()?, Config::default());
/// let evaluation = evaluate(&catalogue, &snapshot, &config, now, None)?;
/// let views = views::all(&evaluation, &catalogue, &snapshot, &config, None)?;
/// let assets = views.iter().find(|view| view.name == "assets").ok_or("no assets")?;
/// assert_eq!(assets.rows.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn all(
    evaluation: &Evaluation,
    catalogue: &Catalogue<'_>,
    snapshot: &Snapshot,
    config: &Config,
    history: Option<&History>,
) -> Result<Vec<View>, OtherSnapshot> {
    if !evaluation.judged(snapshot) {
        return Err(OtherSnapshot);
    }
    let facts = Facts::new(snapshot, config, evaluation.evaluated_at);
    let sight = Sight::new(evaluation, catalogue, &facts, config, history);
    Ok(alloc::vec![
        population::view(&sight),
        access::view(&sight),
        leavers::view(&sight),
        assets::view(&sight),
    ])
}

/// What the views look at: joined facts, findings by subject, names.
struct Sight<'a> {
    evaluation: &'a Evaluation,
    catalogue: &'a Catalogue<'a>,
    facts: &'a Facts<'a>,
    config: &'a Config,
    history: Option<&'a History>,
    findings: BTreeMap<(&'a str, &'a str), &'a Finding>,
    subjects: BTreeMap<(SubjectKind, &'a str), &'a SubjectRef>,
}

impl<'a> Sight<'a> {
    fn new(
        evaluation: &'a Evaluation,
        catalogue: &'a Catalogue<'a>,
        facts: &'a Facts<'a>,
        config: &'a Config,
        history: Option<&'a History>,
    ) -> Self {
        let findings = evaluation
            .findings
            .iter()
            .map(|finding| ((finding.rule_id.as_str(), finding.subject.id.as_str()), finding))
            .collect();
        let subjects = evaluation
            .subjects
            .iter()
            .map(|subject| ((subject.kind, subject.id.as_str()), subject))
            .collect();
        Self { evaluation, catalogue, facts, config, history, findings, subjects }
    }

    fn view(
        &self,
        name: &'static str,
        title: &'static str,
        columns: &'static [&'static str],
        rows: Vec<Vec<String>>,
        unknown: Vec<String>,
    ) -> View {
        let Evaluation { digest: evaluation, evaluated_at, .. } = *self.evaluation;
        View { name, title, columns, rows, unknown, evaluation, evaluated_at }
    }

    /// The finding of a rule for a subject.
    fn finding(&self, rule_id: &str, subject: &str) -> Option<&'a Finding> {
        self.findings.get(&(rule_id, subject)).copied()
    }

    /// How a rule ended for a subject: status and reason in words.
    fn ended(&self, rule_id: &str, subject: &str) -> String {
        let Some(finding) = self.finding(rule_id, subject) else { return "not judged".to_string() };
        alloc::format!("{}: {}", finding.effective_status, self.reason(finding))
    }

    /// The reason of a finding in words.
    fn reason(&self, finding: &'a Finding) -> &'a str {
        match self.catalogue.reason_text(&finding.rule_id, &finding.reason_code) {
            "" => &finding.reason_code,
            text => text,
        }
    }

    /// The name of a subject, as the evaluation shows it; empty when it shows none.
    fn name(&self, kind: SubjectKind, id: &str) -> String {
        let subject = self.subjects.get(&(kind, id));
        subject.and_then(|subject| subject.display_name.clone()).unwrap_or_default()
    }

    /// The serial, e-mail or user name of a subject, as the evaluation shows it.
    fn natural_key(&self, kind: SubjectKind, id: &str) -> String {
        let subject = self.subjects.get(&(kind, id));
        subject.and_then(|subject| subject.natural_key.clone()).unwrap_or_default()
    }

    /// A name to be read in a sentence: name, natural key, else id.
    fn called(&self, kind: SubjectKind, id: &str) -> String {
        [self.name(kind, id), self.natural_key(kind, id)]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_else(|| id.to_string())
    }
}

/// How complete an input is, in a word and why.
fn state(state: InputState) -> String {
    match crate::case::coverage_state(state) {
        (state, Some(reason)) => alloc::format!("{state}: {reason}"),
        (state, None) => state.to_string(),
    }
}

/// A sentence when a source is not complete.
fn lacks(what: &str, source: Source<'_>) -> Option<String> {
    (!source.state.is_complete())
        .then(|| alloc::format!("{what}: input {} is {}.", source.input, state(source.state)))
}

#[cfg(test)]
mod tests;
