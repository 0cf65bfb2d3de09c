//! One organization at one time as plain data, and what came of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::builder::is_id;
use crate::collect::Plan;
use crate::error::{Error, ErrorKind};
use crate::monitor::refused;
use crate::record::RecordDigest;
use crate::snapshot::{InputState, Snapshot};

/// Longest name of a credential, in bytes.
const LONGEST_NAME: usize = 64;

/// One organization to read at one time: all that a worker needs to know, and no secret.
///
/// Made to be carried by a job queue as JSON. The same job can be given to a worker any number of times:
/// its [`id`](Self::id) names the checkpoint by which a second try goes on where the first one stopped,
/// and the place of the evidence, so that it is written once.
///
/// ```
/// use jumpcloud_client::Client;
/// use jumpcloud_client::collect::{FolderCheckpoint, Plan, Preset};
/// use jumpcloud_client::fleet::{Job, JobReport};
///
/// # async fn run(clients: std::collections::BTreeMap<String, Client>) -> Result<(), Box<dyn std::error::Error>> {
/// let as_of = "2026-11-23T00:00:00Z".parse()?;
/// let plan = Plan::preset(Preset::Integration);
/// let job = Job::new("5f0c1f2a3b4c5d6e7f809102", "provider-eu", plan, as_of)?;
/// let carried = serde_json::to_string(&job)?;
///
/// // The worker:
/// let job: Job = serde_json::from_str(&carried)?;
/// let client = clients.get(job.credential()).ok_or("no such credential here")?;
/// let client = client.for_organization(job.organization())?;
/// let checkpoint = FolderCheckpoint::new(format!("checkpoints/{}", job.id()));
/// let collector = client.collect(job.plan().clone()).checkpoint(checkpoint);
/// let snapshot = collector.run(&mut |_| {}).await?;
/// let report = JobReport::of(&job, &snapshot);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Carried", into = "Carried")]
pub struct Job {
    organization: String,
    credential: String,
    plan: Plan,
    as_of: Timestamp,
}

/// What is carried.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Carried {
    organization: String,
    credential: String,
    plan: Plan,
    as_of: Timestamp,
}

/// Why something is no job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidJob {
    /// The id of the organization is none.
    #[error("the id of the organization is none, 1 to 128 letters, digits, `-` and `_` are needed")]
    Organization,
    /// The credential is named by something that may be the credential.
    #[error(
        "the credential is named by 1 to 64 letters, digits, `-`, `_`, `.`, `:` and `/`, under which the \
         program keeps it: never put the credential itself into a job"
    )]
    Credential,
}

impl Job {
    /// The organization, the name under which the program keeps its credential, what to read, and the
    /// moment that the result is for.
    ///
    /// # Errors
    ///
    /// [`InvalidJob`] when the id is none, or the name of the credential looks like a key: it begins with
    /// `jca_`, or is 40 hexadecimal digits as older keys are.
    pub fn new(
        organization: impl Into<String>,
        credential: impl Into<String>,
        plan: Plan,
        as_of: Timestamp,
    ) -> Result<Self, InvalidJob> {
        let (organization, credential) = (organization.into(), credential.into());
        if !is_id(&organization) {
            return Err(InvalidJob::Organization);
        }
        if !is_name(&credential) {
            return Err(InvalidJob::Credential);
        }
        Ok(Self { organization, credential, plan, as_of })
    }

    /// Id of the organization.
    pub fn organization(&self) -> &str {
        &self.organization
    }

    /// The name under which the program keeps the credential.
    pub fn credential(&self) -> &str {
        &self.credential
    }

    /// What is read.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The moment that the result is for, UTC, such as the day of a daily run.
    ///
    /// It tells one run from the next. What is read is of the time of reading.
    pub const fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// The same 64 hexadecimal digits for the same organization, plan and moment.
    ///
    /// Fit for the name of a folder and for a queue's key against doing a thing twice. The credential is
    /// not part of it, as it may be renamed or replaced between two tries.
    pub fn id(&self) -> String {
        // A plan has string keys and whole numbers only: it is always written.
        let plan = serde_json::to_string(&self.plan).unwrap_or_default();
        let text = format!("{}\n{}\n{plan}", self.organization, self.as_of);
        let digest = RecordDigest::of(text.as_bytes()).to_string();
        digest.trim_start_matches("sha256:").to_owned()
    }
}

