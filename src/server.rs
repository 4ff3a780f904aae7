//! Runs the portal: the web server, the worker, or both, until told to stop.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
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

/// How long requests that have begun may take once the portal takes no new ones.
const GRACE: Duration = Duration::from_secs(18);
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
        if worker {
            jobs::work(&works, stop.clone()).await?;
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
    let router = app.router().layer(from_fn_with_state(app.draining.clone(), let_go));
    let (stopping, draining, drain) = (handle.clone(), app.draining.clone(), app.settings.drain);
    tokio::spawn(async move {
        stop.await;
        draining.store(true, Ordering::Relaxed);
        tokio::time::sleep(drain).await;
        stopping.graceful_shutdown(Some(GRACE));
    });
    // HTTP/1 alone: a connection of HTTP/2 may be silent for ever once it has asked for something, and no browser speaks it without TLS.
    // Set on the server: its builder's own setting does not hold for connections that may be upgraded.
    let mut server = axum_server::from_tcp(listener)?
        .handle(handle)
        .http1_only()
        .first_request_timeout(HEADERS_WITHIN);
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN);
    server.serve(router.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

/// Ends connections with their answer once the portal is about to stop: whoever keeps one open asks another replica next, and does not
/// find it cut when the portal is gone.
async fn let_go(State(draining): State<Arc<AtomicBool>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if draining.load(Ordering::Relaxed) {
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
