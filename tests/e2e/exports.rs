//! The exports of the demo organisation against the schemas of those who own the formats.

use std::env;
use std::fs;
use std::path::PathBuf;

use jumpcloud_compliance::Catalogue;
use jumpcloud_compliance::export::{Format, NATIVE_SCHEMA, Report};
use serde_json::Value;

use crate::demo::judged;

const OFFICIAL: [(Format, &str); 6] = [
    (Format::Oscal, "oscal/oscal_assessment-results_schema-1.1.3.json"),
    (Format::Oscal12, "oscal/oscal_assessment-results_schema-1.2.3.json"),
    (Format::Ocsf, "ocsf/ocsf-1.5.0-compliance_finding.schema.json"),
    (Format::Ocsf18, "ocsf/ocsf-1.8.0-compliance_finding.schema.json"),
    (Format::Hdf, "hdf/hdf-exec-json.json"),
    (Format::Sarif, "sarif/sarif-schema-2.1.0.json"),
];

fn documents(text: &str) -> Vec<Value> {
    match serde_json::from_str(text) {
        Ok(whole) => vec![whole],
        Err(_) => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
    }
}

fn complaint(schema: &str, text: &str) -> Option<String> {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    documents(text).iter().find_map(|document| {
        let error = validator.iter_errors(document).next()?;
        Some(format!("{error} at {}", error.instance_path()))
    })
}

#[tokio::test]
async fn the_demo_validates_in_every_format() {
    let (evaluation, _, config) = judged().await;
    let catalogue = Catalogue::builtin().unwrap();
    let report = Report::new(&evaluation, &catalogue, &config).unwrap();
    let native = Format::Native.text(&report).unwrap();
    assert_eq!(complaint(NATIVE_SCHEMA, &native), None);
    // Every fact of the demo was read from the service, and the exports say by which request.
    let ocsf = Format::Ocsf.text(&report).unwrap();
    assert!(ocsf.contains("GET /api/systems"));
    assert!(!ocsf.contains("snapshot without request"));
    let Some(folder) = env::var_os("COMPLIANCE_SCHEMAS").map(PathBuf::from) else {
        println!("not run: COMPLIANCE_SCHEMAS names no folder of schemas");
        return;
    };
    for (format, name) in OFFICIAL {
        let schema = fs::read_to_string(folder.join(name)).unwrap();
        let text = format.text(&report).unwrap();
        assert_eq!(complaint(&schema, &text), None, "{name}");
    }
}
