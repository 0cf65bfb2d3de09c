//! The `table!` declaration: rows that come in millions and repeat each other.

/// Declares a model whose rows share what they say alike.
///
/// As `model!`, in two parts: what differs from row to row, and the details that many rows have in
/// common, such as everything that is said about a product. Details are kept once for all rows of
/// a list that have the same ones, and read as if they stood in the row.
macro_rules! table {
    (
        $(#[$meta:meta])* pub struct $name:ident {
            $($(#[$rmeta:meta])* pub $row:ident : $rty:ty = $rkey:literal),+ $(,)?
        }
        texts { $($text:ident),* $(,)? }
        $(#[$dmeta:meta])* pub struct $details:ident {
            $($(#[$fmeta:meta])* pub $field:ident : $ty:ty = $key:literal),+ $(,)?
        }
    ) => {
        #[expect(unreachable_pub, reason = "`model!` declares public items")]
        mod flat {
            use super::*;

            $crate::model::model! {
                $(#[$meta])* pub struct $name {
                    $($(#[$rmeta])* pub $row: $rty = $rkey,)+
                    $($(#[$fmeta])* pub $field: $ty = $key,)+
                }
            }
        }

        $(#[$dmeta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub struct $details {
            $($(#[$fmeta])* pub $field: $crate::field::Field<$ty>,)+
        }

        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$rmeta])* pub $row: $crate::field::Field<$rty>,)+
            details: alloc::sync::Arc<$details>,
        }

        impl core::ops::Deref for $name {
            type Target = $details;

            fn deref(&self) -> &$details {
                &self.details
            }
        }

        impl $crate::model::Model for $name {
            const SCHEMA: &'static $crate::field::Schema =
                <flat::$name as $crate::model::Model>::SCHEMA;

            fn share(&mut self, shelf: &mut $crate::shelf::Shelf) {
                $(shelf.text(&mut self.$text);)*
                shelf.details(&mut self.details);
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let flat = <flat::$name as serde::Deserialize>::deserialize(deserializer)?;
                let details = alloc::sync::Arc::new($details { $($field: flat.$field,)+ });
                Ok(Self { $($row: flat.$row,)+ details })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $(if !self.$row.is_absent() {
                    map.serialize_entry($rkey, &self.$row)?;
                })+
                $(if !self.$field.is_absent() {
                    map.serialize_entry($key, &self.$field)?;
                })+
                map.end()
            }
        }
    };
}

pub(crate) use table;
