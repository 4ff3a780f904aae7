//! Dates are configuration: a partner without dates of its own has those of the settings, from the next start on.

use partner_portal::{config::Settings, psc::service};
use sqlx::PgPool;

use crate::support::TestApp;

async fn dates(app: &TestApp) -> Vec<(String, String)> {
    sqlx::query_as(
        "select o.legal_name, to_char(s.eligible_from at time zone 'utc', 'YYYY-MM-DD') from psc_settings s
         join organisations o using (organisation_id) order by 1",
    )
    .fetch_all(app.db())
    .await
    .unwrap()
}

#[sqlx::test(migrations = false)]
async fn changed_settings_hold_for_partners_without_dates_of_their_own(pool: PgPool) {
    let app = TestApp::new(pool).await;
    app.seed().vendor().await;
    app.seed().partner("Follows", "4600001").await;
    app.seed().partner("Own", "4600002").await;
    app.sql(
        "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from, own_dates)
         select organisation_id, '2022-02-02', '2023-01-01', '2023-02-01', true from organisations where legal_name = 'Own'",
    )
    .await;
    for from in ["2020-01-01", "2025-06-01"] {
        let settings = Settings { psc_eligible_from: format!("{from}T00:00:00Z").parse().unwrap(), ..Settings::default() };
        service::take_over_dates(app.db(), &settings).await.unwrap();
        assert_eq!(
            dates(&app).await,
            [("Follows".to_owned(), from.to_owned()), ("Own".to_owned(), "2022-02-02".to_owned())]
        );
    }
}
