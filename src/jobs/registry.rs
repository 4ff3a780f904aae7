//! Which feature works which kind of job.

use riverqueue::Workers;

use super::Works;

/// Registers every feature's workers.
///
/// # Errors
/// When two features claim one kind.
pub fn register(_workers: &mut Workers, _works: &Works) -> Result<(), riverqueue::Error> {
    Ok(())
}
