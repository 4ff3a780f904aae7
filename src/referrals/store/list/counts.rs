//! How many deals there are in each tab. Counted no further than a cap, so that a count costs no more as deals grow.

use std::{
    collections::HashSet,
    sync::{LazyLock, RwLock},
};

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, QueryBuilder};

use super::{conditions::matches, hits, terms};
use crate::{
    auth::Scope,
    ids::OrganisationId,
    referrals::filter::{Filter, Kind, Tab},
};

/// More than so many are "so many and more".
pub const COUNT_CAP: i64 = 1_000;
/// Deals looked at one by one where there are no terms: a search for one letter.
const LONG_WALK: i64 = 20_000;
/// What at least one of so many of the newest deals has is counted by walking on, not by terms: the cap is reached soon.
const COMMON: i64 = 4;

/// So many, or at least so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub found: i64,
    /// There may be more.
    pub more: bool,
}

impl Count {
    fn capped(found: i64) -> Self {
        Self { found: found.min(COUNT_CAP), more: found > COUNT_CAP }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub inbound: Count,
    pub outbound: Count,
    pub favourites: Count,
}

impl Counts {
    pub const fn of(&self, tab: Tab) -> Count {
        match tab {
            Tab::Inbound => self.inbound,
            Tab::Outbound => self.outbound,
            Tab::Favourites => self.favourites,
        }
    }
}

/// Every tab's count of what is wanted in scope; place and order do not matter.
pub async fn counts(db: &mut PgConnection, scope: &Scope, filter: &Filter, now: DateTime<Utc>) -> sqlx::Result<Counts> {
    let filter = &*super::with_whole_id(&mut *db, scope, filter).await?;
    if scope.all.is_whole() && filter.wanted.is_everything() {
        let whole = Whole { scope, filter };
        let mut query = QueryBuilder::new("select ");
        whole.push(&mut query);
        return Ok(whole.read(query.build_query_as().fetch_one(&mut *db).await?));
    }
    let mut chosen = async |tab| self::chosen(&mut *db, scope, &Filter { tab, ..filter.clone() }, now).await;
    Ok(Counts {
        inbound: chosen(Tab::Inbound).await?,
        outbound: chosen(Tab::Outbound).await?,
        favourites: chosen(Tab::Favourites).await?,
    })
}

/// Lists with more than the cap. As deals are never removed, they have more for good, and need not be counted again.
static LARGE: LazyLock<RwLock<HashSet<(OrganisationId, Kind, Tab)>>> = LazyLock::new(RwLock::default);

/// Counts of everything: inbound and outbound by the list's index alone, unless they are known to be beyond the cap.
pub struct Whole<'a> {
    pub scope: &'a Scope,
    pub filter: &'a Filter,
}

impl Whole<'_> {
    /// Appends `inbound, outbound, favourites`, each to one beyond the cap.
    pub fn push(&self, query: &mut QueryBuilder<Postgres>) {
        for tab in [Tab::Inbound, Tab::Outbound] {
            if LARGE.read().is_ok_and(|large| large.contains(&self.list(tab))) {
                query.push(format_args!("{}::bigint, ", COUNT_CAP + 1));
                continue;
            }
            query.push("(select count(*) from (select from referrals r where ");
            hits::listed(query, self.scope, self.filter);
            query.push(" and r.direction = ").push_bind(tab.code());
            query.push(format_args!(" limit {}) counted), ", COUNT_CAP + 1));
        }
        // Only what is in scope becomes a favourite: for who reaches everything there is nothing to look at in the deals themselves.
        query
            .push("(select count(*) from (select from favourites where user_id = ")
            .push_bind(self.scope.user.0)
            .push(" and kind = ")
            .push_bind(self.filter.kind.code());
        query.push(format_args!(" limit {}) counted)", COUNT_CAP + 1));
    }

    /// What was counted.
    pub fn read(&self, (inbound, outbound, favourites): (i64, i64, i64)) -> Counts {
        for (tab, found) in [(Tab::Inbound, inbound), (Tab::Outbound, outbound)] {
            let list = self.list(tab);
            if found > COUNT_CAP
                && LARGE.read().is_ok_and(|large| !large.contains(&list))
                && let Ok(mut large) = LARGE.write()
            {
                large.insert(list);
            }
        }
        Counts { inbound: Count::capped(inbound), outbound: Count::capped(outbound), favourites: Count::capped(favourites) }
    }

    const fn list(&self, tab: Tab) -> (OrganisationId, Kind, Tab) {
        (self.scope.organisation, self.filter.kind, tab)
    }
}

