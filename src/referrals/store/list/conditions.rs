//! What is wanted, as a condition on `referrals r`.

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::terms;
use crate::{
    auth::Scope,
    referrals::{
        filter::{Gap, Tab, Wanted},
        missing::Detail,
        status::Status,
        store::scope::within,
    },
};

type Query = QueryBuilder<Postgres>;

/// The whole truth about a deal: in scope, in the tab as far as that is a person's own, and as wanted.
pub fn matches(query: &mut Query, scope: &Scope, tab: Tab, wanted: &Wanted, now: DateTime<Utc>) {
    within(query, scope);
    if tab == Tab::Favourites {
        query
            .push(" and exists (select from favourites f where f.user_id = ")
            .push_bind(scope.user.0)
            .push(" and f.referral_id = r.referral_id)");
    }
    own_facts(query, wanted, now);
    for facets in terms::facets(wanted) {
        query.push(" and r.facets && ").push_bind(facets);
    }
    texts(query, wanted);
}

fn own_facts(query: &mut Query, wanted: &Wanted, now: DateTime<Utc>) {
    if let Some(id) = &wanted.deal_id {
        query.push(" and r.deal_id = ").push_bind(id.clone());
    }
    if !wanted.statuses.is_empty() {
        let codes: Vec<String> = wanted.statuses.iter().map(|status| status.code().to_owned()).collect();
        // Not the column itself: the index of accepted deals would be read whole beside the terms.
        query.push(" and r.status || '' = any(").push_bind(codes).push(")");
    }
    if !wanted.locations.is_empty() {
        let some: Vec<Uuid> = wanted.locations.iter().flatten().map(|location| location.0).collect();
        query.push(" and (r.location_id = any(").push_bind(some).push(")");
        query.push(if wanted.locations.contains(&None) { " or r.location_id is null)" } else { ")" });
    }
    if let Some(from) = wanted.closes_from {
        query.push(" and r.close_date >= ").push_bind(from);
    }
    if let Some(to) = wanted.closes_to {
        query.push(" and r.close_date <= ").push_bind(to);
    }
    if let Some(range) = &wanted.value {
        query
            .push(" and r.value is not null and r.currency = ")
            .push_bind(range.currency.clone());
        if let Some(from) = range.from {
            query.push(" and r.value >= ").push_bind(from);
        }
        if let Some(to) = range.to {
            query.push(" and r.value <= ").push_bind(to);
        }
    }
    if let Some(by) = wanted.expires_by(now) {
        query
            .push(" and r.status = any(")
            .push_bind(codes(Status::waits))
            .push(") and r.expires_at > ");
        query.push_bind(now).push(" and r.expires_at <= ").push_bind(by);
    }
    if !wanted.gaps.is_empty() {
        let all = Detail::ALL.into_iter().fold(0, |bits, detail| bits | detail.bit());
        let bits = wanted.gaps.iter().fold(0, |bits, gap| match gap {
            Gap::Any => bits | all,
            Gap::Of(detail) => bits | detail.bit(),
        });
        query
            .push(" and r.missing & ")
            .push_bind(bits)
            .push(" <> 0 and r.status = any(");
        query.push_bind(codes(|status| !status.is_terminal())).push(")");
    }
}

fn texts(query: &mut Query, wanted: &Wanted) {
    for word in wanted.words.iter().chain(&wanted.customer) {
        query.push(" and r.sought like ").push_bind(containing(word));
    }
    for word in &wanted.customer {
        query
            .push(" and lower(normalize(r.customer_name, nfc)) like ")
            .push_bind(containing(word));
    }
}

fn codes(which: impl Fn(Status) -> bool) -> Vec<String> {
    Status::ALL
        .into_iter()
        .filter(|status| which(*status))
        .map(|status| status.code().to_owned())
        .collect()
}

/// A pattern that finds the word itself, also when it has wildcards in it.
fn containing(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for letter in terms::lower(word).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
