//! The directory graph: direct edges in, effective answers out.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The kinds of objects that the directory graph connects.
///
/// The names on the wire are those of the `type` fields in graph answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ObjectType {
    /// An Active Directory instance.
    ActiveDirectory,
    /// An SSO application.
    Application,
    /// A command.
    Command,
    /// A Google Workspace directory.
    GSuite,
    /// The LDAP server.
    LdapServer,
    /// A Microsoft 365 directory.
    Office365,
    /// A policy.
    Policy,
    /// A group of policies.
    PolicyGroup,
    /// A RADIUS server.
    RadiusServer,
    /// A managed software package.
    SoftwareApp,
    /// A device.
    System,
    /// A group of devices.
    SystemGroup,
    /// A directory user.
    User,
    /// A group of users.
    UserGroup,
}

impl ObjectType {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ActiveDirectory => "active_directory",
            Self::Application => "application",
            Self::Command => "command",
            Self::GSuite => "g_suite",
            Self::LdapServer => "ldap_server",
            Self::Office365 => "office_365",
            Self::Policy => "policy",
            Self::PolicyGroup => "policy_group",
            Self::RadiusServer => "radius_server",
            Self::SoftwareApp => "software_app",
            Self::System => "system",
            Self::SystemGroup => "system_group",
            Self::User => "user",
            Self::UserGroup => "user_group",
        }
    }

    /// The type that a V2 path segment such as `usergroups` speaks of.
    pub(in super::super) fn of_segment(segment: &str) -> Option<Self> {
        Some(match segment {
            "activedirectories" => Self::ActiveDirectory,
            "applications" => Self::Application,
            "commands" => Self::Command,
            "gsuites" => Self::GSuite,
            "ldapservers" => Self::LdapServer,
            "office365s" => Self::Office365,
            "policies" => Self::Policy,
            "policygroups" => Self::PolicyGroup,
            "radiusservers" => Self::RadiusServer,
            "softwareapps" => Self::SoftwareApp,
            "systems" => Self::System,
            "systemgroups" => Self::SystemGroup,
            "users" => Self::User,
            "usergroups" => Self::UserGroup,
            _ => return None,
        })
    }

    /// The collection whose records are of this type.
    pub(in super::super) fn collection(self) -> &'static str {
        match self {
            Self::ActiveDirectory => "/api/v2/activedirectories",
            Self::Application => "/api/applications",
            Self::Command => "/api/commands",
            Self::GSuite => "/api/v2/gsuites",
            Self::LdapServer => "/api/v2/ldapservers",
            Self::Office365 => "/api/v2/office365s",
            Self::Policy => "/api/v2/policies",
            Self::PolicyGroup => "/api/v2/policygroups",
            Self::RadiusServer => "/api/radiusservers",
            Self::SoftwareApp => "/api/v2/softwareapps",
            Self::System => "/api/systems",
            Self::SystemGroup => "/api/v2/systemgroups",
            Self::User => "/api/systemusers",
            Self::UserGroup => "/api/v2/usergroups",
        }
    }

    /// The type of a record in this collection.
    pub(super) fn of_collection(path: &str) -> Option<Self> {
        let segment = path.rsplit('/').next()?;
        let kind = if segment == "systemusers" { Self::User } else { Self::of_segment(segment)? };
        (kind.collection() == path).then_some(kind)
    }

    /// What may be a member of a group of this type.
    fn is_group(self) -> bool {
        matches!(self, Self::UserGroup | Self::SystemGroup | Self::PolicyGroup)
    }

    /// The values of `targets` that `/associations` of this type accepts [official code].
    pub(in super::super) fn accepts_target(self, target: &str) -> bool {
        let allowed: &[&str] = match self {
            Self::User | Self::UserGroup => &[
                "active_directory",
                "application",
                "g_suite",
                "idp_routing_policy",
                "ldap_server",
                "office_365",
                "password_manager_item",
                "radius_server",
                "system",
                "system_group",
                "policy",
                "policy_group",
            ],
            Self::System | Self::SystemGroup => {
                &["command", "policy", "policy_group", "user", "user_group"]
            }
            Self::Policy => &["system", "system_group", "user", "user_group"],
            Self::PolicyGroup | Self::Command | Self::SoftwareApp => &["system", "system_group"],
            Self::ActiveDirectory
            | Self::Application
            | Self::GSuite
            | Self::LdapServer
            | Self::Office365
            | Self::RadiusServer => &["user", "user_group"],
        };
        allowed.contains(&target)
    }
}

