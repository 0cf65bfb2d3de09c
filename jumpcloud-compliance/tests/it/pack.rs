//! The evidence pack: nobody whom the mode leaves out, no secret, and no change that stays hidden.

use std::collections::BTreeMap;

use ed25519_dalek::{Signer as _, SigningKey};
use jumpcloud_compliance::drift::Drift;
use jumpcloud_compliance::export::{Format, Report, views};
use jumpcloud_compliance::pack::{
    Change, MANIFEST_NAME, Pack, PackError, SIGNATURE_NAME, SignatureState, verify, verify_folder,
    verify_signed, verify_signed_folder,
};
use jumpcloud_compliance::pii::{PiiMode, Pseudonyms};
use jumpcloud_compliance::{Config, Evaluation, evaluate, sample};
use serde_json::{Value, json};

use crate::catalogue::CATALOGUE;

/// People as they are planted: whole names and their parts, addresses, user names.
const PLANTED: [&str; 13] = [
    "Quirina",
    "Vondrell",
    "qvondrell",
    "Osbert",
    "Thimblewick",
    "othimble",
    "Perpetua",
    "Brackwater",
    "pbrackw",
    "localquirk",
    "people.example",
    "EMP-7781",
    "leaverquist",
];

/// Secrets as they are planted.
const SECRETS: [&str; 4] =
    ["jca_planted_key_0f3e", "planted-radius-secret", "planted-system-token", "planted-app-config"];

fn config(mode: PiiMode) -> Config {
    serde_json::from_value(json!({
        "pii_mode": mode,
        "allow_weaker": "Osbert Thimblewick accepts it",
        "security_contact": "othimble@people.example",
        "parameters": {
            "JC-DEV-034": {"allowed_accounts": ["localquirk"]},
            "JC-ADM-006": {"external_admins": ["pbrackw@people.example"]},
        },
        "app_owners": [{"app_id": "a1", "owner_user_id": "u1"}],
        "service_accounts": [{"user_id": "u2", "owner_user_id": "u1",
                              "purpose": "runs what Quirina Vondrell started"}],
        "leavers": [
            {"email": "qvondrell@people.example", "last_day": "2026-10-01"},
            {"employee_identifier": "EMP-7781", "last_day": "2026-10-02"},
            {"email": "leaverquist@people.example", "last_day": "2026-10-03"},
        ],
        "attestations": [{
            "id": "T1", "topic": "federated_mfa", "statement": "Perpetua Brackwater looked at it",
            "period_start": "2026-10-01", "period_end": "2026-12-31",
            "attested_by": "Osbert Thimblewick", "attested_at": "2026-11-01T00:00:00Z",
            "valid_until": "2026-12-31T00:00:00Z",
        }, {
            "id": "T2", "topic": "log_export", "statement": "Quirina exports",
            "period_start": "2026-10-01", "period_end": "2026-12-31", "destination": "Osbert's store",
            "attested_by": "othimble@people.example", "attested_at": "2026-11-01T00:00:00Z",
            "valid_until": "2026-12-31T00:00:00Z",
        }],
        "waivers": [{
            "id": "W1", "rule_selector": "JC-DEV-001", "subject_selector": {"subject_id": "d1"},
            "reason": "Quirina Vondrell travels", "risk_statement": "Quirina may lose it",
            "compensating_control": "Osbert keeps it locked", "approved_by": "Osbert Thimblewick",
            "approved_at": "2026-06-01T00:00:00Z", "ticket": "ask othimble",
            "starts_at": "2026-06-01T00:00:00Z", "expires_at": "2026-12-31T00:00:00Z",
        }],
    }))
    .unwrap()
}

