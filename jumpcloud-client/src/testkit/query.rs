//! A request target taken apart.

/// Path and query pairs, decoded.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) path: String,
    pub(super) pairs: Vec<(String, String)>,
}

impl Target {
    pub(super) fn new(path: &str, query: Option<&str>) -> Self {
        let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self { path: path.to_owned(), pairs }
    }

    /// Path and query as one text.
    pub(super) fn text(&self) -> String {
        format!("{} {:?}", self.path, self.pairs)
    }

    /// The first value of a query parameter.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The values of a parameter given as `name`, `name[0]` and so on.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter_map(move |(key, value)| {
            let rest = key.strip_prefix(name)?;
            let indexed = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            let plain = rest.is_empty()
                || indexed.is_some_and(|index| index.bytes().all(|b| b.is_ascii_digit()));
            plain.then_some(value.as_str())
        })
    }

    /// The segments of the path.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|segment| !segment.is_empty()).collect()
    }
}
