//! Who may see and run the deal migration.

use crate::{auth::Role, web::Permission};

/// *Permissions*: referrals admins with whole-organisation scope only (domain.md section 7).
pub static MIGRATE_DEALS: Permission = Permission {
    name: "migrate-deals",
    allows: |actor| !actor.is_vendor() && actor.has_whole(Role::ReferralsAdmin),
    refusal: "refusal-migrate-deals",
};
