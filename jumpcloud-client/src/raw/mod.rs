//! The way out: GET any path that a reader may read.

mod list;

use std::fmt;

pub use list::{RawList, RawListing};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::region::Family;
use crate::send::Call;

/// Reads what is not modelled, through the same limits, retries and refusals as everything else.
#[derive(Clone, Debug)]
pub struct Raw {
    client: Client,
    family: Family,
}

impl Client {
    /// Reads what is not modelled.
    ///
    /// [`Raw::list`] walks a list to its end; [`Raw::get`] asks once.
    ///
    /// ```
    /// use jumpcloud_client::{Client, Family};
    /// use serde_json::Value;
    ///
    /// # async fn run(client: Client) -> Result<(), jumpcloud_client::Error> {
    /// let rules = client.raw(Family::V2).list::<Value>("/iplists", &[]).collect().await?;
    /// println!("{} lists, {:?}", rules.records.len(), rules.state());
    ///
    /// let answer = client.raw(Family::V1).get("/systems", &[("limit", "1")]).await?;
    /// println!("{} devices", answer.json::<Value>()?["totalCount"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw(&self, family: Family) -> Raw {
        Raw { client: self.clone(), family }
    }
}

impl Raw {
    /// Sends a GET of this path below the family's base.
    ///
    /// Whether the answer is all there is, is the caller's business.
    ///
    /// The path is expanded by the caller; it shows in errors and traces with every segment that
    /// holds a digit replaced by `{id}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Refused`] before anything is sent, when the path has a side effect or answers
    /// with a secret; else the kinds of failing requests.
    ///
    /// # Cancellation
    ///
    /// Dropping the future breaks the request off and leaves nothing behind.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<RawResponse, Error> {
        let answer = self.client.core().send(self.call(path, query)).await?;
        Ok(RawResponse {
            status: answer.status,
            headers: answer.headers,
            bytes: answer.body,
            template: template(path),
        })
    }

    fn call(&self, path: &str, query: &[(&str, &str)]) -> Call {
        let mut call = Call::get(self.family, "");
        call.template = template(path).into();
        path.clone_into(&mut call.path);
        call.query = query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        call.org_header = Place::of(self.family, path).takes_organization_header();
        call
    }
}

/// Where a path leads: a path below one base can reach another family, as `/v2/...` below `/api`.
struct Place<'a> {
    family: Family,
    first: &'a str,
}

impl<'a> Place<'a> {
    fn of(mut family: Family, path: &'a str) -> Self {
        let mut segments = path.split(['/', '?']).filter(|segment| !segment.is_empty()).peekable();
        if family == Family::V1
            && segments.next_if(|first| first.eq_ignore_ascii_case("v2")).is_some()
        {
            family = Family::V2;
        }
        Self { family, first: segments.next().unwrap_or_default() }
    }

    /// Whether an organization may be chosen by header; the service answers 403 where it may not
    /// `[official code]`.
    fn takes_organization_header(&self) -> bool {
        let forbidden: &[&str] = match self.family {
            Family::V1 => &["organizations", "users"],
            Family::V2 => &["organizations", "administrators", "providers", "integrations"],
            Family::Events => &[],
        };
        !forbidden.iter().any(|first| self.first.eq_ignore_ascii_case(first))
    }
}

fn template(path: &str) -> String {
    path.split('/')
        .map(|segment| {
            let version = matches!(segment, "v1" | "v2");
            if !version && segment.bytes().any(|byte| byte.is_ascii_digit()) {
                "{id}"
            } else {
                segment
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// The answer to a raw read: a success with a JSON body, or an empty one.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawResponse {
    /// Status of the answer.
    pub status: StatusCode,
    /// Headers of the answer; `x-total-count` among them where the family sends it.
    pub headers: HeaderMap,
    /// Body of the answer.
    pub bytes: Bytes,
    template: String,
}

impl RawResponse {
    /// Decodes the body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] when the body is no `T`; the error does not repeat a word of it.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.bytes)
            .map_err(|_| Error::new(ErrorKind::Decode).on("GET", &self.template))
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("status", &self.status)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_do_not_reach_errors_and_traces() {
        assert_eq!(template("/systems/60259a2ad81e1a474d4e7c83/users"), "/systems/{id}/users");
        assert_eq!(template("/v2/iplists"), "/v2/iplists");
    }

    #[test]
    fn no_organization_is_chosen_where_none_may_be() {
        let chosen = |family, path| Place::of(family, path).takes_organization_header();
        assert!(chosen(Family::V1, "/systems") && chosen(Family::V2, "users/a/systems"));
        assert!(!chosen(Family::V1, "/organizations/a") && !chosen(Family::V1, "users"));
        assert!(!chosen(Family::V2, "/administrators/a") && !chosen(Family::V2, "/Providers/a"));
        assert!(!chosen(Family::V1, "/v2/providers/a") && !chosen(Family::V1, "v2/administrators"));
        assert!(chosen(Family::V1, "/v2/users") && chosen(Family::Events, "/reports"));
    }
}
