//! Conditional access policies: what they demand, and of whom.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jumpcloud_client::resources::{
    AuthnAction, AuthnAttributeFilter, AuthnPolicy, AuthnResourceKind, AuthnTargets, UserGroup,
};
use jumpcloud_client::{Field, Id};

use super::known::{any, both, either, not};
use super::{Application, Facts, User};
use crate::case::{Case, Row};

/// What a policy decides about a sign-in that it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// It goes on with a second factor.
    SecondFactor,
    /// It goes on without one.
    Nothing,
    /// It ends.
    Denied,
    /// The record does not say.
    Unclear,
}

/// A conditional access policy.
#[derive(Clone, Copy, Debug)]
pub struct AccessPolicy<'a> {
    row: Row<'a, AuthnPolicy>,
}

impl<'a> AccessPolicy<'a> {
    /// The record.
    pub const fn policy(&self) -> &'a AuthnPolicy {
        self.row.value()
    }

    /// Its id as text.
    pub fn id(&self) -> String {
        self.policy().id.value().map(ToString::to_string).unwrap_or_default()
    }

    /// Whether it protects this kind of resource; not known when the record names none.
    pub fn protects(&self, kind: &AuthnResourceKind) -> Option<bool> {
        self.policy().kind.value().map(|own| own == kind)
    }

    /// Whether it is in force.
    pub fn is_enabled(&self) -> Option<bool> {
        not(self.policy().disabled.value().copied())
    }

    /// What it decides.
    pub fn demand(&self) -> Demand {
        let effect = &self.policy().effect;
        let action = effect.then(|effect| &effect.action).value();
        let factor = effect.then(|effect| &effect.obligations).then(|own| &own.mfa);
        match (action, factor) {
            (Some(AuthnAction::Deny), _) => Demand::Denied,
            // An effect that obliges to nothing obliges to no second factor.
            (Some(AuthnAction::Allow), Field::Absent | Field::Null) => Demand::Nothing,
            (Some(AuthnAction::Allow), Field::Value(factor)) => match factor.required.value() {
                Some(true) => Demand::SecondFactor,
                Some(false) => Demand::Nothing,
                None => Demand::Unclear,
            },
            _ => Demand::Unclear,
        }
    }

    /// Whether it applies whatever the circumstances: its conditions are there and empty.
    ///
    /// Conditions are an untyped tree; anything in it may let the policy step aside.
    pub fn is_unconditional(&self) -> bool {
        self.policy()
            .conditions
            .value()
            .and_then(serde_json::Value::as_object)
            .is_some_and(serde_json::Map::is_empty)
    }

    /// Whether a user is among those it covers.
    ///
    /// A policy without any target for users covers everyone. A group that is left out wins over
    /// every inclusion.
    pub fn covers(&self, facts: &Facts<'_>, user: &User<'_>) -> Option<bool> {
        let targets = match &self.policy().targets {
            Field::Absent | Field::Null => return Some(true),
            Field::Unparseable(_) => return None,
            Field::Value(targets) => targets,
        };
        let left_out = either(
            in_any(facts, user, list(targets.user_groups.then(|own| &own.exclusions))),
            matches_any(user, list(targets.user_attributes.then(|own| &own.exclusions))),
        );
        both(included(targets, facts, user), not(left_out))
    }

    /// Whether nobody is left out: no target for users, or all of them, and no exclusion.
    pub fn covers_everyone(&self) -> Option<bool> {
        let targets = match &self.policy().targets {
            Field::Absent | Field::Null => return Some(true),
            Field::Unparseable(_) => return None,
            Field::Value(targets) => targets,
        };
        let users = list(targets.users.then(|own| &own.inclusions))?;
        let groups = list(targets.user_groups.then(|own| &own.inclusions))?;
        let attributes = list(targets.user_attributes.then(|own| &own.inclusions))?;
        let group_exclusions = list(targets.user_groups.then(|own| &own.exclusions))?;
        let attribute_exclusions = list(targets.user_attributes.then(|own| &own.exclusions))?;
        let everyone =
            users.iter().any(|user| is_all(user)) || users.is_empty() && groups.is_empty();
        Some(
            everyone
                && attributes.is_empty()
                && group_exclusions.is_empty()
                && attribute_exclusions.is_empty(),
        )
    }

    /// Whether it protects an application: by its id, or all of them.
    pub fn protects_application(&self, application: &Application<'_>) -> Option<bool> {
        let resources = list(self.policy().targets.then(|targets| &targets.resources))?;
        let mut protects = if resources.is_empty() { None } else { Some(false) };
        for resource in resources {
            let kind = resource.kind.value().map(|kind| *kind == AuthnResourceKind::Application);
            let same = match &resource.id {
                Field::Absent | Field::Null => Some(true),
                Field::Unparseable(_) => None,
                Field::Value(id) => Some(id.cast() == application.key),
            };
            protects = either(protects, both(kind, same));
        }
        both(self.protects(&AuthnResourceKind::Application), protects)
    }

    /// Leaves observations of what it is and what it decides.
    pub fn observe(&self, case: &mut Case<'_>) {
        let id = self.id();
        let row = Row { id: Some(&id), ..self.row };
        let policy = self.policy();
        case.see(row, "name", &policy.name);
        case.see(row, "type", &policy.kind);
        case.see(row, "disabled", &policy.disabled);
        case.see(row, "effect.action", policy.effect.then(|effect| &effect.action));
        case.see(
            row,
            "effect.obligations.mfa.required",
            policy
                .effect
                .then(|effect| &effect.obligations)
                .then(|obligations| &obligations.mfa)
                .then(|mfa| &mfa.required),
        );
        case.see_derived(row, "unconditional", self.is_unconditional());
    }
}

