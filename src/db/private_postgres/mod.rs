//! A PostgreSQL of the portal's own, for when no database is configured: made at the first start, joined by every further process
//! on the same data folder, stopped by the last one that leaves. Reached by a socket only, which nobody else may open.

mod error;
mod place;
mod programs;

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

pub use error::ClusterError;
use place::Place;
pub use programs::{Places, install_command};

/// Where clusters live whose data folder the database user may not enter (say, below `/root`).
pub const FALLBACK: &str = "/var/lib/partner-portal";

/// The database, and the superuser, in a private cluster.
const NAME: &str = "portal";

/// Modest: a laptop runs it beside everything else. Durable: people keep their data in it.
const OPTIONS: &str = "-c listen_addresses= -c port=5432 -c max_connections=200 -c shared_buffers=256MB \
    -c max_wal_size=4GB -c wal_compression=on";

/// A log larger than this is set aside at the next start.
const LOG_BYTES: u64 = 16 * 1024 * 1024;

/// This process's use of a private cluster. Dropped without [`Cluster::release`], it leaves the server running, as a kill does.
#[derive(Debug)]
pub struct Cluster {
    place: Place,
    bin: PathBuf,
    socket: PathBuf,
    joined: bool,
    /// Locked (shared) by every process that uses the cluster, for its life.
    users: File,
}

impl Cluster {
    /// Starts the cluster of a data folder, or joins it; makes it when there is none. Blocks for seconds at the first start.
    ///
    /// # Errors
    /// [`ClusterError`], with the remedy.
    pub fn start(data_dir: &Path, pg_bindir: Option<&Path>) -> Result<Self, ClusterError> {
        Self::start_in(data_dir, Path::new(FALLBACK), &Places::of_this_machine(pg_bindir))
    }

    /// The same, with another place for data folders that cannot be entered, and given places to look for programs.
    ///
    /// # Errors
    /// [`ClusterError`], with the remedy.
    pub fn start_in(data_dir: &Path, fallback: &Path, places: &Places) -> Result<Self, ClusterError> {
        let place = Place::choose(data_dir, fallback)?;
        // One process at a time makes, starts or stops the cluster; the others wait here. Released when it is dropped.
        let _turn = turn(&place)?;
        let data = place.folder.join("data");
        let bin = places.find(version_of(&data)?.map(|version| (data.as_path(), version)))?;
        let users = place.owner.lock_file(&place.folder.join("users.lock"))?;
        let (socket, told) = place.socket();
        place.owner.folder(&socket)?;
        let mut cluster = Self { place, bin, socket, joined: false, users };
        if !data.exists() {
            cluster.make(&data)?;
        }
        cluster.remove_stale_pid(&data)?;
        cluster.joined = cluster.is_running()? && cluster.join(&data)?;
        if !cluster.joined {
            cluster.run_server(&told)?;
        }
        cluster.users.lock_shared().map_err(|source| cluster.folder_error(source))?;
        Ok(cluster)
    }

    /// The address of the database in it.
    pub fn url(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("host", &self.socket.to_string_lossy())
            .append_pair("sslmode", "disable");
        format!("postgres://{NAME}@localhost:5432/{NAME}?{}", query.finish())
    }

    /// Where it is kept.
    pub fn folder(&self) -> &Path {
        &self.place.folder
    }

    /// It ran already.
    pub const fn joined(&self) -> bool {
        self.joined
    }

