//! What the subcommands do. `main` has parsed, opened the database and will close it.

use std::{path::PathBuf, process::ExitCode};

use crate::start::{StartError, Started};

/// How one subcommand ended.
pub type Outcome = Result<ExitCode, StartError>;

/// `import-psc --organisation MPN FOLDER`
#[derive(Debug, clap::Args)]
pub struct ImportPsc {
    /// The MPN ID of the organisation whose export it is
    #[arg(long, value_name = "MPN")]
    pub organisation: String,
    /// The folder with accounts.csv, users.csv and deals.csv
    pub folder: PathBuf,
}

/// `migrate-deals --organisation MPN [--rehearse] [--wait]`
#[derive(Debug, clap::Args)]
pub struct MigrateDeals {
    /// The MPN ID of the organisation whose deals migrate
    #[arg(long, value_name = "MPN")]
    pub organisation: String,
    /// Write only the report of what would happen
    #[arg(long)]
    pub rehearse: bool,
    /// Stay until the run has ended, and work it where no worker runs
    #[arg(long)]
    pub wait: bool,
}

/// Web and worker in one process, with the demo in a private database.
pub async fn serve(started: &Started) -> Outcome {
    not_wired(started, "serve").await
}

/// The pages only.
pub async fn web(started: &Started) -> Outcome {
    not_wired(started, "web").await
}

/// The background work only.
pub async fn worker(started: &Started) -> Outcome {
    not_wired(started, "worker").await
}

/// Opening has brought the schema up to date; this says so.
pub async fn migrate_schema(started: &Started) -> Outcome {
    let version: Option<i64> = sqlx::query_scalar("select max(version) from _sqlx_migrations")
        .fetch_one(&started.pool)
        .await
        .map_err(crate::db::schema::SchemaError::Database)?;
    println!("The schema is up to date (version {}).", version.unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

/// Loads the demo into the database at hand.
pub async fn demo(started: &Started) -> Outcome {
    not_wired(started, "demo").await
}

pub async fn import_psc(started: &Started, arguments: ImportPsc) -> Outcome {
    let _ = arguments;
    not_wired(started, "import-psc").await
}

pub async fn migrate_deals(started: &Started, arguments: MigrateDeals) -> Outcome {
    let _ = arguments;
    not_wired(started, "migrate-deals").await
}

#[allow(clippy::unused_async, reason = "stands in for commands that wait")]
async fn not_wired(started: &Started, command: &str) -> Outcome {
    Err(StartError::Other(format!("{command} is not there yet (private database: {})", started.private)))
}
