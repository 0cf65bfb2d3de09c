//! Typed handles: how a rule names a parameter and reads its value.

use core::ops::RangeInclusive;

use serde_json::Value;

use super::spec::{ParamSpec, Shape, Stricter};

pub(super) mod sealed {
    #[expect(unnameable_types, reason = "the seal of `Handle`")]
    pub trait Sealed {}
}

/// A parameter handle; the type of the value follows from the handle.
pub trait Handle: sealed::Sealed {
    /// Type of the value, borrowed from the effective values where possible.
    type Out<'v>;

    /// Description of the parameter.
    fn param(&self) -> &ParamSpec;

    /// Reads the value; the default when it is missing or of another type.
    fn read<'v>(&self, value: Option<&'v Value>) -> Self::Out<'v>;
}

/// Whether `word` is in `list`; no list means any word.
const fn listed(word: &str, mut list: &[&str]) -> bool {
    while let [first, rest @ ..] = list {
        if same_bytes(word.as_bytes(), first.as_bytes()) {
            return true;
        }
        list = rest;
    }
    false
}

pub(super) const fn all_listed(mut words: &[&str], list: &[&str]) -> bool {
    while let [first, rest @ ..] = words {
        if !listed(first, list) {
            return false;
        }
        words = rest;
    }
    true
}

const fn same_bytes(mut a: &[u8], mut b: &[u8]) -> bool {
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) {
        if *x != *y {
            return false;
        }
        (a, b) = (rest_a, rest_b);
    }
    a.is_empty() && b.is_empty()
}

/// Methods every handle has.
macro_rules! common {
    ($handle:ty $(, $generic:ident)?) => {
        impl $(<$generic: Structured>)? $handle {
            /// Description of the parameter, for the rule's list of parameters.
            pub const fn spec(&self) -> ParamSpec {
                self.spec
            }
        }
    };
}

pub(super) use common;

/// A number of days with inclusive bounds.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    spec: ParamSpec,
    default: i64,
}

/// An integer with inclusive bounds; the unit belongs into its name.
#[derive(Clone, Copy, Debug)]
pub struct Int {
    spec: ParamSpec,
    default: i64,
}

macro_rules! integer {
    ($handle:ident) => {
        impl $handle {
            /// A parameter with its default and inclusive bounds.
            ///
            /// # Panics
            ///
            /// When the default is outside the bounds; in a constant that is a
            /// compile error.
            pub const fn new(
                name: &'static str,
                default: i64,
                bounds: RangeInclusive<i64>,
                meaning: &'static str,
            ) -> Self {
                let (min, max) = (*bounds.start(), *bounds.end());
                assert!(min <= default && default <= max, "the default is outside its bounds");
                let shape = Shape::$handle { default, min, max };
                Self {
                    spec: ParamSpec { name, shape, stricter: Stricter::Unknown, meaning },
                    default,
                }
            }

            /// A smaller number demands more.
            #[must_use]
            pub const fn stricter_when_lower(mut self) -> Self {
                self.spec.stricter = Stricter::Lower;
                self
            }

            /// A larger number demands more.
            #[must_use]
            pub const fn stricter_when_higher(mut self) -> Self {
                self.spec.stricter = Stricter::Higher;
                self
            }
        }

        common!($handle);

        impl sealed::Sealed for $handle {}

        impl Handle for $handle {
            type Out<'v> = i64;

            fn param(&self) -> &ParamSpec {
                &self.spec
            }

            fn read<'v>(&self, value: Option<&'v Value>) -> Self::Out<'v> {
                value.and_then(Value::as_i64).unwrap_or(self.default)
            }
        }
    };
}

integer!(Days);
integer!(Int);

/// A yes or no.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    spec: ParamSpec,
    default: bool,
}

impl Flag {
    /// A parameter with its default.
    pub const fn new(name: &'static str, default: bool, meaning: &'static str) -> Self {
        let shape = Shape::Flag { default };
        Self { spec: ParamSpec { name, shape, stricter: Stricter::Unknown, meaning }, default }
    }

    /// `true` demands more.
    #[must_use]
    pub const fn stricter_when_true(mut self) -> Self {
        self.spec.stricter = Stricter::Higher;
        self
    }

    /// `false` demands more.
    #[must_use]
    pub const fn stricter_when_false(mut self) -> Self {
        self.spec.stricter = Stricter::Lower;
        self
    }
}

common!(Flag);

impl sealed::Sealed for Flag {}

impl Handle for Flag {
    type Out<'v> = bool;

    fn param(&self) -> &ParamSpec {
        &self.spec
    }

    fn read<'v>(&self, value: Option<&'v Value>) -> Self::Out<'v> {
        value.and_then(Value::as_bool).unwrap_or(self.default)
    }
}

/// One word of a closed list.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    spec: ParamSpec,
    default: &'static str,
}

impl Choice {
    /// A parameter with its default and the words it allows.
    ///
    /// # Panics
    ///
    /// When the default is not in the list; in a constant that is a compile error.
    pub const fn new(
        name: &'static str,
        default: &'static str,
        allowed: &'static [&'static str],
        meaning: &'static str,
    ) -> Self {
        assert!(listed(default, allowed), "the default is not one of the allowed words");
        let shape = Shape::Choice { default, allowed };
        Self { spec: ParamSpec { name, shape, stricter: Stricter::Unknown, meaning }, default }
    }

    /// The list runs from lenient to strict.
    #[must_use]
    pub const fn stricter_when_later(mut self) -> Self {
        self.spec.stricter = Stricter::Higher;
        self
    }
}

common!(Choice);

impl sealed::Sealed for Choice {}

impl Handle for Choice {
    type Out<'v> = &'v str;

    fn param(&self) -> &ParamSpec {
        &self.spec
    }

    fn read<'v>(&self, value: Option<&'v Value>) -> Self::Out<'v> {
        value.and_then(Value::as_str).unwrap_or(self.default)
    }
}