impl<'a> Facts<'a> {
    /// Every conditional access policy, by id.
    pub fn access_policies(&self) -> Vec<AccessPolicy<'a>> {
        let mut policies: Vec<_> = self
            .snapshot
            .list::<AuthnPolicy>()
            .records
            .iter()
            .map(|record| AccessPolicy { row: super::row(record, "AUTHN") })
            .collect();
        policies.sort_by_cached_key(AccessPolicy::id);
        policies
    }
}

/// A list that may be missing, which means empty; none when it cannot be read.
fn list<T>(field: &Field<Vec<T>>) -> Option<&[T]> {
    match field {
        Field::Absent | Field::Null => Some(&[]),
        Field::Unparseable(_) => None,
        Field::Value(items) => Some(items),
    }
}

fn is_all(word: &str) -> bool {
    word.trim().eq_ignore_ascii_case("all")
}

/// Whether a user is included, before exclusions.
fn included(targets: &AuthnTargets, facts: &Facts<'_>, user: &User<'_>) -> Option<bool> {
    let users = list(targets.users.then(|own| &own.inclusions));
    let groups = list(targets.user_groups.then(|own| &own.inclusions));
    let attributes = list(targets.user_attributes.then(|own| &own.inclusions));
    let untargeted = both(users.map(<[_]>::is_empty), groups.map(<[_]>::is_empty));
    let named = users.map(|users| users.iter().any(|id| is_all(id) || *id == user.id));
    let targeted = either(untargeted, either(named, in_any(facts, user, groups)));
    if attributes.is_some_and(<[_]>::is_empty) {
        return targeted;
    }
    // Whether attributes narrow or widen the other targets is not documented.
    let by_attribute = matches_any(user, attributes);
    if untargeted == Some(true) || targeted == by_attribute { by_attribute } else { None }
}

/// Whether a user is in one of these groups, as far as their members are known.
fn in_any(facts: &Facts<'_>, user: &User<'_>, groups: Option<&[Id<UserGroup>]>) -> Option<bool> {
    any(groups?.iter().map(|group| facts.is_member(user, &group.cast())))
}

/// Whether a user passes one of these tests of attributes, as far as a test is known.
fn matches_any(user: &User<'_>, filters: Option<&[AuthnAttributeFilter]>) -> Option<bool> {
    any(filters?.iter().map(|filter| matches(user, filter)))
}

/// Whether a user passes a test; only the one attribute that the sources list is known.
fn matches(user: &User<'_>, filter: &AuthnAttributeFilter) -> Option<bool> {
    let known = filter.field.filled() == Some("ldap_binding_user")
        && filter.operator.filled().is_some_and(|word| word.eq_ignore_ascii_case("EQ"));
    let wanted = filter.value.value().and_then(serde_json::Value::as_bool)?;
    if known { user.user().ldap_binding_user.value().map(|own| *own == wanted) } else { None }
}
