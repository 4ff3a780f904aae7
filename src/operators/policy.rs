//! Who operates the portal (domain.md section 2).

use crate::{auth::Role, web::Permission};

pub static OPERATE: Permission = Permission {
    name: "operate",
    allows: |actor| actor.is_vendor() && actor.has_whole(Role::PortalOperator),
    refusal: "refusal-operate",
};
