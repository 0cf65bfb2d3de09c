//! From an answer's bytes to rows: envelopes, totals and rows that do not decode.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of a test")]
mod laws;
mod loose;
mod source;

pub(crate) use loose::{Loose, loose};
pub(crate) use source::source;

use std::any::Any;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::endpoint::Shape;
use crate::field::Field;
use crate::record::{RecordDigest, SetAside};
use crate::resource::Resource;
use crate::snapshot::{read, set_aside};

/// Names under which a wrapped list reports its total; the first is the surer one, as the other may
/// count the page `[inferred]`.
const TOTAL: &str = "totalCount";
const COUNT: &str = "count";

/// What is wrong with an answer as a whole. Never carries a word of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EnvelopeFault {
    /// Not JSON, cut short, or not UTF-8.
    Syntax,
    /// JSON of another shape than the endpoint promises.
    Shape,
}

/// What is known of one row, without its type.
#[derive(Debug)]
pub(crate) enum Mark {
    /// It decoded.
    Read {
        /// Digest of its text.
        digest: RecordDigest,
        /// Its identity, shortened to 128 bits, where its resource has one.
        key: Option<Key>,
    },
    /// It did not decode.
    Odd(SetAside),
    /// A `null` in its place.
    Null,
}

/// Identity of a row within one list.
pub(crate) type Key = u128;

/// The rows of an answer and the total it reports.
///
/// The records themselves are a `Vec<Option<R::Record>>` behind a box, one place for each mark, so
/// that the walk over a list is compiled once and not once for each resource.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) marks: Vec<Mark>,
    pub(crate) values: Box<dyn Any + Send>,
    /// The total in the body, where it is a whole number that can be one.
    pub(crate) total: Option<u64>,
    /// `null` stood where the list should be.
    pub(crate) null_list: bool,
    /// A record names another organization than the one that is read.
    pub(crate) foreign: bool,
}

/// Reads the rows of an answer.
///
/// `position` is where its first row stands in the list, `organization` the one that is read, when
/// it is known.
pub(crate) fn rows<R: Resource>(
    body: &[u8],
    position: u64,
    organization: Option<&str>,
) -> Result<Rows, EnvelopeFault> {
    let endpoint = R::ENDPOINT;
    let envelope = envelope(Layout::of(endpoint.shape(), endpoint.accepts_bare_object()), body)?;
    let mut foreign = false;
    let rows = envelope.rows(position, |raw, position| {
        let value = read::<R>(raw).map_err(|reason| set_aside::<R>(raw, position, reason))?;
        foreign |= is_foreign(R::organization(&value), organization);
        let key = R::key(&value).map(|text| key_of(text.as_bytes()));
        Ok((value, key))
    });
    Ok(Rows { foreign, ..rows })
}

/// Whether a record names another organization than the one that is read.
fn is_foreign(theirs: Option<&str>, ours: Option<&str>) -> bool {
    theirs.zip(ours).is_some_and(|(theirs, ours)| !theirs.eq_ignore_ascii_case(ours))
}

/// Shortens an identity to 128 bits of its SHA-256.
pub(crate) fn key_of(bytes: &[u8]) -> Key {
    shorten(RecordDigest::of(bytes))
}

/// The first 128 bits of a digest.
pub(crate) fn shorten(digest: RecordDigest) -> Key {
    digest.to_bytes().iter().take(16).fold(0, |bits, byte| (bits << 8) | Key::from(*byte))
}

struct Envelope<'a> {
    rows: Vec<&'a RawValue>,
    total: Option<u64>,
    null_list: bool,
}

impl Envelope<'_> {
    /// Its rows as `read` finds them, given the text of each and where it stands in the list.
    fn rows<T: Send + 'static>(
        self,
        position: u64,
        mut read: impl FnMut(&str, u64) -> Result<(T, Option<Key>), SetAside>,
    ) -> Rows {
        let mut marks = Vec::with_capacity(self.rows.len());
        let mut values: Vec<Option<T>> = Vec::with_capacity(self.rows.len());
        for (raw, position) in self.rows.iter().map(|raw| raw.get()).zip(position..) {
            let (mark, value) = if raw == "null" {
                (Mark::Null, None)
            } else {
                match read(raw, position) {
                    Ok((value, key)) => {
                        let digest = RecordDigest::of(raw.as_bytes());
                        (Mark::Read { digest, key }, Some(value))
                    }
                    Err(set_aside) => (Mark::Odd(set_aside), None),
                }
            };
            marks.push(mark);
            values.push(value);
        }
        let Self { total, null_list, .. } = self;
        Rows { marks, values: Box::new(values), total, null_list, foreign: false }
    }
}

/// Where the rows may stand in an answer.
#[derive(Clone, Copy)]
struct Layout<'k> {
    /// Under one of these keys of an object.
    keys: &'k [&'k str],
    /// In a bare array.
    array: bool,
    /// The whole object is the one row.
    whole: bool,
}

impl Layout<'static> {
    const fn of(shape: Shape, bare_object: bool) -> Self {
        let (keys, array): (&[&str], bool) = match shape {
            Shape::Array => (&[], true),
            Shape::Wrapped(keys) => (keys, false),
            Shape::ArrayOrWrapped(keys) => (keys, true),
            Shape::Object => (&[], false),
        };
        Self { keys, array, whole: bare_object || matches!(shape, Shape::Object) }
    }
}

