//! Rows of exports that do not count any more, or never did, go out again, in short transactions.

use crate::{
    db::{self, Pool},
    ids::{ImportId, OrganisationId},
};

/// Deals looked at by one transaction: some 50 ms of work.
const CHUNK: i64 = 10_000;

/// Imports that have ended, do not count and still have all their rows; of one organisation or of all.
pub async fn unswept(pool: &Pool, organisation: Option<OrganisationId>) -> sqlx::Result<Vec<(ImportId, OrganisationId)>> {
    let rows = sqlx::query!(
        r#"select import_id as "import: ImportId", organisation_id as "organisation: OrganisationId" from psc_imports i
        where swept_at is null and state <> 'reading' and ($1::uuid is null or organisation_id = $1)
            and not exists (select from psc_settings s where s.current_import_id = i.import_id)"#,
        organisation as Option<OrganisationId>
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.import, row.organisation)).collect())
}

/// Removes the next deals after a PSC deal ID, but for those that were migrated from this import; returns up to which ID. None:
/// there are no more.
///
/// No mark of an import that does not count can come later: a migration run works the deals of the import that counts, and no import
/// ends beside a run.
pub async fn chunk(pool: &Pool, organisation: OrganisationId, import: ImportId, after: &str) -> sqlx::Result<Option<String>> {
    let mut tx = db::begin(pool).await?;
    db::plan_by_key(&mut tx).await?;
    let through = sqlx::query_scalar!(
        "with chunk as (
            select psc_deal_id from psc_deals where import_id = $1 and psc_deal_id > $3 order by psc_deal_id limit $4),
        gone as (
            delete from psc_deals d using chunk c
            where d.import_id = $1 and d.psc_deal_id = c.psc_deal_id
                and not exists (select from psc_migrated_deals m
                    where m.organisation_id = $2 and m.psc_deal_id = d.psc_deal_id and m.import_id = $1))
        select max(psc_deal_id) from chunk",
        import as ImportId,
        organisation as OrganisationId,
        after,
        CHUNK
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(through)
}

/// Removes its users and, unless deals of it are kept, its accounts, which say the MPN IDs of those; and notes that it is done.
pub async fn finish(pool: &Pool, import: ImportId) -> sqlx::Result<()> {
    let mut tx = db::begin(pool).await?;
    sqlx::query!("delete from psc_users where import_id = $1", import as ImportId)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "delete from psc_accounts where import_id = $1 and not exists (select from psc_deals where import_id = $1)",
        import as ImportId
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("update psc_imports set swept_at = now() where import_id = $1", import as ImportId)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}
