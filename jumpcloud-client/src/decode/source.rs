//! Rows of an answer as text, without secrets.

use jiff::Timestamp;
use serde_json::Value;

use super::{Layout, envelope};
use crate::raw_record::RawRecord;
use crate::record::RecordDigest;
use crate::resource::Resource;
use crate::snapshot::read;

/// Ends of names whose values are secrets, without anything but letters and digits, in lower case.
/// Names such as `password_date` and `depServerTokenState` end otherwise.
const SECRET_NAMES: [&str; 9] = [
    "apikey",
    "clientsecret",
    "credentials",
    "passphrase",
    "password",
    "passwordhash",
    "privatekey",
    "secret",
    "token",
];

/// The readable rows of an answer whose rows were read before.
pub(crate) fn source<R: Resource>(
    body: &[u8],
    parent: Option<&str>,
    fetched_at: Timestamp,
) -> Vec<RawRecord> {
    let endpoint = R::ENDPOINT;
    let Ok(envelope) = envelope(Layout::of(endpoint.shape(), endpoint.accepts_bare_object()), body)
    else {
        return Vec::new();
    };
    let table = endpoint.path().starts_with("/systeminsights/");
    let row = |raw: &str| {
        let value = read::<R>(raw).ok()?;
        let parsed: Value = serde_json::from_str(raw).ok()?;
        let device = || parsed.get("system_id").and_then(Value::as_str);
        let of = if table { device() } else { parent };
        let verbatim = endpoint.may_keep_raw() && !names_secret(&parsed);
        let text = if verbatim { raw.to_owned() } else { serde_json::to_string(&value).ok()? };
        Some(RawRecord {
            input: endpoint.input().to_owned(),
            of: of.map(str::to_owned),
            id: R::key(&value),
            fetched_at,
            digest: RecordDigest::of(raw.as_bytes()),
            verbatim,
            text: text.into(),
        })
    };
    envelope.rows.iter().filter_map(|raw| row(raw.get())).collect()
}

/// Whether a value stands under the name of a secret, at any depth.
fn names_secret(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, inner)| {
            let says = !matches!(inner, Value::Null | Value::Bool(_))
                && inner.as_str().is_none_or(|text| !text.is_empty());
            says && is_secret(name) || names_secret(inner)
        }),
        Value::Array(items) => items.iter().any(names_secret),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn is_secret(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    SECRET_NAMES.iter().any(|secret| plain.ends_with(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::insights::App;
    use crate::resources::{Application, SystemGroup};

    fn rows<R: Resource>(body: &str) -> Vec<RawRecord> {
        source::<R>(body.as_bytes(), Some("parent"), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_row_without_secrets_is_kept_byte_for_byte() {
        let raw =
            r#"{ "id":"5f00000000000000000000bb",  "name": "caf\u00e9", "password_date": "x"}"#;
        let [row] = &rows::<SystemGroup>(&format!("[{raw}, null, 7]"))[..] else { panic!() };
        assert_eq!((&*row.text, row.verbatim, row.is_intact()), (raw, true, true));
        assert_eq!(row.id.as_deref(), Some("5f00000000000000000000bb"));
        assert_eq!(row.of.as_deref(), Some("parent"));
        let changed = RawRecord { text: raw.replace("caf", "Caf").into(), ..row.clone() };
        assert!(!changed.is_intact());
    }

    #[test]
    fn a_row_of_a_table_names_its_device() {
        let [row] = &rows::<App>(r#"[{"system_id": "d1", "name": "a.app"}]"#)[..] else { panic!() };
        assert_eq!((row.of.as_deref(), row.id.as_deref()), (Some("d1"), None));
    }

    #[test]
    fn where_secrets_may_be_only_the_modelled_fields_are_left() {
        let body = r#"{"totalCount": 1, "results": [{"_id": "5f00000000000000000000cc",
            "name": "mail", "config": {"idpPrivateKey": {"value": "PLANTED"}}, "own": "PLANTED"}]}"#;
        let [row] = &rows::<Application>(body)[..] else { panic!() };
        assert!(!row.verbatim && !row.text.contains("PLANTED"), "{}", row.text);
        assert!(row.text.contains(r#""name":"mail""#));
        // A secret where none is expected.
        for member in [
            r#""systemToken": "PLANTED""#,
            r#""attributes": {"deep": [{"Shared-Secret": "PLANTED"}]}"#,
            r#""apiKey": {"value": "PLANTED"}"#,
            r#""user_password": 4711"#,
        ] {
            let body = format!("[{{\"id\": \"5f00000000000000000000bb\", {member}}}]");
            let [row] = &rows::<SystemGroup>(&body)[..] else { panic!() };
            let clean = !row.text.contains("PLANTED") && !row.text.contains("4711");
            assert!(!row.verbatim && clean, "{member}: {}", row.text);
        }
        for member in [r#""token": null"#, r#""password": """#, r#""secret": false"#] {
            let body = format!("[{{\"id\": \"5f00000000000000000000bb\", {member}}}]");
            assert!(rows::<SystemGroup>(&body)[0].verbatim, "{member} says nothing");
        }
    }
}
