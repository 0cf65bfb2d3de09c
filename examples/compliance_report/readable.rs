//! What people read: the report as a page, the views as tables.

use std::error::Error;

use jumpcloud_client::Snapshot;
use jumpcloud_compliance::export::{html, views};
use jumpcloud_compliance::pack::Pack;
use jumpcloud_compliance::{Catalogue, Config, Evaluation};

use crate::failure::Failure;

/// Adds `report.html` and one table a view to the evidence.
pub fn add(
    pack: Pack,
    evaluation: &Evaluation,
    catalogue: &Catalogue<'_>,
    snapshot: &Snapshot,
    config: &Config,
) -> Result<Pack, Failure> {
    let views = views::all(evaluation, catalogue, snapshot, config, None).map_err(failed)?;
    let mut page = Vec::new();
    html::Report::new(evaluation, catalogue)
        .waivers(&config.waivers)
        .views(&views)
        .write_to(&mut page)
        .map_err(failed)?;
    let mut pack = with(pack, "report.html", page)?;
    for view in &views {
        let mut table = Vec::new();
        view.write_csv(&mut table).map_err(failed)?;
        pack = with(pack, &format!("{}.csv", view.name), table)?;
    }
    Ok(pack)
}

fn with(pack: Pack, name: &str, bytes: Vec<u8>) -> Result<Pack, Failure> {
    pack.with_file(name, bytes).map_err(failed)
}

fn failed(error: impl Error) -> Failure {
    Failure::new("the report cannot be written", error, "report this with the snapshot")
}
