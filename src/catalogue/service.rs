//! The catalogue's use cases. It belongs to nobody: every organisation reads all of it. Writes belong to a transaction of the caller.

use icu::normalizer::ComposingNormalizerBorrowed;
use sqlx::PgExecutor;

use super::{incentive::Incentive, matching::match_key, store};
use crate::{
    db::{Pool, Tx, part},
    ids::{BusinessId, OrganisationId},
};
pub use store::{Business, Readiness, Solution};

/// The fewest letters that are searched for.
pub const FEWEST_LETTERS: usize = 2;
/// How many of a search are shown; the searches below answer one more when there are more.
pub const SHOWN: usize = 20;
/// Words and letters of a search that count.
const MOST_WORDS: usize = 8;
const MOST_LETTERS: usize = 200;

#[derive(Clone, Copy, Debug)]
pub struct NewSolution<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub co_sell_ready: bool,
    pub incentive: Option<Incentive>,
    /// A type of solution assessments, of the vendor's.
    pub assessment: bool,
}

/// Where solutions are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The organisation's own co-sell-ready ones.
    #[default]
    Own,
    /// Microsoft's products.
    Vendor,
    /// Other partners' co-sell-ready ones.
    Partners,
}

impl Source {
    pub const ALL: [Self; 3] = [Self::Own, Self::Vendor, Self::Partners];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Vendor => "vendor",
            Self::Partners => "partners",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == code)
    }
}

/// A legal entity, as a business directory knows it.
#[derive(Clone, Copy, Debug)]
pub struct NewBusiness<'a> {
    /// D-U-N-S number: nine digits.
    pub duns: &'a str,
    pub legal_name: &'a str,
    pub address_line1: &'a str,
    pub city: &'a str,
    pub state: &'a str,
    pub postal_code: &'a str,
    /// Two letters, as in ISO 3166-1.
    pub country: &'a str,
}

/// Those of the IDs that the catalogue knows, each once, in the order of their IDs.
pub async fn solutions_by_id(pool: &Pool, ids: &[String]) -> sqlx::Result<Vec<Solution>> {
    store::solutions_by_id(pool, ids).await
}

pub async fn create_solution(tx: &mut Tx<'_>, organisation: OrganisationId, new: &NewSolution<'_>) -> sqlx::Result<()> {
    store::create_solution(tx, organisation, new).await
}

pub async fn create_business(tx: &mut Tx<'_>, new: &NewBusiness<'_>) -> sqlx::Result<BusinessId> {
    let key = match_key(new.legal_name, new.address_line1, new.postal_code, new.country);
    store::create_business(tx, new, &key).await
}

/// Whether the organisation may make deals at all: it has a solution that is ready for co-selling (rule).
pub async fn has_co_sell_ready(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<bool> {
    store::has_co_sell_ready(tx, organisation).await
}

/// Whether the organisation is approved for solution assessments.
pub async fn may_assess(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<bool> {
    store::may_assess(tx, organisation).await
}

/// Those of the IDs that can be put into a deal: Microsoft's, and what is co-sell ready; into a solution assessment: only its types.
pub async fn offered(tx: &mut Tx<'_>, ids: &[String], assessments: bool) -> sqlx::Result<Vec<String>> {
    store::offered(tx, ids, assessments).await
}

/// Both of these, without a transaction: for pages.
pub async fn readiness(db: impl PgExecutor<'_>, organisation: OrganisationId) -> sqlx::Result<Readiness> {
    part(db, organisation).await
}

/// The words of a search, in lower case. Those of one letter do not count.
pub fn words(text: &str) -> Vec<String> {
    let text: String = text.trim().chars().filter(|c| !c.is_control()).take(MOST_LETTERS).collect();
    // Korean typed on a Mac may come in pieces of syllables.
    let whole = ComposingNormalizerBorrowed::new_nfc().normalize(&text).to_lowercase();
    whole
        .split_whitespace()
        .filter(|word| word.chars().count() >= FEWEST_LETTERS)
        .take(MOST_WORDS)
        .map(str::to_owned)
        .collect()
}

/// Businesses by a few letters of the name, anywhere in it (those that begin with them come first), or by the D-U-N-S number. `country`: two letters; empty: all.
/// Too few letters find nothing.
pub async fn search_businesses(pool: &Pool, country: &str, text: &str) -> sqlx::Result<Vec<Business>> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if digits.len() == 9 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(store::business_by_duns(pool, &digits).await?.into_iter().collect());
    }
    let words = words(text);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let countries = if country.is_empty() { ("AA", "ZZ") } else { (country, country) };
    let start = words.join(" ");
    let mut found = store::businesses_starting(pool, &start, countries).await?;
    // When there are enough already, the names that have the letters elsewhere are not looked at: very common letters have many.
    if found.len() <= SHOWN {
        found.extend(store::businesses_with(pool, &words, &start, countries).await?);
        found.truncate(SHOWN + 1);
    }
    Ok(found)
}

pub async fn business(pool: &Pool, id: BusinessId) -> sqlx::Result<Option<Business>> {
    store::business(pool, id).await
}

/// What a deal of the organisation can be made of, by a few letters of the name; without letters the first by name.
pub async fn search_solutions(
    pool: &Pool,
    organisation: OrganisationId,
    source: Source,
    text: &str,
) -> sqlx::Result<Vec<Solution>> {
    store::solutions(pool, organisation, source == Source::Own, source == Source::Vendor, &words(text)).await
}

/// The types of solution assessments.
pub async fn assessments(pool: &Pool) -> sqlx::Result<Vec<Solution>> {
    store::assessments(pool).await
}