/// An organisation with the planted people and secrets; `gone` leaves one person out.
fn snapshot(gone: bool) -> jumpcloud_client::Snapshot {
    let mut users = vec![json!({
        "_id": "u1", "username": "qvondrell", "email": "qvondrell@people.example",
        "alternateEmail": "q@people.example", "systemUsername": "qvondrell",
        "firstname": "Quirina", "lastname": "Vondrell", "displayname": "Quirina Vondrell",
        "employeeIdentifier": "EMP-7780", "state": "ACTIVATED", "activated": true, "suspended": false,
        "created": "2025-01-10T00:00:00Z", "manager": "u2", "sudo": true, "passwordless_sudo": true,
        "ssh_keys": [{"_id": "k1", "name": "qvondrell@laptop", "public_key":
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDA qvondrell@people.example"}],
        "password": "planted-radius-secret",
    })];
    if !gone {
        users.push(json!({
            "_id": "u2", "username": "othimble", "email": "othimble@people.example",
            "firstname": "Osbert", "lastname": "Thimblewick", "employeeIdentifier": "EMP-7781",
            "state": "SUSPENDED", "activated": true, "suspended": true,
            "created": "2025-01-10T00:00:00Z",
        }));
    }
    let inputs = json!({
        "ORG": [{"_id": "o1", "displayName": "Example"}],
        "SYS": [{
            "_id": "d1", "hostname": "laptop-1", "displayName": "laptop-1", "osFamily": "darwin",
            "os": "Mac OS X", "version": "26.1", "serialNumber": "S1", "active": true,
            "created": "2025-01-10T00:00:00Z", "lastContact": "2026-11-23T10:00:00Z",
            "fde": {"active": false}, "systemToken": "planted-system-token",
            "primarySystemUser": {"id": "u1"},
            "userMetrics": [{"userName": "localquirk", "admin": true, "managed": false}],
        }],
        "USR": users,
        "ADM": [{"_id": "x1", "email": "pbrackw@people.example", "firstname": "Perpetua",
                 "lastname": "Brackwater", "totpEnrolled": false, "roleName": "Administrator",
                 "apiKey": "jca_planted_key_0f3e"}],
        "SG": [{"id": "g1", "name": "macs"}], "UG": [{"id": "ug1", "name": "staff"}],
        "SGM": {"of": {"g1": [{"id": "d1", "type": "system"}]}},
        "UGM": {"of": {"ug1": [{"id": "u1", "type": "user"}]}},
        "APP": [{"_id": "a1", "name": "wiki", "displayLabel": "Wiki", "sso": {"type": "saml"},
                 "config": {"key": "planted-app-config"}}],
        "APP-USR": {"of": {"a1": [{"id": "u1", "type": "user"}]}},
        "SYS-USR": {"of": {"d1": [{"id": "u1", "type": "user"}]}},
        "SI.users": [
            {"system_id": "d1", "username": "localquirk", "real_user": 1, "admin": true, "uid": "501",
             "directory": "/Users/localquirk", "description": "Quirina", "managed": false,
             "shell": "/bin/zsh", "collection_time": "2026-11-23T06:00:00Z"},
            {"system_id": "d1", "username": "qvondrell", "real_user": 1, "admin": true, "uid": "502",
             "directory": "/Users/qvondrell", "managed": false, "shell": "/bin/zsh",
             "collection_time": "2026-11-23T06:00:00Z"}],
        "SI.user_ssh_keys": [{"system_id": "d1", "path": "/Users/qvondrell/.ssh/id_rsa",
             "encrypted": 0, "uid": "502", "collection_time": "2026-11-23T06:00:00Z"}],
        "DI": {"window": {"start": "2026-08-25T11:00:00Z", "end": "2026-11-23T11:00:00Z"}, "records": [
            {"id": "e1", "event_type": "user_login_attempt", "timestamp": "2026-11-20T10:00:00Z",
             "success": true, "initiated_by": {"id": "u1", "type": "user", "username": "qvondrell",
             "email": "qvondrell@people.example"}, "client_ip": "203.0.113.7"}]},
    });
    let snapshot = json!({"schema": "jumpcloud-snapshot/1", "organization_id": "o1",
                          "taken_at": "2026-11-23T11:00:00Z", "inputs": inputs});
    jumpcloud_client::Snapshot::from_json(&snapshot.to_string()).unwrap()
}

fn judged(snapshot: &jumpcloud_client::Snapshot, config: &Config) -> Evaluation {
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    evaluate(&CATALOGUE, snapshot, config, now, None).unwrap()
}

fn people(mode: PiiMode) -> Pseudonyms {
    Pseudonyms::new(mode, Some(b"sixteen bytes ok")).unwrap()
}

/// Everything that can be in a pack, in a mode; the earlier evaluation is in clear.
fn full(mode: PiiMode) -> Pack {
    let (people, original, now) = (people(mode), config(mode), snapshot(true));
    let before = judged(&snapshot(false), &original);
    let clear = judged(&now, &original);
    let evaluation = people.evaluation(&clear).unwrap();
    let config = people.config(&original);
    let drift = Drift::between(&before, &evaluation, &CATALOGUE).unwrap();
    let drift = people.drift(&drift);
    let report = Report::new(&evaluation, &CATALOGUE, &config).unwrap().drift(&drift);
    let views = views::all(&evaluation, &CATALOGUE, &now, &original, None).unwrap();
    let pack = Pack::of(&evaluation, &CATALOGUE, &config)
        .and_then(|pack| pack.with(&report, Format::ALL))
        .and_then(|pack| pack.with_views(&views))
        .and_then(|pack| pack.with_drift(&before, &drift))
        .and_then(|pack| pack.with_sample(&sample(&evaluation, "seed", 25), &CATALOGUE))
        .unwrap();
    #[cfg(feature = "html")]
    let pack = {
        let page = jumpcloud_compliance::export::html::Page::new(&report).views(&views);
        pack.with_page(&page).unwrap()
    };
    pack
}

/// Files that hold a word, whatever its case.
fn files_with<'p>(pack: &'p Pack, word: &str) -> Vec<&'p str> {
    let word = word.to_lowercase();
    let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase().contains(&word);
    let files = pack.files().iter().filter(|(_, bytes)| holds(bytes));
    files.map(|(name, _)| name.as_str()).collect()
}

