//! Which path answers what.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::{Answer, Envelope};
use super::field;
use super::filter::{Filter, Grammar, Term};
use super::lists::{self, Family, Limits};
use super::organization::{Node, ObjectType, Organization, id_of};
use super::paging::{self, ListFaults, PageRules, Row, Shown, Window};
use super::query::Target;
use super::sort;

/// Everything a read depends on.
pub(super) struct Reading<'a> {
    pub(super) organizations: &'a [Organization],
    pub(super) organization: &'a Organization,
    pub(super) target: &'a Target,
    pub(super) limits: &'a Limits,
    pub(super) faults: &'a ListFaults,
    /// Dangling references show as `null` instead of making the page short.
    pub(super) dangling_as_null: bool,
    /// The request carries `x-unfiltered-total-count`.
    pub(super) wants_unfiltered_total: bool,
}

type Rows<'a> = Vec<Cow<'a, Value>>;

impl Reading<'_> {
    /// Answers a GET.
    pub(super) fn answer(&self) -> Answer {
        let path = self.target.path.trim_end_matches('/');
        if let Some(object) = self.organization.object(path) {
            return Answer::ok(object);
        }
        self.organizations_path(path)
            .or_else(|| self.own_list(path))
            .or_else(|| self.derived(path))
            .or_else(|| self.single(path))
            .unwrap_or_else(Answer::not_found)
    }

    fn organizations_path(&self, path: &str) -> Option<Answer> {
        let rest = path.strip_prefix("/api/organizations")?;
        if rest.is_empty() {
            let rows = self
                .organizations
                .iter()
                .map(|organization| {
                    let short = ["displayName", "logoUrl", "created"];
                    Cow::Owned(field::project(organization.record(), &short))
                })
                .collect();
            return Some(self.list(path, rows));
        }
        let id = rest.strip_prefix('/')?;
        self.organizations
            .iter()
            .find(|organization| organization.id() == id)
            .map(|organization| Answer::ok(organization.record()))
    }

    /// A list whose records were put, or that the service knows anyway.
    fn own_list(&self, path: &str) -> Option<Answer> {
        let derived_groups = path == "/api/v2/groups" && !self.organization.has(path);
        if derived_groups {
            let rows = ["usergroups", "systemgroups", "policygroups"]
                .into_iter()
                .flat_map(|kind| self.organization.records(&format!("/api/v2/{kind}")))
                .map(Cow::Borrowed)
                .collect();
            return Some(self.list(path, rows));
        }
        if !self.organization.has(path) && !lists::is_known(path) {
            return None;
        }
        let records = self.organization.records(path);
        let rows: Rows<'_> = if path == "/api/v2/policies" {
            records
                .iter()
                .map(|record| Cow::Owned(field::project(record, &["name", "template"])))
                .collect()
        } else {
            records.iter().map(Cow::Borrowed).collect()
        };
        Some(self.list(path, rows))
    }

    /// Filters, sorts and pages a list by the rules of its family.
    fn list(&self, path: &str, rows: Rows<'_>) -> Answer {
        let rules = lists::rules(path, self.limits);
        let family = lists::family(path);
        let grammar = if family == Family::V1 { Grammar::Dollar } else { Grammar::Plain };
        let separator = if family == Family::V1 { ' ' } else { ',' };
        let unfiltered = rows.len();
        let filter = match Filter::parse(self.target, grammar) {
            Ok(filter) => filter,
            Err(text) => return Answer::bad_request(&text),
        };
        if family == Family::Insights
            && let Some(term) = filter.terms().find(|term| !is_allowed(path, term))
        {
            return Answer::bad_request(&format!("invalid filter field `{}`", term.field()));
        }
        let search = self.target.value("search").filter(|_| family == Family::V1);
        let mut rows: Rows<'_> = rows
            .into_iter()
            .filter(|row| filter.holds(row))
            .filter(|row| search.is_none_or(|text| mentions(row, text)))
            .collect();
        let order = self.target.value("sort");
        match order {
            Some(text) => sort::sort(&mut rows, &sort::keys(text, separator)),
            None if path == "/api/applications" => {
                sort::sort(&mut rows, &sort::keys("name", ' '));
            }
            None => {}
        }
        let fields = self.target.value("fields").unwrap_or_default();
        let shown = Shown {
            fields: fields.split(separator).map(str::trim).filter(|f| !f.is_empty()).collect(),
            sorted: order.is_some(),
        };
        let answer = self.cut(rows.into_iter().map(Row::Record).collect(), &rules, &shown);
        if path == "/api/v2/groups" && self.wants_unfiltered_total {
            return answer.with_header("x-unfiltered-total-count", unfiltered.to_string());
        }
        answer
    }

    fn cut(&self, rows: Vec<Row<'_>>, rules: &PageRules, shown: &Shown<'_>) -> Answer {
        match Window::parse(self.target, rules) {
            Ok(window) => paging::cut(rows, window, rules, self.faults, shown),
            Err(answer) => answer,
        }
    }

    /// Lists that follow from other records and from the graph.
    fn derived(&self, path: &str) -> Option<Answer> {
        let segments = self.target.segments();
        match segments.as_slice() {
            ["api", "v2", "google-emm", "enterprises", _, "devices"] => self.emm_devices(path),
            ["api", "v2", "policies", id, "policystatuses"] => {
                Some(self.policy_results(path, "policyID", id, true))
            }
            ["api", "v2", "policies", id, "policyresults"] => {
                Some(self.policy_results(path, "policyID", id, false))
            }
            ["api", "v2", "systems", id, "policystatuses"] => {
                Some(self.policy_results(path, "systemID", id, true))
            }
            ["api", "v2", kind, id, relation] => self.related(path, kind, id, relation),
            ["api", "users", "getSelf"] => self.current_admin(),
            ["api", "systemusers", id, "sshkeys"] => {
                let user = self.organization.get("/api/systemusers", id)?;
                let keys = user.get("ssh_keys").and_then(Value::as_array);
                Some(self.naked(path, keys.into_iter().flatten()))
            }
            ["api", "systemusers", id, "totpinfo"] => {
                let user = self.organization.get("/api/systemusers", id)?;
                let enrolled = user.get("totp_enabled").and_then(Value::as_bool) == Some(true);
                let date = user.get("created").filter(|_| enrolled);
                Some(Answer::ok(&date.map_or(json!({}), |date| json!({"enrollmentDate": date}))))
            }
            ["api", "commands", id, "results"] => {
                let results = self.organization.records("/api/commandresults");
                let own = results.iter().filter(|result| has(result, "workflowId", id));
                Some(self.naked(path, own))
            }
            _ => None,
        }
    }

    /// A bare array without any total or paging.
    fn naked<'b>(&self, path: &str, rows: impl Iterator<Item = &'b Value>) -> Answer {
        let rows: Vec<Row<'_>> = rows.map(|row| Row::Record(Cow::Borrowed(row))).collect();
        let rules = PageRules { envelope: Envelope::Naked, ..lists::rules(path, self.limits) };
        let window = Window { skip: 0, limit: rows.len() };
        paging::cut(rows, window, &rules, self.faults, &Shown::default())
    }

    /// Any enterprise id that looks well formed answers an empty list.
    fn emm_devices(&self, path: &str) -> Option<Answer> {
        self.organization.has("/api/v2/google-emm/enterprises").then(|| self.list(path, Vec::new()))
    }

    fn policy_results(&self, path: &str, field: &str, id: &str, latest: bool) -> Answer {
        let all = self.organization.records("/api/v2/policyresults");
        let own = all.iter().filter(|result| has(result, field, id));
        let rows: Vec<&Value> = if latest { latest_results(own) } else { own.collect() };
        self.list(path, rows.into_iter().map(Cow::Borrowed).collect())
    }

    /// Members, memberships, associations and traversals.
    fn related(&self, path: &str, kind: &str, id: &str, relation: &str) -> Option<Answer> {
        let kind = ObjectType::of_segment(kind)?;
        let node = Node::new(kind, id);
        self.organization.get(kind.collection(), id)?;
        let graph = self.organization.graph();
        let rows = match relation {
            "members" => graph.members(&node),
            "membership" => graph.membership(&node),
            "memberof" => graph.memberof(&node),
            "associations" => {
                let Some(wanted) = self.target.value("targets") else {
                    return Some(Answer::bad_request("query parameter \"targets\" is required"));
                };
                if !kind.accepts_target(wanted) {
                    let text = format!("invalid target type \"{wanted}\" for {}", kind.as_str());
                    return Some(Answer::bad_request(&text));
                }
                graph.associated(&node, wanted)
            }
            _ => graph.traverse(&node, ObjectType::of_segment(relation)?),
        };
        let filterable = relation != "members" && relation != "associations";
        Some(self.graph_list(path, rows, filterable))
    }

    fn graph_list(&self, path: &str, rows: Vec<(Node, Value)>, filterable: bool) -> Answer {
        let filter = if filterable {
            match Filter::parse(self.target, Grammar::Plain) {
                Ok(filter) => filter,
                Err(text) => return Answer::bad_request(&text),
            }
        } else {
            Filter::default()
        };
        let known = |term: &Term| matches!(term.field(), "object_id" | "type");
        if let Some(term) = filter.terms().find(|term| !known(term)) {
            return Answer::bad_request(&format!("invalid filter field `{}`", term.field()));
        }
        let rows = rows
            .into_iter()
            .filter(|(node, _)| {
                filter.holds(&json!({"object_id": node.id, "type": node.kind.as_str()}))
            })
            .map(|(node, row)| match (self.organization.exists(&node), self.dangling_as_null) {
                (true, _) => Row::Record(Cow::Owned(row)),
                (false, true) => Row::Null,
                (false, false) => Row::Missing,
            })
            .collect();
        self.cut(rows, &lists::rules(path, self.limits), &Shown::default())
    }

    fn current_admin(&self) -> Option<Answer> {
        let admins = self.organization.records("/api/users");
        let holder = admins
            .iter()
            .find(|admin| admin.get("apiKeySet").and_then(Value::as_bool) == Some(true));
        holder.or_else(|| admins.first()).map(|admin| self.object(admin, ' '))
    }

    /// One record of a list.
    fn single(&self, path: &str) -> Option<Answer> {
        let (parent, id) = path.rsplit_once('/')?;
        match parent {
            // These lists have no read by id [public inventory].
            "/api/v2/applemdms" | "/api/v2/google-emm/enterprises" => None,
            "/api/v2/service-accounts" => {
                let account = self.organization.get(parent, id)?;
                Some(Answer::ok(&json!({"serviceAccount": account})))
            }
            "/api/v2/applications" => {
                self.organization.get("/api/applications", id).map(|app| self.object(app, ','))
            }
            _ => {
                let separator = if lists::family(path) == Family::V1 { ' ' } else { ',' };
                self.organization.get(parent, id).map(|record| self.object(record, separator))
            }
        }
    }

    fn object(&self, record: &Value, separator: char) -> Answer {
        match self.target.value("fields") {
            Some(fields) => {
                let fields: Vec<&str> = fields.split(separator).map(str::trim).collect();
                Answer::ok(&field::project(record, &fields))
            }
            None => Answer::ok(record),
        }
    }
}

