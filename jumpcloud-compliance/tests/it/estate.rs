//! An organisation with something of everything: passes, failures, grace, waivers, attestations,
//! unknowns, an input that did not arrive whole, and names of the caller's choice.

use jumpcloud_compliance::drift::{Drift, Later, diff};
use jumpcloud_compliance::export::Report;
use jumpcloud_compliance::{Config, Evaluation};
use serde_json::{Value, json};

use crate::catalogue::{CATALOGUE, judged};

/// The judged organisation with its configuration, and what changed since the day before.
pub(crate) struct Estate {
    pub(crate) evaluation: Evaluation,
    pub(crate) config: Config,
    drift: Drift,
}

impl Estate {
    /// The organisation in which everything that people name is named `name`.
    pub(crate) fn named(name: &str) -> Self {
        let config: Config = serde_json::from_value(config(name)).unwrap();
        let before = judged(&inputs(name, false), &config);
        let evaluation = judged(&inputs(name, true), &config);
        let complete = evaluation.population.iter().filter(|own| own.complete).map(|own| own.kind);
        let excluded = evaluation
            .population
            .iter()
            .flat_map(|own| own.excluded.iter().map(|excluded| (own.kind, excluded.id.clone())));
        let rules = evaluation.findings.iter().map(|own| own.rule_id.clone());
        let drift = diff(
            &before.findings,
            &Later {
                findings: &evaluation.findings,
                complete: &complete.collect(),
                excluded: &excluded.collect(),
                rules: &rules.collect(),
            },
        );
        Self { evaluation, config, drift }
    }

    /// Everything there is to tell.
    pub(crate) fn report(&self) -> Report<'_> {
        Report::new(&self.evaluation, &CATALOGUE, &self.config).unwrap().drift(&self.drift)
    }
}

fn config(name: &str) -> Value {
    json!({
        "parameters": {"JC-ADM-001": {"federated_admin_mfa_attested": true}},
        "security_contact": name,
        "app_owners": [{"app_id": "a1", "owner_user_id": "u1"}],
        "attestations": [{
            "id": "T1", "topic": "federated_mfa", "statement": name,
            "period_start": "2026-10-01", "period_end": "2026-12-31", "attested_by": name,
            "attested_at": "2026-11-01T00:00:00Z", "valid_until": "2026-12-31T00:00:00Z",
        }],
        "waivers": [{
            "id": "W1", "rule_selector": "JC-DEV-001", "subject_selector": {"subject_id": "d2"},
            "reason": name, "risk_statement": name, "compensating_control": name,
            "approved_by": name, "approved_at": "2026-06-01T00:00:00Z", "ticket": name,
            "starts_at": "2026-06-01T00:00:00Z", "expires_at": "2026-12-31T00:00:00Z",
        }, {
            "id": "W2", "rule_selector": "JC-DEV-003", "subject_selector": "all",
            "reason": name, "approved_by": name, "approved_at": "2026-06-01T00:00:00Z",
            "starts_at": "2026-06-01T00:00:00Z", "expires_at": "2026-12-01T00:00:00Z",
            "covers_unknown": true,
        }],
    })
}

fn inputs(name: &str, later: bool) -> Value {
    let device = |id: &str, family: &str, encrypted: bool| {
        json!({
            "_id": id, "hostname": name, "displayName": name, "osFamily": family, "os": name,
            "serialNumber": format!("{name}{id}"), "version": "26.1",
            "created": "2025-01-10T00:00:00Z", "lastContact": "2026-11-23T10:00:00Z",
            "fde": {"active": encrypted, "keyPresent": true}, "agentVersion": name,
        })
    };
    let user = |id: &str, created: &str| {
        json!({
            "_id": id, "username": name, "email": format!("{name}{id}@example.com"),
            "firstname": name, "lastname": name, "displayname": name, "state": "ACTIVATED",
            "suspended": false, "activated": true, "created": created,
            "mfaEnrollment": {"overallStatus": "NOT_ENROLLED"}, "totp_enabled": false,
        })
    };
    let mut federated = user("u1", "2025-01-10T00:00:00Z");
    federated["admin"] = json!({"id": "x1"});
    federated["restrictedFields"] = json!([{"type": "federated_identity_provider"}]);
    json!({
        "ORG": [{"_id": "o1", "displayName": name}],
        "SYS": [
            device("d1", "darwin", later), device("d2", "windows", false),
            device("d3", "linux", false), {"_id": "d4", "osFamily": "ipados", "os": "iPadOS",
            "hostname": name},
        ],
        "USR": [federated, user("u2", "2026-11-20T00:00:00Z")],
        "ADM": [{"_id": "x1", "email": format!("{name}x@example.com"), "totpEnrolled": false,
                 "roleName": name}],
        "UG": [{"id": "ug1", "name": name}],
        "SG": [{"id": "g1", "name": name}],
        "SGM": {"of": {"g1": [{"id": "d1", "type": "system"}]}},
        "UGM": {"of": {"ug1": [{"id": "u1", "type": "user"}]}},
        "APP": [{"_id": "a1", "name": name, "displayLabel": name, "sso": {"type": "saml"}}],
        "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}], "d2": []}},
        "MDM": [], "MDMD": {"of": {}}, "SI.disk_encryption": [], "SI.mounts": [],
        "SI.apps": {"state": "failed", "class": "server"},
        "SI.programs": {"state": "partial", "reason": "page_failed", "records": [
            {"system_id": "d2", "name": name, "version": name}]},
        "SI.users": [{"system_id": "d1", "username": name, "real_user": 1, "admin": true,
                      "managed": false, "collection_time": "2026-11-23T06:00:00Z"}],
        "POL": [{"id": "p1", "name": name, "template": {"name": name}}],
    })
}
