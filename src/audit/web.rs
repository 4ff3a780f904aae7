//! The audit log's page.

use axum::extract::{Query, State};
use serde::Deserialize;

use super::{policy::SEE_AUDIT, service, views::AuditPage};
use crate::{
    app::App,
    auth::Actor,
    web::{Ctx, PageResult, Route, Who, render, routes::get},
};

pub fn routes() -> Vec<Route> {
    vec![get("/account/audit", Who::May(&SEE_AUDIT), list).nav("nav-account", "nav-audit")]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AuditQuery {
    /// A user or location; anything else: everything.
    about: String,
    /// The last entry of the page before this one.
    before: String,
}

async fn list(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<AuditQuery>) -> PageResult {
    let (about, before) = (query.about.parse().ok(), query.before.parse().ok());
    let mut entries = service::list(&app.db, actor.organisation, about, before).await?;
    let more = entries.len() > service::PAGE;
    entries.truncate(service::PAGE);
    render(&AuditPage::new(&ctx, &entries, about, more))
}
