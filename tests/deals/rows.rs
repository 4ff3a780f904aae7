//! Rows without scripts: people and solutions are added and removed by buttons; and how many there may be.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::desk::{ADMIN, Desk, form_of, make, member, send, step};

#[sqlx::test(migrations = false)]
async fn people_are_added_and_removed_and_recent_ones_offered(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    let path = format!("{draft}/team");
    let page = client.get(&path).await;
    assert!(form_of(&page).contains(&("team-1-mail".into(), ADMIN.into())), "the maker is on the team");
    let answer = send(&mut client, &path, &page, &[("team-1-phone", "010")], "row").await;
    assert_eq!(answer.location(), format!("{path}#team-2-first_name"));
    let two = [member(1, "one@fabrikam.example", "row"), member(2, "둘@fabrikam.example", "remove:1")].concat();
    let two: Vec<_> = two.into_iter().filter(|field| *field != ("do", "row")).collect();
    step(&mut client, &draft, "team", &two).await;
    let page = client.get(&path).await;
    assert_eq!(page.attributes("input[type=email]", "value"), ["둘@fabrikam.example"]);
    assert!(!page.has(".offered"), "nobody was on a team yet");
    desk.deal(&mut client, "Earlier").await;
    let page = client.get(&path).await;
    assert_eq!(page.attributes(".offered button", "value"), [format!("person:{ADMIN}")]);
    send(&mut client, &path, &page, &[], &format!("person:{ADMIN}")).await;
    let page = client.get(&path).await;
    assert_eq!(page.attributes("input[type=email]", "value"), ["둘@fabrikam.example", ADMIN]);
    assert!(!page.has(".offered"));
}

fn people(count: usize) -> Vec<(String, String)> {
    let one = |n: usize| {
        [("first_name", "가".to_owned()), ("last_name", "나".into()), ("phone", "1".into()), ("mail", format!("p{n}@x.example"))]
            .map(|(part, text)| (format!("team-{n}-{part}"), text))
    };
    (1..=count).flat_map(one).collect()
}

#[sqlx::test(migrations = false)]
async fn fifty_members_and_solutions_are_enough_and_fifty_one_too_many(db: PgPool) {
    let desk = Desk::new(db).await;
    desk.app
        .sql("insert into solutions (solution_id, organisation_id, name, co_sell_ready)
              select 'S-' || n, organisation_id, 'Solution ' || n, true from organisations, generate_series(1, 51) n where mpn_id = '4512345'")
        .await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    desk.fill(&mut client, &draft, "Large").await;
    for (count, fine) in [(51, false), (50, true)] {
        for (part, mut fields) in [
            ("team", people(count)),
            ("solutions", (1..=count).map(|n| (format!("solutions-{n}-id"), format!("S-{n}"))).collect()),
        ] {
            fields.push(("do".into(), "next".into()));
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let answer = step(&mut client, &draft, part, &fields).await;
            assert_eq!(answer.status == StatusCode::SEE_OTHER, fine, "{count} {part}: {}", answer.status);
            if !fine {
                assert_eq!(answer.attributes(".problems a", "href"), [format!("#{part}")]);
                assert_eq!(answer.texts(&format!("#{part} fieldset legend")).len(), 51, "as typed");
            }
        }
    }
    let made = make(&mut client, &draft).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    assert_eq!(desk.app.count("select count(*) from referral_team").await, 50);
    assert_eq!(desk.app.count("select count(*) from engagement_solutions").await, 50);
}

#[sqlx::test(migrations = false)]
async fn money_has_the_decimals_of_its_currency_and_fits_its_column(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    desk.fill(&mut client, &draft, "Money").await;
    let path = format!("{draft}/details");
    for (value, currency, fine) in [
        ("1000", "KRW", true),
        ("1000.5", "KRW", false),
        ("1000.00", "KRW", true),
        ("12,500.50", "USD", true),
        ("12500.555", "USD", false),
        ("1.555", "KWD", true),
        ("1.5555", "KWD", false),
        ("99999999999999", "KRW", true),
        ("99999999999999.99", "USD", true),
        ("100000000000000", "KRW", false),
        ("0", "USD", true),
        ("-1", "USD", false),
        ("1,00", "USD", false),
        ("12", "ZZZ", false),
        ("12", "", false),
        ("", "USD", false),
    ] {
        let page = client.get(&path).await;
        let answer = send(&mut client, &path, &page, &[("value", value), ("currency", currency)], "next").await;
        assert_eq!(
            answer.status == StatusCode::SEE_OTHER,
            fine,
            "{value} {currency}: {:?}",
            answer.texts(".problems a")
        );
        if fine {
            let made = client.get(&format!("{draft}/check")).await;
            assert!(made.has("button.primary"), "{value} {currency}: {:?}", made.texts(".problems a"));
        } else {
            assert_eq!(answer.texts(".problems a").len(), 1, "{value} {currency}: {:?}", answer.texts(".problems a"));
        }
    }
}

#[sqlx::test(migrations = false)]
async fn a_solution_assessment_is_one_type_and_only_for_approved_partners(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    desk.fill(&mut client, &draft, "Assessment").await;
    let path = format!("{draft}/solutions");
    assert!(!client.get(&path).await.has("[value='assess:yes']"));
    desk.app
        .sql("update organisations set solution_assessments = true where mpn_id = '4512345'")
        .await;
    let page = client.get(&path).await;
    assert!(page.has("[value='assess:yes']"));
    send(&mut client, &path, &page, &[], "assess:yes").await;
    let page = client.get(&path).await;
    assert_eq!(page.texts("#assessment label"), ["Cloud economics"]);
    assert!(!page.has("input[type=search]") && !page.has("input[name^=solutions-]"), "no other solutions");
    let none = send(&mut client, &path, &page, &[], "next").await;
    assert_eq!(none.attributes(".problems a", "href"), ["#assessment"]);
    assert_eq!(
        step(&mut client, &draft, "solutions", &[("assessment", "SA-1"), ("do", "next")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let help = client.get(&format!("{draft}/help")).await;
    assert!(
        !help.has("#ask")
            && help
                .select("main")
                .contains("A solution assessment: your company and Microsoft see it")
    );
    let contact = [
        ("contact-first_name", "Ana"),
        ("contact-last_name", "Silva"),
        ("contact-phone", "+1"),
        ("contact-mail", "ana@adatum.example"),
        ("consent", "yes"),
        ("do", "next"),
    ];
    step(&mut client, &draft, "contact", &contact).await;
    let made = make(&mut client, &draft).await;
    let deal = client.follow(&made).await;
    assert_eq!(deal.status, StatusCode::OK, "{}", deal.text());
    assert_eq!(
        desk.app
            .count("select count(*) from engagements where deal_type = 'solution-assessment'")
            .await,
        1
    );
    let edited = client.get(&format!("{}/solutions", made.location())).await;
    assert!(edited.has("#assessment") && !edited.has("[value='assess:no']"), "the type is settled");
    // What is no assessment type is none, and an assessment type is no solution of another deal.
    let draft = desk.begin(&mut client).await;
    desk.fill(&mut client, &draft, "Mixed").await;
    let mixed = [("solutions-1-id", "SA-1"), ("do", "next")];
    step(&mut client, &draft, "solutions", &mixed).await;
    let refused = make(&mut client, &draft).await;
    assert_eq!(refused.attributes(".problems a", "href"), [format!("{draft}/solutions#solutions-1")]);
}
