//! Raw records in a pack: those behind the findings, with the digests of the snapshot, in clear alone.

use std::io;

use jumpcloud_client::{RawRecord, RecordDigest, Snapshot};
use jumpcloud_compliance::pack::{Change, Pack, PackError, verify, verify_folder};
use jumpcloud_compliance::pii::{PiiMode, Pseudonyms};
use jumpcloud_compliance::{Config, Evaluation, evaluate};
use serde_json::{Value, json};

use crate::catalogue::CATALOGUE;

const READ: &str = "2026-11-23T11:00:00Z";
const EARLIER: &str = "2026-11-22T23:00:00Z";

fn inputs() -> Value {
    json!({
        "ORG": [{"_id": "o1", "displayName": "Example"}],
        "SYS": [{
            "_id": "d1", "hostname": "laptop-1", "osFamily": "darwin", "os": "Mac OS X",
            "version": "26.1", "serialNumber": "S1", "active": true, "fde": {"active": false},
            "created": "2025-01-10T00:00:00Z", "lastContact": "2026-11-23T10:00:00Z",
        }],
        "USR": [{"_id": "u1", "username": "qvondrell", "email": "qvondrell@people.example",
                 "state": "ACTIVATED", "activated": true, "suspended": false}],
        "SG": [{"id": "g1", "name": "macs"}],
        "SI.users": [{"system_id": "d1", "username": "local", "admin": true, "uid": "501",
                      "collection_time": "2026-11-23T06:00:00Z"}],
    })
}

/// The people of the device were read earlier than the rest, and taken over.
fn snapshot() -> Snapshot {
    let mut inputs = inputs();
    inputs["SYS-USR"] = json!({"of": {"d1": {
        "coverage": {"state": "complete", "unique": 1, "received": 1, "pages": 1,
            "request": {"path": "/api/v2/systems/{id}/users", "query": {}},
            "duplicates": 0, "set_aside": 0, "nulls": 0, "retries": 0, "notes": [],
            "first_fetched_at": EARLIER, "last_fetched_at": EARLIER, "unchanged_until": READ},
        "pages": [{"fetched_at": EARLIER, "records": 1}],
        "records": [{"id": "u1", "type": "user"}],
    }}});
    let saved = json!({"schema": "jumpcloud-snapshot/1", "organization_id": "o1", "taken_at": READ,
                       "inputs": inputs});
    Snapshot::from_json(&saved.to_string()).unwrap()
}

fn raw(input: &str, of: Option<&str>, id: Option<&str>, text: &str) -> RawRecord {
    let record = json!({"input": input, "of": of, "id": id, "fetched_at": READ, "verbatim": true,
        "digest": RecordDigest::of(text.as_bytes()).to_string(), "text": text});
    serde_json::from_value(record).unwrap()
}

/// Every list as the service sent it.
fn records() -> Vec<RawRecord> {
    let inputs = inputs();
    let mut all = vec![raw("SYS-USR", Some("d1"), Some("u1"), r#"{"id":"u1","type":"user"}"#)];
    for (input, rows) in inputs.as_object().unwrap() {
        for row in rows.as_array().unwrap() {
            let id = row.get("_id").or_else(|| row.get("id")).and_then(Value::as_str);
            let of = row.get("system_id").and_then(Value::as_str);
            all.push(raw(input, of, id, &row.to_string()));
        }
    }
    all
}

fn config(mode: PiiMode) -> Config {
    serde_json::from_value(json!({"pii_mode": mode})).unwrap()
}

fn judged(mode: PiiMode) -> (Evaluation, Pack) {
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    let people = Pseudonyms::new(mode, Some(b"sixteen bytes ok")).unwrap();
    let evaluation = evaluate(&CATALOGUE, &snapshot(), &config(mode), now, None).unwrap();
    let evaluation = people.evaluation(&evaluation).unwrap().into_owned();
    let pack = Pack::of(&evaluation, &CATALOGUE, &config(mode)).unwrap();
    (evaluation, pack)
}

fn with(records: Vec<RawRecord>) -> Pack {
    let (evaluation, pack) = judged(PiiMode::Clear);
    pack.with_raw(&evaluation, &snapshot(), records.into_iter().map(Ok)).unwrap()
}

fn lines<'p>(pack: &'p Pack, name: &str) -> Vec<&'p str> {
    let bytes = pack.files().get(name).map(Vec::as_slice).unwrap_or_default();
    std::str::from_utf8(bytes).unwrap().lines().collect()
}

#[test]
fn a_finding_leads_to_the_bytes_of_its_source() {
    let (evaluation, _) = judged(PiiMode::Clear);
    let pack = with(records());
    assert!(pack.verify().is_intact(), "{:?}", pack.verify());
    let open = |finding: &&jumpcloud_compliance::Finding| finding.rule_id == "JC-DEV-001";
    let finding = evaluation.findings.iter().find(open).unwrap();
    let observation =
        finding.evidence.observations.iter().find(|own| own.path == "fde.active").unwrap();
    assert_eq!((&*observation.source, observation.record_id.as_deref()), ("SYS", Some("d1")));
    let [line] = lines(&pack, "raw/SYS.jsonl")[..] else { panic!("one device") };
    let record: RawRecord = serde_json::from_str(line).unwrap();
    let source: Value = serde_json::from_str(&record.text).unwrap();
    assert_eq!((&source["_id"], &source["fde"]["active"]), (&json!("d1"), &json!(false)));
    let mut digests = Vec::new();
    snapshot().digests(|input, _, id, digest| {
        if (input, id) == ("SYS", "d1") {
            digests.push(digest);
        }
    });
    assert_eq!(digests, [RecordDigest::of(record.text.as_bytes())]);
    // Rows and people of a device come with what they hang on.
    for name in ["raw/SYS-USR.jsonl", "raw/SI.users.jsonl", "raw/USR.jsonl"] {
        assert_eq!(lines(&pack, name).len(), 1, "{name}");
    }
    assert!(pack.files().get("raw/missing.jsonl").is_none());
    // The order in which they were kept, and what was kept twice, makes no difference.
    let mut again = records();
    again.reverse();
    again.extend(records());
    assert_eq!(with(again), pack);
}

