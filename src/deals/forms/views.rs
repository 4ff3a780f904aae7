//! Forms of saved views.

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ViewForm {
    pub name: String,
    /// The query of the list's address.
    pub query: String,
    /// `yes`, or nothing.
    pub default: String,
}

impl ViewForm {
    pub fn is_default(&self) -> bool {
        self.default == "yes"
    }
}
