//! `POST /api/search/*`: reads by POST.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::field;
use super::filter::{Grammar, Term};
use super::lists;
use super::organization::{Node, ObjectType};
use super::paging::{self, PageRules, Row, Shown, Window};
use super::routes::Reading;
use super::sort;

/// Answers a search; an empty body matches everything.
pub(super) fn search(reading: &Reading<'_>, body: &Value) -> Answer {
    let organization = reading.organization;
    let Some(kind) = reading.target.segments().last().copied() else { return Answer::not_found() };
    let path = format!("/api/{kind}");
    let filter = match Clause::parse(body.get("filter")) {
        Ok(filter) => filter,
        Err(text) => return Answer::bad_request(&text),
    };
    let number = |name: &str, absent: u64| {
        let asked = body.get(name).and_then(Value::as_u64);
        let asked = asked.or_else(|| reading.target.value(name)?.parse().ok());
        usize::try_from(asked.unwrap_or(absent)).unwrap_or(usize::MAX)
    };
    let window = Window { skip: number("skip", 0), limit: number("limit", 10) };
    let rules = lists::rules(&path, reading.limits);
    let rules = PageRules { max_limit: reading.limits.search, ..rules };
    if window.limit > rules.max_limit || window.limit == 0 {
        let text =
            format!("request parameter \"limit\" exceeds maximum value of {}", rules.max_limit);
        return Answer::bad_request(&text);
    }
    let mut rows: Vec<Cow<'_, Value>> = organization
        .records(&path)
        .iter()
        .map(|record| Cow::Owned(extended(reading, kind, record)))
        .filter(|record: &Cow<'_, Value>| filter.holds(record))
        .filter(|record| wanted(body.get("searchFilter"), record))
        .collect();
    let order = words(body.get("sort")).join(" ");
    sort::sort(&mut rows, &sort::keys(&order, ' '));
    let fields = words(body.get("fields"));
    let shown =
        Shown { fields: fields.iter().map(String::as_str).collect(), sorted: !order.is_empty() };
    let rows = rows.into_iter().map(Row::Record).collect();
    paging::cut(rows, window, &rules, reading.faults, &shown)
}

/// The fields that only search answers carry.
fn extended(reading: &Reading<'_>, kind: &str, record: &Value) -> Value {
    let mut record = record.clone();
    let (Some(id), Some(fields)) =
        (super::organization::id_of(&record).map(str::to_owned), record.as_object_mut())
    else {
        return record;
    };
    let node = match kind {
        "systems" => Node::new(ObjectType::System, &id),
        "systemusers" => Node::new(ObjectType::User, &id),
        _ => return record,
    };
    let groups: Vec<String> = reading
        .organization
        .graph()
        .memberof(&node)
        .into_iter()
        .map(|(group, _)| group.id)
        .collect();
    fields.insert("memberof".to_owned(), json!(groups));
    if kind == "systemusers" {
        fields.remove("delegatedAuthority");
    } else {
        primary_user(reading, fields);
    }
    record
}

fn primary_user(reading: &Reading<'_>, fields: &mut Map<String, Value>) {
    let user = fields
        .get("primarySystemUser")
        .and_then(|user| user.get("id")?.as_str())
        .and_then(|id| reading.organization.get("/api/systemusers", id))
        .cloned();
    if let Some(user) = user {
        for name in ["_id", "email", "state", "department", "employeeType", "jobTitle"] {
            if let Some(value) = user.get(name) {
                fields.insert(format!("primarySystemUser.{name}"), value.clone());
            }
        }
    }
}

/// A list of names: space separated text, or an array.
fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(items)) => {
            items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// `searchFilter`: any of the words in any of the fields.
fn wanted(search: Option<&Value>, record: &Value) -> bool {
    let Some(search) = search else { return true };
    let terms: Vec<String> = match search.get("searchTerm") {
        Some(Value::String(text)) => vec![text.to_lowercase()],
        terms => words(terms).iter().map(|term| term.to_lowercase()).collect(),
    };
    let fields = words(search.get("fields"));
    if terms.is_empty() {
        return true;
    }
    let texts: Vec<String> = if fields.is_empty() {
        record
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, value)| field::text(value))
            .collect()
    } else {
        fields.iter().filter_map(|name| field::text(field::lookup(record, name)?)).collect()
    };
    texts.iter().any(|text| {
        let text = text.to_lowercase();
        terms.iter().any(|term| text.contains(term.as_str()))
    })
}

/// The two spellings of `filter`: texts, or a tree of `and` and `or`.
enum Clause {
    All(Vec<Clause>),
    Any(Vec<Clause>),
    Term(Term),
}

impl Clause {
    fn parse(filter: Option<&Value>) -> Result<Self, String> {
        match filter {
            None | Some(Value::Null) => Ok(Self::All(Vec::new())),
            Some(Value::String(text)) => Ok(Self::Term(Term::parse(text, Grammar::Either)?)),
            Some(Value::Array(items)) => {
                let clauses = items.iter().map(|item| Self::parse(Some(item)));
                Ok(Self::All(clauses.collect::<Result<_, _>>()?))
            }
            Some(Value::Object(fields)) => {
                let mut clauses = Vec::new();
                for (name, value) in fields {
                    clauses.push(match (name.as_str(), value) {
                        ("and", Value::Array(_)) => Self::parse(Some(value))?,
                        ("or", Value::Array(items)) => {
                            let clauses = items.iter().map(|item| Self::parse(Some(item)));
                            Self::Any(clauses.collect::<Result<_, _>>()?)
                        }
                        (name, Value::Object(operators)) => Self::operators(name, operators)?,
                        (name, value) => Self::term(name, "$eq", value)?,
                    });
                }
                Ok(Self::All(clauses))
            }
            Some(_) => Err("invalid filter".to_owned()),
        }
    }

    fn operators(name: &str, operators: &Map<String, Value>) -> Result<Self, String> {
        let terms = operators.iter().map(|(operator, value)| Self::term(name, operator, value));
        Ok(Self::All(terms.collect::<Result<_, _>>()?))
    }

    fn term(name: &str, operator: &str, value: &Value) -> Result<Self, String> {
        let text = match value {
            Value::Array(items) => {
                items.iter().filter_map(field::text).collect::<Vec<_>>().join("|")
            }
            value => field::text(value).unwrap_or_default(),
        };
        Ok(Self::Term(Term::new(name, operator, &text, Grammar::Either)?))
    }

    fn holds(&self, record: &Value) -> bool {
        match self {
            Self::All(clauses) => clauses.iter().all(|clause| clause.holds(record)),
            Self::Any(clauses) => clauses.iter().any(|clause| clause.holds(record)),
            Self::Term(term) => term.holds(record),
        }
    }
}
