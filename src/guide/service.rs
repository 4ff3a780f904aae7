//! How far an organisation has come.

use crate::{
    db::Pool,
    error::AppError,
    ids::OrganisationId,
    migration::{
        deals::service::{self as migration, Notice, Readiness},
        users::service::{self as users, Counts},
    },
    psc::{service as psc, switch::service as switch},
};

/// Where the parts of PSC's views are now: what PSC's own pages show beside them.
pub use super::views::{MappedPart, Mapping};

/// What the checklist says of an organisation.
pub struct Progress {
    /// An export of PSC has been taken in.
    pub exported: bool,
    pub readiness: Readiness,
    pub migration: Option<Notice>,
    /// PSC users by where they stand.
    pub users: Counts,
    /// New deals are made in Partner Center.
    pub switched: bool,
}

/// Six to eight queries; the counts read all of the organisation's PSC users, and its deals if anything has changed.
pub async fn progress(pool: &Pool, organisation: OrganisationId) -> Result<Progress, AppError> {
    Ok(Progress {
        readiness: migration::readiness(pool, organisation).await?,
        exported: psc::has_export(pool, organisation).await?,
        migration: migration::notice(pool, organisation).await?,
        users: users::counts(pool, organisation).await?,
        switched: switch::of(pool, organisation).await?.is_some(),
    })
}
