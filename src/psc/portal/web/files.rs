//! Bulk export. What is exported is read again as it was: texts that look like formulas are marked, and the import takes the mark off.

use axum::{extract::State, response::Response};
use futures_util::stream;

use super::desk;
use crate::{
    app::App,
    auth::Actor,
    error::AppError,
    psc::{
        import::{AccountColumn, Column, DealColumn, UserColumn, texts::DealTexts},
        policy::IMPORT,
        portal::{
            query::GridQuery,
            service::{self, Desk, Listed, PAGE},
        },
    },
    web::{Ctx, PageResult, download},
};

/// Accounts and users are for those who have everything.
fn everything(desk: &Desk) -> Result<(), AppError> {
    if desk.access.everything { Ok(()) } else { Err(AppError::Forbidden(IMPORT.refusal)) }
}

pub async fn accounts(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    everything(&desk)?;
    let mut bytes = download::csv_row(AccountColumn::NAMES.iter().copied())?;
    for account in service::account_rows(&app.db, &desk).await? {
        bytes.extend(download::csv_row(account)?);
    }
    Ok(download::csv("accounts.csv", stream::once(async { Ok(bytes) })))
}

pub async fn users(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    everything(&desk)?;
    let rows = stream::try_unfold(Some(String::new()), move |after| {
        let (db, desk) = (app.db.clone(), desk.clone());
        async move {
            let Some(after) = after else { return Ok(None) };
            let users = service::users_file_page(&db, &desk, &after).await?;
            let mut bytes = if after.is_empty() { download::csv_row(UserColumn::NAMES.iter().copied())? } else { Vec::new() };
            for user in &users {
                let role = match user.role.as_str() {
                    "admin" => "Admin",
                    "deal-manager" => "Deal manager",
                    _ => "Seller",
                };
                let cells = [&user.id, &user.first_name, &user.last_name, &user.mail, &user.account_id, &user.account_name];
                bytes.extend(download::csv_row(cells.into_iter().map(String::as_str).chain([role]))?);
            }
            Ok::<_, AppError>(Some((bytes, users.last().map(|user| user.id.clone()))))
        }
    });
    Ok(download::csv("users.csv", rows))
}

/// Every deal of theirs that has not migrated, with all columns: what an import reads again.
pub async fn deals(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let rows = stream::try_unfold(Some(String::new()), move |after| {
        let (db, desk, actor) = (app.db.clone(), desk.clone(), actor.clone());
        async move {
            let Some(after) = after else { return Ok(None) };
            let deals = service::file_page(&db, &actor, &desk, &after).await?;
            let mut bytes = if after.is_empty() { download::csv_row(DealColumn::NAMES.iter().copied())? } else { Vec::new() };
            for deal in &deals {
                bytes.extend(download::csv_row(DealTexts::from(deal).all())?);
            }
            Ok::<_, AppError>(Some((bytes, deals.last().map(|deal| deal.psc_deal_id.clone()))))
        }
    });
    Ok(download::csv("deals.csv", rows))
}

/// What the grid shows, with its filters and in its order, page by page; all columns.
pub async fn grid(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    axum_extra::extract::Form(query): axum_extra::extract::Form<GridQuery>,
) -> Result<Response, AppError> {
    let desk = desk!(&app, &ctx, &actor);
    let rows = stream::try_unfold((true, Some(query.parse())), move |(first, filter)| {
        let (db, desk, actor) = (app.db.clone(), desk.clone(), actor.clone());
        async move {
            let Some(mut filter) = filter else { return Ok(None) };
            let listed: Vec<Listed> = service::list(&db, &actor, &desk, &filter).await?;
            let ids: Vec<String> = listed.iter().take(PAGE).map(|deal| deal.psc_deal_id.clone()).collect();
            let mut bytes = if first { download::csv_row(DealColumn::NAMES.iter().copied())? } else { Vec::new() };
            for deal in service::these(&db, &actor, &desk, &ids).await? {
                bytes.extend(download::csv_row(DealTexts::from(&deal).all())?);
            }
            let next = ids.last().filter(|_| listed.len() > PAGE).map(|last| {
                filter.after.clone_from(last);
                filter
            });
            Ok::<_, AppError>(Some((bytes, (false, next))))
        }
    });
    Ok(download::csv("psc-deals.csv", rows))
}
