//! PSC's own pages.

mod clean_up;
mod deal;
mod files;
mod look;

use axum::response::{IntoResponse, Response};

use super::{
    rules::Phase,
    service::{self, Account, Busy, Desk, EditError},
    views::AwayPage,
};
use crate::{
    accounts::service::By,
    app::App,
    auth::Actor,
    error::AppError,
    psc::policy::USE_PSC,
    web::{
        Ctx, Route, Who, render,
        routes::{get, post},
    },
};

pub fn routes() -> Vec<Route> {
    let who = Who::May(&USE_PSC);
    vec![
        get("/psc/home", who, look::home).nav("nav-moving", "nav-psc"),
        get("/psc/deals", who, look::grid),
        get("/psc/deals.csv", who, files::grid),
        get("/psc/deals/new", who, deal::new),
        post("/psc/deals/new", who, deal::create),
        get("/psc/deals/{id}", who, deal::show),
        get("/psc/deals/{id}/edit", who, deal::edit_form),
        post("/psc/deals/{id}/edit", who, deal::edit),
        get("/psc/deals/{id}/closing", who, deal::closing_form),
        post("/psc/deals/{id}/closing", who, deal::close),
        get("/psc/deals/{id}/products", who, deal::products),
        post("/psc/deals/{id}/products", who, deal::change_products),
        get("/psc/users", who, look::users),
        get("/psc/roles", who, look::roles),
        get("/psc/notifications", who, look::notifications),
        get("/psc/clean-up", who, clean_up::show),
        post("/psc/clean-up", who, clean_up::save),
        post("/psc/clean-up/uploads", who, clean_up::upload).unlimited(),
        get("/psc/clean-up/uploads/{id}", who, clean_up::uploaded),
        get("/psc/clean-up/uploads/{id}/problems.csv", who, clean_up::problems_csv),
        get("/psc/export/accounts.csv", who, files::accounts),
        get("/psc/export/users.csv", who, files::users),
        get("/psc/export/deals.csv", who, files::deals),
    ]
}

fn by<'a>(app: &'a App, ctx: &Ctx, actor: &'a Actor) -> By<'a> {
    By { db: &app.db, actor, address: ctx.peer, now: app.clock.now() }
}

/// PSC as it stands for somebody; `Err`: the page that is there instead, when it has closed or nothing has come in.
async fn enter(app: &App, ctx: &Ctx, actor: &Actor) -> Result<Result<Desk, Response>, AppError> {
    Ok(match service::desk(&app.db, actor, app.clock.now()).await? {
        None => Err(render(&AwayPage::empty(ctx, actor))?),
        Some(desk) if desk.phase == Phase::Closed => {
            Err((axum::http::StatusCode::GONE, render(&AwayPage::closed(ctx, actor, &desk))?).into_response())
        }
        Some(desk) => Ok(desk),
    })
}

/// Goes on with the desk, or answers with the page that is there instead.
macro_rules! desk {
    ($app:expr, $ctx:expr, $actor:expr) => {
        match super::enter($app, $ctx, $actor).await? {
            Ok(desk) => desk,
            Err(instead) => return Ok(instead),
        }
    };
}
pub(in crate::psc::portal) use desk;

async fn accounts_of(app: &App, actor: &Actor, desk: &Desk) -> Result<Vec<Account>, AppError> {
    service::accounts(&app.db, actor, desk).await
}

/// Why a form was refused, in words of no single field; what is of fields is the caller's.
fn words(ctx: &Ctx, error: &EditError) -> Option<String> {
    let key = match error {
        EditError::Refused(refused) => refused.key(),
        EditError::Busy(Busy::Importing) => "psc-busy-importing",
        EditError::Busy(Busy::Migrating) => "psc-busy-migrating",
        EditError::Terminal => "psc-terminal",
        EditError::Conflict(_) => "psc-conflict",
        EditError::Flaws(_) | EditError::App(_) => return None,
    };
    Some(ctx.l.t(key))
}

/// The status of a refused form.
const fn status(error: &EditError) -> u16 {
    match error {
        EditError::Flaws(_) => 422,
        _ => 409,
    }
}
