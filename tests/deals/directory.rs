//! Customers and solutions are found by a few letters of their names.

use partner_portal::catalogue::service::{self as catalogue, Source};
use sqlx::PgPool;

use super::desk::{Desk, form_of, send, step};

#[sqlx::test(migrations = false)]
async fn businesses_are_found_by_two_letters_in_any_script(db: PgPool) {
    let desk = Desk::new(db).await;
    let found = async |country: &str, text: &str| -> Vec<String> {
        let found = catalogue::search_businesses(desk.app.db(), country, text).await.unwrap();
        found.into_iter().map(|business| business.duns).collect()
    };
    let (boston, redmond, hanbit) = ("900114231", "900114223", "900114207");
    assert_eq!(found("KR", "한빛").await, [hanbit]);
    assert_eq!(found("", "물류").await, [hanbit], "in the middle of the name");
    // Typed on a Mac: in pieces of syllables.
    assert_eq!(found("KR", "\u{1112}\u{1161}\u{11ab}\u{1107}\u{1175}\u{11be}").await, [hanbit]);
    assert_eq!(found("US", "CONT").await, [boston, redmond], "one name, by city");
    assert_eq!(found("US", "corp conto").await, [boston, redmond], "words in any order");
    assert_eq!(found("KR", "contoso").await, [""; 0]);
    assert_eq!(found("", "한").await, [""; 0], "one letter is too few");
    assert_eq!(found("", "").await, [""; 0]);
    assert_eq!(found("", "90-011-4207").await, [hanbit], "by D-U-N-S number");
    assert_eq!(found("", "co%").await, [""; 0]);
    assert_eq!(found("", "co_to").await, [""; 0]);
    assert_eq!(found("", "c\\o").await, [""; 0]);
}

#[sqlx::test(migrations = false)]
async fn what_begins_with_the_letters_comes_first_and_the_list_ends_at_twenty(db: PgPool) {
    let desk = Desk::new(db).await;
    desk.app
        .sql("insert into businesses (business_id, duns, legal_name, address_line1, city, country, match_key)
              select gen_random_uuid(), lpad(n::text, 9, '0'), case when n = 700 then '나라상사' else '주식회사 나라' || n end, 'x', 'x', 'KR', n::text
              from generate_series(1, 700) n")
        .await;
    let found = catalogue::search_businesses(desk.app.db(), "KR", "나라").await.unwrap();
    assert_eq!(found[0].legal_name, "나라상사");
    assert_eq!(found.len(), catalogue::SHOWN + 1);
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    let answer = step(&mut client, &draft, "customer", &[("q", "나라"), ("country", "KR"), ("do", "enter")]).await;
    let page = client.follow(&answer).await;
    assert_eq!(page.texts(".offers li").len(), 20);
    assert!(page.select("#found").contains("The first 20"));
}

#[sqlx::test(migrations = false)]
async fn two_entities_of_one_name_are_told_apart_and_the_pick_fills_itself(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    let path = format!("{draft}/customer");
    let page = client.get(&path).await;
    assert_eq!(page.attributes("#country option[selected]", "value"), ["KR"], "the organisation's own country");
    let answer = send(&mut client, &path, &page, &[("q", "contoso"), ("country", "US")], "search").await;
    let page = client.follow(&answer).await;
    assert_eq!(
        page.texts(".offers .muted"),
        [
            "88 Harbor Street, 04524 Boston, United States · D-U-N-S 90-011-4231",
            "One Contoso Way, 04524 Redmond, United States · D-U-N-S 90-011-4223"
        ]
    );
    send(&mut client, &path, &page, &[], &format!("pick:{}", desk.boston)).await;
    let page = client.get(&path).await;
    assert!(page.select("#customer").contains("88 Harbor Street") && !page.has("input[name=customer-name]"));
    assert_eq!(send(&mut client, &path, &page, &[], "next").await.location(), format!("{draft}/details"));
    // Another one, typed by hand.
    send(&mut client, &path, &page, &[], "other").await;
    let page = client.get(&path).await;
    let none = send(&mut client, &path, &page, &[], "next").await;
    assert_eq!(none.attributes(".problems a", "href"), ["#q"]);
    let some = send(&mut client, &path, &page, &[("customer-name", "شركة 🏭")], "next").await;
    assert!(some.has("details[open]"), "what is wrong is in sight");
    assert_eq!(some.attributes(".problems a", "href"), ["#customer-line1", "#customer-city", "#customer-country"]);
    let typed = [("customer-name", "شركة 🏭"), ("customer-line1", "1"), ("customer-city", "دبي"), ("customer-country", "AE")];
    assert_eq!(send(&mut client, &path, &page, &typed, "next").await.location(), format!("{draft}/details"));
    assert!(form_of(&client.get(&path).await).contains(&("customer-name".into(), "شركة 🏭".into())));
    let nobody = format!("pick:{}", desk.seoul);
    assert_eq!(step(&mut client, &draft, "customer", &[("do", &nobody)]).await.status, 404, "not in the directory");
}

#[sqlx::test(migrations = false)]
async fn solutions_are_looked_for_where_they_come_from(db: PgPool) {
    let desk = Desk::new(db).await;
    let found = async |source: Source, text: &str| -> Vec<String> {
        let found = catalogue::search_solutions(desk.app.db(), desk.fabrikam, source, text)
            .await
            .unwrap();
        found.into_iter().map(|solution| solution.id).collect()
    };
    assert_eq!(found(Source::Own, "").await, ["FAB-1"], "a draft is not offered");
    assert_eq!(found(Source::Own, "물류").await, ["FAB-1"]);
    assert_eq!(found(Source::Vendor, "").await, ["SKU-1"], "an assessment type is no solution");
    assert_eq!(found(Source::Vendor, "100%").await, ["SKU-1"]);
    assert_eq!(found(Source::Partners, "co").await, ["CON-1"], "others' drafts neither");
    assert_eq!(found(Source::Partners, "물류").await, [""; 0]);
    let mut client = desk.admin().await;
    let draft = desk.begin(&mut client).await;
    let path = format!("{draft}/solutions");
    let page = client.get(&path).await;
    let answer = send(&mut client, &path, &page, &[("from", "vendor"), ("q", "sql")], "enter").await;
    let page = client.follow(&answer).await;
    assert_eq!(page.attributes(".offers button", "value"), ["solution:SKU-1"]);
    let answer = send(&mut client, &path, &page, &[], "solution:SKU-1").await;
    let page = client.follow(&answer).await;
    assert_eq!(page.texts("fieldset.solution legend"), ["Azure SQL 100%"]);
    assert_eq!(page.texts(".offers .tag"), ["Added"]);
    // Enter goes on when there is nothing new to look for; a wrong number comes back as typed.
    let wrong = send(&mut client, &path, &page, &[("solutions-1-quantity", "many")], "enter").await;
    assert_eq!(wrong.attributes(".problems a", "href"), ["#solutions-1-quantity"]);
    assert_eq!(wrong.attributes("#solutions-1-quantity", "value"), ["many"]);
    send(&mut client, &path, &page, &[], "remove:1").await;
    assert!(!client.get(&path).await.has("fieldset.solution"));
}
