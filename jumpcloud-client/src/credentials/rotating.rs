//! A key that changes while the program runs.

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::Semaphore;

use super::{ApiKey, AuthHeader, Credentials, CredentialsError};

type Fetched = Pin<Box<dyn Future<Output = Result<ApiKey, CredentialsError>> + Send>>;

/// Fetches the key from a place of the program's own, such as a secret store.
///
/// The key is fetched before the first request, kept, and fetched once more when the service
/// answers 401; a run goes on when the new key is another one. Fetches do not overlap.
///
/// ```
/// use jumpcloud_client::credentials::{ApiKey, CredentialsError, Rotating};
///
/// async fn read_secret_store() -> Result<String, std::io::Error> {
///     # Ok(String::from("jca_example"))
///     // ...
/// }
///
/// let credentials = Rotating::new(async || {
///     let key = read_secret_store()
///         .await
///         .map_err(|_| CredentialsError::transient("the secret store did not answer"))?;
///     ApiKey::new(key)
/// });
/// # drop(credentials);
/// ```
pub struct Rotating {
    fetch: Box<dyn Fn() -> Fetched + Send + Sync>,
    current: Mutex<Option<AuthHeader>>,
    turn: Semaphore,
}

impl Rotating {
    /// Makes a provider from a function that fetches the key.
    pub fn new<F, Fut>(fetch: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<ApiKey, CredentialsError>> + Send + 'static,
    {
        Self {
            fetch: Box::new(move || Box::pin(fetch())),
            current: Mutex::new(None),
            turn: Semaphore::new(1),
        }
    }

    fn current(&self) -> MutexGuard<'_, Option<AuthHeader>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn fetch(&self) -> Result<AuthHeader, CredentialsError> {
        AuthHeader::api_key(&(self.fetch)().await?)
    }
}

impl fmt::Debug for Rotating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rotating").finish_non_exhaustive()
    }
}

#[async_trait]
impl Credentials for Rotating {
    async fn header(&self) -> Result<AuthHeader, CredentialsError> {
        if let Some(header) = self.current().clone() {
            return Ok(header);
        }
        // A semaphore and not a lock: a dropped caller passes its turn on.
        let _turn = self.turn.acquire().await;
        if let Some(header) = self.current().clone() {
            return Ok(header);
        }
        let header = self.fetch().await?;
        *self.current() = Some(header.clone());
        Ok(header)
    }

    async fn rejected(&self) -> bool {
        let rejected = self.current().clone();
        let _turn = self.turn.acquire().await;
        if *self.current() != rejected {
            return true;
        }
        let Ok(fetched) = self.fetch().await else {
            // The next `header` fetches again and reports the reason.
            *self.current() = None;
            return true;
        };
        let other = rejected.as_ref() != Some(&fetched);
        *self.current() = Some(fetched);
        other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn counting(keys: &'static [&'static str]) -> (Arc<AtomicUsize>, Rotating) {
        let calls = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&calls);
        let provider = Rotating::new(move || {
            let key = keys.get(seen.fetch_add(1, Ordering::SeqCst)).or(keys.last());
            let key = *key.unwrap();
            async move {
                tokio::task::yield_now().await;
                ApiKey::new(key)
            }
        });
        (calls, provider)
    }

    #[tokio::test]
    async fn the_key_is_fetched_once_and_once_more_after_a_rejection() {
        let (calls, provider) = counting(&["first", "second"]);
        let all = futures::future::join_all((0..5).map(|_| provider.header())).await;
        assert!(all.iter().all(|h| h.as_ref().unwrap().value() == "first"));
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        assert!(provider.rejected().await);
        assert_eq!(provider.header().await.unwrap().value(), "second");
        assert!(!provider.rejected().await, "the same key again is worth no attempt");
        assert_eq!(calls.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_store_that_fails_reports_its_reason() {
        let provider =
            Rotating::new(async || Err(CredentialsError::transient("the store is away")));
        let error = provider.header().await.unwrap_err();
        assert!(error.is_transient());
        assert_eq!(error.to_string(), "the store is away");
        assert!(provider.rejected().await);
    }

    #[test]
    fn it_is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Rotating>();
    }
}
