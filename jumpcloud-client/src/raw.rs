//! The way out: GET any path that a reader may read.

use std::fmt;

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
    /// Pages are the caller's business here, and so is the question whether they add up.
    ///
    /// ```
    /// use jumpcloud_client::{Client, Family};
    ///
    /// # async fn run(client: Client) -> Result<(), jumpcloud_client::Error> {
    /// let answer = client.raw(Family::V2).get("/iplists", &[("limit", "10")]).await?;
    /// let lists: Vec<serde_json::Value> = answer.json()?;
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
        let mut call = Call::get(self.family, "");
        call.template = template(path).into();
        path.clone_into(&mut call.path);
        call.query = query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        call.org_header = !forbids_organization(self.family, path);
        let answer = self.client.core().send(call).await?;
        Ok(RawResponse {
            status: answer.status,
            headers: answer.headers,
            bytes: answer.body,
            template: template(path),
        })
    }
}

/// Paths where the service answers 403 when an organization is chosen by header `[official code]`.
fn forbids_organization(family: Family, path: &str) -> bool {
    let first = path.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
    match family {
        Family::V1 => matches!(first, "organizations" | "users"),
        Family::V2 => {
            matches!(first, "organizations" | "administrators" | "providers" | "integrations")
        }
        Family::Events => false,
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
}
