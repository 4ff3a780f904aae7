//! What was changed in PSC's pages here goes on into a newer export that knows nothing of it.

use crate::{
    db::{self, Pool},
    ids::{ImportId, OrganisationId},
};

/// Deals looked at by one transaction.
const CHUNK: i64 = 2_000;

/// Changes that went on, and that the export replaced.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carried {
    pub kept: i32,
    pub replaced: i32,
}

/// The ID up to which the next chunk of changed deals goes; `None`: there are no more.
pub async fn edited_range(pool: &Pool, old: ImportId, from: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select max(psc_deal_id) from (
             select psc_deal_id from psc_deals
             where import_id = $1 and psc_deal_id > $2 and edited_at is not null order by psc_deal_id limit $3) w",
        old as ImportId,
        from,
        CHUNK
    )
    .fetch_one(pool)
    .await
}

/// Looks at the changed deals with `from < psc_deal_id <= through` of the export that counted until now. One goes on when the new
/// export says of the deal what the old one said, or, for a deal that was made here, nothing at all; else the new export replaces it.
/// Nobody changes a deal while an export comes in.
pub async fn carry(
    pool: &Pool,
    organisation: OrganisationId,
    new: ImportId,
    old: ImportId,
    from: &str,
    through: &str,
) -> sqlx::Result<Carried> {
    let mut tx = db::begin(pool).await?;
    db::plan_by_key(&mut tx).await?;
    let replaced = sqlx::query_scalar!(
        r#"select count(*)::integer as "replaced!"
           from psc_deals e join psc_deals n on n.import_id = $1 and n.psc_deal_id = e.psc_deal_id
           where e.import_id = $2 and e.edited_at is not null and e.psc_deal_id > $3 and e.psc_deal_id <= $4
             and n.digest is distinct from e.base_digest and n.digest is distinct from e.digest
             and not exists (select from psc_migrated_deals m where m.organisation_id = $5 and m.psc_deal_id = e.psc_deal_id)"#,
        new as ImportId,
        old as ImportId,
        from,
        through,
        organisation as OrganisationId
    )
    .fetch_one(&mut *tx)
    .await?;
    let known = sqlx::query_scalar!(
        "delete from psc_deals n using psc_deals e
         where n.import_id = $1 and n.psc_deal_id > $3 and n.psc_deal_id <= $4
           and e.import_id = $2 and e.psc_deal_id = n.psc_deal_id and e.edited_at is not null and n.digest = e.base_digest
           and not exists (select from psc_migrated_deals m where m.organisation_id = $5 and m.psc_deal_id = e.psc_deal_id)
         returning n.psc_deal_id",
        new as ImportId,
        old as ImportId,
        from,
        through,
        organisation as OrganisationId
    )
    .fetch_all(&mut *tx)
    .await?;
    let kept = sqlx::query!(
        "insert into psc_deals (import_id, psc_deal_id, name, status, business, co_sell, inbound, psc_account_id, psc_account_name,
             own_mpn_id, customer_name, customer_line1, customer_line2, customer_city, customer_state, customer_postal_code,
             customer_country, customer_match_key, contact_first_name, contact_last_name, contact_phone, contact_mail, value,
             currency, close_date, solution_close_date, stage, deal_role, license_program, customer_outcome, solution_ids,
             solution_quantities, solution_prices, team_first_names, team_last_names, team_phones, team_mails, assigned_seller,
             microsoft_name, microsoft_mail, microsoft_phone, campaign_id, crm_id, notes, created_at, modified_at, missing,
             unreadable, digest, edited_at, edited_by, base_digest)
         select $1, psc_deal_id, name, status, business, co_sell, inbound, psc_account_id, psc_account_name,
             own_mpn_id, customer_name, customer_line1, customer_line2, customer_city, customer_state, customer_postal_code,
             customer_country, customer_match_key, contact_first_name, contact_last_name, contact_phone, contact_mail, value,
             currency, close_date, solution_close_date, stage, deal_role, license_program, customer_outcome, solution_ids,
             solution_quantities, solution_prices, team_first_names, team_last_names, team_phones, team_mails, assigned_seller,
             microsoft_name, microsoft_mail, microsoft_phone, campaign_id, crm_id, notes, created_at, modified_at, missing,
             unreadable, digest, edited_at, edited_by, base_digest
         from psc_deals e
         where e.import_id = $2 and e.edited_at is not null and e.psc_deal_id > $3 and e.psc_deal_id <= $4
           and not exists (select from psc_migrated_deals m where m.organisation_id = $5 and m.psc_deal_id = e.psc_deal_id)
           and (e.psc_deal_id = any($6) or e.base_digest is null
                and not exists (select from psc_deals n where n.import_id = $1 and n.psc_deal_id = e.psc_deal_id))",
        new as ImportId,
        old as ImportId,
        from,
        through,
        organisation as OrganisationId,
        &known
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.commit().await?;
    Ok(Carried { kept: i32::try_from(kept).unwrap_or(i32::MAX), replaced })
}
