//! A row of accounts.csv.

use super::{super::columns::AccountColumn, Flaw, Layout, Record, check};

#[derive(Debug, PartialEq, Eq)]
pub struct AccountRow<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// May be wrong or empty (domain.md section 5).
    pub mpn_id: &'a str,
    pub country: &'a str,
}

/// # Errors
/// Why the row is rejected.
pub fn account<'a>(record: &Record<'a>, layout: &Layout) -> Result<AccountRow<'a>, Flaw> {
    check(record, layout, AccountColumn::Id)?;
    let get = |column| layout.get(record, column);
    Ok(AccountRow {
        id: get(AccountColumn::Id),
        name: get(AccountColumn::Name),
        mpn_id: get(AccountColumn::MpnId),
        country: get(AccountColumn::Country),
    })
}
