//! The list of users, and the form of a new one.

use askama::Template;

use super::problems;
use crate::{
    accounts::{
        forms::{Flaw, UserForm, UsersQuery},
        policy::{self, Right},
        service::{people::User, places::Place},
    },
    auth::{Actor, Role},
    web::{
        Ctx, Page,
        fields::{Choice, Field, FormPage},
    },
};

struct Line {
    name: String,
    path: String,
    mail: String,
    roles: Vec<String>,
    tags: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "accounts/users.html")]
pub struct UsersPage {
    page: Page,
    search: String,
    roles: Vec<Choice>,
    lines: Vec<Line>,
    may_create: bool,
    filtered: bool,
    next: Option<String>,
}

impl UsersPage {
    pub fn new(ctx: &Ctx, actor: &Actor, query: &UsersQuery, users: &[User], places: &[Place], more: bool) -> Self {
        let l = ctx.l;
        let chosen = query.parse();
        let any = Choice { value: String::new(), label: l.t("people-any-role"), chosen: chosen.role.is_none() };
        let roles = Role::ALL
            .into_iter()
            .filter(|role| role.is_vendor() == actor.is_vendor())
            .map(|role| Choice {
                value: role.code().to_owned(),
                label: super::role_name(l, role),
                chosen: chosen.role == Some(role),
            });
        let line = |user: &User| Line {
            name: user.display_name.clone(),
            path: format!("/account/users/{}", user.id),
            mail: user.mail.clone(),
            roles: super::roles(l, user, places),
            tags: super::tags(l, user),
        };
        Self {
            page: Page::new(ctx, &l.t("people-title")),
            search: query.q.clone(),
            roles: std::iter::once(any).chain(roles).collect(),
            lines: users.iter().map(line).collect(),
            may_create: policy::may(actor, Right::CreateUsers),
            filtered: !query.q.is_empty() || chosen.role.is_some() || chosen.after.is_some(),
            next: users.last().filter(|_| more).map(|last| query.next(last.id)),
        }
    }
}

/// `domains` are the tenant's verified ones.
pub fn new_user(ctx: &Ctx, actor: &Actor, form: &UserForm, domains: &[String], flaws: &[Flaw]) -> FormPage {
    let l = ctx.l;
    let problems = problems(l, flaws);
    let mut kinds = vec![("member".to_owned(), l.t("people-kind-member"))];
    if policy::may(actor, Right::AddGuests) {
        kinds.push(("guest".to_owned(), l.t("people-kind-guest")));
    }
    let hint = l.t1("people-mail-hint", "domains", domains.join(", "));
    FormPage {
        page: Page::new(ctx, &l.t("people-new")),
        about: l.t("people-title"),
        back: "/account/users".to_owned(),
        intro: l.t("people-new-intro"),
        warning: None,
        action: "/account/users".to_owned(),
        seen: String::new(),
        fields: vec![
            Field::text("mail", l.t("people-mail"), &form.mail)
                .of("email")
                .hint(hint)
                .with(&problems),
            Field::text("name", l.t("people-name"), &form.name)
                .hint(l.t("people-name-hint"))
                .with(&problems),
            Field::text("kind", l.t("people-kind"), &form.kind).among(kinds).with(&problems),
        ],
        problems,
        button: l.t("people-create"),
    }
}