#[test]
fn what_the_snapshot_does_not_have_is_no_source() {
    let mut others = records();
    let place = others.iter().position(|own| own.input == "SYS").unwrap();
    // Of an earlier read, and one whose text was changed.
    let stale = others[place].text.replace("26.1", "26.0");
    others[place] = raw("SYS", None, Some("d1"), &stale);
    let user = others.iter().position(|own| own.input == "USR").unwrap();
    others[user].text = others[user].text.replace("ACTIVATED", "SUSPENDED").into();
    let pack = with(others);
    let missing = lines(&pack, "raw/missing.jsonl");
    for (input, id) in [("SYS", "d1"), ("USR", "u1")] {
        let line = format!(r#"{{"input":"{input}","record_id":"{id}"}}"#);
        assert!(missing.contains(&line.as_str()), "{missing:?}");
        assert!(pack.files().get(&format!("raw/{input}.jsonl")).is_none());
    }
    assert!(pack.verify().is_intact());
}

#[test]
fn only_a_report_in_clear_shows_them() {
    for mode in [PiiMode::Hashed, PiiMode::None] {
        let (evaluation, pack) = judged(mode);
        let error = pack.with_raw(&evaluation, &snapshot(), records().into_iter().map(Ok));
        let error = error.unwrap_err();
        assert!(matches!(error, PackError::RawPeople(own) if own == mode), "{error}");
        assert!(error.to_string().contains(&format!("`{mode}`")), "{error}");
    }
    let (evaluation, pack) = judged(PiiMode::Clear);
    let mut other = snapshot();
    other.list_mut::<jumpcloud_client::resources::System>().records.clear();
    let error = pack.clone().with_raw(&evaluation, &other, records().into_iter().map(Ok));
    assert!(matches!(error.unwrap_err(), PackError::OtherEvaluation));
    let unread = [Err(io::Error::other("gone"))];
    let error = pack.with_raw(&evaluation, &snapshot(), unread).unwrap_err();
    assert!(matches!(error, PackError::File { .. }), "{error}");
}

#[test]
fn a_changed_source_is_found() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("raw-pack");
    drop(std::fs::remove_dir_all(&folder));
    let pack = with(records());
    pack.write_to(&folder).unwrap();
    assert!(verify_folder(&folder).unwrap().is_intact());
    let file = folder.join("raw").join("SYS.jsonl");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("laptop-1", "laptop-2", 1)).unwrap();
    let name = "raw/SYS.jsonl".to_owned();
    let found = verify_folder(&folder).unwrap().changes;
    assert_eq!(found, [Change::Changed(name.clone()), Change::Broken(name.clone())]);
    std::fs::remove_file(&file).unwrap();
    std::fs::write(folder.join("raw").join("extra.jsonl"), "").unwrap();
    let found = verify_folder(&folder).unwrap().changes;
    assert_eq!(found, [Change::Removed(name.clone()), Change::Added("raw/extra.jsonl".to_owned())]);
    // Whoever changes the manifest as well cannot make the text fit its digest.
    let forged = text.replacen("laptop-1", "laptop-2", 1).into_bytes();
    let forged = pack.with_file(&name, forged).unwrap();
    assert_eq!(verify(forged.files()).changes, [Change::Broken(name)]);
}

#[test]
fn what_was_taken_over_stays_as_old_as_it_is() {
    let (evaluation, pack) = judged(PiiMode::Clear);
    let members = evaluation.coverage.iter().find(|own| own.input == "SYS-USR").unwrap();
    let time = |text: &str| Some(text.parse().unwrap());
    assert_eq!(members.coverage.read_at(), time(EARLIER));
    assert_eq!(members.coverage.unchanged_until, time(READ));
    let seen: Vec<_> = evaluation
        .findings
        .iter()
        .flat_map(|finding| &finding.evidence.observations)
        .filter(|own| own.source == "SYS-USR")
        .filter_map(|own| own.fetched_at)
        .collect();
    assert!(!seen.is_empty() && seen.iter().all(|at| Some(*at) == time(EARLIER)), "{seen:?}");
    for file in ["coverage.json", "coverage.csv", "evaluation.json"] {
        let text = std::str::from_utf8(&pack.files()[file]).unwrap();
        assert!(text.contains(EARLIER.trim_end_matches('Z')), "{file}");
    }
    let table = std::str::from_utf8(&pack.files()["coverage.csv"]).unwrap();
    let line = table.lines().find(|line| line.starts_with("SYS-USR,")).unwrap();
    assert!(
        line.ends_with(",2026-11-22T23:00:00Z,2026-11-22T23:00:00Z,2026-11-23T11:00:00Z"),
        "{line}"
    );
    let schema: Value = serde_json::from_str(jumpcloud_compliance::export::NATIVE_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let told: Value = serde_json::from_slice(&pack.files()["evaluation.json"]).unwrap();
    let faults: Vec<String> = validator.iter_errors(&told).map(|error| error.to_string()).collect();
    assert_eq!(faults, Vec::<String>::new());
}
