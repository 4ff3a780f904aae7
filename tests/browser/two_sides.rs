//! A partner in English and a seller in Korean, each in a browser of their own, on the same deals: request, accept, work, win; request,
//! silence, expiry; a private deal that asks for help later; a deal that another partner is invited to.

use partner_portal::{demo, referrals::service, web::Lang};
use sqlx::PgPool;

use super::{
    making::{self, sound},
    support::Browser,
};
use crate::support::{PASSWORD, TestApp};

const PARTNER: &str = "referrals-admin@fabrikam.example";
const OTHER_PARTNER: &str = "referrals-admin@contoso-consulting.example";
/// All that tells who a seller of the demo is.
const SELLERS: [[&str; 3]; 3] = [
    ["Sam Ortega", "seller@microsoft.example", "+1 425 555 0142"],
    ["강지우", "korea-seller@microsoft.example", "+82 2 555 0177"],
    ["Lena Vogt", "europe-seller@microsoft.example", "+49 89 555 0119"],
];

/// Both browsers in front of one portal.
struct Sides {
    app: TestApp,
    partner: Browser,
    seller: Browser,
}

impl Sides {
    async fn new(db: PgPool) -> Option<Self> {
        let app = TestApp::new(db).await;
        demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
        let partner = Browser::start(&app, Lang::En).await?;
        let seller = Browser::start(&app, Lang::Ko).await?;
        partner.sign_in(PARTNER).await;
        Some(Self { app, partner, seller })
    }

    async fn make(&self, name: &str, ask: &str, look: bool) -> String {
        making::make(&self.partner, name, ask, look).await
    }

    async fn contact(&self) {
        making::contact(&self.partner).await;
    }

    /// Before a seller has accepted, no page of the partner's says who it could be.
    async fn seller_is_hidden(&self, deal: &str) {
        for path in [deal, "/deals?tab=outbound", "/notifications"] {
            self.partner.go(path).await;
            let source = self.partner.source().await;
            for secret in SELLERS.iter().flatten() {
                assert!(!source.contains(secret), "{secret} is on {path}");
            }
        }
        self.partner.go(deal).await;
    }

    /// The seller whom the newest request was given to signs in and opens it. Who that is.
    async fn open_request(&self) -> [&'static str; 3] {
        let (mail, id): (String, uuid::Uuid) = sqlx::query_as(
            "select u.mail, r.referral_id from referrals r join users u on u.user_id = r.seller_id
             join engagements e using (engagement_id) where r.deal_id is null and r.status = 'pending' and exists (
                 select from referrals p join organisations o using (organisation_id)
                 where p.engagement_id = e.engagement_id and o.legal_name = 'Fabrikam')
             order by r.sent_at desc, r.referral_id desc limit 1",
        )
        .fetch_one(self.app.db())
        .await
        .expect("a request with a seller");
        let who = SELLERS
            .into_iter()
            .find(|[_, address, _]| *address == mail)
            .expect("a seller of the demo");
        self.seller.forget().await;
        self.seller.sign_in(&mail).await;
        self.seller.go("/requests").await;
        self.seller.click(&format!("a[href*='{id}']")).await;
        self.seller.wait("article.alone h1").await;
        who
    }

    /// Accepts with what the form offers, and a value of Microsoft's own.
    async fn seller_accepts(&self) {
        self.seller.click("a[href$='/acceptance']").await;
        self.seller.wait("form.narrow").await;
        self.seller.set("#name", "Microsoft의 이름").await;
        self.seller.set("#value", "99000").await;
        self.seller.set("#currency", "USD").await;
        self.seller.set("#close_date", "2027-04-30").await;
        self.seller.click("form.narrow button.primary").await;
        self.seller.wait("a[href$='/win']").await;
    }
}

