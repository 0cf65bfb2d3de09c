//! Password rules: those of the organisation, and those of policies that are bound to groups.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jumpcloud_client::resources::{
    OrganizationDetail, PasswordPolicy, PasswordPolicyDetail, PasswordRules,
};
use jumpcloud_client::{AsScalar, Field};

use super::settings::{Settings, object};
use super::{Facts, Source};
use crate::case::{Case, Row};
use crate::outcome::UnknownCause;
use crate::rule::{Judgement, Unknown, Verdict};

/// Where a set of password rules stands.
#[derive(Clone, Copy, Debug)]
enum Home<'a> {
    /// The settings of the organisation.
    Organization(Row<'a, OrganizationDetail>),
    /// A policy of its own.
    Policy(Row<'a, PasswordPolicyDetail>),
}

/// One set of password rules that people are under.
#[derive(Clone, Copy, Debug)]
pub struct RuleSet<'a> {
    home: Home<'a>,
    /// The rules.
    pub rules: &'a PasswordRules,
}

impl RuleSet<'_> {
    /// Reads one of the rules and leaves an observation.
    pub fn see<'f, V: AsScalar>(
        &self,
        case: &mut Case<'_>,
        name: &str,
        field: &'f Field<V>,
    ) -> &'f Field<V> {
        match self.home {
            Home::Organization(row) => {
                case.see(row, &alloc::format!("settings.passwordPolicy.{name}"), field)
            }
            Home::Policy(row) => case.see(row, &alloc::format!("policy.{name}"), field),
        }
    }

    /// Reads one of the rules, without which nothing can be concluded.
    ///
    /// # Errors
    ///
    /// As [`Case::need`].
    pub fn need<'f, V: AsScalar>(
        &self,
        case: &mut Case<'_>,
        name: &str,
        field: &'f Field<V>,
    ) -> Result<&'f V, Unknown> {
        match self.home {
            Home::Organization(row) => {
                case.need(row, &alloc::format!("settings.passwordPolicy.{name}"), field)
            }
            Home::Policy(row) => case.need(row, &alloc::format!("policy.{name}"), field),
        }
    }
}

/// Judges the rules of the organisation and of every policy bound to a group; the weakest decides.
///
/// A failure of any set is a failure. A pass needs the settings, the list of policies, and each
/// policy that may be bound to a group; a service without such policies has the settings only.
///
/// # Errors
///
/// Unknown when no set fails, and one of them could not be judged or is not known.
pub fn judge_weakest(
    case: &mut Case<'_>,
    mut judge: impl FnMut(&mut Case<'_>, &RuleSet<'_>) -> Judgement,
) -> Judgement {
    let own = organization(case).and_then(|rules| judge(case, &rules));
    let mut judgements: Vec<(Option<String>, Judgement)> = alloc::vec![(None, own)];
    for policy in bound_policies(case.facts()) {
        let Some(id) = policy.value().id.value().map(ToString::to_string) else { continue };
        let judgement = detail(case, &id).and_then(|rules| judge(case, &rules));
        judgements.push((Some(id), judgement));
    }
    let listed = case.settled("PWP").map_err(not_collected);
    let failing: Vec<String> = judgements
        .iter()
        .filter(|(_, judgement)| judgement.as_ref().is_ok_and(|verdict| !verdict.is_pass()))
        .map(|(id, _)| match id {
            Some(id) => alloc::format!("failing_policy:{id}"),
            None => "failing_policy:organisation".to_string(),
        })
        .collect();
    let mut passed: Option<Verdict> = None;
    let mut unknown: Option<Unknown> = None;
    for (_, judgement) in judgements {
        match judgement {
            Ok(verdict) if !verdict.is_pass() => return Ok(verdict.notes(failing)),
            Ok(verdict) => {
                passed.get_or_insert(verdict);
            }
            Err(other) if unknown.as_ref().is_none_or(|known| other.cause() < known.cause()) => {
                unknown = Some(other);
            }
            Err(_) => {}
        }
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    listed?;
    passed.ok_or(Unknown::new(UnknownCause::FieldAbsent, "field_absent"))
}

/// The rules in the settings of the organisation.
fn organization<'a>(case: &mut Case<'a>) -> Result<RuleSet<'a>, Unknown> {
    let Settings { row, values } = Settings::of(case)?;
    case.see(row, "settings.passwordCompliance", &values.password_compliance);
    let rules = object(&values.password_policy)?;
    Ok(RuleSet { home: Home::Organization(row), rules })
}

/// The policies that are bound to a group, or not known to be bound to none.
fn bound_policies<'a>(facts: &Facts<'a>) -> Vec<Row<'a, PasswordPolicy>> {
    let mut policies: Vec<_> = facts
        .snapshot()
        .list::<PasswordPolicy>()
        .records
        .iter()
        .map(|record| super::row(record, "PWP"))
        .filter(|row| {
            let policy = row.value();
            !policy.is_default.is_true() && policy.group_count.value() != Some(&0)
        })
        .collect();
    policies.sort_by_cached_key(|row| row.value().id.value().map(ToString::to_string));
    policies
}

/// What is said of every pass while policies of groups are outstanding, however they came to be.
fn not_collected(_: Unknown) -> Unknown {
    Unknown::new(UnknownCause::InputNotCollected, "input_not_collected")
}

/// All rules of one policy.
fn detail<'a>(case: &mut Case<'a>, id: &str) -> Result<RuleSet<'a>, Unknown> {
    let details = case.facts().snapshot().list_of::<PasswordPolicyDetail>();
    let state = details.state_of(id);
    let source = Source { input: "PWPD", scope: Some(id), state };
    let found = details.of.get_key_value(id).and_then(|(id, dataset)| {
        let record = dataset.records.first()?;
        Some(Row { record, input: "PWPD", id: Some(id), collected_at: None })
    });
    let Some(row) = found else {
        case.require_source(&source).map_err(not_collected)?;
        return Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent"));
    };
    case.uses_source(&source);
    let rules = object(&row.value().policy)?;
    Ok(RuleSet { home: Home::Policy(row), rules })
}
