//! A new deal, step by step.

use axum::http::StatusCode;
use partner_portal::auth::Role;
use sqlx::PgPool;

use super::desk::{ADMIN, Desk, form_of, make, member, send, step, version};

#[sqlx::test(migrations = false)]
async fn a_deal_is_made_step_by_step(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    desk.fill(&mut client, &draft, "클라우드 전환 🚚 التحول").await;
    let page = client.get(&format!("{draft}/check")).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "한빛물류 주식회사",
        "클라우드 전환 🚚 التحول",
        "₩\u{a0}250,000,000",
        "29 February 2028",
        "패브리캄 물류 관제",
        "이서연",
        "A private deal",
    ] {
        assert!(page.text().contains(words), "{words} is not on the page");
    }
    let version = version(&mut client, &draft).await;
    let made = step(&mut client, &draft, "check", &[("version", &version), ("do", "next")]).await;
    let deal = client.follow(&made).await;
    assert_eq!(deal.select("#deal-name"), "클라우드 전환 🚚 التحول");
    assert_eq!(
        desk.app.count("select count(*) from referrals r join engagements e using (engagement_id) join locations l using (location_id)
            where e.deal_type = 'private' and r.status = 'accepted' and r.missing = 0 and l.name = 'Seoul' and e.business_id is not null
              and r.value = 250000000 and r.close_date = '2028-02-29'").await,
        1
    );
    assert_eq!(
        desk.app
            .count("select count(*) from engagement_solutions where quantity = 1000 and price is null")
            .await,
        1
    );
}

#[sqlx::test(migrations = false)]
async fn a_double_click_makes_one_deal(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    desk.fill(&mut client, &draft, "Once").await;
    let version = version(&mut client, &draft).await;
    let fields = [("version", version.as_str()), ("do", "next")];
    let (mut one, mut two, mut three) = (client.clone(), client.clone(), client.clone());
    let (one, two, three) = tokio::join!(
        step(&mut one, &draft, "check", &fields),
        step(&mut two, &draft, "check", &fields),
        step(&mut three, &draft, "check", &fields)
    );
    assert!(one.location().starts_with("/deals/") && one.location() == two.location() && two.location() == three.location());
    assert_eq!(desk.app.count("select count(*) from referrals").await, 1);
    // Every page of the draft leads to the deal now, and what was typed is not kept twice.
    assert_eq!(client.get(&format!("{draft}/team")).await.location(), one.location());
    assert_eq!(
        step(&mut client, &draft, "details", &[("name", "Twice"), ("do", "next")])
            .await
            .location(),
        one.location()
    );
    assert_eq!(
        desk.app
            .count("select count(*) from deal_drafts where data = '{}' and referral_id is not null")
            .await,
        1
    );
}

#[sqlx::test(migrations = false)]
async fn back_and_forward_lose_nothing_not_even_what_is_wrong(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    let typed =
        [("name", "이름 \u{1f4a1}"), ("value", "12,50"), ("currency", "USD"), ("close_date", "2026-02-30"), ("notes", "a\r\nb")];
    let with = |button: &'static str| [typed.as_slice(), &[("do", button)]].concat();
    for (button, leads_to) in [("back", "/customer"), ("to:help", "/help"), ("next", "")] {
        let answer = step(&mut client, &draft, "details", &with(button)).await;
        if button == "next" {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(answer.attributes(".problems a", "href"), ["#value", "#close_date", "#location"]);
            assert_eq!(answer.attributes("#value", "aria-describedby"), ["value-hint value-lock value-problem"]);
        } else {
            assert_eq!(answer.location(), format!("{draft}{leads_to}"));
        }
        let page = client.get(&format!("{draft}/details")).await;
        let kept = form_of(&page);
        for (name, value) in
            [("name", "이름 \u{1f4a1}"), ("value", "12,50"), ("currency", "USD"), ("close_date", "2026-02-30"), ("notes", "a\nb")]
        {
            assert!(kept.contains(&(name.to_owned(), value.to_owned())), "{name}: {kept:?}");
        }
    }
    assert_eq!(step(&mut client, &draft, "details", &with("close")).await.location(), "/deals/new");
    let start = client.get("/deals/new").await;
    assert_eq!(start.texts(".drafts a"), ["이름 \u{1f4a1}"]);
}

