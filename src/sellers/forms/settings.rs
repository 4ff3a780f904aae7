//! A seller's settings.

use serde::Deserialize;

use crate::{
    referrals::rules::{Flaw, LINE_MAX},
    sellers::service::Settings,
    web::countries,
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    pub phone: String,
    /// Ticked ones.
    pub countries: Vec<String>,
    /// One more.
    pub add: String,
}

impl SettingsForm {
    /// As the form begins.
    pub fn of(settings: &Settings) -> Self {
        Self { phone: settings.phone.clone(), countries: settings.countries.clone(), add: String::new() }
    }

    /// # Errors
    /// What is wrong with it.
    pub fn parse(&self) -> Result<Settings, Vec<Flaw>> {
        let phone = self.phone.trim();
        let mut flaws = Vec::new();
        if phone.chars().count() > LINE_MAX {
            flaws.push(Flaw::new("phone", "flaw-long"));
        } else if phone.chars().any(char::is_control) {
            flaws.push(Flaw::new("phone", "flaw-characters"));
        }
        let mut chosen: Vec<String> = self
            .countries
            .iter()
            .chain([&self.add])
            .filter(|code| !code.is_empty())
            .cloned()
            .collect();
        if chosen.iter().any(|code| !countries::is_code(code)) {
            flaws.push(Flaw::new("add", "flaw-country"));
        }
        chosen.sort();
        chosen.dedup();
        if flaws.is_empty() { Ok(Settings { phone: phone.to_owned(), countries: chosen }) } else { Err(flaws) }
    }
}
