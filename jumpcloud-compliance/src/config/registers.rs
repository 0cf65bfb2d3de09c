//! Registers an organisation keeps in its configuration.

use alloc::collections::BTreeSet;
use alloc::string::String;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::subject::AttributePair;

vocabulary! {
    /// What happens to devices in no group.
    pub enum UngroupedPolicy {
        /// They are judged like all others.
        Evaluate = "evaluate",
        /// They are excluded, except for the rules about groups, and listed.
        Exclude = "exclude",
    }
}

/// Which subjects are judged. Whatever is excluded is listed with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScopeConfig {
    /// Members of these device groups are excluded.
    pub exclude_group_ids: BTreeSet<String>,
    /// These devices are excluded.
    pub exclude_device_ids: BTreeSet<String>,
    /// Devices with this attribute belong to people and are excluded; absent means none.
    pub personal_attribute: Option<AttributePair>,
    /// Members of these groups belong to people and are excluded.
    pub personal_group_ids: BTreeSet<String>,
    /// Members of these groups are servers.
    pub server_group_ids: BTreeSet<String>,
    /// Members of these groups are retired and excluded.
    pub retired_group_ids: BTreeSet<String>,
    /// What happens to devices in no group; default evaluate.
    pub ungrouped_policy: UngroupedPolicy,
}

impl Default for ScopeConfig {
    fn default() -> Self {
        Self {
            exclude_group_ids: BTreeSet::new(),
            exclude_device_ids: BTreeSet::new(),
            personal_attribute: None,
            personal_group_ids: BTreeSet::new(),
            server_group_ids: BTreeSet::new(),
            retired_group_ids: BTreeSet::new(),
            ungrouped_policy: UngroupedPolicy::Evaluate,
        }
    }
}

/// An account that belongs to a program, and the person who answers for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceAccount {
    /// JumpCloud user identifier of the account.
    pub user_id: String,
    /// JumpCloud user identifier of the owner; absent when nobody is named.
    #[serde(default)]
    pub owner_user_id: Option<String>,
    /// What the account is for; absent when not stated.
    #[serde(default)]
    pub purpose: Option<String>,
    /// Last UTC day before the entry must be reviewed; absent when none is set.
    #[serde(default)]
    pub review_by: Option<Date>,
    /// Whether people may sign in with it; default no.
    #[serde(default)]
    pub interactive_allowed: bool,
}

/// A person who leaves, found by at least one of three keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaver {
    /// E-mail address; compared without ASCII case. Absent when not known.
    #[serde(default)]
    pub email: Option<String>,
    /// Employee identifier; absent when not known.
    #[serde(default)]
    pub employee_identifier: Option<String>,
    /// JumpCloud user identifier; absent when not known.
    #[serde(default)]
    pub user_id: Option<String>,
    /// Last working UTC day.
    pub last_day: Date,
}

/// The person who answers for an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppOwner {
    /// JumpCloud application identifier.
    pub app_id: String,
    /// JumpCloud user identifier of the owner.
    pub owner_user_id: String,
}

/// A group with special rights and who may be in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivilegedGroup {
    /// JumpCloud group identifier.
    pub group_id: String,
    /// Users who may be members; absent means that no list was approved.
    #[serde(default)]
    pub approved_user_ids: Option<BTreeSet<String>>,
    /// Most members it may have; absent means the rule's default.
    #[serde(default)]
    pub max_members: Option<u32>,
}
