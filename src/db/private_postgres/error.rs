//! Why there is no private cluster. Each message says what to do about it.

use std::{io, path::PathBuf};

/// What an own database or own programs are set with; every "not found" ends on it.
const OTHERWISE: &str = "Or set DATABASE_URL to a database of yours, or PG_BINDIR to the folder with PostgreSQL's programs.";

#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// `install`: the command for the system at hand.
    #[error("PostgreSQL is not installed here. Install it: {install}\n{OTHERWISE}")]
    NotInstalled { install: String },
    #[error("PG_BINDIR names {0}, but initdb, pg_ctl and postgres are not in it")]
    NotInBindir(PathBuf),
    #[error("PostgreSQL {found} in {folder} is too old: 15 or newer is needed. Install it: {install}\n{OTHERWISE}")]
    TooOld { found: u32, folder: PathBuf, install: String },
    #[error(
        "the data in {data} were written by PostgreSQL {needed}, and only version {found} was found. Install version {needed}, or set PG_BINDIR to the folder with its programs"
    )]
    OtherVersion { data: PathBuf, needed: u32, found: u32 },
    #[error(
        "PostgreSQL does not run as root, and this machine has neither a user postgres nor a user nobody. Create one, or set DATABASE_URL"
    )]
    NoUser,
    #[error(
        "the database user {user} may not enter {folder}, where its data are. Let it (chmod a+x on the folder and those above)"
    )]
    NotEnterable { user: String, folder: PathBuf },
    #[error("{folder} belongs to the user {owner}, and not to {user}. Remove it, or set PORTAL_DATA_DIR to another folder")]
    NotOurs { folder: PathBuf, owner: String, user: String },
    #[error("{0} is there, but it is not a folder. Remove it, or set PORTAL_DATA_DIR to another folder")]
    NotAFolder(PathBuf),
    #[error("{0} holds no PostgreSQL data. Move it away, or set PORTAL_DATA_DIR to another folder")]
    NotACluster(PathBuf),
    #[error("{path}: {source}. PORTAL_DATA_DIR sets where the private database is kept")]
    Folder { path: PathBuf, source: io::Error },
    #[error("{program} cannot be run as the user {user}: {source}")]
    NotRun { program: PathBuf, user: String, source: io::Error },
    /// `said`: the last lines of what the program, or the server, wrote.
    #[error("{program} failed: {said}")]
    Failed { program: &'static str, said: String },
    #[error("the private database in {0} runs, but does not answer; its log is there")]
    Silent(PathBuf),
}