#[sqlx::test(migrations = false)]
async fn asking_for_help_needs_help_contact_and_consent(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    desk.fill(&mut client, &draft, "With help").await;
    let help = client.get(&format!("{draft}/help")).await;
    assert!(
        help.select("#ask")
            .contains("A co-sell deal: your company and Microsoft see it")
    );
    let none = step(&mut client, &draft, "help", &[("ask", "ask"), ("do", "next")]).await;
    assert_eq!(
        (none.status, none.attributes(".problems a", "href")),
        (StatusCode::UNPROCESSABLE_ENTITY, vec!["#help".to_owned()])
    );
    let asked =
        [("ask", "ask"), ("help", "QuotesOrLicensing"), ("help", "GeneralOrOther"), ("vendor_notes", "안녕"), ("do", "next")];
    assert_eq!(step(&mut client, &draft, "help", &asked).await.location(), format!("{draft}/contact"));
    let lacking = step(&mut client, &draft, "contact", &[("contact-mail", "x"), ("do", "next")]).await;
    assert_eq!(lacking.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        lacking.texts(".problems a").len(),
        5,
        "three names, the mail, the consent: {:?}",
        lacking.texts(".problems a")
    );
    // Also somebody who goes round the step is told, with the way back to it.
    let version = version(&mut client, &draft).await;
    let refused = step(&mut client, &draft, "check", &[("version", &version), ("do", "next")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .attributes(".problems a", "href")
            .contains(&format!("{draft}/contact#consent"))
    );
    assert_eq!(desk.app.count("select count(*) from referrals").await, 0);
    let person = [
        ("contact-first_name", "Ana"),
        ("contact-last_name", "Silva"),
        ("contact-phone", "+1"),
        ("contact-mail", "ana@adatum.example"),
        ("consent", "yes"),
        ("do", "next"),
    ];
    assert_eq!(step(&mut client, &draft, "contact", &person).await.location(), format!("{draft}/check"));
    let made = make(&mut client, &draft).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    assert_eq!(
        desk.app
            .count(
                "select count(*) from engagements where deal_type = 'co-sell' and help = '{QuotesOrLicensing,GeneralOrOther}'
            and consent_at is not null and contact_mail = 'ana@adatum.example'"
            )
            .await,
        1
    );
    assert_eq!(desk.app.count("select count(*) from referrals where status = 'pending'").await, 1, "Microsoft's");
}

#[sqlx::test(migrations = false)]
async fn without_a_co_sell_ready_solution_no_deal_can_be_made(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    desk.fill(&mut client, &draft, "Too late").await;
    let version = version(&mut client, &draft).await;
    assert_eq!(client.get("/deals").await.attributes("a.primary", "href"), ["/deals/new"]);
    desk.app.sql("update solutions set co_sell_ready = false").await;
    for page in [client.get("/deals").await, client.get("/deals/new").await] {
        assert_eq!(page.attributes("button[disabled]", "aria-describedby"), ["new-deal-why"]);
        assert!(page.select("#new-deal-why").contains("Publish one in the marketplace first"));
        assert!(!page.has("a.primary"));
    }
    let before = desk.app.everything().await;
    let begun = client.post("/deals/new", &[]).await;
    assert_eq!(begun.status, StatusCode::CONFLICT);
    assert!(begun.select("main p").contains("no co-sell-ready solution"));
    let made = step(&mut client, &draft, "check", &[("version", &version), ("do", "next")]).await;
    // Its own solution is not offered any more either, but the rule comes first.
    assert_eq!(made.status, StatusCode::CONFLICT, "{}", made.text());
    assert_eq!(desk.app.everything().await, before);
}

#[sqlx::test(migrations = false)]
async fn drafts_are_their_makers_own(db: PgPool) {
    let desk = Desk::new(db).await;
    desk.app
        .seed()
        .user(desk.fabrikam, "other@fabrikam.example")
        .role(Role::ReferralsAdmin)
        .create()
        .await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    let mut other = desk.app.sign_in("other@fabrikam.example").await;
    assert!(!other.get("/deals/new").await.has(".drafts"));
    for answer in [
        other.get(&format!("{draft}/details")).await,
        step(&mut other, &draft, "details", &[("name", "Mine"), ("do", "next")]).await,
        step(&mut other, &draft, "check", &[("version", "1"), ("do", "next")]).await,
        other.post(&format!("{draft}/removal"), &[]).await,
        client.get("/deals/new/nonsense/details").await,
        client.get(&format!("{draft}/nonsense")).await,
    ] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.path);
    }
    assert_eq!(client.post(&format!("{draft}/removal"), &[]).await.location(), "/deals/new");
    assert_eq!(desk.app.count("select count(*) from deal_drafts").await, 0);
}

