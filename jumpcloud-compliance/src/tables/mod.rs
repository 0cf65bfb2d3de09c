//! Data tables rules consult: operating-system life cycles and product signatures.

mod error;
mod lifecycle;
mod signatures;
mod version;

use alloc::string::{String, ToString};

use jiff::civil::Date;
use serde_json::Value;

pub use error::{TableError, TableErrorKind};
pub use lifecycle::{
    Cycle, Edition, Lifecycle, OsDetail, OsFacts, OsRow, Product, ResolvedOs, Support, Unresolved,
    VersionSource,
};
pub use signatures::{
    AppFacts, Confidence, PackageFacts, ProductClass, Proof, Signature, SignatureMatch, Signatures,
    Standing,
};
pub use version::{Reading, ReleaseNumber};

use crate::evidence::{Digest, TableRef};
use crate::time;

/// Origin of a table: what it is, up to when it knows the world, whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableOrigin {
    name: String,
    as_of: Date,
    source: String,
    licence: String,
    digest: Digest,
}

impl TableOrigin {
    /// Reads the origin members of a table and digests the whole of it.
    fn read(document: &Value) -> Result<Self, TableError> {
        let text = |member: &'static str| {
            let value = document.get(member).and_then(Value::as_str);
            value.ok_or(TableError::malformed(member))
        };
        let digest = Digest::of(document).or(Err(TableError::malformed("number")))?;
        Ok(Self {
            name: text("name")?.into(),
            as_of: time::parse_date(text("as_of")?).ok_or(TableError::malformed("as_of"))?,
            source: text("source")?.into(),
            licence: text("licence")?.into(),
            digest,
        })
    }

    /// Name of the table.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Last UTC day the table knows about.
    pub const fn as_of(&self) -> Date {
        self.as_of
    }

    /// Where the data comes from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Licence of the data.
    pub fn licence(&self) -> &str {
        &self.licence
    }

    /// Digest of the canonical form of the table's document.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Reference for the evidence of a finding.
    pub fn table_ref(&self) -> TableRef {
        TableRef { name: self.name.clone(), as_of: self.as_of.to_string(), digest: self.digest }
    }
}

/// The tables of one evaluation.
#[derive(Clone, Debug)]
pub struct Tables {
    /// Support dates of operating systems.
    pub lifecycle: Lifecycle,
    /// Names by which protection products are recognised.
    pub signatures: Signatures,
}

impl Tables {
    /// The tables shipped with this version.
    ///
    /// # Errors
    ///
    /// A [`TableError`] when a shipped table is damaged.
    pub fn builtin() -> Result<Self, TableError> {
        Ok(Self {
            lifecycle: Lifecycle::from_json(include_str!("../../data/os-lifecycle.json"))?,
            signatures: Signatures::from_json(include_str!("../../data/product-signatures.json"))?,
        })
    }
}

/// Decodes a table without repeating what the document says.
fn decode<T: serde::de::DeserializeOwned>(document: &Value) -> Result<T, TableError> {
    T::deserialize(document).or(Err(TableError::shape()))
}

fn document(json: &str) -> Result<Value, TableError> {
    serde_json::from_str(json).map_err(|error| TableError::syntax(&error))
}

/// Words of a text: runs of letters and digits, lower-case ASCII.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
}
