//! One deal.

use axum::extract::{Form, Path, State};

use crate::{
    app::App,
    auth::Actor,
    deals::{
        forms::{self, FavouriteForm},
        views::{DealPage, DealView},
    },
    referrals::service,
    web::{Ctx, Page, PageResult, render, see_other},
};

/// A deal alone.
pub async fn show(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let opened = service::open(&app.db, &actor.scope(), forms::referral(&id)?).await?;
    let page = Page::new(&ctx, &opened.deal.name);
    let back = format!("/deals?tab={}", opened.deal.direction.code());
    let detail = DealView::new(ctx.l, opened, &ctx.address, app.clock.now());
    render(&DealPage { page, back, detail })
}

pub async fn set_favourite(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<FavouriteForm>,
) -> PageResult {
    let id = forms::referral(&id)?;
    service::set_favourite(&app.db, &actor.scope(), id, form.on()?).await?;
    Ok(see_other(&form.next(id)))
}
