//! The joined, read-only view of a snapshot that rules judge by.
//!
//! Built once, in O(n log n): people by device, groups by member, rows by device, access by person.
//! Every join says from which input it comes and how complete that input is.

mod access;
mod activity;
mod admin;
mod application;
mod audience;
mod authority;
mod breadth;
mod browser_extension;
mod conditional_access;
mod device;
mod event_count;
mod external;
mod family;
mod federation;
mod generic_names;
mod group;
mod group_rights;
mod ids;
mod known;
mod last_use;
mod leavers;
mod local_account;
mod managed_setting;
mod matching;
mod membership;
mod name_patterns;
mod newest;
mod os_groups;
mod owner;
mod password_rules;
mod patch_date;
mod people;
mod policy;
mod policy_evidence;
mod primary;
mod protection;
mod rows;
mod scheduled;
mod security_product;
mod serials;
mod service_account;
mod settings;
mod software;
mod ssh_keys;
mod sshd_setting;
mod sudo;
mod system_version;
mod user;

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::resources::{GraphObject, OrganizationDetail};
use jumpcloud_client::{InputState, ListedOf, PartialReason, Record, Snapshot};

pub use access::{Binding, Grant};
pub use activity::{ADMIN_SIGN_IN, Activity, SINGLE_SIGN_ON, Use};
pub use admin::Admin;
pub use application::Application;
pub use browser_extension::{BrowserExtension, extension_inputs};
pub use conditional_access::{AccessPolicy, Demand};
pub use device::{Device, Platform};
pub use event_count::Counted;
pub use external::EXTERNAL_TYPES;
pub use family::family;
pub use federation::{FEDERATED_TYPES, UNFEDERATED_TYPES, lists_type};
pub use generic_names::{GENERIC_TOKENS, generic_token};
pub use group::{Group, GroupKind};
pub use ids::Key;
pub use known::{any, both, either, not};
pub use last_use::{Doubt, LastUse, absence, days_ago, observe};
pub use leavers::Leaving;
pub use managed_setting::{MANAGED_POLICIES, MANAGED_VALUE_UNCLEAR, Managed, ManagedSetting};
pub use matching::Matching;
pub use name_patterns::NamePatterns;
pub use newest::{newest, newest_by, newest_says};
pub use os_groups::{FAMILIES, OsGroupBasis, OsGroups};
pub use owner::Ownership;
pub use password_rules::{RuleSet, judge_weakest};
pub use patch_date::PatchDate;
pub use people::folded;
pub use policy::{BoundPolicy, PolicyFacts};
pub use policy_evidence::{
    Applied, BOUND_POLICIES, CAPABILITY_NOT_MAPPED, Enforcing, Lack, OPAQUE_POLICY_BOUND, POLICIES,
    POLICY_PENDING, POLICY_RESULTS, PolicyEvidence,
};
pub use protection::{Protection, ProtectionTerms};
pub use rows::DeviceTable;
pub use security_product::{ProductState, security_products};
pub use service_account::ServiceAccount;
pub use settings::{Settings, object};
pub use software::{Inventory, Software};
pub use ssh_keys::{PublicKey, UserKey};
pub use sshd_setting::{
    SSHD_NOT_MANAGED, SSHD_UNREADABLE, SSHD_UNREPORTED, SshdSetting, sshd_switch,
};
pub use sudo::SudoRight;
pub use system_version::{SystemVersion, unresolved};
pub use user::{Standing, User};

#[cfg(test)]
pub(crate) use ssh_keys::tests as test_keys;

use crate::case::Row;
use crate::config::Config;

/// The input a joined fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// Input code.
    pub input: &'static str,
    /// Id of the object, for inputs that are read object by object.
    pub scope: Option<&'a str>,
    /// How complete it is.
    pub state: InputState,
}

/// The joined, read-only view of a snapshot.
#[derive(Debug)]
pub struct Facts<'a> {
    snapshot: &'a Snapshot,
    organization_id: String,
    devices: Vec<Device<'a>>,
    users: Vec<User<'a>>,
    groups: Vec<Group<'a>>,
    applications: Vec<Application<'a>>,
    admins: Vec<Admin<'a>>,
    service_accounts: Vec<ServiceAccount<'a>>,
    rows: rows::Rows,
    access: access::Access<'a>,
    policies: policy::Policies<'a>,
    mdm_serials: device::MdmSerials<'a>,
    breadth: breadth::Breadth,
    serials: serials::Serials,
    people: people::People,
    group_rights: group_rights::GroupRights,
    scheduled: scheduled::Scheduled<'a>,
    primary_devices: primary::PrimaryDevices,
    leavers: leavers::Leavers,
    activity: Activity<'a>,
}

