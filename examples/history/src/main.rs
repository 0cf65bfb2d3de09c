//! A fleet's findings over several days as Parquet files, asked by SQL with DataFusion.
//!
//! `cargo run --manifest-path examples/history/Cargo.toml` judges three invented tenants on five days,
//! writes one file a day, and asks which rules fail longest and how each tenant changes. One tenant has no
//! result on one day: that day is missing from its line, and is not taken for a good one.

use std::error::Error;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use datafusion::arrow::array::{Array, Int64Array, RecordBatch, StringArray, StringViewArray};
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use jiff::{SignedDuration, Timestamp};
use jumpcloud_client::Snapshot;
use jumpcloud_compliance::export::parquet::FindingsWriter;
use jumpcloud_compliance::{Catalogue, Config, Evaluation, evaluate};
use serde_json::json;

type Failure = Box<dyn Error>;

/// Rules by the longest run of days on which they failed for one subject without a day between.
const FAILING_LONGEST: &str = "
    WITH days AS (
        SELECT org_id, judged_at,
            CAST(row_number() OVER (PARTITION BY org_id ORDER BY judged_at) AS BIGINT) AS day
        FROM (SELECT DISTINCT org_id, judged_at FROM findings)
    ), fails AS (
        SELECT DISTINCT f.org_id, f.rule_id, f.subject_id, d.day
        FROM findings f JOIN days d ON d.org_id = f.org_id AND d.judged_at = f.judged_at
        WHERE f.effective_status = 'fail'
    ), runs AS (
        SELECT org_id, rule_id, subject_id, day - CAST(row_number() OVER (
            PARTITION BY org_id, rule_id, subject_id ORDER BY day) AS BIGINT) AS run
        FROM fails
    ), lengths AS (
        SELECT org_id, rule_id, subject_id, run, count(*) AS days
        FROM runs GROUP BY org_id, rule_id, subject_id, run
    )
    SELECT rule_id, max(days) AS days, count(DISTINCT concat(org_id, '/', subject_id)) AS subjects
    FROM lengths GROUP BY rule_id ORDER BY days DESC, rule_id";

/// Findings that fail, by tenant and day on which it was judged.
const TREND: &str = "
    SELECT org_id, CAST(CAST(judged_at AS DATE) AS VARCHAR) AS day,
        sum(CASE WHEN effective_status = 'fail' THEN 1 ELSE 0 END) AS failing,
        sum(CASE WHEN effective_status = 'unknown' THEN 1 ELSE 0 END) AS unknown
    FROM findings GROUP BY org_id, judged_at ORDER BY org_id, day";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("fleet-history-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    write(&folder, &evaluations()?)?;
    println!("rules that fail longest: rule, days, subjects");
    for row in ask(&folder, FAILING_LONGEST).await?.iter().take(5) {
        println!("  {}", row.join("  "));
    }
    println!("each tenant by day: failing, unknown");
    for row in ask(&folder, TREND).await? {
        println!("  {}", row.join("  "));
    }
    fs::remove_dir_all(&folder)?;
    Ok(())
}

/// One file for each day.
fn write(folder: &Path, days: &[Vec<Evaluation>]) -> Result<(), Failure> {
    for (day, evaluations) in days.iter().enumerate() {
        let file = BufWriter::new(File::create(folder.join(format!("day-{day}.parquet")))?);
        let mut table = FindingsWriter::new(file)?;
        for evaluation in evaluations {
            table.add(evaluation)?;
        }
        table.finish()?.into_inner()?.sync_all()?;
    }
    Ok(())
}

/// Asks all files of a folder, and hands out each row as texts.
async fn ask(folder: &Path, question: &str) -> Result<Vec<Vec<String>>, Failure> {
    let context = SessionContext::new();
    let place = folder.to_str().ok_or("the folder is no text")?;
    context.register_parquet("findings", place, ParquetReadOptions::default()).await?;
    let mut rows = Vec::new();
    for batch in context.sql(question).await?.collect().await? {
        for row in 0..batch.num_rows() {
            rows.push((0..batch.num_columns()).map(|column| cell(&batch, column, row)).collect());
        }
    }
    Ok(rows)
}

fn cell(batch: &RecordBatch, column: usize, row: usize) -> String {
    let array = batch.column(column).as_any();
    if let Some(texts) = array.downcast_ref::<StringViewArray>() {
        return texts.value(row).to_owned();
    }
    if let Some(texts) = array.downcast_ref::<StringArray>() {
        return texts.value(row).to_owned();
    }
    array.downcast_ref::<Int64Array>().map_or_else(String::new, |own| own.value(row).to_string())
}

