use chrono::NaiveDate;
use chrono_tz::{America::New_York, Asia::Seoul, Tz};
use partner_portal::web::{L10n, Lang, written::person};
use rust_decimal::Decimal;

fn en(zone: Tz) -> L10n {
    L10n { lang: Lang::En, zone }
}

fn ko(zone: Tz) -> L10n {
    L10n { lang: Lang::Ko, zone }
}

fn money(value: &str, currency: &str) -> String {
    let value: Decimal = value.parse().unwrap();
    let (english, korean) = (en(Tz::UTC).money(value, currency), ko(Tz::UTC).money(value, currency));
    assert_eq!(english, korean);
    english.replace('\u{a0}', " ")
}

#[test]
fn money_has_the_decimals_of_its_currency_and_no_empty_ones() {
    for (value, currency, shown) in [
        ("821250000.0000", "KRW", "₩ 821,250,000"),
        ("1234.5", "USD", "$ 1,234.50"),
        ("1234.0000", "USD", "$ 1,234"),
        ("0", "USD", "$ 0"),
        ("0.05", "USD", "$ 0.05"),
        ("9.125", "KWD", "KWD 9.125"),
        ("9.5", "KWD", "KWD 9.500"),
        ("1000000000000.99", "EUR", "€ 1,000,000,000,000.99"),
        ("12.5", "CAD", "CAD 12.50"),
        ("12.5", "ZZZ", "ZZZ 12.50"),
    ] {
        assert_eq!(money(value, currency), shown, "{value} {currency}");
    }
}

#[test]
fn a_name_is_in_the_order_of_its_script() {
    for (first, last, written) in [
        ("민준", "김", "김민준"),
        ("Jane", "Doe", "Jane Doe"),
        ("太郎", "山田", "山田太郎"),
        ("Minjun", "김", "Minjun 김"),
        (" Jane ", "", "Jane"),
        ("", "김", "김"),
    ] {
        assert_eq!(person(first, last), written);
    }
}

#[test]
fn numbers_are_grouped_by_three_also_inside_words() {
    for (number, shown) in [(0, "0"), (999, "999"), (1000, "1,000"), (41_280, "41,280"), (-1_234_567, "-1,234,567")] {
        assert_eq!(en(Tz::UTC).number(number), shown);
    }
    assert_eq!(ko(Tz::UTC).count("duration-days", 1234), "약 1,234일");
}

#[test]
fn dates_are_written_as_the_language_does() {
    let day = NaiveDate::from_ymd_opt(2021, 7, 6).unwrap();
    assert_eq!(en(Tz::UTC).date(day), "6 July 2021");
    assert_eq!(ko(Tz::UTC).date(day), "2021년 7월 6일");
}

#[test]
fn moments_are_told_in_the_readers_zone() {
    let at = "2021-07-06T23:30:00Z".parse().unwrap();
    assert_eq!(en(Tz::UTC).day(at), "6 July 2021");
    assert_eq!(ko(Seoul).day(at), "2021년 7월 7일");
    assert_eq!(en(New_York).day(at), "6 July 2021");
    let moment = en(Seoul).moment(at);
    assert!(moment.contains("7 July 2021") && moment.contains("08:30"), "{moment}");
    let moment = ko(New_York).moment(at);
    assert!(moment.contains("2021년 7월 6일") && moment.contains("7:30"), "{moment}");
}

#[test]
fn a_time_of_today_has_no_day_and_today_is_the_readers() {
    let (at, now) = ("2021-07-06T14:50:00Z".parse().unwrap(), "2021-07-06T15:10:00Z".parse().unwrap());
    assert_eq!(en(Tz::UTC).time(at, now), "14:50");
    // In Seoul midnight lies between them.
    assert!(en(Seoul).time(at, now).contains("6 July 2021"), "{}", en(Seoul).time(at, now));
}

#[test]
fn durations_are_told_roughly_with_their_plurals() {
    for (seconds, english, korean) in [
        (0, "less than a minute", "1분 미만"),
        (59, "less than a minute", "1분 미만"),
        (60, "about 1 minute", "약 1분"),
        (89, "about 1 minute", "약 1분"),
        (240, "about 4 minutes", "약 4분"),
        (5399, "about 90 minutes", "약 90분"),
        (5400, "about 2 hours", "약 2시간"),
        (86_400, "about 24 hours", "약 24시간"),
        (172_800, "about 2 days", "약 2일"),
    ] {
        assert_eq!(en(Tz::UTC).duration(seconds), english, "{seconds}");
        assert_eq!(ko(Tz::UTC).duration(seconds), korean, "{seconds}");
    }
}

#[test]
fn a_missing_word_shows_its_key() {
    assert_eq!(en(Tz::UTC).t("no-such-key"), "?no-such-key?");
    assert!(!en(Tz::UTC).knows("no-such-key"));
    assert!(ko(Tz::UTC).knows("save"));
}
