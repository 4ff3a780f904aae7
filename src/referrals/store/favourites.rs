//! A person's favourites among the deals that they may see.

use sqlx::QueryBuilder;

use super::scope::within;
use crate::{auth::Scope, db::Pool, ids::ReferralId};

/// Marks a deal; again does nothing. `false`: there is no such deal in scope.
pub async fn add_favourite(pool: &Pool, scope: &Scope, id: ReferralId) -> sqlx::Result<bool> {
    mark(
        pool,
        scope,
        id,
        "insert into favourites (user_id, referral_id, kind, created_at) select person, referral_id, kind, created_at from seen
         on conflict do nothing",
    )
    .await
}

/// Unmarks a deal; again does nothing. `false`: there is no such deal in scope.
pub async fn remove_favourite(pool: &Pool, scope: &Scope, id: ReferralId) -> sqlx::Result<bool> {
    mark(
        pool,
        scope,
        id,
        "delete from favourites f using seen where f.user_id = seen.person and f.referral_id = seen.referral_id",
    )
    .await
}

async fn mark(pool: &Pool, scope: &Scope, id: ReferralId, change: &'static str) -> sqlx::Result<bool> {
    let mut query = QueryBuilder::new("with seen as (select ");
    query
        .push_bind(scope.user.0)
        .push("::uuid as person, r.referral_id, r.kind, r.created_at from referrals r where r.referral_id = ");
    query.push_bind(id.0).push(" and ");
    within(&mut query, scope);
    query
        .push("), changed as (")
        .push(change)
        .push(") select exists (select from seen)");
    query.build_query_scalar().fetch_one(pool).await
}
