//! Collections that are stopped and gone on with: the same snapshot, and nothing asked for twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jumpcloud_client::collect::{
    Afresh, Checkpoint, CheckpointError, EventSpan, FolderCheckpoint, MemoryCheckpoint, Plan,
    Preset, Progress, endpoints,
};
use jumpcloud_client::resources::{System, SystemGroupMembership};
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, Fault, Faults, Organization, demo};
use jumpcloud_client::transport::{
    HttpTransport, Request, Response, TokenRequest, Transport, TransportError,
};
use jumpcloud_client::{Client, ClientBuilder, ErrorKind, FailureClass, InputState, Snapshot};
use tokio::sync::Notify;
use url::Url;

use crate::support::{builder, organization, quick};

const NOW: &str = "2026-11-24T09:00:00Z";
const COMPLETE: InputState = InputState::Complete;

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Lets so many requests through; the next one ends the life of the program.
#[derive(Debug)]
struct Mortal {
    http: HttpTransport,
    life: Mutex<Life>,
    /// From the last request to the end: time for what is under way to arrive.
    grace: Duration,
    dead: Notify,
}

#[derive(Debug, Default)]
struct Life {
    left: usize,
    sent: Vec<Url>,
}

impl Mortal {
    fn new(requests: usize, grace: Duration) -> Arc<Self> {
        let http = HttpTransport::new(Duration::from_secs(5), Duration::from_secs(20)).unwrap();
        let life = Life { left: requests, ..Life::default() };
        Arc::new(Self { http, life: Mutex::new(life), grace, dead: Notify::new() })
    }

    /// What was asked for, the question which organization it is aside.
    fn sent(&self) -> Vec<Url> {
        let mut sent = self.life.lock().unwrap().sent.clone();
        sent.retain(|url| !url.as_str().ends_with("/api/organizations?limit=2&skip=0"));
        sent
    }
}

#[async_trait]
impl Transport for Mortal {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let dies = {
            let mut life = self.life.lock().unwrap();
            let dies = life.left == 0;
            if !dies {
                life.left -= 1;
                life.sent.push(request.url().clone());
            }
            dies
        };
        if dies {
            tokio::time::sleep(self.grace).await;
            self.dead.notify_one();
            std::future::pending::<()>().await;
        }
        self.http.send(request).await
    }

    async fn exchange(&self, request: TokenRequest) -> Result<Response, TransportError> {
        self.http.exchange(request).await
    }
}

/// Waits for a busy machine; the clock stands still.
fn patient(fake: &FakeJumpCloud) -> ClientBuilder {
    builder(fake).attempt_timeout(Duration::from_secs(30)).clock(now)
}

fn client(fake: &FakeJumpCloud) -> Client {
    patient(fake).build().unwrap()
}

/// One life of a program: the snapshot, unless it ended before, and what it told and asked.
struct Lived {
    snapshot: Option<Snapshot>,
    told: Vec<Progress>,
    sent: Vec<Url>,
}

/// Ends at this request, with others under way.
async fn live(
    fake: &FakeJumpCloud,
    plan: &Plan,
    checkpoint: impl Checkpoint + 'static,
    requests: usize,
) -> Lived {
    live_with(fake, plan, checkpoint, Mortal::new(requests, Duration::ZERO)).await
}

/// Ends when all requests before the last have been answered, so that most lists are done.
async fn nearly(
    fake: &FakeJumpCloud,
    plan: &Plan,
    checkpoint: impl Checkpoint + 'static,
    asked: &[Url],
) {
    let mortal = Mortal::new(asked.len(), Duration::from_millis(300));
    let lived = live_with(fake, plan, checkpoint, mortal).await;
    assert!(lived.snapshot.is_none(), "the last request is never sent");
}

async fn live_with(
    fake: &FakeJumpCloud,
    plan: &Plan,
    checkpoint: impl Checkpoint + 'static,
    mortal: Arc<Mortal>,
) -> Lived {
    let client = patient(fake).transport(Arc::clone(&mortal)).build().unwrap();
    let mut told = Vec::new();
    let mut tell = |step| told.push(step);
    let run = client.collect(plan.clone()).checkpoint(checkpoint).run(&mut tell);
    let snapshot = tokio::select! {
        biased;
        () = mortal.dead.notified() => None,
        snapshot = run => Some(snapshot.unwrap()),
    };
    Lived { snapshot, told, sent: mortal.sent() }
}

