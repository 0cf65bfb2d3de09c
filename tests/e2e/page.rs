//! The HTML report in a browser: it works, it is readable for everyone, and nothing in it is alive.

use std::collections::BTreeMap;

use jumpcloud_compliance::drift::Drift;
use jumpcloud_compliance::export::{Report, html, views};
use jumpcloud_compliance::period::Period;
use jumpcloud_compliance::{Catalogue, Config, EffectiveStatus, Evaluation, Outcome, SubjectKind};
use serde_json::{Value, json};

use crate::browser::{Browser, Seen};
use crate::demo::judged;

/// The report of the demo, with views, a trend, and what changed.
async fn demo_page() -> (Vec<u8>, Evaluation) {
    let (evaluation, snapshot, config) = judged().await;
    let catalogue = Catalogue::builtin().unwrap();
    let views = views::all(&evaluation, &catalogue, &snapshot, &config, None).unwrap();
    let mut period = Period::new();
    let mut earlier = evaluation.clone();
    earlier.evaluated_at = "2026-11-17T09:00:00Z".parse().unwrap();
    period.add(&earlier).unwrap();
    period.add(&evaluation).unwrap();
    let period = period.summary(7 * 86_400);
    let drift = drift(&evaluation, &catalogue);
    let report = Report::new(&evaluation, &catalogue, &config).unwrap().drift(&drift);
    let page = html::Page::new(&report).views(&views).period(&period).text().unwrap();
    (page.into_bytes(), evaluation)
}

/// What changed since an evaluation in which the first failure of a device had passed and the first
/// finding of it had not been there.
fn drift(evaluation: &Evaluation, catalogue: &Catalogue<'_>) -> Drift {
    let mut before = evaluation.clone();
    let failed = before.findings.iter().position(|own| own.outcome == Outcome::Fail).unwrap();
    before.findings[failed].outcome = Outcome::Pass;
    let other = before.findings.iter().rposition(|own| own.outcome == Outcome::Fail).unwrap();
    before.findings.remove(other);
    Drift::between(&before, evaluation, catalogue).unwrap()
}

fn page_of(evaluation: &Evaluation) -> Vec<u8> {
    let catalogue = Catalogue::builtin().unwrap();
    let config = Config::default();
    let report = Report::new(evaluation, &catalogue, &config).unwrap();
    html::Page::new(&report).text().unwrap().into_bytes()
}

/// Nothing went wrong in the console and nothing reached the network.
fn assert_quiet(seen: &Seen) {
    assert!(seen.answer.get("error").is_none(), "{}", seen.answer);
    assert!(seen.console.is_empty(), "{:#?}", seen.console);
    assert!(seen.requests.is_empty(), "{:#?}", seen.requests);
}

#[test]
fn the_browser_would_tell_of_requests_and_errors() {
    let Some(browser) = Browser::find() else { return };
    let page = b"<!DOCTYPE html><img src=\"http://probe.example/x.png\"><script>nothing()</script>";
    let seen = browser.open("control", page, &[], "await wait(500); return 1;");
    assert_eq!(seen.answer, 1);
    assert!(seen.console.iter().any(|line| line.contains("nothing is not defined")), "{seen:?}");
    assert!(seen.requests.iter().any(|line| line.contains("probe.example")), "{seen:?}");
}

