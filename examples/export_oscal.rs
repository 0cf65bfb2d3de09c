//! One evaluation in the forms of auditors, security tools, spreadsheets and browsers.
//!
//! `cargo run --example export_oscal -- out` writes the files of the demo organisation; with
//! `JUMPCLOUD_API_KEY` those of yours.

mod connect;

use std::fs::{File, create_dir_all};
use std::io::BufWriter;
use std::path::PathBuf;

use jiff::Timestamp;
use jumpcloud_client::collect::Plan;
use jumpcloud_compliance::export::{Format, Report, csv, html};
use jumpcloud_compliance::{Catalogue, Config, evaluate};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(std::env::args().nth(1).unwrap_or("out".into()));
    create_dir_all(&out)?;
    let (client, _fake) = connect::connect().await?;
    client.validate().await?;
    let (catalogue, config) = (Catalogue::builtin()?, Config::default());
    let plan = Plan::for_inputs(catalogue.inputs_for(&config))?;
    let snapshot = client.collect(plan).run(&mut |_| {}).await?;
    let evaluation = evaluate(&catalogue, &snapshot, &config, Timestamp::now(), None)?;

    let report = Report::new(&evaluation, &catalogue, &config)?;
    for format in [Format::Oscal, Format::Sarif, Format::Markdown] {
        let file = out.join(format.file_name());
        format.write(&report, BufWriter::new(File::create(&file)?))?;
        println!("{}", file.display());
    }

    csv::findings(&evaluation, &catalogue, File::create(out.join("findings.csv"))?)?;
    csv::population(&evaluation, File::create(out.join("population.csv"))?)?;
    csv::coverage(&evaluation, File::create(out.join("coverage.csv"))?)?;

    let page = html::Page::new(&report);
    page.write(File::create(out.join(html::FILE_NAME))?)?;
    Ok(())
}
