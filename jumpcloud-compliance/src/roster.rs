//! Everyone and everything that can be judged, each named once.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jumpcloud_client::resources::Organization;

use crate::case::Subject;
use crate::config::Config;
use crate::evaluation::OrganizationRef;
use crate::facts::Facts;
use crate::finding::{Responsible, ResponsibleMethod};
use crate::rule::Rule;
use crate::scope::Scope;
use crate::subject::{SubjectKind, SubjectRef};

/// What every finding about a subject says of it.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) subject: SubjectRef,
    pub(crate) responsible: Responsible,
}

/// A subject before a rule.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'r> {
    /// Its place in the facts; what stands beside the population comes after it.
    pub(crate) place: usize,
    pub(crate) subject: Subject<'r>,
    pub(crate) named: Cow<'r, Named>,
}

/// The population by kind, in the order of the facts.
#[derive(Debug)]
pub(crate) struct Roster<'a> {
    facts: &'a Facts<'a>,
    config: &'a Config,
    organization: OrganizationRef,
    named: BTreeMap<SubjectKind, Vec<Named>>,
}

impl<'a> Roster<'a> {
    pub(crate) fn new(facts: &'a Facts<'a>, config: &'a Config) -> Self {
        let organization = organization(facts);
        let mut roster = Self { facts, config, organization, named: BTreeMap::new() };
        let all = SubjectKind::ALL.iter().map(|kind| {
            let subjects = roster.subjects(*kind).into_iter();
            (*kind, subjects.map(|subject| roster.named(subject)).collect())
        });
        roster.named = all.collect();
        roster
    }

    /// The organisation.
    pub(crate) const fn organization(&self) -> &OrganizationRef {
        &self.organization
    }

    /// The subjects of a rule, by id: those of its kind, and those beside them.
    pub(crate) fn of_rule(&'a self, rule: &dyn Rule) -> Vec<Entry<'a>> {
        let kind = rule.meta().subject;
        let known = self.named.get(&kind).into_iter().flatten().map(Cow::Borrowed);
        let mut entries: Vec<Entry<'a>> = self
            .subjects(kind)
            .into_iter()
            .zip(known)
            .enumerate()
            .map(|(place, (subject, named))| Entry { place, subject, named })
            .collect();
        let beside = rule.beside(self.config, self.facts).into_iter();
        let first = entries.len();
        entries.extend(beside.zip(first..).map(|(subject, place)| Entry {
            place,
            subject,
            named: Cow::Owned(self.named(subject)),
        }));
        entries.sort_by(|a, b| key(a).cmp(&key(b)));
        entries
    }

    /// Everyone in the judged population.
    pub(crate) fn everyone(&self, scope: &Scope) -> Vec<SubjectRef> {
        let mut everyone: Vec<SubjectRef> = self
            .named
            .iter()
            .flat_map(|(kind, all)| self.subjects(*kind).into_iter().zip(all))
            .filter(|(subject, _)| match subject {
                Subject::Device(device) => scope.contains(device),
                _ => true,
            })
            .map(|(_, named)| named.subject.clone())
            .collect();
        everyone.sort();
        everyone
    }

    fn named(&self, subject: Subject<'_>) -> Named {
        Named { subject: self.reference(subject), responsible: self.responsible(subject) }
    }

    fn subjects(&self, kind: SubjectKind) -> Vec<Subject<'a>> {
        let facts = self.facts;
        match kind {
            SubjectKind::Organization => alloc::vec![Subject::Organization],
            SubjectKind::Admin => facts.admins().iter().map(Subject::Admin).collect(),
            SubjectKind::Application => {
                facts.applications().iter().map(Subject::Application).collect()
            }
            SubjectKind::Group => facts.groups().iter().map(Subject::Group).collect(),
            SubjectKind::User => facts.users().iter().map(Subject::User).collect(),
            SubjectKind::Device => facts.devices().iter().map(Subject::Device).collect(),
        }
    }

