//! A snapshot: everything that was read, as plain data.

mod coverage;
mod dataset;
mod window;

use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use coverage::{Coverage, CoverageNote, FailureClass, InputState, PartialReason, RequestLine};
#[cfg(any(feature = "http", test))]
pub(crate) use dataset::read;
pub use dataset::{Dataset, Scoped};
#[cfg(feature = "http")]
pub(crate) use dataset::{set_aside, unreadable};
pub use window::Window;

use crate::record::RecordDigest;
use crate::resource::{Resource, ScopedResource};
use crate::resources::{self, for_each_resource};

/// Name and version of the saved form.
pub const SNAPSHOT_SCHEMA: &str = "jumpcloud-snapshot/1";

/// Everything that was read in one run, with how complete each input is.
///
/// Collection ends here and judgement begins: a snapshot can be saved, replayed without a network
/// and written by hand. Missing is never empty: an input that was not read says so.
///
/// The saved form holds records in JumpCloud's own shape. The least that can be written by hand:
///
/// ```
/// use jumpcloud_client::{Snapshot, resources::System};
///
/// let snapshot = Snapshot::from_json(r#"{
///     "schema": "jumpcloud-snapshot/1",
///     "organization_id": "5f0000000000000000000001",
///     "taken_at": "2026-11-23T12:00:00Z",
///     "inputs": {
///         "SYS": [{"_id": "5f00000000000000000000aa", "osFamily": "darwin", "fde": {"active": true}}],
///         "SGM": {"of": {"5f00000000000000000000bb": [{"id": "5f00000000000000000000aa", "type": "system"}]}},
///         "USR": {"state": "partial", "reason": "page_failed", "records": []}
///     }
/// }"#)?;
/// assert_eq!(snapshot.list::<System>().records.len(), 1);
/// # Ok::<(), jumpcloud_client::InvalidSnapshot>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The organization that was read, when it is known.
    pub organization_id: Option<String>,
    /// Base address of the console that answered, without path; empty when not collected.
    pub source: String,
    /// When collection began; after a refresh, when the oldest list that was taken over was read.
    pub started_at: Timestamp,
    /// When collection ended.
    pub finished_at: Timestamp,
    /// On the heap: with a place for each input it is too large to be moved about on a stack.
    inputs: Box<Inputs>,
}

/// An input that is listed once for an organization.
pub trait Listed: Resource + Sized {
    /// Its place in a snapshot.
    fn of(snapshot: &Snapshot) -> &Dataset<Self>;
    /// Its place in a snapshot, to be filled.
    fn of_mut(snapshot: &mut Snapshot) -> &mut Dataset<Self>;
}

/// An input that is listed once for each record of its parent.
pub trait ListedOf: ScopedResource + Sized {
    /// Its place in a snapshot.
    fn of(snapshot: &Snapshot) -> &Scoped<Self>;
    /// Its place in a snapshot, to be filled.
    fn of_mut(snapshot: &mut Snapshot) -> &mut Scoped<Self>;
}

/// One input of a snapshot without its type: code, parent and coverage.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InputView<'a> {
    /// Code, such as `SYS`.
    pub input: &'static str,
    /// Id of the parent record, for inputs that hang on one.
    pub scope: Option<&'a str>,
    /// What was asked and how much of it arrived.
    pub coverage: &'a Coverage,
    /// Rows that could not be read.
    pub set_aside: &'a [crate::record::SetAside],
}

macro_rules! define_inputs {
    (
        lists { $($list:ident : [$($list_ty:tt)+] = $list_code:literal,)* }
        scoped { $($scoped:ident : [$($scoped_ty:tt)+] = $scoped_code:literal,)* }
    ) => {
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        struct Inputs {
            $(#[serde(rename = $list_code, skip_serializing_if = "untouched")]
            $list: Dataset<resources::$($list_ty)+>,)*
            $(#[serde(rename = $scoped_code, skip_serializing_if = "untouched_scoped")]
            $scoped: Scoped<resources::$($scoped_ty)+>,)*
        }

        $(impl Listed for resources::$($list_ty)+ {
            fn of(snapshot: &Snapshot) -> &Dataset<Self> {
                &snapshot.inputs.$list
            }
            fn of_mut(snapshot: &mut Snapshot) -> &mut Dataset<Self> {
                &mut snapshot.inputs.$list
            }
        })*

        $(impl ListedOf for resources::$($scoped_ty)+ {
            fn of(snapshot: &Snapshot) -> &Scoped<Self> {
                &snapshot.inputs.$scoped
            }
            fn of_mut(snapshot: &mut Snapshot) -> &mut Scoped<Self> {
                &mut snapshot.inputs.$scoped
            }
        })*

        impl Inputs {
            fn date(&mut self, at: Timestamp) {
                $(self.$list.date(at);)*
                $(for dataset in self.$scoped.of.values_mut() { dataset.date(at); })*
            }
        }

        impl Snapshot {
            /// Every input that was asked for, by code and parent.
            pub fn inputs(&self) -> Vec<InputView<'_>> {
                let mut views = Vec::new();
                $(if !untouched(&self.inputs.$list) {
                    views.push(view($list_code, None, &self.inputs.$list));
                })*
                $(for (parent, dataset) in &self.inputs.$scoped.of {
                    views.push(view($scoped_code, Some(parent), dataset));
                })*
                views.sort_by_key(|view| (view.input, view.scope));
                views
            }

            /// State of an input by its code: the whole for inputs that hang on a parent.
            ///
            /// Absent when no input has this code.
            pub fn state(&self, code: &str) -> Option<InputState> {
                match code {
                    $($list_code => Some(self.inputs.$list.state()),)*
                    $($scoped_code => Some(self.inputs.$scoped.state),)*
                    _ => None,
                }
            }

            /// Hands every row's input, parent, identity and digest to `visit`, in stable order.
            ///
            /// Rows without identity are named by their position.
            pub fn digests(&self, mut visit: impl FnMut(&'static str, Option<&str>, &str, RecordDigest)) {
                $(visit_digests($list_code, None, &self.inputs.$list, &mut visit);)*
                $(for (parent, dataset) in &self.inputs.$scoped.of {
                    visit_digests($scoped_code, Some(parent), dataset, &mut visit);
                })*
            }
        }
    };
}

