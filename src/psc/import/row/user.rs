//! A row of users.csv.

use super::{
    super::{columns::UserColumn, problem::Code},
    Flaw, LONGEST_MAIL, Layout, Record, check,
};

#[derive(Debug, PartialEq, Eq)]
pub struct UserRow<'a> {
    pub id: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub mail: &'a str,
    pub account_id: &'a str,
    pub account_name: &'a str,
    /// As the database spells it.
    pub role: &'static str,
}

/// # Errors
/// Why the row is rejected.
pub fn user<'a>(record: &Record<'a>, layout: &Layout) -> Result<UserRow<'a>, Flaw> {
    check(record, layout, UserColumn::Id)?;
    let get = |column| layout.get(record, column);
    let mail = get(UserColumn::Mail);
    if mail.len() > LONGEST_MAIL {
        return Err(Flaw::new(UserColumn::Mail, Code::TooLong, mail));
    }
    let role = get(UserColumn::Role);
    Ok(UserRow {
        id: get(UserColumn::Id),
        first_name: get(UserColumn::FirstName),
        last_name: get(UserColumn::LastName),
        mail,
        account_id: get(UserColumn::AccountId),
        account_name: get(UserColumn::AccountName),
        role: match role.to_ascii_lowercase().as_str() {
            "admin" => "admin",
            "deal manager" => "deal-manager",
            "seller" => "seller",
            _ => return Err(Flaw::new(UserColumn::Role, Code::UnknownRole, role)),
        },
    })
}
