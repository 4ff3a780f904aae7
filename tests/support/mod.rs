//! What tests stand on: the real router on a database of their own, driven without a socket; people who sign in; seeds.

mod client;
pub mod notes;
mod rows;
mod seed;
mod settings;

use std::time::{Duration, Instant};

use partner_portal::{
    app::App,
    auth::secret,
    clock::Clock,
    config::Settings,
    db::{self, Pool},
    jobs::{self, Works},
};

use sqlx::{ConnectOptions, postgres::PgPoolOptions};
use tokio::sync::oneshot;

pub use client::{Answer, Client};
pub use rows::changed;
pub use seed::{PASSWORD, Seed};
pub use settings::settings;

/// When tests happen, unless they say otherwise.
pub const NOW: &str = "2026-11-22T09:00:00Z";

/// With `TESTS_POOL=1` the application has one connection, or as many as it says: a request that needed two at once would never be answered.
async fn narrowed(pool: Pool) -> Pool {
    let Some(connections) = std::env::var("TESTS_POOL").ok().and_then(|number| number.parse().ok()) else { return pool };
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with((*pool.connect_options()).clone())
        .await
        .expect("a pool")
}

/// The application over a test's database.
#[derive(Clone)]
pub struct TestApp {
    pub app: App,
}

impl TestApp {
    /// Over a fresh database; brings ours and River's schema up to date. The clock stands at [`NOW`].
    pub async fn new(pool: Pool) -> Self {
        db::schema::migrate(&pool).await.expect("schema");
        let pool = narrowed(pool).await;
        Self { app: App::new(pool, Clock::fixed(NOW.parse().unwrap()), settings().into()).expect("app") }
    }

    /// Sets the clock, for instance to `2026-11-30T00:00:00Z`.
    pub fn at(self, time: &str) -> Self {
        self.app.clock.set(time.parse().expect("an RFC 3339 time"));
        self
    }

    /// The same database and clock with other settings: what another replica, or a restart, would be.
    pub fn with(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = (*self.app.settings).clone();
        change(&mut settings);
        Self { app: App::new(self.db().clone(), self.app.clock.clone(), settings.into()).expect("app") }
    }

    /// The same on a pool of its own with so many connections, opened as a server opens it.
    pub async fn on(&self, connections: u32) -> Self {
        let url = self.db().connect_options().to_url_lossy();
        let few = db::open(url.as_str(), connections).await.expect("a pool");
        Self { app: App::new(few, self.app.clock.clone(), self.app.settings.clone()).expect("app") }
    }

    pub fn db(&self) -> &Pool {
        &self.app.db
    }

    pub fn seed(&self) -> Seed {
        Seed::new(self.db().clone(), self.app.clock.now())
    }

    /// A browser that is not signed in.
    pub fn client(&self) -> Client {
        Client::new(self.app.router())
    }

    /// A browser of somebody who is, by a session that is put into the database.
    pub async fn sign_in(&self, mail: &str) -> Client {
        let fresh = secret::random();
        let done = sqlx::query(
            "insert into sessions (session_hash, user_id, expires_at)
             select $1, user_id, now() + interval '8 hours' from users where lower(mail) = lower($2)",
        )
        .bind(secret::hash("session", &fresh))
        .bind(mail)
        .execute(self.db())
        .await
        .unwrap();
        assert_eq!(done.rows_affected(), 1, "no user {mail}");
        self.client().with_session(&fresh)
    }

    /// Works all jobs until none is left to do, as a worker process would.
    pub async fn run_jobs(&self) {
        let works = Works { db: self.db().clone(), clock: self.app.clock.clone(), settings: self.app.settings.clone() };
        let (stop, stopped) = oneshot::channel::<()>();
        let working = jobs::work(&works, async { drop(stopped.await) });
        let done = async {
            let started = Instant::now();
            while self.count("select count(*) from river_job where finalized_at is null").await > 0 {
                assert!(started.elapsed() < Duration::from_mins(2), "jobs do not come to an end");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            drop(stop);
        };
        let (worked, ()) = tokio::join!(working, done);
        worked.expect("worker");
    }

    /// The one number that a query answers.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.db()).await.unwrap()
    }

    /// Runs one statement.
    pub async fn sql(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(self.db()).await.unwrap();
    }
}
