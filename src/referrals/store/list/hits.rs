//! Finding deals in order, at a cost that does not grow with their number.
//!
//! First the list is *walked* in its order for some hundred deals. Where a good part of them is as wanted, walking on fills a page
//! soon. What is rarer is *sought* by its terms from there on, stretch by stretch, the nearest first; a stretch costs what stands in it.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder, Row};

use super::{Counts, Line, conditions::matches, counts::Whole, terms};
use crate::{
    auth::Scope,
    ids::ReferralId,
    referrals::{
        cursor::Cursor,
        filter::{Filter, Place, Sort, Tab},
    },
};

type Query = QueryBuilder<Postgres>;

/// Deals that are walked over first; and on, when enough of the first ones were as wanted: one of so many that are needed.
pub const WALK: i64 = 300;
const LONG_WALK: i64 = 4_000;
const ENOUGH: usize = 8;
/// What the index `referrals_terms` is made of.
pub const TERMS: &str =
    "deal_terms(r.organisation_id, r.kind, r.direction, r.created_at, r.sought, r.status, r.location_id, r.missing,
                r.close_date, r.currency, r.value, r.facets)";

/// A deal that was walked over or found, and where it stands in the list's order.
#[derive(FromRow)]
struct Hit {
    referral_id: ReferralId,
    at: DateTime<Utc>,
    /// As wanted.
    matched: bool,
    /// The walk ends here, and the list may go on.
    last: bool,
}

impl Hit {
    const fn cursor(&self) -> Cursor {
        Cursor { at: self.at, id: self.referral_id }
    }
}

/// A way through a list.
pub struct Way<'a> {
    pub scope: &'a Scope,
    pub filter: &'a Filter,
    pub now: DateTime<Utc>,
    /// Where it begins.
    pub from: Option<Cursor>,
    /// Towards the list's start.
    pub backwards: bool,
}

impl<'a> Way<'a> {
    pub const fn new(scope: &'a Scope, filter: &'a Filter, now: DateTime<Utc>) -> Self {
        let (from, backwards) = match filter.place {
            Place::Start => (None, false),
            Place::After(cursor) => (Some(cursor), false),
            Place::Before(cursor) => (Some(cursor), true),
        };
        Self { scope, filter, now, from, backwards }
    }

    /// Up to `limit` deals, the nearest first.
    pub async fn hits(mut self, db: &mut PgConnection, limit: usize) -> sqlx::Result<Vec<Cursor>> {
        if self.scope.all.is_nowhere() && self.scope.team.is_nowhere() {
            return Ok(Vec::new());
        }
        if self.filter.wanted.deal_id.is_some() {
            return self.by_id(&mut *db).await;
        }
        let mut found = Vec::new();
        if self.takes_all() {
            self.walk_on(&mut *db, i64::try_from(limit).unwrap_or(i64::MAX), limit, &mut found)
                .await?;
            return Ok(found);
        }
        let terms = terms::query(self.scope, &self.filter.wanted);
        let mut more = self.walk_on(&mut *db, WALK, limit, &mut found).await?;
        // Without terms there is nothing but walking.
        let walk = if terms.is_empty() { i64::MAX } else { LONG_WALK };
        if more && (terms.is_empty() || found.len() * ENOUGH >= limit) {
            more = self.walk_on(&mut *db, walk, limit, &mut found).await?;
        }
        if more {
            found.extend(self.seek(&mut *db, &terms, limit - found.len()).await?);
        }
        Ok(found)
    }

    /// Up to `limit` lines at once where nothing has to be looked at to find them; `None`: they are to be found first.
    pub async fn lines(&self, db: &mut PgConnection, limit: usize) -> sqlx::Result<Option<Vec<Line>>> {
        if !self.takes_all() || self.filter.tab == Tab::Favourites {
            return Ok(None);
        }
        let mut query = QueryBuilder::new("");
        self.push_lines(&mut query, limit);
        query.build_query_as().fetch_all(&mut *db).await.map(Some)
    }

    /// All tabs' counts, and with them what [`Self::lines`] finds.
    pub async fn counted_lines(&self, db: &mut PgConnection, limit: usize) -> sqlx::Result<Option<(Counts, Vec<Line>)>> {
        if !self.takes_all() || self.filter.tab == Tab::Favourites {
            return Ok(None);
        }
        let whole = Whole { scope: self.scope, filter: self.filter };
        let mut query = QueryBuilder::new("select c.*, r.* from (select ");
        whole.push(&mut query);
        query.push(") c (inbound, outbound, favourites) left join lateral (");
        self.push_lines(&mut query, limit);
        query.push(") r on true").push(self.order());
        let rows = query.build().fetch_all(&mut *db).await?;
        let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        let counts = whole.read((first.try_get("inbound")?, first.try_get("outbound")?, first.try_get("favourites")?));
        let mut lines = Vec::with_capacity(rows.len());
        for row in &rows {
            // Where there are no deals, there are the counts alone.
            if row.try_get::<Option<ReferralId>, _>("referral_id")?.is_some() {
                lines.push(Line::from_row(row)?);
            }
        }
        Ok(Some((counts, lines)))
    }

