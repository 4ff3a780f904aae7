//! The leads' pages.

use axum::extract::{Form, Path, Query, State};

use super::{
    forms::{self, AcceptForm, EndForm, FavouriteForm, ListQuery, MemberForm, lead, lead_path},
    policy, service,
    views::{self, LeadPage, ListPage},
};
use crate::{
    app::App,
    auth::Actor,
    error::AppError,
    referrals::{
        raw::RawReason,
        service::{self as referrals, ActError},
        status::Action,
        words,
    },
    web::{
        Ctx, Flash, PageResult, Route, Who, fields, render,
        routes::{get, post},
        see_other,
    },
};

pub fn routes() -> Vec<Route> {
    let who = Who::May(&policy::SEE_LEADS);
    vec![
        get("/leads", who, list).nav("nav-referrals", "nav-leads"),
        get("/leads/{id}", who, show),
        post("/leads/{id}/favourite", who, set_favourite),
        get("/leads/{id}/acceptance", who, accept_form),
        post("/leads/{id}/acceptance", who, accept),
        get("/leads/{id}/decline", who, decline_form),
        post("/leads/{id}/decline", who, decline),
        get("/leads/{id}/win", who, win_form),
        post("/leads/{id}/win", who, win),
        get("/leads/{id}/lose", who, lose_form),
        post("/leads/{id}/lose", who, lose),
        post("/leads/{id}/team", who, add_member),
    ]
}

async fn list(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<ListQuery>) -> PageResult {
    let looking = query.parse();
    let listing = service::list(&app.db, &actor.scope(), &looking.filter).await?;
    render(&ListPage::new(&ctx, &looking, &listing, app.clock.now()))
}

async fn show(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let (by, id) = (app.by(&actor), lead(&id)?);
    let (opened, inquiry) = if ctx.looks { service::open(&by, id).await? } else { service::find(&by, id).await? };
    render(&LeadPage::new(&ctx, (&opened, &inquiry), &MemberForm::default(), Vec::new(), app.clock.now()))
}

async fn set_favourite(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<FavouriteForm>,
) -> PageResult {
    let id = lead(&id)?;
    referrals::set_favourite(&app.db, &actor.scope(), id, form.on()?).await?;
    Ok(see_other(&lead_path(id)))
}

async fn accept_form(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let (opened, _) = service::find(&app.by(&actor), lead(&id)?).await?;
    let deal = &opened.deal;
    if deal.status.step(Action::Accept).is_none() {
        return Ok(see_other(&lead_path(deal.referral_id)));
    }
    render(&views::accept(&ctx, deal, &views::details(deal), Vec::new()))
}

async fn accept(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<AcceptForm>,
) -> PageResult {
    let (id, seen, by) = (lead(&id)?, forms::seen(&form.seen)?, app.by(&actor));
    // A deal is accepted on its own page, where more is asked for.
    service::find(&by, id).await?;
    let done = match form.details.parse() {
        Ok(details) => referrals::accept(&by, id, seen, details).await,
        Err(flaws) => Err(ActError::Invalid(flaws)),
    };
    match done {
        Ok(()) => Ok(Flash::new("flash-lead-accepted").at(&lead_path(id))),
        Err(error) => {
            let (status, problems) = words::refusal(ctx.l, error)?;
            let (opened, _) = service::find(&by, id).await?;
            fields::refused(status, &views::accept(&ctx, &opened.deal, &form.details, problems))
        }
    }
}

async fn decline_form(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>) -> PageResult {
    end_form(state, ctx, actor, id, Action::Decline).await
}

async fn win_form(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>) -> PageResult {
    end_form(state, ctx, actor, id, Action::Win).await
}

async fn lose_form(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>) -> PageResult {
    end_form(state, ctx, actor, id, Action::Lose).await
}

async fn end_form(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>, action: Action) -> PageResult {
    let (opened, _) = service::find(&app.by(&actor), lead(&id)?).await?;
    if opened.deal.status.step(action).is_none() {
        return Ok(see_other(&lead_path(opened.deal.referral_id)));
    }
    render(&views::end(&ctx, &opened.deal, action, &RawReason::default(), Vec::new()))
}

async fn decline(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>, form: Form<EndForm>) -> PageResult {
    end(state, ctx, actor, id, form, Action::Decline).await
}

async fn win(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>, form: Form<EndForm>) -> PageResult {
    end(state, ctx, actor, id, form, Action::Win).await
}

async fn lose(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>, form: Form<EndForm>) -> PageResult {
    end(state, ctx, actor, id, form, Action::Lose).await
}

async fn end(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<EndForm>,
    action: Action,
) -> PageResult {
    let (id, seen, by) = (lead(&id)?, forms::seen(&form.seen)?, app.by(&actor));
    service::find(&by, id).await?;
    let note = form.reason.note.as_str();
    let reason = if action == Action::Win { Ok(None) } else { form.reason.parse(action).map(Some) };
    let done = match (action, reason) {
        (_, Err(flaws)) => Err(ActError::Invalid(flaws)),
        (Action::Decline, Ok(Some(reason))) => referrals::decline(&by, id, seen, reason, note).await,
        (action, Ok(reason)) => referrals::close(&by, id, seen, action, reason, note).await,
    };
    match done {
        Ok(()) => Ok(Flash::new("flash-lead-closed").at(&lead_path(id))),
        Err(error) => {
            let (status, problems) = words::refusal(ctx.l, error)?;
            let (opened, _) = service::find(&by, id).await?;
            fields::refused(status, &views::end(&ctx, &opened.deal, action, &form.reason, problems))
        }
    }
}

/// Who works on a lead: a referrals user sees those whose team they are on.
async fn add_member(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<MemberForm>,
) -> Result<axum::response::Response, AppError> {
    let (id, by) = (lead(&id)?, app.by(&actor));
    service::find(&by, id).await?;
    match referrals::add_team_member(&by, id, form.person()).await {
        Ok(()) => Ok(Flash::new("flash-lead-saved").at(&lead_path(id))),
        Err(error) => {
            let (status, problems) = words::refusal(ctx.l, error)?;
            let (opened, inquiry) = service::find(&by, id).await?;
            fields::refused(status, &LeadPage::new(&ctx, (&opened, &inquiry), &form, problems, app.clock.now()))
        }
    }
}
