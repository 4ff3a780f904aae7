//! How far an organisation has come.

use crate::{
    db::Pool,
    error::AppError,
    ids::OrganisationId,
    migration::deals::service::{self as migration, Notice, Readiness},
    psc::service as psc,
};

/// What the checklist says of an organisation.
pub struct Progress {
    /// An export of PSC has been taken in.
    pub exported: bool,
    pub readiness: Readiness,
    pub migration: Option<Notice>,
}

/// Four to six queries; the counts read all of the organisation's PSC deals.
pub async fn progress(pool: &Pool, organisation: OrganisationId) -> Result<Progress, AppError> {
    Ok(Progress {
        readiness: migration::readiness(pool, organisation).await?,
        exported: psc::has_export(pool, organisation).await?,
        migration: migration::notice(pool, organisation).await?,
    })
}
