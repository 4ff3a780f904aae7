//! SQL of the demo.

use crate::{
    db::Tx,
    ids::{OrganisationId, UserId},
};

/// Lets one process at a time load the demo, until the end of the transaction. Whoever waited sees what was loaded.
pub async fn lock(tx: &mut Tx<'_>) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('partner-portal demo', 0))")
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn partner_exists(tx: &mut Tx<'_>, mpn_id: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from organisations where mpn_id = $1) as "exists!""#, mpn_id)
        .fetch_one(&mut **tx)
        .await
}

/// Where a seller can be called, and whose requests come to them.
pub async fn set_seller(tx: &mut Tx<'_>, user: UserId, phone: &str, countries: &[&str]) -> sqlx::Result<()> {
    let countries: Vec<String> = countries.iter().map(|code| (*code).to_owned()).collect();
    sqlx::query!("update users set phone = $2 where user_id = $1", user as UserId, phone)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "insert into seller_countries (user_id, country) select $1, unnest($2::text[])",
        user as UserId,
        &countries
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Approves an organisation for solution assessments.
pub async fn allow_assessments(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<()> {
    sqlx::query!(
        "update organisations set solution_assessments = true where organisation_id = $1",
        organisation as OrganisationId
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
