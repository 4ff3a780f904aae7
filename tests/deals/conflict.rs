//! Two people change the same part at once: neither version is lost.

use axum::http::StatusCode;
use partner_portal::auth::Role;
use sqlx::PgPool;

use super::desk::{Desk, form_of, send};
use crate::support::Client;

/// A deal, its maker, and a colleague far away.
async fn two(desk: &Desk) -> (String, Client, Client) {
    let mut admin = desk.admin().await;
    let deal = desk.deal(&mut admin, "Both").await;
    desk.app
        .seed()
        .user(desk.fabrikam, "far.away@fabrikam.example")
        .role(Role::ReferralsAdmin)
        .zone("Pacific/Kiritimati")
        .create()
        .await;
    (deal, admin, desk.app.sign_in("far.away@fabrikam.example").await)
}

#[sqlx::test(migrations = false)]
async fn both_versions_stand_side_by_side_and_are_chosen_field_by_field(db: PgPool) {
    let desk = Desk::new(db).await;
    let (deal, mut first, mut second) = two(&desk).await;
    let path = format!("{deal}/details");
    let (one, other) = (first.get(&path).await, second.get(&path).await);
    let saved = send(&mut first, &path, &one, &[("name", "From the first"), ("value", "7"), ("notes", "first's")], "next").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let before = desk.app.everything().await;
    let typed = [("name", "From the second 🥈"), ("crm_id", "CRM-2")];
    let clash = send(&mut second, &path, &other, &typed, "next").await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    assert_eq!(desk.app.everything().await, before, "nothing is written");
    // By whom, and when: 22 November 09:00 in London is 23:00 on the island.
    assert!(
        clash
            .select(".problems")
            .contains("Changed by admin, 22 November 2026 at 23:00."),
        "{}",
        clash.select(".problems p")
    );
    assert_eq!(clash.texts(".sides legend"), ["Deal name", "Estimated value", "Notes"]);
    assert_eq!(
        clash.texts(".sides .lines"),
        ["From the first", "From the second 🥈", "₩ 7", "₩ 250,000,000", "first's", "(empty)"]
    );
    // What the second person did not touch is proposed as it stands now.
    assert_eq!(clash.attributes(".sides input[checked]", "value"), ["mine", "theirs", "theirs"]);
    assert!(form_of(&clash).contains(&("name".into(), "From the second 🥈".into())), "and can be edited further");
    let saved = send(&mut second, &path, &clash, &[], "next").await;
    assert_eq!(saved.location(), deal, "{}", saved.text());
    assert_eq!(
        desk.app.count("select count(*) from referrals where name = 'From the second 🥈' and value = 7 and notes = 'first''s' and crm_id = 'CRM-2'").await,
        1
    );
}

#[sqlx::test(migrations = false)]
async fn a_third_change_is_a_conflict_again_and_theirs_can_be_taken(db: PgPool) {
    let desk = Desk::new(db).await;
    let (deal, mut first, mut second) = two(&desk).await;
    let path = format!("{deal}/details");
    let (one, other) = (first.get(&path).await, second.get(&path).await);
    send(&mut first, &path, &one, &[("name", "One")], "next").await;
    let clash = send(&mut second, &path, &other, &[("name", "Two")], "next").await;
    let again = first.get(&path).await;
    send(&mut first, &path, &again, &[("name", "Three")], "next").await;
    let clash = send(&mut second, &path, &clash, &[], "next").await;
    assert_eq!(
        (clash.status, clash.texts(".sides .lines")),
        (StatusCode::CONFLICT, vec!["Three".to_owned(), "Two".to_owned()])
    );
    let mut fields = form_of(&clash);
    fields.retain(|(name, _)| name != "choice-name");
    fields.extend([("choice-name".to_owned(), "theirs".to_owned()), ("do".to_owned(), "next".to_owned())]);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(second.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.app.count("select count(*) from referrals where name = 'Three'").await, 1);
}

#[sqlx::test(migrations = false)]
async fn lists_conflict_as_a_whole(db: PgPool) {
    let desk = Desk::new(db).await;
    let (deal, mut first, mut second) = two(&desk).await;
    for (part, ones, others) in [
        ("team", ("team-1-first_name", "하나"), ("team-1-phone", "+82 22")),
        ("solutions", ("solutions-1-quantity", "5"), ("solutions-1-quantity", "6")),
        ("customer", ("contact-first_name", "Only"), ("contact-last_name", "Whole")),
    ] {
        let path = format!("{deal}/{part}");
        let (one, other) = (first.get(&path).await, second.get(&path).await);
        let mut changes = vec![ones];
        if part == "customer" {
            changes.extend([("contact-last_name", "X"), ("contact-phone", "1"), ("contact-mail", "a@b.example")]);
        }
        assert_eq!(send(&mut first, &path, &one, &changes, "next").await.status, StatusCode::SEE_OTHER, "{part}");
        let clash = send(&mut second, &path, &other, &[others], "next").await;
        assert_eq!(clash.status, StatusCode::CONFLICT, "{part}");
        assert_eq!(clash.texts(".sides").len(), 1, "{part}");
        let sides = clash.texts(".sides .lines");
        assert!(sides[0] != sides[1] && sides[1].contains(others.1), "{part}: {sides:?}");
        assert!(form_of(&clash).contains(&(others.0.to_owned(), others.1.to_owned())), "{part}: as typed below");
    }
}

#[sqlx::test(migrations = false)]
async fn a_change_elsewhere_in_the_deal_is_no_conflict(db: PgPool) {
    let desk = Desk::new(db).await;
    let (deal, mut first, mut second) = two(&desk).await;
    let path = format!("{deal}/details");
    let stale = second.get(&path).await;
    let team = format!("{deal}/team");
    let page = first.get(&team).await;
    send(&mut first, &team, &page, &[("team-1-phone", "+82 33")], "next").await;
    let saved = send(&mut second, &path, &stale, &[("name", "Mine")], "next").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(desk.app.count("select count(*) from referrals where name = 'Mine'").await, 1);
    assert_eq!(
        desk.app
            .count("select count(*) from referral_team where phone = '+82 33'")
            .await,
        1
    );
}

#[sqlx::test(migrations = false)]
async fn who_saves_in_the_same_instant_is_one_after_the_other(db: PgPool) {
    let desk = Desk::new(db).await;
    let (deal, mut first, mut second) = two(&desk).await;
    let path = format!("{deal}/details");
    let page = first.get(&path).await;
    second.get(&path).await;
    let (one, other) = ([("name", "One")], [("name", "Other")]);
    let (one, other) =
        tokio::join!(send(&mut first, &path, &page, &one, "next"), send(&mut second, &path, &page, &other, "next"));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let loser = if one.status == StatusCode::CONFLICT { one } else { other };
    assert_eq!(loser.texts(".sides .lines").len(), 2, "both are shown");
}