    /// Appends the lines of a list of which everything is wanted.
    fn push_lines(&self, query: &mut Query, limit: usize) {
        query.push(
            "select r.referral_id, r.name, r.customer_name, r.customer_city, r.status, r.missing, r.expires_at, r.value, r.currency,
                    r.close_date, r.direction, r.location_id, r.created_at, r.updated_at from referrals r where ",
        );
        listed(query, self.scope, self.filter);
        query.push(" and r.direction = ").push_bind(self.filter.tab.code());
        self.beyond(query, (self.column(), "r.referral_id"));
        query.push(self.order()).push(format_args!(" limit {limit}"));
    }

    fn order(&self) -> String {
        let direction = self.direction();
        format!(" order by {} {direction}, r.referral_id {direction}", self.column())
    }

    /// The one deal with an ID, if it is as wanted.
    async fn by_id(&self, db: &mut PgConnection) -> sqlx::Result<Vec<Cursor>> {
        let mut query = QueryBuilder::new(format!(
            "select r.referral_id, {} as at, true as matched, false as last from (select r.referral_id, {} as position from referrals r where ",
            self.moment(),
            self.column()
        ));
        one(&mut query, self.scope, self.filter, self.now);
        self.beyond(&mut query, (self.column(), "r.referral_id"));
        query.push(") r");
        let hits: Vec<Hit> = query.build_query_as().fetch_all(&mut *db).await?;
        Ok(hits.iter().map(Hit::cursor).collect())
    }

    /// Walks so many steps and stands where they end. `true`: there is more to find, and more to look at.
    async fn walk_on(&mut self, db: &mut PgConnection, steps: i64, limit: usize, found: &mut Vec<Cursor>) -> sqlx::Result<bool> {
        let walked = self.walk(&mut *db, steps, limit - found.len()).await?;
        found.extend(walked.iter().filter(|hit| hit.matched).map(Hit::cursor));
        let end = walked.last().filter(|hit| hit.last).map(Hit::cursor);
        self.from = end.or(self.from);
        Ok(end.is_some() && found.len() < limit)
    }

    /// Every deal of the list is as wanted: no step is in vain.
    fn takes_all(&self) -> bool {
        self.scope.all.is_whole() && self.filter.wanted.is_everything()
    }

    /// Latest first, or soonest.
    const fn falls(&self) -> bool {
        !matches!(self.filter.sort, Sort::Closing) != self.backwards
    }

