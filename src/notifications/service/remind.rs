//! Reminds of referrals that still wait for an answer.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    db::{self, Pool},
    error::AppError,
    notifications::{event::Event, store::remind as store},
};

/// Referrals in one transaction.
const BATCH: i64 = 2_000;

/// The reminders, the last one first: what has less than a day left is not told of three days as well.
const REMINDERS: [(Event, i16, TimeDelta); 2] =
    [(Event::Expiring1, 2, TimeDelta::days(1)), (Event::Expiring3, 1, TimeDelta::days(3))];

/// Writes the reminders that are due to the outbox, each once: three days and one day before a referral expires. How many.
///
/// Safe to do twice and by two workers at once: a referral is marked in the transaction that writes its reminder.
///
/// # Errors
/// When the database is away; what was not reminded yet is so by the next call.
pub async fn remind(pool: &Pool, now: DateTime<Utc>) -> Result<i64, AppError> {
    let mut all = 0;
    for (event, level, ahead) in REMINDERS {
        let mut from = now;
        loop {
            let mut tx = db::begin(pool).await?;
            let reminded = store::batch(&mut tx, event, level, now, from, now + ahead, BATCH).await?;
            tx.commit().await?;
            all += reminded.count;
            match reminded.up_to {
                Some(up_to) if reminded.count == BATCH => from = up_to,
                _ => break,
            }
        }
    }
    if all > 0 {
        tracing::info!(referrals = all, "reminders written");
    }
    Ok(all)
}
