//! One user: roles, account, password.

use axum::{
    extract::{Form, Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::CookieJar;

use super::by;
use crate::{
    accounts::{
        forms::{Flaw, GrantForm, PasswordForm, RemovalForm},
        service::{ChangeError, grants, password as passwords, people, places},
        views::{OneTimePage, PasswordPage, UserPage},
    },
    app::App,
    auth::Actor,
    error::AppError,
    ids::UserId,
    web::{Ctx, Flash, PageResult, cookies, fields::refused, render},
};

fn user_id(text: &str) -> Result<UserId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

async fn page(app: &App, ctx: &Ctx, actor: &Actor, id: UserId, form: &GrantForm, flaws: &[Flaw]) -> Result<UserPage, AppError> {
    let by = by(app, ctx, actor);
    let user = people::open(&by, id).await?;
    let places = places::places(&by).await?;
    Ok(UserPage::new(ctx, actor, &user, &places, form, flaws))
}

/// What a change answers: back to the user's page, saying what was done, or that it was so already; or the page with the reason.
async fn answer(
    app: &App,
    ctx: &Ctx,
    actor: &Actor,
    id: UserId,
    done: Result<bool, ChangeError>,
    (flash, form): (&str, &GrantForm),
) -> PageResult {
    let flaw = match done {
        Ok(changed) => {
            let key = if changed { flash } else { "flash-nothing-changed" };
            return Ok(Flash::new(key).at(&format!("/account/users/{id}")));
        }
        Err(ChangeError::Flaw(field, key)) => (field, key),
        Err(ChangeError::Refused(key)) => ("", key),
        Err(ChangeError::App(error)) => return Err(error),
    };
    refused(422, &page(app, ctx, actor, id, form, &[flaw]).await?)
}

pub async fn show(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    render(&page(&app, &ctx, &actor, user_id(&id)?, &GrantForm::default(), &[]).await?)
}

pub async fn grant(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    axum_extra::extract::Form(form): axum_extra::extract::Form<GrantForm>,
) -> PageResult {
    let id = user_id(&id)?;
    match form.parse() {
        Ok((role, places)) => {
            let done = grants::grant(&by(&app, &ctx, &actor), id, role, &places).await;
            answer(&app, &ctx, &actor, id, done, ("flash-role-granted", &form)).await
        }
        Err(flaws) => refused(422, &page(&app, &ctx, &actor, id, &form, &flaws).await?),
    }
}

pub async fn remove(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<RemovalForm>,
) -> PageResult {
    let id = user_id(&id)?;
    let (role, location) = form.parse().ok_or(AppError::BadRequest("error-bad-form"))?;
    let done = grants::remove(&by(&app, &ctx, &actor), id, role, location).await;
    answer(&app, &ctx, &actor, id, done, ("flash-role-removed", &GrantForm::default())).await
}

pub async fn disable(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let id = user_id(&id)?;
    let done = people::disable(&by(&app, &ctx, &actor), id).await;
    answer(&app, &ctx, &actor, id, done, ("flash-user-disabled", &GrantForm::default())).await
}

pub async fn enable(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let id = user_id(&id)?;
    let done = people::enable(&by(&app, &ctx, &actor), id).await;
    answer(&app, &ctx, &actor, id, done, ("flash-user-enabled", &GrantForm::default())).await
}

/// Answers with the one-time password, which no address and no cookie should carry.
pub async fn reset_password(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let id = user_id(&id)?;
    match people::reset_password(&by(&app, &ctx, &actor), id).await {
        Ok(made) => render(&OneTimePage::new(&ctx, &made)),
        Err(error) => answer(&app, &ctx, &actor, id, Err(error), ("", &GrantForm::default())).await,
    }
}

pub async fn password(ctx: Ctx, actor: Actor) -> PageResult {
    render(&PasswordPage::new(&ctx, &actor, &[]))
}

pub async fn change_password(State(app): State<App>, ctx: Ctx, actor: Actor, Form(form): Form<PasswordForm>) -> PageResult {
    let limit = passwords::Limit {
        failures: app.settings.sign_in_failures.cast_signed(),
        window_minutes: app.settings.sign_in_window_minutes.cast_signed(),
    };
    let typed = (form.old.as_str(), form.new.as_str(), form.again.as_str());
    let done = passwords::change(&by(&app, &ctx, &actor), ctx.session.as_deref(), limit, typed).await;
    let flaw: Flaw = match done {
        Ok(fresh) => return Ok(changed(&ctx, fresh)),
        Err(ChangeError::Flaw(field, key)) => (field, key),
        Err(ChangeError::Refused(key)) => ("", key),
        Err(ChangeError::App(error)) => return Err(error),
    };
    refused(422, &PasswordPage::new(&ctx, &actor, &[flaw]))
}

/// Who signed in with a one-time password goes on to where the portal begins.
fn changed(ctx: &Ctx, fresh: Option<String>) -> Response {
    let said = Flash::new("flash-password-changed").at(if ctx.password_due { "/" } else { "/preferences" });
    let jar = fresh.map(|fresh| CookieJar::new().add(cookies::make(cookies::SESSION, fresh)));
    (jar, said).into_response()
}
