//! The pure rules.

use partner_portal::referrals::{
    kind::{DealType, Widening},
    missing::{Detail, Facts, Missing},
    reason::Reason,
    rules::{self, SOLUTIONS_MAX, TEAM_MAX},
    stage,
    status::{Action, Status},
};
use rust_decimal::Decimal;

use super::scene::{details, new_deal, somebody};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn money_has_the_decimals_of_its_currency() {
    for (text, currency, value) in [
        ("1250", "KRW", "1250"),
        ("1,250,000", "KRW", "1250000"),
        ("12,500.50", "USD", "12500.50"),
        ("0", "USD", "0"),
        ("1.234", "KWD", "1.234"),
        ("99999999999999.99", "USD", "99999999999999.99"),
        (" 7.10 ", "EUR", "7.10"),
        ("10.00", "KRW", "10"),
    ] {
        assert_eq!(
            rules::money(text, currency).map(|v| v.normalize()),
            Ok(decimal(value).normalize()),
            "{text} {currency}"
        );
    }
    for (text, currency, key) in [
        ("12.5", "KRW", "flaw-money-decimals"),
        ("1.005", "USD", "flaw-money-decimals"),
        ("1.2345", "KWD", "flaw-money-decimals"),
        ("100000000000000", "USD", "flaw-money-large"),
        ("-1", "USD", "flaw-money"),
        ("1,25", "USD", "flaw-money"),
        ("1.250,50", "EUR", "flaw-money"),
        ("1e5", "USD", "flaw-money"),
        ("", "USD", "flaw-money"),
        ("NaN", "USD", "flaw-money"),
        ("١٢٣", "USD", "flaw-money"),
        ("99999999999999999999999999999999999", "USD", "flaw-money"),
        ("5", "XXQ", "flaw-currency"),
    ] {
        assert_eq!(rules::money(text, currency), Err(key), "{text} {currency}");
    }
}

#[test]
fn a_team_and_solutions_go_up_to_fifty() {
    let team: Vec<_> = (0..=TEAM_MAX).map(|n| somebody(&format!("{n}@fabrikam.example"))).collect();
    assert_eq!(rules::team(&team[..TEAM_MAX]), []);
    assert_eq!(rules::team(&team)[0].key, "flaw-team-many");
    assert_eq!(rules::team(&[])[0].key, "flaw-team-empty");
    let twice = [somebody("a@fabrikam.example"), somebody("A@Fabrikam.example ")];
    assert_eq!(rules::team(&twice)[0].field, "team-2-mail");
    let solution = |n| partner_portal::referrals::command::ChosenSolution { id: format!("S-{n}"), ..Default::default() };
    let solutions: Vec<_> = (0..=SOLUTIONS_MAX).map(solution).collect();
    assert_eq!(rules::solutions(&solutions[..SOLUTIONS_MAX]), []);
    assert_eq!(rules::solutions(&solutions)[0].key, "flaw-solutions-many");
}

#[test]
fn names_come_in_every_script() {
    for name in ["서연", "محمد", "Zoë 🌊", "Renée", "王", "Ж"] {
        let mut deal = new_deal();
        deal.details.name = name.into();
        deal.customer.name = name.into();
        deal.team[0].first_name = name.into();
        assert_eq!(rules::details(&deal.details), [], "{name}");
        assert_eq!(rules::customer(&deal.customer), []);
        assert_eq!(rules::team(&deal.team), []);
    }
    let mut longest = details();
    longest.name = "가".repeat(rules::NAME_MAX);
    assert_eq!(rules::details(&longest), []);
    longest.name.push('가');
    assert_eq!(rules::details(&longest)[0].key, "flaw-long");
    longest.name = "a\0b".into();
    assert_eq!(rules::details(&longest)[0].key, "flaw-characters");
}

#[test]
fn a_close_date_may_be_the_29th_of_february_and_not_the_year_9999() {
    let mut leap = details();
    leap.close_date = Some("2028-02-29".parse().unwrap());
    assert_eq!(rules::details(&leap), []);
    leap.close_date = Some("9999-01-01".parse().unwrap());
    assert_eq!(rules::details(&leap)[0].field, "close_date");
}

