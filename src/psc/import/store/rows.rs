//! Rows go in by COPY, a batch a transaction.

use crate::{
    db::{self, Pool, Tx},
    ids::ImportId,
};

use super::{
    super::reader::{Batch, Table, Totals},
    imports::advance,
};

/// The order of columns is that of `reader::lines` and `reader::batch`.
const fn statement(table: Table) -> &'static str {
    match table {
        Table::Accounts => "copy psc_accounts (import_id, psc_account_id, name, mpn_id, country) from stdin",
        Table::Users => {
            "copy psc_users (import_id, psc_user_id, first_name, last_name, mail, psc_account_id, psc_account_name, role) from stdin"
        }
        Table::Deals => {
            "copy psc_deals (import_id, psc_deal_id, name, status, business, co_sell, inbound,
                psc_account_id, psc_account_name, own_mpn_id, customer_name, customer_line1, customer_line2, customer_city,
                customer_state, customer_postal_code, customer_country, customer_match_key, contact_first_name,
                contact_last_name, contact_phone, contact_mail, value, currency, close_date, solution_close_date, stage,
                deal_role, license_program, customer_outcome, solution_ids, solution_quantities, solution_prices,
                team_first_names, team_last_names, team_phones, team_mails, assigned_seller, microsoft_name, microsoft_mail,
                microsoft_phone, campaign_id, crm_id, notes, created_at, modified_at, missing, unreadable, digest) from stdin"
        }
    }
}

const PROBLEMS: &str = "copy psc_import_problems (import_id, rejected, file, line, column_name, code, value, row_id) from stdin";

/// Writes a batch and says how far the reading is, in one transaction. `false`: the import was given up for dead, or the database
/// has lost a batch before this one; it must stop.
///
/// Its commit does not wait for the disk: the turn's does, behind it. A crash of the database loses the newest batches together
/// with what they said of the progress, which the next one finds out.
pub async fn copy(pool: &Pool, import: ImportId, before: &Totals, batch: Batch) -> sqlx::Result<bool> {
    let mut tx = db::begin(pool).await?;
    sqlx::query!("select set_config('synchronous_commit', 'off', true)")
        .fetch_one(&mut *tx)
        .await?;
    if !advance(&mut *tx, import, before, &batch.totals).await? {
        return Ok(false);
    }
    send(&mut tx, statement(batch.table), batch.rows).await?;
    send(&mut tx, PROBLEMS, batch.problems).await?;
    tx.commit().await?;
    Ok(true)
}

/// Puts deals in that were read one by one; lines of COPY text.
pub async fn put_deals(tx: &mut Tx<'_>, lines: Vec<u8>) -> sqlx::Result<()> {
    send(tx, statement(Table::Deals), lines).await
}

async fn send(tx: &mut Tx<'_>, statement: &str, text: Vec<u8>) -> sqlx::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut copy = tx.copy_in_raw(statement).await?;
    match copy.send(text).await {
        Ok(_) => copy.finish().await.map(|_| ()),
        Err(error) => {
            // The first error says why; a connection that cannot even abort is closed by the pool.
            let _ = copy.abort("sending failed").await;
            Err(error)
        }
    }
}
