//! Co-sell opportunities.

mod bulk;
mod list;
mod show;
mod views;

use super::policy;
use crate::web::{
    Route, Who,
    routes::{get, post},
};

pub fn routes() -> Vec<Route> {
    let who = Who::May(&policy::SEE_DEALS);
    vec![
        get("/deals", who, list::list).nav("nav-referrals", "nav-co-sell"),
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
        get("/deals/{id}", who, show::show),
        post("/deals/{id}/favourite", who, show::set_favourite),
    ]
}
