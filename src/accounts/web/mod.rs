//! The account pages: people, locations, identifiers, one's own password; and the no-access page.

mod no_access;
mod places;
mod user;
mod users;

pub use no_access::no_access;

use super::{
    policy::{ADD_LOCATIONS, CREATE_USERS, GRANT_ROLES, MANAGE_USERS, SEE_LOCATIONS},
    service::By,
};
use crate::{
    app::App,
    auth::Actor,
    web::{
        Ctx, Route, Who,
        routes::{PASSWORD, get, post},
    },
};

pub fn routes() -> Vec<Route> {
    let (create, grant, manage) = (Who::May(&CREATE_USERS), Who::May(&GRANT_ROLES), Who::May(&MANAGE_USERS));
    vec![
        get("/account", Who::SignedIn, places::home),
        get("/account/users", Who::SignedIn, users::list).nav("nav-account", "nav-users"),
        get("/account/users/new", create, users::new),
        post("/account/users", create, users::create),
        get("/account/users/{id}", Who::SignedIn, user::show),
        post("/account/users/{id}/roles", grant, user::grant),
        post("/account/users/{id}/roles/removal", grant, user::remove),
        post("/account/users/{id}/disabling", manage, user::disable),
        post("/account/users/{id}/enabling", manage, user::enable),
        post("/account/users/{id}/password", manage, user::reset_password),
        get("/account/locations", Who::May(&SEE_LOCATIONS), places::locations).nav("nav-account", "nav-locations"),
        get("/account/locations/new", Who::May(&ADD_LOCATIONS), places::new),
        post("/account/locations", Who::May(&ADD_LOCATIONS), places::add),
        get("/account/organisation", Who::SignedIn, places::organisation).nav("nav-account", "nav-organisation"),
        get(PASSWORD, Who::SignedIn, user::password),
        post(PASSWORD, Who::SignedIn, user::change_password),
    ]
}

fn by<'a>(app: &'a App, ctx: &Ctx, actor: &'a Actor) -> By<'a> {
    By { db: &app.db, actor, address: ctx.peer, now: app.clock.now() }
}
