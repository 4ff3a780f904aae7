//! Who may use the deals' pages (domain.md section 2). Which deals somebody sees is the scope's matter.

use crate::{
    auth::{Actor, Role, Scope},
    ids::LocationId,
    migration::{deals::policy::MIGRATE_DEALS, users::policy::MIGRATE_USERS},
    web::Permission,
};

/// Reads co-sell deals in scope.
pub static SEE_DEALS: Permission = Permission { name: "see deals", allows: may_see_deals, refusal: "refusal-see-deals" };

fn may_see_deals(actor: &Actor) -> bool {
    actor.has(Role::ReferralsAdmin) || actor.has(Role::ReferralsUser)
}

/// Brings deals over from PSC.
pub fn may_migrate(actor: &Actor) -> bool {
    (MIGRATE_DEALS.allows)(actor)
}

/// Deals at the location can be in scope.
pub fn may_reach(scope: &Scope, location: LocationId) -> bool {
    [&scope.all, &scope.team]
        .into_iter()
        .any(|reach| reach.is_whole() || reach.locations().contains(&location))
}

/// Brings users over from PSC.
pub fn may_migrate_users(actor: &Actor) -> bool {
    (MIGRATE_USERS.allows)(actor)
}
