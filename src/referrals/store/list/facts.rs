//! What bulk changes ask of deals before they begin, and which values there are to filter by.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder};

use super::{conditions::matches, hits};
use crate::{
    auth::Scope,
    db::Pool,
    ids::{ReferralId, UserId},
    referrals::{
        filter::{Filter, Kind, Tab, Wanted},
        kind::{DealType, Direction},
        status::Status,
    },
};

/// Newest deals whose values are offered.
const SAMPLE: i64 = 1_000;

/// A deal, as far as rules about bulk changes need it.
#[derive(Clone, Debug, FromRow)]
pub struct Facts {
    pub id: ReferralId,
    pub name: String,
    pub status: Status,
    pub deal_type: DealType,
    pub stage: Option<i16>,
    /// Bits of `missing::Detail`.
    pub missing: i32,
    /// Whose it is on the vendor's side.
    pub seller: Option<UserId>,
    pub favourite: bool,
    pub team: i64,
    /// The mail asked for is on the team.
    pub member: bool,
}

/// Those of the deals that are in scope, in the order of their IDs; `mail` in lower case.
pub async fn facts(pool: &Pool, scope: &Scope, kind: Kind, ids: &[ReferralId], mail: &str) -> sqlx::Result<Vec<Facts>> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let mut query = QueryBuilder::new(
        "select r.referral_id as id, r.name, r.status, e.deal_type, r.stage, r.missing, r.seller_id as seller,
                (select count(*) from referral_team t where t.referral_id = r.referral_id) as team,
                exists (select from favourites f where f.referral_id = r.referral_id and f.user_id = ",
    );
    query
        .push_bind(scope.user.0)
        .push(") as favourite, exists (select from referral_team t where t.referral_id = r.referral_id and lower(t.mail) = ")
        .push_bind(mail.to_owned())
        .push(") as member from referrals r join engagements e using (engagement_id) where r.referral_id = any(")
        .push_bind(ids)
        .push(") and r.kind = ")
        .push_bind(kind.code())
        .push(" and ");
    matches(&mut query, scope, Tab::Inbound, &Wanted::default(), DateTime::<Utc>::MIN_UTC);
    query.push(" order by r.referral_id");
    query.build_query_as().fetch_all(pool).await
}

/// What the newest deals in scope have, to be offered for filtering; each list in order, each value once.
#[derive(Clone, Debug, Default)]
pub struct Values {
    pub countries: Vec<String>,
    pub solutions: Vec<String>,
    pub members: Vec<String>,
    pub currencies: Vec<String>,
}

pub async fn values(pool: &Pool, scope: &Scope, kind: Kind, now: DateTime<Utc>) -> sqlx::Result<Values> {
    let filter = Filter { kind, ..Filter::default() };
    let mut query = QueryBuilder::new("select distinct v.facet from (");
    for (n, direction) in Direction::ALL.into_iter().enumerate() {
        query
            .push(if n > 0 { " union all " } else { "" })
            .push("(select r.* from referrals r where ");
        hits::listed(&mut query, scope, &filter);
        query.push(" and r.direction = ").push_bind(direction.code());
        query.push(format_args!(" order by r.created_at desc, r.referral_id desc limit {SAMPLE})"));
    }
    query.push(") r cross join lateral unnest(r.facets || ('v:' || r.currency)) v (facet) where left(v.facet, 2) = any('{c:,p:,t:,v:}') and ");
    matches(&mut query, scope, Tab::Inbound, &Wanted::default(), now);
    query.push(" order by v.facet");
    let facets: Vec<String> = query.build_query_scalar().persistent(false).fetch_all(pool).await?;
    let with = |mark: &str| {
        facets
            .iter()
            .filter_map(|facet| facet.strip_prefix(mark).map(str::to_owned))
            .collect()
    };
    Ok(Values { countries: with("c:"), solutions: with("p:"), members: with("t:"), currencies: with("v:") })
}
