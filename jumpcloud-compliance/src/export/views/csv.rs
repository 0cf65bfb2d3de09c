//! A view as a table for spreadsheets.

use std::io::Write;
use std::string::{String, ToString as _};
use std::vec::Vec;

use super::View;
use crate::export::csv::{Error, row, writer};

impl View {
    /// Writes the view as CSV: column names, rows, and at the foot what it cannot know and the digest of
    /// the evaluation.
    ///
    /// Rows of the foot begin with `#` in the first cell. No cell is taken for a formula.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    pub fn write_csv<W: Write>(&self, to: W) -> Result<(), Error> {
        let mut table = writer(to);
        row(&mut table, self.columns)?;
        for cells in &self.rows {
            row(&mut table, &cells.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        let at = crate::time::format(self.evaluated_at);
        let digest = self.evaluation.to_string();
        let unknown = self.unknown.iter().map(|line| ("# not known", line.as_str()));
        for (name, value) in
            unknown.chain([("# judged for", at.as_str()), ("# evaluation", digest.as_str())])
        {
            let mut cells = alloc::vec![""; self.columns.len().max(2)];
            for (cell, text) in cells.iter_mut().zip([name, value]) {
                *cell = text;
            }
            row(&mut table, &cells)?;
        }
        table.flush()?;
        Ok(())
    }
}
