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

/// *Permissions*: the people of PSC, and whoever may import. What of it they see is PSC's own roles' matter ([`Access`]).
///
/// [`Access`]: crate::psc::portal::rules::Access
pub static USE_PSC: Permission =
    Permission { name: "use PSC", allows: |actor| actor.psc_user || (IMPORT.allows)(actor), refusal: "refusal-psc" };

/// *Permissions*: whoever may import, and partner development managers. Sees wrong MPN IDs, what was asked for, and the switch.
pub static SEE_PREPARATIONS: Permission =
    Permission { name: "see preparations", allows: |actor| actor.pdm || (IMPORT.allows)(actor), refusal: "refusal-import" };

/// *Permissions*: partner development managers, for the partner whose guests they are. Operators decide on their own pages.
pub static DECIDE_MPN: Permission =
    Permission { name: "decide MPN corrections", allows: |actor| actor.pdm, refusal: "refusal-decide-mpn" };
