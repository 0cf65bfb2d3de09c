//! Does the credential work, and whose data does it reach?

use serde_json::Value;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::region::Family;
use crate::send::Call;

/// Lists the organizations that a credential sees; never with `x-org-id` `[official code]`.
const ORGANIZATIONS: &str = "/organizations";
/// The read that others use as a probe, open to narrow roles `[inferred]`.
const PROBE: &str = "/systemusers";

/// What [`Client::validate`] found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    organization: Option<String>,
    name: Option<String>,
}

impl Connection {
    /// The organization that is read; `None` when the credential may not list organizations and
    /// none was chosen.
    pub fn organization(&self) -> Option<&str> {
        self.organization.as_deref()
    }

    /// Its display name, when the service told one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl Client {
    /// Checks that the credential works and which organization it reads.
    ///
    /// Asks for the organizations. One is remembered; of several the builder must have chosen one.
    /// Where that list is not permitted, as for some service accounts `[official code]`, one user
    /// is read instead.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Unauthorized`]: the key is revoked, expired, rotated, of another region, or
    ///   API access is off for its administrator; the service does not tell which.
    /// - [`ErrorKind::Forbidden`]: the key works but may not even read the users.
    /// - [`ErrorKind::OrganizationRequired`]: several organizations and none chosen.
    /// - [`ErrorKind::WrongOrganization`]: the chosen one is not among those that are seen.
    /// - [`ErrorKind::EdgeBlocked`], [`ErrorKind::Contract`], [`ErrorKind::RateLimited`] and the
    ///   other kinds of failing requests.
    ///
    /// ```
    /// # async fn connect(client: &jumpcloud_client::Client) -> Result<(), jumpcloud_client::Error> {
    /// let connection = client.validate().await?;
    /// println!("reading {}", connection.name().unwrap_or("an organization without a name"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn validate(&self) -> Result<Connection, Error> {
        let chosen = self.core().settings().organization.as_ref();
        let chosen = chosen.and_then(|id| id.to_str().ok()).map(str::to_owned);
        let mut call = Call::get(Family::V1, ORGANIZATIONS);
        call.org_header = false;
        call.query =
            vec![("limit".to_owned(), "2".to_owned()), ("skip".to_owned(), "0".to_owned())];
        let answer = match self.core().send(call).await {
            Ok(answer) => answer,
            Err(error) if error.kind() == ErrorKind::Forbidden => {
                self.probe().await?;
                return Ok(Connection { organization: chosen, name: None });
            }
            Err(error) => return Err(error),
        };
        let Some(seen) = Seen::read(&answer.body) else {
            return Err(Error::new(ErrorKind::Contract)
                .what("the list of organizations has an undocumented shape")
                .on("GET", ORGANIZATIONS)
                .with_status(answer.status)
                .after_attempts(answer.attempts));
        };
        match chosen {
            Some(chosen) => self.confirm(chosen, seen).await,
            None if seen.total > 1 => {
                Err(Error::new(ErrorKind::OrganizationRequired).on("GET", ORGANIZATIONS))
            }
            None => {
                let only = seen.organizations.into_iter().next();
                if let Some(only) = &only {
                    self.core().saw_organization(&only.id);
                }
                let (organization, name) = only.map_or((None, None), |o| (Some(o.id), o.name));
                Ok(Connection { organization, name })
            }
        }
    }

    /// Whether a credential that may not list organizations can read at all.
    async fn probe(&self) -> Result<(), Error> {
        let mut call = Call::get(Family::V1, PROBE);
        call.query = vec![("limit".to_owned(), "1".to_owned())];
        match self.core().send(call).await {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::Forbidden => Err(error
                .what("the credential works but may read neither organizations nor users,")
                .advice(
                    "give its administrator or service account at least the role Read Only and \
                     check that API access is enabled",
                )),
            Err(error) => Err(error),
        }
    }

    async fn confirm(&self, chosen: String, seen: Seen) -> Result<Connection, Error> {
        let same = |o: &&Organization| o.id.eq_ignore_ascii_case(&chosen);
        if let Some(found) = seen.organizations.iter().find(same) {
            let name = found.name.clone();
            return Ok(Connection { organization: Some(chosen), name });
        }
        let wrong = || {
            Error::new(ErrorKind::WrongOrganization)
                .what("the chosen organization is not one that the credential sees")
                .advice("choose one that it sees, or use the key of the chosen one")
                .on("GET", ORGANIZATIONS)
        };
        if seen.total <= u64::try_from(seen.organizations.len()).unwrap_or(u64::MAX) {
            return if seen.organizations.is_empty() {
                Ok(Connection { organization: Some(chosen), name: None })
            } else {
                Err(wrong())
            };
        }
        // More than one page of them: ask for the chosen one by its id.
        let mut call = Call::get(Family::V1, "/organizations/{id}");
        call.org_header = false;
        call.path = format!("{ORGANIZATIONS}/{chosen}");
        match self.core().send(call).await {
            Ok(answer) => {
                let found =
                    Seen::read(&answer.body).and_then(|s| s.organizations.into_iter().next());
                Ok(Connection { organization: Some(chosen), name: found.and_then(|o| o.name) })
            }
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::BadRequest
                ) =>
            {
                Err(wrong().because(error))
            }
            Err(error) => Err(error),
        }
    }
}

struct Seen {
    organizations: Vec<Organization>,
    total: u64,
}

struct Organization {
    id: String,
    name: Option<String>,
}

