//! Filling in what is missing, while PSC is read-only too: on the sheet and by a file.

use std::fmt::Write;

use axum::http::StatusCode;
use partner_portal::psc::import::DealColumn as C;
use sqlx::PgPool;

use super::{
    super::support::deal,
    world::{ADMIN, World, form, with},
};

async fn read_only(pool: PgPool) -> World {
    let world = World::new(pool).await;
    world.app.app.clock.set("2026-12-15T09:00:00Z".parse().unwrap());
    world
}

#[sqlx::test(migrations = false)]
async fn the_sheet_saves_what_can_be_and_keeps_the_rest_typed(pool: PgPool) {
    let world = read_only(pool).await;
    let mut rows = super::world::three();
    rows.push(deal("D-4", &[(C::CloseDate, ""), (C::CustomerName, "")]));
    rows.push(deal("D-5", &[(C::CloseDate, ""), (C::Business, "OEM Licensing")]));
    world.import(rows).await;
    let mut client = world.sign_in(ADMIN).await;
    let page = client.get("/psc/clean-up?detail=close_date").await;
    // D-5 is not eligible, and D-2 has a date that cannot be read.
    assert_eq!(page.texts("[data-table=sheet] tbody th a"), ["=1+1", "Data platform renewal"]);
    let fields = form(&page, "/psc/clean-up");
    let answer = client
        .post("/psc/clean-up", &with(&fields, &[("close-1", "2027-01-31"), ("close-2", "no day")]))
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.deal("D-2", "close_date").await.as_deref(), Some("2027-01-31"));
    assert_eq!(answer.attributes("[data-table=sheet] input.input", "value"), ["no day"]);
    let again = form(&answer, "/psc/clean-up");
    let answer = client.post("/psc/clean-up", &with(&again, &[("close-1", "2027-02-28")])).await;
    assert!(client.follow(&answer).await.text().contains("1 deal completed"));
    assert_eq!(world.deal("D-4", "close_date").await.as_deref(), Some("2027-02-28"));
    // Nothing but what is missing: D-4 lacks no value.
    let digest = world.deal("D-4", "digest").await.unwrap();
    let sent = [("detail", "value"), ("id-1", "D-4"), ("seen-1", digest.as_str()), ("value-1", "1")];
    let answer = client.post("/psc/clean-up", &sent).await;
    assert!(client.follow(&answer).await.text().contains("nothing changed"));
    assert_eq!(world.deal("D-4", "digest").await.unwrap(), digest);
}

