//! Sellers: whom a request can be handed to, and what they say of themselves.

use crate::{
    db::{Pool, Tx},
    ids::{OrganisationId, UserId},
};

/// Another seller.
#[derive(Clone, Debug)]
pub struct Colleague {
    pub user: UserId,
    pub name: String,
    /// Two letters each.
    pub countries: Vec<String>,
    /// What they have to do: waiting and accepted, up to a hundred.
    pub open: i64,
}

/// A seller's own settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub phone: String,
    /// Two letters each, in alphabetical order.
    pub countries: Vec<String>,
}

/// The vendor's other sellers; with a country those who serve it. Those with the least to do first.
pub async fn colleagues(pool: &Pool, vendor: OrganisationId, but: UserId, country: Option<&str>) -> sqlx::Result<Vec<Colleague>> {
    sqlx::query_as!(
        Colleague,
        r#"select u.user_id as "user: UserId", u.display_name as name,
                  array(select c.country from seller_countries c where c.user_id = u.user_id order by 1) as "countries!",
                  (select count(*) from (select from referrals r where r.seller_id = u.user_id
                       and r.status in ('pending', 'received', 'accepted') limit 100) open) as "open!"
           from users u
           where u.organisation_id = $1 and u.user_id <> $2 and u.disabled_at is null
             and exists (select from role_assignments a where a.user_id = u.user_id and a.role = 'seller')
             and ($3::text is null or exists (select from seller_countries c where c.user_id = u.user_id and c.country = $3))
           order by 4, 2, 1"#,
        vendor as OrganisationId,
        but as UserId,
        country
    )
    .fetch_all(pool)
    .await
}

/// Countries that the vendor's sellers serve.
pub async fn countries_of(pool: &Pool, vendor: OrganisationId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select distinct c.country from seller_countries c join users u using (user_id) where u.organisation_id = $1 order by 1",
        vendor as OrganisationId
    )
    .fetch_all(pool)
    .await
}

pub async fn settings(pool: &Pool, vendor: OrganisationId, user: UserId) -> sqlx::Result<Settings> {
    let found = sqlx::query_as!(
        Settings,
        r#"select phone, array(select c.country from seller_countries c where c.user_id = u.user_id order by 1) as "countries!"
           from users u where organisation_id = $1 and user_id = $2"#,
        vendor as OrganisationId,
        user as UserId
    )
    .fetch_optional(pool)
    .await?;
    Ok(found.unwrap_or_default())
}

/// Keeps what a seller says, and brings the phone number to what they are working on.
pub async fn save(tx: &mut Tx<'_>, vendor: OrganisationId, user: UserId, settings: &Settings) -> sqlx::Result<()> {
    sqlx::query!(
        "update users set phone = $3 where organisation_id = $1 and user_id = $2",
        vendor as OrganisationId,
        user as UserId,
        settings.phone
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "delete from seller_countries where user_id = $1 and country <> all ($2)",
        user as UserId,
        &settings.countries
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into seller_countries (user_id, country)
         select u.user_id, country from users u, unnest($3::text[]) country where u.organisation_id = $1 and u.user_id = $2
         on conflict do nothing",
        vendor as OrganisationId,
        user as UserId,
        &settings.countries
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update referrals set seller_phone = $3
         where organisation_id = $1 and seller_id = $2 and status in ('pending', 'received', 'accepted') and seller_phone <> $3",
        vendor as OrganisationId,
        user as UserId,
        settings.phone
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
