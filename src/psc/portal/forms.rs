//! What PSC's forms say, as columns and texts.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::{
    psc::import::{DealColumn as C, texts::columns_of},
    referrals::missing::Detail,
};

/// Names of columns in forms, and the end of their locale keys (`psc-field-…`).
pub const NAMES: [(C, &str); 39] = [
    (C::Id, "id"),
    (C::Name, "name"),
    (C::Status, "status"),
    (C::Business, "business"),
    (C::CoSell, "co-sell"),
    (C::Source, "source"),
    (C::AccountId, "account"),
    (C::AccountName, "account-name"),
    (C::MpnId, "mpn"),
    (C::CustomerName, "customer"),
    (C::CustomerLine1, "line1"),
    (C::CustomerLine2, "line2"),
    (C::CustomerCity, "city"),
    (C::CustomerState, "state"),
    (C::CustomerPostalCode, "postal-code"),
    (C::CustomerCountry, "country"),
    (C::ContactFirstName, "contact-first"),
    (C::ContactLastName, "contact-last"),
    (C::ContactPhone, "contact-phone"),
    (C::ContactMail, "contact-mail"),
    (C::Value, "value"),
    (C::Currency, "currency"),
    (C::CloseDate, "close"),
    (C::SolutionCloseDate, "solution-close"),
    (C::Stage, "stage"),
    (C::DealRole, "role"),
    (C::LicenseProgram, "license"),
    (C::CustomerOutcome, "outcome"),
    (C::Products, "products"),
    (C::Team, "team"),
    (C::AssignedSeller, "assigned"),
    (C::MicrosoftName, "microsoft-name"),
    (C::MicrosoftMail, "microsoft-mail"),
    (C::MicrosoftPhone, "microsoft-phone"),
    (C::CampaignId, "campaign"),
    (C::CrmId, "crm"),
    (C::Notes, "notes"),
    (C::Created, "created"),
    (C::Modified, "modified"),
];

/// What the form of a deal has, in its order.
pub const EDITED: [C; 26] = [
    C::Name,
    C::Business,
    C::CoSell,
    C::CustomerName,
    C::CustomerLine1,
    C::CustomerLine2,
    C::CustomerCity,
    C::CustomerState,
    C::CustomerPostalCode,
    C::CustomerCountry,
    C::ContactFirstName,
    C::ContactLastName,
    C::ContactPhone,
    C::ContactMail,
    C::Value,
    C::Currency,
    C::CloseDate,
    C::SolutionCloseDate,
    C::Stage,
    C::DealRole,
    C::LicenseProgram,
    C::Team,
    C::AssignedSeller,
    C::CampaignId,
    C::CrmId,
    C::Notes,
];

pub fn name_of(column: C) -> &'static str {
    let found = NAMES.iter().find(|(other, _)| *other == column);
    found.map_or("", |(_, name)| name)
}

fn named(name: &str) -> Option<C> {
    let found = NAMES.iter().find(|(_, other)| *other == name);
    found.map(|(column, _)| *column)
}

/// A form of a deal: its fields as they came.
pub type Pairs = Vec<(String, String)>;

/// What stands in one field of it.
pub fn value<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    let found = pairs.iter().find(|(other, _)| other == name);
    found.map_or("", |(_, value)| value)
}

/// The digest of what was seen; a form without one conflicts with everything.
pub fn seen(pairs: &Pairs) -> i64 {
    value(pairs, "seen").parse().unwrap_or_default()
}

/// The columns that a form fills, of those it may.
pub fn cells(pairs: &Pairs, columns: &[C]) -> Vec<(C, String)> {
    let filled = pairs.iter().filter_map(|(name, value)| Some((named(name)?, value)));
    filled
        .filter(|(column, _)| columns.contains(column))
        .map(|(column, value)| (column, as_exported(column, value)))
        .collect()
}

/// A form's text as an export has it: dates as browsers send them, a team member a line.
fn as_exported(column: C, text: &str) -> String {
    let text = text.replace('\0', "");
    match column {
        C::CloseDate | C::SolutionCloseDate => {
            NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").map_or(text, |date| date.format("%m/%d/%Y").to_string())
        }
        C::Team => text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(";"),
        _ => text,
    }
}

