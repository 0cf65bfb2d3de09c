//! Faults that change the organisation between two requests.

use serde_json::{Value, json};

use super::fault::{Effect, Plan};
use super::organization::{Organization, id_of};
use super::query::Target;
use super::server::State;

/// Applies what a plan does to records and credentials, before the request is answered.
pub(super) fn apply(state: &mut State, plan: &Plan, target: &Target) {
    let path = target.path.trim_end_matches('/');
    for effect in &plan.effects {
        match effect {
            Effect::RotateKey(key) => state.rotate_key(key),
            Effect::RevokeTokens => state.credentials.revoke_tokens(),
            Effect::InsertRows(rows) => {
                if let Some(organization) = state.first_organization() {
                    insert(organization, path, *rows);
                }
            }
            Effect::DeleteRows(rows) => {
                if let Some(organization) = state.first_organization() {
                    delete(organization, path, *rows);
                }
            }
            _ => {}
        }
    }
}

/// Copies of the first record under identifiers that sort before all others.
fn insert(organization: &mut Organization, path: &str, rows: usize) {
    for _ in 0..rows {
        let id = organization.next_id();
        let Some(mut record) = organization.records(path).first().cloned() else { return };
        let low = format!("0{}", id.get(1..).unwrap_or_default());
        if let Some(fields) = record.as_object_mut() {
            for name in ["_id", "id"] {
                if let Some(value) = fields.get_mut(name) {
                    *value = json!(low);
                }
            }
        }
        organization.edit(path, |records| records.insert(0, record));
    }
}

/// Deletes from the front, by the order of identifiers.
fn delete(organization: &mut Organization, path: &str, rows: usize) {
    for _ in 0..rows {
        let mut ids: Vec<String> = organization
            .records(path)
            .iter()
            .filter_map(|record: &Value| id_of(record).map(str::to_owned))
            .collect();
        ids.sort_unstable();
        let Some(id) = ids.first() else { return };
        if organization.remove(path, id).is_none() {
            return;
        }
    }
}
