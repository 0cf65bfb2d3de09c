//! The command line.

use std::path::PathBuf;

use clap::Parser;
use jiff::Timestamp;
use jumpcloud_compliance::Severity;
use jumpcloud_compliance::export::Format;

/// Judges a JumpCloud organisation and writes evidence.
///
/// Without JUMPCLOUD_API_KEY a demo organisation with built-in defects is served on loopback and
/// judged. With it, the organisation of the key is read: nothing is ever written to JumpCloud.
#[derive(Debug, Parser)]
#[command(
    name = "compliance_report",
    version,
    after_help = "\
EXIT CODES:
  0  it ran
  1  a failure at or above --fail-on stands
  2  usage, connection or file error; stderr names the cause and the remedy"
)]
pub struct Options {
    /// API key of an administrator, best with the role Read Only.
    #[arg(long, env = "JUMPCLOUD_API_KEY", hide_env_values = true, value_name = "KEY")]
    pub api_key: Option<String>,

    /// Organisation to read; needed when the key sees several.
    #[arg(long, env = "JUMPCLOUD_ORG_ID", value_name = "ID")]
    pub org_id: Option<String>,

    /// Region of the organisation: us, eu or in.
    #[arg(long, env = "JUMPCLOUD_REGION", value_name = "REGION")]
    pub region: Option<String>,

    /// Address of the service instead of a region; plain http only for loopback.
    #[arg(long, env = "JUMPCLOUD_BASE_URL", value_name = "URL", conflicts_with = "region")]
    pub base_url: Option<String>,

    /// Folder for the evidence; made when it is not there.
    #[arg(long, default_value = "evidence", value_name = "DIR")]
    pub out: PathBuf,

    /// Further formats in the evidence folder, separated by commas: oscal, oscal-1.2, ocsf, ocsf-1.8,
    /// hdf, sarif, markdown, all or none.
    #[arg(long, default_value = "markdown", value_name = "NAMES", value_parser = formats)]
    pub format: Formats,

    /// Key for people's names when the configuration says `"pii_mode": "hashed"`; 16 bytes or more.
    #[arg(long, env = "JUMPCLOUD_PII_KEY", hide_env_values = true, value_name = "KEY")]
    pub pii_key: Option<String>,

    /// What to read: rules (what the enabled rules need), integration, its half devices or
    /// identities, lean or full.
    #[arg(long, default_value = "rules", value_name = "NAME",
          value_parser = ["rules", "integration", "devices", "identities", "lean", "full"])]
    pub preset: String,

    /// Requests a second at most [default: 4; 200 on loopback].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: Option<u32>,

    /// Requests in flight at most [default: 4; 16 on loopback].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub concurrency: Option<u32>,

    /// Time for which to judge, RFC 3339 [default: now].
    #[arg(long, value_name = "TIME")]
    pub now: Option<Timestamp>,

    /// Saves what was read, so that it can be judged again without a network.
    #[arg(long, value_name = "FILE")]
    pub save_snapshot: Option<PathBuf>,

    /// Keeps in this folder what has been read, and goes on from there when it was stopped before.
    #[arg(long, value_name = "DIR", conflicts_with = "snapshot")]
    pub resume: Option<PathBuf>,

    /// Takes over from an earlier snapshot what its events prove unchanged, and reads the rest.
    #[arg(long, value_name = "FILE", conflicts_with = "snapshot")]
    pub refresh: Option<PathBuf>,

    /// Keeps in this folder what the service sent, record by record and without secrets; the records
    /// behind the findings go into the evidence, unless people are hashed or left out. With
    /// --snapshot the folder is only read.
    #[arg(long, value_name = "DIR")]
    pub keep_raw: Option<PathBuf>,

    /// Judges a saved snapshot; nothing is read from the network.
    #[arg(long, value_name = "FILE")]
    pub snapshot: Option<PathBuf>,

    /// Profile, parameters, scope and waivers as JSON.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Evaluation of an earlier evidence folder (its evaluation.json); what changed since is told.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Draws this many findings for an auditor, as sample.csv.
    #[arg(long, value_name = "N", requires = "seed")]
    pub sample: Option<usize>,

    /// The auditor's seed for the sample; the same seed draws the same findings.
    #[arg(long, value_name = "TEXT", requires = "sample")]
    pub seed: Option<String>,

    /// Ed25519 private key (PKCS #8, PEM) that signs the manifest of the evidence.
    #[arg(long, value_name = "FILE")]
    pub sign_key: Option<PathBuf>,

    /// Ends with 1 when a failure of this severity or above stands: info, low, medium, high,
    /// critical.
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub fail_on: Option<Severity>,

    /// Prints the summary as JSON.
    #[arg(long)]
    pub json: bool,

    /// Prints no progress and no summary for people.
    #[arg(long)]
    pub quiet: bool,
}

/// Formats of the command line.
#[derive(Clone, Debug)]
pub struct Formats(pub Vec<Format>);

/// Formats by name. The native ones are in every pack.
fn formats(words: &str) -> Result<Formats, String> {
    let named = |word: &str| match word {
        "all" => Ok(Format::ALL.to_vec()),
        "none" => Ok(Vec::new()),
        word => word.parse().map(|format| vec![format]).map_err(|_| {
            let words: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
            format!("`{word}` is none of {}, all and none", words.join(", "))
        }),
    };
    let lists: Vec<Vec<Format>> = words.split(',').map(named).collect::<Result<_, _>>()?;
    Ok(Formats(lists.concat()))
}

fn severity(word: &str) -> Result<Severity, String> {
    word.parse().map_err(|_| {
        let words: Vec<&str> = Severity::ALL.iter().map(|severity| severity.as_str()).collect();
        format!("one of {} is needed", words.join(", "))
    })
}