    /// Leaves the cluster; the last one out stops it. `true`: stopped.
    ///
    /// # Errors
    /// When the server does not stop.
    pub fn release(self) -> Result<bool, ClusterError> {
        let _turn = turn(&self.place)?;
        self.users.unlock().map_err(|source| self.folder_error(source))?;
        match self.users.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(source)) => return Err(self.folder_error(source)),
        }
        self.run("pg_ctl", &["stop", "-D", "data", "-m", "fast", "-w", "-t", "60", "-s"])?;
        Ok(true)
    }

    /// Makes the cluster with its database beside its place, and moves it there whole: a crash leaves nothing half done.
    fn make(&self, data: &Path) -> Result<(), ClusterError> {
        for entry in fs::read_dir(&self.place.folder)
            .map_err(|source| self.folder_error(source))?
            .flatten()
        {
            if entry.file_name().to_string_lossy().starts_with("data.new") {
                fs::remove_dir_all(entry.path()).map_err(|source| self.folder_error(source))?;
            }
        }
        // A name of its own: the initdb of a killed process may still be writing under the other.
        let new = format!("data.new.{}", std::process::id());
        // Korean needs a UTF-8 locale for its letters to be letters; macOS has no C.UTF-8.
        let locale = if cfg!(target_os = "macos") { "--locale=en_US.UTF-8" } else { "--locale=C.UTF-8" };
        let initdb = ["-D", &new, "-U", NAME, "-A", "trust", "-E", "UTF8", locale, "--data-checksums"];
        self.run("initdb", &initdb)?;
        self.run_with_input(
            "postgres",
            &["--single", "-D", &new, "-c", "exit_on_error=on", "postgres"],
            "create database portal\n",
        )?;
        fs::rename(self.place.folder.join(new), data).map_err(|source| self.folder_error(source))
    }

    fn run_server(&self, socket: &str) -> Result<(), ClusterError> {
        let log = self.place.folder.join("log");
        if fs::metadata(&log).is_ok_and(|log| log.len() > LOG_BYTES) {
            fs::rename(&log, self.place.folder.join("log.old")).map_err(|source| self.folder_error(source))?;
        }
        let options = format!("{OPTIONS} -c unix_socket_directories={socket}");
        // pg_ctl gives the server a session of its own, so a Ctrl-C in the terminal does not reach it.
        let start = ["start", "-D", "data", "-l", "log", "-w", "-t", "120", "-s", "-o", &options];
        self.run("pg_ctl", &start).map_err(|error| match error {
            ClusterError::Failed { program, .. } => {
                ClusterError::Failed { program, said: last_lines(&fs::read(&log).unwrap_or_default()) }
            }
            other => other,
        })
    }

    fn is_running(&self) -> Result<bool, ClusterError> {
        Ok(self.output("pg_ctl", &["status", "-D", "data"], "")?.status.success())
    }

    /// After a crash of the machine, or in a container that is started anew, the process number in `postmaster.pid` can be
    /// another program's by now: PostgreSQL would refuse to start for ever. Where the system tells, look who it is.
    fn remove_stale_pid(&self, data: &Path) -> Result<(), ClusterError> {
        let file = data.join("postmaster.pid");
        let Some(pid) = fs::read_to_string(&file)
            .ok()
            .and_then(|text| text.lines().next()?.trim().parse::<u32>().ok())
        else {
            return Ok(());
        };
        let Ok(works_in) = fs::read_link(format!("/proc/{pid}/cwd")) else { return Ok(()) };
        // While another process uses the cluster it runs, if perhaps in another container, whose numbers are not ours.
        if works_in == data || self.users.try_lock().is_err() {
            return Ok(());
        }
        tracing::warn!(pid, "the private database's process number belongs to another program: it is taken for stopped");
        self.users
            .unlock()
            .and_then(|()| fs::remove_file(&file))
            .map_err(|source| self.folder_error(source))
    }

    /// Waits for a server that runs to be ready: a process that was killed may have left it starting or, after a crash, recovering.
    /// `false`: it was about to stop, and has.
    fn join(&self, data: &Path) -> Result<bool, ClusterError> {
        for _ in 0..1200 {
            let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else { return Ok(false) };
            // The server keeps its state in the eighth line.
            let ready = text.lines().nth(7).is_some_and(|state| state.trim() == "ready");
            if ready && UnixStream::connect(place::socket_file(&self.socket)).is_ok() {
                return Ok(true);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(ClusterError::Silent(self.place.folder.clone()))
    }

    fn run(&self, program: &'static str, arguments: &[&str]) -> Result<(), ClusterError> {
        self.run_with_input(program, arguments, "")
    }

    fn run_with_input(&self, program: &'static str, arguments: &[&str], input: &str) -> Result<(), ClusterError> {
        let output = self.output(program, arguments, input)?;
        if output.status.success() {
            return Ok(());
        }
        Err(ClusterError::Failed { program, said: last_lines(&output.stderr) })
    }

    /// Runs a program as the cluster's owner in its folder: relative names there need no quoting.
    fn output(&self, program: &str, arguments: &[&str], input: &str) -> Result<Output, ClusterError> {
        let path = self.bin.join(program);
        let mut command = self.place.owner.command(&path, &self.place.folder);
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut run = || -> io::Result<Output> {
            let mut child = command.spawn()?;
            if let Some(mut stdin) = child.stdin.take() {
                match stdin.write_all(input.as_bytes()) {
                    // It ended before it read: its own words say why.
                    Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
                    _ => {}
                }
            }
            child.wait_with_output()
        };
        run().map_err(|source| ClusterError::NotRun { program: path, user: self.place.owner.name.clone(), source })
    }

    fn folder_error(&self, source: io::Error) -> ClusterError {
        ClusterError::Folder { path: self.place.folder.clone(), source }
    }
}

fn turn(place: &Place) -> Result<File, ClusterError> {
    let file = place.owner.lock_file(&place.folder.join("start.lock"))?;
    file.lock()
        .map_err(|source| ClusterError::Folder { path: place.folder.clone(), source })?;
    Ok(file)
}

/// The version that wrote the data; none: no data yet.
fn version_of(data: &Path) -> Result<Option<u32>, ClusterError> {
    if !data.exists() {
        return Ok(None);
    }
    let version = fs::read_to_string(data.join("PG_VERSION"))
        .ok()
        .and_then(|text| text.trim().parse().ok());
    version.map(Some).ok_or_else(|| ClusterError::NotACluster(data.to_path_buf()))
}

fn last_lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.trim().lines().collect();
    lines.get(lines.len().saturating_sub(5)..).unwrap_or_default().join("\n")
}
