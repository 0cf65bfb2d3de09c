//! Effective parameter values of one rule.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::handle::Handle;
use super::shared::ENABLED;
use super::spec::{Misfit, ParamSpec};
use crate::problem::{ConfigError, ConfigProblem, ProblemKind, quoted, quoted_value};

/// Values somebody set for the parameters of one rule, by name.
pub type Overrides = BTreeMap<String, Value>;

/// Whether an organisation may be more lenient than its profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weaker {
    /// A more lenient value gives way to the profile's.
    Refused,
    /// A more lenient value counts; a justification is on record.
    Accepted,
}

/// Whose value counts after a contest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Winner {
    /// The profile's stricter value.
    Profile,
    /// The organisation's more lenient value.
    Organisation,
}

/// An organisation's value that is more lenient than its profile's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contest {
    /// Rule the parameter belongs to.
    pub rule_id: String,
    /// Name of the parameter.
    pub parameter: String,
    /// Value of the profile.
    pub profile: Value,
    /// Value of the organisation.
    pub organisation: Value,
    /// Whose value counts.
    pub winner: Winner,
}

/// Effective values of a rule, and where the organisation was more lenient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Effective values.
    pub values: Values,
    /// Values more lenient than the profile's, sorted by parameter.
    pub contests: Vec<Contest>,
}

/// Effective parameter values of one rule, by name. Holds no fractions.
///
/// Cloning is cheap: every finding of a rule shares the same values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(Arc<BTreeMap<String, Value>>);

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (*self.0).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(from).map(|values| Self(Arc::new(values)))
    }
}

impl Values {
    /// Merges defaults, profile and organisation, in that order.
    ///
    /// Where the profile sets a parameter too, a more lenient value of the
    /// organisation counts only if `weaker` accepts it. Every rule has the
    /// parameter `enabled`, listed or not.
    ///
    /// # Errors
    ///
    /// A [`ConfigError`] with every unknown parameter, wrong type and value
    /// outside its bounds.
    pub fn resolve(
        rule_id: &str,
        specs: &[ParamSpec],
        profile: &Overrides,
        organisation: &Overrides,
        weaker: Weaker,
    ) -> Result<Resolved, ConfigError> {
        let enabled = ENABLED.spec();
        let implied = specs.iter().all(|spec| spec.name() != enabled.name());
        let specs: Vec<&ParamSpec> = specs.iter().chain(implied.then_some(&enabled)).collect();

        let mut problems = Vec::new();
        for source in [profile, organisation] {
            for name in source.keys() {
                if specs.iter().all(|spec| spec.name() != name) {
                    problems.push(unknown(rule_id, name));
                }
            }
        }

        let mut values = BTreeMap::new();
        let mut contests = Vec::new();
        for spec in specs {
            let name = spec.name();
            let default = spec.default_value();
            let profile = profile.get(name);
            let organisation = organisation.get(name);
            for value in [Some(&default), profile, organisation].into_iter().flatten() {
                if let Err(misfit) = spec.check(value) {
                    problems.push(unfit(rule_id, spec, value, misfit));
                }
            }
            let value = match (profile, organisation) {
                (None, None) => &default,
                (Some(only), None) | (None, Some(only)) => only,
                (Some(theirs), Some(ours)) => {
                    let weaker_here = spec.compare_strictness(ours, theirs) == Some(Ordering::Less);
                    let winner = match weaker {
                        Weaker::Refused if weaker_here => Winner::Profile,
                        _ => Winner::Organisation,
                    };
                    if weaker_here {
                        contests.push(Contest {
                            rule_id: rule_id.into(),
                            parameter: name.into(),
                            profile: theirs.clone(),
                            organisation: ours.clone(),
                            winner,
                        });
                    }
                    if winner == Winner::Profile { theirs } else { ours }
                }
            };
            values.insert(name.into(), value.clone());
        }
        ConfigError::check(problems)?;
        contests.sort_by(|a, b| a.parameter.cmp(&b.parameter));
        Ok(Resolved { values: Self(Arc::new(values)), contests })
    }

