//! The organisation's identifiers, and its locations.

use axum::extract::{Form, State};

use super::by;
use crate::{
    accounts::{
        forms::LocationForm,
        service::{self, ChangeError, places},
        views::{LocationsPage, OrganisationPage, new_location},
    },
    app::App,
    auth::Actor,
    web::{Ctx, Flash, PageResult, fields::refused, render, see_other},
};

pub async fn home() -> PageResult {
    Ok(see_other("/account/organisation"))
}

pub async fn organisation(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let identifiers = places::identifiers(&by(&app, &ctx, &actor)).await?;
    let admins = service::account_admins(&app.db, actor.organisation).await?;
    render(&OrganisationPage::new(&ctx, identifiers, admins))
}

pub async fn locations(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let places = places::places(&by(&app, &ctx, &actor)).await?;
    render(&LocationsPage::new(&ctx, &actor, &places))
}

pub async fn new(ctx: Ctx) -> PageResult {
    render(&new_location(&ctx, &LocationForm::default(), &[]))
}

pub async fn add(State(app): State<App>, ctx: Ctx, actor: Actor, Form(form): Form<LocationForm>) -> PageResult {
    let flaws = match form.parse() {
        Ok(new) => match places::add(&by(&app, &ctx, &actor), &new).await {
            Ok(_) => return Ok(Flash::new("flash-location-added").at("/account/locations")),
            Err(ChangeError::Flaw(field, key)) => vec![(field, key)],
            Err(ChangeError::Refused(key)) => vec![("", key)],
            Err(ChangeError::App(error)) => return Err(error),
        },
        Err(flaws) => flaws,
    };
    refused(422, &new_location(&ctx, &form, &flaws))
}
