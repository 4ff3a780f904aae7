//! Every route of the table, asked by everybody: the table's `who` is what happens.
//!
//! Seen to fail: with a guard that lets in whoever is signed in (`guard` in src/web/routes.rs), "GET /requests for no role: 200 OK" and so on.

use axum::http::{Method, StatusCode};
use partner_portal::{
    app,
    auth::{Actor, Assignment, Role},
    ids::{LocationId, OrganisationId, UserId},
    web::{Route, Who, csrf},
};

use crate::support::{Answer, Client, TestApp};

const FORM: &str = "application/x-www-form-urlencoded";

/// Somebody who asks: their name in failures, their roles, and what is wrong with their session.
struct Somebody {
    name: String,
    mail: String,
    /// What the table is asked with; `None` for whoever is not signed in.
    actor: Option<Actor>,
    spoiled: Spoiled,
}

#[derive(Clone, Copy, PartialEq)]
enum Spoiled {
    No,
    SignedOut,
    Disabled,
    Revoked,
}

impl Somebody {
    async fn client(&self, app: &TestApp) -> Client {
        match self.spoiled {
            Spoiled::SignedOut => app.client(),
            Spoiled::Revoked => {
                let client = app.sign_in(&self.mail).await;
                app.sql("update sessions set revoked_at = now() where user_id = (select user_id from users where mail = 'revoked@fabrikam.example')")
                    .await;
                client
            }
            Spoiled::No | Spoiled::Disabled => app.sign_in(&self.mail).await,
        }
    }
}

fn actor(organisation: OrganisationId, vendor: bool, mail: &str, roles: Vec<Assignment>) -> Actor {
    Actor {
        user: UserId::new(),
        organisation,
        organisation_name: String::new(),
        mpn_id: (!vendor).then(|| "4512345".to_owned()),
        display_name: String::new(),
        mail: mail.to_owned(),
        locale: None,
        theme: None,
        time_zone: "UTC".into(),
        pdm: false,
        psc_user: false,
        roles,
    }
}

/// A role and where it holds; `None`: no role.
type Granted = Option<(Role, Option<LocationId>)>;

/// One person per role, per role that can be local, without a role; and those who may do nothing although they could once.
async fn everybody(app: &TestApp) -> Vec<Somebody> {
    let seed = app.seed();
    let partner = seed.partner("Fabrikam", "4512345").await;
    let location = seed.location(partner, "4512346", "Seoul").await;
    let vendor = seed.vendor().await;
    let mut kinds: Vec<(String, Granted)> = vec![("no role".into(), None)];
    for role in Role::ALL {
        kinds.push((role.code().to_owned(), Some((role, None))));
        if role.can_be_local() {
            kinds.push((format!("{} of a location", role.code()), Some((role, Some(location)))));
        }
    }
    let mut people = Vec::new();
    for (name, role) in kinds {
        let is_vendor = role.is_some_and(|(role, _)| role.is_vendor());
        let organisation = if is_vendor { vendor } else { partner };
        let mail = format!("{}@fabrikam.example", name.replace(' ', "-"));
        let user = seed.user(organisation, &mail).create().await;
        if let Some((role, location)) = role {
            seed.grant(user, role, location).await;
        }
        let roles = role.into_iter().map(|(role, location)| Assignment { role, location }).collect();
        people.push(Somebody { name, actor: Some(actor(organisation, is_vendor, &mail, roles)), mail, spoiled: Spoiled::No });
    }
    people.extend(without_role(app, partner, vendor).await);
    for (name, spoiled) in [("disabled", Spoiled::Disabled), ("revoked", Spoiled::Revoked), ("signed-out", Spoiled::SignedOut)] {
        let mail = format!("{name}@fabrikam.example");
        let user = seed.user(partner, &mail);
        let user = if spoiled == Spoiled::Disabled { user.disabled() } else { user };
        user.role(Role::AccountAdmin).role(Role::ReferralsAdmin).create().await;
        people.push(Somebody { name: name.into(), mail, actor: None, spoiled });
    }
    people
}

