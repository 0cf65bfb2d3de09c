//! What can be listed: the one trait behind every typed read.

use alloc::string::String;

use core::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::endpoint::Endpoint;
use crate::model::Model;

/// Something that can be read from JumpCloud: a record type and the endpoint that lists it.
///
/// A model that has one endpoint is its own resource (`System`). Where several endpoints answer
/// with the same record, each has a marker type (`SystemUsers`, `ApplicationUsers`) whose
/// [`Record`](Self::Record) is the shared model.
///
/// Implement it for an endpoint that this crate lacks; it can still only read.
pub trait Resource: Send + Sync + 'static {
    /// One row.
    type Record: Model
        + DeserializeOwned
        + Serialize
        + Clone
        + Debug
        + PartialEq
        + Send
        + Sync
        + 'static;

    /// Where and how it is listed.
    const ENDPOINT: Endpoint;

    /// Whether each row has an identity; rows of System Insights have none.
    const KEYED: bool = true;

    /// The identity of a row as text, when it has one.
    ///
    /// Used to notice rows that arrive twice. A keyed resource whose row answers `None` has a
    /// record without identity, which is set aside.
    fn key(record: &Self::Record) -> Option<String>;

    /// The organization a row says it belongs to, where its model carries one.
    fn organization(_record: &Self::Record) -> Option<&str> {
        None
    }
}

/// A resource that is listed once for each record of another: its path holds `{id}`.
pub trait ScopedResource: Resource {
    /// Whose records the lists hang on.
    type Parent: ?Sized;
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString as _;
    use alloc::vec::Vec;
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    use serde_json::Value;

    use super::*;
    use crate::field::{Kind, Schema, UNPARSEABLE_KEY};
    use crate::resources;
    use crate::resources::for_each_resource;
    use crate::snapshot::read;

    /// Stands in every fixture wherever the service may send a secret.
    const PLANTED: &str = "planted-secret-0451";

    /// Fields that no single answer of the service fills, by model and path.
    const NEVER_TOGETHER: &[(&str, &str)] = &[
        // The older settings of automated enrolment are a smaller object.
        ("AppleMdm", "dep.defaultDeviceGroupObjectIds"),
        ("AppleMdm", "dep.setupOptions"),
        // The plain switch of Directory Insights has no dates.
        ("OrganizationDetail", "settings.features.directoryInsights.createdAt"),
        ("OrganizationDetail", "settings.features.directoryInsights.updatedAt"),
        // Names and order belong to policies, the grace period to organizations.
        ("OrganizationDetail", "settings.passwordPolicy.name"),
        ("OrganizationDetail", "settings.passwordPolicy.description"),
        ("OrganizationDetail", "settings.passwordPolicy.default"),
        ("OrganizationDetail", "settings.passwordPolicy.precedence"),
        ("PasswordPolicyDetail", "policy.gracePeriodDate"),
    ];

    fn folder(schema: &Schema) -> PathBuf {
        let mut name = String::new();
        for c in schema.name.chars() {
            if c.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.extend(c.to_lowercase());
        }
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
    }

    /// Modelled fields that the encoding lacks, or that hold null or an excerpt.
    fn gaps(model: &str, path: &str, schema: &Schema, encoded: &Value, faults: &mut Vec<String>) {
        for field in schema.fields {
            let key = field.keys[0];
            let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
            let value = match encoded.get(key) {
                None | Some(Value::Null) if NEVER_TOGETHER.contains(&(model, &path)) => continue,
                None => {
                    faults.push(format!("{model}: `{path}` is not in the encoding of full.json"));
                    continue;
                }
                Some(Value::Null) => {
                    faults.push(format!("{model}: `{path}` is null in full.json"));
                    continue;
                }
                Some(value) => value,
            };
            if value.get(UNPARSEABLE_KEY).is_some() {
                faults.push(format!("{model}: `{path}` could not be read: {value}"));
                continue;
            }
            match field.kind {
                Kind::Object(inner) => gaps(model, &path, inner, value, faults),
                Kind::Objects(inner) => match value.get(0) {
                    Some(first) => gaps(model, &path, inner, first, faults),
                    None => faults.push(format!("{model}: `{path}` is empty in full.json")),
                },
                Kind::List if value.as_array().is_none_or(Vec::is_empty) => {
                    faults.push(format!("{model}: `{path}` is empty in full.json"));
                }
                Kind::Secret if value != "[redacted]" => {
                    faults.push(format!("{model}: `{path}` is not redacted"));
                }
                _ => {}
            }
        }
    }

