//! What sellers say of themselves: where they can be called, and whose requests come to them.

use super::Settings;
use crate::{
    auth::Actor,
    db::{self, Pool},
    error::AppError,
    sellers::store,
};

pub async fn settings(pool: &Pool, actor: &Actor) -> Result<Settings, AppError> {
    Ok(store::settings(pool, actor.organisation, actor.user).await?)
}

/// Requests that are already somebody's stay with them.
pub async fn save_settings(pool: &Pool, actor: &Actor, settings: &Settings) -> Result<(), AppError> {
    let mut tx = db::begin(pool).await?;
    store::save(&mut tx, actor.organisation, actor.user, settings).await?;
    Ok(tx.commit().await?)
}
