//! What somebody was told: the bell, the page, and what goes into a mail.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{
    auth::{Reach, Scope},
    db::Pool,
    ids::{ReferralId, UserId},
};

/// Notifications on a page.
pub const PAGE: usize = 50;

/// A notification with what its reader may know of the deal now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Notice {
    pub outbox_id: i64,
    pub event: String,
    pub referral_id: Option<ReferralId>,
    pub at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
    pub detail: Value,
    /// `None`: it is about no deal, or about one that is out of the reader's scope by now.
    pub deal: Option<String>,
    pub customer: Option<String>,
    /// The deadline, while it waits for an answer.
    pub answer_by: Option<DateTime<Utc>>,
}

/// Which of a person's notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    All,
    Unread,
    /// Those of a mail.
    OfMail(i64),
}

/// The newest that lie before `before`, and one more when there is a next page.
pub async fn page(pool: &Pool, scope: &Scope, which: Which, before: Option<i64>, limit: usize) -> sqlx::Result<Vec<Notice>> {
    let mut query = select(scope);
    query.push(" where n.user_id = ").push_bind(scope.user.0);
    match which {
        Which::All => {}
        Which::Unread => {
            query.push(" and n.read_at is null");
        }
        Which::OfMail(mail) => {
            query.push(" and n.mail_id = ").push_bind(mail);
        }
    }
    if let Some(before) = before {
        query.push(" and n.outbox_id < ").push_bind(before);
    }
    query.push(format_args!(" order by n.outbox_id desc limit {}", limit + 1));
    query.build_query_as().fetch_all(pool).await
}

/// How many a mail tells of.
pub async fn of_mail(pool: &Pool, mail: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from notifications where mail_id = $1"#, mail)
        .fetch_one(pool)
        .await
}

fn select(scope: &Scope) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "select n.outbox_id, n.event, n.referral_id, n.at, n.read_at, n.detail, r.name as deal, r.customer_name as customer,
                case when r.status in ('pending', 'received') then r.expires_at end as answer_by
         from notifications n left join referrals r on r.referral_id = n.referral_id and ",
    );
    within(&mut query, scope);
    query
}

/// What of `referrals r` the scope lets through.
fn within(query: &mut QueryBuilder<Postgres>, scope: &Scope) {
    query.push("r.organisation_id = ").push_bind(scope.organisation.0);
    query.push(" and (");
    at(query, &scope.all);
    query.push(" or ");
    at(query, &scope.team);
    query
        .push(" and exists (select from referral_team t where t.referral_id = r.referral_id and lower(t.mail) = ")
        .push_bind(scope.mail.clone())
        .push("))");
}

fn at(query: &mut QueryBuilder<Postgres>, reach: &Reach) {
    let locations: Vec<Uuid> = reach.locations().iter().map(|location| location.0).collect();
    query.push("(").push_bind(reach.is_whole());
    query.push(" or r.location_id = any(").push_bind(locations).push("))");
}

/// What happened, and to which deal. `None`: the person has no such notification.
pub async fn find(pool: &Pool, user: UserId, id: i64) -> sqlx::Result<Option<(String, Option<ReferralId>)>> {
    let row = sqlx::query!(
        r#"select event, referral_id as "referral: ReferralId" from notifications where user_id = $1 and outbox_id = $2"#,
        user as UserId,
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.event, row.referral)))
}

/// Marks one as read or unread. `false`: the person has no such notification.
pub async fn mark(pool: &Pool, user: UserId, id: i64, read: bool, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update notifications set read_at = case when $3 then coalesce(read_at, $4) end where user_id = $1 and outbox_id = $2",
        user as UserId,
        id,
        read,
        at
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Marks everything up to `id` as read: what came after the person looked stays unread. How many were unread.
pub async fn mark_all(pool: &Pool, user: UserId, id: i64, at: DateTime<Utc>) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "update notifications set read_at = $3 where user_id = $1 and outbox_id <= $2 and read_at is null",
        user as UserId,
        id,
        at
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}
