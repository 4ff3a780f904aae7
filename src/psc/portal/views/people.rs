//! PSC's users and their roles.

use askama::Template;

use super::Frame;
use crate::{
    auth::Actor,
    psc::portal::{
        forms::UsersQuery,
        service::{Account, Desk, PAGE, PscUser},
    },
    web::{Ctx, L10n, Page, fields::Choice, written},
};

struct Line {
    name: String,
    mail: String,
    account: String,
    role: String,
    /// Of Partner Center, and where.
    becomes: String,
}

fn next(path: &str, query: &UsersQuery, users: &[PscUser], more: bool) -> Option<String> {
    let last = users.last().filter(|_| more)?;
    let mut address = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("q", &query.q), ("role", &query.role)] {
        if !value.is_empty() {
            address.append_pair(name, value);
        }
    }
    Some(format!("{path}?{}", address.append_pair("after", &last.id).finish()))
}

fn lines(l: L10n, users: &[PscUser]) -> Vec<Line> {
    users
        .iter()
        .map(|user| Line {
            name: written::person(&user.first_name, &user.last_name),
            mail: user.mail.clone(),
            account: format!("{} ({})", user.account_name, user.account_id),
            role: l.t(&format!("psc-role-{}", user.role)),
            becomes: l.t(if user.role == "seller" { "role-referrals-user" } else { "role-referrals-admin" }),
        })
        .collect()
}

fn roles(l: L10n, query: &UsersQuery) -> Vec<Choice> {
    let all = std::iter::once((String::new(), l.t("psc-any")));
    let roles = ["admin", "deal-manager", "seller"].map(|role| (role.to_owned(), l.t(&format!("psc-role-{role}"))));
    all.chain(roles)
        .map(|(value, label)| Choice { chosen: value == query.role(), value, label })
        .collect()
}

#[derive(Template)]
#[template(path = "psc/portal/users.html")]
pub struct UsersPage {
    page: Page,
    frame: Frame,
    search: String,
    roles: Vec<Choice>,
    lines: Vec<Line>,
    next: Option<String>,
    everything: bool,
}

impl UsersPage {
    pub fn new(ctx: &Ctx, actor: &Actor, desk: &Desk, accounts: &[Account], query: &UsersQuery, mut users: Vec<PscUser>) -> Self {
        let l = ctx.l;
        let more = users.len() > PAGE;
        users.truncate(PAGE);
        Self {
            page: Page::new(ctx, &l.t("psc-view-users")),
            frame: Frame::new(ctx, actor, desk, accounts, "users"),
            search: query.q.clone(),
            roles: roles(l, query),
            next: next("/psc/users", query, &users, more),
            lines: lines(l, &users),
            everything: desk.access.everything,
        }
    }
}

/// What a role may do, and who has it.
struct RoleView {
    name: String,
    may: String,
    becomes: String,
}

#[derive(Template)]
#[template(path = "psc/portal/roles.html")]
pub struct RolesPage {
    page: Page,
    frame: Frame,
    kinds: Vec<RoleView>,
    roles: Vec<Choice>,
    search: String,
    lines: Vec<Line>,
    next: Option<String>,
}

impl RolesPage {
    pub fn new(ctx: &Ctx, actor: &Actor, desk: &Desk, accounts: &[Account], query: &UsersQuery, mut users: Vec<PscUser>) -> Self {
        let l = ctx.l;
        let more = users.len() > PAGE;
        users.truncate(PAGE);
        let kinds = ["admin", "deal-manager", "seller"].map(|role| RoleView {
            name: l.t(&format!("psc-role-{role}")),
            may: l.t(&format!("psc-role-{role}-may")),
            becomes: l.t(if role == "seller" { "role-referrals-user" } else { "role-referrals-admin" }),
        });
        Self {
            page: Page::new(ctx, &l.t("psc-view-roles")),
            frame: Frame::new(ctx, actor, desk, accounts, "roles"),
            kinds: kinds.into(),
            roles: roles(l, query),
            search: query.q.clone(),
            next: next("/psc/roles", query, &users, more),
            lines: lines(l, &users),
        }
    }
}
