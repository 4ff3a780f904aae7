//! Sign-in, sign-out, preferences.

use axum::{
    extract::{Form, Query, State},
    http::{HeaderName, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::{
    Actor, secret,
    store::{self, Tried},
    views::{Choice, PreferencesPage, SignInPage},
};
use crate::{
    app::App,
    error::AppError,
    web::{
        Ctx, Flash, Lang, Page, PageResult, Route, Who, client, cookies, render,
        routes::{get, post},
    },
};

pub fn routes() -> Vec<Route> {
    vec![
        get("/sign-in", Who::Anyone, show_sign_in),
        post("/sign-in", Who::Anyone, sign_in),
        post("/sign-out", Who::SignedIn, sign_out),
        post("/language", Who::Anyone, choose_language),
        get("/preferences", Who::SignedIn, show_preferences),
        post("/preferences", Who::SignedIn, save_preferences),
    ]
}

#[derive(Deserialize)]
struct SignInQuery {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct SignInForm {
    #[serde(default)]
    mail: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// A path of ours in one line of plain ASCII, or the start page: never another site, and nothing that no header of an answer can say.
pub fn safe_next(next: &str) -> &str {
    let inside = next.starts_with('/') && !next.starts_with("//") && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if inside && !next.starts_with("/sign-in") { next } else { "/" }
}

async fn show_sign_in(ctx: Ctx, Query(query): Query<SignInQuery>) -> PageResult {
    if ctx.actor.is_some() {
        return Ok(Redirect::to(safe_next(&query.next)).into_response());
    }
    render(&SignInPage {
        page: Page::new(&ctx, &ctx.l.t("sign-in-title")),
        mail: String::new(),
        next: safe_next(&query.next).to_owned(),
        problem: None,
    })
}

/// Checks the password. Failures count per mail and per address, for all replicas together.
async fn sign_in(State(app): State<App>, ctx: Ctx, Form(form): Form<SignInForm>) -> PageResult {
    let mail = form.mail.trim().to_lowercase();
    let (limit, window) = (app.settings.sign_in_failures.cast_signed(), app.settings.sign_in_window_minutes.cast_signed());
    let mut tried = vec![Tried { key: secret::hash("mail", &mail), limit }];
    // Many people may share an address: it is limited ten times later than a mail.
    let from = ctx
        .peer
        .map(|peer| secret::hash("address", &client::subscriber(peer).to_string()));
    tried.extend(from.map(|key| Tried { key, limit: limit.saturating_mul(10) }));
    if let Some(seconds) = store::take_try(&app.db, &tried, window).await? {
        tracing::warn!(id = ctx.request_id, seconds, "sign-in limited");
        return Err(AppError::TooMany { retry_after: seconds.cast_unsigned() });
    }
    let found = store::credentials(&app.db, &mail).await?;
    let (user, stored) = found.map_or((None, None), |c| (Some(c.user), c.password_hash));
    let right = secret::verify_password(form.password, stored.clone()).await;
    // Always a new secret: one that was planted before sign-in is worth nothing.
    let fresh = secret::random();
    let hours = i32::try_from(app.settings.session_absolute_hours).unwrap_or(i32::MAX);
    let begun = match user.filter(|_| right) {
        Some(user) => store::create_session(&app.db, &secret::hash("session", &fresh), user, stored.as_deref(), hours).await?,
        None => false,
    };
    if !begun {
        tracing::warn!(id = ctx.request_id, user = user.map(tracing::field::display), "sign-in failed");
        let page = SignInPage {
            page: Page::new(&ctx, &ctx.l.t("sign-in-title")),
            mail: form.mail,
            next: safe_next(&form.next).to_owned(),
            problem: Some(ctx.l.t("sign-in-wrong")),
        };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response());
    }
    store::forget_tries(&app.db, &tried).await?;
    // One that came along is left behind, and somebody else may know it.
    if let Some(session) = &ctx.session {
        store::revoke_session(&app.db, session).await?;
    }
    tracing::info!(id = ctx.request_id, user = user.map(tracing::field::display), "signed in");
    let jar = CookieJar::new().add(cookies::make(cookies::SESSION, fresh));
    Ok((jar, Redirect::to(safe_next(&form.next))).into_response())
}

/// What scripts keep of pages in the browser is to go too.
const FORGET: [(HeaderName, &str); 1] = [(HeaderName::from_static("clear-site-data"), "\"storage\"")];

async fn sign_out(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    if let Some(session) = &ctx.session {
        store::revoke_session(&app.db, session).await?;
        tracing::info!(id = ctx.request_id, user = %actor.user, "signed out");
    }
    Ok((FORGET, CookieJar::new().add(cookies::removal(cookies::SESSION)), Redirect::to("/sign-in")).into_response())
}

#[derive(Deserialize)]
struct LanguageForm {
    lang: String,
    #[serde(default)]
    next: String,
}

async fn choose_language(State(app): State<App>, ctx: Ctx, Form(form): Form<LanguageForm>) -> PageResult {
    let lang = Lang::from_code(&form.lang).ok_or(AppError::BadRequest("error-bad-form"))?;
    if let Some(actor) = &ctx.actor {
        store::set_locale(&app.db, actor.user, lang.code()).await?;
    }
    let cookie = cookies::make(cookies::LANGUAGE, lang.code().to_owned());
    let next = if form.next.starts_with("/sign-in") && ctx.actor.is_none() { "/sign-in" } else { safe_next(&form.next) };
    Ok((CookieJar::new().add(cookie), Redirect::to(next)).into_response())
}

fn choice(value: &str, label: String, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label, chosen }
}

async fn show_preferences(ctx: Ctx, actor: Actor) -> PageResult {
    let l = ctx.l;
    let by_browser = choice("", l.t("preferences-browser"), actor.locale.is_none());
    let languages = Lang::ALL.into_iter().map(|lang| {
        let name = crate::web::L10n { lang, zone: l.zone }.t("language-name");
        choice(lang.code(), name, actor.locale.as_deref() == Some(lang.code()))
    });
    let theme = actor.theme.as_deref().unwrap_or("");
    let themes = ["", "light", "dark"].map(|value| {
        let key = if value.is_empty() { "theme-system".to_owned() } else { format!("theme-{value}") };
        choice(value, l.t(&key), theme == value)
    });
    let zones = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| choice(zone.name(), zone.name().to_owned(), zone.name() == actor.time_zone));
    render(&PreferencesPage {
        page: Page::new(&ctx, &l.t("preferences-title")),
        languages: std::iter::once(by_browser).chain(languages).collect(),
        themes: themes.into(),
        zones: zones.collect(),
        roles: actor.roles.iter().map(|a| l.t(&format!("role-{}", a.role.code()))).collect(),
    })
}

#[derive(Deserialize)]
struct PreferencesForm {
    locale: String,
    theme: String,
    time_zone: String,
}

async fn save_preferences(State(app): State<App>, actor: Actor, Form(form): Form<PreferencesForm>) -> Result<Response, AppError> {
    let bad = || AppError::BadRequest("error-bad-form");
    let zone: chrono_tz::Tz = form.time_zone.parse().map_err(|_| bad())?;
    let locale = match form.locale.as_str() {
        "" => None,
        code => Some(Lang::from_code(code).ok_or_else(bad)?.code()),
    };
    let theme = match form.theme.as_str() {
        "" => None,
        known @ ("light" | "dark") => Some(known),
        _ => return Err(bad()),
    };
    store::set_preferences(&app.db, actor.user, locale, theme, zone.name()).await?;
    Ok(Flash::new("flash-preferences-saved").at("/preferences"))
}
