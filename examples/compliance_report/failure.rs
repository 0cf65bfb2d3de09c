//! What went wrong, and what to do about it.

use std::error::Error;
use std::fmt;
use std::path::Path;

/// An error that ends the program, with its remedy.
#[derive(Debug)]
pub struct Failure {
    what: String,
    cause: String,
    remedy: String,
}

impl Failure {
    /// What failed, why, and what to do.
    pub fn new(what: &str, cause: impl Error, remedy: &str) -> Self {
        let mut text = cause.to_string();
        let mut source = cause.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        Self { what: what.to_owned(), cause: text, remedy: remedy.to_owned() }
    }

    /// The same about a file.
    pub fn file(what: &str, file: &Path, cause: impl Error, remedy: &str) -> Self {
        let failure = Self::new(what, cause, remedy);
        Self { cause: format!("{}: {}", file.display(), failure.cause), ..failure }
    }

    /// A request that failed: the client's own words name the remedy.
    pub fn connection(what: &str, error: &jumpcloud_client::Error) -> Self {
        let cause = error.to_string();
        let cause = cause.strip_suffix(error.hint()).unwrap_or(&cause);
        Self {
            what: what.to_owned(),
            cause: cause.trim_end_matches("; ").to_owned(),
            remedy: error.hint().to_owned(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, cause, remedy } = self;
        write!(f, "error: {what}\n  cause: {cause}\n  remedy: {remedy}")
    }
}
