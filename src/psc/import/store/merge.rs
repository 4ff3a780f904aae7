//! From staging into the PSC tables.

use chrono::{DateTime, Utc};

use crate::{
    db::{self, Pool, Tx},
    ids::{ImportId, OrganisationId},
};

/// A merging import, locked: nobody else merges it meanwhile.
pub struct Slice {
    pub organisation: OrganisationId,
    pub merged_through: i32,
    pub accounts: i32,
    pub users: i32,
    /// Deals that were read, and those that are merged.
    pub deals: i32,
    pub merged: i32,
}

/// None: it is not merging (any more). From here on everything of the slice is found by its keys.
pub async fn lock(tx: &mut Tx<'_>, import: ImportId) -> sqlx::Result<Option<Slice>> {
    db::plan_by_key(tx).await?;
    sqlx::query_as!(
        Slice,
        r#"select organisation_id as "organisation: OrganisationId", merged_through, accounts, users, deals,
            deals_new + deals_changed + deals_unchanged + deals_migrated as "merged!"
        from psc_imports where import_id = $1 and state = 'merging' for update"#,
        import.0
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The last line of the next `slice` staged deals. None: there are no more.
pub async fn window(tx: &mut Tx<'_>, import: ImportId, after: i32, slice: i64) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        "select max(line) from (
            select line from psc_staged_deals where import_id = $1 and line > $2 order by line limit $3) slice",
        import.0,
        after,
        slice
    )
    .fetch_one(&mut **tx)
    .await
}

/// Puts the export's accounts and users in the place of those that were there. `false`: some that were read are not in staging
/// any more (the database crashed: staging is not logged), and the transaction must be given up.
pub async fn merge_accounts(tx: &mut Tx<'_>, import: ImportId, slice: &Slice) -> sqlx::Result<bool> {
    let organisation = slice.organisation.0;
    sqlx::query!("delete from psc_accounts where organisation_id = $1", organisation)
        .execute(&mut **tx)
        .await?;
    sqlx::query!("delete from psc_users where organisation_id = $1", organisation)
        .execute(&mut **tx)
        .await?;
    let accounts = sqlx::query!(
        "with staged as (delete from psc_staged_accounts where import_id = $1 returning *)
        insert into psc_accounts (organisation_id, psc_account_id, name, mpn_id, country, import_id)
        select organisation_id, psc_account_id, name, mpn_id, country, import_id from staged",
        import.0
    )
    .execute(&mut **tx)
    .await?;
    let users = sqlx::query!(
        "with staged as (delete from psc_staged_users where import_id = $1 returning *)
        insert into psc_users (organisation_id, psc_user_id, first_name, last_name, mail, psc_account_id, psc_account_name, role,
            import_id)
        select organisation_id, psc_user_id, first_name, last_name, mail, psc_account_id, psc_account_name, role, import_id
        from staged",
        import.0
    )
    .execute(&mut **tx)
    .await?;
    let same = |staged: u64, read: i32| i64::try_from(staged) == Ok(i64::from(read));
    Ok(same(accounts.rows_affected(), slice.accounts) && same(users.rows_affected(), slice.users))
}

/// Merges the staged deals up to line `through`, and removes them from staging.
pub async fn merge_deals(tx: &mut Tx<'_>, import: ImportId, slice: &Slice, through: i32) -> sqlx::Result<()> {
    let done = sqlx::query_file!(
        "src/psc/import/store/merge_deals.sql",
        import.0,
        slice.organisation.0,
        slice.merged_through,
        through
    )
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query!(
        "delete from psc_staged_deals where import_id = $1 and line > $2 and line <= $3",
        import.0,
        slice.merged_through,
        through
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update psc_imports set merged_through = $2, alive_at = now(), deals_new = deals_new + $3, deals_changed = deals_changed + $4,
            deals_unchanged = deals_unchanged + $5, deals_migrated = deals_migrated + $6
        where import_id = $1",
        import.0,
        through,
        done.new,
        done.changed,
        done.unchanged,
        done.migrated
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Moves the cursor of an import that has no deals to merge, so that its accounts and users are not merged again.
pub async fn pass(tx: &mut Tx<'_>, import: ImportId) -> sqlx::Result<()> {
    sqlx::query!("update psc_imports set merged_through = 1 where import_id = $1", import.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The organisation's deals that are neither in this import nor migrated. For outside a transaction: it reads them all, and nothing
/// else changes them while the import lives.
pub async fn absent(pool: &Pool, import: ImportId) -> sqlx::Result<i32> {
    sqlx::query_scalar!(
        r#"select count(*)::integer as "absent!" from psc_deals
        where organisation_id = (select organisation_id from psc_imports where import_id = $1)
            and import_id <> $1 and migrated_at is null"#,
        import.0
    )
    .fetch_one(pool)
    .await
}

/// From now on this export counts. An organisation without PSC dates gets the guide's (domain.md section 5).
pub async fn finish(tx: &mut Tx<'_>, import: ImportId, absent: i32, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from, current_import_id)
        select organisation_id, '2020-01-01T00:00:00Z', '2021-04-01T00:00:00Z', '2021-05-01T00:00:00Z', import_id
        from psc_imports where import_id = $1
        on conflict (organisation_id) do update set current_import_id = excluded.current_import_id",
        import.0
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update psc_imports set state = 'done', finished_at = $2, deals_absent = $3 where import_id = $1",
        import.0,
        at,
        absent
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
