//! Every page without parameters, in every language: complete words, sound markup, links that lead somewhere.

use axum::http::{Method, StatusCode};
use partner_portal::{app, auth::Role, web::Lang};

use crate::support::{Answer, TestApp};

/// What is wrong with a page's markup and words.
pub fn faults(page: &Answer, lang: Lang) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |sound: bool, what: &str| {
        if !sound {
            faults.push(format!("{} in {}: {what}", page.path, lang.code()));
        }
    };
    let text = page.text();
    let html = page.html();
    let count = |selector: &str| html.select(&scraper::Selector::parse(selector).unwrap()).count();
    check(page.attributes("html", "lang") == [lang.code()], "html lang");
    check(count("h1") == 1, "not exactly one h1");
    check(count("main") == 1, "not exactly one main");
    check(!page.select("title").is_empty(), "no title");
    check(count("[style], style, script:not([src])") == 0, "inline style or script");
    check(count("img:not([alt])") == 0, "an image without alt");
    let missing = text
        .split('?')
        .any(|part| part.len() > 3 && part.contains('-') && text.contains(&format!("?{part}?")) && is_key(part));
    check(!missing, "a word is missing");
    let ids = page.attributes("[id]", "id");
    check(ids.iter().collect::<std::collections::HashSet<_>>().len() == ids.len(), "an id stands twice");
    check(
        count("form[method=post]") == count("form[method=post] input[name=csrf], form[method=post][action*='csrf=']"),
        "a form without token",
    );
    let labelled = page.attributes("label", "for");
    let inputs =
        "input:not([type=hidden]):not([aria-label]):not([type=submit]), select:not([aria-label]), textarea:not([aria-label])";
    for field in html.select(&scraper::Selector::parse(inputs).unwrap()) {
        let wrapped = field
            .ancestors()
            .any(|a| a.value().as_element().is_some_and(|e| e.name() == "label"));
        let named = field.attr("id").is_some_and(|id| labelled.iter().any(|l| l == id));
        check(wrapped || named, &format!("a field without label: {}", field.html()));
    }
    let hangul = text.chars().any(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c));
    check(hangul, "no Korean: neither words nor the language button");
    faults
}

fn is_key(part: &str) -> bool {
    part.bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

/// The table's pattern that a path of ours falls under.
fn known(path: &str) -> bool {
    let plain: Vec<&str> = path.split(['?', '#']).next().unwrap_or_default().split('/').collect();
    path.starts_with("/static/")
        || app::table().iter().any(|route| {
            let pattern: Vec<&str> = route.path.split('/').collect();
            pattern.len() == plain.len() && pattern.iter().zip(&plain).all(|(a, b)| a.starts_with('{') || a == b)
        })
}

#[sqlx::test(migrations = false)]
async fn every_page_is_sound_in_every_language(db: sqlx::PgPool) {
    let app = TestApp::new(db).await;
    let seed = app.seed();
    let partner = seed.partner("Fabrikam", "4512345").await;
    let mut everything = seed.user(partner, "everything@fabrikam.example");
    for role in Role::ALL.into_iter().filter(|role| !role.is_vendor()) {
        everything = everything.role(role);
    }
    everything.create().await;
    seed.user(partner, "nothing@fabrikam.example").create().await;
    let vendor = seed.vendor().await;
    let mut all = seed.user(vendor, "everything@microsoft.example");
    for role in Role::ALL.into_iter().filter(|role| role.is_vendor()) {
        all = all.role(role);
    }
    all.create().await;
    let (mut failures, mut seen) = (Vec::new(), 0);
    for lang in Lang::ALL {
        for route in app::table().iter().filter(|r| r.method == Method::GET && !r.path.contains('{')) {
            let clients = [
                app.client(),
                app.sign_in("everything@fabrikam.example").await,
                app.sign_in("nothing@fabrikam.example").await,
                app.sign_in("everything@microsoft.example").await,
            ];
            for client in clients {
                let page = client.with_header("accept-language", lang.code()).get(route.path).await;
                if !page.is_page() || page.status.is_redirection() {
                    continue;
                }
                seen += 1;
                assert!(
                    page.status == StatusCode::OK || page.status == StatusCode::FORBIDDEN,
                    "{}: {}",
                    page.path,
                    page.status
                );
                failures.extend(faults(&page, lang));
                for path in page
                    .attributes("a[href^='/'], link[href^='/']", "href")
                    .iter()
                    .chain(&page.attributes("form", "action"))
                {
                    if !known(path) {
                        failures.push(format!("{} leads to {path}", page.path));
                    }
                }
            }
        }
    }
    assert!(seen >= 4, "only {seen} pages");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[sqlx::test(migrations = false)]
async fn an_unknown_address_is_a_page_in_the_readers_language(db: sqlx::PgPool) {
    let app = TestApp::new(db).await;
    for (lang, words) in [(Lang::En, "There is no such page"), (Lang::Ko, "페이지를 찾을 수 없습니다")] {
        let mut client = app.client().with_header("accept-language", lang.code());
        let page = client.get("/no/such/page").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert_eq!(page.select("h1"), words);
        assert_eq!(page.select("main code").len(), 32, "the request's id");
        assert_eq!(faults(&page, lang), Vec::<String>::new());
    }
}

#[test]
fn faults_are_found() {
    let page = |body: &str| Answer {
        path: "/bad".into(),
        status: StatusCode::OK,
        headers: axum::http::HeaderMap::new(),
        body: format!("<html lang=en><title>x</title><main>{body}</main></html>").into(),
    };
    let bad = page(
        "<h1>a</h1><h1>b</h1><p style='x'>?deals-title?</p><img src=x><i id=a></i><i id=a></i><form method=post><input name=q></form>",
    );
    let found = faults(&bad, Lang::Ko).join("\n");
    for what in ["lang", "h1", "inline", "alt", "missing", "twice", "token", "label", "Korean"] {
        assert!(found.contains(what), "{what} is not found in: {found}");
    }
    assert_eq!(faults(&page("<h1>가</h1><p>Why? Because. Really?</p>"), Lang::En), Vec::<String>::new());
}
