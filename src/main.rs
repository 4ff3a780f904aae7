//! The partner portal's command line. What the commands do is in `commands`.

use std::{process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};
use partner_portal::{
    commands::{self, CreateOperator, ImportPsc, MigrateDeals},
    config::Settings,
    start::{self, StartError},
};

/// The partner portal: move from Partner Sales Connect, and co-sell from there.
///
/// Without DATABASE_URL it keeps a private PostgreSQL under ./.data. The README lists the settings.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages and do the background work (the default)
    Serve,
    /// Serve the pages only
    Web,
    /// Do the background work only
    Worker,
    /// Bring the database's schema up to date, and end
    MigrateSchema,
    /// Load the demo into the database
    Demo,
    /// Create the vendor, if there is none, and a portal operator: the first person of an own database
    CreateOperator(CreateOperator),
    /// Import a PSC export: accounts.csv, users.csv and deals.csv
    ImportPsc(ImportPsc),
    /// Migrate an organisation's eligible PSC deals to co-sell opportunities
    MigrateDeals(MigrateDeals),
}

fn main() -> ExitCode {
    let command = Cli::parse().command.unwrap_or(Command::Serve);
    run(command).unwrap_or_else(|error| {
        eprintln!("partner-portal: {error}");
        ExitCode::FAILURE
    })
}

fn run(command: Command) -> Result<ExitCode, StartError> {
    let settings = Settings::load()?;
    start::init_logging(&settings);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| StartError::Other(format!("the runtime does not start: {error}")))?;
    let outcome = runtime.block_on(async {
        let started = start::open(settings).await?;
        let outcome = match command {
            Command::Serve => commands::serve(&started).await,
            Command::Web => commands::web(&started).await,
            Command::Worker => commands::worker(&started).await,
            // These end by themselves; a signal ends them earlier, and the private database is still left in order.
            Command::MigrateSchema => interruptible(commands::migrate_schema(&started)).await,
            Command::Demo => interruptible(commands::demo(&started)).await,
            Command::CreateOperator(arguments) => interruptible(commands::create_operator(&started, arguments)).await,
            Command::ImportPsc(arguments) => interruptible(commands::import_psc(&started, arguments)).await,
            Command::MigrateDeals(arguments) => interruptible(commands::migrate_deals(&started, arguments)).await,
        };
        started.close().await;
        outcome
    });
    // A thread that still reads a file, or hashes a password, works for nobody any more.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

async fn interruptible(work: impl Future<Output = commands::Outcome>) -> commands::Outcome {
    tokio::select! {
        outcome = work => outcome,
        () = start::shutdown_signal() => Err(StartError::Interrupted),
    }
}