/// Whose rights come from no role: the partner development manager, a guest of the vendor's, and the people of PSC.
async fn without_role(app: &TestApp, partner: OrganisationId, vendor: OrganisationId) -> Vec<Somebody> {
    sqlx::query("insert into tenant_domains values ('microsoft.example', $1)")
        .bind(vendor)
        .execute(app.db())
        .await
        .unwrap();
    let (pdm, psc) = ("pdm@microsoft.example", "psc@fabrikam.example");
    app.seed().user(partner, pdm).guest().create().await;
    app.seed().user(partner, psc).create().await;
    sqlx::query("insert into psc_work_accounts (organisation_id, psc_user_id, mail, named_at) values ($1, 'PU-1', $2, now())")
        .bind(partner)
        .bind(psc)
        .execute(app.db())
        .await
        .unwrap();
    let somebody = |name: &str, mail: &str, actor| Somebody {
        name: name.into(),
        mail: mail.into(),
        actor: Some(actor),
        spoiled: Spoiled::No,
    };
    let plain = |mail| actor(partner, false, mail, Vec::new());
    vec![
        somebody("partner development manager", pdm, Actor { pdm: true, ..plain(pdm) }),
        somebody("somebody of PSC", psc, Actor { psc_user: true, ..plain(psc) }),
    ]
}

