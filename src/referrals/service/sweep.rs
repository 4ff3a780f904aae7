//! The sweep: unanswered referrals expire (domain.md section 3, "Expiry").

use chrono::{DateTime, Utc};

use crate::{
    db::{self, Pool},
    referrals::store::write,
};

/// For how many seconds the referral that is due longest has waited for the sweep; 0: none is due.
pub async fn expiry_lag(pool: &Pool, now: DateTime<Utc>) -> sqlx::Result<f64> {
    write::expiry_lag(pool, now).await
}

/// Expires up to `batch` referrals whose deadline has come; how many. Any number of replicas may do it at once: a row that somebody
/// else holds is passed over, and one that was answered meanwhile is not due any more.
pub async fn expire_due(pool: &Pool, now: DateTime<Utc>, batch: i64) -> sqlx::Result<u64> {
    let mut tx = db::begin(pool).await?;
    // A batch costs what is in it, however many are due and however many referrals there are.
    db::plan_by_key(&mut tx).await?;
    db::keep_plans(&mut tx).await?;
    let expired = write::expire_due(&mut tx, now, batch).await?;
    tx.commit().await?;
    Ok(expired)
}