impl Seen {
    /// Reads `{"results": [...]}`, as recorded, or one bare organization, which the official CLI
    /// accepts too. Anything else is `None`.
    fn read(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let Some(results) = body.get("results") else {
            return Some(Self { organizations: vec![Organization::read(&body)?], total: 1 });
        };
        let results = results.as_array()?;
        let organizations: Option<Vec<_>> = results.iter().map(Organization::read).collect();
        let organizations = organizations?;
        let counted = u64::try_from(organizations.len()).unwrap_or(u64::MAX);
        let told = body.get("totalCount").and_then(Value::as_u64).unwrap_or(0);
        Some(Self { organizations, total: told.max(counted) })
    }
}

impl Organization {
    fn read(record: &Value) -> Option<Self> {
        let text = |key| record.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let id = text("_id").or_else(|| text("id"))?.to_owned();
        Some(Self { id, name: text("displayName").map(str::to_owned) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::scripted::{Reply, Scripted};

    const ONE: &str = r#"{"totalCount":1,"results":[{"_id":"5f0c1f2a3b4c5d6e7f809102","displayName":"Example"}]}"#;
    const TWO: &str = r#"{"totalCount":2,"results":[{"_id":"aa"},{"id":"bb","displayName":null}]}"#;
    const MANY: &str = r#"{"totalCount":7,"results":[{"_id":"aa"},{"_id":"bb"}]}"#;

    async fn validate(
        chosen: Option<&str>,
        replies: impl IntoIterator<Item = Reply>,
    ) -> (Result<Connection, Error>, Scripted, Client) {
        let script = Scripted::new();
        replies.into_iter().for_each(|reply| script.push(reply));
        let builder = Client::builder()
            .api_key("jca_example")
            .transport(script.clone())
            .retry(crate::Retry::none());
        let builder = match chosen {
            Some(id) => builder.organization(id),
            None => builder,
        };
        let client = builder.build().unwrap();
        (client.validate().await, script, client)
    }

    #[tokio::test(start_paused = true)]
    async fn the_only_organization_is_remembered() {
        let (found, script, client) = validate(None, [Reply::json(200, ONE)]).await;
        let found = found.unwrap();
        assert_eq!(found.name(), Some("Example"));
        assert_eq!(client.organization(), Some("5f0c1f2a3b4c5d6e7f809102"));
        let request = script.requests().remove(0).request;
        assert_eq!(
            request.url().as_str(),
            "https://console.jumpcloud.com/api/organizations?limit=2&skip=0"
        );
        let bare = Reply::json(200, r#"{"id":"cc","displayName":"Bare"}"#);
        let (found, _, _) = validate(None, [bare]).await;
        assert_eq!(found.unwrap().organization(), Some("cc"));
        let (found, _, _) = validate(None, [Reply::json(200, r#"{"results":[]}"#)]).await;
        assert_eq!(found.unwrap().organization(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn of_several_one_must_be_chosen_and_seen() {
        let (found, _, _) = validate(None, [Reply::json(200, TWO)]).await;
        assert_eq!(found.unwrap_err().kind(), ErrorKind::OrganizationRequired);
        let (found, script, _) = validate(Some("BB"), [Reply::json(200, TWO)]).await;
        assert_eq!(found.unwrap().organization(), Some("BB"));
        assert!(script.requests()[0].request.headers().get("x-org-id").is_none());
        let (found, _, _) = validate(Some("cc"), [Reply::json(200, TWO)]).await;
        assert_eq!(found.unwrap_err().kind(), ErrorKind::WrongOrganization);
        let replies = [Reply::json(200, MANY), Reply::json(200, r#"{"_id":"cc"}"#)];
        let (found, script, _) = validate(Some("cc"), replies).await;
        assert_eq!(found.unwrap().organization(), Some("cc"));
        assert_eq!(script.requests()[1].request.url().path(), "/api/organizations/cc");
        let replies = [Reply::json(200, MANY), Reply::json(404, "{}")];
        let (found, _, _) = validate(Some("cc"), replies).await;
        assert_eq!(found.unwrap_err().kind(), ErrorKind::WrongOrganization);
    }

    #[tokio::test(start_paused = true)]
    async fn a_narrow_credential_is_probed_with_one_user() {
        let replies = [Reply::json(403, "{}"), Reply::json(200, r#"{"results":[]}"#)];
        let (found, script, _) = validate(Some("aa"), replies).await;
        assert_eq!(found.unwrap().organization(), Some("aa"));
        let probe = &script.requests()[1].request;
        assert_eq!(probe.url().query(), Some("limit=1"));
        assert_eq!(probe.headers().get("x-org-id").unwrap(), "aa");
        let (found, _, _) = validate(None, [Reply::json(403, "{}"), Reply::json(403, "{}")]).await;
        let error = found.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden);
        assert!(error.to_string().contains("neither organizations nor users"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_key_and_a_foreign_answer_are_told_apart() {
        let (found, _, _) = validate(None, [Reply::json(401, "{}")]).await;
        let text = found.unwrap_err().to_string();
        for word in ["revoked", "expired", "rotated", "region", "API access"] {
            assert!(text.contains(word), "{text}");
        }
        for (reply, kind) in [
            (Reply::html(200, "<html>login</html>"), ErrorKind::Contract),
            (Reply::json(302, "").header("location", "/login"), ErrorKind::Unauthorized),
            (Reply::json(200, "[]"), ErrorKind::Contract),
            (Reply::json(200, r#"{"results":{}}"#), ErrorKind::Contract),
            (Reply::json(200, r#"{"results":[{"name":"x"}]}"#), ErrorKind::Contract),
            (Reply::json(429, "{}"), ErrorKind::RateLimited),
            (Reply::json(503, "{}"), ErrorKind::Transient),
        ] {
            let (found, _, _) = validate(None, [reply]).await;
            assert_eq!(found.unwrap_err().kind(), kind);
        }
    }
}
