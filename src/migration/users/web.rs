//! The pages of the user migration.

use axum::{
    extract::{Form, Path, Query, RawForm, RawQuery, State},
    http::{HeaderValue, StatusCode},
};
use serde::Deserialize;

use super::{
    forms::{Looking, Pick},
    policy::MIGRATE_USERS,
    report,
    service::{self, NameError, StartError},
    views::{AccountPage, Found, ListPage, PreviewPage, ProgressFragment, RunPage},
};
use crate::{
    app::App,
    auth::Actor,
    error::AppError,
    ids::RunId,
    web::{
        Ctx, Flash, PageResult, Route, Who, render,
        routes::{get, post},
        see_other,
    },
};

const MAY: Who = Who::May(&MIGRATE_USERS);
const ROWS: i64 = 50;

pub fn routes() -> Vec<Route> {
    vec![
        get("/migration/users", MAY, list).nav("nav-moving", "nav-migrate-users"),
        get("/migration/users/list.csv", MAY, list_csv),
        get("/migration/users/preview", MAY, preview),
        get("/migration/users/accounts/{id}", MAY, account),
        post("/migration/users/accounts/{id}", MAY, name_account),
        // Confirms everybody at once.
        post("/migration/users/runs", MAY, start).begins_late(),
        get("/migration/users/runs/{id}", MAY, show),
        get("/migration/users/runs/{id}/progress", MAY, progress),
        get("/migration/users/runs/{id}/result.csv", MAY, result_csv),
        post("/migration/users/runs/{id}/cancellation", MAY, cancel),
    ]
}

async fn list(State(app): State<App>, ctx: Ctx, actor: Actor, RawQuery(query): RawQuery) -> PageResult {
    let looking = Looking::parse(&query.unwrap_or_default())?;
    let counts = service::counts(&app.db, actor.organisation).await?;
    let mut rows = service::list(&app.db, actor.organisation, &looking.filter(), ROWS + 1).await?;
    let more = rows.len() as i64 > ROWS;
    rows.truncate(ROWS as usize);
    let runs = service::recent(&app.db, actor.organisation).await?;
    let tenant = service::tenant(&app.db, actor.organisation).await?;
    let found = Found { counts: &counts, rows: &rows, more, tenant, runs: &runs };
    render(&ListPage::new(&ctx, &actor, &looking, &found, app.clock.now()))
}

async fn list_csv(State(app): State<App>, ctx: Ctx, actor: Actor, RawQuery(query): RawQuery) -> PageResult {
    let looking = Looking::parse(&query.unwrap_or_default())?;
    let (id, domains) = service::tenant(&app.db, actor.organisation).await?;
    let tenant = domains
        .first()
        .map_or_else(|| id.to_string(), |domain| format!("{domain} ({id})"));
    Ok(report::list_csv(app.db.clone(), ctx.l, actor.organisation, looking.filter(), tenant))
}

/// Who gets what; nothing is given yet.
async fn preview(State(app): State<App>, ctx: Ctx, actor: Actor, RawQuery(query): RawQuery) -> PageResult {
    let pick = Pick::parse(&query.unwrap_or_default())?;
    let preview = service::preview(&app.db, actor.organisation, &pick.choice, &pick.after, ROWS).await?;
    render(&PreviewPage::new(&ctx, &pick, &preview))
}

/// Confirms a preview. From a second window it leads to the run that is live.
async fn start(State(app): State<App>, ctx: Ctx, actor: Actor, RawForm(form): RawForm) -> PageResult {
    let pick = Pick::parse(std::str::from_utf8(&form).map_err(|_| AppError::BadRequest("error-bad-form"))?)?;
    match service::start(&app.db, &app.queue, &app.clock, &actor, ctx.peer, &pick.choice, &pick.seen).await {
        Ok(run) => Ok(see_other(&format!("/migration/users/runs/{run}"))),
        Err(StartError::Live) => Ok(Flash::new("flash-users-live").at("/migration/users")),
        Err(StartError::NobodyReady) => Ok(Flash::new("flash-users-nobody").at("/migration/users")),
        Err(StartError::Changed) => Ok(Flash::new("flash-users-changed").at(&pick.path(""))),
        Err(StartError::App(error)) => Err(error),
    }
}

#[derive(Deserialize)]
struct ShowQuery {
    only: Option<String>,
    #[serde(default)]
    after: String,
    #[serde(default)]
    id: String,
}

async fn show(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<RunId>,
    Query(query): Query<ShowQuery>,
) -> PageResult {
    let run = service::find(&app.db, actor.organisation, id).await?;
    let errors_only = query.only.as_deref() == Some("errors");
    let after = (query.after.as_str(), query.id.as_str());
    let mut rows = service::report(&app.db, actor.organisation, id, errors_only, after, ROWS + 1).await?;
    let more = rows.len() as i64 > ROWS;
    rows.truncate(ROWS as usize);
    render(&RunPage::new(&ctx, &run, &rows, errors_only, more, app.clock.now()))
}

/// The fragment that renews itself; when the run is over, the page is loaded anew with its result.
async fn progress(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<RunId>) -> PageResult {
    let run = service::find(&app.db, actor.organisation, id).await?;
    let mut response = render(&ProgressFragment::new(&ctx, &run, app.clock.now()))?;
    if !run.state.is_live() {
        response.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn result_csv(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<RunId>) -> PageResult {
    let run = service::find(&app.db, actor.organisation, id).await?;
    Ok(report::csv(app.db.clone(), ctx.l, run))
}

async fn cancel(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<RunId>) -> PageResult {
    service::find(&app.db, actor.organisation, id).await?;
    let stopped = service::cancel(&app.db, &app.clock, actor.organisation, id, ctx.origin()).await?;
    let flash = if stopped { "flash-users-cancelled" } else { "flash-users-over" };
    Ok(Flash::new(flash).at(&format!("/migration/users/runs/{id}")))
}

async fn account(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let user = service::psc_user(&app.db, actor.organisation, &id).await?;
    render(&AccountPage::new(&ctx, &user, None, None))
}

#[derive(Deserialize)]
struct AccountForm {
    /// Empty: the account of PSC again.
    #[serde(default)]
    mail: String,
}

async fn name_account(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<AccountForm>,
) -> PageResult {
    match service::name_account(&app.db, &app.clock, &actor, &id, &form.mail).await {
        Ok(()) => Ok(Flash::new("flash-users-named").at("/migration/users")),
        Err(NameError::Problem(problem)) => {
            let user = service::psc_user(&app.db, actor.organisation, &id).await?;
            let mut response = render(&AccountPage::new(&ctx, &user, Some(&form.mail), Some(problem)))?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(NameError::App(error)) => Err(error),
    }
}
