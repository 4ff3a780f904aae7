//! Every page of the route table, in both languages and both themes: nothing for axe-core, nothing beside the window on a phone or at
//! 200 %, nothing on the console (so nothing that the content policy stops); and every form refused. A page without a row in the table
//! fails, and so does a row that is no page.
//!
//! Seen to fail, broken on purpose: without the label of the search in templates/accounts/users.html, with "critical label"; with a `style=` in
//! templates/guide/mpn.html, with "on the console: SEVERE ... violates the following Content Security Policy"; without the row of
//! /notifications/{id}. And by what was wrong until then: "2 pixels beside a window of 390" (the tabs of /requests), 14 (a table of
//! /operations/jobs in Korean), "the focus is on <body>" (after the operators' forms), "serious link-name" (a saved view whose new name is
//! refused).

mod forms;
mod table;
mod world;

use std::collections::BTreeSet;

use axum::http::Method;
use partner_portal::{app, web::Lang};
use serde_json::json;
use sqlx::PgPool;

use self::{
    forms::{ANSWERED, BUTTONS, FORMS},
    table::{AWAY, FILES, PAGES, PARTS, REFUSALS, Row},
    world::{PARTNER, World},
};
use super::support::Browser;

/// What is said of a page, in one go: its status and language, its headings, its form token.
const ABOUT: &str = "return [performance.getEntriesByType('navigation')[0].responseStatus, document.documentElement.lang, \
                     document.querySelectorAll('h1').length, location.pathname]";

/// Sends a form of the page as nobody should: everything empty but for these fields.
const SEND: &str = "
    const [action, fields] = arguments;
    const form = [...document.forms].find((form) => form.method === 'post' && new URL(form.action).pathname === action);
    if (!form) return false;
    for (const field of form.elements) {
        if (field.type === 'checkbox' || field.type === 'radio') field.checked = false;
        else if (field.tagName === 'SELECT') field.value = '';
        else if (field.type !== 'hidden' && field.type !== 'file') field.value = '';
    }
    for (const [name, value] of fields) {
        for (const field of form.elements) if (field.name === name) field.disabled = true;
        const field = document.createElement('input');
        [field.type, field.name, field.value] = ['hidden', name, value];
        form.append(field);
    }
    HTMLFormElement.prototype.submit.call(form);
    return true;";

/// Where a refused form goes wrong with its reader: the problems are not where they go on, or one leads to nothing.
const LEADS: &str = "
    const list = document.querySelector('.problems');
    if (!list) return ['there are no problems'];
    const wrong = document.activeElement === list ? [] : ['the focus is on ' + document.activeElement.outerHTML.slice(0, 80)];
    for (const link of list.querySelectorAll('a')) {
        const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
        field?.focus();
        if (!field || document.activeElement !== field) wrong.push(link.outerHTML + ' leads nowhere');
    }
    return wrong;";

struct Look {
    browser: Browser,
    world: World,
    lang: Lang,
    who: &'static str,
    seen: usize,
    faults: Vec<String>,
}

impl Look {
    async fn be(&mut self, who: &'static str) {
        if self.who != who {
            self.browser.forget().await;
            if !who.is_empty() {
                self.browser.enter_as(&self.world.app, who).await;
            }
            self.who = who;
        }
    }

    fn place(&self, path: &str) -> String {
        let things = self.world.things.iter();
        things.fold(path.to_owned(), |path, (name, is)| path.replace(&format!("{{{name}}}"), is))
    }

    fn fault(&mut self, name: &str, what: &str) {
        self.faults.push(format!("{name}: {what}"));
    }

    /// What is wrong with the page that stands there; it should have this status.
    async fn at(&mut self, name: &str, status: u16) {
        self.seen += 1;
        let about = self.browser.page.execute(ABOUT, Vec::new()).await.unwrap();
        let (answered, lang, headings, path): (u16, String, usize, String) = serde_json::from_value(about).unwrap();
        if (answered, lang.as_str(), headings) != (status, self.lang.code(), 1) {
            self.fault(name, &format!("{answered} at {path} in {lang:?}, {headings} headings"));
        }
        // Light and wide, dark and narrow; the other way round in the other language.
        let korean = self.lang == Lang::Ko;
        for (width, dark) in [(1440, korean), (390, !korean)] {
            self.browser.size(width, 1000).await;
            self.browser.dark(dark).await;
            if std::env::var_os("TESTS_PICTURES").is_some() {
                let file = name.replace(['/', '?', '&', '=', ' '], "-");
                self.browser
                    .screenshot(&format!("every{file}-{}-{width}", self.lang.code()))
                    .await;
            }
            for found in self.browser.axe().await {
                self.fault(name, &format!("{width} dark={dark} {found}"));
            }
        }
        for width in [390, 720] {
            self.browser.size(width, 1000).await;
            let beside = self.browser.beside().await;
            if beside != json!(0) {
                self.fault(name, &format!("{beside} pixels beside a window of {width}"));
            }
        }
        for words in self.browser.console().await {
            self.fault(name, &format!("on the console: {words}"));
        }
    }

    async fn pages(&mut self) {
        for (_, path, who) in PAGES {
            self.be(who).await;
            self.browser.go(&self.place(path)).await;
            let about = self.browser.page.execute("return location.pathname", Vec::new()).await.unwrap();
            let wanted = self.place(path);
            if about.as_str() != wanted.split('?').next() {
                self.fault(path, &format!("leads to {about}"));
            }
            self.at(path, 200).await;
        }
        for (path, who, status) in REFUSALS {
            self.be(who).await;
            self.browser.go(&self.place(path)).await;
            self.at(path, *status).await;
        }
    }

