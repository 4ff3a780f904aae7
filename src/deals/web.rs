//! Co-sell opportunities: list, deal, favourites.

use axum::extract::{Form, Path, Query, State};

use super::{
    forms::{self, FavouriteForm, ListQuery},
    policy,
    views::{self, DealPage, DealView, ListPage, ListView},
};
use crate::{
    app::App,
    auth::Actor,
    migration::deals::service as migration,
    referrals::service,
    web::{
        Ctx, Page, PageResult, Route, Who, render,
        routes::{get, post},
        see_other,
    },
};

pub fn routes() -> Vec<Route> {
    let who = Who::May(&policy::SEE_DEALS);
    vec![
        get("/deals", who, list).nav("nav-referrals", "nav-co-sell"),
        get("/deals/{id}", who, show),
        post("/deals/{id}/favourite", who, set_favourite),
    ]
}

/// The list, and beside it the deal that is asked for, or else the first.
async fn list(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<ListQuery>) -> PageResult {
    let looking = query.parse();
    let scope = actor.scope();
    let asked = query.deal()?;
    let listing = service::list(&app.db, &scope, &looking.filter).await?;
    let now = app.clock.now();
    let opened = match asked.or_else(|| listing.lines.first().map(|line| line.referral_id)) {
        Some(id) => Some(service::open(&app.db, &scope, id).await?),
        None => None,
    };
    let (banner, mut actions) = if policy::may_migrate(&actor) {
        let notice = migration::notice(&app.db, actor.organisation).await?;
        let link = (ctx.l.t("deals-migration"), "/migration/deals".to_owned());
        (notice.map(|notice| views::banner(ctx.l, &notice, now)), vec![link])
    } else {
        (None, Vec::new())
    };
    if policy::may_migrate_users(&actor) {
        actions.insert(0, (ctx.l.t("users-title"), "/migration/users".to_owned()));
    }
    render(&ListPage {
        view: ListView::new(ctx.l, &actor, &looking, &listing, opened.as_ref().map(|o| o.deal.referral_id), now),
        detail: opened.map(|opened| DealView::new(ctx.l, opened, &ctx.address, now)),
        chosen: asked.is_some(),
        back: looking.address(),
        banner,
        actions,
        page: Page::new(&ctx, &ctx.l.t("deals-title")),
    })
}

/// A deal alone.
async fn show(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let opened = service::open(&app.db, &actor.scope(), forms::referral(&id)?).await?;
    let page = Page::new(&ctx, &opened.deal.name);
    let back = format!("/deals?tab={}", opened.deal.direction.code());
    let detail = DealView::new(ctx.l, opened, &ctx.address, app.clock.now());
    render(&DealPage { page, back, detail })
}

async fn set_favourite(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<FavouriteForm>,
) -> PageResult {
    let id = forms::referral(&id)?;
    service::set_favourite(&app.db, &actor.scope(), id, form.on()?).await?;
    Ok(see_other(&form.next(id)))
}
