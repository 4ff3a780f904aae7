//! The list of deals.

use axum::extract::{Query, State};

use crate::{
    app::App,
    auth::Actor,
    catalogue::service as catalogue,
    deals::{
        forms::ListQuery,
        policy,
        views::{self, DealView, ListPage, ListView, NewDealButton},
    },
    migration::deals::service as migration,
    referrals::service,
    web::{Ctx, Page, PageResult, render},
};

/// The list, and beside it the deal that is asked for, or else the first.
pub async fn list(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<ListQuery>) -> PageResult {
    let looking = query.parse();
    let scope = actor.scope();
    let asked = query.deal()?;
    let listing = service::list(&app.db, &scope, &looking.filter).await?;
    let now = app.clock.now();
    let opened = match asked.or_else(|| listing.lines.first().map(|line| line.referral_id)) {
        Some(id) if asked.is_some() => Some(super::show::open(&app, &actor, id).await?),
        Some(id) => Some(service::open(&app.db, &scope, id).await?),
        None => None,
    };
    let (banner, actions) = if policy::may_migrate(&actor) {
        let notice = migration::notice(&app.db, actor.organisation).await?;
        let link = (ctx.l.t("deals-migration"), "/migration/deals".to_owned());
        (notice.map(|notice| views::banner(ctx.l, &notice, now)), vec![link])
    } else {
        (None, Vec::new())
    };
    let new_deal = NewDealButton::new(catalogue::readiness(&app.db, actor.organisation).await?);
    render(&ListPage {
        new_deal,
        view: ListView::new(ctx.l, &actor, &looking, &listing, opened.as_ref().map(|o| o.deal.referral_id), now),
        detail: opened.map(|opened| DealView::new(ctx.l, opened, &ctx.address, now)),
        chosen: asked.is_some(),
        back: looking.address(),
        banner,
        actions,
        page: Page::new(&ctx, &ctx.l.t("deals-title")),
    })
}