    const fn direction(&self) -> &'static str {
        if self.falls() { "desc" } else { "asc" }
    }

    const fn column(&self) -> &'static str {
        match self.filter.sort {
            Sort::Newest => "r.created_at",
            Sort::Updated => "r.updated_at",
            Sort::Closing => "coalesce(r.close_date, date '9999-12-31')",
        }
    }

    /// The position as a moment.
    const fn moment(&self) -> &'static str {
        match self.filter.sort {
            Sort::Newest | Sort::Updated => "r.position",
            Sort::Closing => "r.position::timestamp at time zone 'UTC'",
        }
    }

    /// What lies beyond the beginning.
    fn beyond(&self, query: &mut Query, (column, id): (&str, &str)) {
        let Some(from) = self.from else { return };
        query.push(format_args!(" and ({column}, {id}) {} (", if self.falls() { "<" } else { ">" }));
        match self.filter.sort {
            Sort::Newest | Sort::Updated => query.push_bind(from.at),
            Sort::Closing => query.push_bind(from.at.date_naive()),
        };
        query.push(", ").push_bind(from.id.0).push(")");
    }

    /// In the list's order, by its index. Favourites keep a copy of what their newest are found by.
    async fn walk(&self, db: &mut PgConnection, steps: i64, limit: usize) -> sqlx::Result<Vec<Hit>> {
        let (filter, direction, moment) = (self.filter, self.direction(), self.moment());
        let favourites = filter.tab == Tab::Favourites;
        let key = if favourites && filter.sort == Sort::Newest {
            ("f.created_at", "f.referral_id")
        } else {
            (self.column(), "r.referral_id")
        };
        let order = format!("{} {direction}, {} {direction}", key.0, key.1);
        let mut query = QueryBuilder::new(format!(
            "select r.referral_id, {moment} as at, r.matched, r.step = {steps} as last from (
                 select r.referral_id, r.position, r.step, coalesce(("
        ));
        matches(&mut query, self.scope, filter.tab, &filter.wanted, self.now);
        query.push(format_args!(
            // What lacks a date or a value is not as wanted.
            "), false) as matched from (select r.*, {} as position, row_number() over (order by {order}) as step from ",
            key.0
        ));
        if favourites {
            query
                .push("favourites f join referrals r on r.referral_id = f.referral_id where f.user_id = ")
                .push_bind(self.scope.user.0)
                .push(" and f.kind = ")
                .push_bind(filter.kind.code());
        } else {
            query.push("referrals r where ");
            listed(&mut query, self.scope, filter);
            query.push(" and r.direction = ").push_bind(filter.tab.code());
        }
        self.beyond(&mut query, key);
        query.push(format_args!(
            " order by {order} limit {steps}) r) r where r.matched or r.step = {steps}
             order by r.position {direction}, r.referral_id {direction} limit {limit}"
        ));
        // The best plan depends on what is wanted: kept prepared is only what wants everything.
        query.build_query_as().persistent(self.takes_all()).fetch_all(&mut *db).await
    }

    /// By terms, stretch by stretch.
    async fn seek(&self, db: &mut PgConnection, terms: &str, limit: usize) -> sqlx::Result<Vec<Cursor>> {
        let (direction, moment) = (self.direction(), self.moment());
        let newest = self.filter.sort == Sort::Newest;
        let order = |position: &str| format!(" order by {position} {direction}, r.referral_id {direction} limit {limit}");
        let mut query = QueryBuilder::new(format!("select r.referral_id, {moment} as at, true as matched, false as last from "));
        stretches(&mut query, self.scope, self.filter, if newest { self.from } else { None }, self.falls() || !newest);
        query.push(format_args!(" cross join lateral (select r.referral_id, {} as position from ", self.column()));
        found(&mut query, self.scope, self.filter, terms, self.now);
        self.beyond(&mut query, (self.column(), "r.referral_id"));
        if newest {
            // Stretches come in the list's order: the page is full as soon as one of them fills it.
            query.push(order(self.column())).push(format_args!(") r limit {limit}"));
        } else {
            // Stretch by stretch, and not joined with all deals at once.
            query.push(" offset 0) r").push(order("r.position"));
        }
        let hits: Vec<Hit> = query.build_query_as().persistent(false).fetch_all(&mut *db).await?;
        Ok(hits.iter().map(Hit::cursor).collect())
    }
}

/// `stretches s (stretch)`: those of a list, from the one of `from` on; `falling` is the newest first.
pub fn stretches(query: &mut Query, scope: &Scope, filter: &Filter, from: Option<Cursor>, falling: bool) {
    let end = |query: &mut Query, newest: bool| {
        let (most, order) = if newest { ("max", "desc") } else { ("min", "asc") };
        query.push(format_args!("(select {most}(deal_stretch(o.created_at)) from unnest("));
        query.push_bind(directions(filter));
        query.push(") d (direction) cross join lateral (select r.created_at from referrals r where ");
        listed(query, scope, filter);
        query.push(format_args!(
            " and r.direction = d.direction order by r.created_at {order}, r.referral_id {order} limit 1) o)"
        ));
    };
    query.push("generate_series(");
    match from {
        Some(cursor) => {
            query.push("deal_stretch(").push_bind(cursor.at).push(")");
        }
        None => end(query, falling),
    }
    query.push(", ");
    end(query, !falling);
    query.push(if falling { ", -1) s (stretch)" } else { ", 1) s (stretch)" });
}

/// `... r where ...`: what the terms find in stretch `s`, and is as wanted.
pub fn found(query: &mut Query, scope: &Scope, filter: &Filter, terms: &str, now: DateTime<Utc>) {
    query
        .push("unnest(")
        .push_bind(directions(filter))
        .push(") d (direction) join referrals r on r.direction = d.direction");
    query.push(" where ");
    listed(query, scope, filter);
    query
        .push(format_args!(" and {TERMS} @@ replace("))
        .push_bind(terms.to_owned())
        .push(format_args!(", E'\\x{:02x}', deal_mark(", u32::from(terms::MARK)))
        .push_bind(scope.organisation.0)
        .push(", ")
        .push_bind(filter.kind.code())
        .push(", d.direction, s.stretch))::tsquery and ");
    matches(query, scope, filter.tab, &filter.wanted, now);
}

/// The deal with the wanted ID, found by the index of IDs.
pub fn one(query: &mut Query, scope: &Scope, filter: &Filter, now: DateTime<Utc>) {
    listed(query, scope, filter);
    query
        .push(" and r.direction = any(")
        .push_bind(directions(filter))
        .push(") and ");
    matches(query, scope, filter.tab, &filter.wanted, now);
}

/// What all deals of a list have, and its indexes are about: Microsoft's side has no deal ID.
pub fn listed(query: &mut Query, scope: &Scope, filter: &Filter) {
    query.push("r.organisation_id = ").push_bind(scope.organisation.0);
    query
        .push(" and r.kind = ")
        .push_bind(filter.kind.code())
        .push(" and r.deal_id is not null");
}

fn directions(filter: &Filter) -> Vec<String> {
    filter
        .tab
        .directions()
        .iter()
        .map(|direction| direction.code().to_owned())
        .collect()
}
