//! What is done with a deal, as its forms say it.

use serde::Deserialize;

use crate::{
    error::AppError,
    ids::{LocationId, OrganisationId},
    referrals::{
        command::{Person, Request, Seen},
        kind::Help,
        raw::{RawDetails, RawReason},
    },
};

/// # Errors
/// 400 for what no form of ours says.
fn seen(text: &str) -> Result<Option<Seen>, AppError> {
    Seen::from_text(text).map(Some).ok_or(AppError::BadRequest("error-bad-form"))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SeenForm {
    pub seen: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AcceptForm {
    pub seen: String,
    #[serde(flatten)]
    pub details: RawDetails,
}

/// Declined, lost or withdrawn; won without a reason.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EndForm {
    pub seen: String,
    #[serde(flatten)]
    pub reason: RawReason,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StageForm {
    pub seen: String,
    pub stage: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NoteForm {
    pub note: String,
    /// Not empty: for the other organisations too.
    pub shared: String,
}

/// Asks Microsoft for help.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RequestForm {
    pub seen: String,
    pub help: Vec<String>,
    pub vendor_notes: String,
    #[serde(rename = "contact-first_name")]
    pub first_name: String,
    #[serde(rename = "contact-last_name")]
    pub last_name: String,
    #[serde(rename = "contact-phone")]
    pub phone: String,
    #[serde(rename = "contact-mail")]
    pub mail: String,
    pub consent: String,
}

/// Invites another partner: found by MPN ID first, then chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct InviteForm {
    pub seen: String,
    pub partner: String,
    /// An organisation, or a location of one: `ORGANISATION` or `ORGANISATION.LOCATION`.
    pub to: String,
}

impl SeenForm {
    pub fn seen(&self) -> Result<Option<Seen>, AppError> {
        seen(&self.seen)
    }
}

impl AcceptForm {
    pub fn seen(&self) -> Result<Option<Seen>, AppError> {
        seen(&self.seen)
    }
}

impl EndForm {
    pub fn seen(&self) -> Result<Option<Seen>, AppError> {
        seen(&self.seen)
    }
}

impl StageForm {
    pub fn seen(&self) -> Result<Option<Seen>, AppError> {
        seen(&self.seen)
    }

    /// # Errors
    /// 400 for what is no number.
    pub fn stage(&self) -> Result<i16, AppError> {
        self.stage.parse().map_err(|_| AppError::BadRequest("error-bad-form"))
    }
}

impl RequestForm {
    pub fn seen(&self) -> Result<Option<Seen>, AppError> {
        seen(&self.seen)
    }

    /// As it is; whether it is enough is for the rules to say.
    pub fn request(&self) -> Request {
        Request {
            help: self.help.iter().filter_map(|code| Help::from_code(code)).collect(),
            notes: self.vendor_notes.clone(),
            contact: Person {
                first_name: self.first_name.trim().to_owned(),
                last_name: self.last_name.trim().to_owned(),
                phone: self.phone.trim().to_owned(),
                mail: self.mail.trim().to_owned(),
            },
            consent: !self.consent.is_empty(),
        }
    }
}

impl InviteForm {
    pub fn seen(&self) -> Result<Option<Seen>, AppError> {
        seen(&self.seen)
    }

    /// `None`: nobody is chosen yet.
    pub fn to(&self) -> Option<(OrganisationId, Option<LocationId>)> {
        match self.to.split_once('.') {
            Some((organisation, location)) => Some((organisation.parse().ok()?, Some(location.parse().ok()?))),
            None => Some((self.to.parse().ok()?, None)),
        }
    }
}
