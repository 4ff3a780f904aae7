use partner_portal::{
    deals::forms::ListQuery,
    referrals::service::{self, Filter, Tab},
};
use sqlx::PgPool;

use super::seed::World;

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn finds_by_deal_and_customer_in_any_script_and_case(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await.scope();
    for (name, customer) in [
        ("2021 봄 클라우드 전환", "한빛물류 주식회사"),
        ("MIGRACIÓN a la nube", "Société Générale du Nord"),
        ("100% cloud_first", "東京データ株式会社"),
        ("Back\\slash", "O'Neil & Sons, \"Builders\""),
        ("100 clouds first", "Woodgrove Bank"),
    ] {
        let mut deal = world.deal(name);
        deal.customer = customer.into();
        world.insert(deal).await;
    }
    for (search, expected) in [
        ("전환", 1),
        ("클라우드", 1),
        ("물류", 1),
        ("한빛물류 클라우드", 1),
        ("한빛물류 nube", 0),
        ("봄", 1),
        ("migración", 1),
        ("SOCIÉTÉ", 1),
        ("データ", 1),
        ("100%", 1),
        ("%", 1),
        ("d_f", 1),
        ("_", 1),
        ("\\", 1),
        ("k\\s", 1),
        ("o'neil", 1),
        ("\"builders\"", 1),
        ("cloud", 2),
        // The same syllables in pieces, as some keyboards send them.
        ("\u{110c}\u{1165}\u{11ab}\u{1112}\u{116a}\u{11ab}", 1),
        ("  ", 5),
        ("nothing\0", 0),
    ] {
        let filter = ListQuery { tab: "outbound".into(), q: search.into(), ..ListQuery::default() }
            .parse()
            .filter;
        let listing = service::list(&world.db, &admin, &filter).await.unwrap();
        assert_eq!(listing.lines.len(), expected, "{search}");
        assert_eq!(listing.counts.outbound, i64::try_from(expected).unwrap(), "{search}");
    }
}

#[test]
fn an_address_keeps_what_it_says_and_forgives_what_it_cannot_mean() {
    let query = ListQuery { tab: "favourites".into(), sort: "updated".into(), q: " 전환 & co ".into(), ..ListQuery::default() };
    let looking = query.parse();
    assert_eq!(looking.address(), "/deals?tab=favourites&sort=updated&q=%EC%A0%84%ED%99%98+%26+co");
    assert_eq!(looking.with_tab(Tab::Inbound), "/deals?tab=inbound&sort=updated&q=%EC%A0%84%ED%99%98+%26+co");
    let odd = ListQuery { tab: "x".into(), sort: "y".into(), after: "z".into(), ..ListQuery::default() }.parse();
    assert_eq!(odd.address(), "/deals?tab=inbound");
    let Filter { after, words, .. } = odd.filter;
    assert_eq!((after, words.len()), (None, 0));
}
