//! What pages and files say alike.

use crate::{
    migration::users::{checks::Standing, store::outcomes::Outcome},
    web::L10n,
};

pub fn psc_role(l: &L10n, code: &str) -> String {
    l.t(&format!("psc-role-{code}"))
}

pub fn role(l: &L10n, code: &str) -> String {
    l.t(&format!("role-{code}"))
}

/// Where a role holds: a location's name, or the whole organisation.
pub fn place(l: &L10n, location: Option<&str>) -> String {
    location
        .filter(|name| !name.is_empty())
        .map_or_else(|| l.t("users-whole"), str::to_owned)
}

/// Why somebody has not got a role, by the code that is stored; empty for who is ready.
pub fn reason(l: &L10n, code: &str) -> String {
    match code.strip_prefix("database:") {
        Some(state) => l.t1("user-error-database", "code", state),
        None if code == "changed" => l.t("user-error-changed"),
        None if code == Standing::Ready.code() => String::new(),
        None => Standing::from_code(code).map_or_else(String::new, |standing| l.t(&format!("user-error-{}", standing.code()))),
    }
}

/// What became of a PSC user of a run.
pub fn outcome(l: &L10n, outcome: &Outcome) -> String {
    let why = outcome.reason.as_deref().map(|code| reason(l, code)).unwrap_or_default();
    match outcome.outcome.as_str() {
        "error" => why,
        "unchanged" => l.t1("user-outcome-unchanged", "reason", why),
        code => l.t(&format!("user-outcome-{code}")),
    }
}
