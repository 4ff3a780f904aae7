//! All SQL of saved views. Every statement is about one person's own.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    db::{Part, Pool, Tx},
    ids::{UserId, ViewId},
    referrals::filter::Kind,
};

/// A list's address under a name.
#[derive(Clone, Debug, Deserialize)]
pub struct SavedView {
    pub id: ViewId,
    /// Of which lists.
    pub kind: Kind,
    pub name: String,
    /// The query of the list's address.
    pub query: String,
    /// Shown when the list is opened without saying how.
    pub is_default: bool,
}

/// A person's, in the order of their names.
impl Part for Vec<SavedView> {
    const QUERY: &'static str = "select coalesce(json_agg(v), '[]') from (
        select view_id as id, kind, name, query, is_default from saved_views where user_id = asked.person order by lower(name)) v";
}

/// `false`: this person has a view of this name, or has enough.
pub async fn insert(tx: &mut Tx<'_>, user: UserId, view: &SavedView, most: i64, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into saved_views (view_id, user_id, kind, name, query, created_at)
         select $1, $2, $3, $4, $5, $6 where (select count(*) from saved_views where user_id = $2) < $7
         on conflict (user_id, kind, lower(name)) do nothing",
        view.id as ViewId,
        user as UserId,
        view.kind.code(),
        view.name,
        view.query,
        at,
        most
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// `false`: no such view of this person's.
pub async fn rename(tx: &mut Tx<'_>, user: UserId, id: ViewId, name: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update saved_views set name = $3 where view_id = $1 and user_id = $2",
        id as ViewId,
        user as UserId,
        name
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes it the default of its kind, or no longer. In two statements: one default a kind is a unique index, checked row by row.
pub async fn set_default(tx: &mut Tx<'_>, user: UserId, id: ViewId, on: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "update saved_views set is_default = false
         where user_id = $2 and is_default and (view_id = $1 or $3 and kind = (select kind from saved_views where view_id = $1))",
        id as ViewId,
        user as UserId,
        on
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update saved_views set is_default = true where view_id = $1 and user_id = $2 and $3",
        id as ViewId,
        user as UserId,
        on
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// `false`: no such view of this person's.
pub async fn delete(pool: &Pool, user: UserId, id: ViewId) -> sqlx::Result<bool> {
    let done = sqlx::query!("delete from saved_views where view_id = $1 and user_id = $2", id as ViewId, user as UserId)
        .execute(pool)
        .await?;
    Ok(done.rows_affected() == 1)
}
