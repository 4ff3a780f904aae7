//! Everybody of the organisation, and new accounts.

use axum::extract::{Form, Query, State};

use super::by;
use crate::{
    accounts::{
        forms::{NewUserQuery, UserForm, UsersQuery},
        service::{ChangeError, people, places},
        views::{OneTimePage, UsersPage, new_user},
    },
    app::App,
    auth::Actor,
    web::{Ctx, PageResult, fields::refused, render},
};

/// Everybody may look, so that anybody finds the admins.
pub async fn list(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<UsersQuery>) -> PageResult {
    let by = by(&app, &ctx, &actor);
    let mut users = people::list(&by, &query.parse()).await?;
    let more = users.len() > people::PAGE;
    users.truncate(people::PAGE);
    let places = places::places(&by).await?;
    render(&UsersPage::new(&ctx, &actor, &query, &users, &places, more))
}

pub async fn new(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<NewUserQuery>) -> PageResult {
    let domains = places::identifiers(&by(&app, &ctx, &actor)).await?.domains;
    render(&new_user(&ctx, &actor, &UserForm::of(&query), &domains, &[]))
}

/// Answers with the one-time password, which no address and no cookie should carry: loading the page again finds the mail taken.
pub async fn create(State(app): State<App>, ctx: Ctx, actor: Actor, Form(form): Form<UserForm>) -> PageResult {
    let by = by(&app, &ctx, &actor);
    let flaws = match form.parse() {
        Ok(new) => match people::create(&by, &new).await {
            Ok(made) => return render(&OneTimePage::new(&ctx, &made)),
            Err(ChangeError::Flaw(field, key)) => vec![(field, key)],
            Err(ChangeError::Refused(key)) => vec![("", key)],
            Err(ChangeError::App(error)) => return Err(error),
        },
        Err(flaws) => flaws,
    };
    let domains = places::identifiers(&by).await?.domains;
    refused(422, &new_user(&ctx, &actor, &form, &domains, &flaws))
}
