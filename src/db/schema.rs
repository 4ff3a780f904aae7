//! The schema: our migrations and River's, both inside the binary.

use sqlx::migrate::{Migrate, MigrateError, Migrator};

use super::Pool;

/// Every migration, forward only.
pub static MIGRATOR: Migrator = sqlx::migrate!();

#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The database was migrated by a newer binary: this one must not touch it.
    #[error("the database's schema ({0}) is newer than this program; install the newer version")]
    Newer(i64),
    #[error("the schema cannot be brought up to date: {0}")]
    Migrate(#[from] MigrateError),
    #[error("the job queue's schema cannot be brought up to date: {0}")]
    Queue(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Brings the schema up to date; does nothing when it is.
///
/// # Errors
/// [`SchemaError::Newer`] when the database knows a migration that this binary does not.
pub async fn migrate(pool: &Pool) -> Result<(), SchemaError> {
    refuse_newer(pool).await?;
    MIGRATOR.run(pool).await?;
    riverqueue::migrate::PostgresMigrator::new(pool.clone())
        .migrate_up()
        .await
        .map_err(|e| SchemaError::Queue(e.to_string()))?;
    Ok(())
}

async fn refuse_newer(pool: &Pool) -> Result<(), SchemaError> {
    let mut connection = pool.acquire().await?;
    connection.ensure_migrations_table(&MIGRATOR.table_name).await?;
    let applied = connection.list_applied_migrations(&MIGRATOR.table_name).await?;
    let newest = MIGRATOR.iter().map(|m| m.version).max().unwrap_or(0);
    match applied.iter().map(|m| m.version).max() {
        Some(version) if version > newest => Err(SchemaError::Newer(version)),
        _ => Ok(()),
    }
}

/// The newest migration that the database has.
pub async fn version(pool: &Pool) -> sqlx::Result<i64> {
    let mut connection = pool.acquire().await?;
    let applied = connection
        .list_applied_migrations(&MIGRATOR.table_name)
        .await
        .map_err(|e| sqlx::Error::Migrate(Box::new(e)))?;
    Ok(applied.iter().map(|m| m.version).max().unwrap_or(0))
}
