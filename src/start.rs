//! What happens before any work: logs, database, schema; and what is said when it cannot be.

use std::{
    io::{self, IsTerminal},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use socket2::{Domain, Socket, Type};
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use tracing_subscriber::EnvFilter;

use crate::{
    config::{LogFormat, Settings, SettingsError},
    db::{
        self, Pool,
        private_postgres::{Cluster, ClusterError},
        schema::{self, SchemaError},
    },
};

/// Why the portal does not start. Its message is all that the operator sees: it says what to do, and holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("wrong setting: {0}")]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    PrivatePostgres(#[from] ClusterError),
    /// `place`: host, port and database, without the password.
    #[error("the database {place} cannot be reached: {reason}. Is it running, and is DATABASE_URL right?")]
    DatabaseUnreachable { place: String, reason: String },
    #[error("the database {place} is PostgreSQL {version}: 15 or newer is needed")]
    DatabaseTooOld { place: String, version: u32 },
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error(
        "{address} is taken: another program listens there, perhaps another portal. Stop it, or set {setting} to another address"
    )]
    AddressTaken { address: SocketAddr, setting: &'static str },
    #[error("cannot listen on {address}: {reason}. {setting} sets another address")]
    Listen { address: SocketAddr, setting: &'static str, reason: String },
    /// A signal came while a command was at work.
    #[error("interrupted")]
    Interrupted,
    #[error("{0}")]
    Other(String),
}

/// How long the end of a process waits for its connections to be closed: a database that says nothing does not keep it.
const CLOSED_WITHIN: Duration = Duration::from_secs(5);

/// What every command works with.
pub struct Started {
    pub settings: Arc<Settings>,
    pub pool: Pool,
    /// The database is the portal's own cluster, and not one that was configured: the demo may be loaded.
    pub private: bool,
    cluster: Option<Cluster>,
}

impl Started {
    /// Where the private cluster is kept.
    pub fn cluster_folder(&self) -> Option<PathBuf> {
        self.cluster.as_ref().map(|cluster| cluster.folder().to_path_buf())
    }

    /// Closes the pool and leaves the private cluster, which stops when nobody else uses it.
    pub async fn close(self) {
        if tokio::time::timeout(CLOSED_WITHIN, self.pool.close()).await.is_err() {
            tracing::warn!("the database does not answer: its connections are dropped");
        }
        let Some(cluster) = self.cluster else { return };
        match blocking(move || cluster.release()).await {
            Ok(Ok(stopped)) => tracing::debug!(stopped, "left the private database"),
            Ok(Err(error)) => tracing::warn!(%error, "the private database was not stopped"),
            Err(error) => tracing::warn!(%error, "the private database was not stopped"),
        }
    }
}

/// Finds the database, or starts one, and brings its schema up to date.
///
/// # Errors
/// [`StartError`]; a private cluster that was started is left again.
pub async fn open(settings: Settings) -> Result<Started, StartError> {
    let settings = Arc::new(settings);
    let (url, cluster) = if let Some(url) = &settings.database_url {
        (url.clone(), None)
    } else {
        let wanted = Arc::clone(&settings);
        let cluster = blocking(move || Cluster::start(&wanted.data_dir, wanted.pg_bindir.as_deref())).await??;
        tracing::info!(folder = %cluster.folder().display(), joined = cluster.joined(), "uses the private database");
        (cluster.url(), Some(cluster))
    };
    let pool = match connect(&url, settings.database_connections).await {
        Ok(pool) => pool,
        Err(error) => {
            if let Some(cluster) = cluster {
                blocking(move || cluster.release()).await??;
            }
            return Err(error);
        }
    };
    let started = Started { settings, pool, private: cluster.is_some(), cluster };
    if let Err(error) = schema::migrate(&started.pool).await {
        started.close().await;
        return Err(error.into());
    }
    Ok(started)
}

async fn connect(url: &str, connections: u32) -> Result<Pool, StartError> {
    let pool = match db::open(url, connections).await {
        Ok(pool) => pool,
        Err(error) => return Err(unreachable(url, error).await),
    };
    let version = pool.acquire().await.map_err(SchemaError::Database)?.server_version_num();
    match version {
        Some(version) if version < 150_000 => Err(StartError::DatabaseTooOld { place: place(url), version: version / 10_000 }),
        _ => Ok(pool),
    }
}

/// The pool tries for ten seconds and then only says that it gave up; one more try of our own says why.
async fn unreachable(url: &str, error: sqlx::Error) -> StartError {
    let error = match (error, url.parse::<PgConnectOptions>()) {
        (sqlx::Error::PoolTimedOut, Ok(options)) => match tokio::time::timeout(Duration::from_secs(3), options.connect()).await {
            Ok(Err(cause)) => cause,
            _ => sqlx::Error::PoolTimedOut,
        },
        (error, _) => error,
    };
    let reason = match &error {
        sqlx::Error::PoolTimedOut => "no answer within ten seconds".to_owned(),
        sqlx::Error::Database(answer) => answer.message().to_owned(),
        sqlx::Error::Io(cause) => cause.to_string(),
        other => other.to_string(),
    };
    StartError::DatabaseUnreachable { place: place(url), reason }
}

/// Host, port and database of an address.
fn place(url: &str) -> String {
    let Ok(options) = url.parse::<PgConnectOptions>() else { return "of DATABASE_URL".to_owned() };
    let host = options
        .get_socket()
        .map_or_else(|| options.get_host().to_owned(), |socket| socket.display().to_string());
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    format!("{database:?} at {host}:{}", options.get_port())
}

/// Lets the process open as many files as the system lets it ask for. Shells and services often start with 1,024, and each connection is
/// one: a thousand silent clients would keep all others out.
pub fn raise_file_limit() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE)
        .and_then(|(soft, hard)| if soft < hard { setrlimit(Resource::RLIMIT_NOFILE, hard, hard) } else { Ok(()) });
    if let Err(error) = raised {
        tracing::warn!(%error, "the limit of open files stays as it was");
    }
}

/// Connections that may wait to be accepted: the kernel takes less when its own limit is lower. With the 128 of the standard library a
/// burst of silent clients fills the queue, and then those of others are put off by a second and more.
const BACKLOG: i32 = 4096;

/// Takes an address to listen on; `setting` is the one that set it. Non-blocking, as tokio wants it.
///
/// # Errors
/// [`StartError::AddressTaken`], or [`StartError::Listen`] with the system's reason.
pub fn listen(address: SocketAddr, setting: &'static str) -> Result<TcpListener, StartError> {
    bound(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressTaken { address, setting },
        _ => StartError::Listen { address, setting, reason: error.to_string() },
    })
}

fn bound(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // As the standard library does: connections of the process before may still be closing.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Sends log lines to standard error: standard output is for results. A second call changes nothing.
pub fn init_logging(settings: &Settings) {
    // Notices such as "relation exists already" are not news; the setting may ask for them.
    let filter = EnvFilter::builder().parse_lossy(format!("sqlx::postgres::notice=warn,{}", settings.log));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    let set = match settings.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    if let Err(error) = set {
        tracing::debug!(%error, "logging is set up already");
    }
}

/// Ends when the process is asked to stop: Ctrl-C, or SIGTERM.
pub async fn shutdown_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        // Without handlers the signals still end the process, only not gently.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StartError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StartError::Other(error.to_string()))
}
