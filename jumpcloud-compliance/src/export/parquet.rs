//! Findings as Parquet, one row each, for query engines and data frames.
//!
//! A file holds any number of evaluations, of one organisation over time or of many at one time. Arrow
//! readers open it as it is: `DataFusion`, `DuckDB`, Polars, pandas. `examples/history` asks a fleet's files by
//! SQL which rules fail longest.
//!
//! ```
//! # use jumpcloud_client::Snapshot;
//! # use jumpcloud_compliance::{Catalogue, Config, evaluate};
//! use jumpcloud_compliance::export::parquet::FindingsWriter;
//!
//! # let snapshot = Snapshot::from_json(
//! #     r#"{"schema": "jumpcloud-snapshot/1", "organization_id": "o1",
//! #         "taken_at": "2026-11-23T11:00:00Z", "inputs": {"ORG": [{"_id": "o1"}]}}"#,
//! # )?;
//! # let catalogue = Catalogue::builtin()?;
//! # let now = "2026-11-23T12:00:00Z".parse()?;
//! # let evaluations = [evaluate(&catalogue, &snapshot, &Config::default(), now, None)?];
//! let mut table = FindingsWriter::new(Vec::new())?;
//! for evaluation in &evaluations {
//!     table.add(evaluation)?;
//! }
//! let file = table.finish()?;
//! assert!(file.starts_with(b"PAR1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The same evaluations in the same order give the same bytes, with one version of the crate `parquet`.
//! Nothing is compressed; texts that repeat are kept once in each group of rows.

use std::io::Write;
use std::string::ToString as _;
use std::sync::Arc;
use std::vec::Vec;

use ::parquet::basic::Type as Physical;
use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::parser::parse_message_type;
use jiff::Timestamp;

use crate::evaluation::Evaluation;
use crate::finding::Finding;

/// Rows of a group at most: what is held in memory at once besides the evaluation.
const GROUP_ROWS: usize = 65_536;

/// Name and version of the table of findings, in the metadata of the file under `schema`.
pub const FINDINGS_TABLE: &str = "jumpcloud-findings/1";

/// The columns of a table of findings, as a Parquet message type.
///
/// Times are UTC, in milliseconds. `REQUIRED` columns are never null; the words of outcomes, statuses and
/// causes are those of the native form. `judged_at` is the time for which the verdict holds, and tells one
/// run of a tenant from the next; `evaluation` is the digest that the evidence pack carries.
pub const FINDINGS_SCHEMA: &str = "message finding {
    REQUIRED BYTE_ARRAY org_id (STRING);
    OPTIONAL BYTE_ARRAY org_name (STRING);
    REQUIRED INT64 judged_at (TIMESTAMP(MILLIS,true));
    REQUIRED BYTE_ARRAY evaluation (STRING);
    REQUIRED BYTE_ARRAY finding_id (STRING);
    REQUIRED BYTE_ARRAY rule_id (STRING);
    REQUIRED INT32 logic_version;
    REQUIRED BYTE_ARRAY subject_kind (STRING);
    REQUIRED BYTE_ARRAY subject_id (STRING);
    OPTIONAL BYTE_ARRAY subject (STRING);
    OPTIONAL BYTE_ARRAY natural_key (STRING);
    REQUIRED BYTE_ARRAY discriminator (STRING);
    REQUIRED BYTE_ARRAY outcome (STRING);
    REQUIRED BYTE_ARRAY effective_status (STRING);
    REQUIRED BYTE_ARRAY severity (STRING);
    REQUIRED BYTE_ARRAY reason_code (STRING);
    OPTIONAL BYTE_ARRAY unknown_cause (STRING);
    OPTIONAL INT64 grace_until (TIMESTAMP(MILLIS,true));
    OPTIONAL BYTE_ARRAY waiver_id (STRING);
    OPTIONAL BYTE_ARRAY responsible (STRING);
    REQUIRED BYTE_ARRAY evidence_digest (STRING);
}";

