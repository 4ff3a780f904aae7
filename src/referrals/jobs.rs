//! The sweep, every minute.

use riverqueue::{BoxError, Job, JobArgs, WorkContext, WorkOutcome, Worker};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

use super::service;
use crate::jobs::{TURN, Works};

/// Referrals expired by one transaction: some 100 ms of work.
pub const BATCH: i64 = 1_000;

/// Expires what is due. Safe to do twice, and by any number of replicas at once: [`service::expire_due`] is guarded by status and
/// deadline. What a turn does not finish, it goes on with a second later.
#[derive(Clone, Debug, Deserialize, Serialize, JobArgs)]
#[river(kind = "expire_referrals")]
pub struct Expire {}

pub struct ExpireWorker(pub Works);

impl Worker<Expire> for ExpireWorker {
    type Error = BoxError;

    async fn work(&self, context: WorkContext, _: Job<Expire>) -> Result<WorkOutcome, BoxError> {
        let Works { db, clock, .. } = &self.0;
        let begun = Instant::now();
        let mut expired = 0;
        while !context.cancellation_token().is_cancelled() {
            let now = service::expire_due(db, clock.now(), BATCH).await?;
            expired += now;
            if now == 0 {
                break;
            }
            if begun.elapsed() > TURN {
                return Ok(WorkOutcome::Snooze(Duration::from_secs(1)));
            }
        }
        if expired > 0 {
            tracing::info!(expired, "referrals expired");
        }
        Ok(WorkOutcome::Complete)
    }
}
