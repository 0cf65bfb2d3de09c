//! Configuration of an organisation.

mod profile;
mod registers;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::tz::Offset;
use jumpcloud_client::resources::Event;
use serde::{Deserialize, Serialize};

pub use profile::Profile;
pub use registers::{
    AppOwner, Leaver, PrivilegedGroup, ScopeConfig, ServiceAccount, UngroupedPolicy,
};

use crate::attestation::Attestation;
use crate::capability::{Capabilities, Capability, DisplayNames};
use crate::evidence::{CanonicalError, Digest};
use crate::frameworks::{ControlRef, Frameworks};
use crate::param::{Overrides, ParamSpec, Resolved, Values, Weaker};
use crate::pii::PiiMode;
use crate::problem::{ConfigError, ConfigProblem, ProblemKind, quoted};
use crate::time;
use crate::waiver::Waiver;

/// Configuration of an organisation; every member has a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Name of the profile; default `default`.
    pub profile: String,
    /// The organisation's own parameter values, by rule and parameter.
    pub parameters: BTreeMap<String, Overrides>,
    /// Rules that do not run.
    pub disabled_rules: BTreeSet<String>,
    /// Why values more lenient than the profile's count; absent means they do not.
    pub allow_weaker: Option<String>,
    /// Organisation the records must belong to; absent means any.
    pub expected_org_id: Option<String>,
    /// Administrator behind the credential; absent when not known.
    pub integration_admin_id: Option<String>,
    /// Accounts that belong to programs.
    pub service_accounts: Vec<ServiceAccount>,
    /// People who leave; absent means that no register is kept.
    pub leavers: Option<Vec<Leaver>>,
    /// Who answers for applications.
    pub app_owners: Vec<AppOwner>,
    /// Groups with special rights.
    pub privileged_groups: Vec<PrivilegedGroup>,
    /// Which subjects are judged.
    pub scope: ScopeConfig,
    /// Offset from UTC in which the organisation reckons its days; default `Z`.
    pub org_timezone: String,
    /// Who answers for administrators and settings; absent when nobody is named.
    pub security_contact: Option<String>,
    /// Capability of policies whose template does not tell, by policy identifier.
    pub policy_capability_overrides: BTreeMap<String, Capability>,
    /// Whether display names of templates may tell a capability; default no.
    pub match_display_name: bool,
    /// Event types that count as use of an account; default [`Event::ACTIVITY`].
    pub activity_event_types: BTreeSet<String>,
    /// Accepted findings.
    pub waivers: Vec<Waiver>,
    /// Longest validity of a waiver in days, 1 to 730; default 365.
    pub max_waiver_days: i64,
    /// People's statements; absent means that no store is kept.
    pub attestations: Option<Vec<Attestation>>,
    /// How people's names appear in reports; default clear.
    pub pii_mode: PiiMode,
    /// Controls for which failures in grace are exceptions.
    pub strict_controls: BTreeSet<ControlRef>,
    /// Tolerated share of failures by rule, in basis points; default none.
    pub tolerance_bp: BTreeMap<String, u32>,
    /// Most observations kept in one finding, 1 to 10 000; default 50.
    pub max_observations: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            profile: "default".into(),
            parameters: BTreeMap::new(),
            disabled_rules: BTreeSet::new(),
            allow_weaker: None,
            expected_org_id: None,
            integration_admin_id: None,
            service_accounts: Vec::new(),
            leavers: None,
            app_owners: Vec::new(),
            privileged_groups: Vec::new(),
            scope: ScopeConfig::default(),
            org_timezone: "Z".into(),
            security_contact: None,
            policy_capability_overrides: BTreeMap::new(),
            match_display_name: false,
            activity_event_types: Event::ACTIVITY.map(String::from).into(),
            waivers: Vec::new(),
            max_waiver_days: 365,
            attestations: None,
            pii_mode: PiiMode::Clear,
            strict_controls: BTreeSet::new(),
            tolerance_bp: BTreeMap::new(),
            max_observations: 50,
        }
    }
}