    /// The value behind a handle; its default when the rule did not list it.
    pub fn get<H: Handle>(&self, handle: &H) -> H::Out<'_> {
        handle.read(self.0.get(handle.param().name()))
    }

    /// Whether the rule runs.
    pub fn is_enabled(&self) -> bool {
        self.get(&ENABLED)
    }

    /// Every value by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Every value by name, to be written in another form.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Value)> {
        Arc::make_mut(&mut self.0).iter_mut().map(|(name, value)| (name.as_str(), value))
    }
}

fn place(rule_id: &str, name: &str) -> String {
    format!("parameters.{rule_id}.{name}")
}

fn unknown(rule_id: &str, name: &str) -> ConfigProblem {
    let message = format!("rule `{rule_id}` has no parameter `{}`", quoted(name));
    ConfigProblem::new(ProblemKind::UnknownName, place(rule_id, name), message)
}

fn unfit(rule_id: &str, spec: &ParamSpec, value: &Value, misfit: Misfit) -> ConfigProblem {
    let (name, kind, bounds) = (spec.name(), spec.type_word(), spec.bounds());
    let value = quoted_value(value);
    let (problem, demand) = match misfit {
        Misfit::Type => (ProblemKind::WrongType, format!("it takes {kind}")),
        Misfit::Bounds => (ProblemKind::OutOfBounds, format!("it takes {kind}, {bounds}")),
    };
    let message = format!("parameter `{name}` of rule `{rule_id}` cannot be `{value}`: {demand}");
    ConfigProblem::new(problem, place(rule_id, name), message)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use proptest::prelude::*;
    use serde_json::json;

    use super::super::{Choice, Days, Flag, Int, Json, ListMap, Structured, TextMap, Texts};
    use super::*;

    const AGE: Days = Days::new("max_age_days", 30, 1..=90, "Age.").stricter_when_lower();
    const MIN: Int = Int::new("min_length", 12, 8..=64, "Length.").stricter_when_higher();
    const STEALTH: Flag = Flag::new("require_stealth", false, "Stealth.").stricter_when_true();
    const MODE: Choice =
        Choice::new("mode", "off", &["off", "warn", "required"], "Mode.").stricter_when_later();
    const EXCEPT: Texts = Texts::new("allowed_users", &[], "Who.").stricter_when_shorter();
    const FACTORS: Texts =
        Texts::new("factors", &["totp"], "Factors.").any_of(&["totp", "webauthn"]);
    const MINIMUM: TextMap = TextMap::new("minimum", &[], &["macos", "windows"], "Versions.");
    const GROUPS: ListMap = ListMap::new("groups", &[("linux", &["a", "b"])], &[], "Groups.");

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Banned(Vec<String>);

    impl Structured for Banned {
        fn validate(&self) -> Result<(), Misfit> {
            if self.0.iter().any(String::is_empty) { Err(Misfit::Bounds) } else { Ok(()) }
        }
    }

    const BANNED: Json<Banned> = Json::new("banned", r#"["x"]"#, "list of names", "Banned.");
    const ALL: &[ParamSpec] = &[
        AGE.spec(),
        MIN.spec(),
        STEALTH.spec(),
        MODE.spec(),
        EXCEPT.spec(),
        FACTORS.spec(),
        MINIMUM.spec(),
        GROUPS.spec(),
        BANNED.spec(),
    ];

    fn overrides(value: &Value) -> Overrides {
        value.as_object().unwrap().clone().into_iter().collect()
    }

    fn resolve(profile: &Value, ours: &Value, weaker: Weaker) -> Result<Resolved, ConfigError> {
        Values::resolve("JC-X", ALL, &overrides(profile), &overrides(ours), weaker)
    }

    #[test]
    fn defaults_are_there_and_typed() {
        let values = resolve(&json!({}), &json!({}), Weaker::Refused).unwrap().values;
        assert_eq!(values.get(&AGE), 30);
        assert!(!values.get(&STEALTH));
        assert_eq!(values.get(&MODE), "off");
        assert_eq!(values.get(&FACTORS), ["totp"]);
        assert_eq!(values.get(&GROUPS)["linux"], ["a", "b"]);
        assert_eq!(values.get(&BANNED), Banned(vec!["x".into()]));
        assert!(values.get(&MINIMUM).is_empty());
        assert!(values.is_enabled());
        assert_eq!(values.iter().count(), ALL.len() + 1);
        let empty = Values::default();
        assert_eq!(empty.get(&GROUPS), values.get(&GROUPS));
        assert_eq!(empty.get(&BANNED), values.get(&BANNED));
    }

    #[test]
    fn every_fault_is_collected_and_named() {
        use ProblemKind::{OutOfBounds, UnknownName, WrongType};

        let ours = json!({
            "max_age_days": 91, "min_length": "12", "mode": "on", "factors": ["sms"],
            "minimum": {"macOS": "15"}, "groups": {"linux": [1]}, "banned": [""], "typo": 1,
        });
        let error = resolve(&json!({}), &ours, Weaker::Refused).unwrap_err();
        let mut kinds: Vec<_> = error.problems().iter().map(ConfigProblem::kind).collect();
        kinds.sort();
        assert_eq!(
            kinds,
            [
                UnknownName,
                WrongType,
                WrongType,
                OutOfBounds,
                OutOfBounds,
                OutOfBounds,
                OutOfBounds,
                OutOfBounds
            ]
        );
        let text = error.to_string();
        assert!(text.contains(
            "parameter `max_age_days` of rule `JC-X` cannot be `91`: it takes days, 1 to 90"
        ));
        assert!(text.contains("rule `JC-X` has no parameter `typo`"));
    }

    #[test]
    fn fractions_never_get_in() {
        for ours in [json!({"max_age_days": 1.0}), json!({"banned": [1.5]})] {
            assert!(resolve(&json!({}), &ours, Weaker::Accepted).is_err());
        }
    }

    #[test]
    fn the_stricter_value_wins_over_the_profile() {
        let profile = json!({"max_age_days": 45, "mode": "warn", "min_length": 10,
            "require_stealth": true, "allowed_users": ["a"]});
        let stricter = json!({"max_age_days": 14, "mode": "required", "min_length": 16,
            "allowed_users": []});
        let resolved = resolve(&profile, &stricter, Weaker::Refused).unwrap();
        assert_eq!(resolved.values.get(&AGE), 14);
        assert_eq!(resolved.values.get(&MODE), "required");
        assert_eq!(resolved.values.get(&MIN), 16);
        assert!(resolved.values.get(&EXCEPT).is_empty());
        assert!(resolved.contests.is_empty());

        let weaker = json!({"max_age_days": 60, "mode": "off", "min_length": 8,
            "require_stealth": false, "allowed_users": ["a", "b"]});
        let kept = resolve(&profile, &weaker, Weaker::Refused).unwrap();
        assert_eq!(kept.values.get(&AGE), 45);
        assert_eq!(kept.values.get(&MODE), "warn");
        assert!(kept.values.get(&STEALTH));
        assert_eq!(kept.values.get(&EXCEPT), ["a"]);
        assert_eq!(kept.contests.len(), 5);
        assert!(kept.contests.iter().all(|contest| contest.winner == Winner::Profile));

        let taken = resolve(&profile, &weaker, Weaker::Accepted).unwrap();
        assert_eq!(taken.values.get(&AGE), 60);
        assert_eq!(taken.contests.len(), 5);
        assert!(taken.contests.iter().all(|contest| contest.winner == Winner::Organisation));
    }

    #[test]
    fn without_a_direction_the_organisation_decides() {
        let profile = json!({"factors": ["totp"], "allowed_users": ["a"]});
        let ours = json!({"factors": ["webauthn"], "allowed_users": ["b"]});
        let resolved = resolve(&profile, &ours, Weaker::Refused).unwrap();
        assert_eq!(resolved.values.get(&FACTORS), ["webauthn"]);
        assert_eq!(resolved.values.get(&EXCEPT), ["b"]);
        assert!(resolved.contests.is_empty());
    }

    proptest! {
        #[test]
        fn resolved_integers_are_never_weaker_than_the_profile(p in 1_i64..=90, o in 1_i64..=90) {
            let (profile, ours) = (json!({"max_age_days": p}), json!({"max_age_days": o}));
            let resolved = resolve(&profile, &ours, Weaker::Refused).unwrap();
            prop_assert_eq!(resolved.values.get(&AGE), p.min(o));
        }

        #[test]
        fn bounds_hold_for_every_integer(value in any::<i64>()) {
            let fits = AGE.spec().check(&json!(value)).is_ok();
            prop_assert_eq!(fits, (1..=90).contains(&value));
        }
    }
}
