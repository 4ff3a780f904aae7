//! Worker processes that can be told apart, and are watched to their end.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sqlx::PgPool;
use tempfile::NamedTempFile;
use url::Url;

use super::number;

/// How long a process that is told to stop may take.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// A worker process. What it says is read when it is gone: a panic in it is a failure.
pub struct Process {
    child: Child,
    said: NamedTempFile,
    began: Instant,
    /// As whom it signs in to the database; empty: as everybody.
    pub role: String,
}

impl Process {
    pub fn start(url: &str) -> Self {
        Self::start_as(url, String::new())
    }

    fn start_as(url: &str, role: String) -> Self {
        let said = NamedTempFile::new().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_partner-portal"))
            .arg("worker")
            .env("DATABASE_URL", url)
            .env("PORTAL_LOG", "error")
            .env("PORTAL_DATABASE_CONNECTIONS", "5")
            .env("PORTAL_MIGRATION_SLICE", number("STORM_SLICE", 50).to_string())
            .stdout(Stdio::null())
            .stderr(said.reopen().unwrap())
            .spawn()
            .unwrap();
        Self { child, said, began: Instant::now(), role }
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success(), "{signal}");
    }

    /// Whether it listens to signals by now: before, it has nothing that could be lost.
    pub fn is_grown(&self) -> bool {
        self.began.elapsed() > Duration::from_secs(10)
    }

    /// That it has ended by itself, as it was told to at that time; `false`: not yet.
    pub fn has_stopped(&mut self, told: Instant) -> bool {
        let Some(ended) = self.child.try_wait().unwrap() else {
            assert!(told.elapsed() < STOPPED_WITHIN, "it was told to stop and goes on: {}", self.words());
            return false;
        };
        assert_eq!(ended.code(), Some(0), "it was told to stop: {}", self.words());
        true
    }

    fn words(&self) -> String {
        fs::read_to_string(self.said.path()).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let words = self.words();
        assert!(std::thread::panicking() || !words.contains("panicked"), "{words}");
    }
}

/// Processes of one test, each with a database role of its own: by it is seen who is at work.
pub struct Roles {
    db: PgPool,
    url: Url,
    name: String,
    made: Vec<String>,
}

impl Roles {
    pub async fn new(db: &PgPool) -> Self {
        let database: String = sqlx::query_scalar("select current_database()::text")
            .fetch_one(db)
            .await
            .unwrap();
        let mut url: Url = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
        url.set_path(&database);
        Self { db: db.clone(), url, name: format!("storm_{:08x}", rand::random::<u32>()), made: Vec::new() }
    }

    pub async fn start(&mut self) -> Process {
        let role = format!("{}_{}", self.name, self.made.len());
        let create: String =
            sqlx::query_scalar("select format('create role %I login in role %I password %L', $1, current_user, $2)")
                .bind(&role)
                .bind(self.url.password())
                .fetch_one(&self.db)
                .await
                .unwrap();
        sqlx::query(sqlx::AssertSqlSafe(create)).execute(&self.db).await.unwrap();
        self.made.push(role.clone());
        let mut url = self.url.clone();
        url.set_username(&role).unwrap();
        Process::start_as(url.as_str(), role)
    }

    /// Who writes to the table at this moment.
    pub async fn busy(&self, table: &str) -> Option<String> {
        sqlx::query_scalar(
            "select usename::text from pg_locks l join pg_stat_activity using (pid)
             where l.relation = to_regclass($1) and l.mode = 'RowExclusiveLock' and starts_with(usename, $2) limit 1",
        )
        .bind(table)
        .bind(&self.name)
        .fetch_optional(&self.db)
        .await
        .unwrap()
    }

    /// When all of them are gone.
    pub async fn drop(self) {
        for role in self.made {
            let dropped = sqlx::query(sqlx::AssertSqlSafe(format!("drop role {role}")))
                .execute(&self.db)
                .await;
            if let Err(error) = dropped {
                eprintln!("{role} stays: {error}");
            }
        }
    }
}
