//! Verdict of one rule for one subject, and its stable identifier.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{Uuid, uuid};

use crate::evidence::Evidence;
use crate::outcome::{EffectiveStatus, Outcome, Severity, UnknownCause};
use crate::subject::SubjectRef;

/// Namespace of every version 5 UUID this project writes.
///
/// It is itself version 5, in the URL namespace, over
/// `https://github.com/jumpcloud-rs/jumpcloud-rs`. It never changes.
pub(crate) const NAMESPACE: Uuid = uuid!("2acaf9ed-e213-558f-8d8e-477503b21489");

/// Identifier of a finding; the same over time for the same rule and subject.
///
/// A version 5 UUID over organisation, rule, subject and discriminator. The
/// logic version is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId(Uuid);

impl FindingId {
    /// Identifier of the finding of `rule_id` for `subject`.
    ///
    /// `discriminator` is empty unless the rule yields several findings for one subject.
    pub fn new(rule_id: &str, subject: &SubjectRef, discriminator: &str) -> Self {
        let SubjectRef { org_id, kind, id, .. } = subject;
        let name = format!("{org_id}|{rule_id}|{kind}|{id}|{discriminator}");
        Self(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }

    /// The sixteen bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.as_hyphenated(), f)
    }
}

impl FromStr for FindingId {
    type Err = FindingIdParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = Uuid::try_parse(text).or(Err(FindingIdParseError))?;
        if Self(id).to_string() == text { Ok(Self(id)) } else { Err(FindingIdParseError) }
    }
}

/// A text that is no finding identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a finding identifier is a lower-case hyphenated UUID")]
pub struct FindingIdParseError;

impl Serialize for FindingId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FindingId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse()
            .map_err(|error: FindingIdParseError| serde::de::Error::custom(error.to_string()))
    }
}

vocabulary! {
    /// How the responsible person was found.
    pub enum ResponsibleMethod {
        /// The accountable owner of the device.
        DeviceOwner = "device_owner",
        /// The user's manager.
        Manager = "manager",
        /// The user, because no manager is known.
        OwnAccount = "own_account",
        /// An owner named in the configuration.
        ConfiguredOwner = "configured_owner",
        /// The security contact named in the configuration.
        SecurityContact = "security_contact",
        /// Nobody was found.
        Missing = "missing",
    }
}

/// Who has to act on a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Responsible {
    /// User identifier, or the configured contact text; absent when nobody was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// How the person was found.
    pub method: ResponsibleMethod,
}

/// Verdict of one rule for one subject at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable identifier.
    pub finding_id: FindingId,
    /// Rule that judged.
    pub rule_id: String,
    /// Version of its logic.
    pub logic_version: u16,
    /// What was judged.
    pub subject: SubjectRef,
    /// Tells several findings for one subject apart; empty otherwise.
    #[serde(default)]
    pub discriminator: String,
    /// Raw verdict.
    pub outcome: Outcome,
    /// Why the verdict is unknown; absent for every other outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_cause: Option<UnknownCause>,
    /// Machine-readable reason of the rule.
    pub reason_code: String,
    /// Weight, at least the rule's own.
    pub severity: Severity,
    /// Status after grace and waiver.
    pub effective_status: EffectiveStatus,
    /// End of grace, UTC; absent without grace.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::millis_opt")]
    pub grace_until: Option<Timestamp>,
    /// Waiver that applies; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver_id: Option<String>,
    /// Attribute codes, sorted.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Who has to act; absent when it was not looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible: Option<Responsible>,
    /// What the verdict rests on.
    pub evidence: Evidence,
}

