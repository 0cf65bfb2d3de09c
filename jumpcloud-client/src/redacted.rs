//! Secrets inside useful records: noticed, never kept.

use alloc::boxed::Box;

use serde::de::{IgnoredAny, MapAccess, SeqAccess};
use serde::ser::{Serialize, Serializer};

use crate::field::{FieldValue, Kind};

/// Marks that a secret was present; its value was dropped while it was read.
///
/// `Field<Redacted>` still tells absent from null from present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Redacted;

impl Serialize for Redacted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("[redacted]")
    }
}

impl FieldValue for Redacted {
    const KIND: Kind = Kind::Secret;

    fn from_bool(_: bool) -> Result<Self, Box<str>> {
        Ok(Self)
    }

    fn from_integer(_: i64) -> Result<Self, Box<str>> {
        Ok(Self)
    }

    fn from_number(_: &str) -> Result<Self, Box<str>> {
        Ok(Self)
    }

    fn from_text(_: &str) -> Result<Self, Box<str>> {
        Ok(Self)
    }

    fn from_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Result<Self, Box<str>>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Ok(Self))
    }

    fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Result<Self, Box<str>>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Ok(Self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Field;
    use alloc::format;

    #[test]
    fn no_trace_of_the_value_is_left() {
        for json in ["\"s3cret\"", "{\"value\":\"s3cret\"}", "[\"s3cret\"]"] {
            let field: Field<Redacted> = serde_json::from_str(json).unwrap();
            assert_eq!(field, Field::Value(Redacted));
            assert!(!format!("{field:?}").contains("s3cret"));
            assert_eq!(serde_json::to_string(&field).unwrap(), "\"[redacted]\"");
        }
    }
}
