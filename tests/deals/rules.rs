use partner_portal::{
    deals::{forms::FavouriteForm, policy, views::DealView},
    ids::ReferralId,
    referrals::service,
    web::{L10n, Lang},
};
use sqlx::PgPool;

use super::seed::{World, at};

/// domain.md section 3, "Microsoft's side": who the seller is does not even leave the database before acceptance.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_seller_is_known_only_once_accepted(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await.scope();
    for status in ["pending", "received", "accepted", "won", "lost", "declined", "expired", "error"] {
        let mut deal = world.deal(status);
        deal.vendor = Some(status);
        let id = world.insert(deal).await;
        let deal = service::open(&world.db, &admin, id).await.unwrap().deal;
        assert_eq!(deal.vendor_status.unwrap().code(), status);
        let told = [deal.seller_name, deal.seller_mail, deal.seller_phone]
            .iter()
            .filter(|part| part.is_some())
            .count();
        assert_eq!(told, if matches!(status, "accepted" | "won") { 3 } else { 0 }, "{status}");
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_progress_bar_follows_status_and_stage(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await.scope();
    let l = L10n { lang: Lang::En, zone: chrono_tz::Tz::UTC };
    for (direction, status, stage, current, done) in [
        ("inbound", "pending", None::<i16>, "Received", 1),
        ("inbound", "accepted", None, "Accepted 10%", 2),
        ("outbound", "accepted", None, "Created 10%", 1),
        ("outbound", "accepted", Some(40), "Developed 40%", 3),
        ("outbound", "won", Some(20), "Won", 6),
        ("outbound", "lost", Some(20), "Lost", 3),
        ("inbound", "expired", None, "Expired", 2),
    ] {
        let mut deal = world.deal(status);
        (deal.direction, deal.status) = (direction, status);
        let id = world.insert(deal).await;
        sqlx::query("update referrals set stage = $2 where referral_id = $1")
            .bind(id.0)
            .bind(stage)
            .execute(&world.db)
            .await
            .unwrap();
        let opened = service::open(&world.db, &admin, id).await.unwrap();
        let view = DealView::new(l, opened, "/deals", at("2026-11-22T00:00:00Z"));
        let now: Vec<&str> = view.steps.iter().filter(|s| s.current).map(|s| s.words.as_str()).collect();
        assert_eq!(now, [current], "{direction} {status}");
        assert_eq!(view.steps.iter().filter(|s| s.done).count(), done, "{direction} {status}");
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn only_referrals_admins_of_the_whole_organisation_are_sent_to_the_migration(db: PgPool) {
    use partner_portal::auth::Role;
    let world = World::new(db).await;
    for (role, location, may_see, may_migrate) in [
        (Role::ReferralsAdmin, None, true, true),
        (Role::ReferralsAdmin, Some(world.seoul), true, false),
        (Role::ReferralsUser, None, true, false),
        (Role::AccountAdmin, None, false, false),
        (Role::Seller, None, false, false),
    ] {
        let actor = world
            .person(
                world.fabrikam,
                &format!("{}{}@fabrikam.example", role.code(), location.is_some()),
                &[(role, location)],
            )
            .await;
        assert_eq!(
            ((policy::SEE_DEALS.allows)(&actor), policy::may_migrate(&actor)),
            (may_see, may_migrate),
            "{role:?}"
        );
    }
}

#[test]
fn a_favourite_s_form_leads_back_to_our_own_pages_only() {
    let id = ReferralId::new();
    let own = format!("/deals/{id}");
    for (next, to) in [
        ("/deals?tab=outbound&q=%EC%A0%84", "/deals?tab=outbound&q=%EC%A0%84"),
        ("/deals", "/deals"),
        ("", own.as_str()),
        ("/dealsx", &own),
        ("//evil.example/deals", &own),
        ("https://evil.example/deals", &own),
        ("/deals/\\evil", &own),
        ("/deals?\r\nx: y", &own),
        ("/sign-out", &own),
    ] {
        assert_eq!(FavouriteForm { on: "yes".into(), next: next.into() }.next(id), to, "{next}");
    }
}
