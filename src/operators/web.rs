//! The operators' pages.

use axum::{
    extract::{Form, Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{
    forms::{DatesForm, PartnerForm, Problem},
    policy::OPERATE,
    service::{self, CreateError},
    views::{CreatedPage, DatesPage, JobsPage, NewPartnerPage, PartnersPage, RunsPage},
};
use crate::{
    app::App,
    error::AppError,
    ids::{OrganisationId, RunId},
    migration::{deals::service as migration, users::service as users},
    web::{
        Ctx, Flash, PageResult, Route, Who, render,
        routes::{get, post},
    },
};

const MAY: Who = Who::May(&OPERATE);

pub fn routes() -> Vec<Route> {
    vec![
        get("/operations/organisations", MAY, partners).nav("nav-operations", "nav-organisations"),
        get("/operations/organisations/new", MAY, new_partner),
        post("/operations/organisations", MAY, create_partner),
        get("/operations/organisations/{id}/dates", MAY, dates),
        post("/operations/organisations/{id}/dates", MAY, set_dates),
        get("/operations/runs", MAY, runs).nav("nav-operations", "nav-runs"),
        post("/operations/runs/{id}/cancellation", MAY, cancel),
        post("/operations/runs/{id}/resumption", MAY, resume),
        get("/operations/jobs", MAY, jobs).nav("nav-operations", "nav-jobs"),
        post("/operations/jobs/{id}/retry", MAY, retry),
    ]
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct PartnersQuery {
    q: String,
    after: String,
    id: String,
}

async fn partners(State(app): State<App>, ctx: Ctx, Query(query): Query<PartnersQuery>) -> PageResult {
    let after = query.id.parse().ok().map(|id| (query.after.as_str(), id));
    let mut found = service::partners(&app.db, &query.q, after).await?;
    let more = found.len() > service::PAGE;
    found.truncate(service::PAGE);
    render(&PartnersPage::new(&ctx, &query.q, &found, more, app.clock.now()))
}

async fn new_partner(ctx: Ctx) -> PageResult {
    render(&NewPartnerPage::new(&ctx, PartnerForm::default(), &[]))
}

/// Answers with the one-time password, which no address and no cookie should carry: loading the page again asks for the form anew.
async fn create_partner(State(app): State<App>, ctx: Ctx, Form(form): Form<PartnerForm>) -> PageResult {
    let problems: Vec<Problem> = match form.parse() {
        Ok(new) => match service::create_partner(&app.db, &app.clock, &app.settings, &new, ctx.origin()).await {
            Ok(created) => return render(&CreatedPage::new(&ctx, &new.legal_name, &created)),
            Err(CreateError::Taken(field, key)) => vec![(field, key)],
            Err(CreateError::App(error)) => return Err(error),
        },
        Err(problems) => problems,
    };
    Ok(unprocessable(render(&NewPartnerPage::new(&ctx, form, &problems))?))
}

async fn dates(State(app): State<App>, ctx: Ctx, Path(id): Path<OrganisationId>) -> PageResult {
    let partner = service::partner(&app.db, id).await?.ok_or(AppError::NotFound)?;
    let form = match (partner.eligible_from, partner.read_only_from, partner.closed_from) {
        (Some(eligible), Some(read_only), Some(closed)) => DatesForm::of(eligible, read_only, closed),
        _ => DatesForm::default(),
    };
    render(&DatesPage::new(&ctx, &partner, form, &[]))
}

async fn set_dates(State(app): State<App>, ctx: Ctx, Path(id): Path<OrganisationId>, Form(form): Form<DatesForm>) -> PageResult {
    let partner = service::partner(&app.db, id).await?.ok_or(AppError::NotFound)?;
    match form.parse() {
        Ok(dates) => {
            service::set_dates(&app.db, &app.clock, ctx.origin(), id, dates).await?;
            Ok(Flash::new("flash-dates-set").at("/operations/organisations"))
        }
        Err(problems) => Ok(unprocessable(render(&DatesPage::new(&ctx, &partner, form, &problems))?)),
    }
}

async fn runs(State(app): State<App>, ctx: Ctx) -> PageResult {
    let runs = service::runs(&app.db).await?;
    render(&RunsPage::new(&ctx, &runs, app.clock.now()))
}

async fn cancel(State(app): State<App>, ctx: Ctx, Path(id): Path<RunId>) -> PageResult {
    let (organisation, people) = find(&app, id).await?;
    let stopped = if people {
        users::cancel(&app.db, &app.clock, organisation, id, ctx.origin()).await?
    } else {
        migration::cancel(&app.db, &app.clock, organisation, id, ctx.origin()).await?
    };
    Ok(Flash::new(if stopped { "flash-migration-cancelled" } else { "flash-migration-over" }).at("/operations/runs"))
}

async fn resume(State(app): State<App>, ctx: Ctx, Path(id): Path<RunId>) -> PageResult {
    let (organisation, people) = find(&app, id).await?;
    let resumed = if people {
        users::resume(&app.db, &app.queue, &app.clock, organisation, id, ctx.origin()).await?
    } else {
        migration::resume(&app.db, &app.queue, &app.clock, organisation, id, ctx.origin()).await?
    };
    Ok(Flash::new(if resumed { "flash-run-resumed" } else { "flash-run-not-resumed" }).at("/operations/runs"))
}

/// Whose run it is, and whether it is of people.
async fn find(app: &App, id: RunId) -> Result<(OrganisationId, bool), AppError> {
    let runs = service::runs(&app.db).await?;
    runs.into_iter()
        .find(|run| run.id == id)
        .map(|run| (run.organisation, run.people))
        .ok_or(AppError::NotFound)
}

async fn jobs(State(app): State<App>, ctx: Ctx) -> PageResult {
    let counts = service::job_counts(&app.db).await?;
    let failed = service::failed_jobs(&app.db).await?;
    render(&JobsPage::new(&ctx, &counts, &failed, app.clock.now()))
}

async fn retry(State(app): State<App>, Path(id): Path<i64>) -> PageResult {
    match app.queue.jobs().retry(id).await {
        Ok(_) => Ok(Flash::new("flash-job-retried").at("/operations/jobs")),
        Err(riverqueue::Error::NotFound(_)) => Err(AppError::NotFound),
        Err(error) => Err(error.into()),
    }
}

fn unprocessable(mut page: Response) -> Response {
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    page
}