#[test]
fn no_file_names_whom_the_mode_leaves_out() {
    let clear = full(PiiMode::Clear);
    for word in PLANTED {
        assert!(!files_with(&clear, word).is_empty(), "{word} was not planted");
    }
    for file in ["config.json", "waivers.json", "attestations.json", "hdf.json", "drift.json"] {
        let told = PLANTED.iter().any(|word| files_with(&clear, word).contains(&file));
        assert!(told, "{file} tells of nobody, so it proves nothing");
    }
    for mode in [PiiMode::Hashed, PiiMode::None] {
        let pack = full(mode);
        assert_eq!(pack.files().len(), clear.files().len());
        for word in PLANTED {
            assert_eq!(files_with(&pack, word), Vec::<&str>::new(), "{word} in mode {mode}");
        }
        assert_eq!(!files_with(&pack, "hmac-sha256:").is_empty(), mode == PiiMode::Hashed);
        assert!(pack.verify().is_intact(), "{:?}", pack.verify());
        // Who is who is still told by id, and an approval is still one.
        let waivers: Value = serde_json::from_slice(&pack.files()["waivers.json"]).unwrap();
        assert!(waivers[0][0]["approved_by"].is_string());
        assert_eq!(waivers[1][0]["state"], "applied");
        assert!(files_with(&pack, "u1").contains(&"access_review.csv"));
    }
}

#[test]
fn no_file_holds_a_secret() {
    for mode in [PiiMode::Clear, PiiMode::Hashed, PiiMode::None] {
        let pack = full(mode);
        for secret in SECRETS {
            assert_eq!(files_with(&pack, secret), Vec::<&str>::new(), "{secret}");
        }
    }
}

