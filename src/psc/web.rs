//! The pages that take in a PSC export.

use axum::{
    extract::{Path, State},
    response::IntoResponse,
};
use futures_util::stream;
use tracing::Instrument;

use super::{
    import::{Export, ImportError, service},
    policy::IMPORT,
    views::{ImportPage, ImportsPage},
};
use crate::{
    app::App,
    auth::Actor,
    error::AppError,
    ids::ImportId,
    web::{
        Ctx, Flash, PageResult, Route, Who, download, render,
        routes::{get, post},
        see_other,
        upload::Upload,
    },
};

const MAY: Who = Who::May(&IMPORT);
/// Problems shown on the page; the CSV has them all.
const SHOWN: i64 = 100;
/// Problems read at once for the CSV.
const PAGE: i64 = 2000;

pub fn routes() -> Vec<Route> {
    vec![
        get("/psc/imports", MAY, list).nav("nav-moving", "nav-psc-import"),
        post("/psc/imports", MAY, take).unlimited(),
        get("/psc/imports/{id}", MAY, show),
        get("/psc/imports/{id}/problems.csv", MAY, problems_csv),
    ]
}

async fn list(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let imports = service::list(&app.db, actor.organisation).await?;
    render(&ImportsPage::new(&ctx, &imports, None, app.settings.upload_limit_mb, app.clock.now()))
}

/// Takes the three files to disk first, then in.
async fn take(State(app): State<App>, ctx: Ctx, actor: Actor, upload: Upload) -> PageResult {
    let folder = tempfile::tempdir()?;
    let missing = upload.save(folder.path(), &["accounts", "users", "deals"]).await?;
    if !missing.is_empty() {
        let imports = service::list(&app.db, actor.organisation).await?;
        let page = ImportsPage::new(&ctx, &imports, Some(&missing), app.settings.upload_limit_mb, app.clock.now());
        return Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response());
    }
    let export = Export::in_folder(folder.path());
    // On a task of its own: somebody who goes away in the middle leaves no half import.
    let (db, clock) = (app.db.clone(), app.clock.clone());
    let taking = async move {
        let taken = service::take_in(&db, &clock, actor.organisation, Some(actor.user), export).await;
        drop(folder);
        taken
    };
    match tokio::spawn(taking.in_current_span())
        .await
        .map_err(|e| AppError::Internal(e.to_string()))?
    {
        Ok(import) => Ok(see_other(&format!("/psc/imports/{import}"))),
        Err(ImportError::Live) => Ok(Flash::new("flash-import-live").at("/psc/imports")),
        Err(ImportError::RunLive) => Ok(Flash::new("flash-import-run-live").at("/psc/imports")),
        Err(ImportError::Open { error, .. } | ImportError::Io(error)) => Err(error.into()),
        Err(ImportError::Database(error)) => Err(error.into()),
    }
}

async fn show(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<ImportId>) -> PageResult {
    let import = service::find(&app.db, actor.organisation, id)
        .await?
        .ok_or(AppError::NotFound)?;
    let mut problems = service::problems(&app.db, actor.organisation, id, true, 0, SHOWN).await?;
    problems.extend(service::problems(&app.db, actor.organisation, id, false, 0, SHOWN - problems.len() as i64).await?);
    render(&ImportPage::new(&ctx, &import, &problems, app.clock.now()))
}

async fn problems_csv(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<ImportId>) -> PageResult {
    service::find(&app.db, actor.organisation, id)
        .await?
        .ok_or(AppError::NotFound)?;
    let (pool, organisation, l) = (app.db.clone(), actor.organisation, ctx.l);
    // Rejected rows first, then the warnings.
    let rows = stream::try_unfold(Some((true, 0)), move |position| {
        let pool = pool.clone();
        async move {
            let Some((rejected, after)) = position else { return Ok(None) };
            let page = service::problems(&pool, organisation, id, rejected, after, PAGE).await?;
            let mut bytes =
                if rejected && after == 0 { download::csv_row(super::views::problem_headings(&l))? } else { Vec::new() };
            for problem in &page {
                bytes.extend(download::csv_row(super::views::problem_cells(&l, problem))?);
            }
            let more = page
                .last()
                .filter(|_| page.len() as i64 == PAGE)
                .map(|last| (rejected, last.id));
            Ok(Some((bytes, more.or(rejected.then_some((false, 0))))))
        }
    });
    Ok(download::csv(&format!("psc-import-{id}-problems.csv"), rows))
}