    /// Whether everything that was encoded stands in the fixture, in some spelling.
    fn within(encoded: &Value, fixture: &Value) -> bool {
        match (encoded, fixture) {
            (Value::Object(small), Value::Object(large)) => small
                .iter()
                .all(|(key, value)| large.get(key).is_some_and(|other| within(value, other))),
            (Value::Array(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| within(a, b))
            }
            (Value::String(text), _) if text == "[redacted]" => true,
            (Value::Bool(flag), Value::Number(number)) => number.as_i64() == Some(i64::from(*flag)),
            (Value::String(text), Value::Number(_) | Value::Bool(_)) => {
                fixture.to_string().eq(text)
            }
            (a, b) => a == b,
        }
    }

    fn holds_secret(schema: &Schema) -> bool {
        schema.fields.iter().any(|field| match field.kind {
            Kind::Secret => true,
            Kind::Object(inner) | Kind::Objects(inner) => holds_secret(inner),
            _ => false,
        })
    }

    /// Copies of a record in which text stands in place of one object that may hold secrets.
    fn misplaced(schema: &Schema, value: &Value) -> Vec<Value> {
        let mut copies = Vec::new();
        for field in schema.fields {
            let (key, inner) = match field.kind {
                Kind::Object(inner) | Kind::Objects(inner) if holds_secret(inner) => {
                    (field.keys[0], inner)
                }
                _ => continue,
            };
            let mut put = |new: Value| {
                let mut copy = value.clone();
                copy[key] = new;
                copies.push(copy);
            };
            put(PLANTED.into());
            match &value[key] {
                Value::Array(items) => {
                    put([Value::from(PLANTED)].into_iter().collect());
                    for item in items {
                        for odd in misplaced(inner, item) {
                            put(Value::Array([odd].into()));
                        }
                    }
                }
                object => misplaced(inner, object).into_iter().for_each(put),
            }
        }
        copies
    }

    fn check<R: Resource>(faults: &mut Vec<String>) {
        let schema = R::Record::SCHEMA;
        let model = schema.name;
        for kind in ["full", "minimal", "odd"] {
            let path = folder(schema).join(format!("{kind}.json"));
            let Ok(text) = fs::read_to_string(&path) else {
                faults.push(format!("{model}: {kind}.json is missing"));
                continue;
            };
            let record = match read::<R>(&text) {
                Ok(record) => record,
                Err(reason) => {
                    faults.push(format!("{model}: {kind}.json is set aside: {reason}"));
                    continue;
                }
            };
            let saved = serde_json::to_string(&record).unwrap();
            match serde_json::from_str::<R::Record>(&saved) {
                Ok(again) if again == record => {}
                _ => faults.push(format!("{model}: {kind}.json changes when saved and read again")),
            }
            let debug = format!("{record:?}");
            if saved.contains(PLANTED) || debug.contains(PLANTED) {
                faults.push(format!("{model}: {kind}.json leaks the planted secret"));
            }
            if R::KEYED != R::key(&record).is_some() {
                faults.push(format!("{model}: {kind}.json has the wrong idea of identity"));
            }
            if kind == "full" {
                let encoded: Value = serde_json::from_str(&saved).unwrap();
                let fixture: Value = serde_json::from_str(&text).unwrap();
                gaps(model, "", schema, &encoded, faults);
                if !within(&encoded, &fixture) {
                    faults.push(format!("{model}: full.json changes values when read"));
                }
                for copy in misplaced(schema, &fixture) {
                    let record = read::<R>(&copy.to_string()).unwrap();
                    let saved = serde_json::to_string(&record).unwrap();
                    if saved.contains(PLANTED) || format!("{record:?}").contains(PLANTED) {
                        faults.push(format!("{model}: text in place of an object leaks a secret"));
                    }
                }
                if holds_secret(schema) {
                    if !text.contains(PLANTED) {
                        faults.push(format!("{model}: full.json plants no secret"));
                    }
                    if R::ENDPOINT.may_keep_raw() {
                        faults.push(format!(
                            "{}: raw text of a record with secrets may be kept",
                            R::ENDPOINT.input()
                        ));
                    }
                }
            }
        }
        if R::ENDPOINT.is_projected() && schema.fields.iter().any(|field| {
            matches!(field.kind, Kind::Object(inner) | Kind::Objects(inner) if holds_secret(inner))
        }) {
            faults.push(format!("{model}: a projection cannot leave out a nested secret"));
        }
    }

