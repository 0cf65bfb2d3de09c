//! Raw records beside a snapshot: every digest has its source, and no secret is among them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;

use jumpcloud_client::collect::{Plan, Preset, Progress, RawFolder, RawSink};
use jumpcloud_client::testkit::{FakeJumpCloud, Organization, demo};
use jumpcloud_client::{RawRecord, RecordDigest, Snapshot};
use serde_json::json;

use crate::support::{client, organization, well_behaved};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("jumpcloud-raw-{name}-{}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        drop(std::fs::remove_dir_all(&folder.0));
        folder
    }

    fn records(&self) -> Vec<RawRecord> {
        RawFolder::new(&self.0).records().unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn text(&self) -> String {
        let files = std::fs::read_dir(&self.0).unwrap();
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// An organization with a secret wherever the service is known to show one.
fn planted() -> Organization {
    let mut org = demo::organization("2026-11-24T09:00:00Z".parse().unwrap());
    for path in ["/api/systems", "/api/applications", "/api/systemusers", "/api/v2/systemgroups"] {
        org.edit(path, |records| {
            for record in records {
                record["systemToken"] = json!("PLANTED");
                record["config"] = json!({"idpPrivateKey": {"value": "PLANTED"}});
                record["nested"] = json!([{"shared_secret": "PLANTED"}]);
            }
        });
    }
    org
}

/// Inputs and digests of the snapshot, events aside, with how often each is there.
fn digests(
    snapshot: &Snapshot,
) -> BTreeMap<(&'static str, Option<String>), BTreeSet<RecordDigest>> {
    let mut all: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    snapshot.digests(|input, scope, _, digest| {
        if !["DI", "DIC"].contains(&input) {
            all.entry((input, scope.map(str::to_owned))).or_default().insert(digest);
        }
    });
    all
}

#[tokio::test]
async fn every_digest_has_its_source_and_no_secret_is_among_them() {
    let folder = Folder::new("whole");
    let fake = FakeJumpCloud::start(planted()).await.unwrap();
    let plan = Plan::preset(Preset::Integration);
    let run = client(&fake).collect(plan.clone()).keep_raw(RawFolder::new(&folder.0));
    let snapshot = run.run(&mut |_| {}).await.unwrap();
    let plain = client(&fake).collect(plan).run(&mut |_| {}).await.unwrap();
    assert_eq!(digests(&snapshot), digests(&plain), "the snapshot is the same");
    well_behaved(&fake);
    let records = folder.records();
    let mut kept: BTreeSet<(&str, RecordDigest)> = BTreeSet::new();
    for record in &records {
        assert!(record.is_intact(), "{record:?}");
        kept.insert((&record.input, record.digest));
    }
    for ((input, scope), digests) in digests(&snapshot) {
        for digest in digests {
            assert!(kept.contains(&(input, digest)), "{input} {scope:?} {digest}");
        }
    }
    let text = folder.text();
    assert!(!text.contains("PLANTED") && !text.contains("PRIVATE KEY"));
    // Most are as received; those with a planted secret are not, and say so.
    let verbatim = |input: &str| {
        let of = records.iter().filter(|record| record.input == input);
        of.map(|record| record.verbatim).collect::<BTreeSet<_>>()
    };
    for input in ["USR", "SG", "SYS", "APP", "UG", "PST"] {
        assert_eq!(verbatim(input), [false].into(), "{input}");
    }
    for input in ["SGM", "UGM", "USR-SYS", "APP-USR", "SI.apps", "POL"] {
        assert_eq!(verbatim(input), [true].into(), "{input}");
    }
    // A row says what it hangs on.
    assert!(records.iter().filter(|record| record.input == "SGM").all(|own| own.of.is_some()));
    assert!(records.iter().filter(|record| record.input == "SI.apps").all(|own| own.of.is_some()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for path in [folder.0.clone(), folder.0.join("usr.raw.jsonl")] {
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{} is for its owner alone", path.display());
        }
    }
}

#[tokio::test]
async fn a_line_that_was_cut_off_costs_nothing_else() {
    let folder = Folder::new("torn");
    let fake = FakeJumpCloud::start(organization(3)).await.unwrap();
    let plan = || Plan::exactly(["SYS"]).unwrap();
    for _ in 0..2 {
        let run = client(&fake).collect(plan()).keep_raw(RawFolder::new(&folder.0));
        run.run(&mut |_| {}).await.unwrap();
        let file = folder.0.join("sys.raw.jsonl");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, &text[..text.len() - 20]).unwrap();
    }
    assert_eq!(folder.records().len(), 4, "two of three, twice");
    assert!(Folder::new("nowhere").records().is_empty());
}

/// A place that is full for one input.
#[derive(Debug, Default)]
struct Full(Mutex<BTreeSet<String>>);

impl RawSink for Full {
    fn keep(&self, page: &[RawRecord]) -> std::io::Result<()> {
        let input = page.first().map(|record| record.input.clone()).unwrap_or_default();
        if input == "SYS" {
            return Err(std::io::Error::other("the disk is full"));
        }
        self.0.lock().unwrap().insert(input);
        Ok(())
    }
}

#[tokio::test]
async fn a_sink_that_fails_costs_no_row() {
    let fake = FakeJumpCloud::start(organization(120)).await.unwrap();
    let plan = Plan::exactly(["SYS", "USR"]).unwrap();
    let sink = std::sync::Arc::new(Full::default());
    let mut told = Vec::new();
    let run = client(&fake).collect(plan).keep_raw(std::sync::Arc::clone(&sink));
    let snapshot = run.run(&mut |step| told.push(step)).await.unwrap();
    assert_eq!(digests(&snapshot)[&("SYS", None)].len(), 120);
    let lost: Vec<&Progress> =
        told.iter().filter(|step| matches!(step, Progress::RawNotKept { .. })).collect();
    assert_eq!(lost, [&Progress::RawNotKept { input: "SYS" }]);
    assert_eq!(*sink.0.lock().unwrap(), ["USR".to_owned()].into());
}
