//! Answering a request and working on it: forms of their own, each with a confirmation where it is final.

use axum::extract::{Form, Path, State};

use super::request::{not_done, open};
use crate::{
    app::App,
    auth::Actor,
    error::AppError,
    referrals::{
        raw::{RawDetails, RawReason},
        service::{self as referrals, ActError},
        status::Action,
        words,
    },
    sellers::{
        forms::{AcceptForm, DetailsForm, EndForm, NoteForm, StageForm, request_path},
        service::Opened,
        views::{self, RequestView},
    },
    web::{Ctx, Flash, PageResult, fields, fields::FormPage, render, see_other},
};

/// A request whose seller asks for one of its forms, and what was seen of it.
struct Ready {
    opened: Opened,
    view: RequestView,
    seen: String,
}

/// # Errors
/// 404 for what is not there, 403 for another seller's.
async fn ready(app: &App, ctx: &Ctx, actor: &Actor, id: &str) -> Result<Ready, AppError> {
    let opened = open(app, actor, id).await?.1;
    if opened.side.as_ref().is_none_or(|side| side.seller != Some(actor.user)) {
        return Err(AppError::Forbidden("refusal-not-your-request"));
    }
    let view = RequestView::new(ctx.l, actor, &opened, app.clock.now());
    let seen = view.own.as_ref().map(|own| own.seen.clone()).unwrap_or_default();
    Ok(Ready { opened, view, seen })
}

impl Ready {
    fn can(&self, what: Action) -> bool {
        self.view.own.as_ref().is_some_and(|own| match what {
            Action::Accept | Action::Decline => own.can.answer,
            Action::Win => own.can.win,
            Action::Lose => own.can.lose,
            _ => false,
        })
    }
}

pub async fn accept_form(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let it = ready(&app, &ctx, &actor, &id).await?;
    if !it.can(Action::Accept) {
        return Ok(see_other(&it.view.path));
    }
    render(&views::accept(&ctx, &it.view, "accept", &it.seen, &views::details(&it.opened), Vec::new()))
}

pub async fn accept(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<AcceptForm>,
) -> PageResult {
    let (referral, seen) = (id.parse().map_err(|_| AppError::NotFound)?, form.seen()?);
    let done = match form.details.parse() {
        Ok(details) => referrals::accept(&app.by(&actor), referral, seen, details).await,
        Err(flaws) => Err(ActError::Invalid(flaws)),
    };
    match done {
        Ok(()) => Ok(Flash::new("flash-request-accepted").at(&request_path(referral))),
        Err(error) => details_again(&app, &ctx, &actor, &id, "accept", &form.details, error).await,
    }
}

pub async fn details_form(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let it = ready(&app, &ctx, &actor, &id).await?;
    if it.view.own.as_ref().is_none_or(|own| !own.can.work) {
        return Ok(see_other(&it.view.path));
    }
    render(&views::accept(&ctx, &it.view, "details", &it.seen, &views::details(&it.opened), Vec::new()))
}

pub async fn edit_details(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<DetailsForm>,
) -> PageResult {
    let (referral, seen) = (id.parse().map_err(|_| AppError::NotFound)?, form.seen()?);
    let done = match form.details.parse() {
        Ok(details) => referrals::edit_details(&app.by(&actor), referral, seen, details).await,
        Err(flaws) => Err(ActError::Invalid(flaws)),
    };
    match done {
        Ok(()) => Ok(Flash::new("flash-request-saved").at(&request_path(referral))),
        Err(error) => details_again(&app, &ctx, &actor, &id, "details", &form.details, error).await,
    }
}

/// The form as typed, with what was wrong.
async fn details_again(
    app: &App,
    ctx: &Ctx,
    actor: &Actor,
    id: &str,
    what: &str,
    raw: &RawDetails,
    error: ActError,
) -> PageResult {
    let (status, problems) = words::refusal(ctx.l, error)?;
    let it = ready(app, ctx, actor, id).await?;
    fields::refused(status, &views::accept(ctx, &it.view, what, &it.seen, raw, problems))
}

pub async fn decline_form(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>) -> PageResult {
    end_form(state, ctx, actor, id, Action::Decline).await
}

pub async fn win_form(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>) -> PageResult {
    end_form(state, ctx, actor, id, Action::Win).await
}

pub async fn lose_form(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>) -> PageResult {
    end_form(state, ctx, actor, id, Action::Lose).await
}

async fn end_form(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>, action: Action) -> PageResult {
    let it = ready(&app, &ctx, &actor, &id).await?;
    if !it.can(action) {
        return Ok(see_other(&it.view.path));
    }
    render(&views::end(&ctx, &it.view, action, &it.seen, &RawReason::default(), Vec::new()))
}

pub async fn decline(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>, form: Form<EndForm>) -> PageResult {
    end(state, ctx, actor, id, form, Action::Decline).await
}

pub async fn win(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>, form: Form<EndForm>) -> PageResult {
    end(state, ctx, actor, id, form, Action::Win).await
}

pub async fn lose(state: State<App>, ctx: Ctx, actor: Actor, id: Path<String>, form: Form<EndForm>) -> PageResult {
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
    let (referral, seen) = (id.parse().map_err(|_| AppError::NotFound)?, form.seen()?);
    let (by, note) = (app.by(&actor), form.reason.note.as_str());
    let reason = if action == Action::Win { Ok(None) } else { form.reason.parse(action).map(Some) };
    let done = match (action, reason) {
        (_, Err(flaws)) => Err(ActError::Invalid(flaws)),
        (Action::Decline, Ok(Some(reason))) => referrals::decline(&by, referral, seen, reason, note).await,
        (action, Ok(reason)) => referrals::close(&by, referral, seen, action, reason, note).await,
    };
    match done {
        Ok(()) => Ok(Flash::new("flash-request-closed").at(&request_path(referral))),
        Err(error) => {
            let (status, problems) = words::refusal(ctx.l, error)?;
            let it = ready(&app, &ctx, &actor, &id).await?;
            let page: FormPage = views::end(&ctx, &it.view, action, &it.seen, &form.reason, problems);
            fields::refused(status, &page)
        }
    }
}

pub async fn set_stage(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<StageForm>,
) -> PageResult {
    let (referral, seen) = (id.parse().map_err(|_| AppError::NotFound)?, form.seen()?);
    match referrals::set_stage(&app.by(&actor), referral, seen, form.stage()?).await {
        Ok(()) => Ok(Flash::new("flash-request-saved").at(&request_path(referral))),
        Err(error) => not_done(&app, &ctx, &actor, &id, error, NoteForm::default()).await,
    }
}

pub async fn add_note(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<NoteForm>,
) -> PageResult {
    let referral = id.parse().map_err(|_| AppError::NotFound)?;
    match referrals::add_note(&app.by(&actor), referral, &form.note, !form.shared.is_empty()).await {
        Ok(()) => Ok(Flash::new("flash-request-saved").at(&request_path(referral))),
        Err(error) => not_done(&app, &ctx, &actor, &id, error, form).await,
    }
}
