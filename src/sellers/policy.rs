//! Who may use the sellers' pages (domain.md section 3, "Microsoft's side"). Whose request it is decides who may act on it.

use crate::{
    auth::{Actor, Role},
    web::Permission,
};

/// Sees what partners share with Microsoft, answers requests, sends deals and leads.
pub static SELL: Permission = Permission { name: "answer requests", allows: may_sell, refusal: "refusal-sell" };

fn may_sell(actor: &Actor) -> bool {
    actor.is_vendor() && actor.has(Role::Seller)
}
