//! PSC's accounts and users.

use crate::{
    db::Pool,
    ids::{ImportId, OrganisationId},
    psc::portal::rules::Access,
};

/// A PSC account.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: String,
    pub name: String,
    /// That counts, corrected if it was.
    pub mpn_id: String,
    pub country: String,
    /// It is the organisation's own, or one of its locations'.
    pub valid: bool,
}

/// The accounts that somebody may see: all of them, or those whose deals they manage or work on.
pub async fn accounts(
    pool: &Pool,
    organisation: OrganisationId,
    import: ImportId,
    access: &Access,
) -> sqlx::Result<Vec<Account>> {
    sqlx::query_as!(
        Account,
        r#"select a.psc_account_id as "id!", a.name as "name!", a.mpn_id as "mpn_id!", p.country as "country!",
                  a.mpn_id = o.mpn_id or exists (
                      select from locations l where l.organisation_id = $1 and l.mpn_id = a.mpn_id) as "valid!"
           from psc_export_accounts a join psc_accounts p on p.import_id = a.import_id and p.psc_account_id = a.psc_account_id
           join organisations o on o.organisation_id = $1
           where a.import_id = $2
             and ($3 or a.psc_account_id = any($4)
                  or exists (select from psc_users u where u.import_id = a.import_id and u.psc_account_id = a.psc_account_id
                             and lower(u.mail) = any($5)))
           order by a.psc_account_id"#,
        organisation as OrganisationId,
        import as ImportId,
        access.everything,
        &access.accounts,
        &access.mails
    )
    .fetch_all(pool)
    .await
}

/// A PSC user.
#[derive(Clone, Debug)]
pub struct PscUser {
    pub id: String,
    pub first_name: String,
    pub last_name: String,
    pub mail: String,
    pub account_id: String,
    pub account_name: String,
    /// `admin`, `deal-manager`, `seller`.
    pub role: String,
}

/// Users by ID; `role` and `search` (in name and mail) may be empty. Others than admins see those of their accounts.
pub async fn users(
    pool: &Pool,
    import: ImportId,
    access: &Access,
    role: &str,
    search: &str,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<PscUser>> {
    let pattern = format!("%{}%", search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    sqlx::query_as!(
        PscUser,
        r#"select psc_user_id as id, first_name, last_name, mail, psc_account_id as account_id, psc_account_name as account_name, role
           from psc_users u
           where import_id = $1 and psc_user_id > $2 and ($3 = '' or role = $3)
             and ($4 = '%%' or mail ilike $4 or first_name || ' ' || last_name ilike $4 or last_name || first_name ilike $4)
             and ($6 or psc_account_id = any($7)
                  or exists (select from psc_users o where o.import_id = $1 and o.psc_account_id = u.psc_account_id
                             and lower(o.mail) = any($8)))
           order by psc_user_id limit $5"#,
        import as ImportId,
        after,
        role,
        pattern,
        limit,
        access.everything,
        &access.accounts,
        &access.mails
    )
    .fetch_all(pool)
    .await
}

/// Accounts as the export has them, for files.
pub async fn account_rows(pool: &Pool, import: ImportId) -> sqlx::Result<Vec<[String; 4]>> {
    let rows = sqlx::query!(
        "select psc_account_id, name, mpn_id, country from psc_accounts where import_id = $1 order by psc_account_id",
        import as ImportId
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| [row.psc_account_id, row.name, row.mpn_id, row.country])
        .collect())
}
