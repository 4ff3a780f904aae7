//! Whose a request is, and what sellers say of themselves.

use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::request::{not_done, open};
use crate::{
    app::App,
    auth::Actor,
    error::AppError,
    referrals::{
        service::{self as referrals, ActError},
        words,
    },
    sellers::{
        forms::{HandOverForm, NoteForm, SeenForm, SettingsForm, request_path},
        service,
        views::{HandOverPage, RequestView, SettingsPage},
    },
    web::{Ctx, Flash, PageResult, countries, fields, fields::Problem, render, see_other},
};

pub async fn take(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    axum::extract::Form(form): axum::extract::Form<SeenForm>,
) -> PageResult {
    let (referral, seen) = (id.parse().map_err(|_| AppError::NotFound)?, form.seen()?);
    match referrals::take(&app.by(&actor), referral, seen).await {
        Ok(()) => Ok(Flash::new("flash-request-taken").at(&request_path(referral))),
        Err(error) => not_done(&app, &ctx, &actor, &id, error, NoteForm::default()).await,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChooseQuery {
    /// Not said: the customer's.
    country: Option<String>,
}

/// Sellers of the customer's country first; all of them on demand.
pub async fn choose(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Query(query): Query<ChooseQuery>,
) -> PageResult {
    let opened = open(&app, &actor, &id).await?.1;
    let view = RequestView::new(ctx.l, &actor, &opened, app.clock.now());
    match &view.own {
        Some(own) if own.can.hand_over => {}
        _ if opened.side.as_ref().is_some_and(|side| side.seller == Some(actor.user)) => return Ok(see_other(&view.path)),
        _ => return Err(AppError::Forbidden("refusal-not-your-request")),
    }
    let country = query.country.unwrap_or_else(|| opened.request.customer_country.clone());
    render(&hand_over_page(&app, &ctx, &actor, &view, &country, Vec::new()).await?)
}

async fn hand_over_page(
    app: &App,
    ctx: &Ctx,
    actor: &Actor,
    view: &RequestView,
    country: &str,
    problems: Vec<Problem>,
) -> Result<HandOverPage, AppError> {
    let served = service::countries(&app.db, actor).await?;
    let country = Some(country).filter(|code| countries::is_code(code) && served.iter().any(|served| served == code));
    let colleagues = service::colleagues(&app.db, actor, country).await?;
    let seen = view.own.as_ref().map(|own| own.seen.clone()).unwrap_or_default();
    Ok(HandOverPage::new(ctx, view, &seen, country, (&served, &colleagues), problems))
}

pub async fn hand_over(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    axum::extract::Form(form): axum::extract::Form<HandOverForm>,
) -> PageResult {
    let (referral, seen) = (id.parse().map_err(|_| AppError::NotFound)?, form.seen()?);
    let done = match form.to() {
        Some(to) => referrals::hand_over(&app.by(&actor), referral, seen, to).await,
        None => Err(ActError::Refused("refused-seller")),
    };
    match done {
        Ok(()) => Ok(Flash::new("flash-request-handed-over").at(&request_path(referral))),
        Err(error @ ActError::Refused("refused-seller")) => {
            let (_, problems) = words::refusal(ctx.l, error)?;
            let opened = open(&app, &actor, &id).await?.1;
            let view = RequestView::new(ctx.l, &actor, &opened, app.clock.now());
            if view.own.as_ref().is_none_or(|own| !own.can.hand_over) {
                return Err(AppError::Forbidden("refusal-not-your-request"));
            }
            let country = opened.request.customer_country.clone();
            fields::refused(422, &hand_over_page(&app, &ctx, &actor, &view, &country, problems).await?)
        }
        Err(error) => not_done(&app, &ctx, &actor, &id, error, NoteForm::default()).await,
    }
}

pub async fn settings(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let settings = service::settings(&app.db, &actor).await?;
    render(&SettingsPage::new(&ctx, &SettingsForm::of(&settings), Vec::new()))
}

pub async fn save_settings(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    axum_extra::extract::Form(form): axum_extra::extract::Form<SettingsForm>,
) -> PageResult {
    match form.parse() {
        Ok(settings) => {
            service::save_settings(&app.db, &actor, &settings).await?;
            Ok(Flash::new("flash-seller-settings-saved").at("/requests/settings"))
        }
        Err(flaws) => fields::refused(422, &SettingsPage::new(&ctx, &form, words::problems(ctx.l, &flaws))),
    }
}