#[tokio::test]
async fn lists_filters_evidence_and_views_work() {
    let Some(browser) = Browser::find() else { return };
    let (page, evaluation) = demo_page().await;
    let seen = browser.open("works", &page, &[], include_str!("page_works.js"));
    assert_quiet(&seen);
    let fails = evaluation
        .findings
        .iter()
        .filter(|finding| finding.effective_status == EffectiveStatus::Fail)
        .count();
    let all = evaluation.findings.len();
    let answer = &seen.answer;
    let grouped = format!("{},{:03}", all / 1000, all % 1000);
    assert_eq!(answer["first"], format!("{fails} of {grouped} findings."), "{answer:#}");
    assert_eq!(answer["searched"], json!(["mac-unencrypted"]), "{answer:#}");
    assert_eq!(answer["nothing"], "No finding matches.");
    let finding = evaluation
        .findings
        .iter()
        .find(|finding| {
            finding.rule_id == "JC-DEV-001"
                && finding.subject.display_name.as_deref() == Some("mac-unencrypted")
        })
        .unwrap();
    let detail = answer["detail"].as_str().unwrap();
    let observation = &finding.evidence.observations[0];
    for part in [
        &finding.finding_id.to_string(),
        &finding.evidence.digest.to_string(),
        &observation.path,
        &observation.source,
        &finding.subject.id,
        "What to do",
        "June Ashby",
    ] {
        assert!(detail.contains(part), "{part} is not in {detail}");
    }
    assert_eq!(answer["shared"], detail, "an address leads to the same finding");
    let details = answer["details"].as_array().unwrap();
    let of_rule = evaluation.findings.iter().filter(|own| own.rule_id == "JC-DEV-001");
    assert_eq!(of_rule.clone().count(), details.len());
    for finding in of_rule {
        let id = finding.finding_id.to_string();
        let parts = [&id, &finding.evidence.digest.to_string(), &finding.subject.id];
        assert!(
            details
                .iter()
                .filter_map(Value::as_str)
                .any(|detail| parts.iter().all(|part| detail.contains(part.as_str()))),
            "the evidence of {id} is not its own"
        );
    }
    let count =
        |rule: &str| evaluation.findings.iter().filter(|finding| finding.rule_id == rule).count();
    assert_eq!(answer["linked"], count(answer["rule"].as_str().unwrap()), "{answer:#}");
    assert!(answer["excluded"].as_str().unwrap().contains("ipad-reception"), "{answer:#}");
    assert!(answer["assets"].as_str().unwrap().contains("June Ashby"), "{answer:#}");
    let regressed = answer["regressed"].as_str().unwrap();
    assert!(regressed.contains("PASS") && regressed.contains("regressed (stands)"), "{answer:#}");
    assert!(answer["newly"].as_str().unwrap().contains("new failure"), "{answer:#}");
    assert_eq!(answer["printed"], all, "all findings that match are printed: {answer:#}");
    let colours: Vec<&str> =
        answer["themes"].as_array().unwrap().iter().map(|own| own.as_str().unwrap()).collect();
    assert_eq!(colours[0], colours[3], "auto, light, dark, auto");
    assert_ne!(colours[1], colours[2]);
}

#[tokio::test]
async fn everyone_can_read_it() {
    let Some(browser) = Browser::find() else { return };
    let (page, _) = demo_page().await;
    let mut backgrounds = Vec::new();
    for (name, scheme) in [("dark", 0), ("light", 1)] {
        let flag = format!("--blink-settings=preferredColorScheme={scheme}");
        let steps = include_str!("page_readable.js");
        let seen = browser.open(&format!("readable-{name}"), &page, &[&flag], steps);
        assert_quiet(&seen);
        assert_eq!(seen.answer["faults"], json!([]), "{name}: {:#}", seen.answer);
        assert!(seen.answer["texts"].as_u64() > Some(300), "{:#}", seen.answer);
        backgrounds.push(seen.answer["background"].clone());
    }
    assert_ne!(backgrounds[0], backgrounds[1], "the page follows the preference");
}

/// Names as nobody should have them.
fn hostile() -> Vec<String> {
    vec![
        "<img src=\"http://probe.example/a.png\" onerror=\"parent.hacked=1\">".to_owned(),
        "</script><script>parent.hacked=1</script>".to_owned(),
        "<!--<script>".to_owned(),
        "\"><svg onload=parent.hacked=1>".to_owned(),
        "=HYPERLINK(\"http://probe.example\")".to_owned(),
        "evil\u{202e}gpj.exe".to_owned(),
        "line\nbreak\r\n\0\u{7}".to_owned(),
        "long".repeat(2500),
        "javascript:parent.hacked=1".to_owned(),
        "{{constructor.constructor('parent.hacked=1')()}}".to_owned(),
    ]
}

