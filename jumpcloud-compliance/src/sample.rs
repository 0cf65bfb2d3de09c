//! Samples that an auditor draws and can draw again.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::evaluation::Evaluation;
use crate::evidence::Digest;
use crate::finding::Finding;

/// Findings drawn from an evaluation, with all that is needed to draw them again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sample<'a> {
    /// The seed, as the auditor gave it.
    pub seed: String,
    /// How many findings were asked for; fewer are drawn when the frame is smaller.
    pub size: usize,
    /// The rule whose findings are the frame; absent when it is every finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<String>,
    /// Findings in the frame.
    pub frame: usize,
    /// Digest of the evaluation that holds the frame.
    pub evaluation: Digest,
    /// The drawn findings, in the order of the draw.
    pub findings: Vec<&'a Finding>,
}

/// Draws `n` findings of an evaluation: those with the lowest SHA-256 of seed and identifier.
///
/// The hash is over the seed, a vertical bar and the identifier as it is written, all UTF-8, so that
/// `printf '%s|%s' "$seed" "$finding_id" | sha256sum` gives the place of a finding in the draw. The
/// same seed draws the same findings, a larger `n` adds to them, and whoever chooses the seed cannot
/// be steered.
///
/// # Examples
///
/// ```
/// use jumpcloud_client::Snapshot;
/// use jumpcloud_compliance::{Catalogue, Config, evaluate, sample};
///
/// let snapshot = Snapshot::from_json(r#"{"schema": "jumpcloud-snapshot/1",
///     "organization_id": "o1", "taken_at": "2026-11-23T11:00:00Z", "inputs": {}}"#)?;
/// let now = "2026-11-23T12:00:00Z".parse()?;
/// let evaluation = evaluate(&Catalogue::builtin()?, &snapshot, &Config::default(), now, None)?;
/// let drawn = sample(&evaluation, "2026-Q4", 5);
/// assert_eq!(drawn.findings.len(), 5);
/// assert_eq!(drawn.frame, evaluation.findings.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sample<'a>(evaluation: &'a Evaluation, seed: &str, n: usize) -> Sample<'a> {
    draw(evaluation, None, seed, n)
}

/// Draws `n` findings of one rule, in the same way as [`sample`].
pub fn sample_of_rule<'a>(
    evaluation: &'a Evaluation,
    rule_id: &str,
    seed: &str,
    n: usize,
) -> Sample<'a> {
    draw(evaluation, Some(rule_id), seed, n)
}

fn draw<'a>(evaluation: &'a Evaluation, rule_id: Option<&str>, seed: &str, n: usize) -> Sample<'a> {
    let mut frame: Vec<([u8; 32], &Finding)> = evaluation
        .findings
        .iter()
        .filter(|finding| rule_id.is_none_or(|rule| finding.rule_id == rule))
        .map(|finding| (place(seed, finding), finding))
        .collect();
    frame.sort_by(|(a, left), (b, right)| {
        a.cmp(b).then_with(|| left.finding_id.cmp(&right.finding_id))
    });
    Sample {
        seed: seed.to_string(),
        size: n,
        rule_id: rule_id.map(Into::into),
        frame: frame.len(),
        evaluation: evaluation.digest,
        findings: frame.into_iter().take(n).map(|(_, finding)| finding).collect(),
    }
}

fn place(seed: &str, finding: &Finding) -> [u8; 32] {
    Sha256::new()
        .chain_update(seed.as_bytes())
        .chain_update(b"|")
        .chain_update(finding.finding_id.to_string().as_bytes())
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use serde_json::json;

    use super::*;
    use crate::finding::FindingId;
    use crate::testing::{evaluation, inputs};

    fn devices(count: usize) -> Evaluation {
        let systems: Vec<_> = (0..count)
            .map(|n| json!({"_id": alloc::format!("d{n}"), "os": "Linux", "active": true}))
            .collect();
        evaluation(&inputs(json!({"SYS": systems})), &json!({}))
    }

    fn ids(sample: &Sample<'_>) -> Vec<FindingId> {
        sample.findings.iter().map(|finding| finding.finding_id).collect()
    }

    #[test]
    fn the_seed_alone_decides_and_a_larger_sample_keeps_the_smaller() {
        let whole = devices(20);
        let five = sample(&whole, "seed", 5);
        assert_eq!(ids(&five), ids(&sample(&whole, "seed", 5)));
        assert_eq!(ids(&five), ids(&sample(&whole, "seed", 9))[..5]);
        assert_ne!(ids(&five), ids(&sample(&whole, "other", 5)));
        assert_eq!(five.evaluation, whole.digest);
        assert_eq!(sample(&whole, "seed", usize::MAX).findings.len(), whole.findings.len());
    }

    #[test]
    fn the_order_of_the_findings_does_not_matter() {
        let whole = devices(20);
        let mut turned = whole.clone();
        turned.findings.reverse();
        assert_eq!(ids(&sample(&whole, "seed", 7)), ids(&sample(&turned, "seed", 7)));
    }

    #[test]
    fn the_draw_is_the_documented_hash() {
        let whole = devices(3);
        let drawn = sample_of_rule(&whole, "JC-DEV-007", "s", 3);
        assert_eq!(drawn.frame, 3);
        let hashes: Vec<Digest> = drawn
            .findings
            .iter()
            .map(|finding| Digest::of_bytes(alloc::format!("s|{}", finding.finding_id).as_bytes()))
            .collect();
        assert!(hashes.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()));
        assert!(drawn.findings.iter().all(|finding| finding.rule_id == "JC-DEV-007"));
    }
}
