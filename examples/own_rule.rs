//! A rule of an organisation's own, beside those of the catalogue.
//!
//! `cargo run --example own_rule` judges two devices of a snapshot written by hand. The rule gets
//! parameters, evidence, coverage, controls and exports like every other.

use jumpcloud_client::Snapshot;
use jumpcloud_compliance::frameworks::Framework;
use jumpcloud_compliance::param::Texts;
use jumpcloud_compliance::{
    Case, Catalogue, Config, InputNeed, Judgement, Meta, Reason, Rule, Severity, SubjectKind,
    Unknown, UnknownCause, Verdict, evaluate,
};

const PREFIXES: Texts =
    Texts::new("prefixes", &["lumen-"], "Beginnings that names of devices may have.");

const META: Meta = Meta {
    id: "X-DEV-001",
    logic_version: 1,
    text_revision: 1,
    title: "Device is named by the company's scheme",
    subject: SubjectKind::Device,
    severity: Severity::Low,
    tier: 2,
    rationale: "The service desk finds a device by its name.",
    remediation: "Rename the device.",
    applies: "every device",
    inputs: &[InputNeed::new("SYS", &["hostname"])],
    params: &[PREFIXES.spec()],
    reasons: &[
        Reason::pass("named_by_scheme", "its name begins as the scheme says"),
        Reason::fail("named_otherwise", "its name begins otherwise"),
        Reason::unknown("name_unknown", "its record has no name"),
    ],
    after: &[],
};

/// Devices are named by the company's scheme.
#[derive(Debug)]
struct NamedByScheme;

impl Rule for NamedByScheme {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let device = case.device()?;
        // Whatever is read through the case becomes evidence.
        let name = case.see(device.row(), "hostname", &device.system().hostname).filled();
        let Some(name) = name else {
            return Err(Unknown::new(UnknownCause::FieldAbsent, "name_unknown"));
        };
        let fits = case.param(&PREFIXES).iter().any(|prefix| name.starts_with(prefix));
        Ok(if fits { Verdict::pass("named_by_scheme") } else { Verdict::fail("named_otherwise") })
    }
}

const HANDBOOK: &str = r#"{
    "id": "handbook", "name": "Handbook of the service desk", "version": "2026",
    "source": "intranet",
    "controls": [{"id": "3.1", "token": "s3.1", "title": "Devices are named by scheme"}],
    "mappings": {"X-DEV-001": ["3.1"]}
}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let snapshot = Snapshot::from_json(
        r#"{
        "schema": "jumpcloud-snapshot/1",
        "organization_id": "o1",
        "taken_at": "2026-11-23T11:00:00Z",
        "inputs": {
            "ORG": [{"_id": "o1", "displayName": "Lumen & Ladder"}],
            "SYS": [
                {"_id": "d1", "osFamily": "darwin", "hostname": "lumen-041"},
                {"_id": "d2", "osFamily": "windows", "hostname": "DESKTOP-7Q"},
                {"_id": "d3", "osFamily": "linux"}
            ]
        }
    }"#,
    )?;
    let catalogue = Catalogue::builtin()?
        .with(&NamedByScheme)?
        .with_framework(Framework::from_json(HANDBOOK)?)?;
    let config: Config = serde_json::from_str(
        r#"{"parameters": {"X-DEV-001": {"prefixes": ["lumen-", "ladder-"]}}}"#,
    )?;
    let now = "2026-11-23T12:00:00Z".parse()?;
    let evaluation = evaluate(&catalogue, &snapshot, &config, now, None)?;
    for finding in evaluation.findings.iter().filter(|finding| finding.rule_id == META.id) {
        let name = finding.subject.display_name.as_deref().unwrap_or("without a name");
        let why = catalogue.reason_text(&finding.rule_id, &finding.reason_code);
        println!("{} ({name})  {}  {why}", finding.subject.id, finding.outcome);
    }
    for result in
        evaluation.control_results.iter().filter(|own| own.control.framework == "handbook")
    {
        println!("control {}  {}", result.control.control, result.status);
    }
    Ok(())
}