async fn uninterrupted(fake: &FakeJumpCloud, plan: &Plan) -> (String, Vec<Url>) {
    let checkpoint = MemoryCheckpoint::default();
    let Lived { snapshot, sent, .. } = live(fake, plan, checkpoint.clone(), usize::MAX).await;
    assert_eq!(checkpoint.names(), Vec::<String>::new(), "a run that ends clears up");
    let plain = client(fake).collect(plan.clone()).run(&mut |_| {}).await.unwrap();
    let text = snapshot.unwrap().to_json().unwrap();
    assert!(text == plain.to_json().unwrap(), "a checkpoint changes nothing");
    (text, sent)
}

/// Names of the pieces that the answer to a request may belong to.
fn pieces(plan: &Plan, client: &Client, url: &Url) -> BTreeSet<String> {
    let counterparts = ["SYS-USR", "USR-SYS", "POL-SYS", "SYS-POL", "PST", "SYS-PST"];
    let codes: BTreeSet<&str> = plan.inputs().chain(counterparts).collect();
    let mut names = BTreeSet::new();
    if url.path().contains("/events") {
        return ["di", "dic"].map(str::to_owned).into();
    }
    for endpoint in endpoints().filter(|endpoint| codes.contains(endpoint.input())) {
        let base = Url::parse(client.hosts().base(endpoint.family())).unwrap();
        let template = format!("{}{}", base.path().trim_end_matches('/'), endpoint.path());
        let (asked, known) = (url.path().split('/'), template.split('/'));
        let asked: Vec<&str> = asked.collect();
        let known: Vec<&str> = known.collect();
        let hole = known.iter().position(|part| part.starts_with('{'));
        let alike = asked.len() == known.len()
            && (0..known.len()).all(|at| Some(at) == hole || asked[at] == known[at]);
        let fixed = endpoint.fixed_query().iter().all(|(name, value)| {
            url.query_pairs().any(|(own, text)| own == *name && text == *value)
        });
        if alike && fixed {
            let code = endpoint.input().to_lowercase();
            names.insert(hole.map_or(code.clone(), |at| format!("{code}.{}", asked[at])));
        }
    }
    assert!(!names.is_empty(), "{url} belongs to no input");
    names
}

/// What was told to be done is kept.
fn kept_before_told(lived: &Lived, kept: &BTreeSet<String>) {
    let mut objects = BTreeMap::new();
    for step in &lived.told {
        match step {
            Progress::InputFinished {
                input, state: COMPLETE | InputState::NotLicensed, ..
            } => {
                let prefix = format!("{}.", input.to_lowercase());
                let scoped = endpoints()
                    .any(|endpoint| endpoint.input() == *input && endpoint.path().contains('{'));
                let lists = kept.iter().filter(|name| name.starts_with(&prefix)).count();
                let known = kept.contains(&input.to_lowercase());
                assert!(known || scoped, "{input} is done and not kept");
                let most = objects.get(input).copied().unwrap_or_default();
                assert!(!scoped || lists >= most, "{input}: {lists} of {most}");
            }
            Progress::Object { input, done, .. } => {
                objects.insert(*input, *done);
                let prefix = format!("{}.", input.to_lowercase());
                let lists = kept.iter().filter(|name| name.starts_with(&prefix)).count();
                assert!(lists >= *done, "{input}: {lists} of {done} are kept");
            }
            _ => {}
        }
    }
}

/// Lives one life after the other until one sees the end; each is as long as `requests` says.
async fn lives(
    fake: &FakeJumpCloud,
    plan: &Plan,
    checkpoint: &MemoryCheckpoint,
    mut requests: impl FnMut(usize) -> usize,
    replay: &str,
) -> (String, usize, usize) {
    let known = client(fake);
    let (mut sent, mut number) = (0, 0);
    loop {
        let kept: BTreeSet<String> = checkpoint.names().into_iter().collect();
        let lived = live(fake, plan, checkpoint.clone(), requests(number)).await;
        for url in &lived.sent {
            let asked = pieces(plan, &known, url);
            assert!(!asked.is_subset(&kept), "{replay}: {url} was done before life {number}");
        }
        let resumed = lived.told.contains(&Progress::Resumed { started_at: now() });
        assert_eq!(resumed, kept.contains("run"), "{replay}");
        for step in &lived.told {
            let fine = !matches!(
                step,
                Progress::NotKept { .. }
                    | Progress::NotRestored { .. }
                    | Progress::StartedAfresh { .. }
            );
            assert!(fine, "{replay}: {step:?}");
        }
        sent += lived.sent.len();
        if let Some(snapshot) = lived.snapshot {
            assert_eq!(checkpoint.names(), Vec::<String>::new(), "{replay}");
            return (snapshot.to_json().unwrap(), sent, number);
        }
        let kept = checkpoint.names().into_iter().collect();
        kept_before_told(&lived, &kept);
        number += 1;
    }
}

