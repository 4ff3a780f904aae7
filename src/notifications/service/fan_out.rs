//! Takes the outbox and tells whom it concerns.

use chrono::{DateTime, Utc};

use crate::{
    clock::Clock,
    db::{self, Pool},
    error::AppError,
    notifications::{
        morning::Mornings,
        store::fan_out::{self as store, Told},
    },
};

/// Rows of the outbox in one transaction.
pub const BATCH: i64 = 1_000;

/// Tells everybody until the outbox is empty, or `go_on` says otherwise between two batches. `true`: nothing is left that is no
/// other worker's.
///
/// # Errors
/// When the database is away; what was not told yet is told by the next call.
pub async fn fan_out(pool: &Pool, clock: &Clock, go_on: impl Fn() -> bool) -> Result<(Told, bool), AppError> {
    let (mut all, mut over) = (Told::default(), !store::is_waiting(pool).await?);
    if over {
        return Ok((all, over));
    }
    let zones = store::zones(pool).await?;
    while !over && go_on() {
        let told = fan_out_batch(pool, clock.now(), &zones, BATCH).await?;
        all.taken += told.taken;
        all.written += told.written;
        over = told.taken < BATCH;
    }
    if all.taken > 0 {
        tracing::info!(events = all.taken, notifications = all.written, "told");
    }
    Ok((all, over))
}

/// One batch, one transaction: the rows are gone from the outbox and everybody is told, or neither. Safe to do twice and by
/// two workers at once: a row can be taken out once.
///
/// # Errors
/// When the database is away.
pub async fn fan_out_batch(pool: &Pool, now: DateTime<Utc>, zones: &[String], limit: i64) -> Result<Told, AppError> {
    let mut tx = db::begin(pool).await?;
    let told = store::batch(&mut tx, now, &Mornings::of(zones, now), limit).await?;
    tx.commit().await?;
    Ok(told)
}