/// One object of the graph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Node {
    pub(in super::super) kind: ObjectType,
    pub(in super::super) id: String,
}

impl Node {
    pub(in super::super) fn new(kind: ObjectType, id: &str) -> Self {
        Self { kind, id: id.to_owned() }
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Edge {
    to: Node,
    attributes: Value,
}

type Edges = BTreeMap<Node, Vec<Edge>>;

/// Direct edges: memberships in both directions and associations.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Graph {
    parents: Edges,
    children: Edges,
    associations: Edges,
    attributes: BTreeMap<Node, Value>,
}

/// How deep groups may nest; a cycle is cut by the path check, this bounds the work.
const MAX_DEPTH: usize = 8;

impl Graph {
    pub(super) fn describe(&mut self, node: Node, attributes: Value) {
        self.attributes.insert(node, attributes);
    }

    pub(super) fn join(&mut self, group: Node, member: Node) {
        link(&mut self.parents, member.clone(), group.clone(), Value::Null);
        link(&mut self.children, group, member, Value::Null);
    }

    pub(super) fn leave(&mut self, group: &Node, member: &Node) {
        unlink(&mut self.parents, member, group);
        unlink(&mut self.children, group, member);
    }

    pub(super) fn associate(&mut self, one: Node, other: Node, attributes: Value) {
        link(&mut self.associations, one.clone(), other.clone(), attributes.clone());
        link(&mut self.associations, other, one, attributes);
    }

    pub(super) fn dissociate(&mut self, one: &Node, other: &Node) {
        unlink(&mut self.associations, one, other);
        unlink(&mut self.associations, other, one);
    }

    fn attributes_of(&self, node: &Node) -> Value {
        self.attributes.get(node).cloned().unwrap_or(Value::Null)
    }

    fn hop(&self, edge: &Edge) -> Value {
        json!({
            "attributes": edge.attributes,
            "to": {
                "attributes": self.attributes_of(&edge.to),
                "id": edge.to.id,
                "type": edge.to.kind.as_str(),
            },
        })
    }

    /// `/members`: direct members, nested groups included.
    pub(in super::super) fn members(&self, group: &Node) -> Vec<(Node, Value)> {
        self.direct(&self.children, group, None)
    }

    /// `/associations?targets=`: direct associations with one type.
    pub(in super::super) fn associated(&self, node: &Node, target: &str) -> Vec<(Node, Value)> {
        self.direct(&self.associations, node, Some(target))
    }

    fn direct(&self, edges: &Edges, node: &Node, target: Option<&str>) -> Vec<(Node, Value)> {
        edges
            .get(node)
            .into_iter()
            .flatten()
            .filter(|edge| target.is_none_or(|kind| edge.to.kind.as_str() == kind))
            .map(|edge| (edge.to.clone(), self.hop(edge)))
            .collect()
    }

    /// `/membership`: effective members, through nested groups.
    pub(in super::super) fn membership(&self, group: &Node) -> Vec<(Node, Value)> {
        let mut found = Reached::default();
        walk(&self.children, group, &mut Vec::new(), &mut |node, route| {
            if !node.kind.is_group() {
                found.add(node, route);
            }
        });
        self.answer(found)
    }

    /// `/memberof`: the groups above, nearest first.
    pub(in super::super) fn memberof(&self, node: &Node) -> Vec<(Node, Value)> {
        let mut found = Reached::default();
        walk(&self.parents, node, &mut Vec::new(), &mut |node, route| found.add(node, route));
        self.answer(found)
    }

