//! Every example as a program, and every snippet of the guides as a part of one.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{example, folder, run, text};

/// Runs an example to its end and hands out what it printed.
fn printed(command: &mut Command) -> String {
    let output = run(command);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn has(printed: &str, lines: &[&str]) {
    for line in lines {
        assert!(printed.lines().any(|own| own == *line), "{line:?} is not in\n{printed}");
    }
}

#[test]
fn quickstart_finds_failures_and_writes_evidence() {
    let out = folder("example-quickstart");
    let printed = printed(example("quickstart").arg(&out));
    assert!(printed.contains("Lumen & Ladder Ltd"), "{printed}");
    assert!(printed.lines().any(|line| line.ends_with(" not_encrypted")), "{printed}");
    assert!(jumpcloud_compliance::pack::verify_folder(&out).unwrap().is_intact());
}

#[test]
fn each_of_the_five_answers_is_told_apart() {
    let printed = printed(&mut example("five_answers"));
    let part = |number: &str, next: &str| {
        let (_, rest) = printed.split_once(&format!("{number}. ")).unwrap();
        rest.split_once(&format!("{next}. ")).map_or(rest, |(part, _)| part).to_owned()
    };
    assert!(part("1", "2").contains("ask for a new key"), "{printed}");
    assert!(part("2", "3").contains("USR: Unauthorised"), "{printed}");
    assert!(part("3", "4").contains("SG: the role may not read it"), "{printed}");
    assert!(part("4", "5").contains("linux-ungrouped: it is in no device group"), "{printed}");
    assert!(part("5", "6").contains("42 devices, Complete\n   after 2 retries"), "{printed}");
}

#[test]
fn lists_are_streamed_counted_and_filtered() {
    let printed = printed(&mut example("list_users"));
    let lines = [
        "bruno.sand has no second factor",
        "35 users in all",
        "42 devices, 18 of them Macs",
        "2 suspended",
    ];
    has(&printed, &lines);
    assert!(
        !printed.contains("carla.mist"),
        "what is not known is not told as missing:\n{printed}"
    );
}

#[test]
fn a_saved_snapshot_is_judged_offline_and_the_same_each_time() {
    let file = folder("example-snapshot").join("snapshot.json");
    let output = run(example("snapshot_to_file").arg(&file));
    let told = text(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("requests or more") && told.contains("inputs complete"), "{told}");
    let judge = || printed(example("evaluate_offline").arg(&file).arg("2030-01-01T00:00:00Z"));
    let first = judge();
    assert_eq!(first, judge());
    assert!(first.contains("JC-DEV-001") && first.contains("digest sha256:"), "{first}");
}

#[test]
fn the_small_snapshot_is_explained() {
    let printed = printed(&mut example("evaluate_offline"));
    let lines = [
        "JC-DEV-001  1 fail, 1 pass, 1 unknown",
        "device: 3 judged, 1 left out",
        "user: 0 judged, 0 left out, there may be more",
        "9. So the outcome is FAIL: the boot volume is not encrypted (`not_encrypted`).",
    ];
    has(&printed, &lines);
}

#[test]
fn a_waiver_runs_out_and_a_statement_too() {
    let printed = printed(&mut example("waive_and_attest"));
    let (within, after) = printed.split_once("2027-05-01T00:00:00Z\n").unwrap();
    has(within, &["  JC-DEV-001 FAIL, exempt: not_encrypted", "  JC-ORG-012 PASS, pass: reviewed"]);
    has(after, &["  JC-DEV-001 FAIL, fail: not_encrypted", "  waiver W-2026-07 is expired"]);
}

#[test]
fn exports_are_written() {
    let out = folder("example-exports");
    printed(example("export_oscal").arg(&out));
    let json = |file: &str| -> Value {
        serde_json::from_slice(&fs::read(out.join(file)).unwrap()).unwrap()
    };
    let oscal = json("oscal-assessment-results-1.1.3.json");
    assert!(!oscal["assessment-results"]["results"][0]["findings"].as_array().unwrap().is_empty());
    assert!(!json("findings.sarif")["runs"][0]["results"].as_array().unwrap().is_empty());
    let table = |file: &str| fs::read_to_string(out.join(file)).unwrap();
    assert!(table("findings.csv").contains("not_encrypted"));
    assert!(table("population.csv").contains("ipad-reception"));
    assert!(table("coverage.csv").lines().count() > 20);
    assert!(table("report.html").starts_with("<!DOCTYPE html>"));
    assert!(table("summary.md").contains("JC-DEV-001"));
}

#[test]
fn an_integration_is_tested_against_the_fake() {
    has(&printed(&mut example("test_your_integration")), &["3 checks passed"]);
}

#[test]
fn an_endpoint_of_ones_own_is_read() {
    has(&printed(&mut example("own_endpoint")), &["3 templates, Complete", "Mail 3"]);
}

#[test]
fn one_organisation_that_fails_leaves_the_others() {
    let printed = printed(example("many_organizations").env_remove("JUMPCLOUD_API_KEY"));
    has(
        &printed,
        &[
            "# Compliance of 4 organisations",
            "3 judged, 1 without a result.",
            "| South | no result | | | | | |",
        ],
    );
    assert!(printed.contains("- South: the credential was not accepted on"), "{printed}");
    let line = |rule: &str| {
        let start = format!("| {rule} |");
        let line = printed.lines().find(|line| line.starts_with(&start));
        line.unwrap_or_else(|| panic!("{rule} is not in\n{printed}")).to_owned()
    };
    // Two fail, none is unknown, one passes, one has no result.
    assert!(line("JC-DEV-001").ends_with("| high | 2 | 0 | 1 | 1 | 2 |"), "{printed}");
    let last = printed.lines().rfind(|line| !line.is_empty()).unwrap();
    assert!(last.starts_with("3 audited, 1 failed, 0 not run, "), "{last}");
}

#[test]
fn an_audit_prints_json_lines_and_tells_by_its_exit_code() {
    let output = run(&mut example("audit"));
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let open = |status: &str| lines.iter().filter(|line| line["status"] == status).count();
    assert!(open("fail") > 10 && open("unknown") > 0, "{} lines", lines.len());
    assert_eq!(open("pass"), 0);
    let mac = lines.iter().find(|line| line["name"] == "mac-unencrypted").unwrap();
    assert_eq!((&mac["rule"], &mac["reason"]), (&"JC-DEV-001".into(), &"not_encrypted".into()));

    // No failure is critical but something of that weight is unknown: that is not a clean result.
    let critical = lines.iter().filter(|line| line["severity"] == "critical");
    let fails = critical.clone().any(|line| line["status"] == "fail");
    let unknown = critical.clone().any(|line| line["status"] == "unknown");
    let expected = if fails {
        1
    } else if unknown {
        3
    } else {
        0
    };
    let code = run(example("audit").args(["--fail-on", "critical"])).status.code();
    assert_eq!(code, Some(expected));
}

#[test]
fn an_audit_that_cannot_be_made_ends_with_two() {
    for (arguments, word) in [(["--fail-on", "dire"], "critical"), (["--profile", "odd"], "odd")] {
        let output = run(example("audit").args(arguments));
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(word), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty());
    }
    let mut offline = example("audit");
    offline.env("JUMPCLOUD_API_KEY", "jca_planted").env("JUMPCLOUD_REGION", "mars");
    let output = run(&mut offline);
    assert_eq!(output.status.code(), Some(2));
    assert!(!text(&output.stderr).contains("jca_planted"));
}