    /// Every form, sent with nothing or nonsense in it.
    async fn forms(&mut self) {
        for (route, page, action, who, fields, status) in FORMS.iter().chain(ANSWERED) {
            self.be(who).await;
            self.browser.go(&self.place(page)).await;
            let own = page.split('?').next().unwrap_or_default();
            let action = self.place(if action.is_empty() { own } else { action });
            let fields: Vec<(&str, String)> = fields.iter().map(|(name, value)| (*name, self.place(value))).collect();
            let name = format!("POST {route} {status}");
            self.browser
                .page
                .execute("document.documentElement.dataset.asked = 'yes'", Vec::new())
                .await
                .unwrap();
            let sent = self
                .browser
                .page
                .execute(SEND, vec![json!(action), json!(fields)])
                .await
                .unwrap();
            if sent != json!(true) {
                self.fault(&name, &format!("there is no form to {action} on {page}"));
                continue;
            }
            self.sent().await;
            let searched = fields.iter().any(|(name, value)| *name == "do" && value == "search");
            if [409, 422].contains(status) && !searched {
                let wrong = self.browser.page.execute(LEADS, Vec::new()).await.unwrap();
                for words in serde_json::from_value::<Vec<String>>(wrong).unwrap() {
                    self.fault(&name, &words);
                }
            }
            self.at(&name, *status).await;
        }
    }

    /// When PSC has closed, and when the database is away.
    async fn later(&mut self) {
        self.be(PARTNER).await;
        self.world
            .app
            .sql("update psc_settings set read_only_from = '2026-06-01Z', closed_from = '2026-07-01Z'")
            .await;
        self.browser.go("/psc/home").await;
        self.at("/psc/home closed", 410).await;
        self.world.app.db().close().await;
        self.browser.go("/deals").await;
        self.at("/deals without a database", 503).await;
    }

    /// Waits until the answer to a form is there: the page that sent it is not asked about.
    async fn sent(&self) {
        let loaded = "return document.readyState === 'complete' && !document.documentElement.dataset.asked";
        for _ in 0..200 {
            if self.browser.page.execute(loaded, Vec::new()).await.unwrap_or_default() == json!(true) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

async fn walk(db: PgPool, lang: Lang) {
    let world = World::new(db).await;
    let Some(browser) = Browser::start(&world.app, lang).await else { return };
    for _ in 0..world.app.app.settings.sign_in_failures {
        let wrong = [("mail", "often@fabrikam.example"), ("password", "x")];
        world.app.client().post("/sign-in", &wrong).await;
    }
    let mut look = Look { browser, world, lang, who: "", seen: 0, faults: Vec::new() };
    look.pages().await;
    look.forms().await;
    look.later().await;
    look.browser.close().await;
    assert!(look.seen > 100, "{} pages", look.seen);
    assert!(look.faults.is_empty(), "{} pages\n{}", look.seen, look.faults.join("\n"));
}

#[sqlx::test(migrations = false)]
async fn every_page_and_every_refused_form_in_english(db: PgPool) {
    walk(db, Lang::En).await;
}

#[sqlx::test(migrations = false)]
async fn every_page_and_every_refused_form_in_korean(db: PgPool) {
    walk(db, Lang::Ko).await;
}

/// Whether a path without its query falls under a route's pattern.
fn falls_under(path: &str, pattern: &str) -> bool {
    let plain: Vec<&str> = path.split('?').next().unwrap_or_default().split('/').collect();
    let pattern: Vec<&str> = pattern.split('/').collect();
    pattern.len() == plain.len() && pattern.iter().zip(&plain).all(|(a, b)| a.starts_with('{') || a == b)
}

#[test]
fn every_route_has_its_row_and_every_row_its_route() {
    let routes = |method: Method| -> BTreeSet<&'static str> {
        app::table()
            .into_iter()
            .filter(|route| route.method == method)
            .map(|route| route.path)
            .collect()
    };
    let gets: Vec<&Row> = [PAGES, FILES, AWAY, PARTS].into_iter().flatten().collect();
    let listed: BTreeSet<&str> = gets.iter().map(|(route, ..)| *route).collect();
    assert_eq!(routes(Method::GET), listed);
    let posts: BTreeSet<&str> = FORMS
        .iter()
        .chain(ANSWERED)
        .map(|(route, ..)| *route)
        .chain(BUTTONS.iter().copied())
        .collect();
    assert_eq!(routes(Method::POST), posts);
    let wrong: Vec<_> = gets.iter().filter(|(route, path, _)| !falls_under(path, route)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[sqlx::test(migrations = false)]
async fn what_is_called_no_page_is_none(db: PgPool) {
    let mut world = World::new(db).await;
    let mut partner = world.app.sign_in(PARTNER).await;
    partner.get("/preferences").await;
    let made = partner.post("/calendar/link", &[]).await;
    let shown = partner.follow(&made).await;
    let text = shown.text();
    let secret = text
        .split("/calendar/")
        .nth(1)
        .and_then(|rest| rest.split(".ics").next())
        .expect("a link");
    world.things.insert("calendar".into(), secret.to_owned());
    let mut wrong = Vec::new();
    for (rows, what) in [(FILES, "file"), (AWAY, "away"), (PARTS, "part")] {
        for (_, path, who) in rows {
            let mut client = if who.is_empty() { world.app.client() } else { partner.clone() };
            let path = world
                .things
                .iter()
                .fold((*path).to_owned(), |path, (name, is)| path.replace(&format!("{{{name}}}"), is));
            let answer = client.get(&path).await;
            let right = match what {
                "file" => answer.status == 200 && !answer.is_page(),
                "away" => answer.status.is_redirection(),
                _ => answer.status == 200 && answer.is_page() && !answer.text().contains("<html"),
            };
            if !right {
                wrong.push(format!("{path} is no {what}: {}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