#[test]
fn what_stands_in_clear_is_not_packed() {
    let (people, original) = (people(PiiMode::Hashed), config(PiiMode::Hashed));
    let clear = judged(&snapshot(false), &original);
    let shown = people.evaluation(&clear).unwrap();
    let config = people.config(&original);
    let refused = |pack: Result<Pack, PackError>| matches!(pack, Err(PackError::People(_)));
    assert!(refused(Pack::of(&clear, &CATALOGUE, &original)));
    assert!(refused(Pack::of(&clear, &CATALOGUE, &config)));
    assert!(refused(Pack::of(&shown, &CATALOGUE, &original)));
    let pack = Pack::of(&shown, &CATALOGUE, &config).unwrap();
    let other = |pack: Result<Pack, PackError>| matches!(pack, Err(PackError::OtherEvaluation));
    let open = Config::default();
    let in_clear = Report::new(&clear, &CATALOGUE, &open).unwrap();
    assert!(other(pack.clone().with(&in_clear, Format::ALL)));
    assert!(other(pack.clone().with_sample(&sample(&clear, "seed", 3), &CATALOGUE)));
    let views = views::all(&clear, &CATALOGUE, &snapshot(false), &original, None).unwrap();
    assert!(other(pack.clone().with_views(&views)));
    let drift = Drift::between(&clear, &shown, &CATALOGUE).unwrap();
    assert!(pack.clone().with_drift(&clear, &drift).is_ok(), "nobody is only in the earlier one");
    let fewer = people.evaluation(&judged(&snapshot(true), &original)).unwrap().into_owned();
    let drift = Drift::between(&clear, &fewer, &CATALOGUE).unwrap();
    assert!(refused(pack.with_drift(&clear, &drift)));
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

#[test]
fn a_signature_holds_until_a_byte_changes_anywhere() {
    let pack = full(PiiMode::Clear);
    let public = key().verifying_key();
    assert_eq!(verify_signed(pack.files(), &public).signature, SignatureState::Unsigned);
    let signed = pack.clone().sign(&key()).unwrap();
    assert_eq!(signed.verify().signature, SignatureState::Unchecked);
    let verification = verify_signed(signed.files(), &public);
    assert!(verification.is_authentic(), "{verification:?}");
    // Not even the key of somebody else.
    let stranger = SigningKey::from_bytes(&[8; 32]).verifying_key();
    assert_eq!(verify_signed(signed.files(), &stranger).signature, SignatureState::Invalid);
    for name in signed.files().keys() {
        let length = signed.files()[name].len();
        for at in [length / 3, length - 1] {
            let mut files = signed.files().clone();
            files.get_mut(name).unwrap()[at] ^= 1;
            let found = verify_signed(&files, &public);
            assert!(!found.is_intact() && !found.is_authentic(), "{name} at {at}");
            let told = found.signature == SignatureState::Invalid;
            assert_eq!(told, [MANIFEST_NAME, SIGNATURE_NAME].contains(&name.as_str()), "{name}");
            if !told {
                assert!(found.changes.contains(&Change::Changed(name.clone())), "{found:?}");
            }
        }
    }
    for length in [0, 63, 65] {
        let short = pack.clone().with_signature(vec![0; length]);
        assert_eq!(verify_signed(short.files(), &public).signature, SignatureState::Invalid);
    }
}

#[test]
fn every_byte_of_manifest_and_signature_is_covered() {
    let pack =
        Pack::of(&judged(&snapshot(true), &Config::default()), &CATALOGUE, &Config::default())
            .unwrap()
            .sign(&key())
            .unwrap();
    let public = key().verifying_key();
    // The rest of the pack is left out: only the signature is in question.
    let only: BTreeMap<String, Vec<u8>> = [MANIFEST_NAME, SIGNATURE_NAME]
        .map(|name| (name.to_owned(), pack.files()[name].clone()))
        .into();
    assert_eq!(verify_signed(&only, &public).signature, SignatureState::Valid);
    for name in only.keys() {
        for at in (0..only[name].len()).step_by(7) {
            let mut files = only.clone();
            files.get_mut(name).unwrap()[at] ^= 0x10;
            let found = verify_signed(&files, &public).signature;
            assert_eq!(found, SignatureState::Invalid, "{name} at {at}");
        }
    }
}

#[test]
fn whoever_rewrites_file_and_manifest_is_found_by_the_signature_alone() {
    let pack = full(PiiMode::Clear).sign(&key()).unwrap();
    let signature = pack.files()[SIGNATURE_NAME].clone();
    let forged = pack.with_file("README.txt", b"all is well\n".to_vec()).unwrap();
    assert!(forged.verify().is_intact(), "the manifest was written anew");
    assert_eq!(forged.verify().signature, SignatureState::Unsigned, "the old one does not stay");
    let forged = forged.with_signature(signature);
    assert!(!verify_signed(forged.files(), &key().verifying_key()).is_intact());
}

#[test]
fn a_folder_tells_what_was_removed_added_and_changed() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("signed-pack");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    let pack = full(PiiMode::Clear);
    let detached = key().sign(pack.manifest()).to_bytes().to_vec();
    let signed = pack.clone().with_signature(detached);
    signed.write_to(&folder).unwrap();
    let public = key().verifying_key();
    assert!(verify_signed_folder(&folder, &public).unwrap().is_authentic());
    assert_eq!(verify_folder(&folder).unwrap().signature, SignatureState::Unchecked);
    std::fs::remove_file(folder.join("drift.json")).unwrap();
    std::fs::write(folder.join("sample.csv"), "nothing").unwrap();
    std::fs::write(folder.join("extra.txt"), "").unwrap();
    std::fs::create_dir(folder.join("raw")).unwrap();
    let found = verify_signed_folder(&folder, &public).unwrap();
    assert_eq!(
        found.changes,
        [
            Change::Removed("drift.json".to_owned()),
            Change::Changed("sample.csv".to_owned()),
            Change::Added("extra.txt".to_owned()),
            Change::Added("raw".to_owned()),
        ]
    );
    assert_eq!(found.signature, SignatureState::Valid, "the manifest is as it was");
    assert!(!found.is_authentic());
    // A pack that is written over it leaves no signature of the old one behind.
    pack.write_to(&folder).unwrap();
    assert_eq!(verify_folder(&folder).unwrap().signature, SignatureState::Unsigned);
}

