//! Where a collection keeps what it has finished, so that a stopped one can go on.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

/// Keeps what a collection has finished, piece by piece, until it is whole.
///
/// A collection that is given one with [`Collector::checkpoint`](super::Collector::checkpoint) asks
/// it for each piece before it asks the service, and hands it each list that has come to an end
/// that lasts. What a piece means, whether it belongs to this run and whether it is undamaged is
/// the collection's business: a checkpoint only keeps bytes by name.
///
/// Pieces hold records of people and devices, as a saved snapshot does, and never a credential.
///
/// Implement it to keep pieces elsewhere than in a [folder](super::FolderCheckpoint). The
/// collection waits for each call, so a slow place slows the reading down.
#[async_trait]
pub trait Checkpoint: fmt::Debug + Send + Sync {
    /// What was kept under this name last; `None` when nothing was.
    ///
    /// # Errors
    ///
    /// When it cannot be had.
    async fn load(&self, name: &str) -> Result<Option<Vec<u8>>, CheckpointError>;

    /// Keeps a piece, in place of what had the name before.
    ///
    /// Names are made of `a` to `z`, digits, `.`, `-` and `_`, begin with a letter and have at most
    /// 128 bytes, so that they can be names of files. A piece that was half written when the program
    /// ended may be handed out again: the collection notices.
    ///
    /// # Errors
    ///
    /// When it cannot be kept. The collection tells and goes on without.
    async fn keep(&self, name: &str, piece: &[u8]) -> Result<(), CheckpointError>;

    /// Forgets every piece.
    ///
    /// # Errors
    ///
    /// When one of them is still there.
    async fn clear(&self) -> Result<(), CheckpointError>;
}

#[async_trait]
impl<C: Checkpoint + ?Sized> Checkpoint for Arc<C> {
    async fn load(&self, name: &str) -> Result<Option<Vec<u8>>, CheckpointError> {
        (**self).load(name).await
    }

    async fn keep(&self, name: &str, piece: &[u8]) -> Result<(), CheckpointError> {
        (**self).keep(name, piece).await
    }

    async fn clear(&self) -> Result<(), CheckpointError> {
        (**self).clear().await
    }
}

/// A piece that could not be loaded, kept or removed.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {why}")]
pub struct CheckpointError {
    what: String,
    why: String,
}

impl CheckpointError {
    /// What could not be done, with the place, and why.
    pub fn new(what: impl Into<String>, why: impl fmt::Display) -> Self {
        Self { what: what.into(), why: why.to_string() }
    }
}

/// Keeps pieces in memory, for tests and for a run that is tried again by the same program. Clones
/// share them.
#[derive(Clone, Default)]
pub struct MemoryCheckpoint(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl MemoryCheckpoint {
    /// Names of the pieces that are kept, sorted.
    pub fn names(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }
}

impl fmt::Debug for MemoryCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names hold ids of records.
        f.debug_struct("MemoryCheckpoint").field("pieces", &self.names().len()).finish()
    }
}

#[async_trait]
impl Checkpoint for MemoryCheckpoint {
    async fn load(&self, name: &str) -> Result<Option<Vec<u8>>, CheckpointError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    async fn keep(&self, name: &str, piece: &[u8]) -> Result<(), CheckpointError> {
        let mut pieces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.insert(name.to_owned(), piece.to_owned());
        Ok(())
    }

    async fn clear(&self) -> Result<(), CheckpointError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }
}
