//! What is kept, where, and when it is not used.

use std::time::Duration;

use async_trait::async_trait;
use jumpcloud_client::ErrorKind;
use jumpcloud_client::collect::{
    Afresh, Checkpoint, CheckpointError, EventSpan, MemoryCheckpoint, Plan, Progress,
};
use jumpcloud_client::testkit::{FakeJumpCloud, Fault, Organization};

use super::life::{
    COMPLETE, Folder, client, devices_and_users, live, nearly, now, patient, uninterrupted,
};
use crate::support::{builder, organization, quick};

#[tokio::test]
async fn a_folder_keeps_a_file_for_each_list() {
    let folder = Folder::new("files");
    let fake = FakeJumpCloud::start(organization(40)).await.unwrap();
    let plan = devices_and_users();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    let lived = live(&fake, &plan, folder.checkpoint(), asked.len() - 10).await;
    assert!(lived.snapshot.is_none());
    let files = folder.files();
    for name in ["run", "sys", "usr", "sg", "ug", "pol"] {
        assert!(files.contains(&format!("{name}.piece.json")), "{name}: {files:?}");
    }
    assert!(files.len() > 60 && files.iter().all(|name| name.ends_with(".piece.json")));
    let text = std::fs::read_to_string(folder.file("run")).unwrap();
    assert!(!text.contains("jca_"), "no key in {text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for path in [folder.0.clone(), folder.file("usr")] {
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{} is for its owner alone", path.display());
        }
    }
    // What is not its own stays.
    std::fs::write(folder.0.join("notes.txt"), "mine").unwrap();
    std::fs::write(folder.0.join("sgm.cut.piece.json.new"), "half").unwrap();
    let lived = live(&fake, &plan, folder.checkpoint(), usize::MAX).await;
    assert!(lived.snapshot.unwrap().to_json().unwrap() == whole);
    assert!(lived.sent.len() < 20, "{:?}", lived.sent);
    assert_eq!(folder.files(), ["notes.txt".to_owned()].into());
}