async fn chosen(db: &mut PgConnection, scope: &Scope, filter: &Filter, now: DateTime<Utc>) -> sqlx::Result<Count> {
    if scope.all.is_nowhere() && scope.team.is_nowhere() {
        return Ok(Count::default());
    }
    if filter.wanted.deal_id.is_some() {
        let mut query = QueryBuilder::new("select count(*) from referrals r where ");
        hits::one(&mut query, scope, filter, now);
        return Ok(Count { found: query.build_query_scalar().fetch_one(&mut *db).await?, more: false });
    }
    let terms = terms::query(scope, &filter.wanted);
    let steps = if terms.is_empty() { LONG_WALK } else { hits::WALK };
    let mut query = QueryBuilder::new("select count(*) filter (where matched), count(*) from (select (");
    matches(&mut query, scope, filter.tab, &filter.wanted, now);
    query.push(") as matched from (select r.* from ");
    in_order(&mut query, scope, filter);
    query.push(format_args!(" limit {steps}) r) walked"));
    let (found, walked): (i64, i64) = query.build_query_as().persistent(false).fetch_one(&mut *db).await?;
    if walked < steps || found > COUNT_CAP {
        return Ok(Count::capped(found));
    }
    if terms.is_empty() {
        return Ok(Count { found, more: true });
    }
    if found * COMMON >= walked {
        let mut query = QueryBuilder::new("select count(*) from (select from (select r.* from ");
        in_order(&mut query, scope, filter);
        query.push(format_args!(" limit {}) r where ", 2 * COMMON * COUNT_CAP));
        matches(&mut query, scope, filter.tab, &filter.wanted, now);
        query.push(format_args!(" limit {}) counted", COUNT_CAP + 1));
        let found: i64 = query.build_query_scalar().persistent(false).fetch_one(&mut *db).await?;
        if found > COUNT_CAP {
            return Ok(Count::capped(found));
        }
    }
    let mut query = QueryBuilder::new("select count(*) from (select from ");
    hits::stretches(&mut query, scope, filter, None, true);
    query.push(" cross join lateral (select from ");
    hits::found(&mut query, scope, filter, &terms, now);
    // Limited inside too: else the stretches are joined with all deals at once, which reads every one of them.
    query.push(format_args!(" limit {0}) r limit {0}) counted", COUNT_CAP + 1));
    let found = query.build_query_scalar().persistent(false).fetch_one(&mut *db).await?;
    Ok(Count::capped(found))
}

/// `... r where ... order by ...`: the tab's deals, the newest first.
fn in_order(query: &mut QueryBuilder<Postgres>, scope: &Scope, filter: &Filter) {
    of_tab(query, scope, filter);
    let moment = if filter.tab == Tab::Favourites { "f" } else { "r" };
    query.push(format_args!(" order by {moment}.created_at desc, {moment}.referral_id desc"));
}

/// `... r where ...`: the tab's deals.
fn of_tab(query: &mut QueryBuilder<Postgres>, scope: &Scope, filter: &Filter) {
    if filter.tab == Tab::Favourites {
        query
            .push("favourites f join referrals r on r.referral_id = f.referral_id where f.user_id = ")
            .push_bind(scope.user.0)
            .push(" and f.kind = ")
            .push_bind(filter.kind.code());
    } else {
        query.push("referrals r where ");
        hits::listed(query, scope, filter);
        query.push(" and r.direction = ").push_bind(filter.tab.code());
    }
}