#[tokio::test]
async fn hostile_names_are_text() {
    let Some(browser) = Browser::find() else { return };
    let (mut evaluation, ..) = judged().await;
    let names = hostile();
    evaluation.org.name = Some(names[0].clone());
    let mut given = BTreeMap::new();
    for finding in &mut evaluation.findings {
        if finding.rule_id == "JC-DEV-001" {
            let name = &names[given.len() % names.len()];
            given.insert(finding.subject.id.clone(), name.clone());
            finding.subject.display_name = Some(name.clone());
            finding.subject.natural_key = Some(name.clone());
            finding.subject.sub_kind = Some(name.clone());
        }
    }
    for subject in &mut evaluation.subjects {
        if let Some(name) = given.get(&subject.id) {
            subject.display_name = Some(name.clone());
            subject.natural_key = Some(name.clone());
        }
    }
    for population in &mut evaluation.population {
        for (excluded, name) in population.excluded.iter_mut().zip(names.iter().cycle()) {
            excluded.name = Some(name.clone());
            excluded.detail = Some(name.clone());
        }
    }
    let seen = browser.open("hostile", &page_of(&evaluation), &[], include_str!("page_hostile.js"));
    assert_quiet(&seen);
    let answer = &seen.answer;
    assert_eq!(answer["strangers"], 0, "{answer:#}");
    assert_eq!(answer["hacked"], Value::Null);
    assert_eq!(answer["title"], names[0]);
    let text = answer["text"].as_str().unwrap();
    for part in [
        names[0].as_str(),
        names[1].as_str(),
        names[3].as_str(),
        "evil[U+202E]gpj.exe",
        "line[U+000A]break[U+000D][U+000A][U+0000][U+0007]",
        names[4].as_str(),
    ] {
        assert!(text.contains(part), "{part:?} is not shown");
    }
    assert!(answer["tallest"].as_u64() < Some(300), "a long name stays small: {answer:#}");
    assert!(answer["wide"] == false, "{answer:#}");
}

#[tokio::test]
async fn ten_thousand_devices_stay_usable() {
    const COPIES: usize = 250;
    let Some(browser) = Browser::find() else { return };
    let (mut evaluation, ..) = judged().await;
    let devices: Vec<_> = evaluation
        .findings
        .iter()
        .filter(|finding| finding.subject.kind == SubjectKind::Device)
        .cloned()
        .collect();
    for copy in 1..COPIES {
        for finding in &devices {
            let mut finding = finding.clone();
            let subject = &mut finding.subject;
            let id = format!("{copy:05}{}", &subject.id[5..]);
            for observation in &mut finding.evidence.observations {
                if observation.record_id.as_ref() == Some(&subject.id) {
                    observation.record_id = Some(id.clone());
                }
            }
            subject.id = id;
            subject.display_name =
                subject.display_name.as_ref().map(|name| format!("{name}-{copy}"));
            let finding_id = jumpcloud_compliance::FindingId::new(
                &finding.rule_id,
                subject,
                &finding.discriminator,
            );
            finding.finding_id = finding_id;
            evaluation.findings.push(finding);
        }
    }
    let start = std::time::Instant::now();
    let page = page_of(&evaluation);
    let written = start.elapsed();
    let steps = include_str!("page_large.js");
    let seen = browser.open("large", &page, &["--js-flags=--max-old-space-size=2048"], steps);
    assert_quiet(&seen);
    println!(
        "{} findings: {} bytes written in {written:?}, opened in {:?}: {}",
        evaluation.findings.len(),
        page.len(),
        seen.took,
        seen.answer
    );
    assert!(seen.answer["rows"].as_u64() <= Some(50), "{}", seen.answer);
    assert_eq!(
        seen.answer["found"],
        format!("1 of {} findings.", seen.answer["total"].as_str().unwrap())
    );
    assert!(page.len() < 80_000_000, "{} bytes", page.len());
    assert!(seen.took.as_secs() < 60, "{:?}", seen.took);
}
