//! The notifications' page, and what somebody wants by mail.

use std::collections::HashMap;

use axum::{
    extract::{Form, Path, Query, State},
    response::IntoResponse,
};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::{
    event::{Delivery, Event, Topic},
    service::{self, About, Which},
    views::{self, Calendar, ListPage, PreferencesPage},
};
use crate::{
    app::App,
    auth::Actor,
    calendar::service as calendar,
    error::AppError,
    referrals::service as referrals,
    web::{
        Ctx, Flash, Page, PageResult, Route, Who, cookies, render,
        routes::{get, post},
        see_other,
    },
};

pub fn routes() -> Vec<Route> {
    let who = Who::SignedIn;
    vec![
        get("/notifications", who, list),
        post("/notifications/reading", who, mark_all),
        get("/notifications/preferences", who, show_preferences),
        post("/notifications/preferences", who, save_preferences),
        get("/notifications/{id}", who, lead_on),
        post("/notifications/{id}/opening", who, open),
        post("/notifications/{id}/reading", who, mark),
    ]
}

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    show: String,
    before: Option<i64>,
}

async fn list(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<ListQuery>) -> PageResult {
    let which = if query.show == "unread" { Which::Unread } else { Which::All };
    let listing = service::list(&app.db, &actor.scope(), which, query.before).await?;
    let page = Page::new(&ctx, &ctx.l.t("notifications-title"));
    render(&ListPage::new(page, &listing, which, query.before, app.clock.now()))
}

fn number(id: &str) -> Result<i64, AppError> {
    id.parse().map_err(|_| AppError::NotFound)
}

/// Where it leads, by the link in a mail.
async fn lead_on(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> PageResult {
    let about = service::find(&app.db, actor.user, number(&id)?).await?;
    Ok(see_other(&place(&app, &actor, &about).await?))
}

/// Marks it as read and goes where it leads.
async fn open(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> PageResult {
    let id = number(&id)?;
    let about = service::find(&app.db, actor.user, id).await?;
    service::mark(&app.db, actor.user, id, true, app.clock.now()).await?;
    Ok(see_other(&place(&app, &actor, &about).await?))
}

async fn place(app: &App, actor: &Actor, about: &About) -> Result<String, AppError> {
    Ok(match (Event::from_code(&about.event), about.referral) {
        (_, Some(referral)) if actor.is_vendor() => format!("/requests/{referral}"),
        (_, Some(referral)) if referrals::is_deal(&app.db, referral).await? => format!("/deals/{referral}"),
        (_, Some(referral)) => format!("/leads/{referral}"),
        (Some(Event::MigrationFinished), None) => "/migration/deals".to_owned(),
        (Some(Event::Switched), None) => "/psc/switch".to_owned(),
        (Some(Event::MpnRequested | Event::MpnApproved | Event::MpnRefused), None) => "/psc/mpn".to_owned(),
        (Some(Event::RoleGranted), None) => "/preferences".to_owned(),
        (_, None) => "/notifications".to_owned(),
    })
}

#[derive(Deserialize)]
struct MarkForm {
    /// `yes` or `no`.
    read: String,
    #[serde(default)]
    next: String,
}

async fn mark(State(app): State<App>, actor: Actor, Path(id): Path<String>, Form(form): Form<MarkForm>) -> PageResult {
    let read = match form.read.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(AppError::BadRequest("error-bad-form")),
    };
    service::mark(&app.db, actor.user, number(&id)?, read, app.clock.now()).await?;
    Ok(see_other(back(&form.next)))
}

/// The list, as it was looked at.
fn back(next: &str) -> &str {
    let ours = next == "/notifications" || next.starts_with("/notifications?");
    if ours && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') { next } else { "/notifications" }
}

#[derive(Deserialize)]
struct MarkAllForm {
    up_to: i64,
}

async fn mark_all(State(app): State<App>, actor: Actor, Form(form): Form<MarkAllForm>) -> PageResult {
    service::mark_all(&app.db, actor.user, form.up_to, app.clock.now()).await?;
    Ok(Flash::new("flash-notifications-read").at("/notifications"))
}

/// The calendar's secret address is shown here once, right after it was made.
async fn show_preferences(State(app): State<App>, ctx: Ctx, actor: Actor, jar: CookieJar) -> PageResult {
    let preferences = service::preferences(&app.db, actor.user, actor.is_vendor()).await?;
    let fresh = jar.get(calendar::FRESH).map(|cookie| cookie.value().to_owned());
    let address = match &fresh {
        Some(secret) if calendar::is_current(&app.db, actor.user, secret).await? => {
            Some(calendar::address(&app.settings, secret))
        }
        _ => None,
    };
    let page = render(&PreferencesPage {
        choices: views::choices(&ctx.l, &preferences),
        mail: actor.mail.clone(),
        zone: actor.time_zone.clone(),
        calendar: Calendar { exists: calendar::has_link(&app.db, actor.user).await?, address },
        page: Page::new(&ctx, &ctx.l.t("notifications-preferences")),
    })?;
    if fresh.is_none() {
        return Ok(page);
    }
    Ok((CookieJar::new().add(cookies::removal(calendar::FRESH)), page).into_response())
}

async fn save_preferences(
    State(app): State<App>,
    actor: Actor,
    Form(form): Form<HashMap<String, String>>,
) -> Result<axum::response::Response, AppError> {
    let mut choices = Vec::new();
    for (topic, delivery) in form.iter().filter(|(name, _)| *name != "csrf") {
        let choice = Topic::from_code(topic).zip(Delivery::from_code(delivery));
        choices.push(choice.ok_or(AppError::BadRequest("error-bad-form"))?);
    }
    service::choose(&app.db, actor.user, &choices).await?;
    Ok(Flash::new("flash-preferences-saved").at("/notifications/preferences"))
}
