//! Endpoints as values: where a resource lives and how its list is read.

pub(crate) mod refused;

use crate::region::Family;

/// Where a resource lives, how its answer is shaped and how its list is paged.
///
/// An endpoint can only be a read: there is no way to give it a method, and the constructors
/// refuse every path whose `GET` has a side effect or answers with a secret.
///
/// ```
/// use jumpcloud_client::{Endpoint, Family};
///
/// const RADIUS: Endpoint = Endpoint::list("RAD", Family::V1, "/radiusservers");
/// assert_eq!(RADIUS.max_limit(), 100);
/// ```
///
/// A refused path does not compile:
///
/// ```compile_fail
/// use jumpcloud_client::{Endpoint, Family};
///
/// const KEY: Endpoint = Endpoint::object("KEY", Family::V2, "/systems/{id}/fdekey");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    input: &'static str,
    family: Family,
    path: &'static str,
    query: &'static [(&'static str, &'static str)],
    shape: Shape,
    offset: &'static str,
    page_size: u32,
    max_limit: u32,
    sort: Option<&'static str>,
    paged: bool,
    bare_object: bool,
    optional: bool,
    organization_header: bool,
    projected: bool,
    holds_secrets: bool,
    device_filter: bool,
}

/// How the records stand in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// A bare array; its total, if any, comes in the header `x-total-count`.
    Array,
    /// An object with the records under one of these keys, and a total beside them if any.
    Wrapped(&'static [&'static str]),
    /// Either of the two: some newer services answer both ways.
    ArrayOrWrapped(&'static [&'static str]),
    /// One record.
    Object,
}

impl Endpoint {
    /// A paged list in the manner of its family.
    ///
    /// V1: records under `results` with `totalCount`, sorted by `_id`, at most 100 a page. V2: a
    /// bare array with `x-total-count`, at most 100 a page `[spec]`.
    ///
    /// # Panics
    /// In constants at compile time, when the path is one that a reader must refuse.
    pub const fn list(input: &'static str, family: Family, path: &'static str) -> Self {
        let (shape, sort) = match family {
            Family::V1 => (Shape::Wrapped(&["results"]), Some("_id")),
            Family::V2 | Family::Events => (Shape::Array, None),
        };
        Self::new(input, family, path, shape, sort)
    }

    /// A single record.
    ///
    /// # Panics
    /// In constants at compile time, when the path is one that a reader must refuse.
    pub const fn object(input: &'static str, family: Family, path: &'static str) -> Self {
        Self::new(input, family, path, Shape::Object, None)
    }

    /// A System Insights table: rows of the whole organization, at most 10 000 a page `[spec]`.
    ///
    /// # Panics
    /// In constants at compile time, when the path is one that a reader must refuse.
    pub const fn insights(input: &'static str, path: &'static str) -> Self {
        let table = Self::list(input, Family::V2, path).limits(1_000, 10_000).optional();
        Self { device_filter: true, ..table }
    }

    const fn new(
        input: &'static str,
        family: Family,
        path: &'static str,
        shape: Shape,
        sort: Option<&'static str>,
    ) -> Self {
        assert!(
            refused::refuses(path).is_none(),
            "this path has a side effect or answers with a secret"
        );
        Self {
            input,
            family,
            path,
            query: &[],
            shape,
            offset: "skip",
            page_size: 100,
            max_limit: 100,
            sort,
            paged: true,
            bare_object: false,
            optional: false,
            organization_header: true,
            projected: false,
            holds_secrets: false,
            device_filter: false,
        }
    }

    /// Fixed query parameters, such as `targets=user`.
    #[must_use]
    pub const fn query(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    /// The records stand under one of these keys.
    #[must_use]
    pub const fn wrapped(self, keys: &'static [&'static str]) -> Self {
        Self { shape: Shape::Wrapped(keys), ..self }
    }

