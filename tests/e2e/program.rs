//! The example as a program: flags, exit codes, files.

use std::path::PathBuf;
use std::process::{Command, Output};

use jumpcloud_client::RawRecord;
use jumpcloud_compliance::pack::{SignatureState, ed25519, verify_folder, verify_signed_folder};

/// The main example.
fn program() -> Command {
    example("compliance_report")
}

/// An example that `cargo test` has built beside this test.
pub(super) fn example(name: &str) -> Command {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let mut command = Command::new(path.join("examples").join(name));
    for name in ["API_KEY", "ORG_ID", "REGION", "BASE_URL"] {
        command.env_remove(format!("JUMPCLOUD_{name}"));
    }
    command
}

pub(super) fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

pub(super) fn run(command: &mut Command) -> Output {
    command.output().expect("the example is built by `cargo test`")
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_demo_runs_without_configuration_and_is_the_same_twice() {
    let base = folder("program-demo");
    let report = |name: &str| {
        let out = base.join(name);
        let output = run(program()
            .args(["--now", "2026-11-24T09:00:00Z", "--out"])
            .arg(&out)
            .arg("--save-snapshot")
            .arg(base.join(format!("{name}.json"))));
        assert!(output.status.success(), "{}", text(&output.stderr));
        (std::fs::read(out.join("evaluation.json")).unwrap(), text(&output.stdout))
    };
    let (one, printed) = report("one");
    let (other, _) = report("other");
    assert_ne!(one.len(), 0);
    let strip = |bytes: &[u8]| {
        // The demo listens on a port of its own each time; nothing else may differ.
        let mut value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        value["snapshot"]["source"] = serde_json::Value::Null;
        value["digest"] = serde_json::Value::Null;
        value
    };
    assert_eq!(strip(&one), strip(&other));
    for word in ["JC-DEV-001", "mac-unencrypted", "ipad-reception", "CONTROLS", "fix:"] {
        assert!(printed.contains(word), "the summary lacks {word}:\n{printed}");
    }
    let again = base.join("again");
    let output = run(program()
        .args(["--now", "2026-11-24T09:00:00Z", "--json", "--format", "all", "--snapshot"])
        .arg(base.join("one.json"))
        .arg("--out")
        .arg(&again));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["organization"], "Lumen & Ladder Ltd");
    let files = [
        "evaluation.json",
        "findings.jsonl",
        "findings.csv",
        "coverage.json",
        "population.csv",
        "report.html",
        "assets.csv",
        "access_review.csv",
        "leavers.csv",
        "oscal-assessment-results-1.1.3.json",
        "ocsf-compliance-findings-1.5.0.jsonl",
        "hdf.json",
        "findings.sarif",
        "summary.md",
    ];
    for file in files {
        assert!(again.join(file).exists(), "{file}");
    }
    let checked = jumpcloud_compliance::pack::verify_folder(&again).unwrap();
    assert!(checked.is_intact(), "the report is part of the pack: {checked:?}");
}

