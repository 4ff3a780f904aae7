//! Lists of requests, and one request.

use axum::extract::{Path, Query, State};

use crate::{
    app::App,
    auth::Actor,
    error::AppError,
    ids::ReferralId,
    referrals::{service::ActError, words},
    sellers::{
        forms::{ListQuery, NoteForm},
        service::{self, Opened},
        views::{QueuePage, QueueView, RequestPage, RequestView},
    },
    web::{Ctx, Page, PageResult, fields, fields::Problem, render},
};

pub async fn list(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<ListQuery>) -> PageResult {
    let looking = query.parse();
    let listing = service::list(&app.db, &actor.scope(), &looking.filter).await?;
    let served = if looking.filter.tab.has_country() { service::countries(&app.db, &actor).await? } else { Vec::new() };
    let view = QueueView::new(ctx.l, &looking, &listing, &served, app.clock.now());
    render(&QueuePage { page: Page::new(&ctx, &ctx.l.t("requests-title")), view })
}

pub async fn show(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let (by, id) = (app.by(&actor), id.parse().map_err(|_| AppError::NotFound)?);
    let opened = if ctx.looks { service::open(&by, id).await? } else { service::find(&by, id).await? };
    render(&page(&app, &ctx, &actor, &opened, Vec::new(), NoteForm::default()))
}

pub async fn show_partner_led(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let id = id.parse().map_err(|_| AppError::NotFound)?;
    let opened = service::open_partner_led(&app.db, &actor, id).await?;
    render(&page(&app, &ctx, &actor, &opened, Vec::new(), NoteForm::default()))
}

/// A request by the id of an address.
pub async fn open(app: &App, actor: &Actor, id: &str) -> Result<(ReferralId, Opened), AppError> {
    let id = id.parse().map_err(|_| AppError::NotFound)?;
    Ok((id, service::find(&app.by(actor), id).await?))
}

pub fn page(app: &App, ctx: &Ctx, actor: &Actor, opened: &Opened, problems: Vec<Problem>, note: NoteForm) -> RequestPage {
    let view = RequestView::new(ctx.l, actor, opened, app.clock.now());
    RequestPage { page: Page::new(ctx, &view.name), view, problems, note: note.note, shared: !note.shared.is_empty() }
}

/// The request's own page again, with why something was not done.
pub async fn not_done(app: &App, ctx: &Ctx, actor: &Actor, id: &str, error: ActError, note: NoteForm) -> PageResult {
    let (status, problems) = words::refusal(ctx.l, error)?;
    let opened = open(app, actor, id).await?.1;
    fields::refused(status, &page(app, ctx, actor, &opened, problems, note))
}
