//! What a request says, before anybody looks at it: its form is read once, whole, and nothing in it is a character that no text has.

use std::error::Error;

use axum::{
    body::{Body, Bytes, to_bytes},
    http::Uri,
};
use http_body_util::LengthLimitError;

use super::pace::TooSlow;
use crate::error::AppError;

/// The largest form that is not an upload.
const FORM_LIMIT: usize = 256 * 1024;

/// Whether an error, or what it came from, is this one.
fn comes_from<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    error.is::<E>() || error.source().is_some_and(comes_from::<E>)
}

/// Why a body could not be read.
pub fn unreadable(error: &(dyn Error + 'static)) -> AppError {
    if comes_from::<LengthLimitError>(error) {
        AppError::TooLarge
    } else if comes_from::<TooSlow>(error) {
        AppError::TooSlow
    } else {
        // It ends before the length that was announced, or its chunks are none.
        AppError::BadRequest("error-bad-form")
    }
}

/// A form as it came.
///
/// # Errors
/// 413 for one that is far too large, 408 for one that comes too slowly, 400 for one that ends too early.
pub async fn form(body: Body) -> Result<Bytes, AppError> {
    to_bytes(body, FORM_LIMIT).await.map_err(|error| unreadable(&error))
}

/// Whether there is a NUL in it when it is decoded. No decoding is needed to see that: a percent sign is no hexadecimal digit, so none
/// can be taken from these three by what stands before them.
fn has_nul(encoded: &[u8]) -> bool {
    encoded.contains(&0) || encoded.windows(3).any(|three| three == b"%00")
}

/// Refuses NUL in an address and a form: the database keeps every character in its texts but this one, and nobody types it.
///
/// # Errors
/// 400.
pub fn no_nul(uri: &Uri, form: &[u8]) -> Result<(), AppError> {
    let address = uri.path_and_query().map_or("", |whole| whole.as_str());
    if has_nul(address.as_bytes()) || has_nul(form) { Err(AppError::BadRequest("error-nul")) } else { Ok(()) }
}
