//! Who may use the leads' pages: the same people, within the same scopes, as deals (domain.md section 2).

use crate::{
    auth::{Actor, Role},
    web::Permission,
};

/// Reads and works on leads in scope.
pub static SEE_LEADS: Permission = Permission { name: "see leads", allows: may_see_leads, refusal: "refusal-see-leads" };

fn may_see_leads(actor: &Actor) -> bool {
    !actor.is_vendor() && (actor.has(Role::ReferralsAdmin) || actor.has(Role::ReferralsUser))
}
