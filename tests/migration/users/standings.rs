use partner_portal::{
    accounts::policy::CONSUMER_DOMAINS,
    auth::Role,
    migration::users::{
        checks::{Standing, Status},
        service,
    },
};
use serde_json::json;
use sqlx::PgPool;

use super::seed::Fabrikam;

/// Every standing that there is, and what comes first when several things are wrong.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn each_psc_user_stands_somewhere(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let seed = it.app.seed();
    it.account("ready@fabrikam.example").await;
    it.psc_user("ready", "Ready@Fabrikam.Example", "PA-1", "seller").await;
    seed.user(it.id, "has@fabrikam.example")
        .role_at(Role::ReferralsUser, it.busan)
        .create()
        .await;
    it.psc_user("has", "has@fabrikam.example", "PA-9", "admin").await;
    it.psc_user("consumer", "someone@gmail.com", "PA-9", "seller").await;
    it.psc_user("no-mail", "nobody at all", "PA-1", "seller").await;
    it.psc_user("outside", "someone@contoso.example", "PA-1", "seller").await;
    it.account("guest@contoso.example").await;
    it.psc_user("guest", "guest@contoso.example", "PA-1", "seller").await;
    it.psc_user("no-account", "new@fabrikam.example", "PA-9", "seller").await;
    seed.user(it.id, "gone@fabrikam.example").disabled().create().await;
    it.psc_user("disabled", "gone@fabrikam.example", "PA-9", "seller").await;
    it.account("lost@fabrikam.example").await;
    it.psc_user("no-location", "lost@fabrikam.example", "PA-9", "seller").await;
    it.psc_user("no-psc-account", "lost@fabrikam.example", "PA-404", "seller").await;
    // Other roles than those of referrals are no obstacle.
    it.psc_user("account-admin", super::seed::ADMIN, "PA-0", "admin").await;
    assert_eq!(
        it.standings().await,
        json!({
            "ready": "ready", "has": "has-role", "consumer": "consumer-mail", "no-mail": "consumer-mail",
            "outside": "outside-tenant", "guest": "ready", "no-account": "no-account", "disabled": "disabled",
            "no-location": "no-location", "no-psc-account": "no-location", "account-admin": "ready"
        })
    );
    let counts = service::counts(it.app.db(), it.id).await.unwrap();
    assert_eq!(counts.total(), 11);
    assert_eq!(Status::ALL.map(|status| counts.of_status(status)), [3, 0, 8]);
    assert_eq!((counts.of(Standing::NoLocation), counts.to_correct()), (2, 7));
    assert!(!counts.all_done());
}

/// An account of another organisation with the same mail is none of ours.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn other_organisations_do_not_count(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let seed = it.app.seed();
    let other = seed.partner("Contoso", "4600001").await;
    seed.location(other, "9999999", "Osaka").await;
    sqlx::query("insert into tenant_domains values ('contoso.example', $1)")
        .bind(other)
        .execute(it.app.db())
        .await
        .unwrap();
    seed.user(other, "them@contoso.example")
        .role(Role::ReferralsAdmin)
        .create()
        .await;
    it.psc_user("them", "them@contoso.example", "PA-1", "seller").await;
    it.account("us@fabrikam.example").await;
    it.psc_user("us", "us@fabrikam.example", "PA-9", "seller").await;
    assert_eq!(it.standings().await, json!({"them": "outside-tenant", "us": "no-location"}));
    assert_eq!(service::counts(it.app.db(), other).await.unwrap().total(), 0);
}

/// The database's consumer domains are the accounts room's.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn consumer_domains_are_the_same_everywhere(pool: PgPool) {
    let kept: Vec<String> = sqlx::query_scalar("select domain from consumer_mail_domains order by domain collate \"C\"")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(kept, CONSUMER_DOMAINS);
}

/// A newer export says who there is; who was migrated from an older one stays migrated.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_newest_export_counts(pool: PgPool) {
    let mut it = Fabrikam::new(pool).await;
    it.sellers(2).await;
    it.run(10).await;
    it.export().await;
    it.psc_user("U-000", "seller000@fabrikam.example", "PA-2", "admin").await;
    it.psc_user("U-900", "seller001@fabrikam.example", "PA-1", "seller").await;
    assert_eq!(it.standings().await, json!({"U-000": "migrated", "U-900": "has-role"}));
    assert_eq!(it.roles("seller000@fabrikam.example").await, ["referrals-user @ Seoul"]);
    let role = it
        .value("select jsonb_build_array(role, (select city from locations l where l.location_id = s.location_id)) from psc_user_standings s where psc_user_id = 'U-000'")
        .await;
    assert_eq!(role, json!(["referrals-user", "Seoul"]), "what was given is shown, not what would be now");
}
