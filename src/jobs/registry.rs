//! Which feature works which kind of job.

use riverqueue::Workers;

use super::Works;
use crate::migration::deals::jobs::MigrateDealsWorker;

/// Registers every feature's workers.
///
/// # Errors
/// When two features claim one kind.
pub fn register(workers: &mut Workers, works: &Works) -> Result<(), riverqueue::Error> {
    workers.add(MigrateDealsWorker(works.clone()))?;
    Ok(())
}
