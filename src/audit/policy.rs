//! Who reads the audit log.

use crate::{
    auth::{Actor, Role},
    web::Permission,
};

/// *Permissions*: account admins and global admins, and the vendor's portal operators; each of their own organisation.
pub static SEE_AUDIT: Permission = Permission { name: "see the audit log", allows: may_see_audit, refusal: "refusal-audit" };

pub fn may_see_audit(actor: &Actor) -> bool {
    let roles: &[Role] = if actor.is_vendor() { &[Role::PortalOperator] } else { &[Role::GlobalAdmin, Role::AccountAdmin] };
    roles.iter().any(|role| actor.has_whole(*role))
}
