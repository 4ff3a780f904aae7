//! Rows as lines of COPY text. The order of fields is that of the column lists in `store::rows`.

use crate::catalogue::matching::match_key;

use super::super::{
    copy::Lines,
    row::{AccountRow, DealRow, UserRow},
};
use crate::ids::ImportId;

pub fn account(out: &mut Lines, import: ImportId, row: &AccountRow<'_>) {
    out.plain(import)
        .text(row.id)
        .text(row.name)
        .text(row.mpn_id)
        .text(row.country)
        .end();
}

pub fn user(out: &mut Lines, import: ImportId, row: &UserRow<'_>) {
    out.plain(import)
        .text(row.id)
        .text(row.first_name)
        .text(row.last_name)
        .text(row.mail)
        .text(row.account_id)
        .text(row.account_name)
        .plain(row.role)
        .end();
}

/// Returns the digest of all of it but the import, so that two exports can be compared. Numbers are written without trailing zeros:
/// what goes out of the database and comes back is the same.
pub fn deal(out: &mut Lines, import: ImportId, row: &DealRow<'_>) -> i64 {
    let customer = &row.customer;
    out.plain(import);
    let start = out.len();
    out.text(row.id)
        .text(row.name)
        .plain(row.status)
        .plain(row.business)
        .plain(row.co_sell)
        .plain(row.inbound)
        .text(row.account_id)
        .text(row.account_name)
        .text(row.mpn_id)
        .text(customer.name)
        .text(customer.line1)
        .text(customer.line2)
        .text(customer.city)
        .text(customer.state)
        .text(customer.postal_code)
        .text(&customer.country)
        .text(&match_key(customer.name, customer.line1, customer.postal_code, &customer.country))
        .text(row.contact.first_name)
        .text(row.contact.last_name)
        .text(row.contact.phone)
        .text(row.contact.mail)
        .optional(row.value.map(|value| value.normalize()))
        .optional(row.currency.map(|currency| currency.code()))
        .optional(row.close_date)
        .optional(row.solution_close_date)
        .optional(row.stage)
        .text(row.deal_role)
        .text(row.license_program)
        .text(row.customer_outcome)
        .texts(row.solutions.iter().map(|solution| solution.id))
        .numbers(
            row.solutions
                .iter()
                .map(|solution| solution.quantity.map(|number| number.normalize())),
        )
        .numbers(
            row.solutions
                .iter()
                .map(|solution| solution.price.map(|number| number.normalize())),
        )
        .texts(row.team.iter().map(|member| member.first_name))
        .texts(row.team.iter().map(|member| member.last_name))
        .texts(row.team.iter().map(|member| member.phone))
        .texts(row.team.iter().map(|member| member.mail))
        .text(row.assigned_seller)
        .text(row.microsoft_name)
        .text(row.microsoft_mail)
        .text(row.microsoft_phone)
        .text(row.campaign_id)
        .text(row.crm_id)
        .text(row.notes)
        .plain(row.created_at)
        .optional(row.modified_at)
        .plain(row.missing.0);
    if row.unreadable.is_empty() {
        out.optional(None::<&str>);
    } else {
        let cells = row
            .unreadable
            .iter()
            .map(|(column, text)| ((*column).to_owned(), serde_json::Value::from(*text)));
        out.text(&serde_json::Value::Object(cells.collect()).to_string());
    }
    let digest = out.digest(start);
    out.plain(digest).end();
    digest
}