fn envelope<'a>(layout: Layout<'_>, body: &'a [u8]) -> Result<Envelope<'a>, EnvelopeFault> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = reader.deserialize_any(EnvelopeVisitor { layout, body });
    let ended = reader.end();
    match read {
        Ok(Some(envelope)) => ended.map(|()| envelope).map_err(|_| EnvelopeFault::Syntax),
        Ok(None) => Err(ended.map_or(EnvelopeFault::Syntax, |()| EnvelopeFault::Shape)),
        Err(error) if error.is_data() => Err(EnvelopeFault::Shape),
        Err(_) => Err(EnvelopeFault::Syntax),
    }
}

struct EnvelopeVisitor<'k, 'a> {
    layout: Layout<'k>,
    body: &'a [u8],
}

impl<'de> Visitor<'de> for EnvelopeVisitor<'_, 'de> {
    type Value = Option<Envelope<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        let bare = self.layout.array;
        Ok(bare.then(|| Envelope { rows: Vec::new(), total: None, null_list: true }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = seq.next_element()? {
            rows.push(row);
        }
        let bare = self.layout.array;
        Ok(bare.then_some(Envelope { rows, total: None, null_list: false }))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let keys = self.layout.keys;
        let mut rows = None;
        let mut null_list = false;
        let mut total = None;
        let mut again = false;
        while let Some(key) = map.next_key::<String>()? {
            if keys.contains(&key.as_str()) && rows.is_some() {
                // Two lists in one answer: either may be the one.
                again = true;
                map.next_value::<IgnoredAny>()?;
            } else if keys.contains(&key.as_str()) {
                rows = Some(match map.next_value_seed(RowList)? {
                    Some(list) => list,
                    None => {
                        null_list = true;
                        Vec::new()
                    }
                });
            } else if matches!(key.as_str(), TOTAL | COUNT) {
                let count = map.next_value::<Field<i64>>()?;
                let count = count.value().and_then(|count| u64::try_from(*count).ok());
                total = if key == TOTAL { count.or(total) } else { total.or(count) };
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if again {
            return Ok(None);
        }
        if let Some(rows) = rows {
            return Ok(Some(Envelope { rows, total, null_list }));
        }
        if !self.layout.whole {
            return Ok(None);
        }
        // The whole answer is the record.
        let whole =
            serde_json::from_slice::<&RawValue>(self.body).map_err(serde::de::Error::custom)?;
        Ok(Some(Envelope { rows: vec![whole], total: None, null_list: false }))
    }
}

/// An array of raw rows, or `null`.
struct RowList;

impl<'de> DeserializeSeed<'de> for RowList {
    type Value = Option<Vec<&'de RawValue>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowList {
    type Value = Option<Vec<&'de RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = seq.next_element()? {
            rows.push(row);
        }
        Ok(Some(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: Shape = Shape::Wrapped(&["results"]);

    fn count(shape: Shape, body: &str) -> Result<(usize, Option<u64>), EnvelopeFault> {
        envelope(Layout::of(shape, false), body.as_bytes())
            .map(|found| (found.rows.len(), found.total))
    }

    #[test]
    fn each_shape_is_read_and_no_other() {
        assert_eq!(count(V1, r#"{"totalCount":2,"results":[{},{}]}"#), Ok((2, Some(2))));
        assert_eq!(count(V1, r#"{"results":null,"totalCount":0}"#), Ok((0, Some(0))));
        assert_eq!(count(Shape::Array, "[{},null]"), Ok((2, None)));
        assert_eq!(count(Shape::Array, "null"), Ok((0, None)));
        assert_eq!(count(Shape::Object, r#"{"a":1}"#), Ok((1, None)));
        let bare = Layout::of(V1, true);
        assert_eq!(envelope(bare, br#"{"_id":"a"}"#).map(|found| found.rows.len()), Ok(1));
        assert_eq!(count(V1, r#"{"totalCount":2,"items":[{},{}]}"#), Err(EnvelopeFault::Shape));
        assert_eq!(count(V1, "[{}]"), Err(EnvelopeFault::Shape));
        assert_eq!(count(Shape::Array, r#"{"message":"x"}"#), Err(EnvelopeFault::Shape));
        assert_eq!(count(V1, r#"{"results":{"a":1}}"#), Err(EnvelopeFault::Shape));
        assert_eq!(count(V1, "\"text\""), Err(EnvelopeFault::Shape));
        assert_eq!(count(V1, r#"{"results":[{}],"results":[]}"#), Err(EnvelopeFault::Shape));
    }

    #[test]
    fn what_is_cut_short_or_followed_by_more_is_broken() {
        for body in [r#"{"totalCount":2,"results":[{},{"#, "", "[{}] x", "<html>"] {
            assert_eq!(count(V1, body).unwrap_err(), EnvelopeFault::Syntax, "{body}");
        }
        let broken = b"{\"results\":[{\"a\":\"\xff\"}]}";
        assert_eq!(envelope(Layout::of(V1, false), broken).map(|_| ()), Err(EnvelopeFault::Syntax));
    }

    #[test]
    fn a_total_that_is_none_is_no_total() {
        for total in ["-1", "\"many\"", "null", "1.5", "{}", "99999999999999999999"] {
            let body = format!("{{\"totalCount\":{total},\"results\":[]}}");
            assert_eq!(count(V1, &body), Ok((0, None)), "{total}");
        }
        assert_eq!(count(V1, r#"{"totalCount":"7","results":[]}"#), Ok((0, Some(7))));
        for both in [r#""count":1,"totalCount":7"#, r#""totalCount":7,"count":1"#] {
            assert_eq!(count(V1, &format!("{{{both},\"results\":[]}}")), Ok((0, Some(7))));
        }
    }
}
