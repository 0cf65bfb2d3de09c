//! Pages over the network.

use std::borrow::Cow;
use std::sync::Arc;

use futures::future::BoxFuture;
use jiff::Timestamp;

use super::walk::{Answer, PageSource};
use crate::decode::{EnvelopeFault, Rows};
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::send::{Call, Core};
use crate::snapshot::RequestLine;
use crate::transport::Verb;

/// Reads the rows of an answer, given the position of the first and the organization that is read.
pub(crate) type Decode =
    Arc<dyn Fn(&[u8], u64, Option<&str>) -> Result<Rows, EnvelopeFault> + Send + Sync>;

/// The pages of one list of the service.
pub(crate) struct HttpSource {
    pub(crate) core: Arc<Core>,
    /// Why nothing is asked for, if so.
    pub(crate) refused: Option<&'static str>,
    /// The request without size and position.
    pub(crate) call: Call,
    /// Order to ask for, where the service takes one.
    pub(crate) sort: Option<String>,
    /// Name of the parameter that skips records.
    pub(crate) offset: Cow<'static, str>,
    pub(crate) single: bool,
    pub(crate) decode: Decode,
    /// Where the rows are kept as text, where they are.
    pub(crate) keep: Option<Keep>,
}

/// Keeps the rows of an answer as text.
pub(crate) type Keep = Arc<dyn Fn(&[u8], Timestamp) + Send + Sync>;

impl HttpSource {
    /// Query parameters of every page, without the position.
    fn query(&self, limit: u32) -> Vec<(String, String)> {
        let mut query = self.call.query.clone();
        if !self.single {
            query.push(("limit".to_owned(), limit.to_string()));
            query.extend(self.sort.iter().map(|sort| ("sort".to_owned(), sort.clone())));
        }
        query
    }

    /// The request without position and ids, for coverage.
    pub(crate) fn request(&self, limit: u32) -> RequestLine {
        let base = self.core.settings().hosts.base(self.call.family);
        let base_path = base.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let base_path = base_path.map_or("", |(_, path)| path.trim_end_matches('/'));
        let slash = if base_path.is_empty() { "" } else { "/" };
        let chosen = self.core.settings().organization.as_ref();
        RequestLine {
            path: format!("{slash}{base_path}{}", self.call.template),
            query: self.query(limit).into_iter().collect(),
            organization: chosen
                .filter(|_| self.call.org_header)
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
        let mut call = Call { query: self.query(limit), ..self.call.clone() };
        if !self.single {
            call.query.push((self.offset.clone().into_owned(), skip.to_string()));
        }
        let refused = self.refused;
        let core = Arc::clone(&self.core);
        let decode = Arc::clone(&self.decode);
        let template = self.call.template.clone();
        let keep = self.keep.clone();
        Box::pin(async move {
            if let Some(what) = refused {
                return Err(Error::new(ErrorKind::Refused)
                    .what(what)
                    .advice("set the page size of the list instead")
                    .on("GET", &template));
            }
            let answer = core.send(call).await?;
            let rows = decode(&answer.body, skip, core.organization()).map_err(|fault| {
                let what = match fault {
                    EnvelopeFault::Syntax => "the answer is no whole JSON text",
                    EnvelopeFault::Shape => "the answer does not hold the list that is documented",
                };
                Error::new(ErrorKind::Contract)
                    .what(what)
                    .on("GET", &template)
                    .with_status(answer.status)
                    .after_attempts(answer.attempts)
            })?;
            if rows.foreign {
                return Err(Error::new(ErrorKind::WrongOrganization).on("GET", &template));
            }
            if let Some(keep) = keep {
                keep(&answer.body, answer.received_at);
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
            .on("GET", &self.call.template)
    }
}
