//! Starting a deal or a lead: whom for, what, check, send.

use axum::extract::{Form, Query, State};

use crate::{
    app::App,
    auth::Actor,
    error::AppError,
    referrals::{
        rules::Flaw,
        service::{self as referrals, ActError},
        words,
    },
    sellers::{
        forms::{FindQuery, SendForm, Step, request_path},
        service,
        views::{CheckPage, FindPage, SendPage},
    },
    web::{Ctx, Flash, PageResult, countries, fields, render},
};

pub async fn begin(State(app): State<App>, ctx: Ctx, Query(query): Query<FindQuery>) -> PageResult {
    if let Some(id) = query.partner() {
        let partner = service::partner(&app.db, id).await?.ok_or(AppError::NotFound)?;
        let form = SendForm { partner: id.to_string(), kind: "deal".into(), ..SendForm::default() };
        return render(&SendPage::new(&ctx, &form, &partner, Vec::new()));
    }
    let country = Some(query.country.as_str()).filter(|code| countries::is_code(code));
    let found = service::find_partners(&app.db, &query.q, country).await?;
    render(&FindPage::new(&ctx, &query, &found))
}

/// Each step carries the whole form: nothing is stored before it is sent.
pub async fn step(State(app): State<App>, ctx: Ctx, actor: Actor, Form(form): Form<SendForm>) -> PageResult {
    let partner = match form.partner.parse() {
        Ok(id) => service::partner(&app.db, id).await?,
        Err(_) => None,
    };
    let Some(partner) = partner else {
        return fields::refused(422, &FindPage::new(&ctx, &FindQuery::default(), &[]));
    };
    if form.step() == Step::Edit {
        return render(&SendPage::new(&ctx, &form, &partner, Vec::new()));
    }
    let again = |flaws: &[Flaw]| fields::refused(422, &SendPage::new(&ctx, &form, &partner, words::problems(ctx.l, flaws)));
    let mut flaws = product_flaws(&app, &form).await?;
    let sending = match form.parse(app.clock.now()) {
        Ok(sending) if flaws.is_empty() => sending,
        Ok(_) => return again(&flaws),
        Err(wrong) => {
            flaws.splice(0..0, wrong);
            return again(&flaws);
        }
    };
    if sending
        .location
        .is_some_and(|chosen| !partner.locations.iter().any(|(id, ..)| *id == chosen))
    {
        return again(&[Flaw::new("location", "flaw-partner")]);
    }
    if form.step() == Step::Check {
        return render(&CheckPage::new(&ctx, &form, &partner, app.settings.referral_expiry_days));
    }
    match referrals::send(&app.by(&actor), sending).await {
        Ok(id) => Ok(Flash::new("flash-sent").at(&request_path(id))),
        Err(ActError::Invalid(flaws)) => again(&flaws),
        Err(error) => Err(error.into()),
    }
}

async fn product_flaws(app: &App, form: &SendForm) -> Result<Vec<Flaw>, AppError> {
    let ids = form.solution_ids();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let unknown = service::unknown_products(&app.db, &ids).await?;
    Ok(if unknown.is_empty() { Vec::new() } else { vec![Flaw::new("solutions", "flaw-product-unknown")] })
}
