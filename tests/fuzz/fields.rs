//! Money and dates of forms.

use chrono::{Datelike, NaiveDate};
use partner_portal::{
    deals::forms::{DetailsTyped, SolutionTyped, parsed_solutions},
    operators::forms::DatesForm,
    referrals::rules,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{bounded, odd};

/// What the database keeps of an amount: eighteen digits, four of them behind the point.
fn fits(value: Decimal) -> bool {
    value.normalize().scale() <= 4 && value.abs() < Decimal::from(100_000_000_000_000_i64)
}

/// Mostly what may be typed there.
fn mostly(good: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![4 => good, 1 => odd()]
}

proptest! {
    #![proptest_config(bounded())]

    /// What is taken fits into the database, and means the same when its form is filled in with it.
    #[test]
    fn details_are_refused_or_come_back(
        name in mostly("[A-Za-z가-힣 ]{1,50}"),
        value in mostly("[0-9]{1,3}(,[0-9]{3}){0,3}(\\.[0-9]{1,3})?"),
        currency in mostly("USD|KRW|KWD"),
        date in mostly("(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9]"),
        notes in odd(),
    ) {
        let typed = DetailsTyped { name, value, currency, close_date: date, notes, ..DetailsTyped::default() };
        let (details, flaws) = typed.parse();
        if flaws.is_empty() {
            prop_assert!(details.value.is_none_or(fits), "{:?}", details.value);
            prop_assert_eq!(DetailsTyped::of(&details).parse(), (details.clone(), Vec::new()));
            if let Some(date) = details.close_date {
                prop_assert!((1900..=9999).contains(&chrono::Datelike::year(&date)), "{date}");
            }
        }
    }

    /// PSC's dates, in their order and far apart.
    #[test]
    fn days_are_refused_or_fit(mut days in prop::array::uniform3(-100_000..4_000_000_i32)) {
        days.sort_unstable();
        let [eligible_from, read_only_from, closed_from] = days.map(|day| NaiveDate::from_num_days_from_ce_opt(day).unwrap().to_string());
        let typed = DatesForm { eligible_from, read_only_from, closed_from };
        if let Ok(dates) = typed.parse() {
            for date in [dates.eligible_from, dates.read_only_from, dates.closed_from] {
                prop_assert!((1900..=9999).contains(&date.year()), "{date}");
            }
        }
    }

    #[test]
    fn a_number_is_what_it_says(text in odd()) {
        if let Some(number) = rules::number(&text) {
            prop_assert_eq!(rules::number(&number.to_string()), Some(number));
        }
    }

    #[test]
    fn solutions_are_refused_or_taken(rows in prop::collection::vec((mostly("SOL-[0-9]{1,2}"), mostly("[0-9]{1,5}"), mostly("[0-9]{1,9}\\.[0-9]{1,6}")), 0..12)) {
        let typed: Vec<SolutionTyped> = rows
            .into_iter()
            .map(|(id, quantity, price)| SolutionTyped { id, quantity, price })
            .collect();
        let (solutions, flaws) = parsed_solutions(&typed);
        prop_assert_eq!(solutions.len(), typed.len());
        for solution in solutions.iter().filter(|_| flaws.is_empty()) {
            for number in [solution.quantity, solution.price].into_iter().flatten() {
                prop_assert!(fits(number), "{number}");
            }
        }
    }
}
