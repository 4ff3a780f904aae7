//! A private PostgreSQL: found, started or joined, and stopped by whoever uses it last.
//!
//! PostgreSQL refuses to run as root, so root's cluster runs as `postgres` (else `nobody`) and belongs to it. Every process that
//! uses the cluster holds a shared lock on `users.lock`; at its end it tries for the exclusive one, and who gets it stops the
//! cluster. A killed process leaves the cluster running, and the next one joins it.

mod account;
mod discovery;

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use nix::fcntl::{Flock, FlockArg};
use sha2::{Digest, Sha256};

pub use account::Account;
pub use discovery::{advice, find_programs};

/// Why there is no private PostgreSQL.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No programs; the advice says how to install them here.
    #[error("No PostgreSQL was found. {0}")]
    NotFound(String),
    /// The socket folder is somebody else's: whoever owns it could pose as the database.
    #[error("{0} belongs to somebody else. Remove it, or set PORTAL_DATA_DIR to another folder.")]
    Foreign(PathBuf),
    #[error("{0} did not work: {1}")]
    Program(&'static str, String),
    #[error("{0}: {1}")]
    Folder(PathBuf, io::Error),
    #[error("There is no user postgres or nobody on this system to run PostgreSQL as; root may not.")]
    NoAccount,
}

type Result<T> = std::result::Result<T, ClusterError>;

/// A running cluster, in use by this process as long as this value lives.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    data: PathBuf,
    socket: PathBuf,
    account: Account,
    users: Option<Flock<File>>,
}

impl Cluster {
    /// Starts the cluster of this data folder, or joins it when it runs. Blocks for some seconds.
    ///
    /// # Errors
    /// When there is no PostgreSQL, or it does not start; the message says what helps.
    pub fn start(data_dir: &Path, bindir: Option<&Path>) -> Result<Self> {
        let programs = find_programs(bindir).ok_or_else(|| ClusterError::NotFound(advice(&system())))?;
        let account = Account::choose().ok_or(ClusterError::NoAccount)?;
        let wanted = absolute(data_dir)?;
        let root = account.reachable(&wanted)?.join("pg");
        let tag = short_hash(&wanted);
        let socket = std::env::temp_dir().join(format!("partner-portal-{tag}-{}", account.uid()));
        account.own_folder(&root)?;
        own_socket_folder(&socket, &account)?;
        let users = hold(&root)?;
        let mut cluster = Self { programs, data: root.join("data"), socket, account, users: None };
        // One process at a time creates and starts; the others wait, then find it running.
        let _starting = lock(&root.join("start.lock"), FlockArg::LockExclusive)?;
        cluster.create(&root)?;
        if !cluster.is_running() {
            cluster.boot(&root)?;
        }
        cluster.users = Some(users);
        Ok(cluster)
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        let socket: String = url::form_urlencoded::byte_serialize(self.socket.to_string_lossy().as_bytes()).collect();
        format!("postgres://portal@localhost/{database}?host={socket}")
    }

    /// Lets go of the cluster, and stops it when nobody else uses it.
    pub fn close(&mut self) {
        let Some(users) = self.users.take() else { return };
        let Some(root) = self.data.parent() else { return };
        let Ok(_starting) = lock(&root.join("start.lock"), FlockArg::LockExclusive) else { return };
        drop(users);
        if lock(&root.join("users.lock"), FlockArg::LockExclusiveNonblock).is_ok() {
            let _ = self.command("pg_ctl").arg("-D").arg(&self.data).args(["-m", "fast", "-w", "stop"]).stdout(Stdio::null()).status();
        }
    }

    /// A command that runs as the cluster's account, in a folder that it can enter.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir("/").env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
        if let Some((uid, gid)) = self.account.drop_to() {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Creates the cluster beside its place and moves it there: one that was interrupted is never taken for a whole one.
    fn create(&self, root: &Path) -> Result<()> {
        if self.data.join("PG_VERSION").exists() {
            return Ok(());
        }
        let half = root.join("data.new");
        let _ = fs::remove_dir_all(&half);
        let done = self
            .command("initdb")
            .arg("-D")
            .arg(&half)
            .args(["-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
            .output()
            .map_err(|e| ClusterError::Program("initdb", e.to_string()))?;
        if !done.status.success() {
            return Err(ClusterError::Program("initdb", String::from_utf8_lossy(&done.stderr).into_owned()));
        }
        fs::rename(&half, &self.data).map_err(|e| ClusterError::Folder(self.data.clone(), e))
    }

    fn is_running(&self) -> bool {
        let status = self.command("pg_ctl").arg("-D").arg(&self.data).arg("status").stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }

    /// `pg_ctl` starts the server in a session of its own: a Ctrl-C in the terminal does not reach it.
    fn boot(&self, root: &Path) -> Result<()> {
        let log = root.join("log");
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c max_connections=200 -c shared_buffers=256MB \
             -c max_wal_size=4GB -c wal_compression=on -c work_mem=16MB",
            self.socket.display()
        );
        let status = self
            .command("pg_ctl")
            .arg("-D")
            .arg(&self.data)
            .args(["-w", "-t", "60", "-l"])
            .arg(&log)
            .arg("-o")
            .arg(options)
            .arg("start")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(_) => Err(ClusterError::Program("pg_ctl start", last_lines(&log))),
            Err(error) => Err(ClusterError::Program("pg_ctl start", error.to_string())),
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.close();
    }
}

/// What `/etc/os-release` says; empty on systems without it.
fn system() -> String {
    fs::read_to_string("/etc/os-release").unwrap_or_default()
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|e| ClusterError::Folder(path.to_owned(), e))
}

/// Tells clusters of different data folders apart, in few letters: a socket's path has at most 107 bytes.
fn short_hash(path: &Path) -> String {
    Sha256::digest(path.to_string_lossy().as_bytes()).iter().take(5).map(|byte| format!("{byte:02x}")).collect()
}

fn lock(path: &Path, how: FlockArg) -> Result<Flock<File>> {
    let file = File::options().create(true).truncate(false).write(true).open(path).map_err(|e| ClusterError::Folder(path.to_owned(), e))?;
    Flock::lock(file, how).map_err(|(_, e)| ClusterError::Folder(path.to_owned(), e.into()))
}

fn hold(root: &Path) -> Result<Flock<File>> {
    lock(&root.join("users.lock"), FlockArg::LockShared)
}

/// The socket's folder: made by us, or ours already, and for nobody else.
fn own_socket_folder(path: &Path, account: &Account) -> Result<()> {
    let failed = |e| ClusterError::Folder(path.to_owned(), e);
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => account.give(path)?,
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        Err(e) => return Err(failed(e)),
    }
    let found = fs::symlink_metadata(path).map_err(failed)?;
    if !found.is_dir() || found.uid() != account.uid() {
        return Err(ClusterError::Foreign(path.to_owned()));
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(failed)
}

fn last_lines(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(5).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}
