//! What deals are found by: the terms that `deal_terms` in the database makes of a deal, put together to a text search query.
//!
//! Terms narrow down where to look, and never decide: whoever finds a deal by them looks at the deal itself too. They carry a mark
//! of list and stretch (see the migration `find_deals`), for which [`MARK`] stands here.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::{
    auth::Scope,
    db::{Pool, Tx},
    ids::{EngagementId, LocationId},
    referrals::{
        filter::{Gap, ValueRange, Wanted},
        missing::Detail,
        status::Status,
    },
};

/// Stands for the mark. No term has it in itself: texts come without control characters.
pub const MARK: char = '\u{1}';

/// A term, or the beginning of one.
struct Term {
    text: String,
    begins: bool,
}

fn whole(text: impl Into<String>) -> Term {
    Term { text: text.into(), begins: false }
}

fn beginning(text: impl Into<String>) -> Term {
    Term { text: text.into(), begins: true }
}

/// The text search query of all that is wanted within the scope; empty when there is nothing to look up.
pub fn query(scope: &Scope, wanted: &Wanted) -> String {
    // One term of each list.
    let mut clauses: Vec<Vec<Term>> = vec![
        reachable(scope),
        wanted
            .statuses
            .iter()
            .map(|status| whole(format!("s:{}", status.code())))
            .collect(),
        wanted.locations.iter().map(|location| at(*location)).collect(),
        wanted.gaps.iter().map(gap).collect(),
        wanted.value.as_ref().map(of_value).unwrap_or_default(),
        closing(wanted.closes_from, wanted.closes_to),
        if wanted.expiring.is_some() { waiting() } else { Vec::new() },
    ];
    clauses.extend(facets(wanted).into_iter().map(|tokens| tokens.into_iter().map(whole).collect()));
    for word in wanted.words.iter().chain(&wanted.customer) {
        clauses.extend(letters(&lower(word)).into_iter().map(|term| vec![term]));
    }
    let mut query = String::new();
    for clause in clauses.iter().filter(|clause| !clause.is_empty()) {
        query.push_str(if query.is_empty() { "(" } else { " & (" });
        for (n, term) in clause.iter().enumerate() {
            let text = term.text.replace('\\', "\\\\").replace('\'', "''");
            let _ = write!(query, "{}'{MARK}{text}'{}", if n > 0 { " | " } else { "" }, if term.begins { ":*" } else { "" });
        }
        query.push(')');
    }
    query
}

/// The facets wanted, list by list: one of each.
pub fn facets(wanted: &Wanted) -> Vec<Vec<String>> {
    let lists = [
        wanted.types.iter().map(|kind| format!("y:{}", kind.code())).collect(),
        wanted.countries.iter().map(|country| format!("c:{country}")).collect(),
        wanted.help.iter().map(|help| format!("h:{}", help.code())).collect(),
        wanted.solutions.iter().map(|id| format!("p:{id}")).collect(),
        wanted
            .members
            .iter()
            .map(|mail| format!("t:{}", lower(mail)))
            .collect::<Vec<_>>(),
    ];
    lists.into_iter().filter(|tokens| !tokens.is_empty()).collect()
}

/// Lower case letter by letter, as the database does it.
pub fn lower(text: &str) -> String {
    text.chars()
        .map(|letter| letter.to_lowercase().next().unwrap_or(letter))
        .collect()
}

/// What a scope that is not whole reaches.
fn reachable(scope: &Scope) -> Vec<Term> {
    if scope.all.is_whole() {
        return Vec::new();
    }
    let mut terms: Vec<Term> = scope.all.locations().iter().map(|location| at(Some(*location))).collect();
    if !scope.team.is_nowhere() {
        terms.push(whole(format!("t:{}", scope.mail)));
    }
    terms
}

fn at(location: Option<LocationId>) -> Term {
    let text = location.map(|location| location.to_string()).unwrap_or_default();
    // The last twelve digits, as in `deal_terms`.
    whole(format!("l:{}", text.rsplit('-').next().unwrap_or_default()))
}

fn gap(gap: &Gap) -> Term {
    match gap {
        Gap::Any => whole("m:"),
        Gap::Of(detail) => whole(format!("m:{}", bit(*detail))),
    }
}