/// Runs that are killed at random requests, one fake for all of them.
///
/// `RESUME_RUNS` in the environment asks for more of them.
async fn killed_at_random(org: Organization, plan: Plan, runs: u64) {
    let more = std::env::var("RESUME_RUNS").ok();
    let runs = more.map_or(runs, |runs| runs.parse().unwrap());
    let fake = FakeJumpCloud::start(org).await.unwrap();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    for seed in 0..runs {
        let replay = format!("seed {seed}");
        let mut dice = fastrand::Rng::with_seed(seed);
        let first = dice.usize(0..=asked.len());
        let checkpoint = MemoryCheckpoint::default();
        let once = |number| if number == 0 { first } else { usize::MAX };
        let (text, sent, _) = lives(&fake, &plan, &checkpoint, once, &replay).await;
        assert!(text == whole, "{replay}: killed at request {first}, the snapshot differs");
        // What was under way is asked for again, and the pages of lists that were not done.
        let again = sent.saturating_sub(asked.len());
        assert!(again <= 40, "{replay}: {again} more than the {} of one life", asked.len());
    }
    documented_reads(&fake);
}

/// Requests that were cut off may still be under way, so that their number says nothing.
fn documented_reads(fake: &FakeJumpCloud) {
    assert_eq!(fake.violations(), []);
    for request in fake.requests() {
        let read = request.method == "GET" || request.path.contains("/events");
        assert!(read, "{} {}", request.method, request.path);
    }
}

fn devices_and_users() -> Plan {
    Plan::exactly(["SYS", "USR", "SG", "UG", "SGM", "UGM", "SYS-USR", "USR-SYS", "POL"]).unwrap()
}

fn everything_that_rules_read() -> Plan {
    let codes: Vec<&str> =
        Plan::preset(Preset::Integration).inputs().chain(["DI", "DIC"]).collect();
    Plan::for_inputs(codes).unwrap()
}

#[tokio::test]
async fn killed_at_any_request_the_rest_alone_is_asked_for() {
    killed_at_random(organization(210), devices_and_users(), 12).await;
}

#[tokio::test]
async fn the_demo_killed_at_any_request_is_the_demo() {
    killed_at_random(demo::organization(now()), everything_that_rules_read(), 10).await;
}

#[tokio::test]
async fn an_untidy_organization_killed_at_any_request_is_the_same() {
    let org = demo::organization_of(300, 11, now());
    killed_at_random(org, everything_that_rules_read(), 3).await;
}

#[tokio::test]
async fn killed_again_and_again_it_comes_to_its_end() {
    let fake = FakeJumpCloud::start(organization(120)).await.unwrap();
    let plan = devices_and_users();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    for seed in 0..6 {
        let replay = format!("seed {seed}");
        let mut dice = fastrand::Rng::with_seed(seed);
        let checkpoint = MemoryCheckpoint::default();
        // Long enough to be told the organization and to read the longest list.
        let often = |_| dice.usize(14..40);
        let (text, sent, killed) = lives(&fake, &plan, &checkpoint, often, &replay).await;
        assert!(text == whole, "{replay}: killed {killed} times, the snapshot differs");
        assert!(killed >= 5, "{replay}: {killed}");
        assert!(sent <= asked.len() + killed * 16, "{replay}: {sent} for {}", asked.len());
    }
    documented_reads(&fake);
}

#[tokio::test]
async fn the_end_with_fewer_requests_is_the_same_after_a_restart() {
    let fake = FakeJumpCloud::start(demo::organization(now())).await.unwrap();
    let plan = Plan::for_inputs(["SYS-USR", "PST", "POL-SYS"]).unwrap();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    for first in (0..asked.len()).step_by(3) {
        let checkpoint = MemoryCheckpoint::default();
        let once = |number| if number == 0 { first } else { usize::MAX };
        let replay = format!("request {first}");
        let (text, ..) = lives(&fake, &plan, &checkpoint, once, &replay).await;
        assert!(text == whole, "{replay}");
    }
}

