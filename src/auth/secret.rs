//! Random secrets, their hashes, and passwords.

use std::sync::{Arc, LazyLock};

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString, rand_core::OsRng},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::seq::IndexedRandom;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

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

/// How many passwords are hashed at once: each takes a core, and 19 MiB. More wait for their turn.
static AT_ONCE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    Arc::new(Semaphore::new(cores.clamp(2, 16)))
});

/// The metric that counts the runs of Argon2.
pub const RUNS: &str = "portal_password_hashes_total";

/// Slow on purpose: for one run each, which is counted.
struct Slow(metrics::Counter);

impl Slow {
    fn argon2(self) -> Argon2<'static> {
        self.0.increment(1);
        Argon2::default()
    }
}

/// Does slow work in its turn, on a thread of its own; also when nobody waits for it any more, as its memory is taken until it ends.
async fn slowly<T: Send + 'static>(work: impl FnOnce(Slow) -> T + Send + 'static) -> Result<T, AppError> {
    let internal = |e: &dyn std::error::Error| AppError::Internal(e.to_string());
    let turn = AT_ONCE.clone().acquire_owned().await.map_err(|e| internal(&e))?;
    let slow = Slow(metrics::counter!(RUNS));
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work(slow)
    });
    done.await.map_err(|e| internal(&e))
}

/// Argon2id of a password, as PHC text. Slow on purpose: never inside a transaction.
///
/// # Errors
/// When the work could not be done, not when the password is weak.
pub async fn hash_password(password: String) -> Result<String, AppError> {
    slowly(move |slow| {
        slow.argon2()
            .hash_password(password.as_bytes(), &SaltString::generate(&mut OsRng))
            .map(|hash| hash.to_string())
            .map_err(|e| AppError::Internal(e.to_string()))
    })
    .await?
}

/// Whether the password is the one behind `stored`. Without a stored hash the same work is done in vain, so that an unknown
/// person takes as long as a known one.
pub async fn verify_password(password: String, stored: Option<String>) -> bool {
    let work = move |slow: Slow| match stored.as_deref().map(PasswordHash::new) {
        Some(Ok(hash)) => slow.argon2().verify_password(password.as_bytes(), &hash).is_ok(),
        _ => {
            let _ = slow
                .argon2()
                .hash_password(password.as_bytes(), &SaltString::generate(&mut OsRng));
            false
        }
    };
    slowly(work).await.unwrap_or(false)
}
