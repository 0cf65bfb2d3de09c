//! How far back the rules look for events.

use crate::catalogue::Catalogue;
use crate::config::Config;

/// How many days of events the rules need, so that a collection reads neither less nor more.
///
/// Days count back from the moment of the collection; none is below 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventDays {
    /// Days in which somebody or something may have been in use.
    pub activity: u16,
    /// Days in which anything at all should have been logged.
    pub recent: u16,
    /// Days of which the events to be reviewed are counted.
    pub review: u16,
    /// Days after which an event should still be readable.
    pub retention: u16,
    /// Days before that which are looked through, so that one quiet day says nothing.
    pub retention_span: u16,
}

impl Catalogue<'_> {
    /// How many days of events the rules need under a configuration.
    ///
    /// Rules turned off need none. A configuration that cannot be used counts as the default:
    /// [`evaluate`](crate::evaluate) says what is wrong with it.
    pub fn event_days(&self, config: &Config) -> EventDays {
        let parameters = || self.metas().map(|meta| (meta.id, meta.params));
        let resolved = config
            .resolve(parameters(), self.frameworks())
            .or_else(|_| Config::default().resolve(parameters(), self.frameworks()))
            .unwrap_or_default();
        let days = |rule: &str, parameter: &str| -> u16 {
            let on = !config.disabled_rules.contains(rule);
            let values = resolved.get(rule).filter(|own| on && own.values.is_enabled());
            values
                .and_then(|own| own.values.iter().find(|(name, _)| *name == parameter))
                .and_then(|(_, value)| value.as_i64())
                .and_then(|days| u16::try_from(days).ok())
                .unwrap_or(1)
                .max(1)
        };
        EventDays {
            activity: days("JC-USR-005", "inactive_days")
                .max(days("JC-APP-004", "unused_days"))
                .max(days("JC-ADM-003", "inactive_days")),
            recent: days("JC-ORG-010", "probe_days"),
            review: days("JC-ORG-012", "lookback_days"),
            retention: days("JC-ORG-011", "required_days"),
            retention_span: days("JC-ORG-011", "probe_span_days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn days(config: Value) -> EventDays {
        let config: Config = serde_json::from_value(config).unwrap();
        Catalogue::builtin().unwrap().event_days(&config)
    }

    #[test]
    fn the_rules_say_how_far_back() {
        let own = days(json!({}));
        assert_eq!((own.activity, own.recent, own.review), (90, 7, 90));
        assert_eq!((own.retention, own.retention_span), (365, 7));
        let own = days(json!({"allow_weaker": "agreed", "parameters": {
            "JC-USR-005": {"inactive_days": 120}, "JC-ORG-011": {"required_days": 400}}}));
        assert_eq!((own.activity, own.retention), (120, 400));
        let own = days(json!({"disabled_rules": ["JC-USR-005", "JC-APP-004", "JC-ORG-012"]}));
        assert_eq!((own.activity, own.review), (60, 1));
        let odd = days(json!({"parameters": {"JC-USR-005": {"inactive_days": 9_999}}}));
        assert_eq!(odd.activity, 90, "what cannot be used counts as the default");
    }
}
