//! Who may do what with PSC.

use crate::{auth::Role, web::Permission};

/// *Permissions*: account admins, global admins, and referrals admins for the whole organisation.
pub static IMPORT: Permission = Permission {
    name: "import-psc-export",
    allows: |actor| {
        !actor.is_vendor()
            && (actor.has_whole(Role::AccountAdmin)
                || actor.has_whole(Role::GlobalAdmin)
                || actor.has_whole(Role::ReferralsAdmin))
    },
    refusal: "refusal-import",
};
