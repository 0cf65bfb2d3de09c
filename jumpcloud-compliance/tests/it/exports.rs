//! What holds for every export: same bytes, nothing lost, unknown is not satisfied, hostile names
//! stay texts.

use std::collections::BTreeSet;

use jsonschema::Validator;
use jumpcloud_compliance::evidence::{CoverageState, Presence, Redaction};
use jumpcloud_compliance::export::{Format, NATIVE_SCHEMA, Report, csv, native};
use jumpcloud_compliance::pii::{PiiMode, Pseudonyms};
use jumpcloud_compliance::{
    Config, EffectiveStatus, Evaluation, Outcome, ResponsibleMethod, Severity, SubjectKind,
    UnknownCause,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::catalogue::CATALOGUE;
use crate::estate::Estate;
use crate::laws::{inputs, judge};
use crate::schemas::documents;

fn native_schema() -> (Value, Validator) {
    let schema: Value = serde_json::from_str(NATIVE_SCHEMA).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    (schema, validator)
}

#[test]
fn the_organisation_has_something_of_everything() {
    let estate = Estate::named("Ada");
    let findings = &estate.evaluation.findings;
    for status in EffectiveStatus::ALL {
        assert!(findings.iter().any(|own| own.effective_status == *status), "no {status}");
    }
    for kind in SubjectKind::ALL {
        assert!(findings.iter().any(|own| own.subject.kind == *kind), "no {kind}");
    }
    let exempt = |outcome| {
        let status = EffectiveStatus::Exempt;
        findings.iter().any(|own| own.outcome == outcome && own.effective_status == status)
    };
    assert!(exempt(Outcome::Fail) && exempt(Outcome::Unknown));
    assert!(!estate.evaluation.attestations_used.is_empty());
    assert!(estate.evaluation.population.iter().any(|own| !own.excluded.is_empty()));
}

#[test]
fn the_same_evaluation_gives_the_same_bytes() {
    let (one, other) = (Estate::named("Ada"), Estate::named("Ada"));
    for format in Format::ALL {
        let text = format.text(&one.report()).unwrap();
        assert_eq!(text, format.text(&other.report()).unwrap(), "{format}");
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{format}");
        let mut written = Vec::new();
        format.write(&one.report(), &mut written).unwrap();
        assert_eq!(text.as_bytes(), written, "{format}");
    }
    let names: BTreeSet<&str> = Format::ALL.iter().map(|format| format.file_name()).collect();
    assert_eq!(names.len(), Format::ALL.len());
}

#[test]
fn every_finding_is_told_in_every_format() {
    let estate = Estate::named("Ada");
    let findings = &estate.evaluation.findings;
    for format in Format::ALL {
        let text = format.text(&estate.report()).unwrap();
        if *format == Format::Markdown {
            for finding in findings {
                let told = !matches!(
                    finding.effective_status,
                    EffectiveStatus::Fail | EffectiveStatus::Unknown
                );
                assert!(told || text.contains(&format!("### {} ", finding.rule_id)));
            }
            continue;
        }
        for finding in findings {
            assert!(text.contains(&finding.finding_id.to_string()), "{format}");
        }
    }
}

#[test]
fn unknown_is_never_satisfied_and_never_passed() {
    let estate = Estate::named("Ada");
    let evaluation = &estate.evaluation;
    for format in [Format::Oscal, Format::Oscal12] {
        let oscal = documents(format, &estate.report()).remove(0);
        let result = &oscal["assessment-results"]["results"][0];
        let concluded = result["findings"].as_array().unwrap();
        assert_eq!(concluded.len(), evaluation.control_results.len());
        for (told, own) in concluded.iter().zip(&evaluation.control_results) {
            let status = &told["target"]["status"];
            let clean = own.status.as_str() == "no_exceptions_noted";
            assert_eq!(status["state"] == "satisfied", clean, "{told}");
            assert_eq!(status["reason"] == "fail", own.status.as_str() == "exceptions_noted");
        }
        let incomplete =
            evaluation.coverage.iter().filter(|own| !own.coverage.state.is_complete()).count();
        assert!(incomplete > 0);
        let observations = result["observations"].as_array().unwrap();
        assert_eq!(observations.len(), evaluation.findings.len() + incomplete);
        assert_eq!(result["risks"].as_array().unwrap().len(), 2);
        assert_eq!(result["risks"][0]["deadline"], "2026-12-31T00:00:00Z");
        assert_eq!(result["attestations"].as_array().unwrap().len(), 1);
    }
    for format in [Format::Ocsf, Format::Ocsf18] {
        for (event, finding) in documents(format, &estate.report()).iter().zip(&evaluation.findings)
        {
            let status = event["compliance"]["status_id"].as_u64().unwrap();
            assert_eq!(status == 1, finding.outcome == Outcome::Pass, "{event}");
            assert_eq!(status == 0, finding.outcome == Outcome::Unknown, "{event}");
        }
    }
    let hdf = documents(Format::Hdf, &estate.report()).remove(0);
    let mut passed = 0;
    for control in hdf["profiles"][0]["controls"].as_array().unwrap() {
        for result in control["results"].as_array().unwrap() {
            passed += usize::from(result["status"] == "passed");
            assert_eq!(result["status"] == "skipped", result.get("skip_message").is_some());
        }
    }
    let count = |outcome| evaluation.findings.iter().filter(|own| own.outcome == outcome).count();
    assert_eq!(passed, count(Outcome::Pass));
    let sarif = documents(Format::Sarif, &estate.report()).remove(0);
    let run = &sarif["runs"][0];
    let mut review = 0;
    for result in run["results"].as_array().unwrap() {
        let place = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][place]["id"], result["ruleId"]);
        assert!(result["kind"] == "fail" || result["level"] == "none", "{result}");
        review += usize::from(result["kind"] == "review");
    }
    assert_eq!(review, count(Outcome::Unknown));
}

