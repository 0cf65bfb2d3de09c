//! The way to one host with one credential: its limiter, shared and queued for in order.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use super::limiter::{Limiter, Limits, Turn};

/// Requests queue for their start one behind the other, so that nobody is overtaken for ever and
/// only the first in the queue waits for the limiter.
#[derive(Debug)]
pub(crate) struct Lane {
    limiter: Mutex<Limiter>,
    queue: Semaphore,
    freed: Notify,
}

impl Lane {
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limiter: Mutex::new(Limiter::new(limits)),
            queue: Semaphore::new(1),
            freed: Notify::new(),
        })
    }

    pub(crate) fn limiter(&self) -> MutexGuard<'_, Limiter> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits to be the first in the queue, until the value is dropped.
    pub(crate) async fn head(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.queue.acquire().await.ok()
    }

    /// Waits until a request under way has ended; an end that nobody waited for counts too.
    pub(crate) async fn freed(&self) {
        self.freed.notified().await;
    }

    pub(crate) fn take(self: &Arc<Self>, now: Duration) -> Result<Permit, Turn> {
        match self.limiter().take(now) {
            Turn::Go => Ok(Permit { lane: Arc::clone(self) }),
            turn @ (Turn::Wait(_) | Turn::Full) => Err(turn),
        }
    }
}

/// The way of one organization to a lane that others use as well.
///
/// Only one request of each organization queues at the lane; the others wait here. So organizations
/// take turns, however many requests one of them has waiting.
#[derive(Debug)]
pub(crate) struct Door(Semaphore);

impl Door {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Semaphore::new(1)))
    }

    /// Waits to be the first of this organization, until the value is dropped.
    pub(crate) async fn first(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.0.acquire().await.ok()
    }
}

/// A request under way; dropping it, however that comes, makes room for another.
#[derive(Debug)]
pub(crate) struct Permit {
    lane: Arc<Lane>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.lane.limiter().release();
        self.lane.freed.notify_one();
    }
}
