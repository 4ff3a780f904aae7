//! What people want by mail.

use crate::{db::Pool, ids::UserId};

/// Topic and delivery of each choice that somebody made.
pub async fn chosen(pool: &Pool, user: UserId) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!("select topic, delivery from notification_preferences where user_id = $1", user as UserId)
        .fetch_all(pool)
        .await?;
    Ok(rows.into_iter().map(|row| (row.topic, row.delivery)).collect())
}

/// Keeps the choices; topics that are not named stay as they are.
pub async fn choose(pool: &Pool, user: UserId, topics: &[String], deliveries: &[String]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into notification_preferences (user_id, topic, delivery)
         select $1, topic, delivery from unnest($2::text[], $3::text[]) as c (topic, delivery)
         on conflict (user_id, topic) do update set delivery = excluded.delivery",
        user as UserId,
        topics,
        deliveries
    )
    .execute(pool)
    .await?;
    Ok(())
}