impl Config {
    /// Checks the whole configuration and resolves the parameters of every rule.
    ///
    /// `rules` are the rules of the catalogue with their parameters. Rules
    /// switched off are resolved as well. Shipped profiles may mention rules
    /// the catalogue lacks; the configuration itself may not.
    ///
    /// # Errors
    ///
    /// A [`ConfigError`] with every fault that was found.
    pub fn resolve<'r>(
        &self,
        rules: impl IntoIterator<Item = (&'r str, &'r [ParamSpec])>,
        frameworks: &Frameworks,
    ) -> Result<BTreeMap<String, Resolved>, ConfigError> {
        let mut problems = self.own_problems();
        let profile = Profile::named(&self.profile);
        let weaker = if self.allow_weaker.is_some() { Weaker::Accepted } else { Weaker::Refused };
        let none = Overrides::new();
        let mut resolved = BTreeMap::new();
        for (rule_id, specs) in rules {
            let theirs = profile.map(|profile| profile.overrides(rule_id)).unwrap_or_default();
            let ours = self.parameters.get(rule_id).unwrap_or(&none);
            match Values::resolve(rule_id, specs, &theirs, ours, weaker) {
                Ok(values) => {
                    resolved.insert(rule_id.to_string(), values);
                }
                Err(error) => {
                    problems.extend(error.into_problems());
                    resolved.insert(
                        rule_id.to_string(),
                        Resolved { values: Values::default(), contests: Vec::new() },
                    );
                }
            }
        }
        let named = [
            ("parameters", self.parameters.keys().collect::<Vec<_>>()),
            ("disabled_rules", self.disabled_rules.iter().collect()),
            ("tolerance_bp", self.tolerance_bp.keys().collect()),
        ];
        for (member, rule_ids) in named {
            for rule_id in rule_ids.into_iter().filter(|id| !resolved.contains_key(*id)) {
                let message =
                    format!("`{member}` names rule `{}`, which does not exist", quoted(rule_id));
                problems.push(ConfigProblem::new(ProblemKind::UnknownName, member, message));
            }
        }
        for control in self.strict_controls.iter().filter(|control| !frameworks.contains(control)) {
            let ControlRef { framework, control } = control;
            let message = format!(
                "`strict_controls` names control `{}` of `{}`, which does not exist",
                quoted(control),
                quoted(framework)
            );
            problems.push(ConfigProblem::new(ProblemKind::UnknownName, "strict_controls", message));
        }
        ConfigError::check(problems)?;
        Ok(resolved)
    }

    /// Digest of the canonical form of the configuration.
    ///
    /// # Errors
    ///
    /// A [`CanonicalError`] when a parameter holds a fraction or an integer
    /// beyond 2^53; [`Config::resolve`] refuses these too.
    pub fn digest(&self) -> Result<Digest, CanonicalError> {
        Digest::of(self)
    }

    /// Offset in which the organisation reckons its days; UTC when it is malformed.
    pub fn offset(&self) -> Offset {
        time::parse_offset(&self.org_timezone).unwrap_or(Offset::UTC)
    }

    /// The capability map with the organisation's own entries.
    pub const fn capabilities(&self) -> Capabilities<'_> {
        let names =
            if self.match_display_name { DisplayNames::Matched } else { DisplayNames::Ignored };
        Capabilities::new(&self.policy_capability_overrides, names)
    }

    /// The register entry of a service account.
    pub fn service_account(&self, user_id: &str) -> Option<&ServiceAccount> {
        self.service_accounts.iter().find(|account| account.user_id == user_id)
    }

    /// The configured owner of an application.
    pub fn app_owner(&self, app_id: &str) -> Option<&str> {
        let owner = self.app_owners.iter().find(|owner| owner.app_id == app_id);
        owner.map(|owner| owner.owner_user_id.as_str())
    }

    /// The register entry of a privileged group.
    pub fn privileged_group(&self, group_id: &str) -> Option<&PrivilegedGroup> {
        self.privileged_groups.iter().find(|group| group.group_id == group_id)
    }

    /// Faults that need no catalogue to be seen.
    fn own_problems(&self) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        if Profile::named(&self.profile).is_none() {
            let known: Vec<&str> = Profile::ALL.iter().map(Profile::name).collect();
            let message = format!(
                "profile `{}` does not exist, there are {}",
                quoted(&self.profile),
                known.join(", ")
            );
            problems.push(ConfigProblem::new(ProblemKind::UnknownName, "profile", message));
        }
        if self.allow_weaker.as_deref().is_some_and(|text| text.trim().is_empty()) {
            let message = "`allow_weaker` needs a justification".to_string();
            problems.push(ConfigProblem::new(ProblemKind::Missing, "allow_weaker", message));
        }
        if time::parse_offset(&self.org_timezone).is_none() {
            let message = format!(
                "`org_timezone` cannot be `{}`: it takes Z or an offset such as +02:00",
                quoted(&self.org_timezone)
            );
            problems.push(ConfigProblem::new(ProblemKind::Malformed, "org_timezone", message));
        }
        let mut bounded = |member: &str, value: i64, min: i64, max: i64| {
            if !(min..=max).contains(&value) {
                let message = format!("`{member}` cannot be `{value}`: it takes {min} to {max}");
                problems.push(ConfigProblem::new(ProblemKind::OutOfBounds, member, message));
            }
        };
        bounded("max_waiver_days", self.max_waiver_days, 1, 730);
        let observations = i64::try_from(self.max_observations).unwrap_or(i64::MAX);
        bounded("max_observations", observations, 1, 10_000);
        for (rule_id, share) in &self.tolerance_bp {
            bounded(&format!("tolerance_bp.{}", quoted(rule_id)), i64::from(*share), 0, 10_000);
        }
        for group in &self.privileged_groups {
            if let Some(most) = group.max_members {
                let member = format!("privileged_groups.{}.max_members", quoted(&group.group_id));
                bounded(&member, i64::from(most), 1, 100_000);
            }
        }
        let leavers = self.leavers.iter().flatten().enumerate();
        for (position, leaver) in leavers {
            let keys = [&leaver.email, &leaver.employee_identifier, &leaver.user_id];
            if !keys.into_iter().flatten().any(|key| !key.trim().is_empty()) {
                let message = format!(
                    "leaver number {} needs an e-mail, an employee identifier or a user identifier",
                    position.saturating_add(1)
                );
                problems.push(ConfigProblem::new(ProblemKind::Missing, "leavers", message));
            }
        }
        let attestations = self.attestations.iter().flatten();
        let registers: [(&str, Vec<&str>); 5] = [
            ("service_accounts", self.service_accounts.iter().map(|own| &*own.user_id).collect()),
            ("app_owners", self.app_owners.iter().map(|own| &*own.app_id).collect()),
            (
                "privileged_groups",
                self.privileged_groups.iter().map(|own| &*own.group_id).collect(),
            ),
            ("waivers", self.waivers.iter().map(|own| &*own.id).collect()),
            ("attestations", attestations.clone().map(|own| &*own.id).collect()),
        ];
        for (member, keys) in registers {
            let mut seen = BTreeSet::new();
            for key in keys {
                if key.trim().is_empty() {
                    let message = format!("an entry of `{member}` has no identifier");
                    problems.push(ConfigProblem::new(ProblemKind::Missing, member, message));
                } else if !seen.insert(key) {
                    let message = format!("`{member}` lists `{}` twice", quoted(key));
                    problems.push(ConfigProblem::new(ProblemKind::Duplicate, member, message));
                }
            }
        }
        for own in attestations.filter(|own| own.period_end < own.period_start) {
            let message =
                format!("the period of attestation `{}` ends before it begins", quoted(&own.id));
            problems.push(ConfigProblem::new(ProblemKind::Malformed, "attestations", message));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::param::{Days, Flag};

    const PATCH: Days = Days::new("patch_window_days", 14, 1..=90, "Window.").stricter_when_lower();
    const OWN: Flag = Flag::new("include_servers", true, "Servers.");
    const SPECS: &[ParamSpec] = &[PATCH.spec(), OWN.spec()];

    fn config(value: serde_json::Value) -> Config {
        serde_json::from_value(value).unwrap()
    }

    fn resolve(config: &Config) -> Result<BTreeMap<String, Resolved>, ConfigError> {
        config.resolve([("JC-DEV-006", SPECS)], &Frameworks::builtin().unwrap())
    }

    fn window(config: &Config) -> i64 {
        resolve(config).unwrap()["JC-DEV-006"].values.get(&PATCH)
    }

    #[test]
    fn an_empty_document_is_the_default() {
        assert_eq!(config(json!({})), Config::default());
        assert_eq!(window(&Config::default()), 14);
        assert_eq!(Config::default().offset(), Offset::UTC);
        assert!(serde_json::from_value::<Config>(json!({"profil": "pci"})).is_err());
    }

    #[test]
    fn the_profile_comes_before_the_organisation() {
        let with = |ours: i64, weaker: Option<&str>| {
            config(json!({"profile": "pci", "allow_weaker": weaker,
                "parameters": {"JC-DEV-006": {"patch_window_days": ours}}}))
        };
        assert_eq!(window(&config(json!({"profile": "pci"}))), 30);
        assert_eq!(window(&with(7, None)), 7);
        assert_eq!(window(&with(60, None)), 30);
        let justified = with(60, Some("contract of 2026"));
        assert_eq!(window(&justified), 60);
        assert_eq!(resolve(&justified).unwrap()["JC-DEV-006"].contests.len(), 1);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let attestation = json!({"id": "A", "topic": "other", "statement": "x",
            "period_start": "2026-02-01", "period_end": "2026-01-01", "attested_by": "x",
            "attested_at": "2026-01-01T00:00:00Z", "valid_until": "2026-01-01T00:00:00Z"});
        let broken = config(json!({
            "profile": "soc9",
            "parameters": {"JC-DEV-006": {"patch_window_days": 0}, "JC-DEV-999": {}},
            "disabled_rules": ["nope"],
            "allow_weaker": " ",
            "org_timezone": "Europe/Berlin",
            "max_waiver_days": 731,
            "max_observations": 0,
            "tolerance_bp": {"JC-DEV-006": 10_001},
            "leavers": [{"last_day": "2026-11-30", "email": ""}],
            "privileged_groups": [{"group_id": "g", "max_members": 0}],
            "app_owners": [{"app_id": "a", "owner_user_id": "u"}, {"app_id": "a", "owner_user_id": "v"}],
            "attestations": [attestation],
            "strict_controls": [{"framework": "soc2-2017-2022", "control": "CC9.9"}],
        }));
        let error = resolve(&broken).unwrap_err();
        let mut places: Vec<_> = error.problems().iter().map(ConfigProblem::place).collect();
        places.sort_unstable();
        assert_eq!(
            places,
            [
                "allow_weaker",
                "app_owners",
                "attestations",
                "disabled_rules",
                "leavers",
                "max_observations",
                "max_waiver_days",
                "org_timezone",
                "parameters",
                "parameters.JC-DEV-006.patch_window_days",
                "privileged_groups.g.max_members",
                "profile",
                "strict_controls",
                "tolerance_bp.JC-DEV-006",
            ]
        );
    }

    #[test]
    fn a_faulty_rule_is_not_also_called_unknown() {
        let broken = config(json!({"parameters": {"JC-DEV-006": {"patch_window_days": 0}}}));
        assert_eq!(resolve(&broken).unwrap_err().problems().len(), 1);
    }

    #[test]
    fn the_digest_ignores_order_and_sees_every_member() {
        let one = config(json!({"disabled_rules": ["a", "b"], "match_display_name": true}));
        let same = config(json!({"match_display_name": true, "disabled_rules": ["b", "a"]}));
        assert_eq!(one.digest(), same.digest());
        let other = config(json!({"disabled_rules": ["a", "b"]}));
        assert_ne!(one.digest(), other.digest());
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Config>(&text).unwrap(), one);
        let fraction = config(json!({"parameters": {"JC-DEV-006": {"patch_window_days": 1.5}}}));
        assert_eq!(fraction.digest(), Err(CanonicalError::NotInteger));
        assert!(resolve(&fraction).is_err());
    }

    #[test]
    fn registers_are_looked_up_by_key() {
        let own = config(json!({
            "service_accounts": [{"user_id": "s1"}],
            "app_owners": [{"app_id": "a", "owner_user_id": "u"}],
            "privileged_groups": [{"group_id": "g", "approved_user_ids": []}],
            "org_timezone": "+02:00",
        }));
        assert!(own.service_account("s1").is_some_and(|account| !account.interactive_allowed));
        assert_eq!(own.app_owner("a"), Some("u"));
        assert_eq!(own.app_owner("b"), None);
        let group = own.privileged_group("g").unwrap();
        assert!(group.approved_user_ids.as_ref().is_some_and(BTreeSet::is_empty));
        assert_eq!(own.offset().seconds(), 7200);
    }
}
