//! The route table: method, path, who may, handler. The router, the navigation, the permissions page and the route test are
//! made from it; a route outside the table cannot be reached.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    handler::Handler,
    http::Method,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::{MethodFilter, MethodRouter, on},
};

use super::{Ctx, layout::NavItem, lent::Lent};
use crate::{app::App, auth::Actor, error::AppError};

/// Where somebody with a one-time password chooses one of their own.
pub const PASSWORD: &str = "/account/password";
/// All that is let through before that, beside what is for anyone.
const BEFORE_PASSWORD: [&str; 2] = [PASSWORD, "/sign-out"];

/// A right that a route asks for; lives in the feature's `policy`.
#[derive(Debug)]
pub struct Permission {
    pub name: &'static str,
    pub allows: fn(&Actor) -> bool,
    /// Locale key: why somebody is refused and what helps.
    pub refusal: &'static str,
}

/// Who may use a route.
#[derive(Clone, Copy, Debug)]
pub enum Who {
    Anyone,
    SignedIn,
    May(&'static Permission),
}

impl Who {
    pub fn lets(self, actor: Option<&Actor>) -> bool {
        match (self, actor) {
            (Self::Anyone, _) | (Self::SignedIn, Some(_)) => true,
            (Self::May(permission), Some(actor)) => (permission.allows)(actor),
            (_, None) => false,
        }
    }
}

/// A row of the table.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
    pub nav: Option<(&'static str, &'static str)>,
    /// Its answer may begin as late as it needs.
    late: bool,
    /// Its handler goes on with the connection of the entrance.
    borrows: bool,
    handler: MethodRouter<App>,
}

/// How long an answer may take to begin; an extension of every request.
#[derive(Clone, Copy, Debug)]
pub struct Patience(pub Duration);

impl Route {
    fn new(method: Method, path: &'static str, who: Who, handler: MethodRouter<App>) -> Self {
        Self { method, path, who, nav: None, late: false, borrows: false, handler }
    }

    /// Raises the limits of what may be sent to it, and of how long that takes, to those of its own handler.
    pub fn unlimited(mut self) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::disable());
        self.begins_late()
    }

    /// For what has to be looked through or written to its end before an answer can begin: it is not given up for its time.
    pub fn begins_late(mut self) -> Self {
        self.late = true;
        self
    }

    /// Lends the entrance's connection to its handler, which takes it as [`Reading`](super::Reading), and no other beside it.
    pub fn on_one_connection(mut self) -> Self {
        self.borrows = true;
        self
    }

    /// Puts it into the navigation, under a group and with a label (locale keys).
    pub fn nav(mut self, group: &'static str, key: &'static str) -> Self {
        self.nav = Some((group, key));
        self
    }
}

pub fn get<H, T>(path: &'static str, who: Who, handler: H) -> Route
where
    H: Handler<T, App>,
    T: 'static,
{
    Route::new(Method::GET, path, who, on(MethodFilter::GET, handler))
}

pub fn post<H, T>(path: &'static str, who: Who, handler: H) -> Route
where
    H: Handler<T, App>,
    T: 'static,
{
    Route::new(Method::POST, path, who, on(MethodFilter::POST, handler))
}

/// The navigation, in the table's order.
pub fn navigation(table: &[Route]) -> Vec<NavItem> {
    table
        .iter()
        .filter_map(|r| r.nav.map(|(group, key)| NavItem { group, key, path: r.path, who: r.who }))
        .collect()
}

/// The router of the table, each route behind its guard.
pub fn router(table: Vec<Route>) -> Router<App> {
    table.into_iter().fold(Router::new(), |router, route| {
        let guard = from_fn_with_state((route.path, route.who, route.late, route.borrows), guard);
        router.route(route.path, route.handler.layer(guard))
    })
}

async fn guard(
    State((path, who, late, borrows)): State<(&'static str, Who, bool, bool)>,
    ctx: Ctx,
    mut request: Request,
    next: Next,
) -> Response {
    if !borrows {
        // Given back: the handler takes its own.
        request.extensions_mut().remove::<Lent>();
    }
    if ctx.password_due && !matches!(who, Who::Anyone) && !BEFORE_PASSWORD.contains(&path) {
        return Redirect::to(PASSWORD).into_response();
    }
    if who.lets(ctx.actor.as_ref()) {
        let patience = request.extensions().get::<Patience>().copied();
        return match patience.filter(|_| !late) {
            // What has not begun by then waits for a database that says nothing.
            Some(Patience(time)) => match tokio::time::timeout(time, next.run(request)).await {
                Ok(response) => response,
                Err(_) => AppError::Away.into_response(),
            },
            None => next.run(request).await,
        };
    }
    match (who, &ctx.actor) {
        (Who::May(permission), Some(_)) => AppError::Forbidden(permission.refusal).into_response(),
        _ if request.method().is_safe() => {
            let back: String = url::form_urlencoded::byte_serialize(ctx.address.as_bytes()).collect();
            Redirect::to(&format!("/sign-in?next={back}")).into_response()
        }
        _ => Redirect::to("/sign-in").into_response(),
    }
}
