//! Where a standing is kept between two lives of a program.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::state::Standing;

/// Keeps the standing of one integration.
#[async_trait]
pub trait Store: Send + Sync {
    /// What was saved last; `None` when nothing was.
    ///
    /// # Errors
    ///
    /// When it cannot be had, or what is there cannot be read: a standing that is there and
    /// unreadable is never taken for none.
    async fn load(&self) -> Result<Option<Standing>, StoreError>;

    /// Replaces what was saved.
    ///
    /// # Errors
    ///
    /// When it cannot be kept; what was saved before is still there.
    async fn save(&self, standing: &Standing) -> Result<(), StoreError>;
}

/// A standing that could not be loaded or kept.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {why}")]
pub struct StoreError {
    what: String,
    why: String,
}

impl StoreError {
    /// What could not be done, with the place, and why.
    pub fn new(what: impl Into<String>, why: impl fmt::Display) -> Self {
        Self { what: what.into(), why: why.to_string() }
    }
}

/// Keeps the standing in memory. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Arc<Mutex<Option<Standing>>>);

#[async_trait]
impl Store for MemoryStore {
    async fn load(&self) -> Result<Option<Standing>, StoreError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn save(&self, standing: &Standing) -> Result<(), StoreError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(standing.clone());
        Ok(())
    }
}

/// Keeps the standing in a file of JSON, some hundred bytes.
///
/// It is written beside itself and renamed, so that a crash leaves the old or the new one and never
/// half of one.
#[derive(Clone, Debug)]
pub struct FileStore(PathBuf);

impl FileStore {
    /// In this file; its folder must exist.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self(file.into())
    }

    fn failed(&self, what: &str, why: impl fmt::Display) -> StoreError {
        StoreError::new(format!("{what} {}", self.0.display()), why)
    }
}

#[async_trait]
impl Store for FileStore {
    async fn load(&self) -> Result<Option<Standing>, StoreError> {
        match std::fs::read(&self.0) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| {
                let what = "cannot understand the standing, move it away to begin anew:";
                self.failed(what, error)
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(self.failed("cannot read the standing, check the permissions of", error))
            }
        }
    }

    async fn save(&self, standing: &Standing) -> Result<(), StoreError> {
        let failed = |error: &dyn fmt::Display| {
            self.failed("cannot save the standing, check the folder and the space of", error)
        };
        let mut beside = self.0.clone().into_os_string();
        beside.push(".new");
        let beside = Path::new(&beside);
        let text = serde_json::to_vec_pretty(standing).map_err(|error| failed(&error))?;
        std::fs::write(beside, text).map_err(|error| failed(&error))?;
        std::fs::rename(beside, &self.0).map_err(|error| failed(&error))
    }
}