impl Finding {
    /// Order of reports: rule, subject kind, subject id, discriminator, all bytewise.
    pub fn cmp_report(&self, other: &Self) -> Ordering {
        self.rule_id
            .cmp(&other.rule_id)
            .then_with(|| self.subject.kind.cmp(&other.subject.kind))
            .then_with(|| self.subject.id.cmp(&other.subject.id))
            .then_with(|| self.discriminator.cmp(&other.discriminator))
            .then_with(|| self.finding_id.cmp(&other.finding_id))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use alloc::vec;

    use super::*;
    use crate::evidence::EvidenceParts;
    use crate::param::Values;
    use crate::subject::SubjectKind;

    /// A finding of device or user `id` with no observations.
    pub(crate) fn finding(rule_id: &str, kind: SubjectKind, id: &str, outcome: Outcome) -> Finding {
        let subject = SubjectRef::new("org", kind, id);
        let evidence = Evidence::seal(
            EvidenceParts {
                evaluated_at: "2026-11-23T12:00:00Z".parse().unwrap(),
                rule_id: rule_id.into(),
                logic_version: 1,
                parameters: Values::default(),
                observations: vec![],
                inputs_used: vec![],
                tables_used: vec![],
            },
            50,
        );
        Finding {
            finding_id: FindingId::new(rule_id, &subject, ""),
            rule_id: rule_id.into(),
            logic_version: 1,
            subject,
            discriminator: String::new(),
            outcome,
            unknown_cause: (outcome == Outcome::Unknown).then_some(UnknownCause::FieldAbsent),
            reason_code: "reason".into(),
            severity: Severity::Medium,
            effective_status: EffectiveStatus::of(outcome),
            grace_until: None,
            waiver_id: None,
            notes: vec![],
            responsible: None,
            evidence: evidence.unwrap(),
        }
    }

    #[test]
    fn the_namespace_is_derived_as_documented() {
        let url = b"https://github.com/jumpcloud-rs/jumpcloud-rs";
        assert_eq!(NAMESPACE, Uuid::new_v5(&Uuid::NAMESPACE_URL, url));
    }

    #[test]
    fn every_part_of_the_name_tells_findings_apart() {
        let device = SubjectRef::new("org", SubjectKind::Device, "1");
        let base = FindingId::new("JC-DEV-001", &device, "");
        let user = SubjectRef::new("org", SubjectKind::User, "1");
        let elsewhere = SubjectRef::new("other", SubjectKind::Device, "1");
        for other in [
            FindingId::new("JC-DEV-002", &device, ""),
            FindingId::new("JC-DEV-001", &device, "C:"),
            FindingId::new("JC-DEV-001", &user, ""),
            FindingId::new("JC-DEV-001", &elsewhere, ""),
        ] {
            assert_ne!(other, base);
        }
        let named = SubjectRef { display_name: Some("laptop".into()), ..device };
        assert_eq!(FindingId::new("JC-DEV-001", &named, ""), base);
    }

    #[test]
    fn identifiers_have_one_spelling() {
        let id = FindingId::new("r", &SubjectRef::new("o", SubjectKind::Device, "1"), "");
        let text = id.to_string();
        assert_eq!(text.parse(), Ok(id));
        assert!(text.to_uppercase().parse::<FindingId>().is_err());
        assert!(text.replace('-', "").parse::<FindingId>().is_err());
    }

    #[test]
    fn reports_sort_by_rule_before_subject() {
        let a = finding("JC-DEV-001", SubjectKind::Device, "z", Outcome::Pass);
        let b = finding("JC-DEV-002", SubjectKind::Device, "a", Outcome::Pass);
        let c = finding("JC-DEV-002", SubjectKind::Admin, "z", Outcome::Pass);
        let mut list = vec![b.clone(), a.clone(), c.clone()];
        list.sort_by(Finding::cmp_report);
        assert_eq!(list, vec![a, c, b]);
    }

    #[test]
    fn findings_survive_json() {
        let mut full = finding("JC-DEV-001", SubjectKind::Device, "1", Outcome::Unknown);
        full.grace_until = Some("2026-12-01T00:00:00Z".parse().unwrap());
        full.waiver_id = Some("W1".into());
        full.notes = vec!["waiver_expired:W0".into()];
        full.responsible = Some(Responsible { person: None, method: ResponsibleMethod::Missing });
        let json = serde_json::to_string(&full).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), full);
    }
}
