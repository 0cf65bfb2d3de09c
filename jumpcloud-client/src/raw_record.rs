//! A record as the service sent it, for those who must see the source.

use alloc::boxed::Box;
use alloc::string::String;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::record::RecordDigest;

/// The text of one record, without secrets, and what ties it to a snapshot.
///
/// Its saved form is one line of JSON. `jq -j .text | sha256sum` over a line that is `verbatim` prints
/// the digits of its `digest`, which is the one that a snapshot has of the record.
///
/// ```
/// use jumpcloud_client::RawRecord;
///
/// let line = r#"{"input": "SG", "id": "5f00000000000000000000bb", "fetched_at": "2026-11-23T12:00:00Z",
///     "digest": "sha256:5c8ea8c4829c3f70f6f1d4d4bd69deefd3e908a3d2a7e2b6b3ae3bb7d0a6fd8a",
///     "verbatim": true, "text": "{}"}"#;
/// let record: RawRecord = serde_json::from_str(line)?;
/// assert!(!record.is_intact(), "this text has another digest");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRecord {
    /// Input code, such as `SYS`.
    pub input: String,
    /// The record that it hangs on: the parent of a per-object input, the device of a row of System
    /// Insights. Absent for records that stand for themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Its identity; absent for rows that have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When the page that held it arrived, UTC.
    pub fetched_at: Timestamp,
    /// Digest of the record as received.
    pub digest: RecordDigest,
    /// Whether the text is the record as received. Where records may hold secrets it is not: it then
    /// has the modelled fields alone, with `[redacted]` for secrets, and the digest cannot be worked
    /// out from it.
    pub verbatim: bool,
    /// The record as JSON.
    pub text: Box<str>,
}

impl RawRecord {
    /// Whether the text has the digest, as far as that can be told: always for one that is not
    /// verbatim.
    pub fn is_intact(&self) -> bool {
        !self.verbatim || RecordDigest::of(self.text.as_bytes()) == self.digest
    }
}

impl core::fmt::Debug for RawRecord {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // The text is about people.
        f.debug_struct("RawRecord")
            .field("input", &self.input)
            .field("digest", &self.digest)
            .field("verbatim", &self.verbatim)
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}
