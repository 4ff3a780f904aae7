//! What the forms of corrections say.

use serde::Deserialize;

use super::service::{Decision, NewCorrection, Wrong};

/// A field and the locale key of what is wrong with it.
pub type Flaw = (&'static str, &'static str);

const LONGEST: usize = 2000;

/// Which account's wrong MPN ID is meant: part of the form's address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct WrongQuery {
    pub account: String,
    /// As the export says.
    pub wrong: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RequestForm {
    pub mpn_id: String,
    pub note: String,
}

impl RequestForm {
    /// # Errors
    /// All that is wrong.
    pub fn parse(&self, wrong: &Wrong) -> Result<NewCorrection, Vec<Flaw>> {
        let note = self.note.trim();
        let flaws: Vec<Flaw> = [
            (self.mpn_id.is_empty(), ("mpn_id", "corrections-flaw-choose")),
            (note.chars().count() > LONGEST, ("note", "corrections-flaw-long")),
        ]
        .into_iter()
        .filter_map(|(flawed, flaw)| flawed.then_some(flaw))
        .collect();
        if !flaws.is_empty() {
            return Err(flaws);
        }
        Ok(NewCorrection {
            psc_account_id: wrong.psc_account_id.clone(),
            account_name: wrong.account_name.clone(),
            wrong_mpn_id: wrong.mpn_id.clone(),
            mpn_id: self.mpn_id.clone(),
            note: note.to_owned(),
        })
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    /// `approve` or `refuse`.
    pub decision: String,
    pub reason: String,
}

impl DecisionForm {
    /// # Errors
    /// What is wrong.
    pub fn parse(&self) -> Result<Decision, Vec<Flaw>> {
        let reason = self.reason.trim();
        match self.decision.as_str() {
            "approve" => Ok(Decision::Approve),
            "refuse" if reason.is_empty() => Err(vec![("reason", "corrections-flaw-reason")]),
            "refuse" if reason.chars().count() > LONGEST => Err(vec![("reason", "corrections-flaw-long")]),
            "refuse" => Ok(Decision::Refuse(reason.to_owned())),
            _ => Err(vec![("decision", "corrections-flaw-decision")]),
        }
    }
}
