//! The personal calendar: what is in it, for whom, how it is written, and that a link can be taken back.

use partner_portal::{auth::Role, db::schema::MIGRATOR, referrals::service as referrals};
use sqlx::PgPool;

use super::support::{Scene, at, set};
use crate::{
    referrals::scene::{ask, details, somebody},
    support::{Answer, Client, TestApp},
};

async fn scene(db: &PgPool) -> (TestApp, Scene) {
    let scene = Scene::new(db.clone()).await;
    let app = TestApp::new(db.clone())
        .await
        .at("2026-03-02T10:00:00Z")
        .with(|s| s.public_url = "https://portal.example".into());
    (app, scene)
}

/// Makes somebody's link on the page, as they would; the path of the calendar.
async fn link(client: &mut Client) -> String {
    let made = client.post("/calendar/link", &[]).await;
    let page = client.follow(&made).await;
    let address = page.attributes("#address", "value").remove(0);
    address.strip_prefix("https://portal.example").unwrap().to_owned()
}

async fn calendar_of(app: &TestApp, mail: &str) -> Answer {
    let path = link(&mut app.sign_in(mail).await).await;
    app.client().get(&path).await
}

/// Content lines, unfolded (RFC 5545, section 3.1).
fn lines(answer: &Answer) -> Vec<String> {
    let text = answer.text();
    assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
    for line in text.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "{line:?}");
    }
    text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

