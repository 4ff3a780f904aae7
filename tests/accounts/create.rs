//! Making organisations, locations, users and roles; finding them again.

use chrono::{DateTime, Days, Utc};
use partner_portal::{
    accounts::service::{
        self, AccountsError, NewLocation, NewPartner, NewUser, PscDates, account_admins, assign_role, create_location,
        create_partner, create_user,
    },
    auth::Role,
    db::{self, Pool, Tx, schema::MIGRATOR},
    ids::{LocationId, OrganisationId, UserId},
};

fn now() -> DateTime<Utc> {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

async fn partner(tx: &mut Tx<'_>, mpn_id: &str, domain: &str) -> OrganisationId {
    let psc = PscDates { eligible_from: now() - Days::new(600), read_only_from: now(), closed_from: now() + Days::new(9) };
    let new = NewPartner { legal_name: "A partner", country: "KR", mpn_id, isv_connect: false, psc };
    let id = create_partner(tx, &new, now()).await.unwrap();
    service::add_tenant_domain(tx, id, domain).await.unwrap();
    id
}

async fn user(tx: &mut Tx<'_>, organisation: OrganisationId, mail: &str) -> UserId {
    let new = NewUser { mail, display_name: mail, time_zone: "UTC", password_hash: None };
    create_user(tx, organisation, &new, now()).await.unwrap()
}

async fn grant(tx: &mut Tx<'_>, organisation: OrganisationId, user: UserId, role: Role) {
    assign_role(tx, organisation, user, role, None, None, now()).await.unwrap();
}

fn place(mpn_id: &'static str, contact_mail: &'static str) -> NewLocation<'static> {
    NewLocation {
        mpn_id,
        name: "Seoul",
        legal_entity: "One KR",
        address_line: "1 Street",
        city: "Seoul",
        country: "KR",
        contact_mail,
    }
}

async fn location(tx: &mut Tx<'_>, organisation: OrganisationId, mpn_id: &'static str) -> LocationId {
    create_location(tx, organisation, &place(mpn_id, "a@one.example"), now())
        .await
        .unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn those_who_can_grant_roles_are_of_the_asked_organisation_only(pool: Pool) {
    let mut tx = db::begin(&pool).await.unwrap();
    let one = partner(&mut tx, "100", "one.example").await;
    let other = partner(&mut tx, "200", "other.example").await;
    for (organisation, mail, role) in [
        (one, "a-global@one.example", Role::GlobalAdmin),
        (one, "b-account@one.example", Role::AccountAdmin),
        (one, "c-referrals@one.example", Role::ReferralsAdmin),
        (one, "gone@one.example", Role::AccountAdmin),
        (other, "account@other.example", Role::AccountAdmin),
    ] {
        let user = user(&mut tx, organisation, mail).await;
        grant(&mut tx, organisation, user, role).await;
    }
    let both = user(&mut tx, one, "d-both@one.example").await;
    grant(&mut tx, one, both, Role::GlobalAdmin).await;
    grant(&mut tx, one, both, Role::AccountAdmin).await;
    sqlx::query("update users set disabled_at = now() where mail = 'gone@one.example'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let mails = |people: Vec<service::Person>| people.into_iter().map(|person| person.mail).collect::<Vec<_>>();
    let admins = mails(account_admins(&pool, one).await.unwrap());
    assert_eq!(admins, ["b-account@one.example", "d-both@one.example", "a-global@one.example"]);
    assert_eq!(mails(account_admins(&pool, other).await.unwrap()), ["account@other.example"]);
    assert_eq!(mails(account_admins(&pool, OrganisationId::new()).await.unwrap()), Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_role_is_not_given_across_organisations_or_where_it_cannot_hold(pool: Pool) {
    let mut tx = db::begin(&pool).await.unwrap();
    let one = partner(&mut tx, "100", "one.example").await;
    let other = partner(&mut tx, "200", "other.example").await;
    let ours = user(&mut tx, one, "a@one.example").await;
    let theirs = user(&mut tx, other, "a@other.example").await;
    let their_place = location(&mut tx, other, "201").await;
    let our_place = location(&mut tx, one, "101").await;

    for (user, role, location, expected) in [
        (theirs, Role::ReferralsAdmin, None, "not found"),
        (ours, Role::ReferralsAdmin, Some(their_place), "not found"),
        (ours, Role::AccountAdmin, Some(our_place), "account-admin cannot be given there"),
        (ours, Role::Seller, None, "seller cannot be given there"),
    ] {
        let error = assign_role(&mut tx, one, user, role, location, None, now()).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    assign_role(&mut tx, one, ours, Role::ReferralsUser, Some(our_place), None, now())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let members = service::members(&pool, one).await.unwrap();
    assert_eq!(members.len(), 1);
    let roles: Vec<_> = members[0].roles.iter().map(|a| (a.role, a.location)).collect();
    assert_eq!(roles, [(Role::ReferralsUser, Some(our_place))]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_work_mails_get_in_and_other_domains_are_guests(pool: Pool) {
    let mut tx = db::begin(&pool).await.unwrap();
    let one = partner(&mut tx, "100", "One.Example").await;
    user(&mut tx, one, "Member@one.example").await;
    user(&mut tx, one, "pdm@lab.one.example").await;
    let consumer = NewUser { mail: "x@outlook.com", display_name: "X", time_zone: "UTC", password_hash: None };
    let refused = create_user(&mut tx, one, &consumer, now()).await.unwrap_err();
    assert!(matches!(refused, AccountsError::NotWorkMail(mail) if mail == "x@outlook.com"));
    let refused = create_location(&mut tx, one, &place("101", "x@gmail.com"), now())
        .await
        .unwrap_err();
    assert!(matches!(refused, AccountsError::NotWorkMail(_)));
    tx.commit().await.unwrap();

    let kinds: Vec<(String, String)> = sqlx::query_as("select mail, kind from users order by user_id")
        .fetch_all(&pool)
        .await
        .unwrap();
    let expected = [("Member@one.example", "member"), ("pdm@lab.one.example", "guest")];
    assert_eq!(kinds, expected.map(|(mail, kind)| (mail.to_owned(), kind.to_owned())));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_partner_is_found_by_global_mpn_or_domain_and_has_its_psc_dates(pool: Pool) {
    let mut tx = db::begin(&pool).await.unwrap();
    let one = partner(&mut tx, "100", "one.example").await;
    location(&mut tx, one, "101").await;
    location(&mut tx, one, "99").await;
    tx.commit().await.unwrap();

    assert_eq!(service::find_partner_by_mpn(&pool, "100").await.unwrap().unwrap().id, one);
    assert!(
        service::find_partner_by_mpn(&pool, "101").await.unwrap().is_none(),
        "a location's MPN ID is not the partner's"
    );
    assert_eq!(service::find_by_domain(&pool, "ONE.example").await.unwrap().unwrap().id, one);
    assert!(service::find_by_domain(&pool, "lab.one.example").await.unwrap().is_none());
    let locations = service::locations(&pool, one).await.unwrap();
    assert_eq!(locations.iter().map(|l| l.mpn_id.as_str()).collect::<Vec<_>>(), ["99", "101"]);
    let dates: (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>) =
        sqlx::query_as("select eligible_from, read_only_from, closed_from from psc_settings")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(dates, (now() - Days::new(600), now(), now() + Days::new(9)));
}
