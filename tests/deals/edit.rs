//! Editing a deal: who may, what stays as typed, and that a closed deal is closed.

use axum::http::StatusCode;
use partner_portal::auth::Role;
use sqlx::PgPool;

use super::desk::{Desk, form_of, send};

#[sqlx::test(migrations = false)]
async fn each_part_is_edited_on_its_own_page(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let deal = desk.deal(&mut client, "Before").await;
    for (part, changes) in [
        ("details", vec![("name", "After 이후"), ("value", "1,000,000.00"), ("notes", "줄 하나\r\n줄 둘")]),
        ("team", vec![("team-1-phone", "+82 10")]),
        ("solutions", vec![("solutions-1-price", "12.5")]),
        (
            "customer",
            vec![
                ("contact-first_name", "Ana"),
                ("contact-last_name", "Silva"),
                ("contact-phone", "+1"),
                ("contact-mail", "ana@adatum.example"),
            ],
        ),
    ] {
        let path = format!("{deal}/{part}");
        let page = client.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{part}");
        let saved = send(&mut client, &path, &page, &changes, "next").await;
        assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, deal.clone()), "{part}: {}", saved.text());
        let kept = form_of(&client.get(&path).await);
        for (name, value) in &changes {
            let value = value.replace("\r\n", "\n").replace("1,000,000.00", "1000000");
            assert!(kept.contains(&((*name).to_owned(), value.clone())), "{name} {value}: {kept:?}");
        }
    }
    let page = client.get(&format!("{deal}/details")).await;
    assert!(
        !page.has("select#location") && page.select("main").contains("Seoul · MPN 4512346"),
        "the location stays"
    );
    let names = client.get(&deal).await;
    assert_eq!(names.select("#deal-name"), "After 이후");
}

#[sqlx::test(migrations = false)]
async fn what_is_wrong_comes_back_as_typed_and_changes_nothing(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let deal = desk.deal(&mut client, "Right").await;
    let path = format!("{deal}/details");
    let page = client.get(&path).await;
    let before = desk.app.everything().await;
    let long = "가".repeat(256);
    let answer = send(&mut client, &path, &page, &[("name", &long), ("value", "1.5"), ("close_date", "")], "next").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.attributes(".problems a", "href"), ["#name", "#close_date", "#value"]);
    assert!(form_of(&answer).contains(&("name".into(), long)));
    // Buttons of rows save nothing either.
    let path = format!("{deal}/team");
    let page = client.get(&path).await;
    let more = send(&mut client, &path, &page, &[], "row").await;
    assert_eq!((more.status, more.texts("fieldset.person").len()), (StatusCode::UNPROCESSABLE_ENTITY, 2));
    let none = send(&mut client, &path, &page, &[], "remove:1").await;
    assert_eq!(none.texts("fieldset.person").len(), 0);
    let empty = send(&mut client, &path, &none, &[], "next").await;
    assert_eq!(empty.attributes(".problems a", "href"), ["#team"]);
    assert_eq!(desk.app.everything().await, before);
    // An empty row is nobody.
    assert_eq!(send(&mut client, &path, &more, &[], "next").await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.app.count("select count(*) from referral_team").await, 1);
}

#[sqlx::test(migrations = false)]
async fn a_customer_is_picked_anew_from_the_directory(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let deal = desk.deal(&mut client, "Customer").await;
    let path = format!("{deal}/customer");
    let page = client.get(&path).await;
    assert!(page.select("#customer").contains("한빛물류"));
    let other = send(&mut client, &path, &page, &[], "other").await;
    let found = send(&mut client, &path, &other, &[("q", "contoso"), ("country", "US")], "search").await;
    assert_eq!(found.texts(".offers li").len(), 2);
    let picked = send(&mut client, &path, &found, &[], &format!("pick:{}", desk.redmond)).await;
    assert!(picked.select("#customer").contains("One Contoso Way"));
    assert_eq!(send(&mut client, &path, &picked, &[], "next").await.location(), deal);
    assert_eq!(
        desk.app.count("select count(*) from engagements join businesses using (business_id) where duns = '900114223' and customer_line1 = 'One Contoso Way'").await,
        1
    );
}

#[sqlx::test(migrations = false)]
async fn a_closed_deal_cannot_be_edited(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let deal = desk.deal(&mut client, "Closed").await;
    let mut pages = Vec::new();
    for part in ["details", "customer", "team", "solutions"] {
        pages.push((format!("{deal}/{part}"), client.get(&format!("{deal}/{part}")).await));
    }
    for status in ["won", "lost", "declined", "expired", "error"] {
        sqlx::query("update referrals set status = $1")
            .bind(status)
            .execute(desk.app.db())
            .await
            .unwrap();
        let before = desk.app.everything().await;
        for (path, page) in &pages {
            for answer in [client.get(path).await, send(&mut client, path, page, &[("name", "Open")], "next").await] {
                assert_eq!(answer.status, StatusCode::CONFLICT, "{path} {status}");
                assert!(answer.select("main").contains("neither edited nor reopened"));
                assert_eq!(answer.attributes("main a", "href"), [deal.as_str()]);
            }
        }
        assert_eq!(desk.app.everything().await, before);
    }
}

#[sqlx::test(migrations = false)]
async fn whoever_may_not_see_a_deal_cannot_edit_it(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut admin = desk.admin().await;
    let deal = desk.deal(&mut admin, "Seoul's").await;
    let seed = desk.app.seed();
    seed.user(desk.fabrikam, "busan@fabrikam.example")
        .role_at(Role::ReferralsAdmin, desk.busan)
        .create()
        .await;
    seed.user(desk.fabrikam, "user@fabrikam.example")
        .role(Role::ReferralsUser)
        .create()
        .await;
    for mail in ["busan@fabrikam.example", "user@fabrikam.example"] {
        let mut client = desk.app.sign_in(mail).await;
        for part in ["details", "customer", "team", "solutions"] {
            let path = format!("{deal}/{part}");
            let page = admin.get(&path).await;
            assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND, "{mail} {part}");
            assert_eq!(send(&mut client, &path, &page, &[], "next").await.status, StatusCode::NOT_FOUND, "{mail} {part}");
        }
    }
    // On its team, they may.
    let path = format!("{deal}/team");
    let page = admin.get(&path).await;
    send(&mut admin, &path, &page, &[("team-1-mail", "User@fabrikam.example")], "next").await;
    let mut user = desk.app.sign_in("user@fabrikam.example").await;
    let path = format!("{deal}/details");
    let page = user.get(&path).await;
    assert_eq!(send(&mut user, &path, &page, &[("name", "Theirs")], "next").await.location(), deal);
}

#[sqlx::test(migrations = false)]
async fn an_invited_partner_edits_its_own_side_only(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let deal = desk.deal(&mut client, "Invited").await;
    desk.app
        .sql("update engagements set started_by = (select organisation_id from organisations where mpn_id = '4600001')")
        .await;
    for (part, status) in [("customer", 403), ("solutions", 403), ("details", 200), ("team", 200)] {
        let page = client.get(&format!("{deal}/{part}")).await;
        assert_eq!(page.status, status, "{part}");
    }
    let page = client
        .post(&format!("{deal}/solutions"), &[("solutions-1-id", "FAB-1"), ("do", "next")])
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.select("main").contains("Only the company that started this deal"));
}