/// Why a table could not be written: the writer failed.
#[derive(Debug, thiserror::Error)]
#[error("the Parquet file could not be written: {0}")]
pub struct Error(#[from] ParquetError);

type FindingCell = fn(&Evaluation, &Finding) -> Cell;

/// What stands in each column of a finding, in the order of the schema.
const FINDING_CELLS: [FindingCell; 21] = [
    |own, _| Cell::text(&own.org.id),
    |own, _| Cell::maybe(own.org.name.as_deref()),
    |own, _| Cell::time(own.evaluated_at),
    |own, _| Cell::text(&own.digest.to_string()),
    |_, finding| Cell::text(&finding.finding_id.to_string()),
    |_, finding| Cell::text(&finding.rule_id),
    |_, finding| Cell::Number(i32::from(finding.logic_version)),
    |_, finding| Cell::text(finding.subject.kind.as_str()),
    |_, finding| Cell::text(&finding.subject.id),
    |_, finding| Cell::maybe(finding.subject.display_name.as_deref()),
    |_, finding| Cell::maybe(finding.subject.natural_key.as_deref()),
    |_, finding| Cell::text(&finding.discriminator),
    |_, finding| Cell::text(finding.outcome.as_str()),
    |_, finding| Cell::text(finding.effective_status.as_str()),
    |_, finding| Cell::text(finding.severity.as_str()),
    |_, finding| Cell::text(&finding.reason_code),
    |_, finding| Cell::maybe(finding.unknown_cause.map(crate::UnknownCause::as_str)),
    |_, finding| finding.grace_until.map_or(Cell::Null, Cell::time),
    |_, finding| Cell::maybe(finding.waiver_id.as_deref()),
    |_, finding| Cell::maybe(finding.responsible.as_ref().and_then(|own| own.person.as_deref())),
    |_, finding| Cell::text(&finding.evidence.digest.to_string()),
];

/// Writes findings into one Parquet file, group by group.
#[derive(Debug)]
pub struct FindingsWriter<W: Write + Send>(Table<W>);

impl<W: Write + Send> FindingsWriter<W> {
    /// Begins the file.
    ///
    /// # Errors
    ///
    /// [`Error`] when the writer fails.
    pub fn new(to: W) -> Result<Self, Error> {
        Ok(Self(Table::new(FINDINGS_TABLE, FINDINGS_SCHEMA, to)?))
    }

    /// Adds the findings of an evaluation, in their order.
    ///
    /// People stand in them as in the evaluation: put it through
    /// [`Pseudonyms`](crate::pii::Pseudonyms) first where they should not.
    ///
    /// # Errors
    ///
    /// [`Error`] when the writer fails; the file is then of no use.
    pub fn add(&mut self, evaluation: &Evaluation) -> Result<(), Error> {
        for findings in evaluation.findings.chunks(GROUP_ROWS) {
            self.0.group(&FINDING_CELLS, findings, |cell, finding| cell(evaluation, finding))?;
        }
        Ok(())
    }

    /// Ends the file and gives the writer back.
    ///
    /// # Errors
    ///
    /// [`Error`] when the writer fails; the file is then of no use.
    pub fn finish(self) -> Result<W, Error> {
        self.0.finish()
    }
}

/// What stands in one row of one column.
enum Cell {
    Text(ByteArray),
    Time(i64),
    Number(i32),
    Null,
}

impl Cell {
    fn text(text: &str) -> Self {
        Self::Text(ByteArray::from(text))
    }

    fn maybe(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    fn time(at: Timestamp) -> Self {
        Self::Time(at.as_millisecond())
    }

    fn into_text(self) -> Option<ByteArray> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    fn into_time(self) -> Option<i64> {
        if let Self::Time(time) = self { Some(time) } else { None }
    }

    fn into_number(self) -> Option<i32> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }
}

/// A file of one table.
struct Table<W: Write + Send>(SerializedFileWriter<W>);

impl<W: Write + Send> Table<W> {
    fn new(name: &str, schema: &str, to: W) -> Result<Self, Error> {
        let version = KeyValue::new("schema".to_string(), Some(name.to_string()));
        let properties = WriterProperties::builder()
            .set_created_by(concat!("jumpcloud-compliance ", env!("CARGO_PKG_VERSION")).to_string())
            .set_key_value_metadata(Some(std::vec![version]))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .build();
        let schema = Arc::new(parse_message_type(schema)?);
        Ok(Self(SerializedFileWriter::new(to, schema, Arc::new(properties))?))
    }

    /// One group of rows, column by column.
    fn group<C, R>(
        &mut self,
        columns: &[C],
        rows: &[R],
        cell: impl Fn(&C, &R) -> Cell,
    ) -> Result<(), Error> {
        let kinds: Vec<Physical> =
            self.0.schema_descr().columns().iter().map(|column| column.physical_type()).collect();
        let mut group = self.0.next_row_group()?;
        for (column, kind) in columns.iter().zip(kinds) {
            let Some(mut writer) = group.next_column()? else { break };
            let cells = rows.iter().map(|row| cell(column, row));
            match kind {
                Physical::INT64 => {
                    put::<Int64Type>(&mut writer, cells.map(Cell::into_time))?;
                }
                Physical::INT32 => {
                    put::<Int32Type>(&mut writer, cells.map(Cell::into_number))?;
                }
                _ => put::<ByteArrayType>(&mut writer, cells.map(Cell::into_text))?,
            }
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }

    fn finish(self) -> Result<W, Error> {
        Ok(self.0.into_inner()?)
    }
}

impl<W: Write + Send> std::fmt::Debug for Table<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").finish_non_exhaustive()
    }
}