#[test]
fn a_type_widens_and_never_goes_back() {
    use DealType::{CoSell, Lead, P2p, PartnerLed, Private, SolutionAssessment};
    let table = [
        (Private, Widening::ShowVendor, Some(PartnerLed)),
        (Private, Widening::AskVendor, Some(CoSell)),
        (Private, Widening::InvitePartner, Some(P2p)),
        (PartnerLed, Widening::ShowVendor, None),
        (PartnerLed, Widening::AskVendor, Some(CoSell)),
        (PartnerLed, Widening::InvitePartner, Some(PartnerLed)),
        (CoSell, Widening::ShowVendor, None),
        (CoSell, Widening::AskVendor, Some(CoSell)),
        (CoSell, Widening::InvitePartner, Some(CoSell)),
        (P2p, Widening::ShowVendor, None),
        (P2p, Widening::AskVendor, Some(CoSell)),
        (P2p, Widening::InvitePartner, Some(P2p)),
        (SolutionAssessment, Widening::ShowVendor, None),
        (SolutionAssessment, Widening::AskVendor, None),
        (SolutionAssessment, Widening::InvitePartner, None),
        (Lead, Widening::ShowVendor, None),
        (Lead, Widening::AskVendor, None),
        (Lead, Widening::InvitePartner, None),
    ];
    assert_eq!(table.len(), DealType::ALL.len() * Widening::ALL.len());
    for (from, by, to) in table {
        assert_eq!(from.widen(by), to, "{from:?} {by:?}");
    }
}

#[test]
fn help_and_visibility_decide_the_type() {
    assert_eq!(DealType::chosen(true, false, false), DealType::CoSell);
    assert_eq!(DealType::chosen(true, true, false), DealType::CoSell);
    assert_eq!(DealType::chosen(false, true, false), DealType::PartnerLed);
    assert_eq!(DealType::chosen(false, false, false), DealType::Private);
    assert_eq!(DealType::chosen(false, false, true), DealType::SolutionAssessment);
}

#[test]
fn terminal_statuses_lead_nowhere() {
    for status in [Status::Won, Status::Lost, Status::Declined, Status::Expired, Status::Error] {
        assert!(status.is_terminal());
        assert!(Action::ALL.into_iter().all(|action| status.step(action).is_none()), "{status:?}");
    }
    assert!(
        ![Status::Pending, Status::Received, Status::Accepted]
            .into_iter()
            .any(Status::is_terminal)
    );
}

#[test]
fn the_stages_of_an_assessment_go_one_by_one() {
    let assessment = DealType::SolutionAssessment;
    assert!(stage::may_set(assessment, Some(10), 20));
    assert!(!stage::may_set(assessment, Some(10), 40));
    assert!(!stage::may_set(assessment, Some(40), 20));
    assert!(!stage::may_win(assessment, Some(60)) && stage::may_win(assessment, Some(80)));
    assert!(stage::may_set(DealType::CoSell, Some(10), 80) && stage::may_set(DealType::CoSell, Some(80), 20));
    assert!(!stage::may_set(DealType::CoSell, Some(10), 30) && !stage::may_set(DealType::CoSell, Some(10), 100));
    assert!(stage::may_win(DealType::CoSell, None));
}

#[test]
fn reasons_are_numbered_and_other_needs_a_note() {
    assert_eq!(Reason::of(Action::Decline).count(), 8);
    assert_eq!(Reason::of(Action::Lose).count(), 8);
    assert_eq!(Reason::of(Action::Withdraw).count(), 9);
    assert_eq!(Reason::of(Action::Win).count(), 0);
    assert!(Reason::new(Action::Lose, 0).is_none() && Reason::new(Action::Lose, 9).is_none());
    assert!(Reason::new(Action::Lose, 8).unwrap().needs_note() && !Reason::new(Action::Lose, 7).unwrap().needs_note());
    assert!(Reason::new(Action::Withdraw, 9).unwrap().needs_note());
}

#[test]
fn a_contact_is_missing_only_where_microsoft_is_asked() {
    let there = Facts { customer: true, contact: false, solution: true, team: true, value: true, close_date: true, name: true };
    assert!(Missing::of(DealType::CoSell, there).has(Detail::Contact));
    assert!(Missing::of(DealType::PartnerLed, there).is_empty());
    let nothing =
        Facts { customer: false, contact: false, solution: false, team: false, value: false, close_date: false, name: false };
    assert_eq!(Missing::of(DealType::CoSell, nothing).count(), 7);
    assert_eq!(Missing::of(DealType::Lead, nothing).details().collect::<Vec<_>>(), [Detail::Name]);
}
