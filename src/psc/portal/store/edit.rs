//! Reading a deal to change it, and writing it.

use chrono::{DateTime, Utc};
use sqlx::types::{Json, JsonValue};

use crate::{
    db::{Pool, Tx},
    ids::{ImportId, OrganisationId, ReferralId, UserId},
    psc::{
        import::{
            put_deals,
            texts::{ReadDeal, StoredDeal},
        },
        portal::rules::Access,
    },
};

/// The columns of [`StoredDeal`]; conditions after `$1` (import), `$2` (organisation), `$3` to `$5` (access).
macro_rules! deals {
    ($condition:literal, $import:expr, $organisation:expr, $access:expr $(, $argument:expr)*) => {
        sqlx::query_as!(
            StoredDeal,
            r#"select psc_deal_id, name, status, business, co_sell, inbound, psc_account_id, psc_account_name, own_mpn_id, customer_name,
                customer_line1, customer_line2, customer_city, customer_state, customer_postal_code, customer_country,
                contact_first_name, contact_last_name, contact_phone, contact_mail, value, currency, close_date,
                solution_close_date, stage, deal_role, license_program, customer_outcome, solution_ids,
                solution_quantities as "solution_quantities: Vec<Option<rust_decimal::Decimal>>",
                solution_prices as "solution_prices: Vec<Option<rust_decimal::Decimal>>",
                team_first_names, team_last_names, team_phones, team_mails, assigned_seller, microsoft_name, microsoft_mail,
                microsoft_phone, campaign_id, crm_id, notes, created_at, modified_at, missing,
                unreadable as "unreadable: Json<serde_json::Map<String, JsonValue>>", coalesce(digest, 0) as "digest!", base_digest,
                edited_at
            from psc_deals d
            where import_id = $1
              and ($3 or psc_account_id = any($4) or lower(assigned_seller) = any($5))
              and not exists (select from psc_migrated_deals m where m.organisation_id = $2 and m.psc_deal_id = d.psc_deal_id)
              and "# + $condition,
            $import as ImportId,
            $organisation as OrganisationId,
            $access.everything,
            &$access.accounts,
            &$access.mails
            $(, $argument)*
        )
    };
}

/// A deal that has not migrated.
pub async fn find(
    pool: &Pool,
    organisation: OrganisationId,
    import: ImportId,
    access: &Access,
    id: &str,
) -> sqlx::Result<Option<StoredDeal>> {
    deals!("psc_deal_id = $6", import, organisation, access, id)
        .fetch_optional(pool)
        .await
}

/// Deals in the order of their IDs, for files.
pub async fn page(
    pool: &Pool,
    organisation: OrganisationId,
    import: ImportId,
    access: &Access,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<StoredDeal>> {
    deals!("psc_deal_id > $6 order by psc_deal_id limit $7", import, organisation, access, after, limit)
        .fetch_all(pool)
        .await
}

/// These deals, in no order.
pub async fn these(
    executor: impl sqlx::PgExecutor<'_>,
    organisation: OrganisationId,
    import: ImportId,
    access: &Access,
    ids: &[String],
) -> sqlx::Result<Vec<StoredDeal>> {
    deals!("psc_deal_id = any($6)", import, organisation, access, ids)
        .fetch_all(executor)
        .await
}

/// Where a deal of theirs went to.
pub async fn migrated(pool: &Pool, organisation: OrganisationId, access: &Access, id: &str) -> sqlx::Result<Option<ReferralId>> {
    sqlx::query_scalar!(
        r#"select m.referral_id as "id: ReferralId"
           from psc_migrated_deals m join psc_deals d on d.import_id = m.import_id and d.psc_deal_id = m.psc_deal_id
           where m.organisation_id = $1 and m.psc_deal_id = $2
             and ($3 or d.psc_account_id = any($4) or lower(d.assigned_seller) = any($5))"#,
        organisation as OrganisationId,
        id,
        access.everything,
        &access.accounts,
        &access.mails
    )
    .fetch_optional(pool)
    .await
}

/// A deal to write: its ID, what was there (`None`: it is new), what is there now.
pub struct Change<'a> {
    pub id: &'a str,
    pub before: Option<&'a StoredDeal>,
    pub now: ReadDeal,
}

/// Puts deals in the place of what was there, which nobody else changes until the transaction ends.
pub async fn write(
    tx: &mut Tx<'_>,
    import: ImportId,
    changes: Vec<Change<'_>>,
    by: UserId,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let ids: Vec<String> = changes.iter().map(|change| change.id.to_owned()).collect();
    // What the export said: of a deal that was changed before, that is what it was then; of one that was made here, nothing.
    let bases: Vec<Option<i64>> = changes
        .iter()
        .map(|change| {
            let before = change.before?;
            if before.edited_at.is_some() { before.base_digest } else { Some(before.digest) }
        })
        .collect();
    sqlx::query!("delete from psc_deals where import_id = $1 and psc_deal_id = any($2)", import as ImportId, &ids)
        .execute(&mut **tx)
        .await?;
    let lines = changes.into_iter().flat_map(|change| change.now.line).collect();
    put_deals(tx, lines).await?;
    sqlx::query!(
        "update psc_deals d set edited_at = $4, edited_by = $5, base_digest = c.base
         from unnest($2::text[], $3::bigint[]) as c (id, base) where d.import_id = $1 and d.psc_deal_id = c.id",
        import as ImportId,
        &ids,
        &bases as &[Option<i64>],
        at,
        by as UserId
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
