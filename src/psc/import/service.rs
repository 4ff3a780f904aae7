//! Importing a PSC export: its rows come in beside those that count, then it counts.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use tokio::sync::mpsc;
use tracing::Instrument;

use crate::{
    clock::Clock,
    db::Pool,
    error::AppError,
    ids::{ImportId, OrganisationId, UserId},
};

use super::{
    problem::ExportFile,
    reader::{self, Batch, Files, Outcome, Totals},
    store::{self, Begun, Carried, Comparison},
};

pub use super::store::{find, list, problems};

/// How often an import says that it is alive when it has nothing else to say: while a long file's encoding is looked at.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// The three files of an export, on disk. They may be deleted once [`take_in`] has begun.
#[derive(Clone, Debug)]
pub struct Export {
    pub accounts: PathBuf,
    pub users: PathBuf,
    pub deals: PathBuf,
}

impl Export {
    /// The files by their names in a folder.
    pub fn in_folder(folder: &std::path::Path) -> Self {
        let file = |file: ExportFile| folder.join(file.name());
        Self { accounts: file(ExportFile::Accounts), users: file(ExportFile::Users), deals: file(ExportFile::Deals) }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("another import of this organisation is going on")]
    Live,
    #[error("this organisation's deals are being migrated; import again when that has ended")]
    RunLive,
    #[error("{} cannot be opened: {error}", file.name())]
    Open { file: ExportFile, error: std::io::Error },
    #[error("the files cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Takes an export in. Afterwards the import is `done` (it counts), `refused` (a file cannot be used) or `failed` (given up for dead
/// meanwhile): the caller looks. Nobody sees anything of it before it is done, and everything then. Goes on when the caller is
/// dropped, for example with its request.
///
/// *Permissions*: the caller's (account admins, whole-organisation referrals admins, the shell).
///
/// # Errors
/// [`ImportError::Live`] and [`ImportError::RunLive`] before anything is done; the others after the import, if there is one, is
/// marked failed.
pub async fn take_in(
    pool: &Pool,
    clock: &Clock,
    organisation: OrganisationId,
    by: Option<UserId>,
    export: Export,
) -> Result<ImportId, ImportError> {
    let files = Files {
        accounts: open(ExportFile::Accounts, export.accounts).await?,
        users: open(ExportFile::Users, export.users).await?,
        deals: open(ExportFile::Deals, export.deals).await?,
    };
    let import = match store::begin(pool, organisation, by, clock.now()).await? {
        Begun::New(import) => import,
        Begun::Live => return Err(ImportError::Live),
        Begun::RunLive => return Err(ImportError::RunLive),
    };
    let (pool, clock) = (pool.clone(), clock.clone());
    let task = async move {
        let done = read(&pool, &clock, organisation, import, files).await;
        let why = match &done {
            Ok(true) => return Ok(()),
            Ok(false) => "given up for dead, or the database lost what was read".to_owned(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(%import, why, "an export was not taken in");
        // Not one that was refused.
        store::fail(&pool, import, &why, clock.now()).await?;
        sweep(&pool, organisation, import, Instant::now(), Duration::MAX).await?;
        done.map(|_| ())
    };
    tokio::spawn(task.in_current_span())
        .await
        .map_err(|stopped| ImportError::Io(std::io::Error::other(stopped)))??;
    Ok(import)
}

async fn open(file: ExportFile, path: PathBuf) -> Result<std::fs::File, ImportError> {
    match tokio::fs::File::open(path).await {
        Ok(opened) => Ok(opened.into_std().await),
        Err(error) => Err(ImportError::Open { file, error }),
    }
}

/// The reader works on a thread of its own, at most two batches ahead of the database, so that both are busy. `true`: it counts.
async fn read(
    pool: &Pool,
    clock: &Clock,
    organisation: OrganisationId,
    import: ImportId,
    files: Files,
) -> Result<bool, ImportError> {
    // Where no worker tends, the rows of more than two exports would gather.
    for (old, organisation) in store::unswept(pool, Some(organisation)).await? {
        sweep(pool, organisation, old, Instant::now(), Duration::MAX).await?;
    }
    let (sender, mut batches) = mpsc::channel::<Batch>(2);
    let reader = tokio::task::spawn_blocking(move || reader::read(&files, import, |batch| sender.blocking_send(batch).is_ok()));
    let mut so_far = Totals::default();
    loop {
        let alive = match tokio::time::timeout(HEARTBEAT, batches.recv()).await {
            Ok(Some(batch)) => {
                let totals = batch.totals.clone();
                let before = std::mem::replace(&mut so_far, totals);
                store::copy(pool, import, &before, batch).await?
            }
            Ok(None) => break,
            Err(_) => store::advance(pool, import, &so_far, &so_far).await?,
        };
        if !alive {
            break;
        }
    }
    // Lets a reader that is to stop see it.
    drop(batches);
    match reader.await.map_err(std::io::Error::other)?? {
        Outcome::Read(totals) => {
            let Some(carried) = carry(pool, organisation, import, &totals).await? else { return Ok(false) };
            match compare(pool, organisation, import, &totals).await? {
                Some(comparison) => Ok(store::turn(pool, import, &totals, &comparison, carried, clock.now()).await?),
                None => Ok(false),
            }
        }
        Outcome::Refused(refusals) => {
            store::refuse(pool, import, &refusals, clock.now()).await?;
            Ok(false)
        }
        Outcome::Stopped => Ok(false),
    }
}

/// Takes over what was changed in PSC's pages and the export knows nothing of; before the comparison, for which it is as it was. None:
/// it was given up for dead.
async fn carry(pool: &Pool, organisation: OrganisationId, import: ImportId, totals: &Totals) -> sqlx::Result<Option<Carried>> {
    let mut sum = Carried::default();
    let Some(old) = store::current(pool, organisation).await? else { return Ok(Some(sum)) };
    let mut from = String::new();
    while let Some(through) = store::edited_range(pool, old, &from).await? {
        let part = store::carry(pool, organisation, import, old, &from, &through).await?;
        sum = Carried { kept: sum.kept + part.kept, replaced: sum.replaced + part.replaced };
        if !store::advance(pool, import, totals, totals).await? {
            return Ok(None);
        }
        from = through;
    }
    Ok(Some(sum))
}

/// What the export changes. Nothing else can turn meanwhile: the import lives. None: it was given up for dead.
async fn compare(
    pool: &Pool,
    organisation: OrganisationId,
    import: ImportId,
    totals: &Totals,
) -> sqlx::Result<Option<Comparison>> {
    let Some(old) = store::current(pool, organisation).await? else {
        return Ok(Some(Comparison { new: totals.deals, ..Comparison::default() }));
    };
    let mut sum = Comparison::default();
    let mut from = String::new();
    while let Some(through) = store::range(pool, import, old, &from).await? {
        let part = store::compare(pool, organisation, import, old, &from, &through).await?;
        sum = Comparison {
            new: sum.new + part.new,
            changed: sum.changed + part.changed,
            unchanged: sum.unchanged + part.unchanged,
            migrated: sum.migrated + part.migrated,
            absent: sum.absent + part.absent,
        };
        if !store::advance(pool, import, totals, totals).await? {
            return Ok(None);
        }
        from = through;
    }
    Ok(Some(sum))
}

/// Fails imports that have died, and removes the rows of those that do not count any more, or never did; for about as long as
/// `within`: what is left then is for the next time. Safe to do twice, and side by side.
///
/// # Errors
/// When the database is away.
pub async fn tend(pool: &Pool, clock: &Clock, within: Duration) -> Result<(), AppError> {
    let began = Instant::now();
    store::bury(pool, None, clock.now()).await?;
    for (import, organisation) in store::unswept(pool, None).await? {
        sweep(pool, organisation, import, began, within).await?;
    }
    Ok(())
}

/// Removes an import's rows but those of deals that were migrated from it, until `within` has passed since `began`.
async fn sweep(
    pool: &Pool,
    organisation: OrganisationId,
    import: ImportId,
    began: Instant,
    within: Duration,
) -> sqlx::Result<()> {
    let mut after = String::new();
    while began.elapsed() < within {
        match store::sweep_chunk(pool, organisation, import, &after).await? {
            Some(through) => after = through,
            None => return store::finish_sweep(pool, import).await,
        }
    }
    Ok(())
}
