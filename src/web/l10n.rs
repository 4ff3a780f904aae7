//! Words, numbers, dates and money in the reader's language. Words live in `locales/`, never in code.

use std::{borrow::Cow, collections::HashMap};

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use fluent_templates::{fluent_bundle::FluentValue, static_loader};
use icu::{
    calendar::Date,
    datetime::{DateTimeFormatter, NoCalendarFormatter, fieldsets},
    time::{DateTime as IcuDateTime, Time},
};
use rust_decimal::Decimal;
use unic_langid::{LanguageIdentifier, langid};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        customise: |bundle| {
            bundle.set_use_isolating(false);
            bundle.set_formatter(Some(|value, _| match value {
                FluentValue::Number(number) => Some(group(&number.as_string())),
                _ => None,
            }));
        },
    };
}

/// A language of the portal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    En,
    Ko,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::En, Self::Ko];

    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    /// `ko`, `ko-KR` ...
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|lang| primary.eq_ignore_ascii_case(lang.code()))
    }

    /// The first language of an Accept-Language header, by weight, that the portal speaks.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut wishes: Vec<(f32, &str)> = header
            .split(',')
            .map(|wish| {
                let mut parts = wish.split(';');
                let tag = parts.next().unwrap_or_default();
                let weight = parts.find_map(|p| p.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
                (weight, tag)
            })
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        wishes.sort_by(|a, b| b.0.total_cmp(&a.0));
        wishes.into_iter().find_map(|(_, tag)| Self::from_code(tag))
    }

    const fn id(self) -> LanguageIdentifier {
        match self {
            Self::En => langid!("en"),
            Self::Ko => langid!("ko"),
        }
    }

    fn icu(self) -> icu::locale::Locale {
        match self {
            Self::En => icu::locale::locale!("en-GB"),
            Self::Ko => icu::locale::locale!("ko"),
        }
    }
}

/// A reader's language and time zone.
#[derive(Clone, Copy, Debug)]
pub struct L10n {
    pub lang: Lang,
    pub zone: Tz,
}

impl Default for L10n {
    fn default() -> Self {
        Self { lang: Lang::En, zone: Tz::UTC }
    }
}

impl L10n {
    /// The words behind a key. A missing key shows itself; a test finds it first.
    pub fn t(&self, key: &str) -> String {
        self.look_up(key, None)
    }

    /// Whether the language itself (not its fallback) knows the key.
    pub fn knows(&self, key: &str) -> bool {
        LOCALES.lookup_single_language::<&str>(&self.lang.id(), key, None).is_ok()
    }

