//! Random secrets, their hashes, and passwords.

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString, rand_core::OsRng},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::seq::IndexedRandom;
use sha2::{Digest, Sha256};

use crate::error::AppError;

/// 32 random bytes as text for a cookie.
pub fn random() -> String {
    let bytes: [u8; 32] = rand::random();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Letters and digits that cannot be taken for each other.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A password of 16 characters to be read out or copied once: over 92 bits of chance.
pub fn one_time_password() -> String {
    let mut random = rand::rng();
    (0..16)
        .filter_map(|_| LETTERS.choose(&mut random).copied().map(char::from))
        .collect()
}

/// SHA-256 of a secret, told apart by what it is for.
pub fn hash(purpose: &str, secret: &str) -> Vec<u8> {
    Sha256::new()
        .chain_update(purpose)
        .chain_update([0])
        .chain_update(secret)
        .finalize()
        .to_vec()
}

/// The same as text.
pub fn hash_text(purpose: &str, secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(hash(purpose, secret))
}

/// Argon2id of a password, as PHC text. Slow on purpose: never inside a transaction.
///
/// # Errors
/// When the work could not be done, not when the password is weak.
pub async fn hash_password(password: String) -> Result<String, AppError> {
    tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes(), &SaltString::generate(&mut OsRng))
            .map(|hash| hash.to_string())
            .map_err(|e| AppError::Internal(e.to_string()))
    })
    .await
    .map_err(|e| AppError::Internal(e.to_string()))?
}

/// Whether the password is the one behind `stored`. Without a stored hash the same work is done in vain, so that an unknown
/// person takes as long as a known one.
pub async fn verify_password(password: String, stored: Option<String>) -> bool {
    let work = move || match stored.as_deref().map(PasswordHash::new) {
        Some(Ok(hash)) => Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
        _ => {
            let _ = Argon2::default().hash_password(password.as_bytes(), &SaltString::generate(&mut OsRng));
            false
        }
    };
    tokio::task::spawn_blocking(work).await.unwrap_or(false)
}
