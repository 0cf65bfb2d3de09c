//! Faults of a configuration, all of them at once.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde_json::Value;

/// Longest stretch of a configured value that is repeated in a message.
const MAX_QUOTED: usize = 60;

/// Class of a configuration fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A name that does not exist: rule, parameter, profile, control.
    UnknownName,
    /// A value of the wrong type.
    WrongType,
    /// A value outside its bounds.
    OutOfBounds,
    /// A value that is required and missing.
    Missing,
    /// A key that must be unique and is not.
    Duplicate,
    /// A value whose text does not have the required form.
    Malformed,
}

/// One fault of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    kind: ProblemKind,
    place: String,
    message: String,
}

impl ConfigProblem {
    pub(crate) fn new(kind: ProblemKind, place: impl Into<String>, message: String) -> Self {
        Self { kind, place: place.into(), message }
    }

    /// What class of fault it is.
    pub const fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// Dotted path of the configuration member at fault.
    pub fn place(&self) -> &str {
        &self.place
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A configuration that cannot be used, with every fault that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    problems: Vec<ConfigProblem>,
}

impl ConfigError {
    /// An error of the given faults; nothing when there are none.
    pub(crate) fn check(problems: Vec<ConfigProblem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }

    /// Every fault, in the order of the configuration.
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.problems
    }

    /// The faults themselves.
    pub fn into_problems(self) -> Vec<ConfigProblem> {
        self.problems
    }
}

impl From<ConfigProblem> for ConfigError {
    fn from(problem: ConfigProblem) -> Self {
        Self { problems: Vec::from([problem]) }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.problems.len() > 1 {
            write!(f, "{} problems: ", self.problems.len())?;
        }
        for (position, problem) in self.problems.iter().enumerate() {
            if position > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// A configured text for a message: short, on one line, without backticks.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |letter: char| match letter {
        '`' => '\'',
        other if other.is_control() => ' ',
        other => other,
    };
    let mut short: String = text.chars().take(MAX_QUOTED).map(plain).collect();
    if text.chars().nth(MAX_QUOTED).is_some() {
        short.push('…');
    }
    short
}

/// As [`quoted`], for a JSON value.
pub(crate) fn quoted_value(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => quoted(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use super::*;

    #[test]
    fn all_faults_are_told() {
        let one = ConfigProblem::new(ProblemKind::Missing, "a", "first".into());
        let two = ConfigProblem::new(ProblemKind::Missing, "b", "second".into());
        assert_eq!(ConfigError::from(one.clone()).to_string(), "first");
        let both = ConfigError::check(vec![one, two]).unwrap_err();
        assert_eq!(both.to_string(), "2 problems: first; second");
        assert_eq!(ConfigError::check(vec![]), Ok(()));
    }

    #[test]
    fn quoted_text_stays_short_and_on_one_line() {
        assert_eq!(quoted("a`b\nc"), "a'b c");
        let long = "x".repeat(500);
        assert_eq!(quoted(&long).chars().count(), MAX_QUOTED + 1);
        assert_eq!(quoted_value(&serde_json::json!({"a": 1})), r#"{"a":1}"#);
    }
}