/// An export's text as a form shows it.
pub fn as_typed(column: C, text: &str) -> String {
    match column {
        C::CloseDate | C::SolutionCloseDate => NaiveDate::parse_from_str(text, "%m/%d/%Y")
            .map_or_else(|_| text.to_owned(), |date| date.format("%Y-%m-%d").to_string()),
        C::Team => text.split(';').collect::<Vec<_>>().join("\n"),
        _ => text.to_owned(),
    }
}

/// A row of the clean-up sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    pub id: String,
    pub seen: i64,
    /// What was typed, as typed.
    pub typed: Vec<(C, String)>,
}

impl SheetRow {
    /// As an export has it, without empty cells: an empty cell says nothing.
    pub fn cells(&self) -> Vec<(C, String)> {
        let typed = self.typed.iter().filter(|(_, text)| !text.trim().is_empty());
        typed.map(|(column, text)| (*column, as_exported(*column, text))).collect()
    }
}

/// The parts of a team member, who is one column of an export.
pub const MEMBER: [&str; 4] = ["first", "last", "phone", "mail"];

/// The rows of the sheet that completes a detail: fields `id-1`, `seen-1`, `<column>-1` and so on.
pub fn sheet(pairs: &Pairs, detail: Detail, most: usize) -> Vec<SheetRow> {
    (1..=most)
        .filter_map(|n| {
            let at = |name: &str| value(pairs, &format!("{name}-{n}")).trim().to_owned();
            let id = at("id");
            let typed = if detail == Detail::Team {
                let parts = MEMBER.map(|part| at(&format!("member-{part}")));
                // Whoever has no part of a name or an address is nobody; the mail alone is filled in beforehand.
                let somebody = parts.iter().take(3).any(|part| !part.is_empty());
                vec![(
                    C::Team,
                    if somebody { parts.map(|part| part.replace([',', ';'], " ")).join(",") } else { String::new() },
                )]
            } else {
                columns_of(detail)
                    .iter()
                    .map(|column| (*column, at(name_of(*column))))
                    .collect()
            };
            (!id.is_empty()).then(|| SheetRow { id, seen: at("seen").parse().unwrap_or_default(), typed })
        })
        .collect()
}

/// Which detail the sheet completes, and where it begins.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SheetQuery {
    pub detail: String,
    pub after: String,
}

/// Whose users are looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct UsersQuery {
    pub role: String,
    pub q: String,
    pub after: String,
}

impl UsersQuery {
    /// What cannot be understood is not filtered by.
    pub fn role(&self) -> &str {
        if ["admin", "deal-manager", "seller"].contains(&self.role.as_str()) { &self.role } else { "" }
    }

    pub fn search(&self) -> String {
        self.q.trim().chars().filter(|c| *c != '\0').take(100).collect()
    }
}

/// How a deal is closed: PSC's words by the form's.
pub const CLOSINGS: [(&str, &str); 3] = [("won", "Won"), ("lost", "Lost"), ("duplicate", "Closed - Duplicate")];

/// A product that is put into a deal, or taken out of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProductForm {
    pub seen: String,
    /// `add` or `remove`.
    pub act: String,
    pub product: String,
    pub quantity: String,
    pub price: String,
}

impl ProductForm {
    /// The column of a deal's products after it; `Err`: the locale key of what is wrong.
    pub fn apply(&self, products: &str) -> Result<String, &'static str> {
        let id = self.product.trim();
        let mut entries: Vec<String> = products
            .split(';')
            .map(|entry| entry.trim().to_owned())
            .filter(|e| !e.is_empty())
            .collect();
        let same = |entry: &String| entry.split('|').next().map(str::trim) == Some(id);
        if self.act == "remove" {
            entries.retain(|entry| !same(entry));
            return Ok(entries.join(";"));
        }
        if id.is_empty() || id.contains([';', '|', '\0']) {
            return Err("psc-product-needed");
        }
        if entries.iter().any(same) {
            return Err("psc-product-twice");
        }
        let (quantity, price) = (self.quantity.trim(), self.price.trim());
        if [quantity, price].iter().any(|number| number.contains([';', '|', '\0'])) {
            return Err("psc-product-number");
        }
        entries.push(if quantity.is_empty() && price.is_empty() { id.to_owned() } else { format!("{id}|{quantity}|{price}") });
        Ok(entries.join(";"))
    }
}
