//! A deal's own facts as typed.

use std::sync::LazyLock;

use chrono::NaiveDate;
use iso_currency::Currency;
use serde::{Deserialize, Serialize};

use super::Fields;
use crate::referrals::{
    command::Details,
    rules::{self, Flaw},
};

/// As typed, right or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DetailsTyped {
    pub name: String,
    /// `12500.5` or `12,500.50`.
    pub value: String,
    /// ISO 4217.
    pub currency: String,
    /// `2026-12-31`.
    pub close_date: String,
    pub crm_id: String,
    pub campaign_id: String,
    pub notes: String,
}

impl DetailsTyped {
    pub fn read(fields: &Fields) -> Self {
        let text = |name| fields.text(name);
        Self {
            name: text("name"),
            value: text("value"),
            currency: text("currency"),
            close_date: text("close_date"),
            crm_id: text("crm_id"),
            campaign_id: text("campaign_id"),
            notes: text("notes"),
        }
    }

    pub fn of(details: &Details) -> Self {
        Self {
            name: details.name.clone(),
            value: details.value.map(|value| value.normalize().to_string()).unwrap_or_default(),
            currency: details.currency.clone().unwrap_or_default(),
            close_date: details.close_date.map(|date| date.to_string()).unwrap_or_default(),
            crm_id: details.crm_id.clone(),
            campaign_id: details.campaign_id.clone(),
            notes: details.notes.clone(),
        }
    }

    /// What can be understood of it, and what is wrong with the rest.
    pub fn parse(&self) -> (Details, Vec<Flaw>) {
        let currency = Some(self.currency.trim().to_owned()).filter(|code| !code.is_empty());
        let value = (!self.value.trim().is_empty()).then(|| match &currency {
            Some(currency) => rules::money(&self.value, currency),
            None => rules::number(&self.value).ok_or("flaw-money"),
        });
        let date = Some(self.close_date.trim()).filter(|text| !text.is_empty());
        let date = date.map(|text| text.parse::<NaiveDate>().map_err(|_| "flaw-date"));
        let details = Details {
            name: self.name.clone(),
            value: value.and_then(Result::ok),
            currency,
            close_date: date.and_then(Result::ok),
            crm_id: self.crm_id.clone(),
            campaign_id: self.campaign_id.clone(),
            notes: self.notes.clone(),
        };
        let mut flaws = rules::details(&details);
        for (field, wrong) in [("value", value.and_then(Result::err)), ("close_date", date.and_then(Result::err))] {
            if let Some(key) = wrong {
                // It is not missing, it is wrong.
                flaws.retain(|flaw| flaw.field != field);
                flaws.push(Flaw::new(field, key));
            }
        }
        if flaws.iter().any(|flaw| flaw.key == "flaw-currency" && flaw.field == "value") {
            flaws.retain(|flaw| flaw.field != "value");
            flaws.push(Flaw::new("currency", "flaw-currency"));
        }
        (details, flaws)
    }
}

/// The currencies that are money somewhere, in the order of their codes.
pub fn currencies() -> &'static [String] {
    static CODES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let letters = || 'A'..='Z';
        letters()
            .flat_map(|a| letters().flat_map(move |b| letters().map(move |c| format!("{a}{b}{c}"))))
            .filter(|code| Currency::from_code(code).is_some_and(|currency| !currency.used_by().is_empty()))
            .collect()
    });
    &CODES
}
