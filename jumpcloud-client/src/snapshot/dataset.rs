//! Rows of one input, and the JSON form in which they are saved.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use jiff::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::RawValue;

use super::coverage::{Coverage, InputState, PartialReason};
use super::window::Window;
use crate::model::{DUPLICATE_KEY, Model as _};
use crate::record::{Record, RecordDigest, SetAside, SetAsideReason};
use crate::resource::{Resource, ScopedResource};
use crate::shelf::Shelf;

/// Rows of one input with their coverage.
///
/// In a saved snapshot it is an object with `state`, `records` and, where known, `digests` (one for
/// each record), `pages` and `window`; a bare array of records is a complete input.
pub struct Dataset<R: Resource> {
    /// What was asked and how much of it arrived.
    pub coverage: Coverage,
    /// The rows, in the order of the service; those that only another reading found come last.
    pub records: Vec<Record<R::Record>>,
    /// Rows that could not be read.
    pub set_aside: Vec<SetAside>,
}

impl<R: Resource> Dataset<R> {
    /// An input without rows, in this state.
    pub fn empty(state: InputState) -> Self {
        Self { coverage: Coverage::of(state), records: Vec::new(), set_aside: Vec::new() }
    }

    /// Whether the absence of a row is a fact.
    pub fn state(&self) -> InputState {
        self.coverage.state
    }

    /// The rows without their provenance.
    pub fn values(&self) -> impl Iterator<Item = &R::Record> {
        self.records.iter().map(|record| &record.value)
    }

    /// Adds one row of raw JSON, or sets it aside.
    pub(crate) fn push_raw(
        &mut self,
        raw: &str,
        position: u64,
        fetched_at: Timestamp,
        shelf: &mut Shelf,
    ) {
        match read::<R>(raw) {
            Ok(mut value) => {
                value.share(shelf);
                let digest = RecordDigest::of(raw.as_bytes());
                self.records.push(Record { value, digest, fetched_at });
            }
            Err(reason) => self.set_aside.push(set_aside::<R>(raw, position, reason)),
        }
    }
}

/// Reads one row.
pub(crate) fn read<R: Resource>(raw: &str) -> Result<R::Record, SetAsideReason> {
    let record = serde_json::from_str::<R::Record>(raw).map_err(|error| unreadable(&error))?;
    if R::KEYED && R::key(&record).is_none() {
        return Err(SetAsideReason::NoIdentity);
    }
    Ok(record)
}

/// What is wrong with a row that does not decode.
pub(crate) fn unreadable(error: &serde_json::Error) -> SetAsideReason {
    if error.is_syntax() || error.is_eof() {
        SetAsideReason::Syntax
    } else if error.to_string().starts_with(DUPLICATE_KEY) {
        SetAsideReason::DuplicateKey
    } else {
        SetAsideReason::NotAnObject
    }
}

/// Describes a row that could not be read.
pub(crate) fn set_aside<R: Resource>(raw: &str, position: u64, reason: SetAsideReason) -> SetAside {
    SetAside {
        position,
        id: identity(raw),
        reason,
        digest: RecordDigest::of(raw.as_bytes()),
        raw: (R::ENDPOINT.may_keep_raw() && raw.len() <= SetAside::MAX_RAW).then(|| raw.into()),
    }
}

/// The identity of a row that is otherwise unreadable: the first `_id` or `id` that is text.
fn identity(raw: &str) -> Option<String> {
    struct IdOnly;

    impl<'de> Visitor<'de> for IdOnly {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<String>, A::Error> {
            let mut id = None;
            while let Some(key) = map.next_key::<String>()? {
                if matches!(key.as_str(), "_id" | "id") && id.is_none() {
                    id = map.next_value::<crate::field::Field<String>>()?.into_value();
                } else {
                    map.next_value::<serde::de::IgnoredAny>()?;
                }
            }
            Ok(id.map(|text| text.chars().take(64).collect()))
        }
    }

    serde_json::Deserializer::from_str(raw).deserialize_map(IdOnly).unwrap_or(None)
}

impl<R: Resource> Default for Dataset<R> {
    fn default() -> Self {
        Self::empty(InputState::NotCollected)
    }
}

impl<R: Resource> Clone for Dataset<R> {
    fn clone(&self) -> Self {
        Self {
            coverage: self.coverage.clone(),
            records: self.records.clone(),
            set_aside: self.set_aside.clone(),
        }
    }
}

impl<R: Resource> PartialEq for Dataset<R> {
    fn eq(&self, other: &Self) -> bool {
        self.coverage == other.coverage
            && self.records == other.records
            && self.set_aside == other.set_aside
    }
}

