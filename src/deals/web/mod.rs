//! Co-sell opportunities: the route table.

mod act;
mod bulk;
mod edit;
mod list;
mod lookups;
mod new;
mod show;
mod views;
mod widen;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use super::{forms, policy};
use crate::{
    app::App,
    error::AppError,
    ids::ReferralId,
    referrals::service,
    web::{
        Route, Who,
        routes::{get, post},
    },
};

/// The deal of an address. A lead is none, though both are referrals: it has pages of its own.
struct DealId(ReferralId);

impl FromRequestParts<App> for DealId {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        let id = forms::referral(&path.map_err(|_| AppError::NotFound)?)?;
        if service::is_deal(&app.db, id).await? { Ok(Self(id)) } else { Err(AppError::NotFound) }
    }
}

pub fn routes() -> Vec<Route> {
    let who = Who::May(&policy::SEE_DEALS);
    vec![
        get("/deals", who, list::list)
            .nav("nav-referrals", "nav-co-sell")
            .on_one_connection(),
        get("/deals/filter", who, list::filter),
        get("/deals/keys", who, list::keys),
        get("/deals/values", who, list::values),
        get("/deals/views", who, views::list),
        post("/deals/views", who, views::save),
        post("/deals/views/{id}", who, views::change),
        post("/deals/views/{id}/removal", who, views::remove),
        get("/deals/bulk", who, bulk::prepare),
        post("/deals/bulk", who, bulk::start),
        get("/deals/bulk/{id}", who, bulk::show),
        get("/deals/bulk/{id}/progress", who, bulk::progress),
        post("/deals/bulk/{id}/cancellation", who, bulk::cancel),
        get("/deals/{id}", who, show::show).on_one_connection(),
        post("/deals/{id}/favourite", who, show::set_favourite),
        get("/deals/{id}/acceptance", who, act::accept_form),
        post("/deals/{id}/acceptance", who, act::accept),
        get("/deals/{id}/decline", who, act::decline_form),
        post("/deals/{id}/decline", who, act::decline),
        get("/deals/{id}/win", who, act::win_form),
        post("/deals/{id}/win", who, act::win),
        get("/deals/{id}/loss", who, act::lose_form),
        post("/deals/{id}/loss", who, act::lose),
        get("/deals/{id}/withdrawal", who, act::withdraw_form),
        post("/deals/{id}/withdrawal", who, act::withdraw),
        post("/deals/{id}/stage", who, act::set_stage),
        post("/deals/{id}/notes", who, act::add_note),
        get("/deals/{id}/visibility", who, widen::show_form),
        post("/deals/{id}/visibility", who, widen::show),
        get("/deals/{id}/request", who, widen::ask_form),
        post("/deals/{id}/request", who, widen::ask),
        get("/deals/{id}/invitation", who, widen::invite_form),
        post("/deals/{id}/invitation", who, widen::invite),
        get("/deals/new", who, new::start),
        post("/deals/new", who, new::begin),
        get("/deals/new/{draft}/{step}", who, new::show),
        post("/deals/new/{draft}/{step}", who, new::take),
        post("/deals/new/{draft}/removal", who, new::discard),
        get("/deals/{id}/details", who, edit::details),
        post("/deals/{id}/details", who, edit::save_details),
        get("/deals/{id}/customer", who, edit::customer),
        post("/deals/{id}/customer", who, edit::save_customer),
        get("/deals/{id}/team", who, edit::team),
        post("/deals/{id}/team", who, edit::save_team),
        get("/deals/{id}/solutions", who, edit::solutions),
        post("/deals/{id}/solutions", who, edit::save_solutions),
    ]
}
