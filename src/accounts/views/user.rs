//! One user: roles, account, one-time password; and one's own password.

use askama::Template;

use super::problems;
use crate::{
    accounts::{
        forms::{Flaw, GrantForm, WHOLE},
        policy::{self, Right},
        rules::PASSWORD_MIN,
        service::{
            people::{OneTime, User},
            places::Place,
        },
    },
    audit::policy::may_see_audit,
    auth::{Actor, Assignment, Role},
    web::{
        Ctx, L10n, Page,
        fields::{Field, Problem},
        routes::PASSWORD,
    },
};

struct RoleLine {
    name: String,
    scope: String,
    may: String,
    /// Code of the role and id of the location, of whoever may take it.
    remove: Option<(&'static str, String)>,
}

struct Grant {
    role: Field,
    places: Option<Field>,
    /// Each role that may be given, and what it may.
    meanings: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "accounts/user.html")]
pub struct UserPage {
    page: Page,
    path: String,
    mail: String,
    kind: String,
    created: String,
    tags: Vec<(&'static str, String)>,
    roles: Vec<RoleLine>,
    grant: Option<Grant>,
    /// May disable, enable, set passwords; never one's own.
    managed: bool,
    disabled: bool,
    /// It is the reader.
    own: bool,
    password: &'static str,
    audit: Option<String>,
    problems: Vec<Problem>,
}

impl UserPage {
    pub fn new(ctx: &Ctx, actor: &Actor, user: &User, places: &[Place], form: &GrantForm, flaws: &[Flaw]) -> Self {
        let l = ctx.l;
        let problems = problems(l, flaws);
        let own = user.id == actor.user;
        let mut held: Vec<&Assignment> = user.roles.iter().collect();
        held.sort_by_key(|a| a.role);
        Self {
            page: Page::new(ctx, &user.display_name),
            path: format!("/account/users/{}", user.id),
            mail: user.mail.clone(),
            kind: l.t(if user.guest { "people-kind-guest" } else { "people-kind-member" }),
            created: l.moment(user.created_at),
            tags: super::tags(l, user),
            roles: held.into_iter().map(|a| role_line(l, actor, a, places)).collect(),
            grant: grant(l, actor, places, form, &problems),
            managed: policy::may(actor, Right::ManageUsers) && !own,
            disabled: user.disabled_at.is_some(),
            own,
            password: PASSWORD,
            audit: may_see_audit(actor).then(|| format!("/account/audit?about={}", user.id)),
            problems,
        }
    }
}

fn role_line(l: L10n, actor: &Actor, held: &Assignment, places: &[Place]) -> RoleLine {
    let location = held.location.map(|id| id.to_string()).unwrap_or_default();
    RoleLine {
        name: super::role_name(l, held.role),
        scope: super::scope(l, held, places),
        may: l.t(&format!("role-{}-may", held.role.code())),
        remove: policy::may_grant(actor, held.role).then(|| (held.role.code(), location)),
    }
}

fn grant(l: L10n, actor: &Actor, places: &[Place], form: &GrantForm, problems: &[Problem]) -> Option<Grant> {
    let roles: Vec<Role> = Role::ALL.into_iter().filter(|role| policy::may_grant(actor, *role)).collect();
    if roles.is_empty() {
        return None;
    }
    let none = (String::new(), l.t("people-choose-role"));
    let choices = roles.iter().map(|role| (role.code().to_owned(), super::role_name(l, *role)));
    let local = roles.iter().any(|role| role.can_be_local());
    let whole = (WHOLE.to_owned(), l.t("people-whole"));
    let each = places
        .iter()
        .map(|place| (place.id.to_string(), super::place_name(places, place.id)));
    Some(Grant {
        role: Field::text("role", l.t("people-role"), &form.role)
            .among(std::iter::once(none).chain(choices))
            .with(problems),
        places: local.then(|| {
            Field::text("places", l.t("people-places"), "")
                .any_of(std::iter::once(whole).chain(each), &form.places)
                .with(problems)
        }),
        meanings: roles
            .iter()
            .map(|role| (super::role_name(l, *role), l.t(&format!("role-{}-may", role.code()))))
            .collect(),
    })
}

/// A one-time password, shown once.
#[derive(Template)]
#[template(path = "accounts/one_time.html")]
pub struct OneTimePage {
    page: Page,
    mail: String,
    password: String,
    user: String,
}

impl OneTimePage {
    pub fn new(ctx: &Ctx, made: &OneTime) -> Self {
        let l = ctx.l;
        Self {
            page: Page::new(ctx, &l.t1("people-one-time-title", "name", &made.display_name)),
            mail: made.mail.clone(),
            password: made.password.clone(),
            user: format!("/account/users/{}", made.user),
        }
    }
}

/// One's own password. Nothing that was typed comes back.
#[derive(Template)]
#[template(path = "accounts/password.html")]
pub struct PasswordPage {
    page: Page,
    intro: String,
    action: &'static str,
    mail: String,
    old: Field,
    new: Field,
    again: Field,
    problems: Vec<Problem>,
}

impl PasswordPage {
    pub fn new(ctx: &Ctx, actor: &Actor, flaws: &[Flaw]) -> Self {
        let l = ctx.l;
        let problems = problems(l, flaws);
        let field = |id: &'static str, label: &str, fill: &'static str| {
            let label = if id == "old" && ctx.password_due { l.t("password-old-one-time") } else { l.t(label) };
            Field::text(id, label, "").of("password").autocomplete(fill).with(&problems)
        };
        Self {
            page: Page::new(ctx, &l.t("password-title")),
            intro: l.t(if ctx.password_due { "password-due" } else { "password-intro" }),
            action: PASSWORD,
            mail: actor.mail.clone(),
            old: field("old", "password-old", "current-password"),
            new: field("new", "password-new", "new-password")
                .hint(l.count("password-new-hint", i64::try_from(PASSWORD_MIN).unwrap_or_default())),
            again: field("again", "password-again", "new-password"),
            problems,
        }
    }
}
