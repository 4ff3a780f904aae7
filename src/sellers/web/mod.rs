//! The sellers' pages.

mod acts;
mod people;
mod request;
mod sending;

use super::policy;
use crate::web::{
    Route, Who,
    routes::{get, post},
};

pub fn routes() -> Vec<Route> {
    let who = Who::May(&policy::SELL);
    vec![
        get("/requests", who, request::list).nav("nav-sellers", "nav-requests"),
        get("/requests/new", who, sending::begin),
        post("/requests/new", who, sending::step),
        get("/requests/settings", who, people::settings),
        post("/requests/settings", who, people::save_settings),
        get("/requests/partner-led/{id}", who, request::show_partner_led),
        get("/requests/{id}", who, request::show),
        post("/requests/{id}/taking", who, people::take),
        get("/requests/{id}/assignment", who, people::choose),
        post("/requests/{id}/assignment", who, people::hand_over),
        get("/requests/{id}/acceptance", who, acts::accept_form),
        post("/requests/{id}/acceptance", who, acts::accept),
        get("/requests/{id}/details", who, acts::details_form),
        post("/requests/{id}/details", who, acts::edit_details),
        get("/requests/{id}/decline", who, acts::decline_form),
        post("/requests/{id}/decline", who, acts::decline),
        get("/requests/{id}/win", who, acts::win_form),
        post("/requests/{id}/win", who, acts::win),
        get("/requests/{id}/lose", who, acts::lose_form),
        post("/requests/{id}/lose", who, acts::lose),
        post("/requests/{id}/stage", who, acts::set_stage),
        post("/requests/{id}/notes", who, acts::add_note),
    ]
}
