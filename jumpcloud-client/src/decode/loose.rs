//! Rows of a list that nobody modelled: any type, with the identity that the row itself shows.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{EnvelopeFault, Layout, Rows, envelope, is_foreign, key_of};
use crate::record::{RecordDigest, SetAside, SetAsideReason};

/// Longest excerpt of an identity that a row set aside keeps, in characters.
const ID_CHARS: usize = 64;

/// How the rows of such a list are to be read.
#[derive(Clone, Debug)]
pub(crate) struct Loose {
    /// The key they stand under; in a bare array where there is none.
    pub(crate) key: Option<String>,
    /// Whether `_id` and `id` are identities here.
    pub(crate) keyed: bool,
}

/// Reads the rows of an answer, as [`rows`](super::rows) does those of a resource.
pub(crate) fn loose<T: DeserializeOwned + Send + 'static>(
    list: &Loose,
    body: &[u8],
    position: u64,
    organization: Option<&str>,
) -> Result<Rows, EnvelopeFault> {
    let key = list.key.as_deref();
    let layout = Layout { keys: key.as_slice(), array: key.is_none(), whole: false };
    let mut foreign = false;
    let rows = envelope(layout, body)?.rows(position, |raw, position| {
        let face = Face::of(raw);
        foreign |= is_foreign(face.organization.as_deref(), organization);
        let value = if face.twice {
            Err(SetAsideReason::DuplicateKey)
        } else {
            serde_json::from_str::<T>(raw).map_err(|error| reason(&error))
        };
        match value {
            Ok(value) => {
                let id = face.id.filter(|_| list.keyed);
                Ok((value, id.map(|id| key_of(id.as_bytes()))))
            }
            Err(reason) => {
                let id = face.id.map(|id| id.chars().take(ID_CHARS).collect());
                let digest = RecordDigest::of(raw.as_bytes());
                // Nobody knows what such a record holds, so its text is not kept.
                Err(SetAside { position, id, reason, digest, raw: None })
            }
        }
    });
    Ok(Rows { foreign, ..rows })
}

fn reason(error: &serde_json::Error) -> SetAsideReason {
    if error.is_data() { SetAsideReason::OtherType } else { SetAsideReason::Syntax }
}

/// What a row shows of itself, whatever it is.
#[derive(Default)]
struct Face {
    id: Option<String>,
    organization: Option<String>,
    /// A key is given twice, anywhere in it.
    twice: bool,
}

/// Where an association of the graph leads `[spec]`.
#[derive(serde::Deserialize)]
struct Target<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

impl Face {
    fn of(raw: &str) -> Self {
        let twice = serde_json::from_str::<Keys>(raw).is_ok_and(|keys| keys.twice);
        let Ok(members) = serde_json::from_str::<BTreeMap<Cow<'_, str>, &RawValue>>(raw) else {
            return Self { twice, ..Self::default() };
        };
        let member = |name: &str| members.get(name).map(|value| value.get());
        let id = ["_id", "id"].into_iter().find_map(|name| member(name).and_then(plain));
        let target = || {
            let target = serde_json::from_str::<Target<'_>>(member("to")?).ok()?;
            Some(format!("{}:{}", target.kind, target.id))
        };
        let organization = member("organization").and_then(plain).filter(|id| is_object_id(id));
        Self { id: id.or_else(target), organization, twice }
    }
}

/// Text that is not empty, or a whole number.
fn plain(raw: &str) -> Option<String> {
    if let Ok(text) = serde_json::from_str::<String>(raw) {
        return Some(text).filter(|text| !text.is_empty());
    }
    serde_json::from_str::<i128>(raw).ok().map(|number| number.to_string())
}

fn is_object_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Any JSON, looked through for keys that are given twice.
#[derive(Default)]
struct Keys {
    twice: bool,
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeysVisitor)
    }
}

