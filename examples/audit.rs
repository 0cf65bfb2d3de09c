//! A command-line audit for pipes: one JSON object a line on stdout, the rest on stderr.
//!
//! `cargo run --example audit -- --fail-on high | jq -r 'select(.status == "fail").subject'` audits
//! the demo organisation; with `JUMPCLOUD_API_KEY` yours.

mod connect;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;
use jumpcloud_client::collect::{Plan, Progress};
use jumpcloud_compliance::{
    Catalogue, Config, EffectiveStatus, Evaluation, Finding, Severity, evaluate,
};
use serde::Serialize;

/// Audits an organisation; prints findings as JSON Lines.
///
/// Exit codes: 0 nothing at or above `--fail-on` failed, and all of it was judged; 1 something
/// failed; 2 the audit could not be made; 3 nothing failed, but something is unknown.
#[derive(Debug, Parser)]
struct Options {
    /// Severity from which findings decide the exit code: info, low, medium, high, critical.
    #[arg(long, default_value = "high", value_parser = severity)]
    fail_on: Severity,
    /// Profile of parameters: default, pci, `cyber_essentials`, `cis_ig1`.
    #[arg(long, default_value = "default")]
    profile: String,
    /// Prints passes and what does not apply as well.
    #[arg(long)]
    all: bool,
}

/// A line: what a pipe needs to filter, count and open a ticket.
#[derive(Serialize)]
struct Line<'a> {
    id: String,
    rule: &'a str,
    kind: &'a str,
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    status: &'a str,
    severity: &'a str,
    reason: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown_cause: Option<&'a str>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match audit(&options).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

async fn audit(options: &Options) -> Result<u8, Box<dyn std::error::Error>> {
    let catalogue = Catalogue::builtin()?;
    let config = Config { profile: options.profile.clone(), ..Config::default() };
    catalogue.check(&config)?;
    let (client, _fake) = connect::connect().await?;
    client.validate().await?;
    let plan = Plan::for_inputs(catalogue.inputs_for(&config))?;
    let snapshot = client
        .collect(plan)
        .run(&mut |progress| {
            if let Progress::InputFinished { input, state, records } = progress
                && !state.is_complete()
            {
                eprintln!("{input}: {records} records, {state:?}");
            }
        })
        .await?;
    let evaluation = evaluate(&catalogue, &snapshot, &config, Timestamp::now(), None)?;
    match print(&evaluation, &catalogue, options.all) {
        // `head` has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        printed => printed?,
    }
    Ok(code(&evaluation, options.fail_on))
}

fn print(evaluation: &Evaluation, catalogue: &Catalogue<'_>, all: bool) -> io::Result<()> {
    use EffectiveStatus::{NotApplicable, Pass};
    let mut out = BufWriter::new(io::stdout().lock());
    for own in &evaluation.findings {
        if all || !matches!(own.effective_status, Pass | NotApplicable) {
            serde_json::to_writer(&mut out, &line(own, catalogue))?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()
}

fn line<'a>(own: &'a Finding, catalogue: &Catalogue<'_>) -> Line<'a> {
    Line {
        id: own.finding_id.to_string(),
        rule: &own.rule_id,
        kind: own.subject.kind.as_str(),
        subject: &own.subject.id,
        name: own.subject.display_name.as_deref(),
        status: own.effective_status.as_str(),
        severity: own.severity.as_str(),
        reason: &own.reason_code,
        text: catalogue.reason_text(&own.rule_id, &own.reason_code),
        unknown_cause: own.unknown_cause.map(|cause| cause.as_str()),
    }
}

fn code(evaluation: &Evaluation, fail_on: Severity) -> u8 {
    let any = |status: EffectiveStatus| {
        let mut heavy = evaluation.findings.iter().filter(|own| own.severity >= fail_on);
        heavy.any(|own| own.effective_status == status)
    };
    match (any(EffectiveStatus::Fail), any(EffectiveStatus::Unknown)) {
        (true, _) => 1,
        (false, true) => 3,
        (false, false) => 0,
    }
}

fn severity(name: &str) -> Result<Severity, String> {
    name.parse().map_err(|_| "one of info, low, medium, high, critical".to_owned())
}
