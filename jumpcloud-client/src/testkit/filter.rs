//! The filter languages of the API families.

use std::cmp::Ordering;

use serde_json::Value;

use super::field;
use super::query::Target;

/// Which spelling of operators a list understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// `field:$eq:value`.
    Dollar,
    /// `field:eq:value`.
    Plain,
    /// Both, as search bodies do.
    Either,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    In,
    NotIn,
    StartsWith,
    Between,
    Contains,
}

impl Operator {
    fn parse(name: &str, grammar: Grammar) -> Option<Self> {
        let (dollar, bare) =
            name.strip_prefix('$').map_or((false, name), |operator| (true, operator));
        match (grammar, dollar) {
            (Grammar::Dollar, true) | (Grammar::Plain, false) | (Grammar::Either, _) => {}
            (Grammar::Dollar, false) | (Grammar::Plain, true) => return None,
        }
        let v2 = grammar != Grammar::Dollar;
        let v1 = grammar != Grammar::Plain;
        Some(match bare {
            "eq" => Self::Equal,
            "ne" => Self::NotEqual,
            "gt" => Self::Greater,
            "lt" => Self::Less,
            "gte" if v1 => Self::GreaterOrEqual,
            "lte" if v1 => Self::LessOrEqual,
            "ge" if v2 => Self::GreaterOrEqual,
            "le" if v2 => Self::LessOrEqual,
            "in" => Self::In,
            "nin" if v1 => Self::NotIn,
            "sw" if v1 => Self::StartsWith,
            "between" if v2 => Self::Between,
            "search" if v2 => Self::Contains,
            "regex" if grammar == Grammar::Either => Self::Contains,
            _ => return None,
        })
    }
}

/// One comparison.
#[derive(Debug, Clone)]
pub(super) struct Term {
    field: String,
    operator: Operator,
    values: Vec<String>,
    wildcards: bool,
}

impl Term {
    pub(super) fn parse(text: &str, grammar: Grammar) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        let (Some(name), Some(operator), Some(value)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(format!("invalid filter `{text}`"));
        };
        Self::new(name, operator, value, grammar)
    }

    pub(super) fn new(
        name: &str,
        operator: &str,
        value: &str,
        grammar: Grammar,
    ) -> Result<Self, String> {
        let operator = Operator::parse(operator, grammar)
            .ok_or_else(|| format!("invalid filter operator `{operator}`"))?;
        let values = match operator {
            Operator::In | Operator::NotIn => split_escaped(value),
            Operator::Between => value.split(',').map(str::to_owned).collect(),
            _ => vec![value.to_owned()],
        };
        let wildcards = grammar != Grammar::Dollar;
        Ok(Self { field: name.to_owned(), operator, values, wildcards })
    }

    pub(super) fn field(&self) -> &str {
        &self.field
    }

    /// True for `eq` and `in`, the operators every filterable column knows.
    pub(super) fn is_equality(&self) -> bool {
        matches!(self.operator, Operator::Equal | Operator::In)
    }

    pub(super) fn holds(&self, record: &Value) -> bool {
        let found = field::lookup(record, &self.field);
        match self.operator {
            Operator::NotEqual => !self.values.iter().any(|value| self.equal(found, value)),
            Operator::NotIn => !self.values.iter().any(|value| self.equal(found, value)),
            Operator::Equal | Operator::In => {
                self.values.iter().any(|value| self.equal(found, value))
            }
            Operator::Greater => self.ordered(found, &[Ordering::Greater]),
            Operator::GreaterOrEqual => self.ordered(found, &[Ordering::Greater, Ordering::Equal]),
            Operator::Less => self.ordered(found, &[Ordering::Less]),
            Operator::LessOrEqual => self.ordered(found, &[Ordering::Less, Ordering::Equal]),
            Operator::StartsWith => texts(found).iter().any(|text| {
                self.values.first().is_some_and(|value| text.starts_with(value.as_str()))
            }),
            Operator::Contains => texts(found).iter().any(|text| {
                self.values
                    .first()
                    .is_some_and(|value| text.to_lowercase().contains(&value.to_lowercase()))
            }),
            Operator::Between => {
                let (Some(found), [low, high]) = (found, self.values.as_slice()) else {
                    return false;
                };
                field::compare(found, low).is_some_and(Ordering::is_ge)
                    && field::compare(found, high).is_some_and(Ordering::is_le)
            }
        }
    }

    fn equal(&self, found: Option<&Value>, value: &str) -> bool {
        texts(found).iter().any(|text| {
            if self.wildcards && value.contains('*') { matches(value, text) } else { text == value }
        })
    }

    fn ordered(&self, found: Option<&Value>, wanted: &[Ordering]) -> bool {
        let (Some(found), Some(value)) = (found, self.values.first()) else { return false };
        field::compare(found, value).is_some_and(|order| wanted.contains(&order))
    }
}

/// All of some terms, and one of others.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    all: Vec<Term>,
    any: Vec<Term>,
}

impl Filter {
    pub(super) fn parse(target: &Target, grammar: Grammar) -> Result<Self, String> {
        let mut filter = Self::default();
        for text in target.values("filter") {
            for text in split_list(text, grammar) {
                filter.all.push(Term::parse(&text, grammar)?);
            }
        }
        for text in target.values("filter[or]") {
            filter.any.push(Term::parse(text, grammar)?);
        }
        Ok(filter)
    }

    pub(super) fn terms(&self) -> impl Iterator<Item = &Term> {
        self.all.iter().chain(&self.any)
    }

    pub(super) fn holds(&self, record: &Value) -> bool {
        self.all.iter().all(|term| term.holds(record))
            && (self.any.is_empty() || self.any.iter().any(|term| term.holds(record)))
    }
}

/// V2 declares comma separated lists of filters; a comma inside a value is kept where that is
/// the only way to read the text.
fn split_list(text: &str, grammar: Grammar) -> Vec<String> {
    let pieces: Vec<&str> = text.split(',').collect();
    let each_is_a_term = pieces.iter().all(|piece| Term::parse(piece, grammar).is_ok());
    if grammar == Grammar::Plain && pieces.len() > 1 && each_is_a_term {
        pieces.into_iter().map(str::to_owned).collect()
    } else {
        vec![text.to_owned()]
    }
}

/// `a|b`, where `\|` is a bar inside a value.
fn split_escaped(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.peek() == Some(&'|') => {
                letters.next();
                if let Some(value) = values.last_mut() {
                    value.push('|');
                }
            }
            '|' => values.push(String::new()),
            _ => {
                if let Some(value) = values.last_mut() {
                    value.push(letter);
                }
            }
        }
    }
    values
}

/// The texts a value compares as: its own, or those of its items.
fn texts(found: Option<&Value>) -> Vec<String> {
    match found {
        Some(Value::Array(items)) => items.iter().filter_map(field::text).collect(),
        Some(value) => field::text(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Glob matching with `*` only.
fn matches(pattern: &str, text: &str) -> bool {
    let mut rest = text;
    let pieces: Vec<&str> = pattern.split('*').collect();
    let last = pieces.len().saturating_sub(1);
    for (position, piece) in pieces.iter().enumerate() {
        if position == 0 {
            let Some(after) = rest.strip_prefix(piece) else { return false };
            rest = after;
        } else if position == last {
            return rest.ends_with(piece);
        } else {
            let Some((_, after)) = rest.split_once(piece) else { return false };
            rest = after;
        }
    }
    rest.is_empty()
}
