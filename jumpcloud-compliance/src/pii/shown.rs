//! What is told of an organisation, with its people in the configured form.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::Write as _;

use serde_json::Value;

use super::{PiiMode, Pseudonyms, REMOVED};
use crate::attestation::Attestation;
use crate::config::Config;
use crate::drift::Drift;
use crate::evaluation::Evaluation;
use crate::evidence::{CanonicalError, Digest, Observation, Observed};
use crate::finding::{Finding, ResponsibleMethod};
use crate::subject::{AttributePair, SubjectKind};
use crate::waiver::{SubjectSelector, Waiver};

/// Fields whose text is about a person, or written by one, wherever they are observed.
///
/// Names of devices, groups and applications are no people's names and stay.
const PERSONAL: [&str; 11] = [
    "username",
    "systemUsername",
    "email",
    "alternateEmail",
    "firstname",
    "lastname",
    "displayname",
    "employeeIdentifier",
    "home",
    "statement",
    "purpose",
];

/// Parameters whose texts are user names.
const PERSONAL_PARAMETERS: [&str; 1] = ["allowed_accounts"];

/// Inputs whose `path` leads through the home folder of a person.
const HOMES: [&str; 1] = ["SI.user_ssh_keys"];

/// The configuration asks for pseudonyms, and people stand in clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`pii_mode` is `{mode}` and people stand in clear: pass the evaluation and the configuration \
     through `Pseudonyms` first"
)]
pub struct PeopleInClear {
    mode: PiiMode,
}

impl PeopleInClear {
    /// Refuses an evaluation or a configuration that tells more of people than its `pii_mode` lets.
    pub(crate) fn check(evaluation: &Evaluation, config: &Config) -> Result<(), Self> {
        let mode = config.pii_mode;
        // Pseudonyms stay what they are, whatever the key: what changes was in clear.
        let probe = Pseudonyms { mode, key: [0; super::BLOCK] };
        let clear = evaluation.subjects.iter().any(|subject| {
            let mut shown = subject.clone();
            probe.subject(&mut shown);
            shown != *subject
        });
        if clear || *probe.config(config) != *config { Err(Self { mode }) } else { Ok(()) }
    }

    /// Refuses a drift that tells more of people than the mode lets.
    #[cfg(feature = "std")]
    pub(crate) fn check_drift(drift: &Drift, mode: PiiMode) -> Result<(), Self> {
        let probe = Pseudonyms { mode, key: [0; super::BLOCK] };
        if *probe.drift(drift) == *drift { Ok(()) } else { Err(Self { mode }) }
    }
}

