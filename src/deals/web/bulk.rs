//! Bulk changes: choose, see what would happen, begin, watch.

use axum::{
    extract::{Path, Query, RawForm, RawQuery, State},
    http::HeaderValue,
};
use serde::Deserialize;

use crate::{
    app::App,
    auth::Actor,
    deals::{
        bulk::service,
        forms::bulk::BulkForm,
        views::{ChoosePage, PreviewPage, ProgressFragment, RunPage},
    },
    error::AppError,
    ids::BulkId,
    referrals::{filter::Kind, rules::Flaw},
    web::{Ctx, Flash, PageResult, fields::refused, render, see_other},
};

/// What is to be done; once that is said, what would happen.
pub async fn prepare(State(app): State<App>, ctx: Ctx, actor: Actor, RawQuery(query): RawQuery) -> PageResult {
    let form = BulkForm::read(&query.unwrap_or_default());
    if form.is_empty() || form.change.is_empty() {
        return render(&ChoosePage::new(&ctx, &form, &[]));
    }
    match form.parse() {
        Ok(change) => {
            let now = app.clock.now();
            let preview = service::preview(&app.db, &actor, Kind::Deal, &form.selection(), &change, now).await?;
            render(&PreviewPage::new(&ctx, &form, &change, &preview))
        }
        Err(flaws) => refused(422, &ChoosePage::new(&ctx, &form, &flaws)),
    }
}

pub async fn start(State(app): State<App>, ctx: Ctx, actor: Actor, RawForm(body): RawForm) -> PageResult {
    let form = BulkForm::read(&String::from_utf8_lossy(&body));
    if form.is_empty() {
        return refused(422, &ChoosePage::new(&ctx, &form, &[Flaw::new("", "bulk-flaw-none")]));
    }
    match form.parse() {
        Ok(change) => {
            let id = service::start(&app.by(&actor), &app.queue, Kind::Deal, form.selection(), change).await?;
            Ok(see_other(&format!("/deals/bulk/{id}")))
        }
        Err(flaws) => refused(422, &ChoosePage::new(&ctx, &form, &flaws)),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RunQuery {
    only: String,
    after: String,
}

pub async fn show(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Query(query): Query<RunQuery>,
) -> PageResult {
    let run = service::find(&app.db, actor.user, bulk(&id)?).await?;
    let outcomes = service::outcomes(&app.db, &run, query.only == "refused", query.after.parse().ok()).await?;
    render(&RunPage::new(&ctx, &run, &outcomes, app.clock.now()))
}

/// The fragment that renews itself; when the run is over, the page is loaded anew with what came of it.
pub async fn progress(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let run = service::find(&app.db, actor.user, bulk(&id)?).await?;
    let mut response = render(&ProgressFragment::new(&ctx, &run, app.clock.now()))?;
    if !run.state.is_live() {
        response.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    }
    Ok(response)
}

pub async fn cancel(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> PageResult {
    let id = bulk(&id)?;
    let stopped = service::cancel(&app.db, actor.user, id, app.clock.now()).await?;
    let flash = if stopped { "flash-bulk-cancelled" } else { "flash-bulk-over" };
    Ok(Flash::new(flash).at(&format!("/deals/bulk/{id}")))
}

fn bulk(text: &str) -> Result<BulkId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}
