//! The pages of the deal migration.

use axum::{
    extract::{Form, Path, Query, State},
    http::HeaderValue,
    response::IntoResponse,
};
use serde::Deserialize;

use super::{
    policy::MIGRATE_DEALS,
    readiness::Standing,
    report,
    service::{self, StartError},
    views::{ListPage, ProgressFragment, ReadinessPage, RunPage},
};
use crate::{
    app::App,
    auth::Actor,
    error::AppError,
    ids::RunId,
    psc,
    referrals::missing::Detail,
    web::{
        Ctx, Flash, PageResult, Route, Who, render,
        routes::{get, post},
        see_other,
    },
};

const MAY: Who = Who::May(&MIGRATE_DEALS);
const ROWS: i64 = 50;

pub fn routes() -> Vec<Route> {
    vec![
        // Counts when an export is new: a million deals take some seconds.
        get("/migration/deals", MAY, readiness)
            .nav("nav-moving", "nav-migrate-deals")
            .begins_late(),
        get("/migration/deals/list", MAY, list),
        get("/migration/deals/list.csv", MAY, list_csv),
        post("/migration/deals/runs", MAY, start).begins_late(),
        get("/migration/deals/runs/{id}", MAY, show),
        get("/migration/deals/runs/{id}/progress", MAY, progress),
        get("/migration/deals/runs/{id}/report.csv", MAY, report_csv),
        get("/migration/deals/runs/{id}/report.xlsx", MAY, report_xlsx).begins_late(),
        post("/migration/deals/runs/{id}/cancellation", MAY, cancel),
    ]
}

async fn readiness(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let counts = service::readiness(&app.db, actor.organisation).await?;
    let runs = service::recent(&app.db, actor.organisation).await?;
    let (importing, eligible_from) = psc::service::readiness_facts(&app.db, actor.organisation).await?;
    render(&ReadinessPage::new(&ctx, &counts, &runs, importing, eligible_from, app.clock.now()))
}

#[derive(Deserialize)]
struct ListQuery {
    /// None: the eligible ones.
    standing: Option<String>,
    missing: Option<String>,
    #[serde(default)]
    after: String,
}

impl ListQuery {
    fn parse(&self) -> Result<(Standing, Option<Detail>), AppError> {
        let standing = self
            .standing
            .as_deref()
            .map_or(Some(Standing::Eligible), Standing::from_code)
            .ok_or(AppError::NotFound)?;
        let detail = self
            .missing
            .as_deref()
            .map(|code| Detail::from_code(code).ok_or(AppError::NotFound))
            .transpose()?;
        Ok((standing, detail))
    }
}

async fn list(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<ListQuery>) -> PageResult {
    let (standing, detail) = query.parse()?;
    let mut rows = service::list(&app.db, actor.organisation, standing, detail.map(Detail::bit), &query.after, ROWS + 1).await?;
    let more = rows.len() as i64 > ROWS;
    rows.truncate(ROWS as usize);
    render(&ListPage::new(&ctx, standing, detail, &rows, more))
}

async fn list_csv(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<ListQuery>) -> PageResult {
    let (standing, detail) = query.parse()?;
    Ok(report::list_csv(app.db.clone(), ctx.l, actor.organisation, standing, detail))
}

#[derive(Deserialize)]
struct StartForm {
    kind: String,
}

/// One click. A second one leads to the run that is live.
async fn start(State(app): State<App>, ctx: Ctx, actor: Actor, Form(form): Form<StartForm>) -> PageResult {
    let rehearsal = match form.kind.as_str() {
        "rehearsal" => true,
        "migration" => false,
        _ => return Err(AppError::BadRequest("error-bad-form")),
    };
    match service::start(&app.db, &app.queue, &app.clock, actor.organisation, ctx.origin(), rehearsal).await {
        Ok(run) => Ok(see_other(&format!("/migration/deals/runs/{run}"))),
        Err(StartError::Live) => Ok(Flash::new("flash-migration-live").at("/migration/deals")),
        Err(StartError::Importing) => Ok(Flash::new("flash-migration-importing").at("/migration/deals")),
        Err(StartError::NothingEligible(_)) => Ok(Flash::new("flash-migration-nothing").at("/migration/deals")),
        Err(StartError::App(error)) => Err(error),
    }
}

#[derive(Deserialize)]
struct ShowQuery {
    only: Option<String>,
    #[serde(default)]
    after: String,
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
    let mut rows = service::report(&app.db, actor.organisation, id, errors_only, &query.after, ROWS + 1).await?;
    let more = rows.len() as i64 > ROWS;
    rows.truncate(ROWS as usize);
    let sums = service::sums(&app.db, actor.organisation, id).await?;
    let next = rows.last().filter(|_| more).map(|last| {
        let after: String = url::form_urlencoded::byte_serialize(last.psc_deal_id.as_bytes()).collect();
        format!("/migration/deals/runs/{id}?{}after={after}", if errors_only { "only=errors&" } else { "" })
    });
    render(&RunPage::new(&ctx, &run, &rows, &sums, errors_only, next, app.clock.now()))
}

/// The fragment that renews itself; when the run is over, the page is loaded anew with its report.
async fn progress(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<RunId>) -> PageResult {
    let run = service::find(&app.db, actor.organisation, id).await?;
    let mut response = render(&ProgressFragment::new(&ctx, &run, app.clock.now()))?;
    if !run.state.is_live() {
        response.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn report_csv(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<RunId>) -> PageResult {
    let run = service::find(&app.db, actor.organisation, id).await?;
    Ok(report::csv(app.db.clone(), ctx.l, run))
}

async fn report_xlsx(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<RunId>) -> PageResult {
    let run = service::find(&app.db, actor.organisation, id).await?;
    Ok(report::xlsx(&app.db, ctx.l, &run).await?.into_response())
}

async fn cancel(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<RunId>) -> PageResult {
    service::find(&app.db, actor.organisation, id).await?;
    let stopped = service::cancel(&app.db, &app.clock, actor.organisation, id, ctx.origin()).await?;
    let flash = if stopped { "flash-migration-cancelled" } else { "flash-migration-over" };
    Ok(Flash::new(flash).at(&format!("/migration/deals/runs/{id}")))
}