    /// The records come bare or under one of these keys.
    #[must_use]
    pub const fn array_or_wrapped(self, keys: &'static [&'static str]) -> Self {
        Self { shape: Shape::ArrayOrWrapped(keys), ..self }
    }

    /// Records asked for in a page, and the most the service allows.
    #[must_use]
    pub const fn limits(self, page_size: u32, max_limit: u32) -> Self {
        Self { page_size, max_limit, ..self }
    }

    /// A sort whose order is total and stable, in the family's own spelling.
    #[must_use]
    pub const fn sorted_by(self, sort: &'static str) -> Self {
        Self { sort: Some(sort), ..self }
    }

    /// The service takes no sort here.
    #[must_use]
    pub const fn unsorted(self) -> Self {
        Self { sort: None, ..self }
    }

    /// The parameter that skips records, where it is not `skip`.
    #[must_use]
    pub const fn offset_parameter(self, offset: &'static str) -> Self {
        Self { offset, ..self }
    }

    /// The service answers with the whole list at once and takes neither limit nor skip.
    #[must_use]
    pub const fn unpaged(self) -> Self {
        Self { paged: false, sort: None, ..self }
    }

    /// A single record without an envelope is a list of one.
    #[must_use]
    pub const fn or_bare_object(self) -> Self {
        Self { bare_object: true, ..self }
    }

    /// 402, 404 and 501 mean that the feature is not set up, not that something went missing.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The service answers 403 when `x-org-id` is sent here `[recorded]`.
    #[must_use]
    pub const fn without_organization_header(self) -> Self {
        Self { organization_header: false, ..self }
    }

    /// Asks only for the modelled fields, so that the rest never travels.
    #[must_use]
    pub const fn projected(self) -> Self {
        Self { projected: true, ..self }
    }

    /// Records carry secrets beside the modelled fields: raw text of them is never kept.
    #[must_use]
    pub const fn holds_secrets(self) -> Self {
        Self { holds_secrets: true, ..self }
    }

    /// The table cannot be asked for the rows of some devices.
    #[must_use]
    pub const fn without_device_filter(self) -> Self {
        Self { device_filter: false, ..self }
    }

    /// Short code of the dataset, such as `SYS`; rules and coverage name it.
    pub const fn input(&self) -> &'static str {
        self.input
    }

    /// API family, which decides host and base path.
    pub const fn family(&self) -> Family {
        self.family
    }

    /// Path template below the family's base; `{id}` stands for the parent.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Fixed query parameters.
    pub const fn fixed_query(&self) -> &'static [(&'static str, &'static str)] {
        self.query
    }

    /// How the records stand in an answer.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// Records asked for in a page unless the caller says otherwise.
    pub const fn page_size(&self) -> u32 {
        self.page_size
    }

    /// Most records the service gives in a page.
    pub const fn max_limit(&self) -> u32 {
        self.max_limit
    }

    /// Name of the parameter that skips records.
    pub const fn offset(&self) -> &'static str {
        self.offset
    }

    /// Stable sort, where the service takes one.
    pub const fn sort(&self) -> Option<&'static str> {
        self.sort
    }

    /// Whether the list is read page by page; if not, its first answer is all of it.
    pub const fn is_paged(&self) -> bool {
        self.paged
    }

    /// Whether a record without an envelope is a list of one.
    pub const fn accepts_bare_object(&self) -> bool {
        self.bare_object
    }

    /// Whether 402, 404 and 501 mean "not set up".
    pub const fn is_optional(&self) -> bool {
        self.optional
    }

    /// Whether `x-org-id` may be sent.
    pub const fn takes_organization_header(&self) -> bool {
        self.organization_header
    }

    /// Whether the rows of some devices can be asked for: all System Insights tables but one.
    pub const fn takes_device_filter(&self) -> bool {
        self.device_filter
    }

    /// Whether only modelled fields are asked for.
    pub const fn is_projected(&self) -> bool {
        self.projected
    }

    /// Whether raw text of a record may be kept.
    pub const fn may_keep_raw(&self) -> bool {
        !self.holds_secrets
    }
}
