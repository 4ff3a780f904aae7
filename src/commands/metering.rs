//! Prometheus metrics, on an address of their own (setting `metrics_listen`), so that they are never public by accident.

use std::{io, net::TcpListener, sync::OnceLock};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::{clock::Clock, db::Pool, jobs, migration, notifications, referrals};

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Installs the recorder, once per process.
pub fn install() -> Option<&'static PrometheusHandle> {
    RECORDER
        .get_or_init(|| PrometheusBuilder::new().install_recorder().ok())
        .as_ref()
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
    install();
    let router = router(db, clock);
    let listener = tokio::net::TcpListener::from_std(listener)?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

/// The metrics' own router.
pub fn router(db: Pool, clock: Clock) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(Sources { db, clock })
}

async fn metrics(State(sources): State<Sources>) -> Result<String, StatusCode> {
    let handle = install().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    let (overdue, live) = migration::deals::service::overdue(&sources.db, sources.clock.now())
        .await
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let (due, failed) = notifications::service::standing(&sources.db, sources.clock.now())
        .await
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    metrics::gauge!("portal_mails_due").set(due as f64);
    metrics::gauge!("portal_mails_failed").set(failed as f64);
    metrics::gauge!("portal_migration_runs_overdue").set(overdue as f64);
    metrics::gauge!("portal_migration_runs_live").set(live as f64);
    metrics::gauge!("portal_database_connections").set(f64::from(sources.db.size()));
    metrics::gauge!("portal_database_connections_idle").set(sources.db.num_idle() as f64);
    let lag = referrals::service::expiry_lag(&sources.db, sources.clock.now())
        .await
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    metrics::gauge!("portal_expiry_lag_seconds").set(lag);
    let age = jobs::oldest_waiting(&sources.db)
        .await
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    metrics::gauge!("portal_job_age_seconds").set(age);
    Ok(handle.render())
}
