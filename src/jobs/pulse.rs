//! Whether a worker still takes up jobs. River waits for the answer of a fetch for as long as the kernel does: on a connection whose
//! other end is gone, and nobody was told, for a quarter of an hour.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use riverqueue::{BoxError, Hook, Metric};

use super::{JOB_TIMEOUT, STUCK_AFTER};
use crate::db::{self, Pool};

/// Jobs are looked for every second while there is room for one, and no job keeps its place for longer than this.
const STILL: Duration = JOB_TIMEOUT.saturating_add(STUCK_AFTER).saturating_add(Duration::from_secs(3));
/// More than the second that jobs are looked for after.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(3);

/// When jobs were last looked for. Cheap to clone.
#[derive(Clone)]
pub struct Pulse(Arc<Mutex<Instant>>);

impl Pulse {
    pub fn new() -> Self {
        Self(Arc::new(Instant::now().into()))
    }

    fn is_still(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > STILL
    }

    /// Ends when no jobs are taken up any more, although the database answers. Looked at twice: a process that was itself stopped for a
    /// while looks for jobs first.
    pub async fn stops(&self, db: &Pool) {
        let mut was_still = false;
        loop {
            tokio::time::sleep(LOOKED_AT_EVERY).await;
            let is_still = self.is_still() && db::answers(db).await;
            if was_still && is_still {
                return;
            }
            was_still = is_still;
        }
    }
}

/// River tells of each fetch that was answered.
impl Hook for Pulse {
    async fn metric_emit(&self, _: Metric) -> Result<(), BoxError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        Ok(())
    }
}