struct KeysVisitor;

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = Keys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Keys, E> {
        Ok(Keys::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Keys, E> {
        Ok(Keys::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Keys, E> {
        Ok(Keys::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Keys, E> {
        Ok(Keys::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Keys, E> {
        Ok(Keys::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Keys, E> {
        Ok(Keys::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Keys, A::Error> {
        let mut twice = false;
        while let Some(inner) = seq.next_element::<Keys>()? {
            twice |= inner.twice;
        }
        Ok(Keys { twice })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
        let mut seen = BTreeSet::new();
        let mut twice = false;
        while let Some(key) = map.next_key::<String>()? {
            twice |= !seen.insert(key);
            twice |= map.next_value::<Keys>()?.twice;
        }
        Ok(Keys { twice })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::decode::Mark;

    fn face(raw: &str) -> (Option<String>, Option<String>, bool) {
        let Face { id, organization, twice } = Face::of(raw);
        (id, organization, twice)
    }

    #[test]
    fn a_row_shows_its_identity_its_organization_and_keys_given_twice() {
        let id = |raw: &str| face(raw).0;
        assert_eq!(id(r#"{"id":"b","_id":"a"}"#).as_deref(), Some("a"));
        assert_eq!(id(r#"{"_id":null,"id":7}"#).as_deref(), Some("7"));
        assert_eq!(
            id(r#"{"to":{"id":"a","type":"user"},"attributes":null}"#),
            Some("user:a".into())
        );
        for none in [r#"{"name":"x"}"#, r#"{"id":""}"#, r#"{"id":1.5}"#, r#"["id"]"#, "7", "\"id\""]
        {
            assert_eq!(id(none), None, "{none}");
        }
        let ours = "5f0c1f2a3b4c5d6e7f809102";
        let organization = |text: &str| face(&format!("{{\"organization\":{text}}}")).1;
        assert_eq!(organization(&format!("\"{ours}\"")).as_deref(), Some(ours));
        assert_eq!(organization("\"Umbrellas & Sons\""), None, "a name is no identity");
        for (twice, raw) in [
            (true, r#"{"a":1,"a":1}"#),
            (true, r#"{"b":[{"a":1,"\u0061":2}]}"#),
            (false, r#"{"a":{"b":1},"b":[{"a":2},{"a":2}]}"#),
        ] {
            assert_eq!(face(raw).2, twice, "{raw}");
        }
    }

    #[test]
    fn rows_stand_under_the_key_that_was_named_and_no_other() {
        let read = |key: Option<&str>, body: &str| {
            let list = Loose { key: key.map(str::to_owned), keyed: true };
            loose::<Value>(&list, body.as_bytes(), 0, None)
                .map(|rows| (rows.marks.len(), rows.total))
        };
        let wrapped = r#"{"rules":[{"id":"a"},null],"totalCount":2}"#;
        assert_eq!(read(Some("rules"), wrapped), Ok((2, Some(2))));
        assert_eq!(read(Some("results"), wrapped), Err(EnvelopeFault::Shape));
        assert_eq!(read(None, wrapped), Err(EnvelopeFault::Shape));
        assert_eq!(read(None, r#"[{"id":"a"}]"#), Ok((1, None)));
        assert_eq!(read(Some("rules"), r#"[{"id":"a"}]"#), Err(EnvelopeFault::Shape));
        assert_eq!(read(None, r#"[{"id":"a"}"#), Err(EnvelopeFault::Syntax));
    }

    #[test]
    fn rows_that_do_not_fit_are_set_aside_without_their_text() {
        #[derive(serde::Deserialize)]
        struct Rule {
            #[expect(dead_code, reason = "it must be there")]
            name: String,
        }
        let deep =
            format!(r#"{{"id":"d","name":"x","deep":{}{}}}"#, "[".repeat(500), "]".repeat(500));
        let body =
            format!(r#"[{{"id":"a","name":"x"}},{{"id":"b"}},{{"id":"c","id":"c"}},{deep}]"#);
        let list = Loose { key: None, keyed: true };
        let rows = loose::<Rule>(&list, body.as_bytes(), 10, None).unwrap();
        let odd = |place: usize| match &rows.marks[place] {
            Mark::Odd(row) => {
                assert_eq!(row.raw, None);
                Some((row.position, row.id.clone().unwrap(), row.reason))
            }
            _ => None,
        };
        assert_eq!(odd(0), None);
        assert_eq!(odd(1), Some((11, "b".into(), SetAsideReason::OtherType)));
        assert_eq!(odd(2), Some((12, "c".into(), SetAsideReason::DuplicateKey)));
        assert_eq!(odd(3), None, "depth that the type does not look at is no matter");
        let rows = loose::<Value>(&list, body.as_bytes(), 0, None).unwrap();
        assert!(matches!(&rows.marks[3], Mark::Odd(row) if row.reason == SetAsideReason::Syntax));
    }
}
