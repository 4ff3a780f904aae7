//! Addresses of lists.

use chrono::DateTime;
use partner_portal::{
    deals::forms::Looking,
    ids::ReferralId,
    referrals::{cursor::Cursor, filter::Kind},
};
use proptest::prelude::*;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::{bounded, odd};

const NAMES: [&str; 21] = [
    "tab",
    "sort",
    "after",
    "before",
    "deal",
    "q",
    "customer",
    "status",
    "type",
    "location",
    "country",
    "solution",
    "member",
    "help",
    "closes_from",
    "closes_to",
    "currency",
    "value_from",
    "value_to",
    "expires",
    "missing",
];

fn value() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "outbound",
        "inbound",
        "favourites",
        "updated",
        "closing",
        "accepted",
        "won",
        "co-sell",
        "none",
        "any",
        "customer",
        "3",
        "7",
        "2026-01-01",
        "9999-12-31",
        "KRW",
        "1000",
        "-5",
        "1e9",
        "1792000000000000-00000000000000000000000000000001",
        "-1-0",
        "-",
        "QuotesOrLicensing",
    ]);
    prop_oneof![known.prop_map(str::to_owned), odd()]
}

fn query() -> impl Strategy<Value = String> {
    let pairs = prop::collection::vec((prop::sample::select(NAMES.to_vec()), value()), 0..10);
    let written = pairs.prop_map(|pairs| Serializer::new(String::new()).extend_pairs(pairs).finish());
    prop_oneof![4 => written, 1 => any::<String>()]
}

proptest! {
    #![proptest_config(bounded())]

    /// The address that a list gives itself means the same list, however odd the one was that it came from.
    #[test]
    fn an_address_means_the_same_when_written_again(query in query()) {
        for kind in [Kind::Deal, Kind::Lead] {
            let first = Looking::read(kind, &query);
            let again = Looking::read(kind, &first.query());
            prop_assert_eq!(first.query(), again.query());
            prop_assert_eq!(&first.filter.wanted, &again.filter.wanted);
        }
    }

    #[test]
    fn a_cursor_comes_back(micros in any::<i64>(), id in any::<u128>()) {
        if let Some(at) = DateTime::from_timestamp_micros(micros) {
            let cursor = Cursor { at, id: ReferralId(Uuid::from_u128(id)) };
            prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
        }
    }

    #[test]
    fn any_text_is_a_cursor_or_none(text in value()) {
        if let Ok(cursor) = text.parse::<Cursor>() {
            prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
        }
    }
}