/// The route's path with an identifier that nothing has in place of each parameter.
fn concrete(route: &Route) -> String {
    let segment = |part: &str| if part.starts_with('{') { LocationId::new().to_string() } else { part.to_owned() };
    route.path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

async fn ask(client: &mut Client, somebody: &Somebody, route: &Route, path: &str) -> Answer {
    if somebody.spoiled != Spoiled::No {
        // Whoever is not signed in any more has the token of a page that says so.
        client.get("/sign-in").await;
    }
    if route.method == Method::GET { client.get(path).await } else { client.post(path, &[]).await }
}

/// Why the answer is wrong, if it is.
fn wrong(route: &Route, somebody: &Somebody, answer: &Answer) -> Option<String> {
    let status = answer.status;
    let to_sign_in = status == StatusCode::SEE_OTHER && answer.location().starts_with("/sign-in");
    let right = if route.who.lets(somebody.actor.as_ref()) {
        // With nothing there and an empty form, being let in is 404 or 422 as often as it is 200.
        let let_in = !status.is_server_error() && status != StatusCode::FORBIDDEN && status != StatusCode::UNAUTHORIZED;
        let_in && (!to_sign_in || route.path.starts_with("/sign-") || route.path == "/language")
    } else if somebody.actor.is_some() {
        status == StatusCode::FORBIDDEN
    } else {
        to_sign_in
    };
    (!right).then(|| format!("{} {} for {}: {status} {}", route.method, route.path, somebody.name, answer.location()))
}

#[sqlx::test(migrations = false)]
async fn every_route_lets_in_whom_the_table_names_and_nobody_else(db: sqlx::PgPool) {
    let app = TestApp::new(db).await;
    let people = everybody(&app).await;
    let mut failures = Vec::new();
    for route in app::table() {
        let path = concrete(&route);
        for somebody in &people {
            let mut client = somebody.client(&app).await;
            let denied_write = !route.method.is_safe() && !route.who.lets(somebody.actor.as_ref());
            let before = if denied_write { app.everything().await } else { Vec::new() };
            let answer = ask(&mut client, somebody, &route, &path).await;
            failures.extend(wrong(&route, somebody, &answer));
            if denied_write && app.everything().await != before {
                failures.push(format!("{} {} wrote for {}", route.method, route.path, somebody.name));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[sqlx::test(migrations = false)]
async fn no_write_goes_through_without_the_form_token(db: sqlx::PgPool) {
    let app = TestApp::new(db).await;
    let people = everybody(&app).await;
    let other = csrf::token("somebody else's secret");
    let mut failures = Vec::new();
    for route in app::table().iter().filter(|route| !route.method.is_safe()) {
        let path = concrete(route);
        let signed_in = people.iter().find(|p| p.actor.is_some() && route.who.lets(p.actor.as_ref()));
        for somebody in signed_in
            .into_iter()
            .chain(people.iter().find(|p| p.spoiled == Spoiled::SignedOut))
        {
            let mut client = somebody.client(&app).await;
            let before = app.everything().await;
            let answers = [
                client.post_raw(&path, FORM, "").await,
                client.post_raw(&path, FORM, format!("csrf={other}")).await,
                client
                    .post_raw(&format!("{path}?csrf={other}"), "multipart/form-data; boundary=b", "")
                    .await,
                client.post_raw(&path, "application/json", "{}").await,
            ];
            for answer in answers {
                if answer.status != StatusCode::FORBIDDEN {
                    failures.push(format!("{} for {}: {}", route.path, somebody.name, answer.status));
                }
            }
            assert_eq!(app.everything().await, before, "{}", route.path);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_path_and_method_stands_once_in_the_table_and_reading_is_get() {
    let table = app::table();
    let mut seen = std::collections::HashSet::new();
    for route in &table {
        assert!(seen.insert((route.method.clone(), route.path)), "{} {} twice", route.method, route.path);
        assert!([Method::GET, Method::POST].contains(&route.method), "{} {}", route.method, route.path);
        assert!(!(route.method == Method::POST && route.nav.is_some()), "{} is no page", route.path);
    }
    assert!(table.iter().any(|route| matches!(route.who, Who::Anyone)));
}

/// `docs/permissions.md` is made from the table, so that a change of who may do what is seen in a review.
#[test]
fn the_permissions_page_is_up_to_date() {
    let made = permissions();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/permissions.md");
    if std::env::var_os("TESTS_WRITE_DOCS").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(kept, made, "write it anew: TESTS_WRITE_DOCS=1 cargo test the_permissions_page");
}

fn permissions() -> String {
    use std::fmt::Write;
    let mut page = "# Who may use which route\n\nMade from the route table by a test (`tests/routes.rs`); \
                    written anew with `TESTS_WRITE_DOCS=1 cargo test the_permissions_page`.\n\
                    A role that can be given for single locations is named with \"(location)\" where that is enough.\n\n\
                    | Method | Path | Who |\n|---|---|---|\n"
        .to_owned();
    let organisation = OrganisationId::new();
    for route in app::table() {
        let allowed = |role: Role, location| {
            let assignment = Assignment { role, location };
            route
                .who
                .lets(Some(&actor(organisation, role.is_vendor(), "", vec![assignment])))
        };
        let who = match route.who {
            Who::Anyone => "anyone".to_owned(),
            Who::SignedIn => "anybody signed in".to_owned(),
            Who::May(permission) => {
                let roles = Role::ALL.into_iter().filter_map(|role| {
                    let local = role.can_be_local() && allowed(role, Some(LocationId::new()));
                    let name = role.code();
                    if local { Some(format!("{name} (location)")) } else { allowed(role, None).then(|| name.to_owned()) }
                });
                let somebody = actor(organisation, false, "", Vec::new());
                let without_role = [
                    ("partner development manager", Actor { pdm: true, ..somebody.clone() }),
                    ("people of PSC", Actor { psc_user: true, ..somebody }),
                ];
                let others = without_role
                    .into_iter()
                    .filter_map(|(name, actor)| route.who.lets(Some(&actor)).then(|| name.to_owned()));
                format!("{}: {}", permission.name, roles.chain(others).collect::<Vec<_>>().join(", "))
            }
        };
        let _ = writeln!(page, "| {} | `{}` | {who} |", route.method, route.path);
    }
    page
}
