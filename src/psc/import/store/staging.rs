//! Staging: rows go in by COPY, a batch a statement, and out again when an import ends early.

use crate::{
    db::{self, Pool},
    ids::ImportId,
};

use super::{
    super::reader::{Table, Totals},
    imports::advance,
};

/// Staged deals removed by one statement, so that none takes long.
const CHUNK: i64 = 20_000;

/// The order of columns is that of `reader::lines` and `reader::batch`.
const fn statement(table: Table) -> &'static str {
    match table {
        Table::Accounts => {
            "copy psc_staged_accounts (organisation_id, import_id, line, psc_account_id, name, mpn_id, country) from stdin"
        }
        Table::Users => {
            "copy psc_staged_users (organisation_id, import_id, line, psc_user_id, first_name, last_name, mail, psc_account_id,
                psc_account_name, role) from stdin"
        }
        Table::Deals => {
            "copy psc_staged_deals (import_id, line, psc_deal_id, name, status, business, co_sell, inbound,
                psc_account_id, psc_account_name, mpn_id, customer_name, customer_line1, customer_line2, customer_city,
                customer_state, customer_postal_code, customer_country, customer_match_key, contact_first_name,
                contact_last_name, contact_phone, contact_mail, value, currency, close_date, solution_close_date, stage,
                deal_role, license_program, customer_outcome, solution_ids, solution_quantities, solution_prices,
                team_first_names, team_last_names, team_phones, team_mails, assigned_seller, microsoft_name, microsoft_mail,
                microsoft_phone, campaign_id, crm_id, notes, created_at, modified_at, missing, unreadable) from stdin"
        }
        Table::Problems => {
            "copy psc_import_problems (import_id, rejected, file, line, column_name, code, value, row_id) from stdin"
        }
    }
}

/// Writes a batch and says how far the reading is, in one transaction. `false`: the import was given up for dead, and must stop.
///
/// Its commit does not wait for the disk: what a crash of the database would lose, a crash empties anyway, as staging is not logged.
pub async fn copy(pool: &Pool, import: ImportId, totals: &Totals, table: Table, text: Vec<u8>) -> sqlx::Result<bool> {
    let mut tx = db::begin(pool).await?;
    sqlx::query!("select set_config('synchronous_commit', 'off', true)")
        .fetch_one(&mut *tx)
        .await?;
    if !advance(&mut *tx, import, totals).await? {
        return Ok(false);
    }
    let mut copy = tx.copy_in_raw(statement(table)).await?;
    match copy.send(text).await {
        Ok(_) => copy.finish().await?,
        Err(error) => {
            // The first error says why; a connection that cannot even abort is closed by the pool.
            let _ = copy.abort("sending failed").await;
            return Err(error);
        }
    };
    tx.commit().await?;
    Ok(true)
}

/// Removes what an import has staged. Goes up by line, so that no statement looks at the rows that the one before removed.
pub async fn clear(pool: &Pool, import: ImportId) -> sqlx::Result<()> {
    sqlx::query!("delete from psc_staged_accounts where import_id = $1", import.0)
        .execute(pool)
        .await?;
    sqlx::query!("delete from psc_staged_users where import_id = $1", import.0)
        .execute(pool)
        .await?;
    let mut through = 0;
    loop {
        let end = sqlx::query_scalar!(
            "select max(line) from (
                select line from psc_staged_deals where import_id = $1 and line > $2 order by line limit $3) chunk",
            import.0,
            through,
            CHUNK
        )
        .fetch_one(pool)
        .await?;
        let Some(end) = end else { return Ok(()) };
        sqlx::query!(
            "delete from psc_staged_deals where import_id = $1 and line > $2 and line <= $3",
            import.0,
            through,
            end
        )
        .execute(pool)
        .await?;
        through = end;
    }
}
