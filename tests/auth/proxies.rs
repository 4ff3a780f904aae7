//! Who is behind a proxy. Before `PORTAL_TRUSTED_PROXIES` everybody behind one shared its address, and so its limit.
//!
//! Seen to fail: with the header never believed (`web::client::address` answering the connection's address) the guesser locked out their
//! neighbour behind the proxy, "left: 429, right: 303", and the audit log said 10.0.0.5; with the header believed from anybody, "left: 422,
//! right: 429" for the eleventh try with another header, and the audit log said what was forged.

use axum::http::{HeaderMap, HeaderValue, StatusCode};
use partner_portal::{auth::Role, web::client};
use sqlx::PgPool;

use crate::{
    accounts::world::{ACCOUNT, World, grant},
    support::{Client, PASSWORD, TestApp},
};

const PROXY: &str = "10.0.0.5";
const ANNA: &str = "anna@fabrikam.example";

fn behind(forwarded: &[&str], peer: &str) -> String {
    let trusted = ["10.0.0.0/8", "2001:db8:1::/48", "192.0.2.1/32"].map(|network| network.parse().unwrap());
    let mut headers = HeaderMap::new();
    for line in forwarded {
        headers.append("x-forwarded-for", HeaderValue::from_bytes(line.as_bytes()).unwrap());
    }
    client::address(peer.parse().unwrap(), &headers, &trusted).to_string()
}

#[test]
fn the_client_is_the_last_address_that_is_no_trusted_proxys() {
    let cases: [(&[&str], &str, &str); 16] = [
        (&[], PROXY, PROXY),
        (&["203.0.113.7"], PROXY, "203.0.113.7"),
        (&["198.51.100.1, 203.0.113.7"], PROXY, "203.0.113.7"),
        (&["203.0.113.7, 10.1.1.1 ,192.0.2.1"], PROXY, "203.0.113.7"),
        (&["198.51.100.1", "203.0.113.7", "10.9.9.9"], PROXY, "203.0.113.7"),
        (&["203.0.113.7:51234"], PROXY, "203.0.113.7"),
        (&["[2001:db8:2::7]:443"], PROXY, "2001:db8:2::7"),
        (&["[2001:db8:2::7]"], "2001:db8:1::5", "2001:db8:2::7"),
        (&["::ffff:203.0.113.7"], "::ffff:10.0.0.5", "203.0.113.7"),
        // All are ours: the first of them asks.
        (&["10.0.0.7, 10.0.0.6"], PROXY, "10.0.0.7"),
        // What a client wrote itself, left of what a proxy adds.
        (&["10.0.0.6, 203.0.113.7"], PROXY, "203.0.113.7"),
        // What cannot be read ends the list.
        (&["203.0.113.7, unknown"], PROXY, PROXY),
        (&["203.0.113.7, , 10.0.0.6"], PROXY, "10.0.0.6"),
        (&["한글"], PROXY, PROXY),
        // From no proxy of ours.
        (&["203.0.113.7"], "198.51.100.9", "198.51.100.9"),
        (&["10.0.0.1"], "192.0.2.2", "192.0.2.2"),
    ];
    for (forwarded, peer, expected) in cases {
        assert_eq!(behind(forwarded, peer), expected, "{forwarded:?} from {peer}");
    }
    let subscriber = |text: &str| client::subscriber(text.parse().unwrap()).to_string();
    assert_eq!(subscriber("203.0.113.7"), "203.0.113.7");
    assert_eq!(subscriber("2001:db8:2:3:4:5:6:7"), "2001:db8:2:3::");
}

/// An address is limited after ten failures, a mail after one.
async fn with_anna(db: PgPool) -> TestApp {
    let app = TestApp::new(db).await.with(|settings| {
        settings.sign_in_failures = 1;
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    });
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed().user(partner, ANNA).with_password().create().await;
    app
}

async fn sign_in(client: Client, mail: &str, password: &str) -> StatusCode {
    let mut client = client;
    client.post("/sign-in", &[("mail", mail), ("password", password)]).await.status
}

fn from(app: &TestApp, peer: &str, forwarded: &str) -> Client {
    app.client().with_peer(peer).with_header("x-forwarded-for", forwarded)
}

#[sqlx::test(migrations = false)]
async fn who_guesses_behind_a_proxy_locks_out_nobody_but_themselves(db: PgPool) {
    let app = with_anna(db).await;
    for n in 0..10 {
        // With something of their own before what the proxy adds.
        let guesser = from(&app, PROXY, &format!("198.51.100.{n}, 203.0.113.7"));
        assert_eq!(sign_in(guesser, &format!("{n}@fabrikam.example"), "guess").await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let guesser = from(&app, PROXY, "198.51.100.99, 203.0.113.7");
    assert_eq!(sign_in(guesser, "next@fabrikam.example", "guess").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(sign_in(from(&app, PROXY, "203.0.113.8"), ANNA, PASSWORD).await, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrations = false)]
async fn a_header_from_elsewhere_is_not_believed(db: PgPool) {
    let app = with_anna(db).await;
    for n in 0..10 {
        let guesser = from(&app, "203.0.113.7", &format!("198.51.100.{n}"));
        assert_eq!(sign_in(guesser, &format!("{n}@fabrikam.example"), "guess").await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let guesser = from(&app, "203.0.113.7", "198.51.100.99");
    assert_eq!(sign_in(guesser, "next@fabrikam.example", "guess").await, StatusCode::TOO_MANY_REQUESTS);
    // Nor does it lock out whom it names.
    assert_eq!(sign_in(app.client().with_peer("198.51.100.3"), ANNA, PASSWORD).await, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrations = false)]
async fn the_audit_log_says_where_behind_the_proxy(db: PgPool) {
    let mut world = World::new(db).await;
    world.app = world
        .app
        .with(|settings| settings.trusted_proxies = vec!["10.0.0.5".parse::<std::net::IpAddr>().unwrap().into()]);
    for peer in [PROXY, "198.51.100.9"] {
        let role = if peer == PROXY { Role::ReferralsUser } else { Role::ReferralsAdmin };
        let client = world.client(ACCOUNT).await.with_peer(peer);
        let mut client = client.with_header("x-forwarded-for", "1.2.3.4, 203.0.113.7");
        assert_eq!(grant(&mut client, world.june, role, &["whole"]).await.status, StatusCode::SEE_OTHER);
    }
    let kept: Vec<Option<String>> = sqlx::query_scalar("select address from audit_log order by audit_id")
        .fetch_all(world.app.db())
        .await
        .unwrap();
    assert_eq!(kept, [Some("203.0.113.7".to_owned()), Some("198.51.100.9".to_owned())]);
}
