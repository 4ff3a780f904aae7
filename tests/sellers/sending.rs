//! A seller starts a deal or a lead.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::world::World;

/// A form that lacks nothing.
fn form<'a>(partner: &'a str, kind: &'a str, step: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("step", step),
        ("partner", partner),
        ("kind", kind),
        ("name", "Stock control"),
        ("value", "120000"),
        ("currency", "USD"),
        ("close_date", "2026-08-31"),
        ("customer-name", "한빛물류 주식회사"),
        ("customer-line1", "110 Sejong-daero"),
        ("customer-city", "서울"),
        ("customer-country", "KR"),
        ("contact-first_name", "민준"),
        ("contact-last_name", "김"),
        ("contact-phone", "+82 2 555 0101"),
        ("contact-mail", "minjun@hanbit.example"),
        ("notes", "between sellers"),
    ]
}

fn change<'a>(mut fields: Vec<(&'a str, &'a str)>, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.retain(|(field, _)| *field != name);
    fields.push((name, value));
    fields
}

#[sqlx::test(migrations = false)]
async fn a_partner_is_found_by_name_or_any_of_its_mpn_ids(db: PgPool) {
    let world = World::new(db).await;
    let mut client = world.sign_in(&world.scene.sellers[0]).await;
    for (query, found) in [
        ("q=fabri", vec!["Fabrikam"]),
        ("q=CONSULT", vec!["Contoso Consulting"]),
        ("q=4512346", vec!["Fabrikam"]),
        ("q=4600001", vec!["Contoso Consulting"]),
        ("q=Microsoft", vec![]),
        ("q=%25", vec![]),
        ("q=fabri&country=US", vec![]),
        ("q=fabri&country=KR", vec!["Fabrikam"]),
        ("q=+", vec![]),
    ] {
        let page = client.get(&format!("/requests/new?{query}")).await;
        assert_eq!(page.texts("main .plain a"), found, "{query}");
    }
    let vendor = format!("/requests/new?partner={}", world.scene.vendor);
    assert_eq!(client.get(&vendor).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrations = false)]
async fn a_deal_is_checked_then_sent(db: PgPool) {
    let world = World::new(db).await;
    let partner = world.scene.fabrikam.to_string();
    let mut client = world.sign_in(&world.scene.sellers[0]).await;
    let begin = client.get(&format!("/requests/new?partner={partner}")).await;
    assert_eq!(begin.texts("#location option").len(), 3, "the company and its two locations");
    for (field, value) in [
        ("name", ""),
        ("value", "12,00"),
        ("close_date", "soon"),
        ("customer-country", ""),
        ("contact-mail", "nobody"),
        ("solutions", "SKU-1, NO-SUCH"),
        ("solutions", "FAB-1"),
        ("kind", "direct"),
    ] {
        let wrong = client
            .post("/requests/new", &change(form(&partner, "deal", "send"), field, value))
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(wrong.attributes(".problems a", "href").contains(&format!("#{field}")), "{field}");
        assert_eq!(wrong.attributes("#customer-name", "value"), ["한빛물류 주식회사"], "as typed");
    }
    assert_eq!(world.app.count("select count(*) from referrals").await, 0);
    let location = world.scene.seoul.to_string();
    let mut fields = change(form(&partner, "deal", "check"), "location", &location);
    fields.push(("solutions", "SKU-1"));
    let check = client.post("/requests/new", &fields).await;
    assert_eq!(check.status, StatusCode::OK);
    for words in ["Stock control", "한빛물류 주식회사", "minjun@hanbit.example", "SKU-1", "Seoul", "14 days"] {
        assert!(check.select("main").contains(words), "{words}");
    }
    // What the check page carries is what is sent.
    let names = check.attributes("main input[type=hidden]", "name");
    let values = check.attributes("main input[type=hidden]", "value");
    let carried: Vec<(&str, &str)> = names
        .iter()
        .zip(&values)
        .filter(|(name, _)| *name != "csrf")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let edit = client.post("/requests/new", &change(carried.clone(), "step", "edit")).await;
    assert_eq!((edit.status, edit.attributes("#solutions", "value")), (StatusCode::OK, vec!["SKU-1".to_owned()]));
    let sent = client.post("/requests/new", &change(carried, "step", "send")).await;
    let page = client.follow(&sent).await;
    assert_eq!(page.select("h1"), "Stock control");
    assert!(page.text().contains("between sellers") && page.text().contains("minjun@hanbit.example"));
    let theirs = world.newest_of(world.scene.fabrikam).await;
    assert_eq!(
        (world.scene.status(theirs).await, world.scene.told(theirs).await),
        ("pending".into(), vec!["received".into()])
    );
    let mut partners = world.sign_in(&world.scene.admin).await;
    let deal = partners.get(&format!("/deals/{theirs}")).await;
    assert!(deal.text().contains("Stock control") && !deal.text().contains("between sellers"));
    assert_eq!(partners.get(&format!("/leads/{theirs}")).await.status, StatusCode::NOT_FOUND, "a deal is no lead");
}

#[sqlx::test(migrations = false)]
async fn only_to_a_partners_own_location(db: PgPool) {
    let world = World::new(db).await;
    let partner = world.scene.contoso.to_string();
    let foreign = world.scene.seoul.to_string();
    let mut client = world.sign_in(&world.scene.sellers[0]).await;
    let wrong = client
        .post("/requests/new", &change(form(&partner, "sales", "send"), "location", &foreign))
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let nobody = client.post("/requests/new", &form("nobody", "sales", "send")).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.app.count("select count(*) from referrals").await, 0);
}
