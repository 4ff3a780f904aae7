//! Faults between the server and PostgreSQL, through a small proxy of our own: what is answered meanwhile, what is back afterwards, and
//! that nothing that was acknowledged is lost.
//!
//! Seen to fail: before `AppError` took a connection that is cut in the middle of an answer for an absent database, pages were 500.
//! Without a limit of its time in `is_whole` (src/db/mod.rs), pages were not back ten seconds after five connections had gone mute, nor
//! after the only one had. With `pool.begin()` in place of `db::begin`, and without `after_release`, "a transaction stays open" after
//! requests that were given up over a slow line.

mod cut;
mod dead;
pub mod line;
mod process;
mod silent;
mod slow;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use futures_util::future::join_all;
use partner_portal::{app::App, clock::Clock, config::Settings, db, demo};
use sqlx::PgPool;

use line::{Line, Proxy};

use crate::support::{Answer, Client, PASSWORD, TestApp, notes::Deal, settings};

const ADMIN: &str = "referrals-admin@contoso-consulting.example";
/// How long the server may take to be itself again.
const BACK_WITHIN: Duration = Duration::from_secs(10);
/// PostgreSQL itself ends transactions that have been idle for fifteen seconds: one that is left open has to be seen before.
const ENDED_WITHIN: Duration = Duration::from_secs(2);

/// The application over the disturbed line, and beside it a pool that is not.
struct World {
    app: TestApp,
    proxy: Proxy,
    direct: PgPool,
    /// How long it takes here and now to connect and to show a page.
    usual: Duration,
}

impl World {
    async fn new(direct: PgPool) -> Self {
        Self::on(direct, 5).await
    }

    /// With so many connections.
    async fn on(direct: PgPool, connections: u32) -> Self {
        let app = TestApp::new(direct.clone()).await;
        demo::load(&direct, &app.app.clock, PASSWORD).await.unwrap();
        let proxy = Proxy::new(&direct).await;
        let pool = db::open(&proxy.url, connections).await.unwrap();
        // As patient as it is when nobody sets it; other tests wait longer for a busy machine.
        let settings = Settings { patience: Settings::default().patience, ..settings() };
        let app = TestApp { app: App::new(pool, Clock::fixed(app.app.clock.now()), settings.into()).unwrap() };
        let mut world = Self { app, proxy, direct, usual: Duration::ZERO };
        let mut client = world.client().await;
        let began = Instant::now();
        assert_eq!(client.get("/deals").await.status, StatusCode::OK);
        world.usual = began.elapsed();
        world
    }

    /// What is promised, and what a busy machine takes for itself.
    fn back_within(&self) -> Duration {
        BACK_WITHIN + self.usual * 3
    }

    /// A browser whose session was put in by the other way.
    async fn client(&self) -> Client {
        let beside = TestApp { app: App::new(self.direct.clone(), self.app.app.clock.clone(), settings().into()).unwrap() };
        let session = beside.sign_in(ADMIN).await;
        self.app.client().with_session(session.cookie("portal_session").unwrap())
    }

    async fn deal(&self) -> Arc<Deal> {
        Deal::of(&self.direct, ADMIN).await.into()
    }

    /// So many requests at once.
    async fn ask(&self, client: &Client, number: usize) -> Vec<Answer> {
        let ask = |mut client: Client| async move { client.get("/deals").await };
        join_all((0..number).map(|_| ask(client.clone()))).await
    }

    /// Waits until a page is there again.
    async fn back(&self, client: &mut Client) -> Duration {
        let began = Instant::now();
        while client.get("/deals").await.status != StatusCode::OK {
            assert!(began.elapsed() < self.back_within(), "not back");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let took = began.elapsed();
        assert!(took < self.back_within(), "back after {took:?} only");
        took
    }

    /// No connection of ours sits in a transaction that nobody works on.
    async fn no_open_transaction(&self) {
        no_open_transaction(&self.direct).await;
    }
}

/// No connection to this database sits in a transaction that nobody works on.
pub async fn no_open_transaction(db: &PgPool) {
    let open = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'";
    let began = Instant::now();
    while sqlx::query_scalar::<_, i64>(open).fetch_one(db).await.unwrap() > 0 {
        assert!(began.elapsed() < ENDED_WITHIN, "a transaction stays open");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The page that says "come again".
fn is_put_off(answer: &Answer) -> bool {
    answer.status == StatusCode::SERVICE_UNAVAILABLE && answer.is_page() && !answer.header("retry-after").is_empty()
}