/// A folder that is gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("jumpcloud-resume-{name}-{}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        drop(std::fs::remove_dir_all(&folder.0));
        folder
    }

    fn checkpoint(&self) -> FolderCheckpoint {
        FolderCheckpoint::new(&self.0)
    }

    fn files(&self) -> BTreeSet<String> {
        let Ok(entries) = std::fs::read_dir(&self.0) else { return BTreeSet::new() };
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.piece.json"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

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
async fn only_what_failed_in_passing_is_asked_for_again() {
    let fake = FakeJumpCloud::start(organization(60)).await.unwrap();
    let plan = Plan::exactly(["SYS", "USR", "SG", "SGM", "UG", "UGM", "SYS-USR"]).unwrap();
    let (whole, _) = uninterrupted(&fake, &plan).await;
    let checkpoint = MemoryCheckpoint::default();
    fake.inject(Fault::on("GET /api/v2/usergroups").status(503));
    let hurried = patient(&fake).retry(quick().max_retries(1)).build().unwrap();
    let run = hurried.collect(plan.clone()).checkpoint(checkpoint.clone());
    let snapshot = run.run(&mut |_| {}).await.unwrap();
    let down = InputState::Failed { class: FailureClass::Server };
    assert_eq!((snapshot.state("UG"), snapshot.state("SYS")), (Some(down), Some(COMPLETE)));
    assert!(checkpoint.names().contains(&"sys".to_owned()), "it stays for the next run");
    fake.set_faults(Faults::default());
    let lived = live(&fake, &plan, checkpoint.clone(), usize::MAX).await;
    assert!(lived.sent.iter().all(|url| url.path().starts_with("/api/v2/usergroups")));
    assert!(lived.snapshot.unwrap().to_json().unwrap() == whole);
    assert_eq!(checkpoint.names(), Vec::<String>::new());
}

#[tokio::test]
async fn a_key_that_dies_in_mid_run_is_replaced_and_the_run_goes_on() {
    let fake = FakeJumpCloud::start(organization(150)).await.unwrap();
    let plan = devices_and_users();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    let checkpoint = MemoryCheckpoint::default();
    fake.inject(Fault::on("GET /api/v2/systems/*/users").nth(100).rotate_key("jca_another"));
    let first = live(&fake, &plan, checkpoint.clone(), usize::MAX).await;
    let unread = InputState::Failed { class: FailureClass::Unauthorised };
    assert_eq!(first.snapshot.unwrap().state("USR-SYS"), Some(unread));
    // The dead key spoils nothing.
    let kept = checkpoint.names();
    let second = live(&fake, &plan, checkpoint.clone(), usize::MAX).await;
    assert_eq!(second.snapshot.unwrap().state("SYS"), Some(unread));
    assert_eq!((second.sent.len(), checkpoint.names()), (0, kept));
    fake.rotate_key(DEMO_KEY);
    let renewed = client(&fake);
    let run = renewed.collect(plan.clone()).checkpoint(checkpoint.clone());
    let before = fake.requests().len();
    let snapshot = run.run(&mut |_| {}).await.unwrap();
    assert!(snapshot.to_json().unwrap() == whole);
    let after = fake.requests().len() - before;
    assert!(after <= asked.len() - 100, "{after} of {}", asked.len());
}

#[tokio::test]
async fn a_refusal_is_not_asked_for_again() {
    let fake = FakeJumpCloud::start(organization(30)).await.unwrap();
    fake.inject(Fault::on("GET /api/v2/usergroups").status(403));
    fake.inject(Fault::on("GET /api/v2/systems/*/users").status(403));
    let plan = Plan::exactly(["SYS", "UG", "UGM", "SYS-USR", "SG", "SGM"]).unwrap();
    let (whole, asked) = uninterrupted(&fake, &plan).await;
    let checkpoint = MemoryCheckpoint::default();
    let once = |number| if number == 0 { asked.len() - 1 } else { usize::MAX };
    let (text, ..) = lives(&fake, &plan, &checkpoint, once, "refused").await;
    assert!(text == whole);
}

#[tokio::test]
async fn each_input_says_how_old_it_is() {
    let fake = FakeJumpCloud::start(organization(30)).await.unwrap();
    let plan = Plan::exactly(["SYS", "SG", "SGM"]).unwrap();
    let checkpoint = MemoryCheckpoint::default();
    fake.inject(Fault::on("GET /api/v2/systemgroups/*/membership").status(503));
    let hurried = patient(&fake).retry(quick().max_retries(0)).build().unwrap();
    let run = hurried.collect(plan.clone()).checkpoint(checkpoint.clone());
    run.run(&mut |_| {}).await.unwrap();
    fake.set_faults(Faults::default());
    let later: Timestamp = "2026-11-24T10:30:00Z".parse().unwrap();
    let client = builder(&fake).clock(move || later).build().unwrap();
    let collector = client.collect(plan.clone()).checkpoint(checkpoint.clone());
    let snapshot = collector.run(&mut |_| {}).await.unwrap();
    assert_eq!((snapshot.started_at, snapshot.finished_at), (now(), later));
    let devices = snapshot.list::<System>();
    assert_eq!(devices.coverage.last_fetched_at, Some(now()));
    assert!(devices.records.iter().all(|record| record.fetched_at == now()));
    let members = &snapshot.list_of::<SystemGroupMembership>().of;
    assert!(members.values().all(|list| list.coverage.first_fetched_at == Some(later)));
    assert!(!members.is_empty());
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
