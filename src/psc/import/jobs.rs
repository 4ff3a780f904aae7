//! The background work of an import.

use std::time::{Duration, Instant};

use riverqueue::{BoxError, Job, JobArgs, WorkCancelled, WorkContext, WorkOutcome, Worker};
use serde::{Deserialize, Serialize};

use super::service;
use crate::{
    ids::ImportId,
    jobs::{TURN, Works},
};

/// Merges what an import has staged. Safe to do twice: each slice locks the import's row and goes on behind its last line.
#[derive(Clone, Debug, Deserialize, Serialize, JobArgs)]
#[river(
    kind = "merge_import",
    max_attempts = 10_000,
    unique(by_args, by_state(available, pending, retryable, running, scheduled))
)]
pub struct MergeImport {
    pub import_id: uuid::Uuid,
}

pub struct MergeImportWorker(pub Works);

impl Worker<MergeImport> for MergeImportWorker {
    type Error = BoxError;

    /// Slices for a turn, then to the back of the queue; a stop waits for one slice only.
    async fn work(&self, context: WorkContext, job: Job<MergeImport>) -> Result<WorkOutcome, BoxError> {
        let began = Instant::now();
        let Works { db, clock, settings } = &self.0;
        while began.elapsed() < TURN {
            if context.cancellation_token().is_cancelled() {
                return Err(WorkCancelled.into());
            }
            if service::merge_slice(db, clock, ImportId(job.args.import_id), settings.import_slice).await? {
                return Ok(WorkOutcome::Complete);
            }
        }
        Ok(WorkOutcome::Snooze(Duration::ZERO))
    }
}
