//! JC-DEV-031: the JumpCloud agent version is current.
//!
//! # Expectation
//! The agent is at the version that the organisation demands, or near to the one that JumpCloud brings
//! devices to.
//!
//! # Why
//! Old agents miss fixes and features.
//!
//! # Passes
//! ```json,passes
//! {"reason": "within_lag", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "active": true, "agentVersion": "1.130.2"}],
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"agentVersion": "1.132.0"}}]}}}}
//! ```
//! ```json,passes
//! {"reason": "at_reference",
//!  "config": {"parameters": {"JC-DEV-031": {"min_agent_version": "1.120"}}},
//!  "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "active": true, "agentVersion": "1.130.2"}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "agent_outdated", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "agentVersion": "1.110.0"}],
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"agentVersion": "1.132.0"}}]}}}}
//! ```
//!
//! # Unknown when
//! The device or the reference names no version that can be compared.
//! ```json,unknown
//! {"reason": "reference_missing", "inputs": {
//!     "SYS": [{"_id": "d1", "osFamily": "linux", "agentVersion": "1.110.0"}],
//!     "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {}}]}}}}
//! ```
//!
//! # Fix
//! Let the agent update itself, or install it anew.
//!
//! # Sources
//! `settings.agentVersion` is the version that JumpCloud brings devices to `[spec]`; a configured
//! minimum takes its place and is strict. Devices that only device management knows have no agent and
//! are outside of the population.

use alloc::string::String;

use serde::Deserialize;

use crate::case::Case;
use crate::outcome::{Severity, UnknownCause};
use crate::param::{FUTURE_SKEW_SECS, Int, Json, Misfit, Structured, TELEMETRY_MAX_AGE_DAYS};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::tables::ReleaseNumber;

/// The least version of the agent; empty when JumpCloud's own counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct LeastVersion(String);

impl Structured for LeastVersion {
    fn validate(&self) -> Result<(), Misfit> {
        if self.0.trim().is_empty() || number(&self.0).is_some() {
            Ok(())
        } else {
            Err(Misfit::Bounds)
        }
    }
}

const MIN_VERSION: Json<LeastVersion> = Json::new(
    "min_agent_version",
    "\"\"",
    "a version such as 1.130.0, or an empty text",
    "Least version of the agent; empty means the one that JumpCloud brings devices to.",
);
const ALLOWED_LAG: Int = Int::new(
    "allowed_lag_minor",
    2,
    0..=10,
    "Minor versions that an agent may lag behind the one that JumpCloud brings devices to.",
)
.stricter_when_lower();

const META: Meta = Meta {
    id: "JC-DEV-031",
    logic_version: 1,
    text_revision: 1,
    title: "JumpCloud agent version is current",
    subject: SubjectKind::Device,
    severity: Severity::Low,
    tier: 2,
    rationale: "Old agents miss fixes and features.",
    remediation: "Let the agent update itself, or install it anew.",
    applies: "every device in scope",
    inputs: &[
        InputNeed::new("SYS", &["agentVersion"]),
        InputNeed::new("ORGD", &["settings.agentVersion"]),
    ],
    params: &[
        MIN_VERSION.spec(),
        ALLOWED_LAG.spec(),
        TELEMETRY_MAX_AGE_DAYS.spec(),
        FUTURE_SKEW_SECS.spec(),
    ],
    reasons: &[
        Reason::pass("at_reference", "the agent is at the version that is demanded, or newer"),
        Reason::pass("within_lag", "the agent is a few minor versions behind, as allowed"),
        Reason::fail("agent_outdated", "the agent is older than allowed"),
        Reason::unknown("version_missing", "the record names no version of the agent"),
        Reason::unknown("version_unreadable", "a version holds no number"),
        Reason::unknown("version_too_coarse", "the version is less exact than the one demanded"),
        Reason::unknown("reference_missing", "no version is demanded"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct AgentCurrent;

impl Rule for AgentCurrent {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        let version = &device.system().agent_version;
        let unreadable = Unknown::new(UnknownCause::FieldUnparseable, "version_unreadable");
        let coarse = Unknown::new(UnknownCause::Ambiguous, "version_too_coarse");
        let Some(own) = case.see(device.row(), "agentVersion", version).filled() else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "version_missing"));
        };
        let own = number(own).ok_or_else(|| unreadable.clone())?;
        let LeastVersion(minimum) = case.param(&MIN_VERSION);
        if let Some(minimum) = number(&minimum) {
            return match own.at_least(&minimum) {
                Some(true) => Ok(Verdict::pass("at_reference")),
                Some(false) => Ok(Verdict::fail("agent_outdated")),
                None => Err(coarse),
            };
        }
        let reference = number(&reference(case)?).ok_or(unreadable)?;
        if own.at_least(&reference) == Some(true) {
            return Ok(Verdict::pass("at_reference"));
        }
        if own.major() < reference.major() {
            return Ok(Verdict::fail("agent_outdated"));
        }
        let (Some(own_minor), Some(minor)) = (own.part(1), reference.part(1)) else {
            return Err(coarse);
        };
        let lag = i64::from(minor.saturating_sub(own_minor));
        Ok(if lag <= case.param(&ALLOWED_LAG) {
            Verdict::pass("within_lag")
        } else {
            Verdict::fail("agent_outdated")
        })
    }
}

