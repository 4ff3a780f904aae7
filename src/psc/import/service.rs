//! Importing a PSC export: read it, then merge it.

use std::{path::PathBuf, time::Duration};

use tokio::sync::mpsc;

use crate::{
    clock::Clock,
    db::{self, Pool},
    error::AppError,
    ids::{ImportId, OrganisationId, UserId},
};

use super::{
    jobs::MergeImport,
    problem::ExportFile,
    reader::{self, Batch, Files, Outcome, Owner, Totals},
    store::{self, Begun},
};

pub use super::store::{find, list, problems};

/// Staged deals merged by one transaction: some 100 ms of work.
pub const SLICE: i64 = 5_000;

/// How often an import says that it is alive when it has nothing else to say: while a long file's encoding is looked at.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// The three files of an export, on disk. They may be deleted once [`read`] has begun.
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

/// Reads an export into staging. Afterwards the import is `merging` (to be merged), `refused` (a file cannot be used) or `failed`
/// (given up for dead meanwhile): the caller looks. Goes on when the caller is dropped, for example with its request.
///
/// *Permissions*: the caller's (account admins, whole-organisation referrals admins, the shell).
///
/// # Errors
/// [`ImportError::Live`] and [`ImportError::RunLive`] before anything is done; the others after the import, if there is one, is
/// marked failed.
pub async fn read(
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
    let (import, dead) = match store::begin(pool, organisation, by, clock.now()).await? {
        Begun::New(import, dead) => (import, dead),
        Begun::Live => return Err(ImportError::Live),
        Begun::RunLive => return Err(ImportError::RunLive),
    };
    let (pool, clock) = (pool.clone(), clock.clone());
    let task = tokio::spawn(async move {
        let staged = async {
            for import in dead {
                store::clear(&pool, import).await?;
            }
            stage(&pool, &clock, Owner { organisation, import }, files).await
        };
        let staged = staged.await;
        if let Err(error) = &staged {
            tracing::error!(import = %import, %error, "import failed");
            store::fail(&pool, import, &error.to_string(), clock.now()).await?;
            store::clear(&pool, import).await?;
        }
        staged
    });
    task.await
        .map_err(|stopped| ImportError::Io(std::io::Error::other(stopped)))??;
    Ok(import)
}

async fn open(file: ExportFile, path: PathBuf) -> Result<std::fs::File, ImportError> {
    match tokio::fs::File::open(path).await {
        Ok(opened) => Ok(opened.into_std().await),
        Err(error) => Err(ImportError::Open { file, error }),
    }
}

/// The reader works on a thread of its own, at most two batches ahead of the database.
async fn stage(pool: &Pool, clock: &Clock, owner: Owner, files: Files) -> Result<(), ImportError> {
    let (sender, mut batches) = mpsc::channel::<Batch>(2);
    let reader = tokio::task::spawn_blocking(move || reader::read(&files, owner, |batch| sender.blocking_send(batch).is_ok()));
    let mut totals = Totals::default();
    loop {
        let batch = match tokio::time::timeout(HEARTBEAT, batches.recv()).await {
            Ok(Some(batch)) => Some(batch),
            Ok(None) => break,
            Err(_) => None,
        };
        if let Some(batch) = &batch {
            totals = batch.totals.clone();
        }
        let alive = match batch {
            Some(batch) => store::copy(pool, owner.import, &totals, batch.table, batch.text).await?,
            None => store::advance(pool, owner.import, &totals).await?,
        };
        if !alive {
            break;
        }
    }
    // Lets a reader that is to stop see it.
    drop(batches);
    let alive = match reader.await.map_err(std::io::Error::other)?? {
        Outcome::Read(totals) => store::finish_reading(pool, owner.import, &totals).await?,
        Outcome::Refused(refusals) => {
            store::refuse(pool, owner.import, &refusals, clock.now()).await?;
            false
        }
        Outcome::Stopped => false,
    };
    if !alive {
        store::clear(pool, owner.import).await?;
    }
    Ok(())
}

/// Merges the next `slice` staged deals in one short transaction; true: nothing is left to do.
///
/// Safe to run twice, and by two workers at once: the import's row is locked, and what was merged, the staged rows that it took,
/// the cursor and the counts are committed together. A migrated deal is never touched.
///
/// # Errors
/// Of the database; then nothing of the slice was done, and it may be tried again.
pub async fn merge_slice(pool: &Pool, clock: &Clock, import: ImportId, slice: i64) -> sqlx::Result<bool> {
    let mut tx = db::begin(pool).await?;
    let Some(locked) = store::lock(&mut tx, import).await? else { return Ok(true) };
    let through = store::window(&mut tx, import, locked.merged_through, slice).await?;
    let lost = through.is_none() && locked.merged != locked.deals;
    let first = locked.merged_through == 0;
    if lost || (first && !store::merge_accounts(&mut tx, import, &locked).await?) {
        tx.rollback().await?;
        store::fail(pool, import, "staged rows were lost: the database was restarted after a crash", clock.now()).await?;
        store::clear(pool, import).await?;
        return Ok(true);
    }
    match through {
        Some(through) => store::merge_deals(&mut tx, import, &locked, through).await?,
        None if first => store::pass(&mut tx, import).await?,
        None => {
            tx.rollback().await?;
            return finish(pool, clock, import).await;
        }
    }
    tx.commit().await?;
    Ok(false)
}

/// Counts what the export lacks, outside a transaction, then ends the import if it has not been ended meanwhile.
async fn finish(pool: &Pool, clock: &Clock, import: ImportId) -> sqlx::Result<bool> {
    let absent = store::absent(pool, import).await?;
    let mut tx = db::begin(pool).await?;
    if store::lock(&mut tx, import).await?.is_some() {
        store::finish(&mut tx, import, absent, clock.now()).await?;
        tx.commit().await?;
    }
    Ok(true)
}

/// Merges to the end.
///
/// # Errors
/// Of the database; it may be called again and goes on where it stopped.
pub async fn merge_all(pool: &Pool, clock: &Clock, import: ImportId, slice: i64) -> sqlx::Result<()> {
    while !merge_slice(pool, clock, import, slice).await? {}
    Ok(())
}

/// Enqueues the merging of an import that was read; nothing when it was refused.
///
/// # Errors
/// When the database is away; the job that tends long work enqueues it within a minute.
pub async fn enqueue(pool: &Pool, queue: &riverqueue::Client, import: ImportId) -> Result<(), AppError> {
    if store::merging(pool).await?.contains(&import) {
        queue.insert(MergeImport { import_id: import.0 }).await?;
    }
    Ok(())
}

/// Enqueues the merging of every import that waits for it.
///
/// # Errors
/// When the database is away.
pub async fn wake(pool: &Pool, queue: &riverqueue::Client) -> Result<(), AppError> {
    for import in store::merging(pool).await? {
        queue.insert(MergeImport { import_id: import.0 }).await?;
    }
    Ok(())
}
