//! The PSC room's use cases.

use chrono::{DateTime, Utc};

use super::store;
use crate::{config::Settings, db::Pool, error::AppError, ids::OrganisationId};

/// Whether an export is being taken in, and from when deals are eligible.
pub async fn readiness_facts(pool: &Pool, organisation: OrganisationId) -> Result<(bool, Option<DateTime<Utc>>), AppError> {
    Ok(store::readiness_facts(pool, organisation).await?)
}

/// Takes the PSC dates of the settings over for every partner that has none of its own; at every start, so that a changed setting
/// holds from then on.
///
/// # Errors
/// When the database is away.
pub async fn take_over_dates(pool: &Pool, settings: &Settings) -> Result<(), AppError> {
    let changed =
        store::set_dates(pool, settings.psc_eligible_from, settings.psc_read_only_from, settings.psc_closed_from).await?;
    if changed > 0 {
        tracing::info!(organisations = changed, "took over the PSC dates of the settings");
    }
    Ok(())
}

/// Whether an export of the organisation counts.
pub async fn has_export(pool: &Pool, organisation: OrganisationId) -> Result<bool, AppError> {
    Ok(store::has_export(pool, organisation).await?)
}
