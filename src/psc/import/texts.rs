//! A deal as the texts that an export has of it. Whatever changes a deal in PSC changes these, and reads them as the import does: so
//! that every rule is the import's, and what goes out and comes in again is the same.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rust_decimal::Decimal;
use sqlx::types::{Json, JsonValue};

use super::{
    columns::{Column, DealColumn as C, Layout},
    copy::Lines,
    fields,
    reader::lines,
    records::Record,
    row::{self, Flaw},
};
use crate::{
    ids::ImportId,
    referrals::missing::{Detail, Missing},
};

/// A row of `psc_deals`.
#[derive(Clone, Debug)]
pub struct StoredDeal {
    pub psc_deal_id: String,
    pub name: String,
    /// `open`, `won`, `lost`, `closed-duplicate`.
    pub status: String,
    /// `co-sell`, `solution-assessment`, `oem-licensing`, `oem-iot`.
    pub business: String,
    pub co_sell: bool,
    pub inbound: bool,
    pub psc_account_id: String,
    pub psc_account_name: String,
    pub own_mpn_id: String,
    pub customer_name: String,
    pub customer_line1: String,
    pub customer_line2: String,
    pub customer_city: String,
    pub customer_state: String,
    pub customer_postal_code: String,
    pub customer_country: String,
    pub contact_first_name: String,
    pub contact_last_name: String,
    pub contact_phone: String,
    pub contact_mail: String,
    pub value: Option<Decimal>,
    pub currency: Option<String>,
    pub close_date: Option<NaiveDate>,
    pub solution_close_date: Option<NaiveDate>,
    pub stage: Option<i16>,
    pub deal_role: String,
    pub license_program: String,
    pub customer_outcome: String,
    pub solution_ids: Vec<String>,
    pub solution_quantities: Vec<Option<Decimal>>,
    pub solution_prices: Vec<Option<Decimal>>,
    pub team_first_names: Vec<String>,
    pub team_last_names: Vec<String>,
    pub team_phones: Vec<String>,
    pub team_mails: Vec<String>,
    pub assigned_seller: String,
    pub microsoft_name: String,
    pub microsoft_mail: String,
    pub microsoft_phone: String,
    pub campaign_id: String,
    pub crm_id: String,
    pub notes: String,
    pub created_at: DateTime<Utc>,
    pub modified_at: Option<DateTime<Utc>>,
    pub missing: i32,
    /// By column, what stood there and could not be read.
    pub unreadable: Option<Json<serde_json::Map<String, JsonValue>>>,
    /// Of all of it; changes with it.
    pub digest: i64,
    /// The digest of what the export said; `None`: the deal was made here, or nothing of it was changed.
    pub base_digest: Option<i64>,
    pub edited_at: Option<DateTime<Utc>>,
}

/// The texts of a deal, by column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealTexts(Vec<String>);

/// A deal that was read from its texts.
pub struct ReadDeal {
    /// A line of COPY text for `psc_deals`.
    pub line: Vec<u8>,
    pub digest: i64,
    /// Details that cannot be read.
    pub flaws: Vec<Flaw>,
    pub missing: Missing,
}

impl DealTexts {
    pub fn empty() -> Self {
        Self(vec![String::new(); C::NAMES.len()])
    }

    pub fn get(&self, column: C) -> &str {
        self.0.get(column.index()).map(String::as_str).unwrap_or_default()
    }

    /// Puts a text there as an export spells it: without surrounding white space, and dates, values and codes in one way only, so
    /// that what means the same is the same.
    pub fn set(&mut self, column: C, text: &str) {
        if let Some(place) = self.0.get_mut(column.index()) {
            *place = spelled(column, text);
        }
    }

    /// Whether this stands there already, in whatever spelling.
    pub fn says(&self, column: C, text: &str) -> bool {
        self.get(column) == spelled(column, text)
    }

    /// In the order of the columns.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Columns in which two deals differ.
    pub fn changed<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = C> + 'a {
        C::ALL.iter().copied().filter(|column| self.get(*column) != other.get(*column))
    }

    /// Reads them as a row of deals.csv.
    ///
    /// # Errors
    /// Why such a row would be rejected.
    pub fn read(&self, import: ImportId) -> Result<ReadDeal, Flaw> {
        let text = self.0.concat();
        let ends: Vec<usize> = self
            .0
            .iter()
            .scan(0, |end, field| {
                *end += field.len();
                Some(*end)
            })
            .collect();
        let (deal, flaws) = row::deal(&Record::of(&text, &ends), &Layout::whole::<C>())?;
        let mut out = Lines::default();
        let digest = lines::deal(&mut out, import, &deal);
        Ok(ReadDeal { line: out.into_bytes(), digest, flaws, missing: deal.missing })
    }
}

impl From<&StoredDeal> for DealTexts {
    fn from(deal: &StoredDeal) -> Self {
        let mut texts = Self::empty();
        for column in C::ALL {
            let unread = deal.unreadable.as_ref().and_then(|cells| cells.get(column.name())?.as_str());
            texts.set(*column, &unread.map_or_else(|| deal.text(*column), ToOwned::to_owned));
        }
        texts
    }
}