    macro_rules! check_all {
        (
            lists { $($list:ident : [$($list_ty:tt)+] = $list_code:literal,)* }
            scoped { $($scoped:ident : [$($scoped_ty:tt)+] = $scoped_code:literal,)* }
        ) => {
            #[test]
            fn every_resource_reads_its_fixtures() {
                let mut faults = Vec::new();
                $(check::<resources::$($list_ty)+>(&mut faults);)*
                $(check::<resources::$($scoped_ty)+>(&mut faults);)*
                faults.sort();
                faults.dedup();
                assert!(faults.is_empty(), "{}", faults.join("\n"));
            }

            #[test]
            fn scoped_paths_name_their_parent_and_others_do_not() {
                $(assert!(
                    !<resources::$($list_ty)+ as Resource>::ENDPOINT.path().contains('{'),
                    "{}", $list_code,
                );)*
                $(assert_eq!(
                    <resources::$($scoped_ty)+ as Resource>::ENDPOINT.path().matches("{id}").count(),
                    1,
                    "{}", $scoped_code,
                );)*
            }
        };
    }

    for_each_resource!(check_all);

    fn recorded<R: Resource>(target: &str, body: &Value) -> usize {
        let rows = body.get("results").unwrap_or(body).as_array().unwrap();
        for row in rows {
            let record =
                read::<R>(&row.to_string()).unwrap_or_else(|why| panic!("{target}: {why}"));
            let saved = serde_json::to_string(&record).unwrap();
            assert!(!saved.contains(UNPARSEABLE_KEY), "{target}: {saved}");
        }
        rows.len()
    }

    #[test]
    fn recorded_answers_are_read_with_nothing_set_aside() {
        let Some(folder) = env::var_os("JUMPCLOUD_RECORDINGS") else {
            println!("not run: JUMPCLOUD_RECORDINGS names no folder of recorded answers");
            return;
        };
        let mut rows = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let exchanges: Value =
                serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            for exchange in exchanges.as_array().unwrap() {
                let target = exchange["request"]["target"].as_str().unwrap();
                let body = &exchange["response"]["body"];
                let path = target.split('?').next().unwrap();
                let tail = path.rsplit('/').next().unwrap();
                rows += match tail {
                    "organizations" => recorded::<resources::Organization>(target, body),
                    "systemusers" => recorded::<resources::SystemUser>(target, body),
                    "applications" => recorded::<resources::Application>(target, body),
                    "usergroups" if path.contains("/applications/") => {
                        recorded::<resources::ApplicationUserGroups>(target, body)
                    }
                    "usergroups" => recorded::<resources::UserGroup>(target, body),
                    "users" if path.contains("/applications/") => {
                        recorded::<resources::ApplicationUsers>(target, body)
                    }
                    _ => panic!("no resource reads {path}"),
                };
            }
        }
        assert!(rows > 0, "the folder holds no rows");
    }
}
