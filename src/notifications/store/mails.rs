//! Mails on their way. A mail belongs to whoever claimed it until the lease is over; the claim comes before the sending, its end after.

use chrono::{DateTime, Utc};

use crate::{db::Pool, ids::UserId};

/// A mail to be sent now.
#[derive(Clone, Copy, Debug)]
pub struct Claimed {
    pub mail_id: i64,
    pub user: UserId,
    pub daily: bool,
    /// This one included.
    pub attempts: i16,
}

/// How a mail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    Failed,
    /// Nothing in it is the person's to know any more.
    Dropped,
}

impl Outcome {
    const fn code(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
}

/// Whether a mail is due.
pub async fn is_due(pool: &Pool, now: DateTime<Utc>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from mails where done_at is null and not_before <= $1
               and (leased_until is null or leased_until <= $1)) as "due!""#,
        now
    )
    .fetch_one(pool)
    .await
}

/// Takes the mail that has been due the longest, until `leased_until`; one that another worker is at is passed over.
pub async fn claim(pool: &Pool, now: DateTime<Utc>, leased_until: DateTime<Utc>) -> sqlx::Result<Option<Claimed>> {
    sqlx::query_as!(
        Claimed,
        r#"update mails set claimed_at = coalesce(claimed_at, $1), leased_until = $2, attempts = attempts + 1
           where mail_id = (select mail_id from mails where done_at is null and not_before <= $1
                   and (leased_until is null or leased_until <= $1)
               order by not_before limit 1 for update skip locked)
           returning mail_id, user_id as "user: UserId", daily, attempts"#,
        now,
        leased_until
    )
    .fetch_optional(pool)
    .await
}

/// Notes how it ended, if it is still this attempt's.
pub async fn end(pool: &Pool, mail: Claimed, outcome: Outcome, failure: Option<&str>, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update mails set done_at = $3, outcome = $4, failure = $5, leased_until = null
         where mail_id = $1 and attempts = $2 and done_at is null",
        mail.mail_id,
        mail.attempts,
        at,
        outcome.code(),
        failure
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Puts it back until later, if it is still this attempt's.
pub async fn put_back(pool: &Pool, mail: Claimed, failure: &str, not_before: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update mails set not_before = $3, failure = $4, leased_until = null
         where mail_id = $1 and attempts = $2 and done_at is null",
        mail.mail_id,
        mail.attempts,
        not_before,
        failure
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Mails that are due, and those that were given up, within the time that mails are kept.
pub async fn standing(pool: &Pool, now: DateTime<Utc>) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select (select count(*) from mails where done_at is null and not_before <= $1) as "due!",
                  (select count(*) from mails where outcome = 'failed') as "failed!""#,
        now
    )
    .fetch_one(pool)
    .await?;
    Ok((row.due, row.failed))
}