#[sqlx::test(migrations = false)]
async fn asked_accepted_worked_on_and_won(db: PgPool) {
    let Some(sides) = Sides::new(db).await else { return };
    let deal = sides.make("Pipeline 다온", "ask", true).await;
    sides.seller_is_hidden(&deal).await;
    sound(&sides.partner, "asked").await;

    let [name, mail, phone] = sides.open_request().await;
    sound(&sides.seller, "request").await;
    sides.seller_accepts().await;
    sound(&sides.seller, "accepted").await;
    // Now, and not before.
    sides.partner.go(&deal).await;
    let source = sides.partner.source().await;
    for known in [name, mail, phone] {
        assert!(source.contains(known), "{known} is not on the deal's page");
    }
    // What Microsoft calls it and thinks it is worth stays Microsoft's.
    assert!(!source.contains("99,000") && !source.contains("Microsoft의 이름"));

    // Both work: stages of each side's own, a note for both.
    sides.partner.set("select[name=stage]", "60").await;
    sides.partner.click("form[action$='/stage'] button").await;
    sides.partner.wait("[role=status], .flash").await;
    sides.partner.fill("#note", "제안서를 보냈습니다 ✅").await;
    sides.partner.click("input[name=shared]").await;
    sides.partner.click("form[action$='/notes'] button").await;
    sides.partner.until(".timeline", "제안서를 보냈습니다 ✅").await;
    sides.seller.page.refresh().await.unwrap();
    sides.seller.until("article.alone", "제안서를 보냈습니다 ✅").await;

    // Each side wins its own: final, and said so before.
    sides.partner.click("a[href$='/win']").await;
    sides.partner.wait(".banner").await;
    sound(&sides.partner, "win").await;
    sides.partner.click("form.narrow button.primary").await;
    sides.partner.until(".head .tag", "Won").await;
    assert!(!sides.partner.has("a[href$='/loss']").await && !sides.partner.has("a[href$='/details']").await);
    assert!(sides.partner.has("a[href='/guide/answers#answer-7']").await, "how a won deal is registered");
    sound(&sides.partner, "won").await;
    sides.seller.click("a[href$='/win']").await;
    sides.seller.click("form.narrow button.primary").await;
    sides.seller.until("article.alone .head .tag", "성공").await;
    let won = "select count(*) from referrals r join engagements using (engagement_id) where status = 'won'";
    assert_eq!(sides.app.count(won).await, 2);
}

#[sqlx::test(migrations = false)]
async fn asked_and_never_answered(db: PgPool) {
    let Some(sides) = Sides::new(db).await else { return };
    let deal = sides.make("Silence", "ask", false).await;
    sides.open_request().await;
    sides.app.app.clock.set("2026-12-06T08:59:59Z".parse().unwrap());
    sides.seller.page.refresh().await.unwrap();
    assert!(sides.seller.has("a[href$='/acceptance']").await, "one second before, it can be accepted");
    let form = format!("{}/acceptance", sides.seller.path().await);

    // The deadline passes while the seller has the form open; the sweep is late.
    sides.seller.go(&form).await;
    sides.app.app.clock.set("2026-12-06T09:00:00Z".parse().unwrap());
    sides.seller.click("form.narrow button.primary").await;
    sides.seller.wait("article.alone, .problems").await;
    assert_eq!(
        sides
            .app
            .count("select count(*) from referrals where name = 'Silence' and status = 'accepted' and deal_id is null")
            .await,
        0
    );

    while service::expire_due(sides.app.db(), sides.app.app.clock.now(), 100)
        .await
        .unwrap()
        > 0
    {}
    sides.partner.go(&deal).await;
    sound(&sides.partner, "expired").await;
    let source = sides.partner.source().await;
    for secret in SELLERS.iter().flatten() {
        assert!(!source.contains(secret), "who did not answer stays unknown: {secret}");
    }
    // The own deal goes on, and can ask again.
    assert!(sides.partner.has("a[href$='/win']").await);
    sides.partner.click("a[href$='/request']").await;
    sides.contact().await;
    if !sides.partner.has("input[name=help]:checked").await {
        sides.partner.click("input[name=help]").await;
    }
    sides.partner.click("form.narrow button.primary").await;
    sides.partner.wait("#deal-name").await;
    sides.open_request().await;
    assert_eq!(
        sides
            .app
            .count("select count(*) from referrals where name = 'Silence' and deal_id is null")
            .await,
        2,
        "a new request beside the expired one"
    );
}