#[test]
fn the_life_of_a_finding_is_told_where_the_drift_is_known() {
    let estate = Estate::named("Ada");
    let events = documents(Format::Ocsf, &estate.report());
    let of = |rule: &str, subject: &str| {
        let is = |event: &&Value| {
            event["compliance"]["control"] == rule && event["resources"][0]["uid"] == subject
        };
        let event = events.iter().find(is).unwrap();
        (event["activity_id"].clone(), event.get("status_id").cloned(), event["type_uid"].clone())
    };
    // Encrypted since yesterday, accepted by a waiver, and as unknown as before.
    assert_eq!(of("JC-DEV-001", "d1"), (json!(3), Some(json!(4)), json!(200_303)));
    assert_eq!(of("JC-DEV-001", "d2"), (json!(2), Some(json!(3)), json!(200_302)));
    assert_eq!(of("JC-DEV-001", "d3"), (json!(2), Some(json!(1)), json!(200_302)));
    let sarif = documents(Format::Sarif, &estate.report()).remove(0);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let resolved = results
        .iter()
        .find(|own| {
            own["ruleId"] == "JC-DEV-001"
                && own["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
                    == "jumpcloud://o1/device/d1"
        })
        .unwrap();
    assert_eq!(resolved["baselineState"], "updated");
}

/// Names that try to be something else, each with what must not come out as it is.
fn hostile() -> Vec<(String, &'static str)> {
    vec![
        ("<img src=x onerror=alert(1)>".to_owned(), "<img"),
        ("Ada\u{202e}gnp.exe".to_owned(), "\u{202e}"),
        ("Ada\u{2066}\u{200b}x".to_owned(), "\u{200b}"),
        ("Ada\r\n# Compliant\n".to_owned(), "\n# Compliant"),
        ("Ada\u{0}\u{1b}[31mred".to_owned(), "\u{1b}"),
        ("[click](javascript:alert(1))".to_owned(), "[click](javascript:"),
        ("x".repeat(10_240), "xxxxxxxxxx-no-such-text"),
        ("=HYPERLINK(\"http://x\")".to_owned(), ",=HYPERLINK"),
    ]
}

#[test]
fn hostile_names_stay_texts() {
    for (name, live) in hostile() {
        let estate = Estate::named(&name);
        let report = estate.report();
        for format in Format::ALL {
            let text = format.text(&report).unwrap();
            match format {
                // Exact bytes, as JSON escapes them.
                Format::Native | Format::JsonLines => {
                    for value in documents(*format, &report) {
                        assert!(value.is_object());
                    }
                }
                Format::Markdown => {
                    assert!(!text.contains(live), "{format}: {live:?}");
                    assert!(text.lines().all(|line| line.chars().count() < 5_000), "{format}");
                }
                _ => {
                    for document in documents(*format, &report) {
                        texts("", &document, &mut |key, own| {
                            assert!(own.chars().count() < 60_000, "{format}: a text is too long");
                            let seen = |letter: char| {
                                letter != '\n' && letter.is_control()
                                    || matches!(letter, '\u{200b}' | '\u{202e}' | '\u{2066}')
                            };
                            assert!(!own.contains(seen), "{format}: {own:?}");
                            // Members with markup, in the words of OSCAL and SARIF.
                            let markup = match format {
                                Format::Oscal | Format::Oscal12 => {
                                    ["title", "description", "statement", "prose"].contains(&key)
                                }
                                Format::Sarif => key == "text" && live != "<img",
                                _ => false,
                            };
                            assert!(!(markup && own.contains(live)), "{format} {key}: {own:?}");
                        });
                    }
                }
            }
        }
        let mut tables = [Vec::new(), Vec::new()];
        csv::findings(&estate.evaluation, &CATALOGUE, &mut tables[0]).unwrap();
        csv::population(&estate.evaluation, &mut tables[1]).unwrap();
        for table in tables {
            let text = String::from_utf8(table).unwrap();
            assert!(!text.contains("\"=") && !text.contains(",="), "a formula");
            assert!(live == "<img" || !text.contains(live) || live.starts_with('['), "{live:?}");
        }
    }
}

#[test]
fn nobody_is_told_whom_the_mode_leaves_out() {
    let estate = Estate::named("Persona Grata");
    let none = Pseudonyms::new(PiiMode::None, None).unwrap();
    let hashed = Pseudonyms::new(PiiMode::Hashed, Some(b"sixteen bytes ok")).unwrap();
    for people in [&none, &hashed] {
        let shown = people.evaluation(&estate.evaluation).unwrap();
        assert!(shown.is_intact() && shown.findings.iter().all(|own| own.evidence.is_intact()));
        let outcomes = |of: &Evaluation| -> Vec<_> {
            of.findings.iter().map(|own| (own.finding_id, own.outcome, own.severity)).collect()
        };
        assert_eq!(outcomes(&shown), outcomes(&estate.evaluation));
        let config = Config { pii_mode: people.mode(), ..estate.config.clone() };
        assert!(Report::new(&shown, &CATALOGUE, &config).is_err(), "approvers in clear");
        let config = people.config(&config);
        let report = Report::new(&shown, &CATALOGUE, &config).unwrap();
        for format in Format::ALL {
            let text = format.text(&report).unwrap();
            let mail = "Persona Gratau1@example.com";
            assert!(Format::Native.text(&estate.report()).unwrap().contains(mail));
            assert!(!text.contains(mail) && !text.contains("Gratax@"), "{format}");
            if people.mode() == PiiMode::Hashed && *format != Format::Markdown {
                assert!(text.contains("hmac-sha256"), "{format}");
            }
        }
        for finding in shown.findings.iter().filter(|own| own.subject.kind == SubjectKind::User) {
            assert_ne!(finding.subject.display_name.as_deref(), Some("Persona Grata"));
        }
    }
    let clear = Pseudonyms::new(PiiMode::Clear, None).unwrap();
    assert_eq!(*clear.evaluation(&estate.evaluation).unwrap(), estate.evaluation);
}

/// Hands every text of a document to `check`, with the name of its member.
fn texts(key: &str, value: &Value, check: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => check(key, text),
        Value::Array(items) => items.iter().for_each(|item| texts(key, item, check)),
        Value::Object(members) => {
            members.iter().for_each(|(key, item)| texts(key, item, check));
        }
        _ => {}
    }
}