    /// Words with arguments.
    pub fn with(&self, key: &str, arguments: &[(&'static str, FluentValue<'static>)]) -> String {
        let map: HashMap<Cow<'static, str>, FluentValue<'static>> = arguments
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), value.clone()))
            .collect();
        self.look_up(key, Some(&map))
    }

    /// In the language itself, which has all keys. The loader's own look-up compares languages for every key, which takes most of its
    /// time.
    fn look_up(&self, key: &str, arguments: Option<&HashMap<Cow<'static, str>, FluentValue<'static>>>) -> String {
        LOCALES
            .lookup_single_language(&self.lang.id(), key, arguments)
            .unwrap_or_else(|_| format!("?{key}?"))
    }

    /// Words with one argument, for templates.
    pub fn t1(&self, key: &str, name: &'static str, value: impl ToString) -> String {
        self.with(key, &[(name, text(value))])
    }

    /// Words with a number that decides on the plural.
    pub fn count(&self, key: &str, count: impl Into<i64>) -> String {
        self.with(key, &[("count", FluentValue::from(count.into()))])
    }

    /// 41,280
    #[allow(clippy::unused_self, reason = "both languages group alike today")]
    pub fn number(&self, number: impl Into<i64>) -> String {
        group(&number.into().to_string())
    }

    /// `₩ 821,250,000`, `CAD 12.50`: the currency's sign or code, and no empty decimals.
    #[allow(clippy::unused_self, reason = "both languages write it alike today")]
    pub fn money(&self, value: Decimal, currency: &str) -> String {
        let known = iso_currency::Currency::from_code(currency);
        // A dollar sign alone is the US dollar: other dollars, and what shares its sign with another, are told by their code.
        let own_sign = ["USD", "EUR", "GBP", "KRW", "JPY", "INR"].contains(&currency);
        let sign = known
            .filter(|_| own_sign)
            .map_or_else(|| currency.to_owned(), |c| c.symbol().symbol);
        let digits = known.and_then(iso_currency::Currency::exponent).unwrap_or(2);
        let plain = value.normalize();
        // Never fewer decimals than there are: 15.5 won are not 15.
        let number = if plain.scale() == 0 {
            plain.to_string()
        } else {
            format!("{value:.0$}", plain.scale().max(digits.into()) as usize)
        };
        // A no-break space: the sign never stands alone at the end of a line.
        format!("{sign}\u{a0}{}", group(&number))
    }

    /// 6 July 2021 · 2021년 7월 6일
    pub fn date(&self, date: NaiveDate) -> String {
        self.format(|formats| Some(formats.date.as_ref()?.format(&icu_date(date)?).to_string()))
            .unwrap_or_else(|| date.to_string())
    }

    /// The day of a moment, in the reader's time zone.
    pub fn day(&self, at: DateTime<Utc>) -> String {
        self.date(at.with_timezone(&self.zone).date_naive())
    }

    /// 09:12 in the reader's time zone, with the day when it is not today.
    pub fn time(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
        let (local, today) = (at.with_timezone(&self.zone), now.with_timezone(&self.zone));
        if local.date_naive() == today.date_naive() {
            self.format(|formats| Some(formats.time.as_ref()?.format(&icu_time(&local)?).to_string()))
                .unwrap_or_else(|| local.format("%H:%M").to_string())
        } else {
            self.moment(at)
        }
    }

    /// 6 July 2021, 09:12 in the reader's time zone.
    pub fn moment(&self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.zone);
        self.format(|formats| {
            let (date, time) = (icu_date(local.date_naive())?, icu_time(&local)?);
            Some(formats.moment.as_ref()?.format(&IcuDateTime { date, time }).to_string())
        })
        .unwrap_or_else(|| local.format("%Y-%m-%d %H:%M").to_string())
    }

    /// With the language's formats, which are costly to make.
    fn format(&self, with: impl FnOnce(&Formats) -> Option<String>) -> Option<String> {
        thread_local! {
            static FORMATS: [Formats; 2] = Lang::ALL.map(Formats::new);
        }
        FORMATS.with(|all| with(all.iter().find(|formats| formats.lang == self.lang)?))
    }

    /// About how long: `about 4 minutes`; shorter than a minute is "less than a minute".
    pub fn duration(&self, seconds: i64) -> String {
        match seconds {
            ..60 => self.t("duration-moment"),
            60..5400 => self.count("duration-minutes", (seconds + 30) / 60),
            5400..172_800 => self.count("duration-hours", (seconds + 1800) / 3600),
            _ => self.count("duration-days", (seconds + 43_200) / 86_400),
        }
    }
}

/// How a language writes dates.
struct Formats {
    lang: Lang,
    date: Option<DateTimeFormatter<fieldsets::YMD>>,
    time: Option<NoCalendarFormatter<fieldsets::T>>,
    moment: Option<DateTimeFormatter<fieldsets::YMDT>>,
}

impl Formats {
    fn new(lang: Lang) -> Self {
        let of = || lang.icu().into();
        Self {
            lang,
            date: DateTimeFormatter::try_new(of(), fieldsets::YMD::long()).ok(),
            time: NoCalendarFormatter::try_new(of(), fieldsets::T::hm()).ok(),
            moment: DateTimeFormatter::try_new(of(), fieldsets::YMD::long().with_time_hm()).ok(),
        }
    }
}

/// An argument of words: text as it is.
pub fn text(value: impl ToString) -> FluentValue<'static> {
    FluentValue::from(value.to_string())
}

fn icu_date(date: NaiveDate) -> Option<Date<icu::calendar::Iso>> {
    Date::try_new_iso(date.year(), date.month() as u8, date.day() as u8).ok()
}

fn icu_time(local: &impl Timelike) -> Option<Time> {
    Time::try_new(local.hour() as u8, local.minute() as u8, 0, 0).ok()
}

/// Groups the integer digits by three.
fn group(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut grouped = String::with_capacity(rest.len() + rest.len() / 3);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}.{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}
