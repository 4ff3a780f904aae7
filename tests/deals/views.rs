//! Saved views: a person's own, under names, one of them the default.

use axum::http::StatusCode;
use partner_portal::auth::Role;
use sqlx::PgPool;

use super::seed::World;
use crate::support::TestApp;

#[sqlx::test(migrations = false)]
async fn a_view_is_saved_opened_by_default_renamed_and_forgotten(db: PgPool) {
    let app = TestApp::new(db).await;
    let world = World::new(app.db().clone()).await;
    let admin = world.admin().await;
    world.insert(world.deal("Won or not")).await;
    let mut client = app.sign_in(&admin.mail).await;

    let list = client.get("/deals?tab=outbound&status=won&q=").await;
    assert_eq!((list.status, list.location().as_str()), (StatusCode::SEE_OTHER, "/deals?tab=outbound&status=won"));
    let list = client.follow(&list).await;
    assert_eq!(list.texts(".chip:not(.view)"), ["Status: Won ×"]);
    assert!(list.select(".empty h2").contains("No deal matches this filter"));
    let form = client.get("/deals/views?query=tab%3Doutbound%26status%3Dwon").await;
    assert_eq!(form.attributes("input[name=query]", "value"), ["tab=outbound&status=won"]);

    for (name, problem) in [("", "Give the view a name."), (&"가".repeat(61), "This name is too long.")] {
        let refused = client
            .post("/deals/views", &[("name", name), ("query", "tab=outbound&status=won")])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.select(".problems a").contains(problem));
        assert_eq!(refused.attributes(".problems a", "href"), ["#view-name"]);
        assert_eq!(refused.attributes("#view-name", "value"), [name]);
    }
    let saved = client
        .post(
            "/deals/views",
            &[("name", " 성공한 거래 "), ("query", "tab=outbound&status=won&deal=x&after=1-2"), ("default", "yes")],
        )
        .await;
    assert_eq!(saved.location(), "/deals?tab=outbound&status=won");
    let again = client.post("/deals/views", &[("name", "성공한 거래"), ("query", "")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "the name is taken");
    client.post("/deals/views", &[("name", "All"), ("query", "tab=outbound")]).await;

    let first = client.get("/deals").await;
    assert_eq!(first.texts(".chip:not(.view)"), ["Status: Won ×"], "the default view");
    assert_eq!(first.texts(".chip.view"), ["All", "성공한 거래"]);
    assert_eq!(first.texts(".chip.view[aria-current]"), ["성공한 거래"]);
    let tab = client.get("/deals?tab=outbound").await;
    assert_eq!((tab.texts(".list b").len(), tab.texts(".chip.view[aria-current]")), (1, vec!["All".to_owned()]));

    let views = client.get("/deals/views").await;
    let actions = views.attributes("form[action^='/deals/views/']:not([action$='/removal'])", "action");
    assert_eq!((actions.len(), views.texts(".tag")), (2, vec!["Shown first".to_owned()]));
    let taken = client.post(&actions[0], &[("name", "성공한 거래")]).await;
    assert_eq!((taken.status, taken.texts(".problems a").len()), (StatusCode::UNPROCESSABLE_ENTITY, 1));
    client.post(&actions[0], &[("name", "Everything"), ("default", "yes")]).await;
    assert_eq!(client.get("/deals").await.texts(".chip.view[aria-current]"), ["Everything"], "there is one default");
    client.post(&actions[0], &[("name", "Everything")]).await;
    assert_eq!(client.get("/deals").await.texts(".chip.view[aria-current]"), Vec::<String>::new());

    let other = world
        .person(world.fabrikam, "other@fabrikam.example", &[(Role::ReferralsUser, None)])
        .await;
    let mut stranger = app.sign_in(&other.mail).await;
    assert_eq!(stranger.get("/deals").await.texts(".chip.view").len(), 0);
    for (path, fields) in [(actions[0].clone(), vec![("name", "Mine")]), (format!("{}/removal", actions[0]), vec![])] {
        assert_eq!(stranger.post(&path, &fields).await.status, StatusCode::NOT_FOUND);
    }
    for action in &actions {
        assert_eq!(client.post(&format!("{action}/removal"), &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(client.post(&format!("{action}/removal"), &[]).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(client.get("/deals").await.texts(".chip.view").len(), 0);
}

#[sqlx::test(migrations = false)]
async fn keys_values_and_chips_are_pages_and_links(db: PgPool) {
    let app = TestApp::new(db).await;
    let world = World::new(app.db().clone()).await;
    let admin = world.admin().await;
    for name in ["가 one", "two", "가 three"] {
        world.insert(world.deal(name)).await;
    }
    let mut client = app.sign_in(&admin.mail).await;
    let keys = client.get("/deals/keys").await;
    assert_eq!(keys.texts("kbd").len(), 7);
    let values = client.get("/deals/values").await;
    assert!(
        values
            .attributes(".chip", "href")
            .contains(&"/deals?tab=outbound&country=KR".to_owned())
    );
    let page = client.get("/deals?tab=outbound&country=KR&q=%EA%B0%80").await;
    assert_eq!(page.texts(".chips .chip").len(), 2);
    assert_eq!(
        page.attributes(".chips .chip a", "href"),
        ["/deals?tab=outbound&country=KR", "/deals?tab=outbound&q=%EA%B0%80"]
    );
    assert_eq!(page.texts(".list b").len(), 2);
    // From deal to deal through what is found, by links.
    let next = page.attributes("a[data-key=j]", "href");
    assert_eq!((next.len(), page.texts("a[data-key=k]").len()), (1, 0));
    let second = client.get(&next[0]).await;
    assert_eq!((second.texts("a[data-key=j]").len(), second.texts("a[data-key=k]").len()), (0, 1));
    assert_ne!(page.select("article h2"), second.select("article h2"));
    let typed = client.get("/deals?tab=outbound&closes_from=soon").await;
    assert_eq!((typed.status, typed.has("details[open] .problem")), (StatusCode::OK, true));
}

/// The list goes without the filter's fields until somebody wants them, and a search keeps what is filtered by.
#[sqlx::test(migrations = false)]
async fn the_filter_is_a_page_of_its_own_and_a_search_keeps_it(db: PgPool) {
    let app = TestApp::new(db).await;
    let world = World::new(app.db().clone()).await;
    let admin = world.admin().await;
    world.insert(world.deal("one")).await;
    let mut client = app.sign_in(&admin.mail).await;
    let query = format!("tab=outbound&q=one&status=accepted&location={}&country=KR", world.seoul);
    let list = client.get(&format!("/deals?{query}")).await;
    assert!(!list.has("#find [type=checkbox]"));
    assert_eq!(list.attributes("#find details a", "href"), [format!("/deals/filter?{query}")]);
    assert_eq!(list.attributes("#find details [hx-get]", "hx-get"), [format!("/deals/filter?{query}")]);
    let kept = list.attributes("#find [type=hidden]", "name");
    assert_eq!(kept, ["tab", "sort", "status", "location", "country"]);
    assert!(list.texts(".chip").iter().any(|chip| chip.contains("MPN")), "a location is told by its name");

    let page = client.get(&format!("/deals/filter?{query}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.attributes("#fields [checked]", "value"), ["accepted".to_owned(), world.seoul.to_string()]);
    assert_eq!(page.attributes("#fields option[selected]", "value"), ["", "KR"]);
    assert_eq!(page.attributes("form.find > [type=hidden]", "value"), ["outbound", "newest", "one"]);
    assert_eq!(
        page.attributes("h1 ~ a, .small", "href").first().map(String::as_str),
        Some(format!("/deals?{query}").as_str())
    );
    // Only what somebody may see is offered to them.
    let busan = [(Role::ReferralsAdmin, Some(world.busan))];
    let local = world.person(world.fabrikam, "busan@fabrikam.example", &busan).await;
    let offered = app.sign_in(&local.mail).await.get("/deals/filter").await;
    assert!(
        !offered
            .attributes("[name=location]", "value")
            .contains(&world.seoul.to_string())
    );
}
