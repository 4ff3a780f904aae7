use partner_portal::migration::deals::{readiness::Standing, service};
use serde_json::json;
use sqlx::PgPool;

use super::seed::Fabrikam;

/// Every reason of domain.md section 7, the boundaries of each, and which one counts when several hold.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn every_deal_has_one_standing(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let early = json!({"created_at": "2024-12-31T23:59:59Z"});
    for (id, but, expected) in [
        ("A-01", json!({}), Standing::Eligible),
        ("A-02", json!({"own_mpn_id": "4512345"}), Standing::Eligible),
        ("A-03", json!({"business": "oem-iot"}), Standing::Eligible),
        ("A-04", json!({"co_sell": false}), Standing::Eligible),
        ("A-05", json!({"created_at": "2025-01-01T00:00:00Z"}), Standing::Eligible),
        ("A-06", json!({"missing": 127}), Standing::Eligible),
        ("B-01", json!({"business": "solution-assessment"}), Standing::Business),
        ("B-02", json!({"business": "oem-licensing"}), Standing::Business),
        ("B-03", json!({"business": "oem-licensing", "status": "won", "own_mpn_id": ""}), Standing::Business),
        ("C-01", json!({"status": "won"}), Standing::Won),
        ("C-02", json!({"status": "won", "created_at": "2019-01-01T00:00:00Z"}), Standing::Won),
        ("D-01", json!({"status": "lost"}), Standing::Closed),
        ("D-02", json!({"status": "closed-duplicate"}), Standing::Closed),
        ("D-03", json!({"status": "lost", "own_mpn_id": "9999999"}), Standing::Closed),
        ("E-01", early.clone(), Standing::CreatedTooEarly),
        ("E-02", json!({"created_at": "2024-12-31T23:59:59Z", "own_mpn_id": ""}), Standing::CreatedTooEarly),
        ("F-01", json!({"own_mpn_id": "9999999"}), Standing::InvalidMpn),
        ("F-02", json!({"own_mpn_id": ""}), Standing::InvalidMpn),
    ] {
        it.deal(id, but).await;
        let listed = service::list(it.app.db(), it.id, expected, None, "", 100).await.unwrap();
        assert!(listed.iter().any(|deal| deal.psc_deal_id == id), "{id} is not {}", expected.code());
    }
    let counts = service::readiness(it.app.db(), it.id).await.unwrap();
    assert_eq!((counts.eligible, counts.not_eligible_total(), counts.migrated), (6, 12, 0));
    assert_eq!(Standing::REASONS.map(|reason| counts.of_reason(reason)), [2, 3, 3, 2, 2]);
}

/// Another partner's location is no location of ours.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn an_mpn_id_of_another_organisation_is_invalid(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let other = it.app.seed().partner("Contoso", "4600001").await;
    it.app.seed().location(other, "4600002", "Busan").await;
    it.deal("X-1", json!({"own_mpn_id": "4600001"})).await;
    it.deal("X-2", json!({"own_mpn_id": "4600002"})).await;
    let counts = service::readiness(it.app.db(), it.id).await.unwrap();
    assert_eq!((counts.eligible, counts.of_reason(Standing::InvalidMpn)), (0, 2));
    assert_eq!(service::readiness(it.app.db(), other).await.unwrap().eligible, 0);
}

/// The newest export's state is what counts: what only an earlier one had is neither eligible nor a reason.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn deals_of_earlier_exports_do_not_count(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deal("N-1", json!({})).await;
    let older = super::seed::new_id();
    sqlx::query("insert into psc_imports (import_id, organisation_id, state, started_at) values ($1, $2, 'done', now())")
        .bind(older)
        .bind(it.id)
        .execute(it.app.db())
        .await
        .unwrap();
    it.deal("O-1", json!({"import_id": older})).await;
    let run = it.run(false, 10).await;
    assert_eq!((run.total, run.migrated), (1, 1));
    it.assert_whole(1).await;
}