#[test]
fn the_schema_of_the_native_form_knows_every_word() {
    let (schema, validator) = native_schema();
    let words = |name: &str| -> Vec<String> {
        serde_json::from_value(schema["$defs"][name]["enum"].clone()).unwrap()
    };
    macro_rules! same {
        ($($name:literal $kind:ty),+ $(,)?) => {$(
            assert_eq!(words($name), <$kind>::ALL.iter().map(|own| own.as_str()).collect::<Vec<_>>());
        )+};
    }
    same! {
        "subjectKind" SubjectKind, "outcome" Outcome, "unknownCause" UnknownCause,
        "severity" Severity, "effectiveStatus" EffectiveStatus, "coverageState" CoverageState,
        "presence" Presence, "redaction" Redaction, "responsibleMethod" ResponsibleMethod,
        "exclusionReason" jumpcloud_compliance::ExclusionReason,
        "controlStatus" jumpcloud_compliance::control::ControlStatus,
        "controlNote" jumpcloud_compliance::control::ControlNote,
        "waiverState" jumpcloud_compliance::waiver::WaiverState,
    }
    let estate = Estate::named("Ada");
    let whole: Value = serde_json::from_str(&native(&estate.evaluation).unwrap()).unwrap();
    assert!(validator.is_valid(&whole));
    for (pointer, value) in [
        ("/findings/0/outcome", json!("OK")),
        ("/findings/0/evidence/digest", json!("sha256:00")),
        ("/findings/0/effective_status", json!("satisfied")),
        ("/evaluated_at", json!("2026-11-23T12:00:00+01:00")),
        ("/findings/0/evidence/observations", json!({})),
        ("/population/0/total", json!(1.5)),
        ("/org", json!({"id": "o1", "key": "secret"})),
    ] {
        let mut document = whole.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&document), "{pointer}");
    }
}

#[test]
fn an_organisation_of_hostile_names_has_the_native_form() {
    let (_, validator) = native_schema();
    for (name, _) in hostile() {
        let document = documents(Format::Native, &Estate::named(&name).report()).remove(0);
        let complaint = validator.iter_errors(&document).next().map(|error| error.to_string());
        assert_eq!(complaint, None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn every_evaluation_has_the_native_form_and_every_other(inputs in inputs()) {
        static NATIVE: std::sync::LazyLock<Validator> = std::sync::LazyLock::new(|| native_schema().1);
        let evaluation = judge(&inputs);
        let config = Config::default();
        let report = Report::new(&evaluation, &CATALOGUE, &config).unwrap();
        for format in Format::ALL {
            let text = format.text(&report).unwrap();
            prop_assert_eq!(&text, &format.text(&report).unwrap());
        }
        let document = documents(Format::Native, &report).remove(0);
        let complaint = NATIVE.iter_errors(&document).next();
        prop_assert!(complaint.is_none(), "{complaint:?}");
    }
}
