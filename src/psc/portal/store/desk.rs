//! How PSC stands for somebody.

use chrono::{DateTime, Utc};

use crate::{
    db::{Pool, Tx},
    ids::{ImportId, OrganisationId},
    psc::portal::rules::Dates,
};

/// An organisation's PSC.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub import: ImportId,
    pub dates: Dates,
    pub switched_at: Option<DateTime<Utc>>,
}

/// `None`: nothing has come in yet.
pub async fn facts(executor: impl sqlx::PgExecutor<'_>, organisation: OrganisationId) -> sqlx::Result<Option<Facts>> {
    let row = sqlx::query!(
        r#"select current_import_id as "import: ImportId", read_only_from, closed_from, switched_at
           from psc_settings where organisation_id = $1"#,
        organisation as OrganisationId
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.and_then(|row| {
        Some(Facts {
            import: row.import?,
            dates: Dates { read_only_from: row.read_only_from, closed_from: row.closed_from },
            switched_at: row.switched_at,
        })
    }))
}

/// The PSC users that a mail address is, of its own or as the work account that was named for one: role, account, mail.
pub async fn users_of(
    pool: &Pool,
    organisation: OrganisationId,
    import: ImportId,
    mail: &str,
) -> sqlx::Result<Vec<(String, String, String)>> {
    let rows = sqlx::query!(
        r#"select p.role as "role!", p.psc_account_id as "account!", p.mail as "mail!" from psc_users p
           where p.import_id = $2 and lower(p.mail) = lower($3)
           union
           select p.role, p.psc_account_id, p.mail
           from psc_work_accounts w join psc_users p on p.import_id = $2 and p.psc_user_id = w.psc_user_id
           where w.organisation_id = $1 and lower(w.mail) = lower($3)"#,
        organisation as OrganisationId,
        import as ImportId,
        mail
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.role, row.account, row.mail)).collect())
}

/// Why nothing can be changed just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// An export comes in.
    Importing,
    /// Deals are being migrated.
    Migrating,
}

/// Keeps exports from coming in, migrations from starting and others from changing PSC until the transaction ends: the first two lock
/// the organisation's row, the third that of its settings (a deal's own row is a new one after each change). Returns the export that
/// counts now, or what goes on already.
pub async fn hold(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<Result<ImportId, Busy>> {
    sqlx::query!(
        "select organisation_id from organisations where organisation_id = $1 for share",
        organisation as OrganisationId
    )
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query!(
        "select organisation_id from psc_settings where organisation_id = $1 for no key update",
        organisation as OrganisationId
    )
    .fetch_optional(&mut **tx)
    .await?;
    let row = sqlx::query!(
        r#"select exists (select from psc_imports where organisation_id = $1 and state = 'reading') as "importing!",
                  exists (select from migration_runs
                          where organisation_id = $1 and not rehearsal and state in ('queued', 'running')) as "migrating!",
                  (select current_import_id from psc_settings where organisation_id = $1) as "import: ImportId""#,
        organisation as OrganisationId
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(match (row.importing, row.migrating, row.import) {
        (false, true, _) => Err(Busy::Migrating),
        (false, false, Some(import)) => Ok(import),
        _ => Err(Busy::Importing),
    })
}

/// Notes that deals were changed; for a new one only while the switch is not set. `false`: it is.
pub async fn count_edit(tx: &mut Tx<'_>, organisation: OrganisationId, new: bool) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update psc_settings set edits = edits + 1 where organisation_id = $1 and (switched_at is null or not $2)",
        organisation as OrganisationId,
        new
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