fn all<'a>(lines: &'a [String], name: &str) -> Vec<&'a str> {
    lines.iter().filter_map(|line| line.strip_prefix(name)).collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn deadlines_are_moments_and_close_dates_days(db: PgPool) {
    let (app, scene) = scene(&db).await;
    let deal = scene.deal(ask).await;
    let request = scene.referral_of(deal, scene.vendor).await.unwrap();
    set(&db, scene.admin.user, "locale = 'ko'").await;
    let answer = calendar_of(&app, "admin@fabrikam.example").await;
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    let calendar = lines(&answer);
    assert_eq!(calendar[0], "BEGIN:VCALENDAR");
    for line in ["VERSION:2.0", "X-WR-CALNAME:파트너 센터", "SUMMARY:마감 예정: 클라우드 전환", "DTSTART;VALUE=DATE:20260930"]
    {
        assert!(calendar.iter().any(|l| l == line), "{line}: {calendar:?}");
    }
    assert_eq!(all(&calendar, "UID:"), [format!("close-{deal}@partner-portal")]);
    assert!(
        calendar
            .iter()
            .any(|line| line.contains(&format!("https://portal.example/deals/{deal}")))
    );
    assert_eq!(all(&calendar, "DTSTAMP:"), ["20260302T090000Z"], "when it last changed, not when it was read");
    let seller = scene.sellers_of(request).await.0;
    let calendar = lines(&calendar_of(&app, &seller.mail).await);
    assert_eq!(all(&calendar, "UID:"), [format!("deadline-{request}@partner-portal")]);
    assert!(calendar.contains(&"DTSTART:20260316T090000Z".to_owned()), "{calendar:?}");
    assert!(
        calendar
            .iter()
            .any(|line| line.contains(&format!("https://portal.example/requests/{request}")))
    );
    // Accepted, it has no deadline any more.
    referrals::accept(&scene.by(seller, at("2026-03-03T09:00:00Z")), request, None, details())
        .await
        .unwrap();
    let calendar = lines(&calendar_of(&app, &seller.mail).await);
    assert!(!calendar.iter().any(|line| line.starts_with("UID:deadline")), "{calendar:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn text_is_escaped_and_long_lines_are_folded(db: PgPool) {
    let (app, scene) = scene(&db).await;
    let hangul = "가나다라마바사아자차카타파하".repeat(10);
    let names = [
        "a\\b; c, d: \"e\"",
        hangul.as_str(),
        "👩‍💻 مشروع السحابة with many words in it, so that it is folded somewhere in the middle of them",
    ];
    for name in names {
        scene.deal(|new| new.details.name = name.to_owned()).await;
    }
    sqlx::query("update referrals set name = E'line\\r\\nbreak' where name like 'a%'")
        .execute(&db)
        .await
        .unwrap();
    scene.deal(|new| new.details.name = names[0].to_owned()).await;
    let calendar = lines(&calendar_of(&app, "admin@fabrikam.example").await);
    let mut summaries = all(&calendar, "SUMMARY:Expected to close: ");
    summaries.sort_unstable();
    let mut expected = [
        "a\\\\b\\; c\\, d: \"e\"",
        "line  break",
        hangul.as_str(),
        "👩‍💻 مشروع السحابة with many words in it\\, so that it is folded somewhere in the middle of them",
    ];
    expected.sort_unstable();
    assert_eq!(summaries, expected);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_sees_what_is_in_scope_by_the_roles_of_today(db: PgPool) {
    let (app, scene) = scene(&db).await;
    let named = async |name: &str, location, team: Option<&str>| {
        let change = |new: &mut partner_portal::referrals::command::NewDeal| {
            new.details.name = name.to_owned();
            new.location = location;
            new.team.extend(team.map(somebody));
        };
        scene.deal(change).await
    };
    let member = "member@fabrikam.example";
    named("seoul", Some(scene.seoul), None).await;
    named("seoul team", Some(scene.seoul), Some(member)).await;
    named("busan team", Some(scene.busan), Some(member)).await;
    let won = named("won", Some(scene.seoul), None).await;
    sqlx::query("update referrals set status = 'won' where referral_id = $1")
        .bind(won)
        .execute(&db)
        .await
        .unwrap();
    let past = named("long past", Some(scene.seoul), None).await;
    sqlx::query("update referrals set close_date = '2025-11-01' where referral_id = $1")
        .bind(past)
        .execute(&db)
        .await
        .unwrap();
    let summaries = |answer: &Answer| -> Vec<String> {
        let calendar = lines(answer);
        let mut found: Vec<String> = all(&calendar, "SUMMARY:Expected to close: ")
            .into_iter()
            .map(str::to_owned)
            .collect();
        found.sort();
        found
    };
    assert_eq!(summaries(&calendar_of(&app, "admin@fabrikam.example").await), ["busan team", "seoul", "seoul team"]);
    let busan = scene
        .person("busan@fabrikam.example", &[(Role::ReferralsAdmin, Some(scene.busan))])
        .await;
    let path = link(&mut app.sign_in(&busan.mail).await).await;
    assert_eq!(summaries(&app.client().get(&path).await), ["busan team"]);
    scene.person(member, &[(Role::ReferralsUser, Some(scene.seoul))]).await;
    assert_eq!(summaries(&calendar_of(&app, member).await), ["seoul team"]);
    scene.person("accounts@fabrikam.example", &[(Role::AccountAdmin, None)]).await;
    assert!(summaries(&calendar_of(&app, "accounts@fabrikam.example").await).is_empty());
    assert!(summaries(&calendar_of(&app, &scene.other.mail).await).is_empty(), "another partner");
    // The same link, other roles.
    sqlx::query("update role_assignments set location_id = $2 where user_id = $1")
        .bind(busan.user)
        .bind(scene.seoul)
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(summaries(&app.client().get(&path).await), ["seoul", "seoul team"]);
    sqlx::query("delete from role_assignments where user_id = $1")
        .bind(busan.user)
        .execute(&db)
        .await
        .unwrap();
    assert!(summaries(&app.client().get(&path).await).is_empty());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn sellers_see_their_own_and_what_is_nobodys_in_their_countries(db: PgPool) {
    let (app, scene) = scene(&db).await;
    let mut requests = Vec::new();
    for _ in 0..3 {
        let deal = scene.deal(ask).await;
        requests.push(scene.referral_of(deal, scene.vendor).await.unwrap());
    }
    let [one, two] = &scene.sellers;
    for (request, seller) in requests.iter().zip([Some(one.user), Some(two.user), None]) {
        sqlx::query("update referrals set seller_id = $2 where referral_id = $1")
            .bind(request)
            .bind(seller)
            .execute(&db)
            .await
            .unwrap();
    }
    sqlx::query("update seller_countries set country = 'JP' where user_id = $1")
        .bind(two.user)
        .execute(&db)
        .await
        .unwrap();
    for (seller, seen) in [(one, vec![requests[0], requests[2]]), (two, vec![requests[1]])] {
        let calendar = lines(&calendar_of(&app, &seller.mail).await);
        let mut expected: Vec<String> = seen
            .iter()
            .map(|request| format!("deadline-{request}@partner-portal"))
            .collect();
        let mut found = all(&calendar, "UID:");
        expected.sort();
        found.sort_unstable();
        assert_eq!(found, expected);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_is_shown_once_and_can_be_replaced_and_revoked(db: PgPool) {
    let (app, scene) = scene(&db).await;
    let mut admin = app.sign_in("admin@fabrikam.example").await;
    let first = link(&mut admin).await;
    let page = admin.get("/notifications/preferences").await;
    assert!(!page.has("#address"), "once");
    assert!(page.text().contains("A new one replaces it."));
    let kept: String = sqlx::query_scalar("select l::text from calendar_links l")
        .fetch_one(&db)
        .await
        .unwrap();
    let secret = first.trim_start_matches("/calendar/").trim_end_matches(".ics");
    assert!(secret.len() >= 43 && !kept.contains(secret), "only its hash is kept");
    let mut program = app.client();
    assert_eq!(program.get(&first).await.status, 200);
    let second = link(&mut admin).await;
    assert_ne!(first, second);
    assert_eq!(program.get(&first).await.status, 404, "replaced");
    assert_eq!(program.get(&second).await.status, 200);
    assert_eq!(program.get(second.trim_end_matches(".ics")).await.status, 404);
    assert_eq!(program.get("/calendar/none.ics").await.status, 404);
    set(&db, scene.admin.user, "disabled_at = now()").await;
    assert_eq!(program.get(&second).await.status, 404, "disabled");
    set(&db, scene.admin.user, "disabled_at = null").await;
    assert_eq!(program.get(&second).await.status, 200);
    let revoked = admin.post("/calendar/link/revocation", &[]).await;
    assert!(admin.follow(&revoked).await.text().contains("leads nowhere any more"));
    assert_eq!(program.get(&second).await.status, 404, "revoked");
}

/// A cookie that somebody planted shows no address.
#[sqlx::test(migrator = "MIGRATOR")]
async fn only_the_current_secret_is_shown(db: PgPool) {
    let (app, _) = scene(&db).await;
    let mut admin = app
        .sign_in("admin@fabrikam.example")
        .await
        .with_cookie("portal_calendar", "planted");
    let page = admin.get("/notifications/preferences").await;
    assert!(!page.has("#address") && !page.text().contains("planted"));
    assert_eq!(admin.cookie("portal_calendar"), None);
}

/// What a log says of a request.
#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_secret_and_the_people_are_in_no_log(db: PgPool) {
    let (app, scene) = scene(&db).await;
    let deal = scene.deal(ask).await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let path = link(&mut app.sign_in("admin@fabrikam.example").await).await;
    assert_eq!(app.client().get(&path).await.status, 200);
    super::support::event(&db, "declined", deal).await;
    super::support::fan_out(&db).await;
    let settings = crate::support::settings();
    let clock = partner_portal::clock::Clock::fixed(at(super::support::NOW));
    let post = partner_portal::notifications::service::Post::new(db.clone(), clock, settings.into()).unwrap();
    assert_eq!(post.send_due(|| true).await.unwrap(), 2, "to the log: nothing else is set");
    drop(guard);
    let said = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        said.contains("/calendar/{secret}") && said.contains("told") && said.contains("goes nowhere"),
        "{said}"
    );
    let secret = path.trim_start_matches("/calendar/").trim_end_matches(".ics");
    for private in [secret, "admin@", "microsoft.example", "클라우드", "Adatum"] {
        assert!(!said.contains(private), "{private}: {said}");
    }
}
