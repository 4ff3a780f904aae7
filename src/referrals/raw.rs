//! What forms say of a referral, as typed: kept as it is until it can be understood, so that a refused form comes back whole.

use serde::Deserialize;

use super::{
    command::{Details, Seen},
    reason::Reason,
    rules::{self, Flaw},
    status::Action,
};

/// A referral's own facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RawDetails {
    pub name: String,
    pub value: String,
    pub currency: String,
    pub close_date: String,
    pub crm_id: String,
    pub campaign_id: String,
    pub notes: String,
}

impl RawDetails {
    /// As a form begins: what stands there now.
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

    /// # Errors
    /// What cannot be understood. Whether everything is there is for the rules to say.
    pub fn parse(&self) -> Result<Details, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let (value, currency, date) = (self.value.trim(), self.currency.trim().to_uppercase(), self.close_date.trim());
        let amount = match (value, currency.as_str()) {
            ("", _) => None,
            (_, "") => {
                flaws.push(Flaw::new("currency", "flaw-currency"));
                None
            }
            (value, currency) => rules::money(value, currency).map_or_else(
                |key| {
                    flaws.push(Flaw::new("value", key));
                    None
                },
                Some,
            ),
        };
        let close_date = if date.is_empty() { None } else { date.parse().ok() };
        if close_date.is_none() && !date.is_empty() {
            flaws.push(Flaw::new("close_date", "flaw-date"));
        }
        if !flaws.is_empty() {
            return Err(flaws);
        }
        Ok(Details {
            name: self.name.trim().to_owned(),
            value: amount,
            currency: amount.map(|_| currency),
            close_date,
            crm_id: self.crm_id.trim().to_owned(),
            campaign_id: self.campaign_id.trim().to_owned(),
            notes: self.notes.trim().to_owned(),
        })
    }
}

/// Why something ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RawReason {
    pub reason: String,
    pub note: String,
}

impl RawReason {
    /// # Errors
    /// When none of the action's reasons is chosen.
    pub fn parse(&self, action: Action) -> Result<Reason, Vec<Flaw>> {
        let number = self.reason.trim().parse().ok();
        number
            .and_then(|number| Reason::new(action, number))
            .ok_or_else(|| vec![Flaw::new("reason", "flaw-reason")])
    }
}

impl Seen {
    /// Its text in a form.
    pub fn text(self) -> String {
        format!("{}.{}", self.referral, self.engagement)
    }

    /// `None`: not one of ours.
    pub fn from_text(text: &str) -> Option<Self> {
        let (referral, engagement) = text.split_once('.')?;
        Some(Self { referral: referral.parse().ok()?, engagement: engagement.parse().ok()? })
    }
}
