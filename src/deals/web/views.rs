//! Saved views.

use axum::extract::{Form, Path, Query, State};

use crate::{
    app::App,
    auth::Actor,
    deals::{
        forms::{list::Looking, views::ViewForm},
        saved::service::{self as saved, SaveError},
        views::ViewsPage,
    },
    error::AppError,
    ids::ViewId,
    referrals::filter::Kind,
    web::{Ctx, Flash, PageResult, fields::refused, render},
};

/// A person's own; with a query, the form that saves it under a name.
pub async fn list(State(app): State<App>, ctx: Ctx, actor: Actor, Query(form): Query<ViewForm>) -> PageResult {
    let own = saved::of(&app.db, actor.user, Kind::Deal).await?;
    let mut page = ViewsPage::new(&ctx, &own);
    page.new = (!form.query.is_empty()).then(|| tidy(form));
    render(&page)
}

pub async fn save(State(app): State<App>, ctx: Ctx, actor: Actor, Form(form): Form<ViewForm>) -> PageResult {
    let form = tidy(form);
    let now = app.clock.now();
    match saved::save(&app.db, actor.user, Kind::Deal, &form.name, &form.query, form.is_default(), now).await {
        Ok(_) => Ok(Flash::new("flash-view-saved").at(&Looking::read(Kind::Deal, &form.query).address())),
        Err(error) => answer(&app, &ctx, &actor, None, form, error).await,
    }
}

pub async fn change(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<ViewForm>,
) -> PageResult {
    let id = view(&id)?;
    match saved::change(&app.db, actor.user, id, &form.name, form.is_default()).await {
        Ok(()) => Ok(Flash::new("flash-view-saved").at("/deals/views")),
        Err(error) => answer(&app, &ctx, &actor, Some(id), form, error).await,
    }
}

pub async fn remove(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> PageResult {
    saved::remove(&app.db, actor.user, view(&id)?).await?;
    Ok(Flash::new("flash-view-removed").at("/deals/views"))
}

async fn answer(app: &App, ctx: &Ctx, actor: &Actor, id: Option<ViewId>, form: ViewForm, error: SaveError) -> PageResult {
    match error {
        SaveError::Name(key) => {
            let own = saved::of(&app.db, actor.user, Kind::Deal).await?;
            refused(422, &ViewsPage::new(ctx, &own).refused(ctx, id, form, key))
        }
        SaveError::App(error) => Err(error),
    }
}

/// The query of a list, and nothing else.
fn tidy(form: ViewForm) -> ViewForm {
    ViewForm { query: Looking::read(Kind::Deal, &form.query).query(), ..form }
}

fn view(text: &str) -> Result<ViewId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}