/// Writes the values of a column, and where there are none.
fn put<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    cells: impl Iterator<Item = Option<T::T>>,
) -> Result<(), Error> {
    let mut there = Vec::new();
    let values: Vec<T::T> =
        cells.inspect(|cell| there.push(i16::from(cell.is_some()))).flatten().collect();
    // A required column takes no notice of what is there, as everything is.
    column.typed::<T>().write_batch(&values, Some(&there), None)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
    use ::parquet::record::RowAccessor as _;
    use bytes::Bytes;
    use serde_json::json;
    use std::string::String;

    use super::*;
    use crate::testing::evaluation;

    fn sample() -> Evaluation {
        let device =
            |id, active| json!({"_id": id, "osFamily": "darwin", "fde": {"active": active}});
        let inputs = json!({
            "ORG": [{"_id": "o1", "displayName": "Example"}],
            "SYS": [device("d1", true), device("d2", false)],
        });
        evaluation(&inputs, &json!({}))
    }

    fn file(evaluations: &[&Evaluation]) -> Vec<u8> {
        let mut table = FindingsWriter::new(Vec::new()).unwrap();
        for own in evaluations {
            table.add(own).unwrap();
        }
        table.finish().unwrap()
    }

    #[test]
    fn every_finding_is_a_row_that_reads_back_as_itself() {
        let one = sample();
        let mut nameless = sample();
        nameless.org.name = None;
        let reader = SerializedFileReader::new(Bytes::from(file(&[&one, &nameless]))).unwrap();
        assert_eq!(reader.num_row_groups(), 2);
        let metadata = reader.metadata().file_metadata();
        let schema = metadata.key_value_metadata().unwrap().iter().find(|own| own.key == "schema");
        assert_eq!(schema.unwrap().value.as_deref(), Some(FINDINGS_TABLE));
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        let findings = one.findings.iter().chain(&nameless.findings);
        assert_eq!(rows.len(), one.findings.len().saturating_mul(2));
        for (row, finding) in rows.iter().zip(findings) {
            assert_eq!(row.get_string(0).unwrap(), "o1");
            assert_eq!(row.get_timestamp_millis(2).unwrap(), one.evaluated_at.as_millisecond());
            assert_eq!(*row.get_string(3).unwrap(), one.digest.to_string());
            assert_eq!(*row.get_string(4).unwrap(), finding.finding_id.to_string());
            assert_eq!(*row.get_string(5).unwrap(), finding.rule_id);
            assert_eq!(row.get_int(6).unwrap(), i32::from(finding.logic_version));
            assert_eq!(*row.get_string(8).unwrap(), finding.subject.id);
            assert_eq!(row.get_string(12).unwrap(), finding.outcome.as_str());
            assert_eq!(row.get_string(13).unwrap(), finding.effective_status.as_str());
            assert_eq!(
                row.get_string(16).ok().map(String::as_str),
                finding.unknown_cause.map(crate::UnknownCause::as_str)
            );
            assert_eq!(*row.get_string(20).unwrap(), finding.evidence.digest.to_string());
        }
        assert_eq!(rows[0].get_string(1).unwrap(), "Example");
        assert!(rows.last().unwrap().get_string(1).is_err(), "no name is no empty name");
        assert!(one.findings.iter().any(|own| own.unknown_cause.is_some()));
    }

    #[test]
    fn the_same_evaluations_give_the_same_bytes() {
        let one = sample();
        assert_eq!(file(&[&one, &one]), file(&[&one, &one]));
        assert!(file(&[]).starts_with(b"PAR1"), "a table without rows is a table");
    }

    #[test]
    fn the_schema_names_each_cell() {
        let schema = parse_message_type(FINDINGS_SCHEMA).unwrap();
        assert_eq!(schema.get_fields().len(), FINDING_CELLS.len());
    }

    #[test]
    fn a_large_evaluation_is_written_in_groups() {
        let mut one = sample();
        let finding = one.findings[0].clone();
        one.findings = std::vec![finding; GROUP_ROWS + 1];
        let reader = SerializedFileReader::new(Bytes::from(file(&[&one]))).unwrap();
        let rows = |group| reader.metadata().row_group(group).num_rows();
        assert_eq!((reader.num_row_groups(), rows(0), rows(1)), (2, 65_536, 1));
    }
}
