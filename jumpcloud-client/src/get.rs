//! One record by its id.

use crate::client::Client;
use crate::decode::{Mark, rows};
use crate::endpoint::{Endpoint, Shape};
use crate::error::{Error, ErrorKind};
use crate::id::Id;
use crate::pages::call;
use crate::record::Record;
use crate::resource::{Resource, ScopedResource};

impl Client {
    /// A single record that hangs on another, such as the settings of an organization.
    ///
    /// ```
    /// use jumpcloud_client::resources::{Organization, OrganizationDetail};
    /// use jumpcloud_client::{Client, Id};
    ///
    /// # async fn run(client: Client, id: Id<Organization>) -> Result<(), jumpcloud_client::Error> {
    /// let settings = client.get_of::<OrganizationDetail>(&id).await?;
    /// println!("read at {}", settings.fetched_at);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when it is not there, [`ErrorKind::Decode`] when it does not decode,
    /// [`ErrorKind::Contract`] when the answer is no record, [`ErrorKind::WrongOrganization`] when it
    /// belongs to another organization, and the kinds of failing requests.
    ///
    /// # Cancellation
    ///
    /// Dropping the future breaks the request off and leaves nothing behind.
    pub async fn get_of<R: ScopedResource>(
        &self,
        parent: &Id<R::Parent>,
    ) -> Result<Record<R::Record>, Error> {
        let path = R::ENDPOINT.path().replace("{id}", &parent.to_string());
        self.record::<R>(R::ENDPOINT, path).await
    }

    async fn record<R: Resource>(
        &self,
        endpoint: Endpoint,
        path: String,
    ) -> Result<Record<R::Record>, Error> {
        let failed = |kind: ErrorKind, what: &'static str| {
            Error::new(kind).what(what).on("GET", endpoint.path())
        };
        if endpoint.shape() != Shape::Object {
            return Err(failed(ErrorKind::Refused, "this endpoint is a list, not a record"));
        }
        let query = endpoint.fixed_query().iter();
        let query = query.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let answer = self.core().send(call(&endpoint, path, query)).await?;
        let read = rows::<R>(&answer.body, 0, self.organization())
            .map_err(|_| failed(ErrorKind::Contract, "the answer is no single record"))?;
        if read.foreign {
            return Err(Error::new(ErrorKind::WrongOrganization).on("GET", endpoint.path()));
        }
        let value =
            read.values.downcast::<Vec<Option<R::Record>>>().ok().and_then(|mut v| v.pop()?);
        match (read.marks.into_iter().next(), value) {
            (Some(Mark::Read { digest, .. }), Some(value)) => {
                Ok(Record { value, digest, fetched_at: answer.received_at })
            }
            _ => Err(failed(ErrorKind::Decode, "the record could not be decoded")),
        }
    }
}
