//! What helps while a deal is made or edited. Reads only.

use crate::{
    auth::Scope,
    db::Pool,
    ids::ReferralId,
    referrals::{
        command::{NewDeal, Person},
        store::{self, Alike, Found},
    },
};

pub use crate::referrals::store::LastChange;

/// Deals that may be the same as a new one.
#[derive(Clone, Debug, Default)]
pub struct Likely {
    /// Those that the person may see: the newest five.
    pub seen: Vec<Found>,
    /// How many more there are, out of the person's scope.
    pub beyond: i64,
}

/// Open deals of the organisation with the same customer and a like name or value. Two queries.
pub async fn likely_duplicates(pool: &Pool, scope: &Scope, new: &NewDeal) -> sqlx::Result<Likely> {
    if new.customer.name.trim().is_empty() {
        return Ok(Likely::default());
    }
    let alike = Alike {
        business: new.customer.business,
        customer_name: &new.customer.name,
        name: &new.details.name,
        value: new.details.value,
        currency: new.details.currency.as_deref(),
    };
    let seen = store::likely(pool, scope, &alike).await?;
    let beyond = if scope.all.is_whole() { 0 } else { store::likely_beyond(pool, scope, &alike).await? };
    Ok(Likely { seen, beyond })
}

/// Who was on the teams of the last deals in scope, for adding them again.
pub async fn recent_members(pool: &Pool, scope: &Scope) -> sqlx::Result<Vec<Person>> {
    store::recent_members(pool, scope).await
}

/// Who changed a deal in scope last, and when, by one of these events of its history.
pub async fn last_change(pool: &Pool, scope: &Scope, id: ReferralId, events: &[&str]) -> sqlx::Result<Option<LastChange>> {
    store::last_change(pool, scope, id, events).await
}
