//! What the shell commands do, and the one JSON line that each prints for scripts.

use std::{collections::BTreeMap, io::ErrorKind, path::Path, time::Duration};

use serde::Serialize;

use crate::{
    accounts,
    auth::Origin,
    clock::Clock,
    config::Settings,
    db::Pool,
    demo,
    error::AppError,
    ids::{OrganisationId, RunId},
    jobs,
    migration::{
        deals::{
            readiness::Readiness,
            service::{self as migration, Progress, StartError},
        },
        run::{Run, State},
    },
    psc::{
        self,
        import::{self, Export, ImportError},
    },
    referrals::missing::Detail,
    web::L10n,
};

/// Why a command failed: one message for whoever typed it.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    #[error("There is no partner with the MPN ID {0}. Give the organisation's global MPN ID.")]
    NoOrganisation(String),
    #[error("{0} is not there. The folder must hold accounts.csv, users.csv and deals.csv.")]
    NoFile(String),
    #[error("The export cannot be used; nothing was changed.\n{0}")]
    Refused(String),
    #[error("The export was not taken in to its end: {0}. Import it again.")]
    Unfinished(String),
    #[error("Another export of this organisation is being taken in. Wait until it is done.")]
    ImportLive,
    #[error("A migration of this organisation is running. Wait until it is over.")]
    RunLive,
    #[error("The run stopped: {0}")]
    Stopped(String),
    #[error("{0}")]
    App(#[from] AppError),
}

/// What `import-psc` prints.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Imported {
    pub accounts: i32,
    pub users: i32,
    pub deals: i32,
    pub rejected: i32,
}

/// Takes in the three files of a folder, to the end.
///
/// # Errors
/// See [`ShellError`].
pub async fn import_psc(pool: &Pool, clock: &Clock, mpn: &str, folder: &Path) -> Result<Imported, ShellError> {
    let organisation = organisation(pool, mpn).await?;
    let id = match import::service::take_in(pool, clock, organisation, None, Export::in_folder(folder)).await {
        Ok(id) => id,
        Err(ImportError::Live) => return Err(ShellError::ImportLive),
        Err(ImportError::RunLive) => return Err(ShellError::RunLive),
        Err(ImportError::Open { file, error }) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Err(ShellError::NoFile(folder.join(file.name()).display().to_string()));
        }
        Err(ImportError::Open { error, .. } | ImportError::Io(error)) => return Err(AppError::from(error).into()),
        Err(ImportError::Database(error)) => return Err(AppError::from(error).into()),
    };
    let found = import::service::find(pool, organisation, id)
        .await
        .map_err(AppError::from)?
        .ok_or(AppError::NotFound)?;
    match found.state {
        import::State::Done => {
            Ok(Imported { accounts: found.accounts, users: found.users, deals: found.deals, rejected: found.rejected })
        }
        import::State::Refused => {
            let l = L10n::default();
            let words: Vec<String> = found.refusals.iter().map(|refusal| psc::refusal_words(&l, refusal)).collect();
            Err(ShellError::Refused(words.join("\n")))
        }
        _ => Err(ShellError::Unfinished(found.failure.unwrap_or_else(|| found.state.code().to_owned()))),
    }
}

/// Takes in the demo's PSC export, unless its organisation has had one.
///
/// # Errors
/// See [`ShellError`].
pub async fn import_demo(pool: &Pool, clock: &Clock) -> Result<(), ShellError> {
    let organisation = organisation(pool, demo::MPN).await?;
    if !import::service::list(pool, organisation)
        .await
        .map_err(AppError::from)?
        .is_empty()
    {
        return Ok(());
    }
    let folder = tempfile::tempdir().map_err(AppError::from)?;
    demo::write_export(folder.path(), clock.now().date_naive()).map_err(AppError::from)?;
    import_psc(pool, clock, demo::MPN, folder.path()).await?;
    Ok(())
}

