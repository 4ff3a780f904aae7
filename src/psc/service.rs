//! The PSC room's use cases.

use chrono::{DateTime, Utc};

use super::store;
use crate::{db::Pool, error::AppError, ids::OrganisationId};

/// Whether an export is being taken in, and from when deals are eligible.
pub async fn readiness_facts(pool: &Pool, organisation: OrganisationId) -> Result<(bool, Option<DateTime<Utc>>), AppError> {
    Ok(store::readiness_facts(pool, organisation).await?)
}
