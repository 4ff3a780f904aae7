//! Runs the portal: the web server, the worker, or both, until told to stop.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum_server::Handle;
use futures_util::FutureExt;
use hyper_util::rt::TokioTimer;

use crate::{
    app::App,
    clock::Clock,
    commands::metering,
    config::Settings,
    db::Pool,
    jobs::{self, Works},
};

/// How long requests that have begun may take once the portal is told to stop.
const GRACE: Duration = Duration::from_secs(20);
/// How long jobs may take to end then: a little more than River itself gives them. A database that says nothing keeps no process.
const JOBS_END_WITHIN: Duration = Duration::from_secs(22);
/// How long a client may take to send the head of a request.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("the job queue cannot be started: {0}")]
    Queue(#[from] riverqueue::Error),
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    App(#[from] crate::error::AppError),
}

/// Works until `stop` comes, then lets what has begun end. Pages are served on `listener`, metrics on `metrics`, when given.
///
/// # Errors
/// When a part cannot be started.
pub async fn run(
    db: Pool,
    settings: Arc<Settings>,
    worker: bool,
    listener: Option<TcpListener>,
    metrics: Option<TcpListener>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let clock = Clock::System;
    let works = Works { db: db.clone(), clock: clock.clone(), settings: settings.clone() };
    let mut worker = if worker { Some(jobs::worker(&works)?.start()?) } else { None };
    if let Some(metrics) = metrics {
        metering::serve(metrics, db.clone(), clock.clone())?;
    }
    let stop = stop.shared();
    let serving = async {
        match listener {
            Some(listener) => serve(App::new(db, clock, settings)?, listener, stop.clone()).await,
            None => Ok(()),
        }
    };
    let working = async {
        stop.clone().await;
        if let Some(worker) = &mut worker {
            match tokio::time::timeout(JOBS_END_WITHIN, worker.stop()).await {
                Ok(stopped) => stopped?,
                Err(_) => tracing::warn!("jobs do not come to an end: other workers take them up"),
            }
        }
        Ok(())
    };
    futures_util::future::try_join(serving, working).await?;
    Ok(())
}

async fn serve(
    app: App,
    listener: std::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let handle = Handle::new();
    let (stopping, draining, drain) = (handle.clone(), app.draining.clone(), app.settings.drain);
    tokio::spawn(async move {
        stop.await;
        draining.store(true, Ordering::Relaxed);
        tokio::time::sleep(drain).await;
        stopping.graceful_shutdown(Some(GRACE));
    });
    // HTTP/1 is told from HTTP/2 by the first bytes, and who sends none would be waited for without an end.
    let mut server = axum_server::from_tcp(listener)?
        .handle(handle)
        .first_request_timeout(HEADERS_WITHIN);
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN);
    server
        .serve(app.router().into_make_service_with_connect_info::<SocketAddr>())
        .await?;
    Ok(())
}
