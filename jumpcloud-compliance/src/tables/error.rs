//! A data table that cannot be used.

use alloc::format;
use alloc::string::String;

/// Class of a table fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TableErrorKind {
    /// The text is no JSON.
    Syntax,
    /// A member is missing, unknown or of the wrong type.
    Shape,
    /// A key that must be unique and is not, refers to nothing, or is malformed.
    Key,
}

/// A data table that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TableError {
    kind: TableErrorKind,
    message: String,
}

impl TableError {
    /// What class of fault it is.
    pub const fn kind(&self) -> TableErrorKind {
        self.kind
    }

    pub(crate) fn syntax(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let message = format!("the table is no JSON: line {line}, column {column}");
        Self { kind: TableErrorKind::Syntax, message }
    }

    pub(crate) fn shape() -> Self {
        let message = "the table has a missing, unknown or wrongly typed member".into();
        Self { kind: TableErrorKind::Shape, message }
    }

    pub(crate) fn malformed(member: &'static str) -> Self {
        let message = format!("the table's member `{member}` is missing or malformed");
        Self { kind: TableErrorKind::Shape, message }
    }

    pub(crate) fn token(token: &str) -> Self {
        let token = crate::problem::quoted(token);
        let message = format!(
            "the token `{token}` must begin with a letter or `_` and hold only letters, digits, `_`, \
             `-` and `.`: formats such as OSCAL allow no other"
        );
        Self { kind: TableErrorKind::Key, message }
    }

    pub(crate) fn key(what: &'static str, key: &str) -> Self {
        let key = crate::problem::quoted(key);
        let message = format!("the table's {what} `{key}` is repeated or refers to nothing");
        Self { kind: TableErrorKind::Key, message }
    }
}
