//! From an API key to evidence, in one command.
//!
//! Without configuration it starts a demo JumpCloud on loopback and judges that; with
//! `JUMPCLOUD_API_KEY` it judges the organisation the key belongs to; with `--snapshot` it judges a
//! saved snapshot without any network.

mod evidence;
mod failure;
mod options;
mod print;
mod progress;
mod source;
mod summary;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use jiff::Timestamp;
use jumpcloud_client::Snapshot;
use jumpcloud_compliance::pii::Pseudonyms;
use jumpcloud_compliance::{Catalogue, Config, evaluate};

use failure::Failure;
use options::Options;
use source::Source;
use summary::Summary;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options).await {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(2)
        }
    }
}

async fn run(options: &Options) -> Result<ExitCode, Failure> {
    let started = options.now.unwrap_or_else(Timestamp::now);
    let catalogue = Catalogue::builtin().map_err(|error| {
        Failure::new(
            "the rule catalogue cannot be loaded",
            error,
            "report this: the release is broken",
        )
    })?;
    let config = options.config.as_deref().map(|file| read_config(file, &catalogue)).transpose()?;
    let files = evidence::Files::read(options)?;
    let source = Source::choose(options, started).await?;
    let config = config.unwrap_or_else(|| source.config());
    let snapshot = match &options.snapshot {
        Some(file) => read_snapshot(file, "--snapshot")?,
        None => source.collect(options, &catalogue, &config).await?,
    };
    if let Some(file) = &options.save_snapshot {
        save_snapshot(&snapshot, file)?;
    }
    // Judged when everything has arrived: evidence is never younger than its verdict.
    let now = options.now.unwrap_or_else(Timestamp::now);
    let evaluation = evaluate(&catalogue, &snapshot, &config, now, None).map_err(|error| {
        Failure::new(
            "the configuration cannot be used",
            error,
            "correct the file given with --config",
        )
    })?;
    let people = Pseudonyms::new(config.pii_mode, options.pii_key.as_deref().map(str::as_bytes))
        .map_err(|error| {
            Failure::new("people cannot be pseudonymised", error, "give the key with --pii-key")
        })?;
    let evaluation = people.evaluation(&evaluation).map_err(|error| {
        Failure::new("people cannot be pseudonymised", error, "report this with the snapshot")
    })?;
    let pack = evidence::pack(&evidence::Judged {
        evaluation: &evaluation,
        catalogue: &catalogue,
        snapshot: &snapshot,
        config: &config,
        people: &people,
        files: &files,
        options,
    })?;
    pack.write_to(&options.out).map_err(|error| {
        Failure::new(
            "the evidence folder cannot be written",
            error,
            "choose a folder that can be written with --out",
        )
    })?;
    let summary = Summary::of(&evaluation, &catalogue, &source.describe(), &options.out);
    if options.json {
        let text = serde_json::to_string_pretty(&summary).map_err(|error| {
            Failure::new("the summary cannot be written as JSON", error, "report this")
        })?;
        say(&text)?;
    } else if !options.quiet {
        say(&print::text(&summary))?;
    }
    let failed = options.fail_on.is_some_and(|limit| evaluation.worst_failure() >= Some(limit));
    Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Prints to stdout; a reader that has gone away is no failure.
fn say(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| {
            Failure::new("the summary cannot be printed", error, "check where stdout leads")
        }),
    }
}

/// Reads and checks the configuration, before anything is asked of the service.
fn read_config(file: &Path, catalogue: &Catalogue<'_>) -> Result<Config, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::file(
            "the configuration cannot be read",
            file,
            error,
            "check the path after --config",
        )
    })?;
    let config: Config = serde_json::from_str(&text).map_err(|error| {
        Failure::file(
            "the configuration is not what it should be",
            file,
            error,
            "compare it with the fields in docs/guides/configure.md",
        )
    })?;
    catalogue.check(&config).map_err(|error| {
        Failure::file("the configuration cannot be used", file, error, "correct what is listed")
    })?;
    Ok(config)
}

/// Reads a saved snapshot that a flag names.
fn read_snapshot(file: &Path, flag: &str) -> Result<Snapshot, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        let remedy = format!("check the path after {flag}");
        Failure::file("the snapshot cannot be read", file, error, &remedy)
    })?;
    Snapshot::from_json(&text).map_err(|error| {
        Failure::file(
            "the snapshot is not what it should be",
            file,
            error,
            "write it with --save-snapshot, or by hand as docs/guides/evaluate.md shows",
        )
    })
}

fn save_snapshot(snapshot: &Snapshot, file: &Path) -> Result<(), Failure> {
    let remedy = "check the path after --save-snapshot";
    let text = snapshot
        .to_json()
        .map_err(|error| Failure::file("the snapshot cannot be saved", file, error, remedy))?;
    std::fs::write(file, text)
        .map_err(|error| Failure::file("the snapshot cannot be saved", file, error, remedy))
}