impl<'a> Facts<'a> {
    /// Joins a snapshot.
    pub fn new(snapshot: &'a Snapshot, config: &Config, evaluated_at: Timestamp) -> Self {
        let organization_id = snapshot
            .organization_id
            .clone()
            .or_else(|| config.expected_org_id.clone())
            .unwrap_or_default();
        let devices = device::all(snapshot);
        let users = user::all(snapshot, config);
        let groups = group::all(snapshot);
        let rows = rows::Rows::new(snapshot, &devices);
        let access = access::Access::new(snapshot, &groups);
        let policies = policy::Policies::new(snapshot);
        let applications = application::all(snapshot);
        let breadth = breadth::Breadth::new(snapshot, &applications, &groups, &devices);
        let mdm_serials = device::MdmSerials::new(snapshot);
        let people = people::People::new(&users);
        let primary_devices = primary::PrimaryDevices::new(&devices);
        let serials = serials::Serials::new(&devices);
        let mut facts = Self {
            snapshot,
            organization_id,
            devices,
            users,
            groups,
            applications,
            admins: admin::all(snapshot),
            service_accounts: service_account::all(snapshot),
            rows,
            access,
            policies,
            mdm_serials,
            breadth,
            serials,
            people,
            group_rights: group_rights::GroupRights::new(snapshot),
            scheduled: scheduled::Scheduled::new(snapshot),
            primary_devices,
            leavers: leavers::Leavers::default(),
            activity: Activity::new(snapshot, config),
        };
        facts.leavers = leavers::Leavers::new(&facts, config);
        let roles = facts
            .devices
            .iter()
            .map(|device| device::is_server(&facts, device, config))
            .collect::<Vec<_>>();
        for (device, server) in facts.devices.iter_mut().zip(roles) {
            device.server = server;
            device.contact = device::contact(&device.row, evaluated_at);
        }
        facts
    }

    /// The snapshot itself.
    pub const fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// Id of the organisation; empty when it is not known.
    pub fn organization_id(&self) -> &str {
        &self.organization_id
    }

    /// Every device, by id; excluded ones too.
    pub fn devices(&self) -> &[Device<'a>] {
        &self.devices
    }

    /// Every user, by id.
    pub fn users(&self) -> &[User<'a>] {
        &self.users
    }

    /// Every user group and device group, by id.
    pub fn groups(&self) -> &[Group<'a>] {
        &self.groups
    }

    /// Every account that a program signs in with, by id.
    pub fn service_accounts(&self) -> &[ServiceAccount<'a>] {
        &self.service_accounts
    }

    /// Every application, by id.
    pub fn applications(&self) -> &[Application<'a>] {
        &self.applications
    }

    /// Every administrator, by id.
    pub fn admins(&self) -> &[Admin<'a>] {
        &self.admins
    }

    /// Who was last active, as far as events and local accounts tell.
    pub const fn activity(&self) -> &Activity<'a> {
        &self.activity
    }

    /// The device with this id.
    pub fn device(&self, id: &Key) -> Option<&Device<'a>> {
        find(&self.devices, id, |device| &device.key)
    }

    /// The user with this id.
    pub fn user(&self, id: &Key) -> Option<&User<'a>> {
        find(&self.users, id, |user| &user.key)
    }

    /// The group with this id.
    pub fn group(&self, id: &Key) -> Option<&Group<'a>> {
        find(&self.groups, id, |group| &group.key)
    }

    /// The application with this id.
    pub fn application(&self, id: &Key) -> Option<&Application<'a>> {
        find(&self.applications, id, |application| &application.key)
    }

    /// State of a whole input; not collected when the code is unknown.
    ///
    /// A table with a row that does not say whose it is lacks a row of some device.
    pub fn state(&self, input: &str) -> InputState {
        match self.snapshot.state(input).unwrap_or(InputState::NotCollected) {
            InputState::Complete if self.rows.is_ownerless(input) => {
                InputState::Partial { reason: PartialReason::Decode }
            }
            state => state,
        }
    }

    /// The organisation's settings, when they were read.
    pub fn organization_detail(&self) -> Option<Row<'a, OrganizationDetail>> {
        let scoped = self.snapshot.list_of::<OrganizationDetail>();
        let (id, dataset) = scoped.of.get_key_value(&self.organization_id).or_else(|| {
            let mut all = scoped.of.iter();
            match (all.next(), all.next()) {
                (Some(only), None) => Some(only),
                _ => None,
            }
        })?;
        let record = dataset.records.first()?;
        Some(Row { record, input: "ORGD", id: Some(id), collected_at: None })
    }
}

/// Looks an id up in a list that is sorted by it.
fn find<'l, T>(list: &'l [T], id: &Key, key: impl Fn(&T) -> &Key) -> Option<&'l T> {
    list.binary_search_by(|item| key(item).cmp(id)).ok().and_then(|at| list.get(at))
}

/// A record of a list with its id as text.
pub(crate) fn row<'a, T>(record: &'a Record<T>, input: &'static str) -> Row<'a, T> {
    Row { record, input, id: None, collected_at: None }
}

/// Every edge of a scoped graph input: parent, object, row.
fn edges<'a, S>(snapshot: &'a Snapshot) -> impl Iterator<Item = (Key, Key, Row<'a, GraphObject>)>
where
    S: ListedOf<Record = GraphObject>,
{
    snapshot.list_of::<S>().of.iter().flat_map(|(parent, dataset)| {
        dataset.records.iter().filter_map(move |record: &'a Record<GraphObject>| {
            let row = Row {
                record,
                input: S::ENDPOINT.input(),
                id: Some(parent.as_str()),
                collected_at: None,
            };
            Some((Key::new(parent).ok()?, record.value.id.value()?.cast(), row))
        })
    })
}

/// The more complete of two sources for the same fact; the first when they are alike.
fn better<'s>(first: Source<'s>, second: Source<'s>) -> Source<'s> {
    if first.state.is_complete() || second.state == InputState::NotCollected {
        return first;
    }
    if second.state.is_complete() || first.state == InputState::NotCollected {
        return second;
    }
    first
}
