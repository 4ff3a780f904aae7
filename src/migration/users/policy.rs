//! Who may see and run the user migration, and who may carry its remedies out.

use crate::{
    auth::{Actor, Role},
    web::Permission,
};

/// *Permissions*: account admins, and global admins, who may everything that an account admin may (domain.md sections 2 and 6).
pub static MIGRATE_USERS: Permission = Permission {
    name: "migrate-users",
    allows: |actor| !actor.is_vendor() && (actor.has(Role::AccountAdmin) || actor.has(Role::GlobalAdmin)),
    refusal: "refusal-migrate-users",
};

/// Creates users (domain.md section 2): an account admin alone has to ask for it.
pub fn may_create_users(actor: &Actor) -> bool {
    actor.has(Role::GlobalAdmin) || actor.has(Role::UserManagementAdmin)
}

/// Adds guests (domain.md section 2).
pub fn may_add_guests(actor: &Actor) -> bool {
    actor.has(Role::GlobalAdmin)
}
