//! Assembles state, router, layers and jobs: with `jobs::registry` the only file that knows all features.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect},
};
use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use tower_http::{CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};

use crate::{
    accounts, audit,
    auth::{self, Actor},
    calendar,
    clock::Clock,
    config::Settings,
    db::{self, Pool},
    deals,
    error::AppError,
    guide, leads, migration, notifications, operators, psc,
    referrals::service::By,
    sellers,
    web::{Ctx, PageResult, Route, Who, assets, entrance, headers, layout::NavItem, pace, routes, tls},
};

type NoAccess = fn(App, Ctx, &'static str) -> BoxFuture<'static, PageResult>;

/// What every handler can reach.
#[derive(Clone)]
pub struct App {
    pub db: Pool,
    pub clock: Clock,
    pub settings: Arc<Settings>,
    /// Enqueues jobs, in the transaction of the change that causes them.
    pub queue: riverqueue::Client,
    pub nav: Arc<[NavItem]>,
    /// The page of somebody who may not: the accounts room's.
    pub no_access: NoAccess,
    /// It is about to stop: a balancer is to ask others.
    pub draining: Arc<AtomicBool>,
}

/// Every route there is, feature by feature; the order is the navigation's.
pub fn table() -> Vec<Route> {
    let mut table = vec![
        routes::get("/", Who::SignedIn, start),
        routes::get("/healthz", Who::Anyone, healthy),
        routes::get("/readyz", Who::Anyone, ready),
    ];
    table.extend(sellers::web::routes());
    table.extend(deals::web::routes());
    table.extend(leads::web::routes());
    table.extend(migration::users::web::routes());
    table.extend(migration::deals::web::routes());
    table.extend(psc::portal::web::routes());
    table.extend(psc::web::routes());
    table.extend(psc::switch::web::routes());
    table.extend(psc::corrections::web::routes());
    table.extend(guide::web::routes());
    table.extend(operators::web::routes());
    table.extend(psc::corrections::web::operations());
    table.extend(psc::switch::web::operations());
    table.extend(notifications::web::routes());
    table.extend(calendar::web::routes());
    table.extend(accounts::web::routes());
    table.extend(audit::web::routes());
    table.extend(auth::web::routes());
    table
}

impl App {
    /// # Errors
    /// When the job queue cannot be set up.
    pub fn new(db: Pool, clock: Clock, settings: Arc<Settings>) -> Result<Self, AppError> {
        let queue = crate::jobs::enqueuer(&db)?;
        let nav = routes::navigation(&table()).into();
        Ok(Self { db, clock, settings, queue, nav, draining: Arc::default(), no_access: accounts::web::no_access })
    }

    /// Somebody's doing, now.
    pub fn by<'a>(&'a self, actor: &'a Actor) -> By<'a> {
        let expires_after = TimeDelta::days(self.settings.referral_expiry_days.into());
        By { db: &self.db, actor, now: self.clock.now(), expires_after }
    }

    /// The whole web application.
    pub fn router(&self) -> Router {
        let pages = routes::router(table())
            .fallback(|| async { AppError::NotFound })
            .layer(CatchPanicLayer::custom(|_| AppError::Internal("a handler panicked".into()).into_response()))
            .layer(from_fn_with_state(self.clone(), entrance::enter))
            .with_state(self.clone());
        let all = Router::new()
            .route("/static/{*name}", axum::routing::get(assets::serve))
            .merge(pages);
        let all = guarded(all, LONGEST);
        if self.settings.secure_cookies { all.layer(from_fn(tls::secure)) } else { all }
    }
}

/// How long an answer may take to begin in any case, also to an upload.
const LONGEST: Duration = Duration::from_mins(10);

/// What every answer goes through, also one that is given up: it has the headers as all others.
pub fn guarded(router: Router, longest: Duration) -> Router {
    router
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, longest))
        .layer(from_fn(pace::keep))
        .layer(from_fn(headers::secure))
        // By gzip, at a third of the usual level's work for a sixth more bytes: brotli takes twice as long for as many.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

/// The first page that somebody may see; without any, the no-access page of the deals.
async fn start(ctx: Ctx) -> Redirect {
    let first = ctx.nav.iter().find(|item| item.who.lets(ctx.actor.as_ref()));
    Redirect::to(first.map_or("/deals", |item| item.path))
}

async fn healthy() -> &'static str {
    "ok"
}

/// Whether requests can be answered: the database answers, and this process stays. A balancer asks it.
async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.draining.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "about to stop");
    }
    if db::answers(&app.db).await { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "the database is away") }
}
