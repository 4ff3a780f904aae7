//! What is done with a deal: a form of its own for each, with a confirmation where it is final.

use axum::{
    extract::{Form, State},
    response::Response,
};

use super::DealId;
use crate::{
    app::App,
    auth::Actor,
    deals::{
        forms::{AcceptForm, EndForm, NoteForm, StageForm, deal_path},
        views::{act, may},
    },
    ids::ReferralId,
    referrals::{
        command::Seen,
        raw::RawReason,
        service::{self, ActError, Opened},
        status::Action,
        words,
    },
    web::{Ctx, Flash, PageResult, fields, render},
};

/// The deal, and what was seen of it.
pub async fn opened(app: &App, actor: &Actor, id: ReferralId) -> Result<(Opened, Seen), crate::error::AppError> {
    let opened = service::open(&app.db, &actor.scope(), id).await?;
    let seen = Seen { referral: opened.deal.version, engagement: opened.deal.engagement_version };
    Ok((opened, seen))
}

/// Back to the deal, which says what is missing or that it is over.
fn not_now(id: ReferralId) -> Response {
    Flash::new("flash-deal-not-now").at(&deal_path(id))
}

pub async fn accept_form(State(app): State<App>, ctx: Ctx, actor: Actor, DealId(id): DealId) -> PageResult {
    let (opened, seen) = opened(&app, &actor, id).await?;
    let deal = &opened.deal;
    if !may(deal, Action::Accept, app.clock.now()) {
        return Ok(not_now(deal.referral_id));
    }
    render(&act::accept(&ctx, deal, seen, &act::details(deal), Vec::new()))
}

pub async fn accept(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    DealId(id): DealId,
    Form(form): Form<AcceptForm>,
) -> PageResult {
    let (id, seen) = (id, form.seen()?);
    let done = match form.details.parse() {
        Ok(details) => service::accept(&app.by(&actor), id, seen, details).await,
        Err(flaws) => Err(ActError::Invalid(flaws)),
    };
    match done {
        Ok(()) => Ok(Flash::new("flash-deal-accepted").at(&deal_path(id))),
        Err(error) => {
            let (status, problems) = words::refusal(ctx.l, error)?;
            let (opened, seen) = opened(&app, &actor, id).await?;
            fields::refused(status, &act::accept(&ctx, &opened.deal, seen, &form.details, problems))
        }
    }
}

pub async fn decline_form(state: State<App>, ctx: Ctx, actor: Actor, id: DealId) -> PageResult {
    end_form(state, ctx, actor, id, Action::Decline).await
}

pub async fn win_form(state: State<App>, ctx: Ctx, actor: Actor, id: DealId) -> PageResult {
    end_form(state, ctx, actor, id, Action::Win).await
}

pub async fn lose_form(state: State<App>, ctx: Ctx, actor: Actor, id: DealId) -> PageResult {
    end_form(state, ctx, actor, id, Action::Lose).await
}

pub async fn withdraw_form(state: State<App>, ctx: Ctx, actor: Actor, id: DealId) -> PageResult {
    end_form(state, ctx, actor, id, Action::Withdraw).await
}

async fn end_form(State(app): State<App>, ctx: Ctx, actor: Actor, DealId(id): DealId, action: Action) -> PageResult {
    let (opened, seen) = opened(&app, &actor, id).await?;
    if !may(&opened.deal, action, app.clock.now()) {
        return Ok(not_now(opened.deal.referral_id));
    }
    render(&act::end(&ctx, &opened.deal, action, seen, &RawReason::default(), Vec::new()))
}

pub async fn decline(state: State<App>, ctx: Ctx, actor: Actor, id: DealId, form: Form<EndForm>) -> PageResult {
    end(state, ctx, actor, id, form, Action::Decline).await
}

pub async fn win(state: State<App>, ctx: Ctx, actor: Actor, id: DealId, form: Form<EndForm>) -> PageResult {
    end(state, ctx, actor, id, form, Action::Win).await
}

pub async fn lose(state: State<App>, ctx: Ctx, actor: Actor, id: DealId, form: Form<EndForm>) -> PageResult {
    end(state, ctx, actor, id, form, Action::Lose).await
}

pub async fn withdraw(state: State<App>, ctx: Ctx, actor: Actor, id: DealId, form: Form<EndForm>) -> PageResult {
    end(state, ctx, actor, id, form, Action::Withdraw).await
}

async fn end(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    DealId(id): DealId,
    Form(form): Form<EndForm>,
    action: Action,
) -> PageResult {
    let (id, seen) = (id, form.seen()?);
    let (by, note) = (app.by(&actor), form.reason.note.as_str());
    let reason = if action == Action::Win { Ok(None) } else { form.reason.parse(action).map(Some) };
    let done = match (action, reason) {
        (_, Err(flaws)) => Err(ActError::Invalid(flaws)),
        (Action::Decline, Ok(Some(reason))) => service::decline(&by, id, seen, reason, note).await,
        (action, Ok(reason)) => service::close(&by, id, seen, action, reason, note).await,
    };
    match done {
        Ok(()) => Ok(Flash::new("flash-deal-closed").at(&deal_path(id))),
        Err(error) => {
            let (status, problems) = words::refusal(ctx.l, error)?;
            let (opened, seen) = opened(&app, &actor, id).await?;
            fields::refused(status, &act::end(&ctx, &opened.deal, action, seen, &form.reason, problems))
        }
    }
}

pub async fn set_stage(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    DealId(id): DealId,
    Form(form): Form<StageForm>,
) -> PageResult {
    let done = service::set_stage(&app.by(&actor), id, form.seen()?, form.stage()?).await;
    said(&app, &ctx, &actor, id, done, &NoteForm::default()).await
}

pub async fn add_note(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    DealId(id): DealId,
    Form(form): Form<NoteForm>,
) -> PageResult {
    let done = service::add_note(&app.by(&actor), id, &form.note, !form.shared.is_empty()).await;
    said(&app, &ctx, &actor, id, done, &form).await
}

/// Back to the deal; or the note again, as typed, with why it was refused.
async fn said(app: &App, ctx: &Ctx, actor: &Actor, id: ReferralId, done: Result<(), ActError>, form: &NoteForm) -> PageResult {
    match done {
        Ok(()) => Ok(Flash::new("flash-deal-saved").at(&deal_path(id))),
        Err(error) => {
            let (status, problems) = words::refusal(ctx.l, error)?;
            let (opened, _) = opened(app, actor, id).await?;
            fields::refused(status, &act::note(ctx, &opened.deal, form, problems))
        }
    }
}
