//! The sample generator's own count of what its export holds is the import's.

use std::{collections::BTreeMap, path::Path, process::Command};

use partner_portal::{
    psc::import::{Export, State},
    referrals::missing::Detail,
};
use serde::Deserialize;
use sqlx::PgPool;

use super::support::Portal;

#[derive(Deserialize)]
struct Printed {
    accounts: i32,
    users: i32,
    deals: i32,
    by_reason: BTreeMap<String, i64>,
    eligible_with_gap: BTreeMap<String, i64>,
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_counts_are_the_generators(db: PgPool) {
    let generator = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tools/make_psc_export.py");
    if !generator.exists() {
        // It lies beside the checkout, not in it.
        return;
    }
    let portal = Portal::new(db).await;
    for seed in ["3", "11"] {
        let output = Command::new("python3")
            .arg(&generator)
            .arg(portal.folder())
            .args(["--deals", "1500", "--seed", seed])
            .output()
            .unwrap();
        assert!(output.status.success());
        let printed: Printed = serde_json::from_slice(&output.stdout).unwrap();
        let import = portal.take_in(Export::in_folder(portal.folder())).await.unwrap();
        let import = portal.find(import).await;
        assert_eq!((import.state, import.rejected, import.warnings), (State::Done, 0, 0));
        assert_eq!((import.accounts, import.users, import.deals), (printed.accounts, printed.users, printed.deals));

        let standings: Vec<(String, i64)> = sqlx::query_as("select standing, count(*) from psc_deal_standings group by 1")
            .fetch_all(&portal.db)
            .await
            .unwrap();
        let word = |standing: String| match standing.as_str() {
            "created_too_early" => "created too early".to_owned(),
            "invalid_mpn" => "invalid MPN ID".to_owned(),
            _ => standing,
        };
        let standings: BTreeMap<String, i64> = standings.into_iter().map(|(standing, n)| (word(standing), n)).collect();
        assert_eq!(standings, printed.by_reason);

        for detail in Detail::ALL {
            let eligible: i64 =
                sqlx::query_scalar("select count(*) from psc_deal_standings where standing = 'eligible' and missing & $1 <> 0")
                    .bind(detail.bit())
                    .fetch_one(&portal.db)
                    .await
                    .unwrap();
            let printed = printed
                .eligible_with_gap
                .get(&detail.code().replace('_', " "))
                .copied()
                .unwrap_or(0);
            assert_eq!(eligible, printed, "{detail:?}");
        }
    }
}
