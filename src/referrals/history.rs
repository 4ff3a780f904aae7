//! What happened to a deal, as its history keeps it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

/// A deal that came over from PSC. Its detail: the run, `notes` without a counterpart here, and `unreadable` values.
pub const MIGRATED_FROM_PSC: &str = "migrated-from-psc";

/// One entry. Events are texts that never change; one that this program does not know yet is shown all the same.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Entry {
    pub event: String,
    pub at: DateTime<Utc>,
    /// `None`: the portal itself, or somebody at the shell.
    pub by: Option<String>,
    pub detail: Value,
}

impl Entry {
    /// What had no counterpart here: code and text, without empty ones.
    pub fn notes(&self) -> Vec<(String, String)> {
        self.pairs("notes")
    }

    /// What could not be read: PSC's column, and what stood there.
    pub fn unreadable(&self) -> Vec<(String, String)> {
        self.pairs("unreadable")
    }

    fn pairs(&self, name: &str) -> Vec<(String, String)> {
        let Some(Value::Object(pairs)) = self.detail.get(name) else { return Vec::new() };
        pairs
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .filter(|(_, value)| !value.trim().is_empty())
            .collect()
    }
}