/// The version that JumpCloud brings devices to.
fn reference(case: &mut Case<'_>) -> Result<String, Unknown> {
    case.uses("ORGD");
    let missing = Unknown::new(UnknownCause::FieldAbsent, "reference_missing");
    let Some(row) = case.facts().organization_detail() else {
        case.require("ORGD")?;
        return Err(missing);
    };
    let version = row.value().settings.then(|settings| &settings.agent_version);
    case.see(row, "settings.agentVersion", version).filled().map(String::from).ok_or(missing)
}

fn number(text: &str) -> Option<ReleaseNumber> {
    ReleaseNumber::read(text).map(|reading| reading.number)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::{Value, json};

    use crate::Config;
    use crate::testing::{inputs, judge, judge_with, snapshot};

    const RULE: &str = "JC-DEV-031";

    fn device(agent: Value, reference: Value) -> Value {
        inputs(json!({
            "SYS": [{"_id": "d1", "osFamily": "linux", "active": true, "agentVersion": agent}],
            "ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"agentVersion": reference}}]}}
        }))
    }

    fn least(version: &str) -> Value {
        json!({"parameters": {RULE: {"min_agent_version": version}}})
    }

    #[test]
    fn the_reference_allows_a_lag_of_minor_versions() {
        for (agent, expected) in [
            ("1.132.0", "PASS at_reference"),
            ("1.132.5", "PASS at_reference"),
            ("2.0.0", "PASS at_reference"),
            ("1.131.9", "PASS within_lag"),
            ("1.130.0", "PASS within_lag"),
            ("v1.130.0-beta", "PASS within_lag"),
            ("1.129.99", "FAIL agent_outdated"),
            ("0.132.0", "FAIL agent_outdated"),
            ("1.9.0", "FAIL agent_outdated"),
            ("1", "UNKNOWN version_too_coarse"),
            ("agent", "UNKNOWN version_unreadable"),
        ] {
            assert_eq!(judge(RULE, &device(json!(agent), json!("1.132.0"))), expected, "{agent}");
        }
        let config = json!({"parameters": {RULE: {"allowed_lag_minor": 0}}});
        let behind = device(json!("1.131.0"), json!("1.132.0"));
        assert_eq!(judge_with(RULE, &behind, &config), "FAIL agent_outdated");
        let patch = device(json!("1.132.0"), json!("1.132.4"));
        assert_eq!(judge_with(RULE, &patch, &config), "PASS within_lag");
    }

    #[test]
    fn a_configured_minimum_is_strict_and_needs_no_settings() {
        let mut own = device(json!("1.131.9"), Value::Null);
        own.as_object_mut().unwrap().remove("ORGD");
        assert_eq!(judge_with(RULE, &own, &least("1.131.9")), "PASS at_reference");
        assert_eq!(judge_with(RULE, &own, &least("1.132.0")), "FAIL agent_outdated");
        assert_eq!(judge(RULE, &own), "UNKNOWN input_not_collected");
        let coarse = device(json!("1.132"), Value::Null);
        assert_eq!(judge_with(RULE, &coarse, &least("1.132.1")), "UNKNOWN version_too_coarse");
    }

    #[test]
    fn a_minimum_without_a_number_is_no_configuration() {
        let config: Config = serde_json::from_value(least("latest")).unwrap();
        let now = crate::testing::NOW.parse().unwrap();
        let catalogue = crate::Catalogue::builtin().unwrap();
        let snapshot = snapshot(&device(json!("1.0.0"), json!("1.0.0")));
        assert!(crate::evaluate(&catalogue, &snapshot, &config, now, None).is_err());
    }

    #[test]
    fn a_version_that_is_missing_settles_nothing() {
        for agent in [Value::Null, json!(""), json!([])] {
            let verdict = judge(RULE, &device(agent.clone(), json!("1.132.0")));
            assert_eq!(verdict, "UNKNOWN version_missing", "{agent}");
        }
        for (reference, expected) in [
            (Value::Null, "UNKNOWN reference_missing"),
            (json!(""), "UNKNOWN reference_missing"),
            (json!("latest"), "UNKNOWN version_unreadable"),
        ] {
            assert_eq!(judge(RULE, &device(json!("1.132.0"), reference)), expected);
        }
        let mut failed = device(json!("1.132.0"), Value::Null);
        failed["ORGD"] = json!({"of": {"o1": {"state": "failed", "class": "forbidden"}}});
        assert!(judge(RULE, &failed).starts_with("UNKNOWN input_"));
    }

    #[test]
    fn a_silent_or_future_device_carries_no_pass() {
        let at = |contact: Value| -> String {
            let mut own = device(json!("1.132.0"), json!("1.132.0"));
            own["SYS"][0]["active"] = json!(false);
            own["SYS"][0]["lastContact"] = contact;
            judge(RULE, &own)
        };
        assert_eq!(at(json!("2026-11-20T00:00:00Z")), "PASS at_reference");
        assert_eq!(at(json!("2026-05-20T00:00:00Z")), "UNKNOWN stale_data");
        assert_eq!(at(json!("2026-12-20T00:00:00Z")), "UNKNOWN future_timestamp");
        assert_eq!(at(Value::Null), "UNKNOWN untimed_telemetry");
    }
}
