//! Control frameworks and the rules that are evidence for their controls.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::evidence::Digest;
use crate::tables::TableError;

/// The shipped frameworks, in the order of reports.
const BUILTIN: [&str; 9] = [
    include_str!("../../data/frameworks/soc2-2017-2022.json"),
    include_str!("../../data/frameworks/iso-27001-2022.json"),
    include_str!("../../data/frameworks/hipaa-security-rule.json"),
    include_str!("../../data/frameworks/pci-dss-4.0.1.json"),
    include_str!("../../data/frameworks/nist-800-53-r5.json"),
    include_str!("../../data/frameworks/nist-csf-2.0.json"),
    include_str!("../../data/frameworks/cis-controls-8.1.json"),
    include_str!("../../data/frameworks/gdpr-art-32.json"),
    include_str!("../../data/frameworks/uk-cyber-essentials.json"),
];

/// Reference to one control of one framework.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlRef {
    /// Framework identifier.
    pub framework: String,
    /// Control identifier within the framework.
    pub control: String,
}

/// One requirement of a framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    id: String,
    token: String,
    title: String,
}

impl Control {
    /// Identifier as the framework writes it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Identifier as an OSCAL token: lower-case, beginning with a letter.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Short title.
    pub fn title(&self) -> &str {
        &self.title
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    id: String,
    name: String,
    version: String,
    source: String,
    controls: Vec<Control>,
    mappings: BTreeMap<String, Vec<String>>,
}

/// A framework, its controls and the rules mapped to them.
///
/// A mapping says that a rule is evidence for part of a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    id: String,
    name: String,
    version: String,
    source: String,
    controls: Vec<Control>,
    by_rule: BTreeMap<String, Vec<String>>,
    by_control: BTreeMap<String, Vec<String>>,
    digest: Digest,
}

impl Framework {
    /// Reads a framework in the form of the files in `data/frameworks`.
    ///
    /// # Errors
    ///
    /// A [`TableError`] when the text is no JSON, a member is missing or
    /// malformed, a control is repeated, or a mapping names an unknown control.
    pub fn from_json(json: &str) -> Result<Self, TableError> {
        let value: serde_json::Value =
            serde_json::from_str(json).map_err(|error| TableError::syntax(&error))?;
        let digest = Digest::of(&value).or(Err(TableError::malformed("number")))?;
        let document = Document::deserialize(&value).or(Err(TableError::shape()))?;
        let mut ids = BTreeSet::new();
        for control in &document.controls {
            if !ids.insert(control.id.as_str()) {
                return Err(TableError::key("control", &control.id));
            }
            if !is_token(&control.token) {
                return Err(TableError::token(&control.token));
            }
        }
        // Primary mappings come first, then the supporting ones, each by rule.
        let mut by_control: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for primary in [true, false] {
            for (rule, controls) in &document.mappings {
                for (rank, control) in controls.iter().enumerate() {
                    if !ids.contains(control.as_str()) {
                        return Err(TableError::key("mapped control", control));
                    }
                    if (rank == 0) == primary {
                        by_control.entry(control.clone()).or_default().push(rule.clone());
                    }
                }
            }
        }
        let Document { id, name, version, source, controls, mappings: by_rule } = document;
        Ok(Self { id, name, version, source, controls, by_rule, by_control, digest })
    }

    /// Identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Name for people to read.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Edition of the framework.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Where identifiers and titles come from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Digest of the canonical form of the framework's document.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Every control, in the order of the framework.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }

    /// The control with this identifier.
    pub fn control(&self, id: &str) -> Option<&Control> {
        self.controls.iter().find(|control| control.id == id)
    }

    /// Controls a rule is evidence for, the primary one first.
    pub fn controls_of(&self, rule_id: &str) -> impl Iterator<Item = &Control> {
        self.by_rule.get(rule_id).into_iter().flatten().filter_map(|id| self.control(id))
    }

    /// Rules that are evidence for a control, primary mappings first.
    pub fn rules_of(&self, control_id: &str) -> &[String] {
        self.by_control.get(control_id).map_or(&[], Vec::as_slice)
    }

    /// Every mapped rule.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.by_rule.keys().map(String::as_str)
    }
}

/// The frameworks of one evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frameworks(Vec<Framework>);

impl Frameworks {
    /// The nine shipped frameworks.
    ///
    /// # Errors
    ///
    /// A [`TableError`] when a shipped file is damaged.
    pub fn builtin() -> Result<Self, TableError> {
        BUILTIN
            .into_iter()
            .try_fold(Self::default(), |all, json| all.with(Framework::from_json(json)?))
    }

