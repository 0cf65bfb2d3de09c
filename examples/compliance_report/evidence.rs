//! The evidence folder: everything that is told of an evaluation.

use std::error::Error;
use std::path::Path;

use jumpcloud_client::Snapshot;
use jumpcloud_client::collect::RawFolder;
use jumpcloud_compliance::drift::Drift;
use jumpcloud_compliance::export::{Report, html, views};
use jumpcloud_compliance::pack::{Pack, ed25519};
use jumpcloud_compliance::pii::{PiiMode, Pseudonyms};
use jumpcloud_compliance::{Catalogue, Config, Evaluation, sample};

use crate::failure::Failure;
use crate::options::Options;

/// An evaluation, its people written as the configuration says, with all that it came from.
pub struct Judged<'a> {
    pub evaluation: &'a Evaluation,
    pub catalogue: &'a Catalogue<'a>,
    pub snapshot: &'a Snapshot,
    pub config: &'a Config,
    pub people: &'a Pseudonyms,
    pub files: &'a Files,
    pub options: &'a Options,
}

/// Files of the command line that go into the evidence, read before anything is asked of the service.
#[derive(Debug)]
pub struct Files {
    before: Option<Evaluation>,
    key: Option<ed25519::SigningKey>,
}

impl Files {
    /// Reads the earlier evaluation and the key, where they are given.
    pub fn read(options: &Options) -> Result<Self, Failure> {
        let before = options.baseline.as_deref().map(baseline).transpose()?;
        let key = options.sign_key.as_deref().map(signing_key).transpose()?;
        Ok(Self { before, key })
    }
}

/// Packs the evidence; people are written as the configuration says, in every file.
pub fn pack(judged: &Judged<'_>) -> Result<Pack, Failure> {
    let Judged { evaluation, catalogue, people, files, options, .. } = judged;
    let config = people.config(judged.config);
    let mut report = Report::new(evaluation, catalogue, &config).map_err(unpacked)?;
    let mut pack = Pack::of(evaluation, catalogue, &config).map_err(unpacked)?;

    let drift = files
        .before
        .as_ref()
        .map(|before| {
            let shown = people.evaluation(before).map_err(unpacked)?;
            Drift::between(&shown, evaluation, catalogue).map_err(|error| {
                Failure::new("nothing can be compared", error, "correct the file after --baseline")
            })
        })
        .transpose()?;
    if let (Some(before), Some(drift)) = (&files.before, &drift) {
        report = report.drift(drift);
        pack = pack.with_drift(before, drift).map_err(unpacked)?;
    }

    let views = views::all(evaluation, catalogue, judged.snapshot, judged.config, None)
        .map_err(unpacked)?;
    let page = html::Page::new(&report).views(&views);
    pack = pack
        .with(&report, &options.format.0)
        .and_then(|pack| pack.with_page(&page))
        .and_then(|pack| pack.with_views(&views))
        .map_err(unpacked)?;
    if let (Some(size), Some(seed)) = (options.sample, &options.seed) {
        let drawn = sample(evaluation, seed, size);
        pack = pack.with_sample(&drawn, catalogue).map_err(unpacked)?;
    }
    if let Some(folder) = &options.keep_raw {
        pack = with_raw(pack, judged, folder)?;
    }
    match &files.key {
        Some(key) => pack.sign(key).map_err(unpacked),
        None => Ok(pack),
    }
}

/// Adds the raw records behind the findings, or says why they are left out.
fn with_raw(pack: Pack, judged: &Judged<'_>, folder: &Path) -> Result<Pack, Failure> {
    if judged.config.pii_mode != PiiMode::Clear {
        eprintln!(
            "note: raw records show people as they are, so they are left out of the evidence with \
             `pii_mode` `{}`; they stay in {}",
            judged.config.pii_mode,
            folder.display()
        );
        return Ok(pack);
    }
    let remedy = "check the folder after --keep-raw";
    let records = RawFolder::new(folder)
        .records()
        .map_err(|error| Failure::file("the raw records cannot be read", folder, error, remedy))?;
    pack.with_raw(judged.evaluation, judged.snapshot, records)
        .map_err(|error| Failure::file("the raw records cannot be packed", folder, error, remedy))
}

fn baseline(file: &Path) -> Result<Evaluation, Failure> {
    let fails = |error: &dyn Error, remedy| {
        Failure::file(
            "the earlier evaluation cannot be read",
            file,
            Cause(error.to_string()),
            remedy,
        )
    };
    let text = std::fs::read_to_string(file)
        .map_err(|error| fails(&error, "check the path after --baseline"))?;
    let evaluation: Evaluation = serde_json::from_str(&text)
        .map_err(|error| fails(&error, "give the evaluation.json of an evidence folder"))?;
    if evaluation.is_intact() {
        Ok(evaluation)
    } else {
        let changed = Cause("its digest does not fit its content".to_owned());
        Err(fails(&changed, "take it from an evidence folder that nobody changed"))
    }
}

fn signing_key(file: &Path) -> Result<ed25519::SigningKey, Failure> {
    let remedy = "write one with `openssl genpkey -algorithm ed25519 -out FILE`";
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::file("the key cannot be read", file, error, remedy))?;
    ed25519::signing_key(&text)
        .map_err(|error| Failure::file("the key cannot be used", file, error, remedy))
}

fn unpacked(error: impl Error) -> Failure {
    Failure::new("the evidence cannot be packed", error, "report this with the snapshot")
}

/// What went wrong, in words alone.
#[derive(Debug)]
struct Cause(String);

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Cause {}