#[sqlx::test(migrations = false)]
async fn every_detail_can_be_completed_on_its_sheet(pool: PgPool) {
    let world = read_only(pool).await;
    let gone = [C::Name, C::CustomerCity, C::ContactPhone, C::Products, C::Team, C::Currency, C::CloseDate];
    let changes: Vec<(C, &str)> = gone.into_iter().map(|column| (column, "")).collect();
    world.import(vec![deal("D-1", &changes)]).await;
    assert_eq!(world.deal("D-1", "missing").await.as_deref(), Some("127"));
    let mut client = world.sign_in(ADMIN).await;
    for (detail, filled) in [
        ("customer", vec![("city-1", "서울")]),
        ("contact", vec![("contact-phone-1", "+82 2 1")]),
        ("solution", vec![("products-1", "MS-AZURE|1|2;SOL-1")]),
        ("team", vec![("member-first-1", "Jane"), ("member-last-1", "Doe"), ("member-phone-1", "+82 10 1")]),
        ("value", vec![("currency-1", "KRW")]),
        ("close_date", vec![("close-1", "2027-01-31")]),
        ("name", vec![("name-1", "Named")]),
    ] {
        let page = client.get(&format!("/psc/clean-up?detail={detail}")).await;
        let fields = form(&page, "/psc/clean-up");
        let answer = client.post("/psc/clean-up", &with(&fields, &filled)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{detail}: {}", answer.select(".problems"));
        assert!(!client.follow(&answer).await.has("[data-table=sheet]"), "{detail}");
    }
    assert_eq!(world.deal("D-1", "missing").await.as_deref(), Some("0"));
    assert_eq!(
        world.deal("D-1", "team_mails[1]").await.as_deref(),
        Some("jane@fabrikam.example"),
        "the assigned seller's"
    );
    let mut admin = world.sign_in(super::world::REFERRALS).await;
    let page = admin.get("/migration/deals").await;
    assert_eq!(
        (page.select("[data-count=eligible]"), page.select("[data-count=incomplete]")),
        ("1".into(), "0".into())
    );
}

#[sqlx::test(migrations = false)]
async fn a_file_completes_and_says_what_it_did_not(pool: PgPool) {
    let world = read_only(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    let file = "\u{feff}opportunity id,Customer Name,Customer City,Estimated Close Date,Deal Value,Colour,Team Members\r\n\
        D-2,한빛물류 주식회사,서울,01/31/2027,5,red,\"Jane,Doe,1,j@fabrikam.example\"\r\n\
        D-1,,,,1250.50,,\r\n\
        D-3,Anyone,,,,,\r\n\
        D-9,Anyone,,,,,\r\n\
        D-2,Twice,,,,,\r\n\
        D-2\r\n";
    for (changed, unchanged) in [("1", "1"), ("0", "1")] {
        let sent = client
            .upload("/psc/clean-up/uploads", &[("details", "d.csv", file.as_bytes())])
            .await;
        let page = client.follow(&sent).await;
        let counts = page.texts("dl.facts dd");
        // The second time D-2 says nothing that may be taken over but its value, which is refused.
        let refused = if changed == "1" { "4" } else { "5" };
        assert_eq!(counts, [changed, unchanged, refused]);
        let told = page.texts("[data-table=problems] tbody tr").join("\n");
        for words in
            ["“5” was not taken over", "is closed", "No such deal", "already stands in line 2", "fields as the header", "Colour"]
        {
            assert!(told.contains(words), "{words}: {told}");
        }
        let csv = client.get(&format!("{}/problems.csv", page.path)).await.text();
        assert_eq!(csv.lines().count(), page.texts("[data-table=problems] tbody tr").len() + 1);
    }
    assert_eq!(world.deal("D-2", "customer_name").await.as_deref(), Some("한빛물류 주식회사"));
    assert_eq!(world.deal("D-2", "value").await.as_deref(), Some("1250.5000"));
    assert_eq!(
        world
            .app
            .count("select count(*) from audit_log where action = 'psc-deal-changed'")
            .await,
        1
    );
}

/// While PSC is open a file edits as well; a cell that cannot be read leaves its row the others.
#[sqlx::test(migrations = false)]
async fn a_file_edits_while_psc_is_open(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    let file = "Opportunity ID;Opportunity Name;Deal Value;Status;Source\r\nD-1;Neu;many;Won;Microsoft\r\n";
    let sent = client
        .upload("/psc/clean-up/uploads", &[("details", "d.csv", file.as_bytes())])
        .await;
    let page = client.follow(&sent).await;
    assert_eq!(page.texts("dl.facts dd"), ["1", "0", "0"]);
    let told = page.texts("[data-table=problems] td:last-child");
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told.iter()
            .filter(|words| words.contains("cannot be changed by a file"))
            .count()
            == 2
    );
    for (column, text) in [("name", "Neu"), ("value", "1250.5000"), ("status", "open"), ("inbound", "false")] {
        assert_eq!(world.deal("D-1", column).await.as_deref(), Some(text), "{column}");
    }
}

#[sqlx::test(migrations = false)]
async fn the_wrong_file_is_refused_with_the_remedy(pool: PgPool) {
    let world = read_only(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    let before = world.app.everything().await;
    let workbook: &[u8] = b"PK\x03\x04rest of a workbook";
    let bare = b"Name,City\r\nx,y\r\n";
    let open = b"Opportunity ID,Customer City\r\n\"D-2,x\r\n";
    for (bytes, words) in [
        (workbook, "Excel workbook"),
        (b"".as_slice(), "is empty"),
        (bare, "Opportunity ID"),
        (open, "quotation mark"),
        (b"\xff\xff\xff", "neither UTF-8"),
    ] {
        let answer = client.upload("/psc/clean-up/uploads", &[("details", "d.csv", bytes)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.select(".problems").contains(words), "{}", answer.select(".problems"));
    }
    assert_eq!(client.upload("/psc/clean-up/uploads", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.app.everything().await, before);
    let small = world.app.with(|settings| settings.upload_limit_mb = 1);
    let mut client = small.sign_in(ADMIN).await;
    let large = vec![b'x'; 1_500_000];
    let answer = client.upload("/psc/clean-up/uploads", &[("details", "d.csv", &large)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// A file that breaks off far behind its first rows changes nothing: it is read to its end before anything is written.
#[sqlx::test(migrations = false)]
async fn a_file_that_breaks_off_changes_nothing(pool: PgPool) {
    let world = read_only(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    let mut file = String::from("Opportunity ID,Customer City\r\nD-2,Seoul\r\n");
    for n in 0..5_000 {
        write!(file, "X-{n},Busan\r\n").unwrap();
    }
    let whole = file.clone();
    file.push_str("D-1,\"Busan\r\n");
    let before = world.app.everything().await;
    let answer = client
        .upload("/psc/clean-up/uploads", &[("details", "d.csv", file.as_bytes())])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.select(".problems").contains("quotation mark"), "{}", answer.select(".problems"));
    assert_eq!(world.app.everything().await, before);
    let answer = client
        .upload("/psc/clean-up/uploads", &[("details", "d.csv", whole.as_bytes())])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(world.deal("D-2", "customer_city").await.as_deref(), Some("Seoul"));
}