impl StoredDeal {
    /// What an export says of a detail that could be read.
    fn text(&self, column: C) -> String {
        match column {
            C::Id => self.psc_deal_id.clone(),
            C::Name => self.name.clone(),
            C::Status => word(&row::STATUSES, &self.status),
            C::Business => word(&row::BUSINESSES, &self.business),
            C::CoSell => if self.co_sell { "Yes" } else { "No" }.to_owned(),
            C::Source => if self.inbound { "Microsoft" } else { "Partner" }.to_owned(),
            C::AccountId => self.psc_account_id.clone(),
            C::AccountName => self.psc_account_name.clone(),
            C::MpnId => self.own_mpn_id.clone(),
            C::CustomerName => self.customer_name.clone(),
            C::CustomerLine1 => self.customer_line1.clone(),
            C::CustomerLine2 => self.customer_line2.clone(),
            C::CustomerCity => self.customer_city.clone(),
            C::CustomerState => self.customer_state.clone(),
            C::CustomerPostalCode => self.customer_postal_code.clone(),
            C::CustomerCountry => self.customer_country.clone(),
            C::ContactFirstName => self.contact_first_name.clone(),
            C::ContactLastName => self.contact_last_name.clone(),
            C::ContactPhone => self.contact_phone.clone(),
            C::ContactMail => self.contact_mail.clone(),
            C::Value => plain(self.value),
            C::Currency => self.currency.clone().unwrap_or_default(),
            C::CloseDate => day(self.close_date),
            C::SolutionCloseDate => day(self.solution_close_date),
            C::Stage => self.stage.map(|stage| stage.to_string()).unwrap_or_default(),
            C::DealRole => self.deal_role.clone(),
            C::LicenseProgram => self.license_program.clone(),
            C::CustomerOutcome => self.customer_outcome.clone(),
            C::Products => self.products().map(Product::text).collect::<Vec<_>>().join(";"),
            C::Team => self.team().collect::<Vec<_>>().join(";"),
            C::AssignedSeller => self.assigned_seller.clone(),
            C::MicrosoftName => self.microsoft_name.clone(),
            C::MicrosoftMail => self.microsoft_mail.clone(),
            C::MicrosoftPhone => self.microsoft_phone.clone(),
            C::CampaignId => self.campaign_id.clone(),
            C::CrmId => self.crm_id.clone(),
            C::Notes => self.notes.clone(),
            C::Created => moment(Some(self.created_at)),
            C::Modified => moment(self.modified_at),
        }
    }

    pub fn products(&self) -> impl Iterator<Item = Product<'_>> {
        let numbers = self.solution_quantities.iter().zip(&self.solution_prices);
        self.solution_ids
            .iter()
            .zip(numbers)
            .map(|(id, (quantity, price))| Product { id, quantity: *quantity, price: *price })
    }

    /// Each member as `first,last,phone,mail`.
    fn team(&self) -> impl Iterator<Item = String> + '_ {
        let names = self.team_first_names.iter().zip(&self.team_last_names);
        let ways = self.team_phones.iter().zip(&self.team_mails);
        names
            .zip(ways)
            .map(|((first, last), (phone, mail))| [first.as_str(), last, phone, mail].join(","))
    }

    pub const fn missing(&self) -> Missing {
        Missing(self.missing)
    }

    pub fn is_open(&self) -> bool {
        self.status == "open"
    }
}

/// A product of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product<'a> {
    pub id: &'a str,
    pub quantity: Option<Decimal>,
    pub price: Option<Decimal>,
}

impl Product<'_> {
    /// `id`, or `id|quantity|price`.
    pub fn text(self) -> String {
        if self.quantity.is_none() && self.price.is_none() {
            return self.id.to_owned();
        }
        format!("{}|{}|{}", self.id, plain(self.quantity), plain(self.price))
    }
}

/// The columns that fill a missing detail.
pub const fn columns_of(detail: Detail) -> &'static [C] {
    match detail {
        Detail::Customer => &[
            C::CustomerName,
            C::CustomerLine1,
            C::CustomerLine2,
            C::CustomerCity,
            C::CustomerState,
            C::CustomerPostalCode,
            C::CustomerCountry,
        ],
        Detail::Contact => &[C::ContactFirstName, C::ContactLastName, C::ContactPhone, C::ContactMail],
        Detail::Solution => &[C::Products],
        Detail::Team => &[C::Team],
        Detail::Value => &[C::Value, C::Currency],
        Detail::CloseDate => &[C::CloseDate],
        Detail::Name => &[C::Name],
    }
}

fn spelled(column: C, text: &str) -> String {
    let text = text.trim();
    let spelled = match column {
        C::CloseDate | C::SolutionCloseDate => fields::date(text).map(|date| day(Some(date))),
        C::Value => fields::amount(text).map(|value| plain(Some(value))),
        C::Currency => fields::currency(text).map(|currency| currency.code().to_owned()),
        C::CustomerCountry => fields::country(text).map(std::borrow::Cow::into_owned),
        _ => None,
    };
    spelled.unwrap_or_else(|| text.to_owned())
}

fn word(words: &[(&'static str, &'static str)], code: &str) -> String {
    let found = words.iter().find(|(_, meaning)| *meaning == code);
    found.map(|(word, _)| (*word).to_owned()).unwrap_or_default()
}

fn plain(number: Option<Decimal>) -> String {
    number.map(|number| number.normalize().to_string()).unwrap_or_default()
}

fn day(date: Option<NaiveDate>) -> String {
    date.map(|date| date.format("%m/%d/%Y").to_string()).unwrap_or_default()
}

fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)).unwrap_or_default()
}
