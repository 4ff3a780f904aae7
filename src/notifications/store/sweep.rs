//! What nobody needs any more.

use chrono::{DateTime, Utc};

use crate::db::Pool;

/// At most so many rows in one go.
const AT_ONCE: i64 = 10_000;

/// Removes some of what is older than `before`.
pub async fn remove(pool: &Pool, before: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from notifications n using (select user_id, outbox_id from notifications where at < $1 order by at limit $2) old
         where n.user_id = old.user_id and n.outbox_id = old.outbox_id",
        before,
        AT_ONCE
    )
    .execute(pool)
    .await?;
    sqlx::query!(
        "delete from mails where mail_id in (select mail_id from mails where done_at < $1 order by done_at limit $2)",
        before,
        AT_ONCE
    )
    .execute(pool)
    .await?;
    Ok(())
}
