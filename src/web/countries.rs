//! Countries: their codes (ISO 3166-1), and their names in the reader's language.

use std::sync::LazyLock;

use super::{L10n, Lang};

/// Every code, in alphabetical order.
#[rustfmt::skip]
pub const CODES: [&str; 249] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB", "BD", "BE",
    "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD",
    "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM",
    "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF",
    "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU",
    "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN",
    "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME",
    "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA",
    "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM",
    "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI",
    "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK",
    "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI",
    "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW",
];

pub fn is_code(text: &str) -> bool {
    CODES.binary_search(&text).is_ok()
}

/// The name of a country; what is no code of one stays as it is.
pub fn name(l: L10n, code: &str) -> String {
    if is_code(code) { l.t(&format!("country-{}", code.to_lowercase())) } else { code.to_owned() }
}

/// All of them, code and name, in the order of their names.
pub fn all(l: L10n) -> impl Iterator<Item = (&'static str, &'static str)> {
    static ENGLISH: LazyLock<ByName> = LazyLock::new(|| by_name(Lang::En));
    static KOREAN: LazyLock<ByName> = LazyLock::new(|| by_name(Lang::Ko));
    let countries = match l.lang {
        Lang::En => &ENGLISH,
        Lang::Ko => &KOREAN,
    };
    countries.iter().map(|(code, name)| (*code, name.as_str()))
}

type ByName = Vec<(&'static str, String)>;

fn by_name(lang: Lang) -> ByName {
    let l = L10n { lang, ..L10n::default() };
    let mut countries: ByName = CODES.iter().map(|code| (*code, name(l, code))).collect();
    countries.sort_by_cached_key(|(_, name)| name.to_lowercase());
    countries
}
