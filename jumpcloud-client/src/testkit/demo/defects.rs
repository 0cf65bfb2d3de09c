//! What is wrong in the demo company, and what a check should say about it.

use super::super::organization::Organization;

/// One defect on one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defect {
    /// The kind of the subject.
    pub kind: SubjectKind,
    /// Its host name, user name, group name or application label.
    pub subject: &'static str,
    /// What is wrong, in words.
    pub wrong: &'static str,
    /// The findings that follow, all other rules being satisfied.
    pub findings: &'static [Expected],
}

impl Defect {
    /// The identifier of the subject in the demo company.
    pub fn id<'a>(&self, organization: &'a Organization) -> Option<&'a str> {
        let (path, field) = match self.kind {
            SubjectKind::Device => ("/api/systems", "hostname"),
            SubjectKind::User => ("/api/systemusers", "username"),
            SubjectKind::UserGroup => ("/api/v2/usergroups", "name"),
            SubjectKind::Application => ("/api/applications", "displayLabel"),
        };
        organization.id_of(path, field, self.subject)
    }
}

/// The kinds of subjects that have defects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SubjectKind {
    /// A device, named by host name.
    Device,
    /// A directory user, named by user name.
    User,
    /// A user group, named by name.
    UserGroup,
    /// An SSO application, named by its label.
    Application,
}

/// A finding that a check should make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// The rule, such as `JC-DEV-001`.
    pub rule: &'static str,
    /// The outcome.
    pub outcome: Outcome,
    /// The reason code; empty where none is laid down.
    pub reason: &'static str,
}

/// The outcomes that a defect can cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The rule is broken.
    Fail,
    /// The facts do not suffice.
    Unknown,
    /// The rule does not apply to this subject.
    NotApplicable,
}

const fn fail(rule: &'static str, reason: &'static str) -> Expected {
    Expected { rule, outcome: Outcome::Fail, reason }
}

const fn unknown(rule: &'static str, reason: &'static str) -> Expected {
    Expected { rule, outcome: Outcome::Unknown, reason }
}

const fn not_applicable(rule: &'static str, reason: &'static str) -> Expected {
    Expected { rule, outcome: Outcome::NotApplicable, reason }
}

const fn device(
    subject: &'static str,
    wrong: &'static str,
    findings: &'static [Expected],
) -> Defect {
    Defect { kind: SubjectKind::Device, subject, wrong, findings }
}

const fn user(subject: &'static str, wrong: &'static str, findings: &'static [Expected]) -> Defect {
    Defect { kind: SubjectKind::User, subject, wrong, findings }
}

/// Every defect of the demo company.
///
/// A device without findings is one that a check should leave out of its population.
pub const DEFECTS: &[Defect] = &[
    device(
        "mac-unencrypted",
        "FileVault is off",
        &[
            fail("JC-DEV-001", "not_encrypted"),
            not_applicable("JC-DEV-002", "encryption_not_active"),
        ],
    ),
    device(
        "win-bitlocker-suspended",
        "BitLocker protection of C: is suspended although the disk is encrypted",
        &[
            fail("JC-DEV-001", "protection_suspended"),
            not_applicable("JC-DEV-002", "encryption_not_active"),
        ],
    ),
    device(
        "linux-flag-only",
        "the only word on encryption is fde.active=false, which proves nothing on Linux",
        &[unknown("JC-DEV-001", "linux_flag_not_evidence")],
    ),
    device(
        "win-key-not-escrowed",
        "the BitLocker recovery key is not held by JumpCloud",
        &[fail("JC-DEV-002", "key_not_escrowed")],
    ),
    device(
        "win-end-of-life",
        "Windows 10 22H2 gets no security updates any more",
        &[fail("JC-DEV-004", "os_end_of_life")],
    ),
    device(
        "win-stale",
        "the agent was last seen 94 days ago, so what it reported is stale too",
        &[
            fail("JC-DEV-007", "stale_agent"),
            unknown("JC-DEV-001", "stale_telemetry"),
            not_applicable("JC-DEV-002", "encryption_not_active"),
            unknown("JC-DEV-004", "stale_data"),
            unknown("JC-DEV-008", "stale_data"),
        ],
    ),
    device(
        "mac-no-antimalware",
        "the complete application inventory holds no anti-malware product",
        &[fail("JC-DEV-008", "no_antimalware")],
    ),
    device(
        "mac-no-inventory",
        "System Insights is on, but no table has a row for this device",
        &[unknown("JC-DEV-008", "inventory_missing")],
    ),
    device("ipad-reception", "an iPad, out of the population by its platform", &[]),
    device("android-courier", "an Android phone, out of the population by its platform", &[]),
    device(
        "linux-ungrouped",
        "in no device group",
        &[fail("JC-DEV-020", "ungrouped"), fail("JC-DEV-021", "missing_os_group")],
    ),
    device(
        "mac-wrong-group",
        "a Mac in the group of the Windows laptops",
        &[fail("JC-DEV-021", "wrong_os_group")],
    ),
    device(
        "mac-two-owners",
        "two people bound and no primary user",
        &[fail("JC-DEV-022", "multiple_owners"), not_applicable("JC-DEV-023", "")],
    ),
    device(
        "win-no-owner",
        "nobody bound and no primary user",
        &[fail("JC-DEV-022", "no_owner"), not_applicable("JC-DEV-023", "")],
    ),
    device(
        "mac-owner-suspended",
        "the primary user is suspended",
        &[fail("JC-DEV-023", "owner_suspended")],
    ),
    device(
        "win-policy-failed",
        "the update policy failed on this device",
        &[fail("JC-DEV-030", "policy_failed")],
    ),
    device(
        "mac-policy-pending",
        "the lock screen policy waits since yesterday",
        &[unknown("JC-DEV-030", "policy_pending")],
    ),
    device(
        "win-no-policy",
        "no policy is bound",
        &[fail("JC-DEV-029", "policy_not_bound"), not_applicable("JC-DEV-030", "")],
    ),
    user(
        "bruno.sand",
        "no second factor enrolled, long after joining",
        &[fail("JC-USR-001", "mfa_not_enrolled")],
    ),
    user(
        "carla.mist",
        "an old record that says nothing about factors",
        &[unknown("JC-USR-001", "field_absent")],
    ),
    user(
        "dimitri.oak",
        "suspended, but still reaches applications through nested groups",
        &[fail("JC-USR-004", "app_binding")],
    ),
    user("erin.vance", "in no user group", &[fail("JC-USR-016", "no_group")]),
    user(
        "felix.ward",
        "holds an application by a direct grant",
        &[fail("JC-USR-017", "direct_grant")],
    ),
    user("gloria", "the last name is empty", &[fail("JC-USR-020", "incomplete")]),
    Defect {
        kind: SubjectKind::UserGroup,
        subject: "Contractors",
        wrong: "a suspended user is a direct member",
        findings: &[fail("JC-GRP-005", "stale_member")],
    },
    Defect {
        kind: SubjectKind::UserGroup,
        subject: "Engineering",
        wrong: "a suspended user is a member through the nested group Contractors",
        findings: &[fail("JC-GRP-005", "stale_member")],
    },
    Defect {
        kind: SubjectKind::Application,
        subject: "Legacy Wiki",
        wrong: "assigned to nobody since long ago",
        findings: &[fail("JC-APP-001", "unassigned")],
    },
];
