//! What addresses and forms of the deals' pages say, as typed values.

pub mod bulk;
pub mod list;
pub mod views;

use serde::Deserialize;

use crate::{error::AppError, ids::ReferralId};

/// A deal's id from an address.
///
/// # Errors
/// 404 for what cannot be one.
pub fn referral(text: &str) -> Result<ReferralId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[derive(Debug, Deserialize)]
pub struct FavouriteForm {
    pub on: String,
    #[serde(default)]
    pub next: String,
}

impl FavouriteForm {
    /// # Errors
    /// 400 for neither yes nor no.
    pub fn on(&self) -> Result<bool, AppError> {
        match self.on.as_str() {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err(AppError::BadRequest("error-bad-form")),
        }
    }

    /// Where to go on: one of the deals' own pages, or else the deal.
    pub fn next(&self, id: ReferralId) -> String {
        if is_ours(&self.next) { self.next.clone() } else { deal_path(id) }
    }
}

/// The page of a deal alone.
pub fn deal_path(id: ReferralId) -> String {
    format!("/deals/{id}")
}

/// An address of the deals' own pages.
pub fn is_ours(address: &str) -> bool {
    let rest = address.strip_prefix("/deals");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '/']))
        && address.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}