    /// These frameworks and one more.
    ///
    /// # Errors
    ///
    /// A [`TableError`] when the identifier is taken.
    pub fn with(mut self, framework: Framework) -> Result<Self, TableError> {
        if self.get(&framework.id).is_some() {
            return Err(TableError::key("framework", &framework.id));
        }
        self.0.push(framework);
        Ok(self)
    }

    /// The framework with this identifier.
    pub fn get(&self, id: &str) -> Option<&Framework> {
        self.0.iter().find(|framework| framework.id == id)
    }

    /// Every framework.
    pub fn iter(&self) -> impl Iterator<Item = &Framework> {
        self.0.iter()
    }

    /// Controls a rule is evidence for, by framework, the primary one first in each.
    pub fn controls_of(&self, rule_id: &str) -> impl Iterator<Item = (&Framework, &Control)> {
        self.0.iter().flat_map(move |framework| {
            framework.controls_of(rule_id).map(move |control| (framework, control))
        })
    }

    /// Whether a control exists.
    pub fn contains(&self, control: &ControlRef) -> bool {
        self.get(&control.framework).is_some_and(|own| own.control(&control.control).is_some())
    }
}

/// Whether a text is an OSCAL token.
fn is_token(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(inner)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::tables::TableErrorKind;

    #[test]
    fn the_shipped_frameworks_agree_with_themselves() {
        let all = Frameworks::builtin().unwrap();
        assert_eq!(all.iter().count(), 9);
        let mut controls = 0;
        let mut rules = BTreeSet::new();
        for framework in all.iter() {
            controls += framework.controls().len();
            rules.extend(framework.rules());
            for control in framework.controls() {
                let mapped = framework.rules_of(control.id());
                assert!(!mapped.is_empty(), "{} {}", framework.id(), control.id());
                for rule in mapped {
                    assert!(framework.controls_of(rule).any(|own| own == control));
                }
            }
            let tokens: BTreeSet<_> = framework.controls().iter().map(Control::token).collect();
            assert_eq!(tokens.len(), framework.controls().len(), "{}", framework.id());
        }
        assert_eq!((controls, rules.len()), (266, 92));
    }

    #[test]
    fn the_primary_control_comes_first() {
        let all = Frameworks::builtin().unwrap();
        let iso = all.get("iso-27001-2022").unwrap();
        let ids: Vec<_> = iso.controls_of("JC-DEV-001").map(Control::id).collect();
        assert_eq!(ids, ["A.8.24", "A.8.1", "A.7.9"]);
        let nist = all.get("nist-800-53-r5").unwrap();
        let first = nist.controls_of("JC-DEV-001").next().unwrap();
        assert_eq!((first.id(), first.token()), ("SC-28(1)", "sc-28.1"));
        assert_eq!(all.controls_of("JC-DEV-021").next().unwrap().1.id(), "CC2.1");
        let rules = iso.rules_of("A.8.1");
        let rank = |rule| rules.iter().position(|own| own == rule).unwrap();
        assert!(rank("JC-USR-015") < rank("JC-DEV-001"), "supporting before primary");
    }

    fn own(controls: &str, mappings: &str) -> Result<Framework, TableError> {
        Framework::from_json(&format!(
            r#"{{"id":"own","name":"Own","version":"1","source":"us","controls":[{controls}],
            "mappings":{{{mappings}}}}}"#
        ))
    }

    #[test]
    fn own_frameworks_can_be_added_once() {
        let control = r#"{"id":"1","token":"own-1","title":"First"}"#;
        let framework = own(control, r#""X-1":["1"]"#).unwrap();
        let all = Frameworks::builtin().unwrap().with(framework.clone()).unwrap();
        assert_eq!(all.controls_of("X-1").count(), 1);
        assert!(all.contains(&ControlRef { framework: "own".into(), control: "1".into() }));
        assert!(!all.contains(&ControlRef { framework: "own".into(), control: "2".into() }));
        assert_eq!(all.with(framework).unwrap_err().kind(), TableErrorKind::Key);
    }

    #[test]
    fn broken_frameworks_are_refused() {
        let control = r#"{"id":"1","token":"own-1","title":"First"}"#;
        let twice = format!("{control},{control}");
        let digit = control.replace("own-1", "1");
        for (controls, mappings) in [(control, r#""X-1":["2"]"#), (&*twice, ""), (&*digit, "")] {
            assert_eq!(own(controls, mappings).unwrap_err().kind(), TableErrorKind::Key);
        }
        assert_eq!(own("{}", "").unwrap_err().kind(), TableErrorKind::Shape);
    }
}