const fn bit(detail: Detail) -> u32 {
    detail.bit().trailing_zeros()
}

fn waiting() -> Vec<Term> {
    Status::ALL
        .into_iter()
        .filter(|status| status.waits())
        .map(|status| whole(format!("s:{}", status.code())))
        .collect()
}

/// Every three letters of a word; two are the beginning of three. One letter alone is not looked up.
fn letters(word: &str) -> Vec<Term> {
    let letters: Vec<char> = word.chars().collect();
    match letters.len() {
        0 | 1 => Vec::new(),
        2 => vec![beginning(word)],
        _ => letters
            .windows(3)
            .map(|three| whole(three.iter().collect::<String>()))
            .collect(),
    }
}

/// Close dates are eight digits.
fn closing(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Vec<Term> {
    if from.is_none() && to.is_none() {
        return Vec::new();
    }
    let digits = |date: NaiveDate| u32::try_from(date.year()).unwrap_or(0) * 10_000 + date.month() * 100 + date.day();
    let (from, to) = (from.map_or(0, digits), to.map_or(99_999_999, digits));
    beginnings(from, to, 8)
        .into_iter()
        .map(|digits| beginning(format!("d:{digits}")))
        .collect()
}

/// Values are told by how many digits they have before the point, and the first two of them: four digits that grow with the value.
fn of_value(range: &ValueRange) -> Vec<Term> {
    let digits = |value: Decimal| {
        let whole = value.trunc().normalize().to_string();
        let first: String = whole.chars().take(2).collect();
        let first = if whole.len() == 1 { format!("{first}0") } else { first };
        u32::try_from(whole.len()).unwrap_or(99) * 100 + first.parse().unwrap_or(0)
    };
    let (from, to) = (range.from.map_or(0, digits), range.to.map_or(9_999, digits));
    beginnings(from, to, 4)
        .into_iter()
        .map(|digits| beginning(format!("v:{}{digits}", range.currency)))
        .collect()
}

/// The fewest beginnings that all numbers of a range have, and no other numbers of so many digits.
fn beginnings(from: u32, to: u32, width: u32) -> Vec<String> {
    let mut found = Vec::new();
    cover(0, 0, from, to, width, &mut found);
    found
}

/// `known` are the first `length` digits.
fn cover(known: u32, length: u32, from: u32, to: u32, width: u32, found: &mut Vec<String>) {
    let step = 10_u64.pow(width.saturating_sub(length));
    let (first, last) = (u64::from(known) * step, (u64::from(known) + 1) * step - 1);
    if first > u64::from(to) || last < u64::from(from) {
        return;
    }
    if first >= u64::from(from) && last <= u64::from(to) {
        found.push(if length == 0 { String::new() } else { format!("{known:0digits$}", digits = length as usize) });
        return;
    }
    for digit in 0..10 {
        cover(known * 10 + digit, length + 1, from, to, width, found);
    }
}

/// Brings the copies up to date that lists filter by: type, country, help, solutions and team, in every referral of an engagement.
/// At the end of every change of these.
pub async fn refresh(tx: &mut Tx<'_>, engagement: EngagementId) -> sqlx::Result<()> {
    sqlx::query!(
        "update referrals r set facets = fresh.facets
         from (select r.referral_id, deal_facets(e.deal_type, e.customer_country, e.help,
                      array(select s.solution_id from engagement_solutions s where s.engagement_id = e.engagement_id order by s.position),
                      array(select t.mail from referral_team t where t.referral_id = r.referral_id order by t.position)) as facets
               from engagements e join referrals r using (engagement_id) where e.engagement_id = $1) fresh
         where r.referral_id = fresh.referral_id and r.facets <> fresh.facets",
        engagement as EngagementId
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// New terms wait in a list of their own, which every search reads through, until there are enough of them or somebody sorts them in.
pub async fn settle(pool: &Pool) -> sqlx::Result<()> {
    sqlx::query!(r#"select gin_clean_pending_list('referrals_terms'::regclass) as "pages!""#)
        .fetch_one(pool)
        .await?;
    Ok(())
}
