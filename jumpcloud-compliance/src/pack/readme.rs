//! The plain-words page of a pack: what it is, what it says, and what it does not say.

use std::fmt::Write as _;
use std::string::String;

use crate::catalogue::Catalogue;
use crate::evaluation::Evaluation;
use crate::export::STATEMENTS;
use crate::outcome::EffectiveStatus;
use crate::pii::PiiMode;

pub(super) fn readme(evaluation: &Evaluation, catalogue: &Catalogue<'_>, mode: PiiMode) -> String {
    let mut text = String::new();
    let name = evaluation.org.name.as_deref().unwrap_or("(without a name)");
    let mut say = |line: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let written = text.write_fmt(line).and_then(|()| text.write_str("\n"));
        debug_assert!(written.is_ok(), "a string takes every text");
    };
    let count = |status| {
        evaluation.findings.iter().filter(|finding| finding.effective_status == status).count()
    };
    say(format_args!("EVIDENCE PACK"));
    say(format_args!(""));
    say(format_args!("Organisation   {name} ({})", evaluation.org.id));
    say(format_args!("Judged for     {}", crate::time::format(evaluation.evaluated_at)));
    say(format_args!(
        "Collected      {} to {}",
        crate::time::format(evaluation.snapshot.started_at),
        crate::time::format(evaluation.snapshot.finished_at)
    ));
    say(format_args!("Rules          {} {}", catalogue.metas().count(), evaluation.catalogue.name));
    say(format_args!("Version        {}", evaluation.catalogue.version));
    say(format_args!("Profile        {}", evaluation.profile));
    say(format_args!("Coverage       {}", evaluation.coverage_status));
    say(format_args!("Pack           {}", evaluation.digest));
    say(format_args!(""));
    say(format_args!("RESULTS"));
    say(format_args!(""));
    for status in EffectiveStatus::ALL {
        say(format_args!("{status:<16}{}", count(*status)));
    }
    say(format_args!(""));
    say(format_args!("WHO WAS JUDGED"));
    say(format_args!(""));
    for population in &evaluation.population {
        let left_out = population.excluded.len();
        let open = if population.complete { "" } else { ", and there may be more" };
        say(format_args!(
            "{:<16}{} in scope, {left_out} left out, {} in all{open}",
            population.kind.as_str(),
            population.in_scope,
            population.total
        ));
    }
    say(format_args!(""));
    say(format_args!("HOW TO READ THIS"));
    say(format_args!(""));
    for statement in STATEMENTS {
        say(format_args!("- {statement}"));
    }
    say(format_args!(
        "- Who was left out of the judgement is listed in population.csv with the reason."
    ));
    say(format_args!(""));
    say(format_args!("HOW TO CHECK IT"));
    say(format_args!(""));
    say(format_args!(
        "manifest.json lists each file with its SHA-256; `sha256sum` prints the same. A finding names \
         the record, field, value and time of each fact, the rule with its version and parameters, and \
         the state of each input: with the record at hand the verdict can be repeated by hand. \
         coverage.csv says what was asked of the service and what arrived."
    ));
    say(format_args!(""));
    say(format_args!(
        "manifest.sig, when it is there, is a signature over the bytes of manifest.json; who holds the \
         public key in public.pem checks an Ed25519 signature with `openssl pkeyutl -verify -pubin \
         -inkey public.pem -rawin -in manifest.json -sigfile manifest.sig`. drift.json and sample.csv, \
         when they are there, say what changed since an earlier evaluation and which findings a seed \
         drew. raw, when it is there, holds the records behind the findings: a line of raw/SYS.jsonl \
         fits an observation whose source is SYS and whose record_id is the line's id or of; where it \
         is verbatim, `jq -j .text | sha256sum` over the line prints its digest. raw/missing.jsonl \
         names records whose text was not kept."
    ));
    if mode != PiiMode::Clear {
        say(format_args!(""));
        say(format_args!("WHO IS NAMED"));
        say(format_args!(""));
        say(format_args!(
            "People are told in the mode `{mode}`: names, addresses, user names and texts that people \
             wrote stand here {} in every file; ids stay. The digest of the configuration is that of the \
             original, which config.json tells in this mode.",
            if mode == PiiMode::Hashed { "as keyed hashes" } else { "as `removed` or not at all" }
        ));
    }
    text
}
