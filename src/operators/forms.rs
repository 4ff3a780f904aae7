//! What the operators' forms say, as typed values.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

use crate::accounts::{policy, service::PscDates};

/// A field's name and the locale key of what is wrong with it.
pub type Problem = (&'static str, &'static str);

/// PSC's dates: days, which begin at 00:00 UTC.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DatesForm {
    pub eligible_from: String,
    pub read_only_from: String,
    pub closed_from: String,
}

impl DatesForm {
    pub fn of(eligible: DateTime<Utc>, read_only: DateTime<Utc>, closed: DateTime<Utc>) -> Self {
        let day = |at: DateTime<Utc>| at.format("%Y-%m-%d").to_string();
        Self { eligible_from: day(eligible), read_only_from: day(read_only), closed_from: day(closed) }
    }

    /// # Errors
    /// All that is wrong.
    pub fn parse(&self) -> Result<PscDates, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut day = |field, text: &str| {
            let day = text
                .trim()
                .parse::<NaiveDate>()
                .ok()
                // Four digits: the database does not go as far as the calendar.
                .filter(|day| (1900..=9999).contains(&day.year()))
                .map(|day| day.and_time(NaiveTime::MIN).and_utc());
            if day.is_none() {
                problems.push((field, "operators-flaw-day"));
            }
            day
        };
        let eligible = day("eligible_from", &self.eligible_from);
        let read_only = day("read_only_from", &self.read_only_from);
        let closed = day("closed_from", &self.closed_from);
        match (eligible, read_only, closed) {
            (Some(eligible_from), Some(read_only_from), Some(closed_from)) if closed_from >= read_only_from => {
                Ok(PscDates { eligible_from, read_only_from, closed_from })
            }
            (Some(_), Some(_), Some(_)) => Err(vec![("closed_from", "operators-flaw-order")]),
            _ => Err(problems),
        }
    }
}

/// A new partner, with its first account admin.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PartnerForm {
    pub legal_name: String,
    pub country: String,
    pub mpn_id: String,
    pub domain: String,
    pub admin_name: String,
    pub admin_mail: String,
}

/// The same, trimmed and checked.
#[derive(Clone, Debug)]
pub struct NewPartner {
    pub legal_name: String,
    pub country: String,
    pub mpn_id: String,
    pub domain: String,
    pub admin_name: String,
    pub admin_mail: String,
}

impl PartnerForm {
    /// # Errors
    /// All that is wrong.
    pub fn parse(&self) -> Result<NewPartner, Vec<Problem>> {
        let text = |text: &str| text.trim().to_owned();
        let new = NewPartner {
            legal_name: text(&self.legal_name),
            country: text(&self.country).to_uppercase(),
            mpn_id: text(&self.mpn_id),
            domain: text(&self.domain).to_lowercase(),
            admin_name: text(&self.admin_name),
            admin_mail: text(&self.admin_mail),
        };
        let digits = |text: &str| (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let letters = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
        let named = |text: &str| (1..=255).contains(&text.chars().count());
        let in_domain = policy::mail_domain(&new.admin_mail).is_some_and(|domain| domain == new.domain);
        let problems: Vec<Problem> = [
            (!named(&new.legal_name), ("legal_name", "operators-flaw-name")),
            (!letters(&new.country), ("country", "operators-flaw-country")),
            (!digits(&new.mpn_id), ("mpn_id", "operators-flaw-mpn")),
            (
                !new.domain.contains('.') || new.domain.contains(['@', ' ', '/']),
                ("domain", "operators-flaw-domain"),
            ),
            (!named(&new.admin_name), ("admin_name", "operators-flaw-admin-name")),
            (!policy::is_work_mail(&new.admin_mail) || !in_domain, ("admin_mail", "operators-flaw-admin-mail")),
        ]
        .into_iter()
        .filter_map(|(wrong, problem)| wrong.then_some(problem))
        .collect();
        if problems.is_empty() { Ok(new) } else { Err(problems) }
    }
}
