//! Exports against the schemas of those who own the formats.
//!
//! The schemas are no part of this repository: `COMPLIANCE_SCHEMAS` names a folder with them.

use std::cell::Cell;
use std::env;
use std::fs;
use std::path::PathBuf;

use jsonschema::{Draft, Validator};
use jumpcloud_compliance::Config;
use jumpcloud_compliance::export::{Format, Report};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::catalogue::{CATALOGUE, evaluation, examples, id_of, rule_files};
use crate::estate::Estate;
use crate::laws::{inputs, judge};

/// The official schema of each format, in each version that it claims to satisfy.
const SCHEMAS: [(Format, Draft, &str); 7] = [
    (Format::Oscal, Draft::Draft7, "oscal/oscal_assessment-results_schema-1.1.3.json"),
    (Format::Oscal12, Draft::Draft7, "oscal/oscal_assessment-results_schema-1.2.1.json"),
    (Format::Oscal12, Draft::Draft7, "oscal/oscal_assessment-results_schema-1.2.3.json"),
    (Format::Ocsf, Draft::Draft202012, "ocsf/ocsf-1.5.0-compliance_finding.schema.json"),
    (Format::Ocsf18, Draft::Draft202012, "ocsf/ocsf-1.8.0-compliance_finding.schema.json"),
    (Format::Hdf, Draft::Draft7, "hdf/hdf-exec-json.json"),
    (Format::Sarif, Draft::Draft4, "sarif/sarif-schema-2.1.0.json"),
];

struct Official {
    format: Format,
    name: &'static str,
    validator: Validator,
}

/// The official schemas; nothing where they are not at hand.
fn official() -> Option<Vec<Official>> {
    let Some(folder) = env::var_os("COMPLIANCE_SCHEMAS").map(PathBuf::from) else {
        println!("not run: COMPLIANCE_SCHEMAS names no folder of schemas");
        return None;
    };
    let load = |(format, draft, name): &(Format, Draft, &'static str)| {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        let schema: Value = serde_json::from_str(&text).unwrap();
        let options = jsonschema::options().with_draft(*draft).should_validate_formats(true);
        Official { format: *format, name, validator: options.build(&schema).unwrap() }
    };
    Some(SCHEMAS.iter().map(load).collect())
}

/// The documents of an export: one, or one a line.
pub(crate) fn documents(format: Format, report: &Report<'_>) -> Vec<Value> {
    let text = format.text(report).unwrap();
    match format {
        Format::Ocsf | Format::Ocsf18 | Format::JsonLines => {
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        }
        _ => vec![serde_json::from_str(&text).unwrap()],
    }
}

fn complaint(official: &Official, report: &Report<'_>) -> Option<String> {
    documents(official.format, report).iter().find_map(|document| {
        let error = official.validator.iter_errors(document).next()?;
        Some(format!("{}: {error} at {}", official.name, error.instance_path()))
    })
}

#[test]
fn an_organisation_with_everything_validates() {
    let Some(schemas) = official() else { return };
    for name in ["Ada", "", " <b>&\u{202e}\n=1+1 [x](http://x) {0} "] {
        let estate = Estate::named(name);
        for official in &schemas {
            assert_eq!(complaint(official, &estate.report()), None);
            // A configuration without decisions is enough.
            let config = Config::default();
            let bare = Report::new(&estate.evaluation, &CATALOGUE, &config).unwrap();
            assert_eq!(complaint(official, &bare), None);
        }
    }
}

#[test]
fn every_example_of_every_rule_validates() {
    let Some(schemas) = official() else { return };
    for file in rule_files() {
        let rule = id_of(&file.name);
        for kind in ["fails", "unknown"] {
            let Some(example) = examples(&file.docs, kind).into_iter().next() else { continue };
            let mut judged = evaluation(&example);
            // The rest of the evaluation is much the same for every rule.
            judged.findings.retain(|finding| finding.rule_id == rule);
            for official in &schemas {
                let config = Config::default();
                let report = Report::new(&judged, &CATALOGUE, &config).unwrap();
                assert_eq!(complaint(official, &report), None, "{rule} {kind}");
            }
        }
    }
}