#[tokio::test]
async fn a_damaged_piece_is_asked_for_again_and_told() {
    let folder = Folder::new("damaged");
    let fake = FakeJumpCloud::start(organization(30)).await.unwrap();
    let plan = Plan::exactly(["SYS", "USR", "SG", "SGM"]).unwrap();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    let damage: [fn(&str) -> String; 6] = [
        |_| String::new(),
        |text| text[..text.len() / 2].to_owned(),
        |text| text.replacen("mac-00007", "mac-00008", 1),
        |text| text.replacen(r#""input":"SYS""#, r#""input":"USR""#, 1),
        |text| text.replacen(r#""run":"sha256:"#, r#""run":"sha256:00"#, 1),
        |_| "\u{feff}[]".to_owned(),
    ];
    for (number, damage) in damage.into_iter().enumerate() {
        nearly(&fake, &plan, folder.checkpoint(), &asked).await;
        let text = std::fs::read_to_string(folder.file("sys")).unwrap();
        let damaged = damage(&text);
        assert_ne!(damaged, text);
        std::fs::write(folder.file("sys"), damaged).unwrap();
        let lived = live(&fake, &plan, folder.checkpoint(), usize::MAX).await;
        assert!(lived.told.contains(&Progress::NotRestored { input: "SYS" }), "damage {number}");
        assert!(lived.sent.iter().any(|url| url.path() == "/api/systems"), "damage {number}");
        assert!(!lived.sent.iter().any(|url| url.path() == "/api/systemusers"));
        assert!(lived.snapshot.unwrap().to_json().unwrap() == whole, "damage {number}");
    }
    // A piece in the place of another is none.
    nearly(&fake, &plan, folder.checkpoint(), &asked).await;
    std::fs::copy(folder.file("usr"), folder.file("sys")).unwrap();
    let lived = live(&fake, &plan, folder.checkpoint(), usize::MAX).await;
    assert!(lived.told.contains(&Progress::NotRestored { input: "SYS" }));
    assert!(lived.snapshot.unwrap().to_json().unwrap() == whole);
}

#[tokio::test]
async fn a_checkpoint_of_another_organization_is_refused_and_kept() {
    let plan = Plan::exactly(["SYS", "USR"]).unwrap();
    let checkpoint = MemoryCheckpoint::default();
    let fake = FakeJumpCloud::start(organization(120)).await.unwrap();
    let lived = live(&fake, &plan, checkpoint.clone(), 4).await;
    assert!(lived.snapshot.is_none());
    let kept = checkpoint.names();
    let other = FakeJumpCloud::start(Organization::with_seed("Another", 9)).await.unwrap();
    let run = client(&other).collect(plan.clone()).checkpoint(checkpoint.clone());
    let error = run.run(&mut |_| {}).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongOrganization);
    assert!(error.to_string().contains("checkpoint"), "{error}");
    assert_eq!(other.requests().len(), 1, "nothing but which organization it is");
    assert_eq!(checkpoint.names(), kept);
}

#[tokio::test]
async fn a_checkpoint_of_another_run_is_cleared_with_the_reason() {
    let plan = Plan::exactly(["SYS", "USR", "DIC"]).unwrap();
    let fake = FakeJumpCloud::start(organization(120)).await.unwrap();
    let checkpoint = MemoryCheckpoint::default();
    let (_, asked) = uninterrupted(&fake, &plan).await;
    let begin = || async {
        nearly(&fake, &plan, checkpoint.clone(), &asked).await;
        assert!(checkpoint.names().contains(&"sys".to_owned()), "{:?}", checkpoint.names());
    };
    let replaced = |from: &'static str, to: &'static str| {
        let checkpoint = checkpoint.clone();
        async move {
            let head = checkpoint.load("run").await.unwrap().unwrap();
            let text = String::from_utf8(head).unwrap();
            let other = text.replacen(from, to, 1);
            assert_ne!(other, text);
            checkpoint.keep("run", other.as_bytes()).await.unwrap();
        }
    };
    let version = concat!("\"client\":\"", env!("CARGO_PKG_VERSION"));
    let fewer = Plan::exactly(["SYS", "USR"]).unwrap();
    let longer = plan.clone().events(EventSpan::default().review_days(30));
    for (change, plan, reason) in [
        (None, &fewer, Afresh::OtherPlan),
        (None, &longer, Afresh::OtherPlan),
        (Some((version, "\"client\":\"0.0.0")), &plan, Afresh::OtherVersion),
        (Some(("http://127.0.0.1", "http://127.0.0.2")), &plan, Afresh::OtherService),
        (Some(("2026-11-24T09", "2026-11-23T20")), &plan, Afresh::TooOld),
        (Some(("2026-11-24T09:00:00", "2026-11-24T09:00:01")), &plan, Afresh::TooOld),
        (Some(("{\"terms\":{", "{\"terms\":[")), &plan, Afresh::Unreadable),
    ] {
        begin().await;
        if let Some((from, to)) = change {
            replaced(from, to).await;
        }
        let lived = live(&fake, plan, checkpoint.clone(), usize::MAX).await;
        assert!(lived.told.contains(&Progress::StartedAfresh { reason }), "{:?}", lived.told);
        let devices = lived.sent.iter().filter(|url| url.path() == "/api/systems").count();
        assert_eq!(devices, 2, "{reason}: everything is asked for");
        let (whole, _) = uninterrupted(&fake, plan).await;
        assert!(lived.snapshot.unwrap().to_json().unwrap() == whole, "{reason}");
    }
    // Pieces that outlive their first one belong to no run.
    begin().await;
    let stale = checkpoint.load("sys").await.unwrap().unwrap();
    checkpoint.clear().await.unwrap();
    let lived = live(&fake, &fewer, checkpoint.clone(), 3).await;
    assert!(lived.snapshot.is_none());
    checkpoint.keep("sys", &stale).await.unwrap();
    let lived = live(&fake, &fewer, checkpoint.clone(), usize::MAX).await;
    assert!(lived.told.contains(&Progress::NotRestored { input: "SYS" }), "{:?}", lived.told);
    let (whole, _) = uninterrupted(&fake, &fewer).await;
    assert!(lived.snapshot.unwrap().to_json().unwrap() == whole);
}

#[tokio::test]
async fn how_old_a_checkpoint_may_be_is_the_callers_to_say() {
    let fake = FakeJumpCloud::start(organization(120)).await.unwrap();
    let plan = Plan::exactly(["SYS", "USR"]).unwrap();
    let checkpoint = MemoryCheckpoint::default();
    for (hours, within, resumed) in [(11, 12, true), (13, 12, false), (13, 14, true)] {
        assert!(live(&fake, &plan, checkpoint.clone(), 4).await.snapshot.is_none());
        let later = now() + jiff::SignedDuration::from_hours(hours);
        let client = builder(&fake).clock(move || later).build().unwrap();
        let within = Duration::from_secs(within * 60 * 60);
        let collector = client.collect(plan.clone()).checkpoint(checkpoint.clone());
        let mut told = Vec::new();
        let run = collector.resume_within(within).run(&mut |step| told.push(step)).await;
        run.unwrap();
        assert_eq!(told.contains(&Progress::Resumed { started_at: now() }), resumed, "{hours} h");
    }
}

/// A disk that fails when it is told to.
#[derive(Clone, Debug, Default)]
struct Disk {
    pieces: MemoryCheckpoint,
    /// Names that begin so cannot be written.
    full_for: &'static str,
    /// Names that begin so cannot be read.
    lost: &'static str,
}

#[async_trait]
impl Checkpoint for Disk {
    async fn load(&self, name: &str) -> Result<Option<Vec<u8>>, CheckpointError> {
        if !self.lost.is_empty() && name.starts_with(self.lost) {
            return Err(CheckpointError::new("cannot read", "a bad sector"));
        }
        self.pieces.load(name).await
    }

    async fn keep(&self, name: &str, piece: &[u8]) -> Result<(), CheckpointError> {
        if !self.full_for.is_empty() && name.starts_with(self.full_for) {
            return Err(CheckpointError::new("cannot write", "the disk is full"));
        }
        self.pieces.keep(name, piece).await
    }

    async fn clear(&self) -> Result<(), CheckpointError> {
        self.pieces.clear().await
    }
}

#[tokio::test]
async fn a_disk_that_fails_costs_requests_and_no_row() {
    let fake = FakeJumpCloud::start(organization(30)).await.unwrap();
    let plan = Plan::exactly(["SYS", "USR", "SG", "SGM"]).unwrap();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    // Full: told, and the run goes on.
    let full = Disk { full_for: "sys", ..Disk::default() };
    let lived = live(&fake, &plan, full, usize::MAX).await;
    assert!(lived.told.contains(&Progress::NotKept { input: "SYS" }));
    assert!(lived.snapshot.unwrap().to_json().unwrap() == whole);
    // A piece that cannot be had is asked for again.
    let disk = Disk::default();
    nearly(&fake, &plan, disk.clone(), &asked).await;
    let lived = live(&fake, &plan, Disk { lost: "usr", ..disk }, usize::MAX).await;
    assert!(lived.told.contains(&Progress::NotRestored { input: "USR" }));
    assert!(lived.snapshot.unwrap().to_json().unwrap() == whole);
    // Where it cannot even be begun, nothing is asked for.
    for disk in
        [Disk { full_for: "run", ..Disk::default() }, Disk { lost: "run", ..Disk::default() }]
    {
        let client = client(&fake);
        client.validate().await.unwrap();
        let before = fake.requests().len();
        let error =
            client.collect(plan.clone()).checkpoint(disk).run(&mut |_| {}).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Checkpoint);
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.starts_with("cannot "), "{source}");
        assert_eq!(fake.requests().len(), before);
    }
}

#[tokio::test]
async fn a_checkpoint_needs_to_know_whose_it_is() {
    let fake = FakeJumpCloud::start(organization(5)).await.unwrap();
    let plan = Plan::exactly(["SYS"]).unwrap();
    let checkpoint = MemoryCheckpoint::default();
    fake.inject(Fault::on("GET /api/organizations").status(403));
    let run = client(&fake).collect(plan.clone()).checkpoint(checkpoint.clone());
    let error = run.run(&mut |_| {}).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OrganizationRequired);
    let id = fake.with_organization(|org| org.id().to_owned()).unwrap();
    let named = patient(&fake).organization(&id).build().unwrap();
    let run = named.collect(plan.clone()).checkpoint(checkpoint.clone());
    assert_eq!(run.run(&mut |_| {}).await.unwrap().state("SYS"), Some(COMPLETE));
    fake.inject(Fault::on("GET /api/organizations").status(503));
    let hurried = patient(&fake).retry(quick().max_retries(0)).build().unwrap();
    let run = hurried.collect(plan).checkpoint(checkpoint);
    let error = run.run(&mut |_| {}).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Transient | ErrorKind::OrganizationRequired),
        "{error}"
    );
}