    /// A traversal such as `/systems/{id}/users`: up through groups, across, down through groups.
    pub(in super::super) fn traverse(&self, from: &Node, target: ObjectType) -> Vec<(Node, Value)> {
        let mut starts: Vec<(Node, Vec<&Edge>)> = vec![(from.clone(), Vec::new())];
        walk(&self.parents, from, &mut Vec::new(), &mut |node, route| {
            starts.push((node.clone(), route.to_vec()));
        });
        let mut found = Reached::default();
        for (start, route) in &starts {
            for edge in self.associations.get(start).into_iter().flatten() {
                let mut route = route.clone();
                route.push(edge);
                if edge.to.kind == target {
                    found.add(&edge.to, &route);
                }
                walk(&self.children, &edge.to, &mut route, &mut |node, route| {
                    if node.kind == target {
                        found.add(node, route);
                    }
                });
            }
        }
        self.answer(found)
    }

    fn answer(&self, found: Reached<'_>) -> Vec<(Node, Value)> {
        found
            .nodes
            .into_iter()
            .zip(found.routes)
            .map(|(node, routes)| {
                let row = json!({
                    "id": node.id,
                    "type": node.kind.as_str(),
                    "compiledAttributes": self.compiled(&routes),
                    "paths": routes
                        .iter()
                        .map(|route| route.iter().map(|edge| self.hop(edge)).collect::<Vec<_>>())
                        .collect::<Vec<_>>(),
                });
                (node, row)
            })
            .collect()
    }

    /// Attributes of all hops laid over each other, the nearest last.
    fn compiled(&self, routes: &[Vec<&Edge>]) -> Value {
        let mut compiled = Map::new();
        for edge in routes.iter().flatten() {
            for attributes in [self.attributes_of(&edge.to), edge.attributes.clone()] {
                if let Value::Object(attributes) = attributes {
                    compiled.extend(attributes);
                }
            }
        }
        Value::Object(compiled)
    }
}

/// Visits everything reachable over these edges, each time with the route taken.
fn walk<'a>(
    edges: &'a Edges,
    from: &Node,
    route: &mut Vec<&'a Edge>,
    visit: &mut dyn FnMut(&Node, &[&'a Edge]),
) {
    if route.len() >= MAX_DEPTH {
        return;
    }
    for edge in edges.get(from).into_iter().flatten() {
        if route.iter().any(|seen| seen.to == edge.to) {
            continue;
        }
        route.push(edge);
        visit(&edge.to, route);
        walk(edges, &edge.to, route, visit);
        route.pop();
    }
}

/// Nodes in the order of discovery, each with every route to it.
#[derive(Default)]
struct Reached<'a> {
    nodes: Vec<Node>,
    routes: Vec<Vec<Vec<&'a Edge>>>,
    positions: BTreeMap<Node, usize>,
}

impl<'a> Reached<'a> {
    fn add(&mut self, node: &Node, route: &[&'a Edge]) {
        if let Some(routes) =
            self.positions.get(node).and_then(|position| self.routes.get_mut(*position))
        {
            routes.push(route.to_vec());
        } else {
            self.positions.insert(node.clone(), self.nodes.len());
            self.nodes.push(node.clone());
            self.routes.push(vec![route.to_vec()]);
        }
    }
}

fn link(edges: &mut Edges, from: Node, to: Node, attributes: Value) {
    let edges = edges.entry(from).or_default();
    if let Some(edge) = edges.iter_mut().find(|edge| edge.to == to) {
        edge.attributes = attributes;
    } else {
        edges.push(Edge { to, attributes });
    }
}

fn unlink(edges: &mut Edges, from: &Node, to: &Node) {
    if let Some(edges) = edges.get_mut(from) {
        edges.retain(|edge| edge.to != *to);
    }
}
