//! Closed vocabularies that stay open: known words, plus whatever comes next.

/// Declares an enum of the words a specification lists, with `Other` for the rest.
///
/// Words are compared without regard to ASCII case and written back as JumpCloud spells them;
/// `Other` keeps its text as it came.
macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vmeta])* $variant,)+
            /// A word that the sources do not list.
            Other(alloc::boxed::Box<str>),
        }

        impl $name {
            /// The word as JumpCloud writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $(if text.eq_ignore_ascii_case($word) { return Self::$variant; })+
                Self::Other(text.into())
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::field::AsScalar for $name {
            fn scalar(&self) -> $crate::field::Scalar<'_> {
                $crate::field::Scalar::Text(self.as_str().into())
            }
        }

        impl $crate::field::FieldValue for $name {
            const KIND: $crate::field::Kind = $crate::field::Kind::Text;

            fn from_text(text: &str) -> Result<Self, alloc::boxed::Box<str>> {
                Ok(Self::from(text))
            }
        }
    };
}

pub(crate) use open_enum;
