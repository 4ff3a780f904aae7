//! Filling in what is missing: on a sheet, and by a file.

use axum::{
    extract::{Form, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::stream;
use tracing::Instrument;

use super::{accounts_of, by, desk, words};
use crate::{
    app::App,
    auth::Actor,
    error::AppError,
    ids::UploadId,
    psc::{
        portal::{
            forms::{self, Pairs, SheetQuery, SheetRow},
            service::{self, Desk, EditError, Edited, SHEET, UploadError},
            views::{CleanUpPage, Sheet, UploadPage, problems_of},
        },
        refusal_words,
    },
    referrals::missing::Detail,
    web::{Ctx, Flash, PageResult, download, render, see_other, upload::Upload},
};

fn detail_of(code: &str) -> Detail {
    Detail::from_code(code).unwrap_or(Detail::Customer)
}

async fn page(
    app: &App,
    ctx: &Ctx,
    actor: &Actor,
    desk: &Desk,
    query: &SheetQuery,
    upload_problem: Option<String>,
) -> Result<CleanUpPage, AppError> {
    let detail = detail_of(&query.detail);
    let accounts = accounts_of(app, actor, desk).await?;
    let deals = service::incomplete(&app.db, actor, desk, detail, &query.after.replace('\0', "")).await?;
    let sheet = Sheet { detail, deals: &deals, more: deals.len() > SHEET, refused: &[] };
    Ok(CleanUpPage::new(ctx, actor, desk, &accounts, &sheet, upload_problem, app.settings.upload_limit_mb))
}

pub async fn show(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<SheetQuery>) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    render(&page(&app, &ctx, &actor, &desk, &query, None).await?)
}

/// Saves row by row: one that is refused stops no other, and stays on the sheet with what was typed.
pub async fn save(State(app): State<App>, ctx: Ctx, actor: Actor, Form(form): Form<Pairs>) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let detail = detail_of(forms::value(&form, "detail"));
    let (mut changed, mut refused) = (0, Vec::<(SheetRow, String)>::new());
    for row in forms::sheet(&form, detail, SHEET) {
        let cells = row.cells();
        if cells.is_empty() || row.id.contains('\0') {
            continue;
        }
        match service::complete(&by(&app, &ctx, &actor), &desk, &row.id, row.seen, &cells).await {
            Ok(Edited::Changed) => changed += 1,
            Ok(Edited::Same) => {}
            Err(EditError::App(AppError::NotFound)) => refused.push((row, ctx.l.t("psc-upload-not-here"))),
            Err(EditError::App(error)) => return Err(error),
            Err(EditError::Flaws(flaws)) => {
                let words: Vec<String> = problems_of(ctx.l, &flaws).into_iter().map(|problem| problem.words).collect();
                refused.push((row, words.join(" ")));
            }
            Err(error) => {
                let why = words(&ctx, &error).unwrap_or_default();
                refused.push((row, why));
            }
        }
    }
    if refused.is_empty() {
        let flash =
            if changed == 0 { Flash::new("flash-nothing-changed") } else { Flash::counting("flash-psc-completed", changed) };
        return Ok(flash.at(&format!("/psc/clean-up?detail={}", detail.code())));
    }
    let ids: Vec<String> = refused.iter().map(|(row, _)| row.id.clone()).collect();
    let deals = service::these(&app.db, &actor, &desk, &ids).await?;
    let accounts = accounts_of(&app, &actor, &desk).await?;
    let sheet = Sheet { detail, deals: &deals, more: false, refused: &refused };
    let page = CleanUpPage::new(&ctx, &actor, &desk, &accounts, &sheet, None, app.settings.upload_limit_mb);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
}

/// Takes the file to disk first, then in.
pub async fn upload(State(app): State<App>, ctx: Ctx, actor: Actor, upload: Upload) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let folder = tempfile::tempdir()?;
    if !upload.save(folder.path(), &["details"]).await?.is_empty() {
        return refused_file(&app, &ctx, &actor, &desk, ctx.l.t("psc-upload-needed")).await;
    }
    let file = tokio::fs::File::open(folder.path().join("details.csv")).await?.into_std().await;
    // On a task of its own: somebody who goes away in the middle leaves no half file.
    let taking = {
        let (app, ctx, actor, desk) = (app.clone(), ctx.clone(), actor.clone(), desk.clone());
        async move {
            let taken = service::take_details(&by(&app, &ctx, &actor), &desk, file).await;
            drop(folder);
            taken
        }
    };
    match tokio::spawn(taking.in_current_span())
        .await
        .map_err(|e| AppError::Internal(e.to_string()))?
    {
        Ok(upload) => Ok(see_other(&format!("/psc/clean-up/uploads/{upload}"))),
        Err(UploadError::File(refusal)) => refused_file(&app, &ctx, &actor, &desk, refusal_words(&ctx.l, &refusal)).await,
        Err(UploadError::Edit(EditError::App(error))) => Err(error),
        Err(UploadError::Edit(error)) => {
            let why = words(&ctx, &error).unwrap_or_default();
            refused_file(&app, &ctx, &actor, &desk, why).await
        }
    }
}

async fn refused_file(app: &App, ctx: &Ctx, actor: &Actor, desk: &Desk, why: String) -> Result<Response, AppError> {
    let page = page(app, ctx, actor, desk, &SheetQuery::default(), Some(why)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
}

pub async fn uploaded(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<UploadId>) -> PageResult {
    let upload = service::upload(&app.db, &actor, id).await?;
    render(&UploadPage::new(&ctx, id, &upload))
}

pub async fn problems_csv(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<UploadId>) -> PageResult {
    let upload = service::upload(&app.db, &actor, id).await?;
    let mut bytes = Vec::new();
    for row in UploadPage::table(ctx.l, &upload) {
        bytes.extend(download::csv_row(row)?);
    }
    Ok(download::csv(&format!("psc-upload-{id}-problems.csv"), stream::once(async { Ok(bytes) })))
}
