//! What a single field means. Nothing is guessed: what is not written as documented is unreadable.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};
use iso_currency::Currency;
use rust_decimal::Decimal;

/// Years outside are slips of the hand, and some do not fit the database.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2999;

/// A plain decimal such as `1250` or `1250.50`: at most 14 digits before the point and 4 behind it (`numeric(18, 4)`). No sign, and
/// no thousands separator, which one country reads as the decimal point of another.
pub fn amount(text: &str) -> Option<Decimal> {
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = match text.split_once('.') {
        Some((whole, fraction)) => digits(whole, 14) && digits(fraction, 4),
        None => digits(text, 14),
    };
    if plain { Decimal::from_str_exact(text).ok() } else { None }
}

/// An ISO 4217 code.
pub fn currency(text: &str) -> Option<Currency> {
    Currency::from_code(&text.to_ascii_uppercase())
}

/// Two letters, as in ISO 3166-1 alpha-2.
pub fn country(text: &str) -> Option<Cow<'_, str>> {
    let letters = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let upper = text.bytes().all(|byte| byte.is_ascii_uppercase());
    letters.then(|| if upper { Cow::Borrowed(text) } else { Cow::Owned(text.to_ascii_uppercase()) })
}

/// `MM/DD/YYYY`, with or without leading zeros, or `YYYY-MM-DD`, which spreadsheets make of it.
pub fn date(text: &str) -> Option<NaiveDate> {
    let number = |part: &str, widths: std::ops::RangeInclusive<usize>| -> Option<u32> {
        let plain = widths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    let (year, month, day) = if let Some((month, rest)) = text.split_once('/') {
        let (day, year) = rest.split_once('/')?;
        (number(year, 4..=4)?, number(month, 1..=2)?, number(day, 1..=2)?)
    } else {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        (number(year, 4..=4)?, number(month, 2..=2)?, number(day, 2..=2)?)
    };
    let year = i32::try_from(year).ok()?;
    if YEARS.contains(&year) { NaiveDate::from_ymd_opt(year, month, day) } else { None }
}

/// ISO 8601 with its offset; without one, and for a bare [`date`], UTC.
pub fn timestamp(text: &str) -> Option<DateTime<Utc>> {
    let at = if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        at.to_utc()
    } else if let Ok(at) = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f") {
        at.and_utc()
    } else {
        date(text)?.and_time(NaiveTime::MIN).and_utc()
    };
    // The database keeps microseconds.
    YEARS.contains(&at.year()).then(|| at.trunc_subsecs(6))
}

/// 10 created or accepted, 20 qualified, 40 developed, 60 proposed, 80 negotiated, 100 won (domain.md section 3).
pub fn stage(text: &str) -> Option<i16> {
    text.parse()
        .ok()
        .filter(|stage| [10, 20, 40, 60, 80, 100].contains(stage) && text.bytes().all(|byte| byte.is_ascii_digit()))
}