#[test]
fn raw_records_go_with_the_evidence_where_people_stand_in_clear() {
    let base = folder("program-raw");
    let (raw, out, snapshot) = (base.join("raw"), base.join("out"), base.join("snapshot.json"));
    let at = "2026-11-24T09:00:00Z";
    let output = run(program()
        .args(["--quiet", "--now", at, "--keep-raw"])
        .arg(&raw)
        .arg("--save-snapshot")
        .arg(&snapshot)
        .arg("--out")
        .arg(&out));
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(verify_folder(&out).unwrap().is_intact());
    let devices = std::fs::read_to_string(out.join("raw").join("SYS.jsonl")).unwrap();
    let one = devices.lines().find(|line| line.contains("mac-unencrypted")).unwrap();
    let record: RawRecord = serde_json::from_str(one).unwrap();
    let source: serde_json::Value = serde_json::from_str(&record.text).unwrap();
    assert_eq!(source["hostname"], "mac-unencrypted");
    // Events are told by their counts and their own lines; nothing else is missing.
    let missing =
        std::fs::read_to_string(out.join("raw").join("missing.jsonl")).unwrap_or_default();
    let other: Vec<&str> =
        missing.lines().filter(|line| !line.contains(r#""input":"DI"#)).collect();
    assert_eq!(other, Vec::<&str>::new());
    // The same from what was kept, without a network; and nothing of it where people are hashed.
    let again = base.join("again");
    let saved = |out: &std::path::Path| {
        let mut command = program();
        command
            .args(["--quiet", "--now", at, "--snapshot"])
            .arg(&snapshot)
            .arg("--keep-raw")
            .arg(&raw);
        command.arg("--out").arg(out);
        command
    };
    assert!(run(&mut saved(&again)).status.success());
    for name in ["SYS.jsonl", "USR.jsonl", "SI.apps.jsonl"] {
        let read = |folder: &PathBuf| std::fs::read(folder.join("raw").join(name)).unwrap();
        assert_eq!(read(&out), read(&again), "{name}");
    }
    let (config, hashed) = (base.join("config.json"), base.join("hashed"));
    std::fs::write(&config, r#"{"pii_mode": "hashed"}"#).unwrap();
    let mut command = saved(&hashed);
    let output = run(command.arg("--config").arg(&config).args(["--pii-key", "sixteen bytes ok"]));
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("left out of the evidence"), "{}", text(&output.stderr));
    assert!(!hashed.join("raw").exists() && verify_folder(&hashed).unwrap().is_intact());
}

#[test]
fn evidence_is_compared_sampled_and_signed() {
    let base = folder("program-signed");
    let key = base.join("key.pem");
    // The example pair of RFC 8410.
    std::fs::write(
        &key,
        "-----BEGIN PRIVATE KEY-----\n\
         MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
         -----END PRIVATE KEY-----\n",
    )
    .unwrap();
    let public = ed25519::verifying_key(
        "-----BEGIN PUBLIC KEY-----\n\
         MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
         -----END PUBLIC KEY-----\n",
    )
    .unwrap();
    let snapshot = base.join("snapshot.json");
    let first = base.join("first");
    let output = run(program()
        .args(["--quiet", "--now", "2026-11-23T09:00:00Z", "--save-snapshot"])
        .arg(&snapshot)
        .arg("--out")
        .arg(&first));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let next = |out: &PathBuf, more: &[&str]| {
        run(program()
            .args(["--quiet", "--now", "2026-11-24T09:00:00Z", "--snapshot"])
            .arg(&snapshot)
            .arg("--out")
            .arg(out)
            .args(more))
    };
    let second = base.join("second");
    let baseline = first.join("evaluation.json");
    let baseline = baseline.to_str().unwrap();
    let sign = ["--sign-key", key.to_str().unwrap()];
    let sample = ["--sample", "7", "--seed", "of the auditor"];
    let output =
        next(&second, &[&["--baseline", baseline], sample.as_slice(), sign.as_slice()].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let checked = verify_signed_folder(&second, &public).unwrap();
    assert!(checked.is_authentic(), "{checked:?}");
    let checked = verify_signed_folder(&first, &public).unwrap();
    assert_eq!(checked.signature, SignatureState::Unsigned);
    let drawn = std::fs::read_to_string(second.join("sample.csv")).unwrap();
    assert_eq!(drawn.lines().count(), 8);
    assert!(std::fs::read_to_string(second.join("report.html")).unwrap().contains("id=\"drift\""));
    let drift = std::fs::read(second.join("drift.json")).unwrap();
    let drift: serde_json::Value = serde_json::from_slice(&drift).unwrap();
    let before: serde_json::Value =
        serde_json::from_slice(&std::fs::read(baseline).unwrap()).unwrap();
    assert_eq!(drift["before"], before["digest"]);
    // What was tampered with is not compared, and a key that is none signs nothing.
    let tampered = base.join("tampered.json");
    let changed = std::fs::read_to_string(baseline).unwrap().replacen("\"FAIL\"", "\"PASS\"", 1);
    std::fs::write(&tampered, changed).unwrap();
    for more in [["--baseline", tampered.to_str().unwrap()], ["--sign-key", baseline]] {
        let output = next(&base.join("refused"), &more);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("remedy") && !base.join("refused").exists(), "{stderr}");
    }
}

#[test]
fn fail_on_decides_the_exit_code() {
    let base = folder("program-fail-on");
    let code = |severity: &str| {
        let output = run(program().args(["--quiet", "--fail-on", severity, "--out"]).arg(&base));
        assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
        output.status.code()
    };
    assert_eq!(code("high"), Some(1));
    let output = run(program().args(["--quiet", "--out"]).arg(&base));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn usage_and_connection_errors_end_with_two_and_a_remedy() {
    let base = folder("program-errors");
    let fails = |command: &mut Command| {
        let output = run(command.arg("--out").arg(&base));
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(output.stdout.is_empty());
        stderr
    };
    assert!(fails(program().args(["--fail-on", "terrible"])).contains("critical"));
    assert!(fails(program().args(["--format", "hdf,odd"])).contains("sarif"));
    assert!(fails(program().args(["--snapshot", "no/such/file.json"])).contains("remedy"));
    let unreachable = fails(
        program()
            .env("JUMPCLOUD_API_KEY", "jca_planted_secret")
            .env("JUMPCLOUD_BASE_URL", "http://127.0.0.1:1"),
    );
    assert!(unreachable.contains("cause") && unreachable.contains("remedy"), "{unreachable}");
    assert!(!unreachable.contains("jca_planted_secret"));
    let odd_region = fails(program().env("JUMPCLOUD_API_KEY", "k").env("JUMPCLOUD_REGION", "mars"));
    assert!(odd_region.contains("us"), "{odd_region}");
    let plain = fails(
        program().env("JUMPCLOUD_API_KEY", "k").env("JUMPCLOUD_BASE_URL", "http://example.com"),
    );
    assert!(plain.contains("plain `http`"), "{plain}");
    let file = base.join("config.json");
    std::fs::write(&file, r#"{"parameters": {"JC-DEV-007": {"max_silence_days": 9999}}}"#).unwrap();
    // The service is out of reach and the configuration wrong: the latter is told, unasked.
    let config = fails(
        program()
            .arg("--config")
            .arg(&file)
            .env("JUMPCLOUD_API_KEY", "jca_planted_secret")
            .env("JUMPCLOUD_BASE_URL", "http://127.0.0.1:1"),
    );
    for word in ["JC-DEV-007", "max_silence_days", "9999", "180"] {
        assert!(config.contains(word), "{config}");
    }
}

#[test]
fn help_explains_every_flag() {
    let output = run(program().arg("--help"));
    assert!(output.status.success());
    let help = text(&output.stdout);
    for flag in [
        "--out",
        "--preset",
        "--rate",
        "--concurrency",
        "--now",
        "--save-snapshot",
        "--snapshot",
        "--config",
        "--fail-on",
        "--baseline",
        "--sample",
        "--seed",
        "--sign-key",
        "--json",
        "--quiet",
        "EXIT CODES",
    ] {
        assert!(help.contains(flag), "{flag}");
    }
}

#[test]
fn an_organisation_adds_a_rule_of_its_own() {
    let output = run(&mut example("own_rule"));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    for line in [
        "d1 (lumen-041)  PASS  its name begins as the scheme says",
        "d2 (DESKTOP-7Q)  FAIL  its name begins otherwise",
        "d3 (d3)  UNKNOWN  its record has no name",
        "control 3.1  exceptions_noted",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line:?} is not in\n{printed}");
    }
}

#[test]
fn a_monitor_reads_judges_and_compares() {
    let output = run(example("monitor").env_remove("JUMPCLOUD_API_KEY"));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    let standings: Vec<&str> = printed
        .lines()
        .filter(|line| !line.contains("finding") && !line.starts_with(' '))
        .collect();
    assert_eq!(
        standings,
        ["unconfigured", "connecting", "active", "active", "active"],
        "{printed}"
    );
    assert_eq!(printed.matches(" findings at ").count(), 2, "{printed}");
    assert!(printed.contains("  unchanged: "), "{printed}");
    assert!(!printed.contains("fails now"), "nothing changed:\n{printed}");
}
