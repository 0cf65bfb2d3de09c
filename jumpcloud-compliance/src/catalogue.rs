//! What judges: rules, data tables and frameworks, the built-in ones and an organisation's own.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::config::Config;
use crate::evidence::Digest;
use crate::frameworks::{Framework, Frameworks};
use crate::problem::{ConfigError, ConfigProblem, ProblemKind};
use crate::rule::{Meta, Rule};
use crate::tables::{TableError, Tables};

/// Name of the built-in catalogue.
const NAME: &str = "jumpcloud-compliance";

/// Inputs that an organisation gives itself: its configuration and people's statements.
const OWN_INPUTS: [&str; 2] = ["CFG", crate::attestation::SOURCE];

/// Prefix of an organisation's own rules.
const OWN_PREFIX: &str = "X-";

/// What judges: rules, each id once, with the tables and frameworks they refer to.
#[derive(Clone, Debug)]
pub struct Catalogue<'r> {
    rules: Vec<&'r dyn Rule>,
    tables: Tables,
    frameworks: Frameworks,
}

impl Catalogue<'static> {
    /// The rules, tables and frameworks of this crate.
    ///
    /// # Errors
    ///
    /// A [`TableError`] when a shipped data file is broken, which a test of this crate rules out.
    pub fn builtin() -> Result<Self, TableError> {
        let mut rules = crate::rules::ALL.to_vec();
        rules.sort_by_key(|rule| rule.meta().id);
        Ok(Self { rules, tables: Tables::builtin()?, frameworks: Frameworks::builtin()? })
    }
}

impl<'r> Catalogue<'r> {
    /// Adds an organisation's own rule.
    ///
    /// # Errors
    ///
    /// A [`ConfigError`] when its id does not begin with `X-`, is taken, or when it looks at the
    /// outcome of a rule that is not in the catalogue.
    pub fn with(mut self, rule: &'r dyn Rule) -> Result<Self, ConfigError> {
        let meta = rule.meta();
        let mut problems = Vec::new();
        let mut refuse = |message: String| {
            let place = alloc::format!("rules.{}", meta.id);
            problems.push(ConfigProblem::new(ProblemKind::Duplicate, place, message));
        };
        if !meta.id.starts_with(OWN_PREFIX) || meta.id.len() == OWN_PREFIX.len() {
            refuse(alloc::format!(
                "rule `{}` needs an id that begins with `{OWN_PREFIX}`",
                meta.id
            ));
        }
        if self.get(meta.id).is_some() {
            refuse(alloc::format!("rule id `{}` is taken", meta.id));
        }
        for other in meta.after {
            if self.get(other).is_none() {
                refuse(alloc::format!(
                    "rule `{}` looks at rule `{other}`, which is not in the catalogue",
                    meta.id
                ));
            }
        }
        ConfigError::check(problems)?;
        self.rules.push(rule);
        self.rules.sort_by_key(|rule| rule.meta().id);
        Ok(self)
    }

    /// Replaces the data tables, for example with newer ones.
    #[must_use]
    pub fn with_tables(self, tables: Tables) -> Self {
        Self { tables, ..self }
    }

    /// Adds a framework.
    ///
    /// # Errors
    ///
    /// A [`TableError`] when its id is taken.
    pub fn with_framework(self, framework: Framework) -> Result<Self, TableError> {
        Ok(Self { frameworks: self.frameworks.with(framework)?, ..self })
    }

    /// The data tables.
    pub const fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The frameworks.
    pub const fn frameworks(&self) -> &Frameworks {
        &self.frameworks
    }

    /// Every rule, in the order of ids.
    pub fn rules(&self) -> impl Iterator<Item = &'r dyn Rule> + '_ {
        self.rules.iter().copied()
    }

    /// What is known about every rule, in the order of ids.
    pub fn metas(&self) -> impl Iterator<Item = &'static Meta> + '_ {
        self.rules.iter().map(|rule| rule.meta())
    }

    /// The rule with this id.
    pub fn get(&self, id: &str) -> Option<&'r dyn Rule> {
        self.rules.iter().copied().find(|rule| rule.meta().id == id)
    }

    /// What a reason code of a rule says, in words; codes of the engine included.
    ///
    /// Empty when neither the rule nor the engine has the code.
    pub fn reason_text(&self, rule_id: &str, code: &str) -> &'static str {
        let own = self
            .get(rule_id)
            .and_then(|rule| rule.meta().reasons.iter().find(|reason| reason.code == code));
        own.map_or_else(|| crate::engine::reason_text(code), |reason| reason.meaning)
    }

    /// Whether a configuration can be used with these rules, so that nobody reads a whole
    /// organisation first and learns of a wrong parameter afterwards.
    ///
    /// # Errors
    ///
    /// A [`ConfigError`] with every problem of the configuration, the one that
    /// [`evaluate`](crate::evaluate) would return.
    pub fn check(&self, config: &Config) -> Result<(), ConfigError> {
        let parameters = self.metas().map(|meta| (meta.id, meta.params));
        config.resolve(parameters, &self.frameworks).map(drop)
    }

    /// Codes of what must be read from JumpCloud for the rules, each once, sorted; rules turned off
    /// read nothing.
    ///
    /// A configuration that cannot be used counts as the default: [`evaluate`](crate::evaluate)
    /// says what is wrong with it.
    pub fn inputs_for(&self, config: &Config) -> Vec<&'static str> {
        let parameters = self.metas().map(|meta| (meta.id, meta.params));
        let resolved = config.resolve(parameters, &self.frameworks).unwrap_or_default();
        let runs = |meta: &&Meta| {
            let enabled = resolved.get(meta.id).is_none_or(|own| own.values.is_enabled());
            let asked_for = self.metas().any(|other| other.after.contains(&meta.id));
            enabled && !config.disabled_rules.contains(meta.id) || asked_for
        };
        let mut inputs: Vec<&str> = self
            .metas()
            .filter(runs)
            .flat_map(|meta| meta.inputs)
            .filter(|need| !need.beside)
            .map(|need| need.input)
            .filter(|input| !OWN_INPUTS.contains(input))
            .collect();
        inputs.sort_unstable();
        inputs.dedup();
        inputs
    }

    /// Rules in an order in which each comes after those it looks at.
    pub(crate) fn in_order(&self) -> Vec<&'r dyn Rule> {
        let mut ordered: Vec<&'r dyn Rule> = Vec::with_capacity(self.rules.len());
        let mut waiting = self.rules.clone();
        while !waiting.is_empty() {
            let (ready, later): (Vec<_>, Vec<_>) = waiting.iter().copied().partition(|rule| {
                rule.meta().after.iter().all(|id| {
                    ordered.iter().any(|done| done.meta().id == *id)
                        || waiting.iter().all(|other| other.meta().id != *id)
                })
            });
            if ready.is_empty() {
                // Rules that wait for each other come as they are; each sees no prior outcome.
                ordered.extend(later);
                break;
            }
            ordered.extend(ready);
            waiting = later;
        }
        ordered
    }

    pub(crate) fn reference(&self) -> crate::evaluation::CatalogueRef {
        let versions: Vec<(&str, u16, u16)> =
            self.metas().map(|meta| (meta.id, meta.logic_version, meta.text_revision)).collect();
        crate::evaluation::CatalogueRef {
            name: NAME.to_string(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            digest: Digest::of(&versions).unwrap_or_else(|_| Digest::of_bytes(&[])),
        }
    }
}