#[test]
fn a_pipe_that_closes_early_is_no_failure() {
    let mut child = example("audit")
        .arg("--all")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with('{'), "{line}");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("panicked"));
}

/// A service that runs, and its address.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start() -> Self {
        let mut command = example("service");
        let mut child = command.env_remove("LISTEN").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        Self { child, address }
    }

    /// The status and body of a GET.
    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = text(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has ended already when all went well.
        drop(self.child.kill());
    }
}

#[test]
fn a_service_shows_the_latest_result_and_stops_when_told() {
    let mut service = Service::start();
    let until = Instant::now() + Duration::from_secs(120);
    let failures = loop {
        let (status, body) = service.get("/findings?status=fail&rule=JC-DEV-001");
        if status == 200 {
            break body;
        }
        assert_eq!(status, 503, "{body}");
        assert!(Instant::now() < until, "nothing was judged in time");
        std::thread::sleep(Duration::from_millis(50));
    };
    let failures: Value = serde_json::from_str(&failures).unwrap();
    let failures = failures.as_array().unwrap();
    assert!(!failures.is_empty());
    for own in failures {
        assert_eq!((&own["outcome"], &own["rule_id"]), (&"FAIL".into(), &"JC-DEV-001".into()));
    }
    let health: Value = serde_json::from_str(&service.get("/health").1).unwrap();
    assert!(health["last_sync"].is_string() || health["state"] == "connecting", "{health}");
    assert_eq!(service.get("/findings?status=odd").0, 400);
    assert!(service.get("/report.html").1.starts_with("<!DOCTYPE html>"));

    let id = service.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let status = service.child.wait().unwrap();
    assert!(status.success(), "{status}");
}