impl<R: Resource> fmt::Debug for Dataset<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dataset")
            .field("input", &R::ENDPOINT.input())
            .field("state", &self.coverage.state)
            .field("records", &self.records.len())
            .field("set_aside", &self.set_aside.len())
            .finish_non_exhaustive()
    }
}

/// Consecutive records that arrived at one moment.
#[derive(Clone, Copy, serde::Serialize, serde::Deserialize)]
struct Page {
    fetched_at: Timestamp,
    records: usize,
}

impl<R: Resource> Serialize for Dataset<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Values<'a, T>(&'a [Record<T>]);

        impl<T: Serialize> Serialize for Values<'_, T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.iter().map(|record| &record.value))
            }
        }

        let mut pages: Vec<Page> = Vec::new();
        for record in &self.records {
            match pages.last_mut() {
                Some(page) if page.fetched_at == record.fetched_at => {
                    page.records = page.records.saturating_add(1);
                }
                _ => pages.push(Page { fetched_at: record.fetched_at, records: 1 }),
            }
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("coverage", &self.coverage)?;
        map.serialize_entry("pages", &pages)?;
        map.serialize_entry(
            "digests",
            &self.records.iter().map(|record| record.digest).collect::<Vec<_>>(),
        )?;
        if !self.set_aside.is_empty() {
            map.serialize_entry("set_aside", &self.set_aside)?;
        }
        map.serialize_entry("records", &Values(&self.records))?;
        map.end()
    }
}

/// What a saved input may hold.
#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Saved {
    state: Option<SavedState>,
    reason: Option<PartialReason>,
    class: Option<super::coverage::FailureClass>,
    coverage: Option<Coverage>,
    window: Option<Box<Window>>,
    fetched_at: Option<Timestamp>,
    pages: Vec<Page>,
    digests: Vec<RecordDigest>,
    set_aside: Vec<SetAside>,
    records: Vec<Box<RawValue>>,
}

#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum SavedState {
    Complete,
    Partial,
    Failed,
    NotCollected,
    NotLicensed,
}

fn saved_state(
    state: SavedState,
    reason: Option<PartialReason>,
    class: Option<super::coverage::FailureClass>,
) -> InputState {
    match state {
        SavedState::Complete => InputState::Complete,
        SavedState::Partial => {
            InputState::Partial { reason: reason.unwrap_or(PartialReason::CountMismatch) }
        }
        SavedState::Failed => {
            InputState::Failed { class: class.unwrap_or(super::coverage::FailureClass::Transport) }
        }
        SavedState::NotCollected => InputState::NotCollected,
        SavedState::NotLicensed => InputState::NotLicensed,
    }
}

/// Stands for "when the snapshot was taken" until the snapshot's own time is known.
pub(super) const UNDATED: Timestamp = Timestamp::MIN;

impl<R: Resource> Dataset<R> {
    fn from_saved<E: serde::de::Error>(saved: Saved) -> Result<Self, E> {
        let code = R::ENDPOINT.input();
        if !saved.digests.is_empty() && saved.digests.len() != saved.records.len() {
            return Err(E::custom(format_args!(
                "{code}: `digests` needs one entry for each record"
            )));
        }
        let mut times = saved.pages.iter().flat_map(|page| {
            core::iter::repeat_n(page.fetched_at, page.records.min(saved.records.len()))
        });
        let fallback = saved.fetched_at.unwrap_or(UNDATED);
        let mut dataset = Self::empty(InputState::Complete);
        let mut shelf = Shelf::default();
        for (position, raw) in saved.records.iter().enumerate() {
            let position = u64::try_from(position).unwrap_or(u64::MAX);
            let fetched_at = times.next().unwrap_or(fallback);
            dataset.push_raw(raw.get(), position, fetched_at, &mut shelf);
        }
        if dataset.set_aside.is_empty() {
            for (record, digest) in dataset.records.iter_mut().zip(saved.digests) {
                record.digest = digest;
            }
        }
        let unreadable = !dataset.set_aside.is_empty();
        let counted = u64::try_from(saved.records.len()).unwrap_or(u64::MAX);
        dataset.coverage = saved.coverage.unwrap_or_else(|| Coverage {
            received: counted,
            unique: u64::try_from(dataset.records.len()).unwrap_or(u64::MAX),
            set_aside: u64::try_from(dataset.set_aside.len()).unwrap_or(u64::MAX),
            first_fetched_at: saved.fetched_at,
            last_fetched_at: saved.fetched_at,
            ..Coverage::of(InputState::Complete)
        });
        if let Some(window) = saved.window {
            dataset.coverage.window = Some(window);
        }
        if let Some(state) = saved.state {
            dataset.coverage.state = saved_state(state, saved.reason, saved.class);
        }
        if unreadable {
            dataset.coverage.state =
                dataset.coverage.state.worse(InputState::Partial { reason: PartialReason::Decode });
        }
        dataset.set_aside.extend(saved.set_aside);
        Ok(dataset)
    }

