//! The calendar and its link.

use axum::{
    extract::{Path, State},
    http::header,
    response::IntoResponse,
};
use axum_extra::extract::cookie::CookieJar;

use super::service;
use crate::{
    app::App,
    auth::Actor,
    error::AppError,
    web::{
        Flash, PageResult, Route, Who, cookies,
        routes::{get, post},
        see_other,
    },
};

/// Where the link is made, shown and taken back.
const PREFERENCES: &str = "/notifications/preferences";

/// The calendar itself is read without signing in: who knows the secret may. A parameter of that name is never logged.
pub fn routes() -> Vec<Route> {
    vec![
        get("/calendar/{secret}", Who::Anyone, read),
        post("/calendar/link", Who::SignedIn, make),
        post("/calendar/link/revocation", Who::SignedIn, revoke),
    ]
}

async fn read(State(app): State<App>, Path(file): Path<String>) -> PageResult {
    let secret = file.strip_suffix(".ics").ok_or(AppError::NotFound)?;
    let calendar = service::read(&app.db, secret, &app.settings, app.clock.now()).await?;
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], calendar).into_response())
}

/// The secret goes to the next page, which shows it once, in a cookie that no script reads.
async fn make(State(app): State<App>, actor: Actor) -> PageResult {
    let secret = service::make_link(&app.db, actor.user, app.clock.now()).await?;
    let cookie = cookies::make(service::FRESH, secret);
    Ok((CookieJar::new().add(cookie), see_other(PREFERENCES)).into_response())
}

async fn revoke(State(app): State<App>, actor: Actor) -> PageResult {
    service::revoke_link(&app.db, actor.user).await?;
    Ok(Flash::new("flash-calendar-revoked").at(PREFERENCES))
}
