//! What the subcommands do. `main` has parsed, opened the database and will close it.

pub mod metering;
pub mod shell;

use std::{
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use shell::Ended;

use crate::{
    auth::secret,
    clock::Clock,
    db::schema,
    demo,
    operators::service as operators,
    psc, server,
    start::{self, StartError, Started},
};

/// Which parts run in this process.
#[derive(Clone, Copy)]
struct Parts {
    web: bool,
    worker: bool,
}

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

/// `create-operator --mail MAIL --name NAME [--vendor NAME]`
#[derive(Debug, clap::Args)]
pub struct CreateOperator {
    /// The operator's work mail; its domain becomes the vendor's, if the vendor is new
    #[arg(long)]
    pub mail: String,
    /// The operator's name
    #[arg(long)]
    pub name: String,
    /// The vendor's legal name, if there is none yet
    #[arg(long, default_value = "Microsoft")]
    pub vendor: String,
}

/// Web and worker in one process, with the demo in a private database.
pub async fn serve(started: &Started) -> Outcome {
    run(started, Parts { web: true, worker: true }).await
}

/// The pages only.
pub async fn web(started: &Started) -> Outcome {
    run(started, Parts { web: true, worker: false }).await
}

/// The background work only.
pub async fn worker(started: &Started) -> Outcome {
    run(started, Parts { web: false, worker: true }).await
}

async fn run(started: &Started, parts: Parts) -> Outcome {
    let settings = &started.settings;
    start::raise_file_limit();
    let listener = parts.web.then(|| start::listen(settings.listen, "PORTAL_LISTEN")).transpose()?;
    let metrics = settings
        .metrics_listen
        .map(|address| start::listen(address, "PORTAL_METRICS_LISTEN"))
        .transpose()?;
    if let Some(demo) = prepare(started).await? {
        tell(&demo);
    }
    if parts.web {
        println!("The portal is at http://{}  (Ctrl-C stops it)", settings.listen);
    }
    server::run(started.pool.clone(), settings.clone(), parts.worker, listener, metrics, start::shutdown_signal())
        .await
        .map_err(|error| StartError::Other(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

/// Opening has brought the schema up to date; this says so.
pub async fn migrate_schema(started: &Started) -> Outcome {
    let version = schema::version(&started.pool).await.map_err(schema::SchemaError::Database)?;
    println!("The schema is up to date (version {version}).");
    Ok(ExitCode::SUCCESS)
}

/// Loads the demo into the database at hand.
pub async fn demo(started: &Started) -> Outcome {
    tell(&load_demo(started).await?);
    Ok(ExitCode::SUCCESS)
}

/// What is to be told about the demo.
struct Demo {
    people: Vec<demo::Person>,
    /// `None`: it was loaded before, with a password that only its reader knows.
    password: Option<String>,
}

/// The demo, its password, and its PSC export; what is there already stays as it is.
async fn load_demo(started: &Started) -> Result<Demo, StartError> {
    let other = |error: &dyn std::fmt::Display| StartError::Other(format!("the demo cannot be loaded: {error}"));
    let clock = Clock::System;
    let kept = started.cluster_folder().map(|folder| folder.join("demo-password"));
    let known = kept.as_ref().and_then(|path| std::fs::read_to_string(path).ok());
    let made = || secret::random().chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    let password = started
        .settings
        .demo_password
        .clone()
        .or_else(|| known.clone())
        .unwrap_or_else(made);
    let loaded = demo::load(&started.pool, &clock, &password).await.map_err(|e| other(&e))?;
    if let Some(path) = kept.filter(|_| loaded.loaded_now) {
        keep(&path, &password).map_err(|e| other(&e))?;
    }
    shell::import_demo(&started.pool, &clock).await.map_err(|e| other(&e))?;
    Ok(Demo { people: loaded.people, password: if loaded.loaded_now { Some(password) } else { known } })
}

/// Keeps the demo's password beside its private database, for its owner only.
fn keep(path: &Path, password: &str) -> std::io::Result<()> {
    let mut file = std::fs::File::options()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(password.as_bytes())
}

fn tell(demo: &Demo) {
    match &demo.password {
        Some(password) => println!("Sign in with the password {password} as"),
        None => println!("The demo was loaded before; sign in with the password that was printed then, as"),
    }
    for person in &demo.people {
        println!("  {:<42} {}", person.mail, person.role);
    }
}

/// Prints the one-time password: whoever reads it can sign in and make partners.
pub async fn create_operator(started: &Started, arguments: CreateOperator) -> Outcome {
    let CreateOperator { mail, name, vendor } = arguments;
    let created = operators::create_operator(&started.pool, &Clock::System, &vendor, &mail, &name).await;
    let password = created.map_err(|error| StartError::Other(error.to_string()))?;
    println!("{mail} can sign in with the password {password}");
    Ok(ExitCode::SUCCESS)
}

pub async fn import_psc(started: &Started, arguments: ImportPsc) -> Outcome {
    let ImportPsc { organisation, folder } = arguments;
    prepare(started).await?;
    let imported = shell::import_psc(&started.pool, &Clock::System, &organisation, &folder).await;
    print_json(&imported.map_err(|error| StartError::Other(error.to_string()))?)
}

pub async fn migrate_deals(started: &Started, arguments: MigrateDeals) -> Outcome {
    let MigrateDeals { organisation, rehearse, wait } = arguments;
    prepare(started).await?;
    let ended = shell::migrate_deals(&started.pool, &Clock::System, &started.settings, &organisation, rehearse, wait).await;
    match ended.map_err(|error| StartError::Other(error.to_string()))? {
        Ended::Nothing(counts) => {
            eprintln!("No deal is eligible, so nothing was started.");
            print_json(&counts)
        }
        Ended::Queued(run) => {
            println!("{{\"run\":\"{run}\",\"state\":\"queued\"}}");
            Ok(ExitCode::SUCCESS)
        }
        Ended::Over(counts) => print_json(&counts),
    }
}

/// Whichever command comes first: a private database has the demo, and partners have the PSC dates of the settings.
async fn prepare(started: &Started) -> Result<Option<Demo>, StartError> {
    let demo = if started.private { Some(load_demo(started).await?) } else { None };
    psc::service::take_over_dates(&started.pool, &started.settings)
        .await
        .map_err(|error| StartError::Other(error.to_string()))?;
    Ok(demo)
}

/// The last line of standard output, for scripts.
fn print_json(value: &impl serde::Serialize) -> Outcome {
    println!("{}", serde_json::to_string(value).map_err(|error| StartError::Other(error.to_string()))?);
    Ok(ExitCode::SUCCESS)
}
