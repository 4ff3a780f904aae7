use partner_portal::{
    deals::forms::Looking,
    referrals::{
        filter::{Kind, Place, Tab},
        service,
    },
};
use sqlx::PgPool;

use super::seed::{World, at};

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn finds_by_deal_customer_and_id_in_any_script_and_case(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await.scope();
    for (name, customer) in [
        ("2021 봄 클라우드 전환", "한빛물류 주식회사"),
        ("MIGRACIÓN a la nube", "Société Générale du Nord"),
        ("100% cloud_first", "東京データ株式会社"),
        ("Back\\slash", "O'Neil & Sons, \"Builders\""),
        ("100 clouds first", "Woodgrove Bank"),
        ("مشروع السحابة 🚀", "شركة النور"),
    ] {
        let mut deal = world.deal(name);
        deal.customer = customer.into();
        world.insert(deal).await;
    }
    let searches = [
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
        ("'n", 1),
        ("\"builders\"", 1),
        ("cloud", 2),
        ("ou", 2),
        ("سحاب", 1),
        ("نور", 1),
        ("🚀", 1),
        // The same syllables in pieces, as some keyboards send them.
        ("\u{110c}\u{1165}\u{11ab}\u{1112}\u{116a}\u{11ab}", 1),
        ("  ", 6),
        ("nothing\0", 0),
    ];
    for (search, expected) in searches {
        let pairs = [("tab", "outbound"), ("q", search)];
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        let filter = Looking::read(Kind::Deal, &query).filter;
        let now = at("2026-11-22T12:00:00Z");
        let listing = service::list(&world.db, &admin, &filter, now).await.unwrap();
        assert_eq!(listing.lines.len(), expected, "{search}");
        assert_eq!(listing.counts.outbound.found, i64::try_from(expected).unwrap(), "{search}");
    }
    let id: String = sqlx::query_scalar("select deal_id from referrals where name like '100%%' limit 1")
        .fetch_one(&world.db)
        .await
        .unwrap();
    for part in [id.as_str(), &id[..9], &id[id.len() - 7..]] {
        let filter = Looking::read(Kind::Deal, &format!("tab=outbound&q={}", part.to_uppercase())).filter;
        let found = service::list(&world.db, &admin, &filter, at("2026-11-22T12:00:00Z"))
            .await
            .unwrap();
        assert!(found.lines.iter().any(|line| line.name.starts_with("100")), "{part}");
    }
}

/// A whole ID means the one deal, wherever else it stands; with filters, in scope, and counted as it is listed.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_whole_id_finds_that_deal_alone(db: PgPool) {
    let world = World::new(db).await;
    world.insert(world.deal("The deal itself")).await;
    let id: String = sqlx::query_scalar("select deal_id from referrals where name = 'The deal itself'")
        .fetch_one(&world.db)
        .await
        .unwrap();
    world.insert(world.deal(&format!("Follows {id}"))).await;
    let admin = world.admin().await.scope();
    let now = at("2026-11-22T12:00:00Z");
    let found = async |query: String| {
        let filter = Looking::read(Kind::Deal, &query).filter;
        let listing = service::list(&world.db, &admin, &filter, now).await.unwrap();
        let names: Vec<String> = listing.lines.into_iter().map(|line| line.name).collect();
        (names, listing.counts.outbound.found, listing.counts.inbound.found)
    };
    let alone = (vec!["The deal itself".to_owned()], 1, 0);
    for query in [format!("tab=outbound&q={id}"), format!("tab=outbound&sort=closing&q={}", id.to_uppercase())] {
        assert_eq!(found(query.clone()).await, alone, "{query}");
    }
    assert_eq!(found(format!("tab=inbound&q={id}")).await, (Vec::new(), 1, 0));
    assert_eq!(found(format!("tab=outbound&status=won&q={id}")).await, (Vec::new(), 0, 0));
    // Part of it, and with another word, it is letters as any others.
    let both = found(format!("tab=outbound&q={}", &id[..id.len() - 1])).await;
    assert_eq!((both.0.len(), both.1), (2, 2));
    assert_eq!(found(format!("tab=outbound&q={id}+follows")).await.0, [format!("Follows {id}")]);
    // Who may not see it does not find it.
    let nobody = partner_portal::auth::Scope { all: partner_portal::auth::Reach::Locations(Vec::new()), ..admin.clone() };
    let nobody = partner_portal::auth::Scope {
        team: partner_portal::auth::Reach::Whole,
        mail: "nobody@elsewhere.example".into(),
        ..nobody
    };
    let filter = Looking::read(Kind::Deal, &format!("tab=outbound&q={id}")).filter;
    let listing = service::list(&world.db, &nobody, &filter, now).await.unwrap();
    assert_eq!((listing.lines.len(), listing.counts.outbound.found), (0, 0));
}

#[test]
fn an_address_keeps_what_it_says_and_forgives_what_it_cannot_mean() {
    let looking = Looking::read(Kind::Deal, "tab=favourites&sort=updated&q=+%EC%A0%84%ED%99%98+%26+co+");
    assert_eq!(looking.address(), "/deals?tab=favourites&sort=updated&q=%EC%A0%84%ED%99%98+%26+co");
    assert_eq!(looking.with_tab(Tab::Inbound), "/deals?tab=inbound&sort=updated&q=%EC%A0%84%ED%99%98+%26+co");
    let odd = Looking::read(
        Kind::Deal,
        "tab=x&sort=y&after=z&status=asleep&expires=2&missing=hat&help=0&location=moon&country=XX",
    );
    assert_eq!(odd.address(), "/deals?tab=inbound");
    assert_eq!((odd.filter.place, odd.filter.wanted.is_everything()), (Place::Start, true));
}

/// Everything that can be said in an address comes back from it as it was said.
#[test]
fn every_part_of_a_filter_survives_its_address() {
    let query = "tab=outbound&sort=closing&q=%EC%A0%84%ED%99%98&customer=contoso&status=pending&status=won&type=co-sell\
                 &location=0192f0c1-a2b3-7000-8000-00000000000f&location=none&country=KR&country=US&solution=SOL-1&member=a%40b.example\
                 &help=ProofOfConceptOrDemo&missing=any&missing=close_date&expires=3&closes_from=2026-02-28&closes_to=2028-02-29\
                 &currency=KWD&value_from=0.001&value_to=99999999999999";
    let looking = Looking::read(Kind::Deal, query);
    assert_eq!(looking.flaws, []);
    assert_eq!(looking.query(), query.replace(' ', ""));
    let again = Looking::read(Kind::Lead, &looking.query());
    assert_eq!(again.filter.wanted, looking.filter.wanted);
    assert!(again.address().starts_with("/leads?"));
}

#[test]
fn what_was_typed_and_means_nothing_is_told() {
    for (query, field) in [
        ("closes_from=tomorrow", "closes_from"),
        ("closes_to=2026-02-30", "closes_to"),
        ("value_from=5", "currency"),
        ("currency=WON", "currency"),
        ("currency=KRW&value_to=many", "value_to"),
    ] {
        assert_eq!(Looking::read(Kind::Deal, query).flaws[0].0, field, "{query}");
    }
}
