//! A deal reaches more people.

use axum::{
    extract::{Form, Query, State},
    response::Response,
};

use super::{DealId, act::opened};
use crate::{
    app::App,
    auth::Actor,
    deals::{
        forms::{InviteForm, RequestForm, SeenForm, deal_path},
        views::{widen, widens},
    },
    ids::ReferralId,
    referrals::{
        kind::Widening,
        service::{self, ActError},
        words,
    },
    sellers::service as sellers,
    web::{Ctx, Flash, PageResult, fields, fields::Problem, render, see_other},
};

fn not_now(id: ReferralId) -> Response {
    Flash::new("flash-deal-not-now").at(&deal_path(id))
}

pub async fn show_form(State(app): State<App>, ctx: Ctx, actor: Actor, DealId(id): DealId) -> PageResult {
    let (opened, seen) = opened(&app, &actor, id).await?;
    if !widens(&opened.deal, Widening::ShowVendor) {
        return Ok(not_now(opened.deal.referral_id));
    }
    render(&widen::show(&ctx, &opened.deal, seen, Vec::new()))
}

pub async fn show(State(app): State<App>, ctx: Ctx, actor: Actor, DealId(id): DealId, Form(form): Form<SeenForm>) -> PageResult {
    match service::show_vendor(&app.by(&actor), id, form.seen()?).await {
        Ok(()) => Ok(Flash::new("flash-deal-shown").at(&deal_path(id))),
        Err(error) => {
            let (status, problems) = words::refusal(ctx.l, error)?;
            let (opened, seen) = opened(&app, &actor, id).await?;
            fields::refused(status, &widen::show(&ctx, &opened.deal, seen, problems))
        }
    }
}

pub async fn ask_form(State(app): State<App>, ctx: Ctx, actor: Actor, DealId(id): DealId) -> PageResult {
    let (opened, seen) = opened(&app, &actor, id).await?;
    if !widens(&opened.deal, Widening::AskVendor) {
        return Ok(not_now(opened.deal.referral_id));
    }
    render(&widen::ask(&ctx, &opened.deal, seen, &widen::request(&opened.deal), Vec::new()))
}

pub async fn ask(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    DealId(id): DealId,
    axum_extra::extract::Form(form): axum_extra::extract::Form<RequestForm>,
) -> PageResult {
    match service::ask_vendor(&app.by(&actor), id, form.seen()?, form.request()).await {
        Ok(()) => Ok(Flash::new("flash-deal-asked").at(&deal_path(id))),
        Err(error) => {
            let (status, problems) = words::refusal(ctx.l, error)?;
            let (opened, seen) = opened(&app, &actor, id).await?;
            fields::refused(status, &widen::ask(&ctx, &opened.deal, seen, &form, problems))
        }
    }
}

/// Whom: by MPN ID or name first; then who was found, to be chosen.
pub async fn invite_form(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    DealId(id): DealId,
    Query(form): Query<InviteForm>,
) -> PageResult {
    let (opened, seen) = opened(&app, &actor, id).await?;
    if !widens(&opened.deal, Widening::InvitePartner) {
        return Ok(not_now(opened.deal.referral_id));
    }
    let found = partners(&app, &actor, &form.partner).await?;
    let nobody = Problem { field: "partner".to_owned(), words: ctx.l.t("deal-invite-nobody") };
    let problems = if found.is_empty() && !form.partner.trim().is_empty() { vec![nobody] } else { Vec::new() };
    render(&widen::invite(&ctx, &opened.deal, seen, &form, &found, problems))
}

pub async fn invite(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    DealId(id): DealId,
    Form(form): Form<InviteForm>,
) -> PageResult {
    let Some((partner, location)) = form.to() else {
        // Whoever does not see the deal learns nothing, not even that a search would begin.
        opened(&app, &actor, id).await?;
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("partner", &form.partner)
            .finish();
        return Ok(see_other(&format!("{}/invitation?{query}", deal_path(id))));
    };
    match service::invite_partner(&app.by(&actor), id, form.seen()?, partner, location).await {
        Ok(()) => Ok(Flash::new("flash-deal-invited").at(&deal_path(id))),
        Err(error @ (ActError::NotFound | ActError::Forbidden(_) | ActError::Database(_))) => Err(error.into()),
        Err(error) => {
            let (status, problems) = words::refusal(ctx.l, error)?;
            let (opened, seen) = opened(&app, &actor, id).await?;
            let found = partners(&app, &actor, &form.partner).await?;
            fields::refused(status, &widen::invite(&ctx, &opened.deal, seen, &form, &found, problems))
        }
    }
}

/// Others than one's own organisation, at most five, with their locations.
async fn partners(app: &App, actor: &Actor, search: &str) -> Result<Vec<sellers::Partner>, crate::error::AppError> {
    let mut partners = Vec::new();
    for found in sellers::find_partners(&app.db, search, None).await?.into_iter().take(6) {
        if found.id != actor.organisation && partners.len() < 5 {
            partners.extend(sellers::partner(&app.db, found.id).await?);
        }
    }
    Ok(partners)
}
