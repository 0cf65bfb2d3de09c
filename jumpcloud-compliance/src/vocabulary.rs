//! Closed vocabularies: one list gives the enum, its words, order and serde form.

/// A text that is no word of a closed vocabulary.
///
/// The message lists the words that there are, and does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the word is none of `{}`", .words.join("`, `"))]
pub struct UnknownWord {
    words: &'static [&'static str],
}

impl UnknownWord {
    pub(crate) const fn none_of(words: &'static [&'static str]) -> Self {
        Self { words }
    }
}

/// Declares a closed enum whose order is the order of the list and whose
/// `Display`, `FromStr` and serde forms are the given words.
macro_rules! vocabulary {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// Every word, in the order of the vocabulary.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as it is written in reports.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err($crate::UnknownWord::none_of(&[$($word),+])) }
            }
        }
    };
}