    /// Gives rows that name no time the time of the snapshot.
    pub(super) fn date(&mut self, at: Timestamp) {
        for record in &mut self.records {
            if record.fetched_at == UNDATED {
                record.fetched_at = at;
            }
        }
        // What never arrived has no time of arrival.
        if matches!(self.coverage.state, InputState::Complete | InputState::Partial { .. }) {
            self.coverage.first_fetched_at.get_or_insert(at);
            self.coverage.last_fetched_at.get_or_insert(at);
        }
    }
}

impl<'de, R: Resource> Deserialize<'de> for Dataset<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<R>(PhantomData<R>);

        impl<'de, R: Resource> Visitor<'de> for Either<R> {
            type Value = Dataset<R>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of records, or an object with `state` and `records`")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Dataset<R>, A::Error> {
                let mut saved = Saved::default();
                while let Some(raw) = seq.next_element()? {
                    saved.records.push(raw);
                }
                Dataset::from_saved(saved)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Dataset<R>, A::Error> {
                Dataset::from_saved(Saved::deserialize(MapAccessDeserializer::new(map))?)
            }
        }

        deserializer.deserialize_any(Either(PhantomData))
    }
}

/// Lists that hang on the records of another input, such as the members of each group.
///
/// In a saved snapshot it is an object with `of`, which maps the parent's id to its dataset, and a
/// `state` for the whole.
pub struct Scoped<R: ScopedResource> {
    /// State of the whole: complete only when each parent's list is.
    pub state: InputState,
    /// The lists by the id of their parent.
    pub of: BTreeMap<String, Dataset<R>>,
}

impl<R: ScopedResource> Scoped<R> {
    /// The list of one parent, when it was read.
    pub fn get(&self, parent: &str) -> Option<&Dataset<R>> {
        self.of.get(parent)
    }

    /// State of one parent's list; a parent that was never asked for is as the whole, at best
    /// not collected.
    pub fn state_of(&self, parent: &str) -> InputState {
        match self.of.get(parent) {
            Some(dataset) => dataset.state(),
            None => self.state.worse(InputState::NotCollected),
        }
    }
}

impl<R: ScopedResource> Default for Scoped<R> {
    fn default() -> Self {
        Self { state: InputState::NotCollected, of: BTreeMap::new() }
    }
}

impl<R: ScopedResource> Clone for Scoped<R> {
    fn clone(&self) -> Self {
        Self { state: self.state, of: self.of.clone() }
    }
}

impl<R: ScopedResource> PartialEq for Scoped<R> {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state && self.of == other.of
    }
}

impl<R: ScopedResource> fmt::Debug for Scoped<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped")
            .field("input", &R::ENDPOINT.input())
            .field("state", &self.state)
            .field("lists", &self.of.len())
            .finish()
    }
}

impl<R: ScopedResource> Serialize for Scoped<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.state {
            InputState::Complete => map.serialize_entry("state", "complete")?,
            InputState::Partial { reason } => {
                map.serialize_entry("state", "partial")?;
                map.serialize_entry("reason", &reason)?;
            }
            InputState::Failed { class } => {
                map.serialize_entry("state", "failed")?;
                map.serialize_entry("class", &class)?;
            }
            InputState::NotCollected => map.serialize_entry("state", "not_collected")?,
            InputState::NotLicensed => map.serialize_entry("state", "not_licensed")?,
        }
        map.serialize_entry("of", &self.of)?;
        map.end()
    }
}

impl<'de, R: ScopedResource> Deserialize<'de> for Scoped<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields, bound = "")]
        struct SavedScoped<R: ScopedResource> {
            #[serde(default)]
            state: Option<SavedState>,
            #[serde(default)]
            reason: Option<PartialReason>,
            #[serde(default)]
            class: Option<super::coverage::FailureClass>,
            #[serde(default = "BTreeMap::new")]
            of: BTreeMap<String, Dataset<R>>,
        }

        let saved = SavedScoped::<R>::deserialize(deserializer)?;
        let stated = saved
            .state
            .map_or(InputState::Complete, |state| saved_state(state, saved.reason, saved.class));
        let broken = saved.of.values().any(|dataset| !dataset.state().is_complete());
        let state = if broken {
            stated.worse(InputState::Partial { reason: PartialReason::ScopeIncomplete })
        } else {
            stated
        };
        Ok(Self { state, of: saved.of })
    }
}
