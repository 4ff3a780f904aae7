//! Prometheus metrics, on an address of their own (setting `metrics_listen`), so that they are never public by accident.

use std::{fmt::Write, io, net::TcpListener, sync::OnceLock, time::Duration};

use axum::{Router, extract::State, routing::get};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::{clock::Clock, db::Pool, error::AppError, jobs, migration, notifications, referrals};

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Seconds. Buckets can be added up over replicas, which quantiles cannot.
const BUCKETS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// What has been measured is kept one by one until it is put into its bucket: this often, also when nobody asks.
const KEPT: Duration = Duration::from_secs(5);
/// How long the database may take to say how it stands; whoever collects metrics mostly waits for ten seconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// Installs the recorder, once per process.
pub fn install() -> Option<&'static PrometheusHandle> {
    let recorder = || PrometheusBuilder::new().set_buckets(&BUCKETS).ok()?.install_recorder().ok();
    RECORDER.get_or_init(recorder).as_ref()
}

#[derive(Clone)]
struct Sources {
    db: Pool,
    clock: Clock,
}

/// Serves `/metrics` in the background.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(listener: TcpListener, db: Pool, clock: Clock) -> io::Result<()> {
    if let Some(recorder) = install() {
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(KEPT).await;
                recorder.run_upkeep();
            }
        });
    }
    let router = router(db, clock);
    let listener = tokio::net::TcpListener::from_std(listener)?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

/// The metrics' own router.
pub fn router(db: Pool, clock: Clock) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(Sources { db, clock })
}

/// What this process has measured, and how the database stands. When it is away, that is what is said: the others are absent, as nobody
/// knows them.
async fn metrics(State(Sources { db, clock }): State<Sources>) -> String {
    let mut text = install().map(PrometheusHandle::render).unwrap_or_default();
    let mut gauge = |name: &str, value: f64| {
        // Writing into a text does not fail.
        let _ = writeln!(text, "# TYPE {name} gauge\n{name} {value}\n");
    };
    gauge("portal_database_connections", f64::from(db.size()));
    gauge("portal_database_connections_idle", db.num_idle() as f64);
    let standing = tokio::time::timeout(PATIENCE, standing(&db, &clock)).await;
    let standing = standing.map_err(|_| AppError::Away).and_then(|asked| asked);
    gauge("portal_database_up", if standing.is_ok() { 1.0 } else { 0.0 });
    match standing {
        Ok(standing) => standing.into_iter().for_each(|(name, value)| gauge(name, value)),
        Err(error) => tracing::warn!(%error, "the database does not say how it stands"),
    }
    text
}

/// What only the database knows, the same from every process.
async fn standing(db: &Pool, clock: &Clock) -> Result<[(&'static str, f64); 6], AppError> {
    let now = clock.now();
    let (overdue, live) = migration::deals::service::overdue(db, now).await?;
    let (due, failed) = notifications::service::standing(db, now).await?;
    Ok([
        ("portal_migration_runs_live", live as f64),
        ("portal_migration_runs_overdue", overdue as f64),
        ("portal_mails_due", due as f64),
        ("portal_mails_failed", failed as f64),
        ("portal_expiry_lag_seconds", referrals::service::expiry_lag(db, now).await?),
        ("portal_job_age_seconds", jobs::oldest_waiting(db).await?),
    ])
}
