//! Looking things up by a few letters of their names.

use super::{Business, Solution};
use crate::{
    catalogue::incentive::Incentive,
    db::Pool,
    ids::{BusinessId, OrganisationId},
};

/// How many of a search are read: one more than are shown.
const MOST: i64 = 21;
/// Of very common letters only so many names are put in order.
const LOOKED_AT: i64 = 500;

/// Businesses whose name begins with `start` (in lower case), in the order of their names.
///
/// `countries`: from and to, so that all of them are a range as well.
pub async fn businesses_starting(pool: &Pool, start: &str, countries: (&str, &str)) -> sqlx::Result<Vec<Business>> {
    sqlx::query_as!(
        Business,
        r#"select business_id as "id: BusinessId", duns, legal_name, address_line1 as line1, address_line2 as line2, city, state,
                  postal_code, country
           from (select * from businesses
                 where lower(legal_name) collate "C" >= $1 and lower(legal_name) collate "C" < $2 and country between $3 and $4
                 order by lower(legal_name) collate "C", country limit $5) found
           order by lower(legal_name), city, duns"#,
        start,
        format!("{start}\u{10ffff}"),
        countries.0,
        countries.1,
        MOST
    )
    .fetch_all(pool)
    .await
}

/// Businesses whose name has all the words, but does not begin with `start`. `words`: in lower case, each of two letters and more.
pub async fn businesses_with(pool: &Pool, words: &[String], start: &str, countries: (&str, &str)) -> sqlx::Result<Vec<Business>> {
    let within: Vec<String> = words.iter().map(|word| format!("%{}%", escaped(word))).collect();
    sqlx::query_as!(
        Business,
        r#"select business_id as "id: BusinessId", duns, legal_name, address_line1 as line1, address_line2 as line2, city, state,
                  postal_code, country
           from (select * from businesses
                 where pairs @> array(select unnest(letter_pairs(word)) from unnest($1::text[]) word)
                     and lower(legal_name) like all ($2) and country between $3 and $4
                     and not (lower(legal_name) collate "C" >= $5 and lower(legal_name) collate "C" < $6)
                 limit $7) found
           order by lower(legal_name), city, duns limit $8"#,
        words,
        &within,
        countries.0,
        countries.1,
        start,
        format!("{start}\u{10ffff}"),
        LOOKED_AT,
        MOST
    )
    .fetch_all(pool)
    .await
}

/// The one with this D-U-N-S number.
pub async fn business_by_duns(pool: &Pool, duns: &str) -> sqlx::Result<Option<Business>> {
    sqlx::query_as!(
        Business,
        r#"select business_id as "id: BusinessId", duns, legal_name, address_line1 as line1, address_line2 as line2, city, state,
                  postal_code, country
           from businesses where duns = $1"#,
        duns
    )
    .fetch_optional(pool)
    .await
}

pub async fn business(pool: &Pool, id: BusinessId) -> sqlx::Result<Option<Business>> {
    sqlx::query_as!(
        Business,
        r#"select business_id as "id: BusinessId", duns, legal_name, address_line1 as line1, address_line2 as line2, city, state,
                  postal_code, country
           from businesses where business_id = $1"#,
        id as BusinessId
    )
    .fetch_optional(pool)
    .await
}

/// What a deal of the organisation can be made of: its own co-sell-ready solutions (`own`), Microsoft's products (`vendor`), or other
/// partners' co-sell-ready ones (neither). Without words: the first of them by name.
pub async fn solutions(
    pool: &Pool,
    organisation: OrganisationId,
    own: bool,
    vendor: bool,
    words: &[String],
) -> sqlx::Result<Vec<Solution>> {
    let within: Vec<String> = words.iter().map(|word| format!("%{}%", escaped(word))).collect();
    sqlx::query_as!(
        Solution,
        r#"select s.solution_id as id, s.name, o.organisation_id as "organisation: OrganisationId",
                  o.legal_name as organisation_name, o.kind = 'vendor' as "vendor!", s.co_sell_ready,
                  s.incentive as "incentive: Incentive"
           from solutions s join organisations o using (organisation_id)
           where (s.organisation_id = $1) = $2 and (o.kind = 'vendor') = $3 and (s.co_sell_ready or $3) and not s.assessment
             and s.pairs @> array(select unnest(letter_pairs(word)) from unnest($4::text[]) word) and lower(s.name) like all ($5)
           order by lower(s.name), s.solution_id limit $6"#,
        organisation as OrganisationId,
        own,
        vendor,
        words,
        &within,
        MOST
    )
    .fetch_all(pool)
    .await
}

/// The vendor's types of solution assessments.
pub async fn assessments(pool: &Pool) -> sqlx::Result<Vec<Solution>> {
    sqlx::query_as!(
        Solution,
        r#"select s.solution_id as id, s.name, o.organisation_id as "organisation: OrganisationId",
                  o.legal_name as organisation_name, true as "vendor!", s.co_sell_ready, s.incentive as "incentive: Incentive"
           from solutions s join organisations o using (organisation_id)
           where s.assessment and o.kind = 'vendor' order by lower(s.name), s.solution_id"#
    )
    .fetch_all(pool)
    .await
}

/// What `like` would take for a wildcard stands for itself.
fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