/// Three tenants on five days: one that repairs a device, one that breaks one, one that is away once.
fn evaluations() -> Result<Vec<Vec<Evaluation>>, Failure> {
    let catalogue = Catalogue::builtin()?;
    let first: Timestamp = "2026-11-16T06:00:00Z".parse()?;
    let mut days = Vec::new();
    for day in 0..5_i64 {
        let at = first + SignedDuration::from_hours(24 * day);
        let mut evaluations = Vec::new();
        for tenant in ["east", "north", "south"] {
            if tenant == "south" && day == 2 {
                continue;
            }
            let encrypted = match tenant {
                "east" => day >= 3,
                "north" => day < 3,
                _ => false,
            };
            let snapshot = json!({
                "schema": "jumpcloud-snapshot/1",
                "organization_id": tenant,
                "taken_at": at.to_string(),
                "inputs": {
                    "ORG": [{"_id": tenant, "displayName": tenant}],
                    "SYS": [
                        {"_id": "laptop", "osFamily": "darwin", "active": true,
                            "fde": {"active": encrypted}},
                        {"_id": "tower", "osFamily": "darwin", "active": true,
                            "fde": {"active": true}},
                    ],
                    "MDM": [], "MDMD": {"of": {}}, "SI.disk_encryption": [], "SI.mounts": [],
                },
            });
            let snapshot = Snapshot::from_json(&snapshot.to_string())?;
            evaluations.push(evaluate(&catalogue, &snapshot, &Config::default(), at, None)?);
        }
        days.push(evaluations);
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use jumpcloud_compliance::EffectiveStatus;

    use super::*;

    async fn asked(question: &str, name: &str) -> (Vec<Vec<Evaluation>>, Vec<Vec<String>>) {
        let folder = std::env::temp_dir().join(format!("fleet-test-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let days = evaluations().unwrap();
        write(&folder, &days).unwrap();
        let rows = ask(&folder, question).await.unwrap();
        fs::remove_dir_all(&folder).unwrap();
        (days, rows)
    }

    #[tokio::test]
    async fn the_trend_is_that_of_the_evaluations() {
        let (days, rows) = asked(TREND, "trend").await;
        let mut expected = Vec::new();
        for evaluation in days.iter().flatten() {
            let count = |status| {
                evaluation.findings.iter().filter(|own| own.effective_status == status).count()
            };
            expected.push(vec![
                evaluation.org.id.clone(),
                evaluation.evaluated_at.to_string()[..10].to_owned(),
                count(EffectiveStatus::Fail).to_string(),
                count(EffectiveStatus::Unknown).to_string(),
            ]);
        }
        expected.sort();
        assert_eq!(rows, expected);
        assert_eq!(rows.len(), 14, "a day without a result has no row");
    }

    #[tokio::test]
    async fn the_rules_that_fail_longest_are_those_of_the_evaluations() {
        let (days, rows) = asked(FAILING_LONGEST, "longest").await;
        // Counted from the evaluations: runs of results on which a subject fails, by rule.
        let mut runs: BTreeMap<(String, String, String), u64> = BTreeMap::new();
        let mut longest: BTreeMap<String, u64> = BTreeMap::new();
        let mut subjects: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
        for evaluation in days.iter().flatten() {
            let org = &evaluation.org.id;
            let failing = evaluation.findings.iter();
            let failing = failing.filter(|own| own.effective_status == EffectiveStatus::Fail);
            let failing: BTreeSet<(String, String, String)> = failing
                .map(|own| (own.rule_id.clone(), org.clone(), own.subject.id.clone()))
                .collect();
            runs.retain(|key, _| key.1 != *org || failing.contains(key));
            for key in failing {
                let run = runs.entry(key.clone()).or_default();
                *run += 1;
                let most = longest.entry(key.0.clone()).or_default();
                *most = (*most).max(*run);
                subjects.entry(key.0).or_default().insert((key.1, key.2));
            }
        }
        let mut expected: Vec<(u64, String)> =
            longest.into_iter().map(|(rule, days)| (days, rule)).collect();
        expected.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        let expected: Vec<Vec<String>> = expected
            .into_iter()
            .map(|(days, rule)| {
                let of = subjects[&rule].len().to_string();
                vec![rule, days.to_string(), of]
            })
            .collect();
        assert_eq!(rows, expected);
        let encrypted = rows.iter().find(|row| row[0] == "JC-DEV-001").unwrap();
        // South fails on all four days it was judged, east on three, north on the last two.
        assert_eq!(encrypted[1..], ["4", "3"]);
    }
}