#[test]
fn a_folder_written_file_by_file_is_the_pack() {
    let (people, original) = (people(PiiMode::Hashed), config(PiiMode::Hashed));
    let clear = judged(&snapshot(false), &original);
    let shown = people.evaluation(&clear).unwrap();
    let config = people.config(&original);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("streamed");
    // What an earlier pack left behind does not outlive it.
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(SIGNATURE_NAME), "old").unwrap();
    let manifest = Pack::write_folder(&shown, &CATALOGUE, &config, &folder).unwrap();
    let pack = Pack::of(&shown, &CATALOGUE, &config).unwrap();
    for (name, bytes) in pack.files() {
        assert!(std::fs::read(folder.join(name)).unwrap() == *bytes, "{name}");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), pack.files().len());
    assert_eq!(manifest.files.len() + 1, pack.files().len());
    assert!(verify_folder(&folder).unwrap().is_intact());
    let refused = Pack::write_folder(&clear, &CATALOGUE, &config, &folder.join("clear"));
    assert!(matches!(refused, Err(PackError::People(_))) && !folder.join("clear").exists());
}

#[test]
fn the_pack_refuses_to_hand_its_own_files_over() {
    let pack = full(PiiMode::Clear);
    for name in [MANIFEST_NAME, SIGNATURE_NAME] {
        assert!(matches!(pack.clone().with_file(name, Vec::new()), Err(PackError::Manifest)));
    }
    let mut files = pack.files().clone();
    files.remove(MANIFEST_NAME);
    assert_eq!(verify(&files).changes, [Change::NoManifest]);
}

#[test]
fn drift_and_sample_name_what_they_are_of() {
    let pack = full(PiiMode::Clear);
    let drift: Value = serde_json::from_slice(&pack.files()["drift.json"]).unwrap();
    let evaluation: Value = serde_json::from_slice(&pack.files()["evaluation.json"]).unwrap();
    assert_eq!(drift["schema"], "jumpcloud-drift/1");
    assert_eq!(drift["after"], evaluation["digest"]);
    assert_ne!(drift["before"], drift["after"]);
    let gone = drift["rows"].as_array().unwrap().iter().any(|row| row["subject"]["id"] == "u2");
    assert!(gone, "the person who is gone has rows");
    let sample = String::from_utf8(pack.files()["sample.csv"].clone()).unwrap();
    let hashes: Vec<&str> =
        sample.lines().skip(1).filter_map(|line| line.split(',').nth(4)).collect();
    assert_eq!(hashes.len(), 25);
    assert!(hashes.is_sorted() && hashes.iter().all(|hash| hash.starts_with("sha256:")));
}
