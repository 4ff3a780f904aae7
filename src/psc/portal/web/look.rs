//! Looking: home, grid, people, notifications.

use axum::extract::{Query, State};

use super::{accounts_of, desk};
use crate::{
    app::App,
    auth::Actor,
    psc::portal::{
        forms::UsersQuery,
        query::GridQuery,
        service,
        views::{GridPage, HomePage, Notices, NoticesPage, RolesPage, UsersPage},
    },
    web::{Ctx, PageResult, render},
};

pub async fn home(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let accounts = accounts_of(&app, &actor, &desk).await?;
    let counts = service::counts(&app.db, &actor, &desk, app.clock.now()).await?;
    render(&HomePage::new(&ctx, &actor, &desk, &accounts, counts))
}

pub async fn notifications(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let accounts = accounts_of(&app, &actor, &desk).await?;
    let counts = service::counts(&app.db, &actor, &desk, app.clock.now()).await?;
    render(&NoticesPage::new(&ctx, &actor, &desk, &accounts, Notices { counts }))
}

pub async fn grid(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    axum_extra::extract::Form(query): axum_extra::extract::Form<GridQuery>,
) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let accounts = accounts_of(&app, &actor, &desk).await?;
    let deals = service::list(&app.db, &actor, &desk, &query.parse()).await?;
    render(&GridPage::new(&ctx, &actor, &desk, &accounts, &query, deals))
}

pub async fn users(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<UsersQuery>) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let accounts = accounts_of(&app, &actor, &desk).await?;
    let users = service::users(&app.db, &desk, query.role(), &query.search(), &query.after.replace('\0', "")).await?;
    render(&UsersPage::new(&ctx, &actor, &desk, &accounts, &query, users))
}

pub async fn roles(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<UsersQuery>) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let accounts = accounts_of(&app, &actor, &desk).await?;
    let users = service::users(&app.db, &desk, query.role(), &query.search(), &query.after.replace('\0', "")).await?;
    render(&RolesPage::new(&ctx, &actor, &desk, &accounts, &query, users))
}
