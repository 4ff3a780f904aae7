//! What is done with a request.

use serde::Deserialize;

use crate::{
    error::AppError,
    ids::UserId,
    referrals::{
        command::Seen,
        raw::{RawDetails, RawReason},
    },
};

/// What was seen when a form was filled in.
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

/// The same fields, of what has been accepted.
pub type DetailsForm = AcceptForm;

/// Declined, won or lost.
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
pub struct HandOverForm {
    pub seen: String,
    pub to: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NoteForm {
    pub note: String,
    pub shared: String,
}

macro_rules! forms_with_seen {
    ($($form:ident)+) => {$(
        impl $form {
            /// # Errors
            /// 400 for a form that is none of ours.
            pub fn seen(&self) -> Result<Option<Seen>, AppError> {
                seen(&self.seen)
            }
        }
    )+};
}
forms_with_seen!(SeenForm AcceptForm EndForm StageForm HandOverForm);

impl StageForm {
    /// # Errors
    /// 400 for what is no number.
    pub fn stage(&self) -> Result<i16, AppError> {
        self.stage.parse().map_err(|_| AppError::BadRequest("error-bad-form"))
    }
}

impl HandOverForm {
    /// `None`: nobody was chosen.
    pub fn to(&self) -> Option<UserId> {
        self.to.parse().ok()
    }
}
