//! The portal as it is operated: real processes, their metrics, their log, their end, and what starts them.

mod deploy;
mod licences;
mod logs;
mod metrics;
mod stop;

use std::{
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// How long a process may take to be there.
const UP_WITHIN: Duration = Duration::from_mins(2);

/// A process of the binary.
pub struct Portal {
    child: Child,
    pub address: SocketAddr,
    metrics: SocketAddr,
    log: tempfile::NamedTempFile,
}

fn free() -> SocketAddr {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap()
}

impl Portal {
    pub fn start(command: &str, url: &str, settings: &[(&str, &str)]) -> Self {
        let (address, metrics, log) = (free(), free(), tempfile::NamedTempFile::new().unwrap());
        let child = Command::new(env!("CARGO_BIN_EXE_partner-portal"))
            .arg(command)
            .env("DATABASE_URL", url)
            .env("PORTAL_LISTEN", address.to_string())
            .env("PORTAL_METRICS_LISTEN", metrics.to_string())
            .env("PORTAL_DATABASE_CONNECTIONS", "6")
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        Self { child, address, metrics, log }
    }

    /// Waits until it serves metrics, and pages if it does.
    pub async fn up(self) -> Self {
        let began = Instant::now();
        while ask(self.metrics, "GET /metrics", "", b"").await.is_err() {
            assert!(began.elapsed() < UP_WITHIN, "it does not start: {}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap()
    }

    pub fn tell(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success(), "{signal}");
    }

    /// How it ended, and when.
    pub async fn ended(&mut self) -> (ExitStatus, Duration) {
        let told = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, told.elapsed());
            }
            assert!(told.elapsed() < Duration::from_mins(2), "it does not end: {}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What its metrics say.
    pub async fn metrics(&self) -> String {
        ask(self.metrics, "GET /metrics", "", b"").await.unwrap().body
    }

    /// A page, or what came instead.
    pub async fn ask(&self, line: &str, cookie: &str) -> Answer {
        ask(self.address, line, &format!("cookie: {cookie}\r\n"), b"").await.unwrap()
    }

    /// Posts a form.
    pub async fn post(&self, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let headers = format!("cookie: {cookie}\r\ncontent-type: application/x-www-form-urlencoded\r\n");
        ask(self.address, &format!("POST {path}"), &headers, body.as_bytes())
            .await
            .unwrap()
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// A cookie that it sets.
    pub fn cookie(&self, name: &str) -> String {
        let start = format!("set-cookie: {name}=");
        let line = self.head.lines().find_map(|line| line.strip_prefix(start.as_str()));
        line.unwrap_or_else(|| panic!("no {name}: {}", self.head))
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    /// The request's id, as the error page shows it.
    pub fn id(&self) -> String {
        let after = self
            .body
            .split("<code>")
            .nth(1)
            .unwrap_or_else(|| panic!("no id: {}", self.body));
        after.split('<').next().unwrap_or_default().to_owned()
    }
}

/// One request on a connection of its own. `line` is method and path; each of `headers` ends its line.
pub async fn ask(address: SocketAddr, line: &str, headers: &str, body: &[u8]) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(address).await?;
    let length = body.len();
    let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or_default();
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

/// The address of a test's database, for a process.
pub async fn url(pool: &PgPool) -> String {
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(pool)
        .await
        .unwrap();
    let mut url: url::Url = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    url.set_path(&name);
    url.into()
}
