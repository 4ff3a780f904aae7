//! One deal.

use axum::extract::{Form, Path, State};

use super::DealId;
use crate::{
    app::App,
    auth::Actor,
    db::Held,
    deals::{
        forms::{self, FavouriteForm},
        views::{DealPage, DealView},
    },
    error::AppError,
    ids::ReferralId,
    referrals::{
        kind::DealType,
        service::{self, Opened},
        status::Status,
    },
    web::{Ctx, Page, PageResult, Reading, render, see_other},
};

/// A deal alone.
pub async fn show(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Reading(mut held): Reading,
) -> PageResult {
    let opened = open(&app, &ctx, &actor, &mut held, forms::referral(&id)?).await?;
    let page = Page::new(&ctx, &opened.deal.name);
    let back = format!("/deals?tab={}", opened.deal.direction.code());
    let detail = DealView::new(ctx.l, opened, &ctx.address, app.clock.now());
    render(&DealPage { page, back, detail })
}

/// Opens a deal. One that waits for an answer is thereby received, which its sender may know; that this cannot be noted now is no
/// reason not to show it.
///
/// # Errors
/// [`AppError::NotFound`] for what is not there, is not theirs, or is a lead, which has pages of its own.
pub async fn open(app: &App, ctx: &Ctx, actor: &Actor, held: &mut Held, id: ReferralId) -> Result<Opened, AppError> {
    let scope = actor.scope();
    let opened = service::open(held.get().await?, &scope, id).await?;
    if opened.deal.deal_type == DealType::Lead {
        return Err(AppError::NotFound);
    }
    if !ctx.looks || opened.deal.status != Status::Pending {
        return Ok(opened);
    }
    held.released();
    match service::mark_received(&app.by(actor), id).await {
        Ok(()) => service::open(held.get().await?, &scope, id).await,
        Err(error) => {
            tracing::debug!(%error, "not noted as received");
            Ok(opened)
        }
    }
}

pub async fn set_favourite(
    State(app): State<App>,
    actor: Actor,
    DealId(id): DealId,
    Form(form): Form<FavouriteForm>,
) -> PageResult {
    service::set_favourite(&app.db, &actor.scope(), id, form.on()?).await?;
    Ok(see_other(&form.next(id)))
}
