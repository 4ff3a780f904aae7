//! What can be asked of a deal, and by whom.

use chrono::TimeDelta;
use partner_portal::{
    auth::Role,
    db::schema::MIGRATOR,
    referrals::{
        command::{Customer, Details, Sending},
        kind::Qualification,
        reason::Reason,
        service::{self, ActError},
        status::Action,
    },
};
use sqlx::PgPool;

use super::scene::{BEGIN, Scene, ask, at, details, kind, new_deal, request, somebody};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_new_co_sell_deal_asks_the_seller_with_least_to_do(db: PgPool) {
    let scene = Scene::new(db).await;
    let mut assigned = Vec::new();
    for _ in 0..4 {
        let deal = scene.deal(ask).await;
        let request = scene.referral_of(deal, scene.vendor).await.unwrap();
        assert_eq!((scene.status(deal).await, scene.status(request).await), ("accepted".into(), "pending".into()));
        assert_eq!((scene.events(deal, "created").await, scene.told(request).await), (1, vec!["received".into()]));
        assigned.push(scene.sellers_of(request).await.0.user);
    }
    assert_eq!(assigned[0], assigned[2]);
    assert_eq!(assigned[1], assigned[3]);
    assert_ne!(assigned[0], assigned[1]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_private_deal_is_the_partners_only(db: PgPool) {
    let scene = Scene::new(db).await;
    let deal = scene.deal(|_| {}).await;
    assert!(scene.referral_of(deal, scene.vendor).await.is_none());
    for stranger in [&scene.sellers[0], &scene.other] {
        let by = scene.by(stranger, at(BEGIN));
        assert_eq!(kind(&service::edit_details(&by, deal, None, details()).await), "not found");
        assert_eq!(kind(&service::set_stage(&by, deal, None, 20).await), "not found");
    }
}

/// A note is about nothing that the other one could have changed.
#[sqlx::test(migrator = "MIGRATOR")]
async fn notes_written_at_once_are_all_kept(db: PgPool) {
    let scene = Scene::new(db).await;
    let deal = scene.deal(|_| {}).await;
    let by = scene.by(&scene.admin, at(BEGIN));
    let notes = futures_util::future::join_all((0..12).map(|n| {
        let by = &by;
        async move { service::add_note(by, deal, &format!("note {n}"), n % 2 == 0).await }
    }));
    assert!(notes.await.iter().all(Result::is_ok));
    assert_eq!(scene.events(deal, "note").await, 12);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_deals_without_a_co_sell_ready_solution(db: PgPool) {
    let scene = Scene::new(db).await;
    sqlx::query("update solutions set co_sell_ready = false where organisation_id = $1")
        .bind(scene.fabrikam)
        .execute(&scene.db)
        .await
        .unwrap();
    let refused = service::create(&scene.by(&scene.admin, at(BEGIN)), new_deal()).await;
    assert!(matches!(refused, Err(ActError::Refused("refused-no-solution"))), "{refused:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn asking_for_help_needs_contact_and_consent(db: PgPool) {
    let scene = Scene::new(db).await;
    let mut new = new_deal();
    ask(&mut new);
    new.consent = false;
    new.contact.phone = String::new();
    let Err(ActError::Invalid(flaws)) = service::create(&scene.by(&scene.admin, at(BEGIN)), new).await else { panic!("made") };
    let fields: Vec<_> = flaws.iter().map(|flaw| flaw.field.as_str()).collect();
    assert_eq!(fields, ["contact-phone", "consent"]);
    let mut draft = new_deal();
    draft.solutions[0].id = "CON-2".into();
    let Err(ActError::Invalid(flaws)) = service::create(&scene.by(&scene.admin, at(BEGIN)), draft).await else { panic!("made") };
    assert_eq!(flaws[0].key, "flaw-solution-unknown");
}

/// A location's people make deals for it; a referrals user only with themselves on the team.
#[sqlx::test(migrator = "MIGRATOR")]
async fn deals_are_made_within_ones_scope(db: PgPool) {
    let scene = Scene::new(db).await;
    let local = scene
        .person("local@fabrikam.example", &[(Role::ReferralsAdmin, Some(scene.seoul))])
        .await;
    let user = scene
        .person("user@fabrikam.example", &[(Role::ReferralsUser, Some(scene.seoul))])
        .await;
    let make = async |actor, location, mail: &str| {
        let mut new = new_deal();
        new.location = location;
        new.team = vec![somebody(mail)];
        kind(&service::create(&scene.by(actor, at(BEGIN)), new).await)
    };
    assert_eq!(make(&local, Some(scene.seoul), "x@fabrikam.example").await, "done");
    assert_eq!(make(&local, Some(scene.busan), "x@fabrikam.example").await, "invalid");
    assert_eq!(make(&local, None, "x@fabrikam.example").await, "invalid");
    assert_eq!(make(&user, Some(scene.seoul), "x@fabrikam.example").await, "invalid");
    assert_eq!(make(&user, Some(scene.seoul), "USER@fabrikam.example").await, "done");
    assert_eq!(make(&scene.sellers[0], None, "x@fabrikam.example").await, "forbidden");
}

/// Nothing of a closed deal can be changed, by any command (rule).
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_closed_deal_stays_as_it_is(db: PgPool) {
    let scene = Scene::new(db).await;
    let deal = scene.deal(|_| {}).await;
    let by = scene.by(&scene.admin, at(BEGIN) + TimeDelta::days(1));
    service::close(&by, deal, None, Action::Win, None, "").await.unwrap();
    let row = async || -> String {
        sqlx::query_scalar(
            "select r::text || e::text from referrals r join engagements e using (engagement_id) where referral_id = $1",
        )
        .bind(deal)
        .fetch_one(&scene.db)
        .await
        .unwrap()
    };
    let before = row().await;
    let lost = Reason::new(Action::Lose, 1);
    let declined = Reason::new(Action::Decline, 1).unwrap();
    let customer =
        Customer { name: "X".into(), line1: "X".into(), city: "X".into(), country: "KR".into(), ..Customer::default() };
    let answers = [
        kind(&service::accept(&by, deal, None, details()).await),
        kind(&service::decline(&by, deal, None, declined, "").await),
        kind(&service::close(&by, deal, None, Action::Lose, lost, "").await),
        kind(&service::close(&by, deal, None, Action::Win, None, "").await),
        kind(&service::close(&by, deal, None, Action::Withdraw, Reason::new(Action::Withdraw, 1), "").await),
        kind(&service::set_stage(&by, deal, None, 20).await),
        kind(&service::edit_details(&by, deal, None, Details { name: "X".into(), ..details() }).await),
        kind(&service::edit_customer(&by, deal, None, customer, somebody("x@adatum.example")).await),
        kind(&service::edit_solutions(&by, deal, None, new_deal().solutions).await),
        kind(&service::edit_team(&by, deal, None, vec![somebody("x@fabrikam.example")]).await),
        kind(&service::add_team_member(&by, deal, somebody("x@fabrikam.example")).await),
        kind(&service::add_note(&by, deal, "x", true).await),
        kind(&service::show_vendor(&by, deal, None).await),
        kind(&service::ask_vendor(&by, deal, None, request()).await),
        kind(&service::invite_partner(&by, deal, None, scene.contoso, None).await),
    ];
    assert_eq!(answers, ["over"; 15]);
    assert_eq!(row().await, before);
}

/// Status changes need all required fields (rule); filling them makes the way free.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_deal_with_gaps_keeps_its_status_until_they_are_filled(db: PgPool) {
    let scene = Scene::new(db).await;
    let deal = scene.deal(|_| {}).await;
    // As it comes over from PSC.
    sqlx::query("update referrals set value = null, missing = 16, migrated_at = now() where referral_id = $1")
        .bind(deal)
        .execute(&scene.db)
        .await
        .unwrap();
    let by = scene.by(&scene.admin, at(BEGIN) + TimeDelta::days(1));
    for (action, reason) in
        [(Action::Win, None), (Action::Lose, Reason::new(Action::Lose, 1)), (Action::Withdraw, Reason::new(Action::Withdraw, 7))]
    {
        assert_eq!(kind(&service::close(&by, deal, None, action, reason, "").await), "incomplete");
    }
    assert_eq!(scene.status(deal).await, "accepted");
    service::edit_details(&by, deal, None, details()).await.unwrap();
    service::close(&by, deal, None, Action::Win, None, "").await.unwrap();
    assert_eq!(scene.status(deal).await, "won");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn endings_need_their_reason_and_other_its_note(db: PgPool) {
    let scene = Scene::new(db).await;
    let deal = scene.deal(|_| {}).await;
    let by = scene.by(&scene.admin, at(BEGIN));
    let other = Reason::new(Action::Lose, 8);
    assert_eq!(kind(&service::close(&by, deal, None, Action::Lose, None, "").await), "invalid");
    assert_eq!(
        kind(&service::close(&by, deal, None, Action::Lose, Reason::new(Action::Withdraw, 1), "").await),
        "invalid"
    );
    assert_eq!(kind(&service::close(&by, deal, None, Action::Lose, other, " ").await), "invalid");
    assert_eq!(kind(&service::close(&by, deal, None, Action::Win, other, "why").await), "invalid");
    assert_eq!(kind(&service::close(&by, deal, None, Action::Accept, None, "").await), "refused");
    service::close(&by, deal, None, Action::Lose, other, "the customer merged")
        .await
        .unwrap();
    assert_eq!(scene.events(deal, "lose").await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_two_edits_of_the_same_version_the_second_is_told(db: PgPool) {
    let scene = Scene::new(db).await;
    let deal = scene.deal(|_| {}).await;
    let seen = Some(scene.seen(deal).await);
    let by = scene.by(&scene.admin, at(BEGIN));
    service::edit_details(&by, deal, seen, Details { name: "One".into(), ..details() })
        .await
        .unwrap();
    let second = service::edit_details(&by, deal, seen, Details { name: "Two".into(), ..details() }).await;
    assert_eq!(kind(&second), "changed");
    let seen = Some(scene.seen(deal).await);
    service::edit_solutions(&by, deal, seen, new_deal().solutions).await.unwrap();
    assert_eq!(
        kind(&service::edit_customer(&by, deal, seen, new_deal().customer, somebody("x@adatum.example")).await),
        "changed"
    );
}

/// The invited partner answers with a value, date and team of its own; what is shared stays with who started it.
#[sqlx::test(migrator = "MIGRATOR")]
async fn an_invited_partner_has_a_referral_of_its_own(db: PgPool) {
    let scene = Scene::new(db).await;
    let deal = scene.deal(|_| {}).await;
    let now = at(BEGIN) + TimeDelta::days(1);
    service::invite_partner(&scene.by(&scene.admin, now), deal, None, scene.contoso, None)
        .await
        .unwrap();
    let theirs = scene.referral_of(deal, scene.contoso).await.unwrap();
    assert_eq!(scene.told(theirs).await, ["invited"]);
    let again = service::invite_partner(&scene.by(&scene.admin, now), deal, None, scene.contoso, None).await;
    assert_eq!(kind(&again), "refused");
    let by = scene.by(&scene.other, now);
    let own = Details { value: Some(7.into()), currency: Some("USD".into()), ..details() };
    service::accept(&by, theirs, None, own).await.unwrap();
    assert_eq!(scene.told(deal).await, ["accepted"]);
    assert_eq!(kind(&service::edit_solutions(&by, theirs, None, new_deal().solutions).await), "forbidden");
    assert_eq!(kind(&service::invite_partner(&by, theirs, None, scene.fabrikam, None).await), "forbidden");
    assert_eq!(kind(&service::ask_vendor(&by, theirs, None, request()).await), "forbidden");
    assert_eq!(kind(&service::close(&by, theirs, None, Action::Win, None, "").await), "incomplete", "no team yet");
    service::edit_team(&by, theirs, None, vec![somebody("a@contoso.example")])
        .await
        .unwrap();
    service::close(&by, theirs, None, Action::Win, None, "").await.unwrap();
    let values: Vec<rust_decimal::Decimal> =
        sqlx::query_scalar("select value from referrals where value is not null order by value")
            .fetch_all(&scene.db)
            .await
            .unwrap();
    assert_eq!(values.iter().map(|value| value.normalize().to_string()).collect::<Vec<_>>(), ["7", "250000000"]);
    assert_eq!(scene.status(deal).await, "accepted");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_seller_sends_a_deal_or_a_lead_to_a_partner(db: PgPool) {
    let scene = Scene::new(db).await;
    for lead in [None, Some(Qualification::Sales)] {
        let sending = Sending {
            lead,
            partner: scene.fabrikam,
            location: Some(scene.busan),
            details: details(),
            customer: new_deal().customer,
            contact: somebody("buyer@adatum.example"),
            solutions: Vec::new(),
            contact_wanted_until: None,
        };
        let by = scene.by(&scene.sellers[0], at(BEGIN));
        assert_eq!(kind(&service::send(&scene.by(&scene.admin, at(BEGIN)), sending.clone()).await), "forbidden");
        let elsewhere = Sending { partner: scene.contoso, ..sending.clone() };
        assert_eq!(kind(&service::send(&by, elsewhere).await), "invalid", "the location is another partner's");
        let own = service::send(&by, sending).await.unwrap();
        let theirs = scene.referral_of(own, scene.fabrikam).await.unwrap();
        assert_eq!((scene.status(own).await, scene.status(theirs).await), ("accepted".into(), "pending".into()));
        assert_eq!(scene.told(theirs).await, ["received"]);
        service::mark_received(&scene.by(&scene.admin, at(BEGIN)), theirs)
            .await
            .unwrap();
        service::mark_received(&scene.by(&scene.admin, at(BEGIN)), theirs)
            .await
            .unwrap();
        assert_eq!((scene.status(theirs).await, scene.events(theirs, "open").await), ("received".into(), 1));
        service::accept(&scene.by(&scene.admin, at(BEGIN)), theirs, None, details())
            .await
            .unwrap();
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_request_is_one_sellers_until_it_is_handed_over(db: PgPool) {
    let scene = Scene::new(db).await;
    let deal = scene.deal(ask).await;
    let request = scene.referral_of(deal, scene.vendor).await.unwrap();
    let (mine, other) = scene.sellers_of(request).await;
    let now = at(BEGIN);
    assert_eq!(kind(&service::accept(&scene.by(other, now), request, None, details()).await), "forbidden");
    assert_eq!(kind(&service::take(&scene.by(other, now), request, None).await), "refused");
    assert_eq!(kind(&service::hand_over(&scene.by(other, now), request, None, mine.user).await), "forbidden");
    assert_eq!(kind(&service::hand_over(&scene.by(mine, now), request, None, scene.admin.user).await), "refused");
    service::hand_over(&scene.by(mine, now), request, None, other.user)
        .await
        .unwrap();
    assert_eq!(
        scene.told(deal).await,
        Vec::<String>::new(),
        "the partner hears nothing of sellers before acceptance"
    );
    service::accept(&scene.by(other, now), request, None, details()).await.unwrap();
    service::hand_over(&scene.by(other, now), request, None, mine.user)
        .await
        .unwrap();
    assert_eq!(scene.told(deal).await, ["accepted", "assigned"]);
}

/// Two sellers reach for the same request: one gets it.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_request_is_taken_once(db: PgPool) {
    let scene = Scene::new(db).await;
    sqlx::query("delete from seller_countries").execute(&scene.db).await.unwrap();
    for _ in 0..20 {
        let deal = scene.deal(ask).await;
        let request = scene.referral_of(deal, scene.vendor).await.unwrap();
        let [one, two] = &scene.sellers;
        let (one, two) = (scene.by(one, at(BEGIN)), scene.by(two, at(BEGIN)));
        let (one, two) = tokio::join!(service::take(&one, request, None), service::take(&two, request, None));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    }
}
