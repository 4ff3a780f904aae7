//! What the account pages print.

mod places;
mod user;
mod users;

pub use places::{LocationsPage, OrganisationPage, new_location};
pub use user::{OneTimePage, PasswordPage, UserPage};
pub use users::{UsersPage, new_user};

use super::{
    forms::Flaw,
    service::{people::User, places::Place},
};
use crate::{
    auth::{Assignment, Role},
    ids::LocationId,
    web::{L10n, fields::Problem},
};

pub fn problems(l: L10n, flaws: &[Flaw]) -> Vec<Problem> {
    flaws
        .iter()
        .map(|(field, key)| Problem { field: (*field).to_owned(), words: l.t(key) })
        .collect()
}

fn role_name(l: L10n, role: Role) -> String {
    l.t(&format!("role-{}", role.code()))
}

/// `Seoul (MPN 4512346)`.
fn place_name(places: &[Place], id: LocationId) -> String {
    let place = places.iter().find(|place| place.id == id);
    place.map_or_else(|| id.to_string(), |place| format!("{} (MPN {})", place.name, place.mpn_id))
}

/// Where a role holds, in words; empty for roles that hold nowhere but in the whole organisation.
fn scope(l: L10n, assignment: &Assignment, places: &[Place]) -> String {
    match assignment.location {
        Some(location) => place_name(places, location),
        None if assignment.role.can_be_local() => l.t("people-whole"),
        None => String::new(),
    }
}

/// Roles in the order of the matrix, each once, with where it holds.
fn roles(l: L10n, user: &User, places: &[Place]) -> Vec<String> {
    let held = Role::ALL.into_iter().filter(|role| user.roles.iter().any(|a| a.role == *role));
    held.map(|role| {
        let scopes: Vec<String> = user
            .roles
            .iter()
            .filter(|a| a.role == role)
            .map(|a| scope(l, a, places))
            .filter(|words| !words.is_empty())
            .collect();
        let name = role_name(l, role);
        if scopes.is_empty() { name } else { format!("{name}: {}", scopes.join(", ")) }
    })
    .collect()
}

/// Guest, disabled, one-time password: what is told beside a name. Tone and words.
fn tags(l: L10n, user: &User) -> Vec<(&'static str, String)> {
    [
        (user.guest, "info", "people-guest"),
        (user.disabled_at.is_some(), "bad", "people-disabled"),
        (user.must_change_password, "warn", "people-one-time"),
    ]
    .into_iter()
    .filter(|(is, ..)| *is)
    .map(|(_, tone, key)| (tone, l.t(key)))
    .collect()
}