#[sqlx::test(migrations = false)]
async fn only_locations_in_scope_are_offered_and_taken(db: PgPool) {
    let desk = Desk::new(db).await;
    let seed = desk.app.seed();
    seed.user(desk.fabrikam, "seoul@fabrikam.example")
        .role_at(Role::ReferralsAdmin, desk.seoul)
        .create()
        .await;
    seed.user(desk.fabrikam, "user@fabrikam.example")
        .role_at(Role::ReferralsUser, desk.busan)
        .create()
        .await;
    for (mail, places) in [
        ("seoul@fabrikam.example", vec!["Seoul · MPN 4512346"]),
        ("user@fabrikam.example", vec!["Busan · MPN 4512347"]),
        (ADMIN, vec!["Fabrikam · MPN 4512345", "Seoul · MPN 4512346", "Busan · MPN 4512347"]),
    ] {
        let mut client = desk.app.sign_in(mail).await;
        let draft = desk.begin(&mut client).await;
        let page = client.get(&format!("{draft}/details")).await;
        assert_eq!(page.texts("#location option")[1..], places, "{mail}");
        assert!(page.select("#location-lock").contains("Cannot be changed once"));
    }
    // Another location by hand, and a referrals user who is not on the team.
    let mut client = desk.app.sign_in("user@fabrikam.example").await;
    let draft = desk.begin(&mut client).await;
    desk.fill(&mut client, &draft, "Elsewhere").await;
    let made = make(&mut client, &draft).await;
    assert_eq!(made.attributes(".problems a", "href"), [format!("{draft}/details#location")]);
    let page = client.get(&format!("{draft}/details")).await;
    send(&mut client, &format!("{draft}/details"), &page, &[("location", &desk.busan.to_string())], "next").await;
    let made = make(&mut client, &draft).await;
    assert!(made.texts(".problems a")[0].contains("Put yourself on the team"), "{:?}", made.texts(".problems a"));
    step(&mut client, &draft, "team", &member(1, "USER@fabrikam.example", "next")).await;
    let made = make(&mut client, &draft).await;
    assert_eq!(client.follow(&made).await.status, StatusCode::OK);
}

#[sqlx::test(migrations = false)]
async fn what_changed_after_the_check_is_checked_again(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    desk.fill(&mut client, &draft, "Checked").await;
    let version = version(&mut client, &draft).await;
    let page = client.get(&format!("{draft}/details")).await;
    send(&mut client, &format!("{draft}/details"), &page, &[("value", "1")], "next").await;
    let made = step(&mut client, &draft, "check", &[("version", &version), ("do", "next")]).await;
    assert_eq!(made.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(made.select(".problems").contains("changed on another page"));
    assert_eq!(desk.app.count("select count(*) from referrals").await, 0);
}

#[sqlx::test(migrations = false)]
async fn likely_duplicates_are_shown_those_out_of_scope_as_a_number(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut admin = desk.admin().await;
    let there = desk.deal(&mut admin, "클라우드 전환 1차").await;
    let draft = desk.begin(&mut admin).await;
    desk.fill(&mut admin, &draft, "클라우드 전환 2차").await;
    let page = admin.get(&format!("{draft}/check")).await;
    assert_eq!(page.attributes(".banner a", "href"), [there.as_str()]);
    // Another name and another value: no duplicate. A like value alone: one.
    for (name, value, found) in [("Zzz", "1", 0), ("Zzz", "251000000", 1), ("Zzz", "300000000", 0)] {
        let page = admin.get(&format!("{draft}/details")).await;
        send(&mut admin, &format!("{draft}/details"), &page, &[("name", name), ("value", value)], "next").await;
        let page = admin.get(&format!("{draft}/check")).await;
        assert_eq!(page.attributes(".banner a", "href").len(), found, "{name} {value}");
    }
    desk.app
        .seed()
        .user(desk.fabrikam, "busan@fabrikam.example")
        .role_at(Role::ReferralsAdmin, desk.busan)
        .create()
        .await;
    let mut busan = desk.app.sign_in("busan@fabrikam.example").await;
    let draft = desk.begin(&mut busan).await;
    desk.fill(&mut busan, &draft, "클라우드 전환 3차").await;
    let page = busan.get(&format!("{draft}/check")).await;
    assert!(!page.has(".banner a") && !page.text().contains("클라우드 전환 1차"));
    assert!(
        page.select(".banner")
            .contains("1 open deal with the same customer looks alike")
    );
    // A closed deal is none.
    desk.app.sql("update referrals set status = 'lost'").await;
    assert!(!busan.get(&format!("{draft}/check")).await.has(".banner"));
}