impl Pseudonyms {
    /// The evaluation with every person in the configured form, sealed anew.
    ///
    /// Names and addresses of people are written in the mode, in subjects, observations, parameters
    /// and the contact of a finding; identifiers, outcomes and reasons stay as they are. What is told
    /// from the result (native form, tables, exports, packs) holds nobody the mode leaves out. Digests
    /// differ from those of the original, whose digest the caller keeps where both must be tied. What
    /// was treated before stays as it is.
    ///
    /// # Errors
    ///
    /// A [`CanonicalError`] when an evaluation that was read from elsewhere holds a fraction.
    pub fn evaluation<'e>(
        &self,
        original: &'e Evaluation,
    ) -> Result<Cow<'e, Evaluation>, CanonicalError> {
        if self.mode == PiiMode::Clear {
            return Ok(Cow::Borrowed(original));
        }
        let mut shown = original.clone();
        shown.subjects.iter_mut().for_each(|subject| self.subject(subject));
        for population in &mut shown.population {
            if matches!(population.kind, SubjectKind::User | SubjectKind::Admin) {
                for excluded in &mut population.excluded {
                    excluded.name = excluded.name.take().and_then(|name| self.text(&name));
                }
                population.excluded.sort();
            }
        }
        for contest in &mut shown.parameter_contests {
            self.parameter(&contest.parameter, &mut contest.profile);
            self.parameter(&contest.parameter, &mut contest.organisation);
        }
        shown.weaker_justification =
            shown.weaker_justification.take().map(|text| self.free_text(&text));
        for finding in &mut shown.findings {
            self.finding(finding)?;
        }
        shown.digest = crate::engine::digest_of(&shown)?;
        Ok(Cow::Owned(shown))
    }

    fn finding(&self, finding: &mut Finding) -> Result<(), CanonicalError> {
        self.subject(&mut finding.subject);
        if let Some(responsible) = &mut finding.responsible
            && responsible.method == ResponsibleMethod::SecurityContact
        {
            responsible.person = responsible.person.take().and_then(|text| self.text(&text));
        }
        let evidence = &mut finding.evidence;
        for (name, value) in evidence.parameters.iter_mut() {
            self.parameter(name, value);
        }
        for observation in &mut evidence.observations {
            if is_personal(observation) {
                self.observation(observation);
            }
            observation.path = self.path(observation);
        }
        evidence.observations.sort_by(Observation::cmp_report);
        evidence.digest = Digest::of_sealed(&*evidence)?;
        Ok(())
    }

    /// The configuration with every person in the configured form, for reports and packs.
    ///
    /// Approvers, attesters, contacts and leavers are written in the mode; reasons, statements and
    /// other free texts as [`free_text`](Self::free_text). Identifiers, selectors, terms and
    /// parameters stay, e-mail addresses in them aside. Rules judge by the original.
    pub fn config<'c>(&self, original: &'c Config) -> Cow<'c, Config> {
        if self.mode == PiiMode::Clear {
            return Cow::Borrowed(original);
        }
        let mut shown = original.clone();
        for (name, value) in shown.parameters.values_mut().flatten() {
            self.parameter(name, value);
        }
        let free = |text: &mut Option<String>| {
            *text = text.take().map(|text| self.free_text(&text));
        };
        let person =
            |text: &mut Option<String>| *text = text.take().and_then(|own| self.text(&own));
        free(&mut shown.allow_weaker);
        person(&mut shown.security_contact);
        shown.service_accounts.iter_mut().for_each(|own| free(&mut own.purpose));
        for leaver in shown.leavers.iter_mut().flatten() {
            person(&mut leaver.email);
            person(&mut leaver.employee_identifier);
        }
        if let Some(pair) = &mut shown.scope.personal_attribute {
            self.pair(pair);
        }
        shown.waivers.iter_mut().for_each(|waiver| self.waiver(waiver));
        shown.attestations.iter_mut().flatten().for_each(|own| self.attestation(own));
        Cow::Owned(shown)
    }

    fn waiver(&self, waiver: &mut Waiver) {
        waiver.reason = self.free_text(&waiver.reason);
        // An approver who is left out still approved.
        for text in [
            &mut waiver.risk_statement,
            &mut waiver.compensating_control,
            &mut waiver.approved_by,
            &mut waiver.ticket,
        ] {
            *text = text.take().map(|text| self.free_text(&text));
        }
        if let SubjectSelector::Attribute(pair) = &mut waiver.subject_selector {
            self.pair(pair);
        }
    }

    fn attestation(&self, attestation: &mut Attestation) {
        attestation.statement = self.free_text(&attestation.statement);
        attestation.attested_by = self.free_text(&attestation.attested_by);
        attestation.destination = attestation.destination.take().map(|text| self.free_text(&text));
        if let Some(artefact) = &mut attestation.artefact {
            artefact.name = self.free_text(&artefact.name);
        }
    }

    /// The drift with every person in the configured form.
    ///
    /// The earlier evaluation may tell more of people than the later one; what is told of both is in
    /// one form.
    pub fn drift<'d>(&self, original: &'d Drift) -> Cow<'d, Drift> {
        if self.mode == PiiMode::Clear {
            return Cow::Borrowed(original);
        }
        let mut shown = original.clone();
        shown.rows.iter_mut().for_each(|row| self.subject(&mut row.subject));
        Cow::Owned(shown)
    }

    fn pair(&self, pair: &mut AttributePair) {
        if has_address(&pair.value) {
            pair.value = self.free_text(&pair.value);
        }
    }

    /// Texts of a parameter that name people: user names, and addresses wherever they stand.
    fn parameter(&self, name: &str, value: &mut Value) {
        let all = PERSONAL_PARAMETERS.contains(&name);
        match value {
            Value::String(text) if all || has_address(text) => *text = self.free_text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.parameter(name, item)),
            Value::Object(members) => {
                members.iter_mut().for_each(|(_, item)| self.parameter(name, item));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// The path of an observation without the people that its brackets name.
    fn path(&self, observation: &Observation) -> String {
        let mut out = String::new();
        let mut rest = observation.path.as_str();
        while let Some((before, inner)) = rest.split_once('[') {
            out.push_str(before);
            out.push('[');
            rest = inner;
            let Some((key, value)) = inner.split_once('=') else { break };
            let home = key == "path" && HOMES.contains(&&*observation.source);
            if !(home || PERSONAL.contains(&key)) {
                continue;
            }
            // A name may hold brackets itself: it reaches to the last one that can close it.
            let (person, after) = match value.strip_suffix(']') {
                Some(person) => (person, ""),
                None => value.rsplit_once("].").unwrap_or((value, "")),
            };
            let told = if person == REMOVED { REMOVED.into() } else { self.free_text(person) };
            // Writing to a String cannot fail.
            write!(out, "{key}={told}]").unwrap_or_default();
            if !after.is_empty() {
                out.push('.');
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// Whether the value of an observation is about a person.
fn is_personal(observation: &Observation) -> bool {
    let path = observation.path.as_str();
    let field = path.rsplit('.').next().unwrap_or(path);
    let field = field.trim_end_matches("[]");
    PERSONAL.contains(&field)
        || field == "path" && HOMES.contains(&&*observation.source)
        || names_address(&observation.value)
}

fn names_address(value: &Observed) -> bool {
    match value {
        Observed::Text(text) => has_address(text),
        Observed::List(items) => items.iter().any(names_address),
        Observed::Null | Observed::Bool(_) | Observed::Int(_) => false,
    }
}

/// Whether a text holds an e-mail address or what looks like one, such as `ada@laptop`.
fn has_address(text: &str) -> bool {
    let part = |own: char| own.is_alphanumeric();
    text.match_indices('@').any(|(at, _)| {
        let (before, after) = text.split_at_checked(at).unwrap_or_default();
        before.ends_with(part) && after.strip_prefix('@').is_some_and(|host| host.starts_with(part))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{evaluation, inputs};

    const KEY: &[u8] = b"sixteen bytes ok";

    fn both() -> [Pseudonyms; 2] {
        [
            Pseudonyms::new(PiiMode::Hashed, Some(KEY)).unwrap(),
            Pseudonyms::new(PiiMode::None, None).unwrap(),
        ]
    }

    #[test]
    fn a_path_names_nobody() {
        let none = Pseudonyms::new(PiiMode::None, None).unwrap();
        for (source, path, told) in [
            ("SI.users", "[username=ada.x].uid", "[username=removed].uid"),
            ("SI.users", "[username=a].b]", "[username=removed]"),
            ("SI.user_ssh_keys", "[path=/Users/ada/.ssh/id].uid", "[path=removed].uid"),
            ("SI.mounts", "[path=/srv].type", "[path=/srv].type"),
            (
                "SYS",
                "sshdParams[name=PermitRootLogin].value",
                "sshdParams[name=PermitRootLogin].value",
            ),
            ("SYS", "bound_users[].id", "bound_users[].id"),
            ("X", "rows[id=1].of[username=ada]", "rows[id=1].of[username=removed]"),
        ] {
            assert_eq!(none.path(&Observation::new(source, path, true)), told);
        }
    }

    #[test]
    fn addresses_are_seen_in_any_text() {
        for text in ["ada@example.com", "mail to ada+x@example.com now", "ada@laptop", "é@é"] {
            assert!(has_address(text), "{text}");
        }
        for text in ["", "@", "@scope/package", "a @ b", "ada@", "user at example"] {
            assert!(!has_address(text), "{text}");
        }
    }

    fn config(mode: &str) -> Config {
        serde_json::from_value(json!({
            "pii_mode": mode,
            "parameters": {
                "JC-DEV-034": {"allowed_accounts": ["ada"]},
                "JC-ADM-006": {"external_admins": ["x1", "ada@example.com"]},
            },
            "allow_weaker": "Ada says so", "security_contact": "ada@example.com",
            "service_accounts": [{"user_id": "s1", "owner_user_id": "u1", "purpose": "Ada's robot"}],
            "leavers": [{"email": "ada@example.com", "employee_identifier": "Ada 7", "user_id": "u1",
                         "last_day": "2026-10-01"}],
            "waivers": [{
                "id": "W1", "rule_selector": "JC-DEV-001",
                "subject_selector": {"attribute": {"name": "owner", "value": "ada@example.com"}},
                "reason": "Ada is away", "risk_statement": "Ada may lose it",
                "compensating_control": "Ada locks it up", "approved_by": "Ada", "ticket": "ask Ada",
                "approved_at": "2026-06-01T00:00:00Z", "starts_at": "2026-06-01T00:00:00Z",
                "expires_at": "2026-12-31T00:00:00Z",
            }],
            "attestations": [{
                "id": "T1", "topic": "log_export", "statement": "Ada looked", "attested_by": "Ada",
                "period_start": "2026-10-01", "period_end": "2026-12-31",
                "attested_at": "2026-11-01T00:00:00Z", "valid_until": "2026-12-31T00:00:00Z",
                "destination": "Ada's disk", "artefact": {"name": "ada.pdf", "digest":
                "sha256:0000000000000000000000000000000000000000000000000000000000000000"},
            }],
        }))
        .unwrap()
    }

    #[test]
    fn a_configuration_names_nobody_and_keeps_its_terms() {
        for people in both() {
            let own = config(people.mode().as_str());
            let shown = people.config(&own);
            let text = serde_json::to_string(&*shown).unwrap();
            assert!(!text.to_lowercase().contains("ada"), "{text}");
            let (waiver, before) = (&shown.waivers[0], &own.waivers[0]);
            assert!(waiver.approved_by.is_some(), "an approval stays an approval");
            assert_eq!(waiver.expires_at, before.expires_at);
            assert_eq!(shown.service_accounts[0].owner_user_id.as_deref(), Some("u1"));
            assert_eq!(shown.parameters["JC-ADM-006"]["external_admins"][0], "x1");
            assert_eq!(*people.config(&shown), *shown, "once is enough");
        }
        let clear = Pseudonyms::new(PiiMode::Clear, None).unwrap();
        assert_eq!(*clear.config(&config("clear")), config("clear"));
    }

    #[test]
    fn what_stands_in_clear_is_refused() {
        let judged = evaluation(
            &inputs(json!({"USR": [{"_id": "u1", "username": "ada", "email": "ada@example.com"}]})),
            &json!({}),
        );
        for people in both() {
            let own = config(people.mode().as_str());
            let shown = (people.evaluation(&judged).unwrap(), people.config(&own));
            let refused = Err(PeopleInClear { mode: people.mode() });
            assert_eq!(PeopleInClear::check(&judged, &own), refused);
            assert_eq!(PeopleInClear::check(&judged, &shown.1), refused);
            assert_eq!(PeopleInClear::check(&shown.0, &own), refused);
            assert_eq!(PeopleInClear::check(&shown.0, &shown.1), Ok(()));
            assert_eq!(*people.evaluation(&shown.0).unwrap(), *shown.0, "once is enough");
        }
        assert_eq!(PeopleInClear::check(&judged, &config("clear")), Ok(()));
    }
}