fn is_allowed(path: &str, term: &Term) -> bool {
    let uptime = path.ends_with("/uptime");
    lists::is_insights_filter(path, term.field()) && (term.is_equality() || uptime)
}

fn has(record: &Value, field: &str, text: &str) -> bool {
    record.get(field).and_then(Value::as_str) == Some(text)
}

/// True when any text of the record contains the words searched for.
pub(super) fn mentions(record: &Value, text: &str) -> bool {
    let text = text.to_lowercase();
    record.as_object().is_some_and(|fields| {
        fields.values().filter_map(Value::as_str).any(|value| value.to_lowercase().contains(&text))
    })
}

/// The latest result of each pair of policy and device, in order of first appearance.
fn latest_results<'b>(results: impl Iterator<Item = &'b Value>) -> Vec<&'b Value> {
    fn text<'b>(result: &'b Value, name: &str) -> &'b str {
        result.get(name).and_then(Value::as_str).unwrap_or_default()
    }
    fn age(result: &Value) -> (&str, &str, &str) {
        let ended = text(result, "endedAt");
        let started = text(result, "startedAt");
        (if ended.is_empty() { started } else { ended }, started, id_of(result).unwrap_or_default())
    }
    let mut latest: BTreeMap<(&str, &str), (usize, &Value)> = BTreeMap::new();
    for (position, result) in results.enumerate() {
        let pair = (text(result, "policyID"), text(result, "systemID"));
        let entry = latest.entry(pair).or_insert((position, result));
        if age(result) > age(entry.1) {
            entry.1 = result;
        }
    }
    let mut rows: Vec<(usize, &Value)> = latest.into_values().collect();
    rows.sort_by_key(|(position, _)| *position);
    rows.into_iter().map(|(_, result)| result).collect()
}