    fn reference(&self, subject: Subject<'_>) -> SubjectRef {
        let facts = self.facts;
        let org = facts.organization_id();
        let mut reference = match subject {
            Subject::Organization => SubjectRef::new(org, SubjectKind::Organization, org),
            Subject::Admin(admin) => SubjectRef {
                natural_key: admin.administrator().email.filled().map(ToString::to_string),
                ..SubjectRef::new(org, SubjectKind::Admin, &*admin.id)
            },
            Subject::Application(application) => SubjectRef {
                display_name: Some(application.name().to_string()),
                ..SubjectRef::new(org, SubjectKind::Application, &*application.id)
            },
            Subject::Group(group) => SubjectRef {
                sub_kind: Some(
                    if group.holds_devices() { "device_group" } else { "user_group" }.to_string(),
                ),
                display_name: Some(group.name.to_string()),
                ..SubjectRef::new(org, SubjectKind::Group, &*group.id)
            },
            Subject::User(user) => SubjectRef {
                display_name: Some(user.name()),
                natural_key: user.user().username.filled().map(ToString::to_string),
                ..SubjectRef::new(org, SubjectKind::User, &*user.id)
            },
            Subject::Device(device) => SubjectRef {
                sub_kind: Some(device.platform.to_string()),
                display_name: Some(device.name().to_string()),
                natural_key: device.system().serial_number.filled().map(ToString::to_string),
                ..SubjectRef::new(org, SubjectKind::Device, &*device.id)
            },
            Subject::ServiceAccount(service) => SubjectRef {
                sub_kind: Some("service_account".to_string()),
                display_name: service.account().name.filled().map(ToString::to_string),
                ..SubjectRef::new(org, SubjectKind::Admin, &*service.id)
            },
            Subject::Missing(kind, id) => SubjectRef::new(org, kind, id.to_string()),
        };
        if matches!(subject, Subject::Organization) {
            reference.display_name.clone_from(&self.organization.name);
        }
        reference
    }

    /// The person to ask about a finding.
    fn responsible(&self, subject: Subject<'_>) -> Responsible {
        let facts = self.facts;
        let config = self.config;
        let found = |person: Option<String>, method| match person {
            Some(person) => Responsible { person: Some(person), method },
            None => Responsible { person: None, method: ResponsibleMethod::Missing },
        };
        match subject {
            Subject::Device(device) => found(
                facts.owner(device).map(|key| key.to_string()),
                ResponsibleMethod::DeviceOwner,
            ),
            Subject::User(user) => match user.user().manager.filled() {
                Some(manager) => found(Some(manager.to_string()), ResponsibleMethod::Manager),
                None => found(Some(user.id.clone()), ResponsibleMethod::OwnAccount),
            },
            Subject::Application(application) => {
                let owner = config.app_owner(&application.id).map(ToString::to_string);
                found(owner, ResponsibleMethod::ConfiguredOwner)
            }
            Subject::Group(_)
            | Subject::Admin(_)
            | Subject::ServiceAccount(_)
            | Subject::Organization
            | Subject::Missing(..) => {
                found(config.security_contact.clone(), ResponsibleMethod::SecurityContact)
            }
        }
    }
}

/// By what the subjects of a rule are in order, as in reports.
pub(crate) fn key<'e>(entry: &'e Entry<'_>) -> (SubjectKind, &'e str) {
    (entry.named.subject.kind, &entry.named.subject.id)
}

fn organization(facts: &Facts<'_>) -> OrganizationRef {
    let id = facts.organization_id().to_string();
    let name = facts
        .snapshot()
        .list::<Organization>()
        .values()
        .find(|organization| organization.id.value().is_some_and(|own| *own == *id))
        .and_then(|organization| organization.display_name.filled())
        .map(ToString::to_string);
    OrganizationRef { id, name }
}
