//! A plan as plain data, for a program that hands it to another.

use std::collections::BTreeSet;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::events::EventSpan;
use super::plan::Plan;

/// The saved form: the codes of the inputs, whether one may be replaced by its counterpart, and how far
/// back events are read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    inputs: BTreeSet<String>,
    flexible: bool,
    #[serde(default)]
    events: EventSpan,
}

impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Saved {
            inputs: self.inputs().map(str::to_owned).collect(),
            flexible: self.flexible,
            events: self.events.clone(),
        }
        .serialize(serializer)
    }
}

/// A code that no input of this version has is refused: what is asked for is never left out in silence.
impl<'de> Deserialize<'de> for Plan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Saved::deserialize(deserializer)?;
        let codes = saved.inputs.iter().map(String::as_str);
        let plan = if saved.flexible { Self::for_inputs(codes) } else { Self::exactly(codes) };
        Ok(plan.map_err(D::Error::custom)?.events(saved.events.bounded()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::Preset;

    #[test]
    fn a_plan_survives_its_saved_form() {
        let exact = Plan::exactly(["SYS", "SGM"]).unwrap();
        let spans = EventSpan::default().activity_days(30).lag(std::time::Duration::from_secs(60));
        let plans = Preset::ALL.map(Plan::preset).into_iter().chain([exact.events(spans)]);
        for plan in plans {
            let text = serde_json::to_string(&plan).unwrap();
            assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let read = |text| serde_json::from_str::<Plan>(text);
        let error = read(r#"{"inputs": ["SYS", "NOPE"], "flexible": true}"#).unwrap_err();
        assert!(error.to_string().starts_with("no input has the code `NOPE`"), "{error}");
        assert!(read(r#"{"inputs": ["SYS"], "flexible": true, "more": 1}"#).is_err());
        let plan = read(r#"{"inputs": ["SYS"], "flexible": false}"#).unwrap();
        assert_eq!(plan, Plan::exactly(["SYS"]).unwrap());
    }

    #[test]
    fn no_span_is_shorter_than_the_builder_allows() {
        let mut value = serde_json::to_value(Plan::exactly(["DI"]).unwrap()).unwrap();
        value["events"]["activity_days"] = 0.into();
        let plan: Plan = serde_json::from_value(value).unwrap();
        let least = EventSpan::default().activity_days(1);
        assert_eq!(plan, Plan::exactly(["DI"]).unwrap().events(least));
    }
}
