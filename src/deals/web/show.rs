//! One deal.

use axum::extract::{Form, State};

use super::DealId;
use crate::{
    app::App,
    auth::Actor,
    deals::{
        forms::FavouriteForm,
        views::{DealPage, DealView},
    },
    error::AppError,
    ids::ReferralId,
    referrals::{
        service::{self, Opened},
        status::Status,
    },
    web::{Ctx, Page, PageResult, render, see_other},
};

/// A deal alone.
pub async fn show(State(app): State<App>, ctx: Ctx, actor: Actor, DealId(id): DealId) -> PageResult {
    let opened = open(&app, &actor, id).await?;
    let page = Page::new(&ctx, &opened.deal.name);
    let back = format!("/deals?tab={}", opened.deal.direction.code());
    let detail = DealView::new(ctx.l, opened, &ctx.address, app.clock.now());
    render(&DealPage { page, back, detail })
}

/// Opens a deal. One that waits for an answer is thereby received, which its sender may know; that this cannot be noted now is no
/// reason not to show it.
pub async fn open(app: &App, actor: &Actor, id: ReferralId) -> Result<Opened, AppError> {
    let scope = actor.scope();
    let opened = service::open(&app.db, &scope, id).await?;
    if opened.deal.status != Status::Pending {
        return Ok(opened);
    }
    match service::mark_received(&app.by(actor), id).await {
        Ok(()) => service::open(&app.db, &scope, id).await,
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
