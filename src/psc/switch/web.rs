//! The pages of the switch: the partner's, and the operators'.

use axum::extract::{Form, Path, State};
use serde::Deserialize;

use super::{
    service,
    views::{SwitchPage, SwitchesPage},
};
use crate::{
    accounts::service::{By, ChangeError},
    app::App,
    auth::Actor,
    error::AppError,
    ids::OrganisationId,
    operators::policy::OPERATE,
    psc::policy::{IMPORT, SEE_PREPARATIONS},
    web::{
        Ctx, Flash, PageResult, Route, Who,
        fields::refused,
        render,
        routes::{get, post},
    },
};

pub fn routes() -> Vec<Route> {
    vec![
        get("/psc/switch", Who::May(&SEE_PREPARATIONS), show).nav("nav-moving", "nav-switch"),
        post("/psc/switch", Who::May(&IMPORT), set),
    ]
}

/// The operators' pages.
pub fn operations() -> Vec<Route> {
    vec![
        get("/operations/switches", Who::May(&OPERATE), list).nav("nav-operations", "nav-switch"),
        post("/operations/switches/{organisation}/removal", Who::May(&OPERATE), take_back),
    ]
}

fn by<'a>(app: &'a App, ctx: &Ctx, actor: &'a Actor) -> By<'a> {
    By { db: &app.db, actor, address: ctx.peer, now: app.clock.now() }
}

fn plain(error: ChangeError) -> AppError {
    match error {
        ChangeError::App(error) => error,
        other => AppError::Internal(other.to_string()),
    }
}

async fn show(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let switch = service::of(&app.db, actor.organisation).await?;
    render(&SwitchPage::new(&ctx, &actor, switch.as_ref(), false))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SwitchForm {
    /// `1`: what it means was read.
    confirmed: String,
}

async fn set(State(app): State<App>, ctx: Ctx, actor: Actor, Form(form): Form<SwitchForm>) -> PageResult {
    if form.confirmed != "1" {
        let switch = service::of(&app.db, actor.organisation).await?;
        return refused(422, &SwitchPage::new(&ctx, &actor, switch.as_ref(), true));
    }
    service::set(&by(&app, &ctx, &actor)).await.map_err(plain)?;
    Ok(Flash::new("flash-switched").at("/psc/switch"))
}

async fn list(State(app): State<App>, ctx: Ctx) -> PageResult {
    render(&SwitchesPage::new(&ctx, &service::all(&app.db).await?))
}

async fn take_back(State(app): State<App>, ctx: Ctx, actor: Actor, Path(organisation): Path<OrganisationId>) -> PageResult {
    service::take_back(&by(&app, &ctx, &actor), organisation).await.map_err(plain)?;
    Ok(Flash::new("flash-switch-taken-back").at("/operations/switches"))
}