#[test]
fn random_evaluations_validate() {
    let Some(schemas) = official() else { return };
    let mut runner = TestRunner::new(ProptestConfig { cases: 200, ..ProptestConfig::default() });
    let seen = Cell::new(0_usize);
    runner
        .run(&inputs(), |inputs| {
            let evaluation = judge(&inputs);
            let config = Config::default();
            let report = Report::new(&evaluation, &CATALOGUE, &config).unwrap();
            for official in schemas.iter().filter(|own| !own.name.contains("1.2.1")) {
                let complaint = complaint(official, &report);
                prop_assert!(complaint.is_none(), "{complaint:?}");
            }
            seen.set(seen.get() + evaluation.findings.len());
            Ok(())
        })
        .unwrap();
    assert!(seen.get() > 10_000, "only {} findings", seen.get());
}

/// What each schema must refuse: the member to replace, and by what; nothing takes it out.
const SPOILT: [(&str, &str, &str); 12] = [
    ("oscal", "/assessment-results/results/0/observations/0/props", "[]"),
    ("oscal", "/assessment-results/results/0/findings/0/target/status/state", "\"unknown\""),
    ("oscal", "/assessment-results/results/0/findings/0/target/target-id", "\"8.24\""),
    ("oscal", "/assessment-results/results/0/observations/0/props/0/value", "\"\""),
    ("oscal", "/assessment-results/uuid", "\"c232ab00-9414-11ec-b3c8-9f68deced846\""),
    ("oscal", "/assessment-results/results/0/start", "\"2026-11-23T12:00:00\""),
    ("ocsf", "/our_own_member", "1"),
    ("ocsf", "/compliance/status_id", "7"),
    ("ocsf", "/resources/0", "{\"type\": \"device\"}"),
    ("ocsf", "/time", "\"2026-11-23T12:00:00Z\""),
    ("hdf", "/profiles/0/controls/0/impact", "1.5"),
    ("sarif", "/runs/0/results/0/kind", "\"unknown\""),
];

#[test]
fn the_validator_can_refuse() {
    let Some(schemas) = official() else { return };
    let estate = Estate::named("Ada");
    for official in &schemas {
        let whole = documents(official.format, &estate.report()).remove(0);
        assert!(official.validator.is_valid(&whole));
        let mut refused = 0;
        for (format, pointer, value) in SPOILT {
            if !official.format.as_str().starts_with(format) {
                continue;
            }
            let mut document = whole.clone();
            let value: Value = serde_json::from_str(value).unwrap();
            match document.pointer_mut(pointer) {
                Some(place) => *place = value,
                None => {
                    let members = document.as_object_mut().unwrap();
                    members.insert(pointer.trim_start_matches('/').to_owned(), value);
                }
            }
            assert!(!official.validator.is_valid(&document), "{}: {pointer}", official.name);
            refused += 1;
        }
        assert!(refused > 0, "{} refused nothing", official.name);
    }
}

/// What a reader of OSCAL beyond the schema asks for: each thing defined once, and what is pointed
/// at is defined.
#[test]
fn an_oscal_document_defines_each_thing_once() {
    fn collect(value: &Value, defined: &mut Vec<String>, meant: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match value.as_str() {
                        Some(text) if name == "uuid" => defined.push(text.to_owned()),
                        Some(text) if name.ends_with("-uuid") => meant.push(text.to_owned()),
                        _ if name == "party-uuids" => {
                            meant.extend(
                                value
                                    .as_array()
                                    .unwrap()
                                    .iter()
                                    .map(|own| own.as_str().unwrap().to_owned()),
                            );
                        }
                        _ => collect(value, defined, meant),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|own| collect(own, defined, meant)),
            _ => {}
        }
    }
    let estate = Estate::named("Ada");
    let config = Config::default();
    for format in [Format::Oscal, Format::Oscal12] {
        let bare = Report::new(&estate.evaluation, &CATALOGUE, &config).unwrap();
        for report in [estate.report(), bare] {
            let (mut defined, mut meant) = (Vec::new(), Vec::new());
            collect(&documents(format, &report).remove(0), &mut defined, &mut meant);
            defined.sort();
            let twice = defined.windows(2).find(|pair| matches!(pair, [one, next] if one == next));
            assert_eq!(twice, None, "{format:?} defines a thing twice");
            meant.retain(|own| defined.binary_search(own).is_err());
            assert_eq!(meant, Vec::<String>::new(), "{format:?} points at nothing");
        }
    }
}