/// The documents that hold snippets: the guides and the front page.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let guides = fs::read_dir(root.join("docs/guides")).unwrap();
    let guides = guides.map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> =
        guides.filter(|path| path.extension().is_some_and(|own| own == "md")).collect();
    all.sort();
    all.push(root.join("README.md"));
    all
}

/// Paragraphs of a text without their indentation.
fn paragraphs(code: &str) -> Vec<String> {
    let lines = code.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let parts = lines.split("\n\n").map(|part| part.trim_matches('\n').to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

#[test]
fn every_snippet_is_part_of_an_example_that_runs() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut checked = 0;
    for document in documents() {
        let name = document.file_name().unwrap().to_str().unwrap().to_owned();
        let page = fs::read_to_string(&document).unwrap();
        // A snippet follows the line that names its example: `<!-- examples/audit.rs -->`.
        let mut pieces = page.split("```rust\n");
        let mut before = pieces.next().unwrap();
        for piece in pieces {
            let (code, after) = piece.split_once("```").unwrap();
            let named = before.trim_end().rsplit_once("<!-- ");
            let file = named.and_then(|(_, rest)| rest.strip_suffix(" -->"));
            let file = file.unwrap_or_else(|| panic!("{name} names no example before\n{code}"));
            let source = fs::read_to_string(root.join(file)).unwrap();
            let source = source.lines().map(str::trim).collect::<Vec<_>>().join("\n");
            let mut rest = source.as_str();
            for part in paragraphs(code) {
                let (_, later) = rest.split_once(&format!("{part}\n")).unwrap_or_else(|| {
                    panic!("{name}: this is not in {file}, or in another order:\n{part}")
                });
                rest = later;
                checked += 1;
            }
            before = after;
        }
    }
    assert!(checked > 20, "{checked} snippets");
}

#[test]
fn every_link_of_the_documents_leads_somewhere() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let crates = ["jumpcloud-client/README.md", "jumpcloud-compliance/README.md"];
    for document in documents().into_iter().chain(crates.map(|file| root.join(file))) {
        let page = fs::read_to_string(&document).unwrap();
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            if !file.is_empty() && !link.contains("://") {
                let target = document.parent().unwrap().join(file);
                assert!(target.exists(), "{} links to {link}", document.display());
            }
        }
    }
}

#[test]
fn every_example_has_a_guide_and_every_guide_an_entry() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let guides: String = documents().iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    for entry in fs::read_dir(root.join("examples")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".rs") {
            assert!(guides.contains(&name), "no guide speaks of examples/{name}");
        }
    }
    let index = fs::read_to_string(root.join("docs/guides/README.md")).unwrap();
    for document in documents() {
        let name = document.file_name().unwrap().to_str().unwrap();
        assert!(name == "README.md" || index.contains(&format!("({name})")), "{name}");
    }
}
