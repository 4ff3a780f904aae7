use partner_portal::{
    auth::Role,
    ids::LocationId,
    migration::users::{
        changes::{Change, Deals, Here, InPsc, Lost, OnTeam, Row, WithPerson, change},
        service::{self, Choice},
    },
};
use serde_json::json;
use sqlx::PgPool;

use super::seed::Fabrikam;

const ME: &str = "jane@fabrikam.example";

fn row(psc_role: &str, account: &str, location: Option<LocationId>) -> Row {
    let role = if psc_role == "seller" { Role::ReferralsUser } else { Role::ReferralsAdmin };
    Row { psc_role: psc_role.into(), psc_account_id: account.into(), psc_mail: ME.into(), role, location }
}

/// Deals of two accounts (PA-1 at the first location, PA-2 at the second) and one that goes to the organisation itself.
fn deals([seoul, busan]: [LocationId; 2]) -> Deals {
    let group = |account: &str, location, deals| InPsc { psc_account_id: account.into(), location, deals };
    Deals {
        in_psc: vec![group("PA-0", None, 5), group("PA-1", Some(seoul), 10), group("PA-2", Some(busan), 100)],
        ..Deals::default()
    }
}

fn numbers(change: &Change) -> (i64, i64) {
    (change.appear, change.disappear)
}

#[test]
fn an_admin_of_psc_keeps_only_what_the_new_scope_reaches() {
    let places = [LocationId::new(), LocationId::new()];
    let whole = change(&[row("admin", "PA-0", None)], ME, false, &deals(places));
    assert_eq!(numbers(&whole), (0, 0), "everything before, everything after");
    assert_eq!(whole.lost, [Lost::ManagingUsers]);
    let local = change(&[row("admin", "PA-1", Some(places[0]))], ME, true, &deals(places));
    assert_eq!(numbers(&local), (0, 105));
    assert_eq!(local.lost, [Lost::OtherLocations], "who is an account admin manages users here");
    assert_eq!(local.gained, [(Role::ReferralsAdmin, Some(places[0]))]);
}

#[test]
fn a_deal_manager_gets_the_location_for_the_account() {
    let places = [LocationId::new(), LocationId::new()];
    let same = change(&[row("deal-manager", "PA-1", Some(places[0]))], ME, false, &deals(places));
    assert_eq!((numbers(&same), same.lost.len()), ((0, 0), 0));
    let wider = change(&[row("deal-manager", "PA-1", None)], ME, false, &deals(places));
    assert_eq!(numbers(&wider), (105, 0));
}

#[test]
fn a_seller_keeps_the_assigned_deals_of_the_scope_and_gains_those_of_the_team() {
    let places = [LocationId::new(), LocationId::new()];
    let mut all = deals(places);
    let own = |account: &str, place: LocationId, assigned, deals| WithPerson {
        mail: ME.into(),
        psc_account_id: account.into(),
        location: Some(place),
        assigned,
        deals,
    };
    all.with_person = vec![
        own("PA-1", places[0], true, 3),
        own("PA-1", places[0], false, 2),
        own("PA-2", places[1], true, 7),
        own("PA-2", places[1], false, 11),
    ];
    let seller = change(&[row("seller", "PA-1", Some(places[0]))], ME, false, &all);
    assert_eq!(numbers(&seller), (2, 7), "the team's appear, those assigned elsewhere disappear");
    // Another account was named: the team has the old mail, so that nothing comes along.
    let renamed = change(&[row("seller", "PA-1", Some(places[0]))], "new@fabrikam.example", false, &all);
    assert_eq!(numbers(&renamed), (0, 10));
    // As a deal manager of the account as well, everything of the location is there before and after.
    let both = [row("seller", "PA-1", Some(places[0])), row("deal-manager", "PA-1", Some(places[0]))];
    assert_eq!(numbers(&change(&both, ME, false, &all)), (0, 7));
}

#[test]
fn deals_that_are_here_already_appear() {
    let [seoul, busan] = [LocationId::new(), LocationId::new()];
    let here = |location, deals| Here { location, deals };
    let team = |mail: &str, location, deals| OnTeam { mail: mail.into(), location, deals };
    let all = Deals {
        here: vec![here(None, 1), here(Some(seoul), 20), here(Some(busan), 300)],
        on_team: vec![team(ME, Some(seoul), 4), team(ME, Some(busan), 5), team("other@fabrikam.example", Some(seoul), 6)],
        ..Deals::default()
    };
    let appear = |rows: &[Row]| numbers(&change(rows, ME, false, &all)).0;
    assert_eq!(appear(&[row("deal-manager", "PA-0", None)]), 321);
    assert_eq!(appear(&[row("deal-manager", "PA-1", Some(seoul))]), 20);
    assert_eq!(appear(&[row("seller", "PA-1", Some(seoul))]), 4);
    assert_eq!(appear(&[row("seller", "PA-0", None)]), 9);
    assert_eq!(appear(&[row("deal-manager", "PA-1", Some(seoul)), row("seller", "PA-2", Some(busan))]), 25);
}

/// The same, counted by the database.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_preview_counts_the_organisations_deals(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let mine = json!({"team_first_names": ["J"], "team_last_names": ["D"], "team_phones": [""], "team_mails": ["JANE@fabrikam.example"]});
    it.psc_deal("S-1", "PA-1", "4512346", json!({"assigned_seller": "Jane@fabrikam.example"}))
        .await;
    it.psc_deal("S-2", "PA-1", "4512346", mine.clone()).await;
    it.psc_deal("S-3", "PA-1", "4512346", json!({})).await;
    it.psc_deal("B-1", "PA-2", "4512347", json!({"assigned_seller": ME})).await;
    it.psc_deal("W-1", "PA-1", "4512346", json!({"status": "won", "assigned_seller": ME}))
        .await;
    it.psc_deal("N-1", "PA-9", "9999999", json!({"assigned_seller": ME})).await;
    it.account(ME).await;
    it.psc_user("jane", ME, "PA-1", "seller").await;
    it.account("kim@fabrikam.example").await;
    it.psc_user("kim", "kim@fabrikam.example", "PA-2", "admin").await;
    let choice = Choice::Ready(String::new());
    let seen = |preview: service::Preview| -> Vec<(String, i64, i64)> {
        let people = preview.people.into_iter();
        people.map(|one| (one.mail, one.change.appear, one.change.disappear)).collect()
    };
    let preview = service::preview(it.app.db(), it.id, &choice, "", 50).await.unwrap();
    assert!(!preview.partial && !preview.more);
    assert_eq!(seen(preview), [(ME.to_owned(), 1, 1), ("kim@fabrikam.example".to_owned(), 0, 3)]);
    // The same deals, when they are here.
    it.app
        .seed()
        .user(it.id, "r@fabrikam.example")
        .role(Role::ReferralsAdmin)
        .create()
        .await;
    it.migrate_deals().await;
    let preview = service::preview(it.app.db(), it.id, &choice, "", 50).await.unwrap();
    assert_eq!(seen(preview), [(ME.to_owned(), 2, 0), ("kim@fabrikam.example".to_owned(), 1, 0)]);
}
