//! Calendar links, and what stands in a calendar.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{
    auth::{Reach, Scope},
    db::Pool,
    ids::{ReferralId, UserId},
};

/// Entries of a kind in a calendar, the next ones: more is no calendar any more, and takes programs long to read.
const MOST: i64 = 1_000;

pub async fn owner(pool: &Pool, hash: &[u8]) -> sqlx::Result<Option<UserId>> {
    sqlx::query_scalar!(r#"select user_id as "user: UserId" from calendar_links where secret_hash = $1"#, hash)
        .fetch_optional(pool)
        .await
}

pub async fn hash_of(pool: &Pool, user: UserId) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("select secret_hash from calendar_links where user_id = $1", user as UserId)
        .fetch_optional(pool)
        .await
}

pub async fn set(pool: &Pool, user: UserId, hash: &[u8], at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into calendar_links (user_id, secret_hash, created_at) values ($1, $2, $3)
         on conflict (user_id) do update set secret_hash = excluded.secret_hash, created_at = excluded.created_at",
        user as UserId,
        hash,
        at
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn remove(pool: &Pool, user: UserId) -> sqlx::Result<()> {
    sqlx::query!("delete from calendar_links where user_id = $1", user as UserId)
        .execute(pool)
        .await?;
    Ok(())
}

/// A deal on a day or at a moment.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Dated<T> {
    pub referral_id: ReferralId,
    pub name: String,
    pub customer_name: String,
    pub updated_at: DateTime<Utc>,
    pub at: T,
}

/// What waits for an answer, soonest first.
pub async fn deadlines(pool: &Pool, scope: &Scope, vendor: bool, now: DateTime<Utc>) -> sqlx::Result<Vec<Dated<DateTime<Utc>>>> {
    let mut query = QueryBuilder::new(
        "select r.referral_id, r.name, r.customer_name, r.updated_at, r.expires_at as at from referrals r
         where r.status in ('pending', 'received') and r.expires_at > ",
    );
    query.push_bind(now).push(" and ");
    concerned(&mut query, scope, vendor);
    query.push(format_args!(" order by r.expires_at limit {MOST}"));
    query.build_query_as().persistent(false).fetch_all(pool).await
}

/// Open deals by the day on which they are expected to close.
pub async fn closing(pool: &Pool, scope: &Scope, vendor: bool, since: NaiveDate) -> sqlx::Result<Vec<Dated<NaiveDate>>> {
    let mut query = QueryBuilder::new(
        "select r.referral_id, r.name, r.customer_name, r.updated_at, r.close_date as at from referrals r
         where r.status = 'accepted' and r.close_date >= ",
    );
    query.push_bind(since).push(" and ");
    concerned(&mut query, scope, vendor);
    query.push(format_args!(" order by r.close_date limit {MOST}"));
    query.build_query_as().persistent(false).fetch_all(pool).await
}

/// Of `referrals r`: a partner's person sees what is in scope; a seller their own, and what is nobody's in their countries.
fn concerned(query: &mut QueryBuilder<Postgres>, scope: &Scope, vendor: bool) {
    query.push("r.organisation_id = ").push_bind(scope.organisation.0);
    if vendor {
        query.push(" and (r.seller_id = ").push_bind(scope.user.0);
        query.push(
            " or r.seller_id is null and r.status in ('pending', 'received') and exists (
                 select from engagements e join seller_countries c on c.country = e.customer_country
                 where e.engagement_id = r.engagement_id and c.user_id = ",
        );
        query.push_bind(scope.user.0).push("))");
    } else if !scope.all.is_whole() {
        query.push(" and (");
        at(query, &scope.all);
        query.push(" or ");
        at(query, &scope.team);
        // `in`, not `exists`: the team's index answers once, however many deals there are.
        query
            .push(" and r.referral_id in (select t.referral_id from referral_team t where lower(t.mail) = ")
            .push_bind(scope.mail.clone())
            .push("))");
    }
}

fn at(query: &mut QueryBuilder<Postgres>, reach: &Reach) {
    if reach.is_whole() {
        query.push("true");
        return;
    }
    let locations: Vec<Uuid> = reach.locations().iter().map(|location| location.0).collect();
    query.push("r.location_id = any(").push_bind(locations).push(")");
}