#[sqlx::test(migrations = false)]
async fn private_first_and_shared_later(db: PgPool) {
    let Some(sides) = Sides::new(db).await else { return };
    let deal = sides.make("Quiet beginning", "hide", false).await;
    sides.seller.sign_in("korea-seller@microsoft.example").await;
    for path in ["/requests", "/requests?tab=partner-led", "/requests?q=Quiet"] {
        sides.seller.go(path).await;
        assert!(!sides.seller.source().await.contains("Quiet beginning"), "a private deal is on {path}");
    }
    // Private, then shown, then help is asked for: never back.
    sides.partner.go(&deal).await;
    sides.partner.click("a[href$='/visibility']").await;
    sound(&sides.partner, "show").await;
    sides.partner.click("form.narrow button.primary").await;
    sides.partner.wait("#deal-name").await;
    assert!(!sides.partner.has("a[href$='/visibility']").await);
    sides.partner.click("a[href$='/request']").await;
    sides.contact().await;
    sides.partner.click("input[name=help]").await;
    sound(&sides.partner, "ask").await;
    sides.partner.click("form.narrow button.primary").await;
    sides.partner.wait("#deal-name").await;
    sides.seller_is_hidden(&deal).await;
    let [name, ..] = sides.open_request().await;
    sides.seller_accepts().await;
    sides.partner.go(&deal).await;
    assert!(sides.partner.source().await.contains(name));
}

#[sqlx::test(migrations = false)]
async fn another_partner_is_invited(db: PgPool) {
    let Some(sides) = Sides::new(db).await else { return };
    let deal = sides.make("Together", "hide", false).await;
    sides.partner.click("a[href$='/invitation']").await;
    sides.partner.fill("#partner", "Contoso").await;
    sides.partner.click("form.narrow button.primary").await;
    sides.partner.wait("#to").await;
    sound(&sides.partner, "invite").await;
    sides.partner.click("form.narrow button.primary").await;
    sides.partner.wait("#deal-name").await;

    // The third organisation has a referral of its own, with its own value, date and team.
    let third = &sides.seller;
    third.sign_in(OTHER_PARTNER).await;
    third.go("/deals?tab=inbound").await;
    third.until(".list", "Together").await;
    let id: uuid::Uuid = sqlx::query_scalar(
        "select referral_id from referrals r join organisations o using (organisation_id) where o.legal_name = 'Contoso Consulting' and r.name = 'Together'",
    )
    .fetch_one(sides.app.db())
    .await
    .unwrap();
    third.go(&format!("/deals/{id}/acceptance")).await;
    third.set("#value", "7000").await;
    third.set("#currency", "EUR").await;
    third.set("#close_date", "2027-06-30").await;
    third.click("form.narrow button.primary").await;
    third.wait("#deal-name").await;
    sound(third, "invited").await;
    let of = |who: &'static str| {
        let db = sides.app.db().clone();
        async move {
            sqlx::query_as::<_, (String, String, i64)>(
                "select trim_scale(r.value)::text, r.currency, (select count(*) from referral_team t where t.referral_id = r.referral_id)
                 from referrals r join organisations o using (organisation_id) where o.legal_name = $1 and r.name = 'Together'",
            )
            .bind(who)
            .fetch_one(&db)
            .await
            .unwrap()
        }
    };
    assert_eq!(of("Contoso Consulting").await, ("7000".to_owned(), "EUR".to_owned(), 0));
    assert_eq!(of("Fabrikam").await, ("125000".to_owned(), "USD".to_owned(), 1));
    // Fabrikam sees that it was accepted, and nothing that is Contoso's own.
    sides.partner.go(&deal).await;
    let source = sides.partner.source().await;
    assert!(source.contains("Contoso Consulting") && !source.contains("7,000"));
}
