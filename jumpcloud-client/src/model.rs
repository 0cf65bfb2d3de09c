//! The `model!` declaration: a record's fields, their JSON keys and their docs in one place.

use crate::field::Schema;
use crate::shelf::Shelf;

/// A record or nested object with a known set of fields.
pub trait Model: Sized {
    /// Name and fields.
    const SCHEMA: &'static Schema;

    /// Keeps once what it says alike with other rows of its list; nothing unless a model comes in
    /// millions.
    fn share(&mut self, _shelf: &mut Shelf) {}
}

/// Start of the message when one object names a key twice.
pub(crate) const DUPLICATE_KEY: &str = "key given twice";

/// Declares a model: a struct of [`Field`](crate::Field)s that reads and writes JumpCloud's JSON.
///
/// Each line names the field, its type and its JSON key; further keys are other spellings of the
/// same field, of which the first that holds a value wins (`"_id" | "id"`). A key given twice makes
/// the record undecodable: two values for one fact are no fact. Unknown keys are ignored.
macro_rules! model {
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$fmeta:meta])* pub $field:ident : $ty:ty = $key:literal $(| $alias:literal)*),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$fmeta])* pub $field: $crate::field::Field<$ty>,)+
        }

        impl $crate::model::Model for $name {
            const SCHEMA: &'static $crate::field::Schema = &$crate::field::Schema {
                name: stringify!($name),
                fields: &[$($crate::field::FieldSpec {
                    keys: &[$key $(, $alias)*],
                    kind: <$ty as $crate::field::FieldValue>::KIND,
                },)+],
            };
        }

        const _: () = {
            #[expect(non_camel_case_types, reason = "named after fields")]
            #[derive(Clone, Copy, PartialEq)]
            enum Key { $($field,)+ Saved, Unknown }

            struct KeyVisitor;

            impl serde::de::Visitor<'_> for KeyVisitor {
                /// The field, and which of its spellings this is.
                type Value = (Key, u8);

                fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                    f.write_str("a key")
                }

                fn visit_str<E>(self, key: &str) -> Result<(Key, u8), E> {
                    Ok(match key {
                        $($key => (Key::$field, 0), $($alias => (Key::$field, 1),)*)+
                        $crate::field::UNPARSEABLE_KEY => (Key::Saved, 0),
                        _ => (Key::Unknown, 0),
                    })
                }
            }

            impl<'de> serde::de::DeserializeSeed<'de> for KeyVisitor {
                type Value = (Key, u8);

                fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<(Key, u8), D::Error> {
                    d.deserialize_identifier(self)
                }
            }

            impl $name {
                fn read_map<'de, A: serde::de::MapAccess<'de>>(
                    mut map: A,
                ) -> Result<Result<Self, Box<str>>, A::Error> {
                    let mut record = Self::default();
                    // One bit for each spelling already seen: the key itself, and its aliases.
                    $(let mut $field = 0_u8;)+
                    while let Some((which_field, spelling)) = map.next_key_seed(KeyVisitor)? {
                        match which_field {
                            $(Key::$field => {
                                let bit = 1_u8 << spelling;
                                if $field & bit != 0 {
                                    return Err(serde::de::Error::custom($crate::model::DUPLICATE_KEY));
                                }
                                $field |= bit;
                                let read = map.next_value()?;
                                if record.$field.value().is_none() {
                                    record.$field = read;
                                }
                            })+
                            Key::Saved => return $crate::model::saved_excerpt(map),
                            Key::Unknown => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(Ok(record))
                }
            }

            struct ModelVisitor;

            impl<'de> serde::de::Visitor<'de> for ModelVisitor {
                type Value = $name;

                fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                    match $name::read_map(map)? {
                        Ok(record) => Ok(record),
                        Err(_) => Err(serde::de::Error::custom("not a record")),
                    }
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(ModelVisitor)
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use serde::ser::SerializeMap as _;
                    let mut map = serializer.serialize_map(None)?;
                    $(if !self.$field.is_absent() {
                        map.serialize_entry($key, &self.$field)?;
                    })+
                    map.end()
                }
            }

            impl $crate::field::FieldValue for $name {
                const KIND: $crate::field::Kind =
                    $crate::field::Kind::Object(<$name as $crate::model::Model>::SCHEMA);

                // An object may hold secrets, so text in its place leaves no excerpt.
                fn from_text(_: &str) -> Result<Self, alloc::boxed::Box<str>> {
                    Err($crate::field::TEXT_IN_PLACE_OF_OBJECT.into())
                }

                fn from_map<'de, A: serde::de::MapAccess<'de>>(
                    map: A,
                ) -> Result<Result<Self, Box<str>>, A::Error> {
                    Self::read_map(map)
                }
            }
        };
    };
}

pub(crate) use model;

/// Reads back the excerpt of a value that was unparseable when the snapshot was taken.
pub(crate) fn saved_excerpt<'de, T, A: serde::de::MapAccess<'de>>(
    mut map: A,
) -> Result<Result<T, Box<str>>, A::Error> {
    let excerpt = map.next_value::<Box<str>>()?;
    while map.next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?.is_some() {}
    Ok(Err(excerpt))
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "`model!` declares public items")]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::*;
    use crate::field::Field;
    use crate::id::Id;

    model! {
        /// An inner object.
        pub struct Inner {
            /// A flag.
            pub active: bool = "active",
        }
    }

    model! {
        /// A record for the tests of this module.
        pub struct Outer {
            /// Identity.
            pub id: Id<Outer> = "_id" | "id",
            /// Text.
            pub name: String = "displayName",
            /// Nested.
            pub inner: Inner = "inner",
            /// Nested list.
            pub many: Vec<Inner> = "many",
        }
    }

    fn read(json: &str) -> Result<Outer, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn either_spelling_and_both_are_one_field() {
        for json in [
            r#"{"_id":"a"}"#,
            r#"{"id":"a"}"#,
            r#"{"_id":"a","id":"a"}"#,
            r#"{"id":null,"_id":"a"}"#,
        ] {
            assert_eq!(read(json).unwrap().id.value(), Some(&Id::new("a").unwrap()), "{json}");
        }
    }

    #[test]
    fn a_key_given_twice_is_no_record() {
        let error = read(r#"{"_id":"a","displayName":"x","displayName":"y"}"#).unwrap_err();
        assert!(error.to_string().starts_with(DUPLICATE_KEY));
    }

    #[test]
    fn absent_null_and_odd_stay_apart_through_a_round_trip() {
        let json = r#"{"_id":"a","displayName":null,"inner":[1],"many":[{"active":"1"}]}"#;
        let record = read(json).unwrap();
        assert_eq!(record.name, Field::Null);
        assert_eq!(record.inner, Field::Unparseable("[...]".into()));
        assert!(record.many.value().unwrap()[0].active.is_true());
        let saved = serde_json::to_string(&record).unwrap();
        assert_eq!(read(&saved).unwrap(), record);
        assert!(read("{}").unwrap().inner.then(|inner| &inner.active).is_absent());
    }

    #[test]
    fn paths_are_checked_against_the_declaration() {
        assert!(Outer::SCHEMA.has_path("inner.active"));
        assert!(Outer::SCHEMA.has_path("many[0].active"));
        assert!(!Outer::SCHEMA.has_path("inner.activ"));
        assert!(!Outer::SCHEMA.has_path("name"));
    }
}
