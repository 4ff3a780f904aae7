//! The list, with the deal that is asked for beside it; the keys; and the values to filter by.

use axum::extract::{RawQuery, State};
use sqlx::{PgConnection, PgExecutor};

use crate::{
    accounts::service::Location,
    app::App,
    auth::Actor,
    catalogue::service::{self as catalogue, Readiness},
    db::{self, Asked},
    deals::{
        forms::list::Looking,
        policy,
        saved::service::SavedView,
        views::{self, DealView, FilterPage, FilterPanel, FilterView, KeysPage, ListPage, ListView, NewDealButton, ValuesPage},
    },
    migration::deals::service::{self as migration, Latest},
    referrals::{filter::Kind, service},
    web::{Ctx, Page, PageResult, Reading, render, see_other},
};

/// The list, and beside it the deal that is asked for, or else the first.
pub async fn list(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    RawQuery(query): RawQuery,
    Reading(mut held): Reading,
) -> PageResult {
    let query = query.unwrap_or_default();
    let (mut saved, readiness, latest) = parts(held.get().await?, &actor).await?;
    saved.retain(|view| view.kind == Kind::Deal);
    let own = saved.iter().find(|view| view.is_default && query.is_empty());
    let looking = Looking::read(Kind::Deal, own.map_or(query.as_str(), |view| &view.query));
    if is_untidy(&query) && looking.flaws.is_empty() {
        // A form sends its empty fields too; addresses are to be kept and sent around without them.
        return Ok(see_other(&looking.at(looking.filter.place, looking.opened()?)));
    }
    let (scope, now) = (actor.scope(), app.clock.now());
    let asked = looking.opened()?;
    let notice = match latest {
        Some(latest) => migration::notice_of(&mut held, actor.organisation, latest).await?,
        None => None,
    };
    let chosen = match asked {
        Some(id) => Some(super::show::open(&app, &ctx, &actor, &mut held, id).await?),
        None => None,
    };
    let db = held.get().await?;
    let listing = service::list_on(&mut *db, &scope, &looking.filter, now).await?;
    let opened = match listing.lines.first() {
        Some(first) if chosen.is_none() => Some(service::open(&mut *db, &scope, first.referral_id).await?),
        _ => chosen,
    };
    let beside = match &opened {
        Some(opened) => service::neighbours(&mut *db, &scope, &looking.filter, &listing.lines, &opened.deal, now).await?,
        None => (None, None),
    };
    let flawed = !looking.flaws.is_empty();
    let locations =
        if flawed || !looking.filter.wanted.locations.is_empty() { reachable(&mut *db, &actor).await? } else { Vec::new() };
    drop(held);
    let actions = [
        (policy::may_migrate_users(&actor), "users-title", "/migration/users"),
        (policy::may_migrate(&actor), "deals-migration", "/migration/deals"),
    ];
    render(&ListPage {
        new_deal: NewDealButton::new(readiness),
        view: ListView::new(ctx.l, &actor, &looking, &listing, opened.as_ref().map(|o| o.deal.referral_id), beside, now),
        filter: FilterView::new(ctx.l, &looking, &locations),
        panel: flawed.then(|| FilterPanel::new(ctx.l, &looking, &locations, scope.all.is_whole())),
        saved: views::saved_links(&saved, &looking),
        detail: opened.map(|opened| DealView::new(ctx.l, opened, &ctx.address, now)),
        chosen: asked.is_some(),
        back: looking.address(),
        query: looking.query(),
        banner: notice.map(|notice| views::banner(ctx.l, &notice, now)),
        actions: actions
            .into_iter()
            .filter(|(may, ..)| *may)
            .map(|(_, key, path)| (ctx.l.t(key), path.to_owned()))
            .collect(),
        page: Page::new(&ctx, &ctx.l.t("deals-title")),
    })
}

/// What the page shows beside its deals, in one statement; of the migration only to those who may start one.
async fn parts(db: &mut PgConnection, actor: &Actor) -> sqlx::Result<(Vec<SavedView>, Readiness, Option<Latest>)> {
    let asked = Asked { organisation: Some(actor.organisation), person: Some(actor.user) };
    if policy::may_migrate(actor) {
        let (saved, readiness, latest) = db::parts(db, asked).await?;
        return Ok((saved, readiness, Some(latest)));
    }
    let (saved, readiness) = db::parts(db, asked).await?;
    Ok((saved, readiness, None))
}

/// The locations whose deals somebody may see.
async fn reachable(db: impl PgExecutor<'_>, actor: &Actor) -> sqlx::Result<Vec<Location>> {
    let mut locations: Vec<Location> = db::part(db, actor.organisation).await?;
    let scope = actor.scope();
    locations.retain(|location| policy::may_reach(&scope, location.id));
    Ok(locations)
}

/// The fields to filter the list of an address by: a page of its own, as the list does without them until somebody wants them.
pub async fn filter(State(app): State<App>, ctx: Ctx, actor: Actor, RawQuery(query): RawQuery) -> PageResult {
    let looking = Looking::read(Kind::Deal, &query.unwrap_or_default());
    let locations = reachable(&app.db, &actor).await?;
    render(&FilterPage::new(&ctx, &looking, &locations, actor.scope().all.is_whole()))
}

/// Has fields that say nothing.
fn is_untidy(query: &str) -> bool {
    query.split('&').any(|pair| pair.ends_with('='))
}

/// What the keyboard does.
pub async fn keys(ctx: Ctx) -> PageResult {
    render(&KeysPage::new(&ctx))
}

/// Countries, solutions, people and currencies of the newest deals in scope, as links to what has them; for fields of the filter
/// that are typed into, as what they offer.
pub async fn values(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let values = service::values(&app.db, &actor.scope(), Kind::Deal, app.clock.now()).await?;
    let solutions = catalogue::solutions_by_id(&app.db, &values.solutions).await?;
    render(&ValuesPage::new(&ctx, &values, &solutions))
}