impl TryFrom<Carried> for Job {
    type Error = InvalidJob;

    fn try_from(carried: Carried) -> Result<Self, InvalidJob> {
        Self::new(carried.organization, carried.credential, carried.plan, carried.as_of)
    }
}

impl From<Job> for Carried {
    fn from(job: Job) -> Self {
        let Job { organization, credential, plan, as_of } = job;
        Self { organization, credential, plan, as_of }
    }
}

fn is_name(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:/".contains(&b);
    let old_key = text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    (1..=LONGEST_NAME).contains(&text.len())
        && text.bytes().all(plain)
        && !text.to_ascii_lowercase().starts_with("jca_")
        && !old_key
}

/// What came of a job, as plain data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct JobReport {
    /// [`id`](Job::id) of the job.
    pub job: String,
    /// Id of the organization.
    pub organization: String,
    /// The moment that the result is for, UTC.
    pub as_of: Timestamp,
    /// What became of it.
    pub state: JobState,
    /// Why, in a sentence a person can read; absent where everything arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Inputs that were asked for and arrived whole, or are not licensed.
    pub complete: u64,
    /// Codes of those that did not arrive whole, sorted.
    pub incomplete: Vec<String>,
    /// Where the evidence lies, in the words of the program that wrote it; absent without evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Digest of the evidence, as its writer computes it; absent without evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// What became of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobState {
    /// Everything arrived.
    Complete,
    /// Some inputs did not arrive whole: there is a result, and it says which.
    Incomplete,
    /// The credential was refused, or sees another organization: a person has to act first.
    Refused,
    /// It failed for another reason, such as an outage: trying again may help.
    Failed,
}

impl JobState {
    /// The word for it, in snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// Whether a queue should try again by itself.
    pub const fn is_worth_another_try(self) -> bool {
        matches!(self, Self::Failed)
    }
}

impl JobReport {
    /// Of a job that brought a snapshot.
    pub fn of(job: &Job, snapshot: &Snapshot) -> Self {
        let whole = |code: &&'static str| {
            let state = snapshot.state(job.plan.held_as(code, snapshot));
            matches!(state, Some(InputState::Complete | InputState::NotLicensed))
        };
        let (complete, incomplete): (Vec<_>, Vec<_>) = job.plan.inputs().partition(whole);
        let (state, reason) = if refused(snapshot) {
            let what = "the credential was refused in the middle of the collection: give a new one";
            (JobState::Refused, Some(what.to_owned()))
        } else if incomplete.is_empty() {
            (JobState::Complete, None)
        } else {
            let what = format!("these inputs are incomplete: {}", incomplete.join(", "));
            (JobState::Incomplete, Some(what))
        };
        Self {
            complete: u64::try_from(complete.len()).unwrap_or(u64::MAX),
            incomplete: incomplete.into_iter().map(str::to_owned).collect(),
            ..Self::ended(job, state, reason)
        }
    }

    /// Of a job that brought nothing.
    pub fn failed(job: &Job, error: &Error) -> Self {
        let state = match error.kind() {
            ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::OrganizationRequired
            | ErrorKind::WrongOrganization => JobState::Refused,
            _ => JobState::Failed,
        };
        Self::ended(job, state, Some(error.to_string()))
    }

    /// Adds where the evidence lies and its digest.
    #[must_use]
    pub fn with_evidence(self, place: impl Into<String>, digest: impl Into<String>) -> Self {
        Self { evidence: Some(place.into()), digest: Some(digest.into()), ..self }
    }

    fn ended(job: &Job, state: JobState, reason: Option<String>) -> Self {
        Self {
            job: job.id(),
            organization: job.organization.clone(),
            as_of: job.as_of,
            state,
            reason,
            complete: 0,
            incomplete: Vec::new(),
            evidence: None,
            digest: None,
        }
    }
}
