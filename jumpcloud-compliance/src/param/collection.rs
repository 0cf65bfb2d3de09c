//! Typed handles of parameters that hold several values.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::handle::{Handle, all_listed, common, sealed};
use super::spec::{ListEntries, Misfit, ParamSpec, Shape, Stricter, texts};

/// A list of texts.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    spec: ParamSpec,
    default: &'static [&'static str],
}

impl Texts {
    /// A parameter with its default; any text is allowed.
    pub const fn new(
        name: &'static str,
        default: &'static [&'static str],
        meaning: &'static str,
    ) -> Self {
        let shape = Shape::Texts { default, allowed: &[] };
        Self { spec: ParamSpec { name, shape, stricter: Stricter::Unknown, meaning }, default }
    }

    /// Only these words are allowed.
    ///
    /// # Panics
    ///
    /// When the default holds another word; in a constant that is a compile error.
    #[must_use]
    pub const fn any_of(mut self, allowed: &'static [&'static str]) -> Self {
        assert!(all_listed(self.default, allowed), "the default holds a word that is not allowed");
        self.spec.shape = Shape::Texts { default: self.default, allowed };
        self
    }

    /// Fewer entries demand more, as in a list of exceptions.
    #[must_use]
    pub const fn stricter_when_shorter(mut self) -> Self {
        self.spec.stricter = Stricter::Lower;
        self
    }

    /// More entries demand more, as in a list of prohibited things.
    #[must_use]
    pub const fn stricter_when_longer(mut self) -> Self {
        self.spec.stricter = Stricter::Higher;
        self
    }
}

common!(Texts);

impl sealed::Sealed for Texts {}

impl Handle for Texts {
    type Out<'v> = Vec<&'v str>;

    fn param(&self) -> &ParamSpec {
        &self.spec
    }

    fn read<'v>(&self, value: Option<&'v Value>) -> Self::Out<'v> {
        value.and_then(texts).unwrap_or_else(|| self.default.to_vec())
    }
}

/// A map from text to text.
#[derive(Clone, Copy, Debug)]
pub struct TextMap {
    spec: ParamSpec,
    default: &'static [(&'static str, &'static str)],
}

impl TextMap {
    /// A parameter with its default; no `keys` means any key.
    pub const fn new(
        name: &'static str,
        default: &'static [(&'static str, &'static str)],
        keys: &'static [&'static str],
        meaning: &'static str,
    ) -> Self {
        let shape = Shape::TextMap { default, keys };
        Self { spec: ParamSpec { name, shape, stricter: Stricter::Unknown, meaning }, default }
    }
}

common!(TextMap);

impl sealed::Sealed for TextMap {}

impl Handle for TextMap {
    type Out<'v> = BTreeMap<&'v str, &'v str>;

    fn param(&self) -> &ParamSpec {
        &self.spec
    }

    fn read<'v>(&self, value: Option<&'v Value>) -> Self::Out<'v> {
        let members = value.and_then(Value::as_object).and_then(|members| {
            members.iter().map(|(key, text)| Some((key.as_str(), text.as_str()?))).collect()
        });
        members.unwrap_or_else(|| self.default.iter().copied().collect())
    }
}

/// A map from text to a list of texts.
#[derive(Clone, Copy, Debug)]
pub struct ListMap {
    spec: ParamSpec,
    default: ListEntries,
}

impl ListMap {
    /// A parameter with its default; no `keys` means any key.
    pub const fn new(
        name: &'static str,
        default: &'static [(&'static str, &'static [&'static str])],
        keys: &'static [&'static str],
        meaning: &'static str,
    ) -> Self {
        let shape = Shape::ListMap { default, keys };
        Self { spec: ParamSpec { name, shape, stricter: Stricter::Unknown, meaning }, default }
    }
}

common!(ListMap);

impl sealed::Sealed for ListMap {}

impl Handle for ListMap {
    type Out<'v> = BTreeMap<&'v str, Vec<&'v str>>;

    fn param(&self) -> &ParamSpec {
        &self.spec
    }

    fn read<'v>(&self, value: Option<&'v Value>) -> Self::Out<'v> {
        let members = value.and_then(Value::as_object).and_then(|members| {
            members.iter().map(|(key, items)| Some((key.as_str(), texts(items)?))).collect()
        });
        members.unwrap_or_else(|| {
            self.default.iter().map(|(key, items)| (*key, items.to_vec())).collect()
        })
    }
}

/// A structure a parameter can hold, decoded by serde and then checked.
pub trait Structured: DeserializeOwned + Default {
    /// Whether the decoded value makes sense.
    ///
    /// # Errors
    ///
    /// [`Misfit::Bounds`] when it decodes and still cannot be used.
    fn validate(&self) -> Result<(), Misfit> {
        Ok(())
    }
}

/// A structured value.
pub struct Json<T> {
    spec: ParamSpec,
    default: &'static str,
    marker: PhantomData<fn() -> T>,
}

impl<T: Structured> Json<T> {
    /// A parameter with its default as JSON text and its form in words.
    pub const fn new(
        name: &'static str,
        default: &'static str,
        form: &'static str,
        meaning: &'static str,
    ) -> Self {
        let shape = Shape::Json { default, form, check: check_as::<T> };
        let spec = ParamSpec { name, shape, stricter: Stricter::Unknown, meaning };
        Self { spec, default, marker: PhantomData }
    }
}

common!(Json<T>, T);

impl<T> Clone for Json<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Json<T> {}

impl<T> fmt::Debug for Json<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Json").field("spec", &self.spec).finish_non_exhaustive()
    }
}

impl<T> sealed::Sealed for Json<T> {}

impl<T: Structured> Handle for Json<T> {
    type Out<'v> = T;

    fn param(&self) -> &ParamSpec {
        &self.spec
    }

    fn read<'v>(&self, value: Option<&'v Value>) -> Self::Out<'v> {
        value
            .and_then(|value| T::deserialize(value).ok())
            .or_else(|| serde_json::from_str(self.default).ok())
            .unwrap_or_default()
    }
}

fn check_as<T: Structured>(value: &Value) -> Result<(), Misfit> {
    T::deserialize(value).or(Err(Misfit::Type))?.validate()
}
