//! Who the organizations of a credential are.

use std::collections::BTreeMap;

use http::HeaderValue;

use crate::builder::is_id;
use crate::client::Client;
use crate::error::{ConfigError, ConfigProblem, Error, ErrorKind};
use crate::list::Listing;
use crate::resource::Resource;
use crate::resources::{Organization, Provider, ProviderOrganization};

/// One organization of a fleet, and the client that reads it.
#[derive(Clone, Debug)]
pub struct Tenant {
    organization: String,
    name: Option<String>,
    client: Client,
}

impl Tenant {
    /// An organization that is read by this client, which should have it
    /// [chosen](crate::ClientBuilder::organization).
    ///
    /// For organizations with a credential each; [`Client::tenants`] finds those of a provider.
    pub fn new(organization: impl Into<String>, client: Client) -> Self {
        Self { organization: organization.into(), name: None, client }
    }

    /// Gives it a name for people to read.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// Its id.
    pub fn organization(&self) -> &str {
        &self.organization
    }

    /// Its name, where one is known.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The client that reads it.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn shares_credential_with(&self, other: &Self) -> bool {
        self.client.core().shares_credential_with(other.client.core())
    }

    pub(super) fn into_names(self) -> (String, Option<String>) {
        (self.organization, self.name)
    }
}

impl Client {
    /// A client for another organization of the same credential.
    ///
    /// Both share the credential, the transport and, as the service counts by credential, the limits;
    /// between them requests take turns. Retries, counters and the
    /// [deadline](crate::ClientBuilder::run_deadline), which begins now, are its own. Nothing is sent.
    ///
    /// ```
    /// # fn main() -> Result<(), jumpcloud_client::ConfigError> {
    /// use jumpcloud_client::Client;
    ///
    /// let provider = Client::builder().base_url("http://127.0.0.1:9").api_key("jca_example").build()?;
    /// let north = provider.for_organization("5f0c1f2a3b4c5d6e7f809102")?;
    /// assert_eq!(north.organization(), Some("5f0c1f2a3b4c5d6e7f809102"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigProblem::Organization`] when the text is no id.
    pub fn for_organization(&self, id: impl AsRef<str>) -> Result<Self, ConfigError> {
        let id = id.as_ref();
        let header = HeaderValue::try_from(id).ok().filter(|_| is_id(id));
        let Some(header) = header else {
            return Err(ConfigError::of(ConfigProblem::Organization));
        };
        Ok(Self::from_core(self.core().sibling(header)))
    }

    /// The organizations that this credential sees, each with a client of its own, by id.
    ///
    /// Reads `/organizations`, which names all that a provider's administrator may enter
    /// `[third-party]`, and where that is not permitted the providers and their organizations `[spec]`;
    /// never with `x-org-id` `[official code]`. A credential of one organization has that one tenant.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Incomplete`] when not all of them arrived, since a fleet would leave out the others
    /// in silence, and the kinds of [`List::collect`](crate::List::collect). No organization at all is no
    /// error.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, Error> {
        let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
        match self.list::<Organization>().collect().await {
            Ok(listing) => {
                for own in whole(&listing)?.values() {
                    let name = own.display_name.filled().map(String::from);
                    found.extend(Organization::key(own).map(|id| (id, name)));
                }
            }
            Err(error) if error.kind() == ErrorKind::Forbidden => {
                // What the first list met is told when there is no other.
                let providers = self.list::<Provider>().collect().await;
                let Ok(providers) = providers else { return Err(error) };
                for provider in whole(&providers)?.values() {
                    let Some(id) = provider.id.value() else { continue };
                    let listing = self.list_of::<ProviderOrganization>(id).collect().await?;
                    for own in whole(&listing)?.values() {
                        let name = own.name.filled().map(String::from);
                        found.extend(ProviderOrganization::key(own).map(|id| (id, name)));
                    }
                }
            }
            Err(error) => return Err(error),
        }
        let tenants = found.into_iter().map(|(organization, name)| {
            let client = self.for_organization(&organization).map_err(|_no_id| {
                Error::new(ErrorKind::Contract).what("the id of an organization is none,")
            })?;
            Ok(Tenant { organization, name, client })
        });
        tenants.collect()
    }
}

/// A list from which nothing is missing.
fn whole<R: Resource>(listing: &Listing<R>) -> Result<&Listing<R>, Error> {
    if listing.state().is_complete() && listing.set_aside.is_empty() {
        return Ok(listing);
    }
    Err(Error::new(ErrorKind::Incomplete)
        .what("not all organizations arrived")
        .advice("try again, or name the organizations")
        .on("GET", R::ENDPOINT.path()))
}
