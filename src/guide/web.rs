//! The guide's pages: for everybody who is signed in.

use axum::extract::State;

use super::{
    service,
    views::{AnswersPage, DifferencesPage, MappingPage, MpnPage, StartPage},
};
use crate::{
    app::App,
    auth::Actor,
    web::{Ctx, PageResult, Route, Who, render, routes::get},
};

pub fn routes() -> Vec<Route> {
    vec![
        // Counts when an export is new, as the deal migration's page does.
        get("/guide", Who::SignedIn, start).nav("nav-moving", "nav-guide").begins_late(),
        get("/guide/differences", Who::SignedIn, differences),
        get("/guide/mapping", Who::SignedIn, mapping),
        get("/guide/answers", Who::SignedIn, answers),
        get("/guide/mpn", Who::SignedIn, mpn),
    ]
}

async fn start(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let progress = if actor.is_vendor() { None } else { Some(service::progress(&app.db, actor.organisation).await?) };
    render(&StartPage::new(&ctx, progress.as_ref()))
}

async fn differences(ctx: Ctx) -> PageResult {
    render(&DifferencesPage::new(&ctx))
}

async fn mapping(ctx: Ctx) -> PageResult {
    render(&MappingPage::new(&ctx))
}

async fn answers(ctx: Ctx) -> PageResult {
    render(&AnswersPage::new(&ctx))
}

async fn mpn(ctx: Ctx) -> PageResult {
    render(&MpnPage::new(&ctx))
}
