//! What stands in which list.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::world::{World, names};
use crate::referrals::scene::somebody;

fn named(name: &str) -> impl FnOnce(&mut partner_portal::referrals::command::NewDeal) {
    let name = name.to_owned();
    move |new| new.details.name = name
}

#[sqlx::test(migrations = false)]
async fn requests_are_shared_out_and_each_seller_sees_their_own(db: PgPool) {
    let world = World::new(db).await;
    for name in ["First", "Second", "Third", "Fourth"] {
        world.request(named(name)).await;
    }
    let mut seen = Vec::new();
    for seller in &world.scene.sellers {
        let mut client = world.sign_in(seller).await;
        let start = client.get("/").await;
        assert_eq!(start.location(), "/requests", "a seller begins with the requests");
        let page = client.get("/requests").await;
        assert_eq!(page.texts(".tabs .count"), ["2", "4", "0", "0", "0"]);
        seen.extend(names(&page));
        let all = client.get("/requests?tab=waiting").await;
        assert_eq!(names(&all).len(), 4);
        assert!(all.texts("tbody tr")[0].contains("Fabrikam") && all.texts("tbody tr")[0].contains("South Korea"));
        assert!(all.texts("tbody .tag").contains(&"14 days left".to_owned()));
    }
    seen.sort();
    assert_eq!(seen, ["First", "Fourth", "Second", "Third"]);
}

#[sqlx::test(migrations = false)]
async fn requests_of_a_country_that_nobody_serves_wait_for_whoever_takes_them(db: PgPool) {
    let world = World::new(db).await;
    world.request(named("Korean")).await;
    let (_, french) = world
        .request(|new| {
            new.details.name = "French".into();
            new.customer.country = "FR".into();
        })
        .await;
    let seller = &world.scene.sellers[0];
    let mut client = world.sign_in(seller).await;
    for (query, expected) in [
        ("tab=waiting", vec!["Korean", "French"]),
        ("tab=waiting&country=FR", vec!["French"]),
        ("tab=waiting&country=KR", vec!["Korean"]),
        ("tab=waiting&whose=nobody", vec!["French"]),
        ("tab=waiting&whose=nobody&country=KR", vec![]),
        ("tab=waiting&q=FREN", vec!["French"]),
        ("tab=waiting&q=adatum+kor", vec!["Korean"]),
        ("tab=waiting&q=%25", vec![]),
    ] {
        assert_eq!(names(&client.get(&format!("/requests?{query}")).await), expected, "{query}");
    }
    let page = client.get(&format!("/requests/{french}")).await;
    let taken = client
        .post(&format!("/requests/{french}/taking"), &[("seen", &super::world::seen(&page))])
        .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    assert!(names(&client.get("/requests").await).contains(&"French".to_owned()));
    let assigned = world.scene.sellers_of(french).await.0.user;
    assert_eq!(assigned, seller.user);
}

#[sqlx::test(migrations = false)]
async fn private_deals_are_nowhere_and_partner_led_ones_are_for_reading(db: PgPool) {
    let world = World::new(db).await;
    let private = world.scene.deal(named("Private")).await;
    let led = world
        .scene
        .deal(|new| {
            new.details.name = "Led".into();
            new.details.notes = "our own notes".into();
            new.details.crm_id = "CRM-77".into();
            new.contact = somebody("buyer@adatum.example");
            new.visible = true;
        })
        .await;
    let mut client = world.sign_in(&world.scene.sellers[0]).await;
    for tab in ["mine", "waiting", "working", "closed", "partner-led"] {
        for rest in ["", "&q=private", "&whose=everybody", "&country=KR"] {
            let page = client.get(&format!("/requests?tab={tab}{rest}")).await;
            assert!(!names(&page).contains(&"Private".to_owned()), "{tab}{rest}");
        }
    }
    let (private_engagement, led_engagement) = (world.engagement(private).await, world.engagement(led).await);
    for path in [
        format!("/requests/{private}"),
        format!("/requests/{private_engagement}"),
        format!("/requests/partner-led/{private_engagement}"),
        format!("/requests/partner-led/{private}"),
        format!("/requests/{led}"),
        "/requests/nothing".into(),
    ] {
        assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let listed = client.get("/requests?tab=partner-led&q=led").await;
    assert_eq!(names(&listed), ["Led"]);
    let page = client.get(&format!("/requests/partner-led/{led_engagement}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.select("h1"), "Led");
    assert!(page.text().contains("Adatum") && page.text().contains("for reading only"));
    assert!(page.attributes("main form", "action").is_empty(), "there is nothing to do");
    for secret in ["our own notes", "CRM-77", "buyer@adatum.example"] {
        assert!(!page.text().contains(secret), "{secret} is the partner's own");
    }
    for path in ["taking", "acceptance", "decline", "win", "lose", "details", "stage", "notes", "assignment"] {
        let fields = [("seen", "1.1"), ("stage", "20"), ("reason", "1"), ("note", "x"), ("name", "x")];
        let answer = client.post(&format!("/requests/{led}/{path}"), &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[sqlx::test(migrations = false)]
async fn lists_go_on_where_the_page_before_ended(db: PgPool) {
    let world = World::new(db).await;
    let (deal, request) = world.request(named("Template")).await;
    let copy = |sql: &'static str, id| sqlx::query(sql).bind(id).execute(world.app.db());
    // A hundred and twenty of one deadline each second: the order among equals is by id.
    copy(
        "with n as (select n, gen_random_uuid() as e, gen_random_uuid() as r from generate_series(1, 120) n),
              e as (insert into engagements (engagement_id, deal_type, customer_name, customer_country, created_at)
                    select e, 'co-sell', 'Adatum', 'KR', now() from n returning 1)
         insert into referrals (referral_id, engagement_id, organisation_id, direction, name, customer_name, customer_country, status,
                status_at, expires_at, sent_at, seller_id, seller_name, created_at, updated_at)
         select n.r, n.e, t.organisation_id, 'inbound', 'Copy ' || n.n, 'Adatum', 'KR', 'pending', t.status_at,
                t.expires_at + interval '1 second' * (n.n / 40), t.sent_at, t.seller_id, t.seller_name, t.created_at, t.updated_at
         from n, referrals t where t.referral_id = $1",
        request,
    )
    .await
    .unwrap();
    assert!(world.scene.status(deal).await == "accepted");
    let owner = world.scene.sellers_of(request).await.0;
    let mut client = world.sign_in(owner).await;
    for tab in ["mine", "waiting", "waiting&country=KR"] {
        let (mut seen, mut path, mut pages) = (Vec::new(), format!("/requests?tab={tab}"), 0);
        loop {
            let page = client.get(&path).await;
            seen.extend(names(&page));
            pages += 1;
            match page.attributes("a[rel=next]", "href").pop() {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!((pages, seen.len()), (3, 121), "{tab}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 121, "{tab}: none twice, none left out");
    }
}
