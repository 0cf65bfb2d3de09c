//! Pages over the network.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::walk::{Answer, PageSource};
use crate::decode::{EnvelopeFault, Rows};
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::send::{Call, Core};
use crate::snapshot::RequestLine;
use crate::transport::Verb;

/// Reads the rows of an answer, given the position of the first and the organization that is read.
pub(crate) type Decode = fn(&[u8], u64, Option<&str>) -> Result<Rows, EnvelopeFault>;

/// The pages of one list of the service.
pub(crate) struct HttpSource {
    pub(crate) core: Arc<Core>,
    pub(crate) endpoint: Endpoint,
    /// The path below the family's base, with its ids.
    pub(crate) path: String,
    /// Fields to ask for, where the endpoint is projected.
    pub(crate) fields: Option<String>,
    /// Rows to ask for, where not all are wanted.
    pub(crate) filter: Option<String>,
    pub(crate) single: bool,
    pub(crate) decode: Decode,
}

impl HttpSource {
    /// Query parameters of every page, without the position.
    fn query(&self, limit: u32) -> Vec<(String, String)> {
        let endpoint = &self.endpoint;
        let mut query: Vec<(String, String)> = Vec::new();
        let mut put = |name: &str, value: String| query.push((name.to_owned(), value));
        for (name, value) in endpoint.fixed_query() {
            put(name, (*value).to_owned());
        }
        if let Some(fields) = &self.fields {
            put("fields", fields.clone());
        }
        if let Some(filter) = &self.filter {
            put("filter", filter.clone());
        }
        if !self.single {
            put("limit", limit.to_string());
            if let Some(sort) = endpoint.sort() {
                put("sort", sort.to_owned());
            }
        }
        query
    }

    /// The request without position and ids, for coverage.
    pub(crate) fn request(&self, limit: u32) -> RequestLine {
        let endpoint = &self.endpoint;
        let base = self.core.settings().hosts.base(endpoint.family());
        let base_path = base.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let base_path = base_path.map_or("", |(_, path)| path.trim_end_matches('/'));
        let slash = if base_path.is_empty() { "" } else { "/" };
        let chosen = self.core.settings().organization.as_ref();
        RequestLine {
            path: format!("{slash}{base_path}{}", endpoint.path()),
            query: self.query(limit).into_iter().collect(),
            organization: chosen
                .filter(|_| endpoint.takes_organization_header())
                .and_then(|id| id.to_str().ok().map(str::to_owned)),
        }
    }
}

/// Path template, verb and flags of a read of this endpoint.
pub(crate) fn call(endpoint: &Endpoint, path: String, query: Vec<(String, String)>) -> Call {
    Call {
        family: endpoint.family(),
        template: endpoint.path().into(),
        path,
        query,
        verb: Verb::Get,
        org_header: endpoint.takes_organization_header(),
        optional: endpoint.is_optional(),
    }
}

impl PageSource for HttpSource {
    fn page(&self, skip: u64, limit: u32) -> BoxFuture<'static, Result<Answer, Error>> {
        let mut query = self.query(limit);
        if !self.single {
            query.push((self.endpoint.offset().to_owned(), skip.to_string()));
        }
        let call = call(&self.endpoint, self.path.clone(), query);
        let core = Arc::clone(&self.core);
        let decode = self.decode;
        let path = self.endpoint.path();
        Box::pin(async move {
            let answer = core.send(call).await?;
            let rows = decode(&answer.body, skip, core.organization()).map_err(|fault| {
                let what = match fault {
                    EnvelopeFault::Syntax => "the answer is no whole JSON text",
                    EnvelopeFault::Shape => "the answer does not hold the list that is documented",
                };
                Error::new(ErrorKind::Contract)
                    .what(what)
                    .on("GET", path)
                    .with_status(answer.status)
                    .after_attempts(answer.attempts)
            })?;
            if rows.foreign {
                return Err(Error::new(ErrorKind::WrongOrganization).on("GET", path));
            }
            let header_total = answer
                .headers
                .get("x-total-count")
                .and_then(|value| value.to_str().ok()?.trim().parse().ok());
            Ok(Answer {
                rows,
                header_total,
                fetched_at: answer.received_at,
                retries: u64::from(answer.attempts.saturating_sub(1)),
            })
        })
    }

    fn no_progress(&self) -> Error {
        Error::new(ErrorKind::Contract)
            .what("the list repeats a page instead of going on")
            .on("GET", self.endpoint.path())
    }
}