for_each_resource!(define_inputs);

fn untouched<R: Resource>(dataset: &Dataset<R>) -> bool {
    dataset.state() == InputState::NotCollected && dataset.records.is_empty()
}

fn untouched_scoped<R: ScopedResource>(scoped: &Scoped<R>) -> bool {
    scoped.state == InputState::NotCollected && scoped.of.is_empty()
}

fn view<'a, R: Resource>(
    input: &'static str,
    scope: Option<&'a str>,
    dataset: &'a Dataset<R>,
) -> InputView<'a> {
    InputView { input, scope, coverage: &dataset.coverage, set_aside: &dataset.set_aside }
}

fn visit_digests<R: Resource>(
    input: &'static str,
    scope: Option<&str>,
    dataset: &Dataset<R>,
    visit: &mut impl FnMut(&'static str, Option<&str>, &str, RecordDigest),
) {
    for (position, record) in dataset.records.iter().enumerate() {
        let name = R::key(&record.value).unwrap_or_else(|| position.to_string());
        visit(input, scope, &name, record.digest);
    }
}

impl Snapshot {
    /// A snapshot in which nothing was read yet.
    pub fn new(organization_id: Option<String>, at: Timestamp) -> Self {
        Self {
            organization_id,
            source: String::new(),
            started_at: at,
            finished_at: at,
            inputs: Box::default(),
        }
    }

    /// Reads the saved form.
    ///
    /// Does what `serde_json::from_str` does, compiled once in this crate.
    ///
    /// # Errors
    ///
    /// [`InvalidSnapshot`] when the text is no JSON or not in the form that is documented here.
    pub fn from_json(text: &str) -> Result<Self, InvalidSnapshot> {
        serde_json::from_str(text).map_err(InvalidSnapshot)
    }

    /// Writes the saved form.
    ///
    /// # Errors
    ///
    /// [`InvalidSnapshot`] when a record holds something that JSON cannot, which no record of this
    /// crate does.
    pub fn to_json(&self) -> Result<String, InvalidSnapshot> {
        serde_json::to_string(self).map_err(InvalidSnapshot)
    }

    /// The rows of an input.
    pub fn list<R: Listed>(&self) -> &Dataset<R> {
        R::of(self)
    }

    /// The rows of an input that hangs on another.
    pub fn list_of<R: ListedOf>(&self) -> &Scoped<R> {
        R::of(self)
    }

    /// The rows of an input, to be filled or changed.
    pub fn list_mut<R: Listed>(&mut self) -> &mut Dataset<R> {
        R::of_mut(self)
    }

    /// The rows of an input that hangs on another, to be filled or changed.
    pub fn list_of_mut<R: ListedOf>(&mut self) -> &mut Scoped<R> {
        R::of_mut(self)
    }
}

/// Text that is no saved snapshot; says where and what is wrong.
#[derive(Debug, thiserror::Error)]
#[error("the text is no saved snapshot, whose form is told at `Snapshot`: {0}")]
pub struct InvalidSnapshot(serde_json::Error);

#[derive(Serialize)]
struct SavedRef<'a> {
    schema: &'static str,
    organization_id: &'a Option<String>,
    source: &'a str,
    started_at: Timestamp,
    finished_at: Timestamp,
    inputs: &'a Inputs,
}

impl Serialize for Snapshot {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SavedRef {
            schema: SNAPSHOT_SCHEMA,
            organization_id: &self.organization_id,
            source: &self.source,
            started_at: self.started_at,
            finished_at: self.finished_at,
            inputs: &self.inputs,
        }
        .serialize(serializer)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    schema: String,
    #[serde(default)]
    organization_id: Option<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    taken_at: Option<Timestamp>,
    #[serde(default)]
    started_at: Option<Timestamp>,
    #[serde(default)]
    finished_at: Option<Timestamp>,
    #[serde(default)]
    inputs: Box<Inputs>,
}

impl<'de> Deserialize<'de> for Snapshot {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;

        let mut saved = Saved::deserialize(deserializer)?;
        if saved.schema != SNAPSHOT_SCHEMA {
            return Err(D::Error::custom(format_args!(
                "schema is `{}`, this version reads `{SNAPSHOT_SCHEMA}`",
                saved.schema.chars().take(40).collect::<String>()
            )));
        }
        let finished_at = saved
            .finished_at
            .or(saved.taken_at)
            .ok_or_else(|| D::Error::custom("`taken_at` or `finished_at` is needed"))?;
        let started_at = saved.started_at.or(saved.taken_at).unwrap_or(finished_at);
        saved.inputs.date(finished_at);
        Ok(Self {
            organization_id: saved.organization_id,
            source: saved.source,
            started_at,
            finished_at,
            inputs: saved.inputs,
        })
    }
}

#[cfg(test)]
mod tests {
    use core::error::Error as _;

    use super::*;

    #[test]
    fn text_that_is_no_snapshot_says_once_why() {
        let error = Snapshot::from_json("{]").unwrap_err();
        let text = error.to_string();
        assert!(text.ends_with("`Snapshot`: key must be a string at line 1 column 2"), "{text}");
        assert!(error.source().is_none(), "a chain of causes would say it twice");
    }
}