/// What `migrate-deals --wait` prints. The names are the contract of issue and README.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Migrated {
    pub state: &'static str,
    pub eligible: i64,
    /// A rehearsal migrates nothing.
    pub migrated: i64,
    pub errors: i64,
    pub not_eligible: BTreeMap<String, i64>,
    pub incomplete: BTreeMap<String, i64>,
}

impl Migrated {
    fn of(counts: &Readiness, state: State, migrated: i64, errors: i64) -> Self {
        let incomplete = counts
            .incomplete
            .iter()
            .filter(|(detail, _)| detail.as_str() != Detail::Name.code());
        Self {
            state: state.code(),
            eligible: counts.eligible,
            migrated,
            errors,
            not_eligible: counts.not_eligible.clone(),
            incomplete: incomplete.map(|(detail, count)| (detail.clone(), *count)).collect(),
        }
    }
}

/// How `migrate-deals` ended.
#[derive(Debug)]
pub enum Ended {
    /// Nothing is eligible: said, and no failure.
    Nothing(Migrated),
    /// Queued for a worker; not waited for.
    Queued(RunId),
    Over(Migrated),
}

/// Starts a run, or a rehearsal. With `wait` it works the run itself, beside any worker there is, until it is over.
///
/// # Errors
/// See [`ShellError`].
pub async fn migrate_deals(
    pool: &Pool,
    clock: &Clock,
    settings: &Settings,
    mpn: &str,
    rehearsal: bool,
    wait: bool,
) -> Result<Ended, ShellError> {
    let organisation = organisation(pool, mpn).await?;
    let queue = jobs::enqueuer(pool).map_err(AppError::from)?;
    let id = match migration::start(pool, &queue, clock, organisation, Origin::default(), rehearsal).await {
        Ok(id) => id,
        Err(StartError::NothingEligible(counts)) => return Ok(Ended::Nothing(Migrated::of(&counts, State::Completed, 0, 0))),
        // After a crash, the same command goes on with the same run.
        Err(StartError::Live) => match migration::live(pool, organisation)
            .await?
            .filter(|run| run.rehearsal == rehearsal)
        {
            Some(run) => run.id,
            None => return Err(ShellError::RunLive),
        },
        Err(StartError::Importing) => return Err(ShellError::ImportLive),
        Err(StartError::App(error)) => return Err(error.into()),
    };
    if !wait {
        return Ok(Ended::Queued(id));
    }
    work(pool, clock, settings, id).await?;
    let run = migration::find(pool, organisation, id).await?;
    let counts: Readiness = serde_json::from_value(run.readiness.clone()).map_err(|e| AppError::Internal(e.to_string()))?;
    let migrated = if rehearsal { 0 } else { i64::from(run.migrated) };
    let over = Migrated::of(&counts, run.state, migrated, run.errors.into());
    match run.state {
        State::Failed | State::Cancelled => Err(ShellError::Stopped(stopped(&run))),
        _ => Ok(Ended::Over(over)),
    }
}

/// Slices that may fail in a row before the command gives up; the run itself stays for a worker or the next command.
const PATIENCE: u32 = 30;

/// A slice that failed is tried again: the database may be back soon.
async fn work(pool: &Pool, clock: &Clock, settings: &Settings, run: RunId) -> Result<(), AppError> {
    let mut failed = 0;
    loop {
        match migration::work_slice(pool, clock, run, settings.migration_slice).await {
            Ok(Progress::More) => failed = 0,
            Ok(Progress::Over) => return Ok(()),
            Err(error) if failed == PATIENCE => return Err(error),
            Err(error) => {
                failed += 1;
                tracing::warn!(%run, %error, "a slice failed; it is tried again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

fn stopped(run: &Run) -> String {
    run.failure.clone().unwrap_or_else(|| run.state.code().to_owned())
}

async fn organisation(pool: &Pool, mpn: &str) -> Result<OrganisationId, ShellError> {
    let found = accounts::service::find_partner_by_mpn(pool, mpn)
        .await
        .map_err(AppError::from)?;
    found
        .map(|organisation| organisation.id)
        .ok_or_else(|| ShellError::NoOrganisation(mpn.to_owned()))
}
