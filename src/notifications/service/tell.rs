//! Tells people, for changes that are no referral's.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    db::Tx,
    ids::UserId,
    notifications::{event::Event, morning::Mornings, store::tell as store},
};

/// Tells a person something that is about them or their organisation, in the transaction of the change. A disabled person hears
/// nothing. `detail` is for the words: `{"role": code}` of a granted role, `{"migrated": n, "errors": n}` of a finished migration,
/// `{"organisation": name}` of a switch, `{"account": name, "mpn": ID}` of a correction.
pub async fn tell_user(tx: &mut Tx<'_>, user: UserId, event: Event, detail: &Value, now: DateTime<Utc>) -> sqlx::Result<()> {
    tell_users(tx, event, &[(user, detail.clone())], now).await
}

/// [`tell_user`] for many, each with their own detail; somebody who stands there twice is told twice.
pub async fn tell_users(tx: &mut Tx<'_>, event: Event, told: &[(UserId, Value)], now: DateTime<Utc>) -> sqlx::Result<()> {
    let zones = store::zones(tx, told).await?;
    store::tell(tx, event, told, &Mornings::of(&zones, now), now).await
}
