//! Tells one person, for changes that are no referral's.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::{
    db::Tx,
    ids::UserId,
    notifications::{
        event::{Delivery, Event},
        morning,
        store::fan_out as store,
    },
};

/// Tells a person something that is about them or their organisation, in the transaction of the change. A disabled person hears
/// nothing. `detail` is for the words: `{"role": code}` of a granted role, `{"migrated": n, "errors": n}` of a finished migration,
/// `{"organisation": name}` of a switch, `{"account": name, "mpn": ID}` of a correction.
pub async fn tell_user(
    tx: &mut Tx<'_>,
    user: UserId,
    event: Event,
    detail: &serde_json::Value,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let Some((chosen, zone)) = store::wish(tx, user, event.topic().code()).await? else { return Ok(()) };
    let delivery = chosen.as_deref().and_then(Delivery::from_code).unwrap_or(event.topic().usual());
    let not_before = match delivery {
        Delivery::Daily => morning::next(now, zone.parse().unwrap_or(Tz::UTC)),
        Delivery::Now | Delivery::Off => now,
    };
    store::tell(tx, user, event, detail, delivery, not_before, now).await
}
