//! The entrance of every request: who is asking, in which language, with which form token.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::CookieJar;
use chrono_tz::Tz;
use tracing::Instrument;
use uuid::Uuid;

use super::{
    Flash, L10n, Lang, client, cookies, csrf, intake,
    layout::{BELL_CAP, NavItem},
    lent::Lent,
    problem,
    routes::Patience,
    seen::Seen,
};
use crate::{
    app::App,
    auth::{
        Actor, Origin,
        actor::SignedIn,
        secret,
        store::{self, Session},
    },
    db::Held,
    error::AppError,
};

/// What a page needs to know of its request.
#[derive(Clone, Debug)]
pub struct Ctx {
    pub l: L10n,
    pub actor: Option<Actor>,
    /// The token of this session's forms.
    pub csrf: String,
    /// The path and query that were asked for.
    pub address: String,
    pub flash: Option<Flash>,
    /// Named on error pages and in every log line of the request.
    pub request_id: String,
    pub nav: std::sync::Arc<[NavItem]>,
    /// Notifications that the person has not read, for the bell.
    pub unread: i64,
    /// Somebody looks at the answer: it is not asked for its head alone, and not fetched before anybody wants it.
    pub looks: bool,
    /// Asked by htmx: a fragment is enough.
    pub fragment: bool,
    /// Where the request comes from, before trusted proxies; `None` in tests without a socket.
    pub peer: Option<IpAddr>,
    /// The hash of the session, for signing out.
    pub session: Option<Vec<u8>>,
    /// A password of one's own has to be chosen before anything else.
    pub password_due: bool,
}

impl Ctx {
    /// Who a change comes from that this request makes.
    pub fn origin(&self) -> Origin {
        Origin { user: self.actor.as_ref().map(|actor| actor.user), address: self.peer }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Ctx {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| AppError::Internal("a route outside the entrance".into()))
    }
}

/// Lets a request in, and logs and counts it however it ends.
pub async fn enter(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = Uuid::now_v7().simple().to_string();
    // Of the highest level, so that the lines of any level that is logged carry it.
    let span = tracing::error_span!("request", id);
    let seen = Seen::new(&request);
    async {
        let response = admit(app, id, request, next).await;
        seen.answered(response.status());
        response
    }
    .instrument(span)
    .await
}

/// Looks the session up (one query, with the bell), settles language and time zone, checks the form token of writes, and turns errors into pages.
async fn admit(app: App, request_id: String, request: Request, next: Next) -> Response {
    let jar = CookieJar::from_headers(request.headers());
    let mut ctx = Ctx {
        l: L10n::default(),
        actor: None,
        csrf: String::new(),
        address: address(&request),
        flash: jar.get(cookies::FLASH).and_then(|c| Flash::read(c.value())),
        request_id,
        nav: app.nav.clone(),
        unread: 0,
        looks: request.method() == Method::GET && !request.headers().contains_key("sec-purpose"),
        fragment: request.headers().contains_key("hx-request"),
        peer: peer(&request, &app),
        session: None,
        password_due: false,
    };
    ctx.l.lang = language(&request, &jar);
    let found = match jar.get(cookies::SESSION) {
        Some(cookie) => in_time(&app, session(&app, cookie.value())).await,
        None => Ok(None),
    };
    let visitor = jar
        .get(cookies::VISITOR)
        .map(|c| c.value().to_owned())
        .filter(|v| v.len() == 43);
    let (mut added, mut lent) = (CookieJar::new(), None);
    match found {
        Ok(Some(Found { session: Session { actor, password_due, unread, .. }, hash, held })) => {
            ctx.password_due = password_due;
            ctx.l.lang = actor.locale.as_deref().and_then(Lang::from_code).unwrap_or(ctx.l.lang);
            ctx.l.zone = actor.time_zone.parse().unwrap_or(Tz::UTC);
            ctx.csrf = csrf::token(jar.get(cookies::SESSION).map_or("", |c| c.value()));
            ctx.unread = unread;
            ctx.actor = Some(actor);
            ctx.session = Some(hash);
            // Not for writes: what they send may take its time.
            lent = request.method().is_safe().then(|| Lent::new(held));
        }
        Ok(None) => {
            let secret = visitor.unwrap_or_else(|| {
                let fresh = secret::random();
                added = added.clone().add(cookies::make(cookies::VISITOR, fresh.clone()));
                fresh
            });
            ctx.csrf = csrf::token(&secret);
        }
        Err(error) => return problem::answer(&app, &ctx, &error).await,
    }
    let response = pass(&app, &ctx, lent, request, next).await;
    // An answer that leads elsewhere shows nothing, and may have something new to say there.
    if ctx.flash.is_some() && !response.status().is_redirection() {
        added = added.add(cookies::removal(cookies::FLASH));
    }
    (added, response).into_response()
}

fn peer(request: &Request, app: &App) -> Option<IpAddr> {
    let connection = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    Some(client::address(connection.0.ip(), request.headers(), &app.settings.trusted_proxies))
}

/// What to come back to. What is behind the path of a write is the form's token.
fn address(request: &Request) -> String {
    let uri = request.uri();
    match uri.path_and_query() {
        Some(whole) if request.method().is_safe() => whole.to_string(),
        _ => uri.path().to_owned(),
    }
}

async fn pass(app: &App, ctx: &Ctx, lent: Option<Lent>, request: Request, next: Next) -> Response {
    let checked = csrf::check(request, ctx).await;
    let checked = checked.and_then(|(request, form)| intake::no_nul(request.uri(), &form).map(|()| request));
    let mut request = match checked {
        Ok(request) => request,
        Err(error) => return problem::answer(app, ctx, &error).await,
    };
    request.extensions_mut().insert(ctx.clone());
    if let Some(lent) = lent {
        request.extensions_mut().insert(lent);
    }
    request.extensions_mut().insert(Patience(app.settings.patience));
    if let Some(actor) = &ctx.actor {
        request.extensions_mut().insert(SignedIn(actor.clone()));
    }
    let method = request.method().clone();
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions_mut().remove::<problem::Unanswered>() {
        response = problem::answer(app, ctx, &error.0).await;
    } else if let Some(error) = problem::of_extractor(&response, &method) {
        response = problem::answer(app, ctx, &error).await;
    }
    response
}

/// A database that says nothing is not waited for without an end.
async fn in_time<T>(app: &App, asked: impl Future<Output = sqlx::Result<T>>) -> Result<T, AppError> {
    match tokio::time::timeout(app.settings.patience, asked).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(AppError::Away),
    }
}

/// Who is asking, and the connection that knew.
struct Found {
    session: Session,
    hash: Vec<u8>,
    held: Held,
}

/// The session behind a cookie.
async fn session(app: &App, cookie: &str) -> sqlx::Result<Option<Found>> {
    let hash = secret::hash("session", cookie);
    let idle = i32::try_from(app.settings.session_idle_minutes).unwrap_or(i32::MAX);
    let mut held = Held::new(&app.db);
    let db = held.get().await?;
    let Some(session) = store::session_actor(&mut *db, &hash, idle, BELL_CAP).await? else { return Ok(None) };
    if session.stale {
        store::touch_session(&mut *db, &hash).await?;
    }
    Ok(Some(Found { session, hash, held }))
}

fn language(request: &Request, jar: &CookieJar) -> Lang {
    let chosen = jar.get(cookies::LANGUAGE).and_then(|c| Lang::from_code(c.value()));
    let accepted = || {
        request
            .headers()
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|v| v.to_str().ok())
            .and_then(Lang::accepted)
    };
    chosen.or_else(accepted).unwrap_or_default()
}
