//! The condition that every read of deals carries.

use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::auth::{Reach, Scope};

/// Appends what of `referrals r` the scope lets through. A deal without location belongs to the organisation itself: a role
/// for single locations does not reach it.
pub fn within(query: &mut QueryBuilder<Postgres>, scope: &Scope) {
    query.push("r.organisation_id = ").push_bind(scope.organisation.0);
    if scope.all.is_whole() {
        return;
    }
    query.push(" and (");
    match (scope.all.is_nowhere(), scope.team.is_nowhere()) {
        (true, true) => {
            query.push("false");
        }
        (true, false) => on_team(query, scope),
        (false, true) => at(query, &scope.all),
        (false, false) => {
            at(query, &scope.all);
            query.push(" or (");
            on_team(query, scope);
            query.push(")");
        }
    }
    query.push(")");
}

fn at(query: &mut QueryBuilder<Postgres>, reach: &Reach) {
    let locations: Vec<Uuid> = reach.locations().iter().map(|location| location.0).collect();
    query.push("r.location_id = any(").push_bind(locations).push(")");
}

/// `in`, not `exists`: the team's index answers once, however many deals there are.
fn on_team(query: &mut QueryBuilder<Postgres>, scope: &Scope) {
    query
        .push("r.referral_id in (select t.referral_id from referral_team t where lower(t.mail) = ")
        .push_bind(scope.mail.clone())
        .push(")");
    if !scope.team.is_whole() {
        query.push(" and ");
        at(query, &scope.team);
    }
}
