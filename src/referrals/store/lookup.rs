//! Reads that help while a deal is made or edited: likely duplicates, recent team members, the last change.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{PgExecutor, Postgres, QueryBuilder};

use super::scope::within;
use crate::{
    auth::Scope,
    db::Pool,
    ids::{BusinessId, ReferralId},
    referrals::command::Person,
};

/// Of a customer with very many open deals, only the newest are compared.
const COMPARED: i64 = 500;
/// How many duplicates are named.
const NAMED: i64 = 5;
/// Deals of each direction whose teams are looked at.
const RECENT_DEALS: i64 = 40;
/// How many members are offered.
const OFFERED: i64 = 20;

/// What a deal is compared by.
#[derive(Clone, Copy, Debug)]
pub struct Alike<'a> {
    pub business: Option<BusinessId>,
    pub customer_name: &'a str,
    pub name: &'a str,
    pub value: Option<Decimal>,
    pub currency: Option<&'a str>,
}

/// A deal that may be the same.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Found {
    pub referral_id: ReferralId,
    pub name: String,
    pub customer_name: String,
    pub value: Option<Decimal>,
    pub currency: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// Whether it is a deal, whoever's.
pub async fn is_deal(db: impl PgExecutor<'_>, id: ReferralId) -> sqlx::Result<bool> {
    let is = sqlx::query_scalar!(
        r#"select exists (select from referrals where referral_id = $1 and kind = 'deal') as "is!""#,
        id as ReferralId
    );
    is.fetch_one(db).await
}

/// Open deals in scope with the same customer and a like name, or a value within a twentieth; newest first.
pub async fn likely(pool: &Pool, scope: &Scope, new: &Alike<'_>) -> sqlx::Result<Vec<Found>> {
    let mut query = QueryBuilder::new("select r.referral_id, r.name, r.customer_name, r.value, r.currency, r.created_at from (");
    same_customer(&mut query, scope, new);
    query.push(") r where ");
    alike(&mut query, new);
    query.push(" and ");
    within(&mut query, scope);
    query.push(" order by r.created_at desc limit ").push_bind(NAMED);
    query.build_query_as().fetch_all(pool).await
}

/// How many there are in the whole organisation. Of those out of scope only the number is told.
pub async fn likely_beyond(pool: &Pool, scope: &Scope, new: &Alike<'_>) -> sqlx::Result<i64> {
    let mut query = QueryBuilder::new("select count(*) from (");
    same_customer(&mut query, scope, new);
    query.push(") r where ");
    alike(&mut query, new);
    query.push(" and (");
    within(&mut query, scope);
    // A deal without a location is out of scope too.
    query.push(") is not true");
    query.build_query_scalar().fetch_one(pool).await
}

/// Two entities of one name are different customers when both are known to the directory.
fn same_customer(query: &mut QueryBuilder<Postgres>, scope: &Scope, new: &Alike<'_>) {
    query
        .push("select r.* from referrals r join engagements e using (engagement_id) where r.organisation_id = ")
        .push_bind(scope.organisation.0)
        .push(" and lower(r.customer_name) = lower(")
        .push_bind(new.customer_name.trim().to_owned())
        .push(") and r.status in ('pending', 'received', 'accepted') and r.kind = 'deal'");
    if let Some(business) = new.business {
        query
            .push(" and (e.business_id is null or e.business_id = ")
            .push_bind(business.0)
            .push(")");
    }
    query.push(" order by r.created_at desc limit ").push_bind(COMPARED);
}

fn alike(query: &mut QueryBuilder<Postgres>, new: &Alike<'_>) {
    query
        .push("(similarity(lower(r.name), lower(")
        .push_bind(new.name.trim().to_owned())
        .push(")) >= 0.4 or (r.currency = ")
        .push_bind(new.currency.map(str::to_owned))
        .push(" and abs(r.value - ")
        .push_bind(new.value)
        .push("::numeric) * 20 <= ")
        .push_bind(new.value)
        .push("::numeric) is true)");
}

/// Complete members of the teams of the deals in scope that changed last, each mail once, the latest first.
pub async fn recent_members(pool: &Pool, scope: &Scope) -> sqlx::Result<Vec<Person>> {
    let mut query = QueryBuilder::new(
        "select first_name, last_name, phone, mail from (
             select distinct on (lower(t.mail)) t.first_name, t.last_name, t.phone, t.mail, d.updated_at
             from (",
    );
    for (n, direction) in ["outbound", "inbound"].into_iter().enumerate() {
        query
            .push(if n == 0 { "(" } else { " union all (" })
            .push("select r.referral_id, r.updated_at from referrals r where r.direction = ")
            .push_bind(direction)
            .push(" and ");
        within(&mut query, scope);
        query
            .push(" order by r.updated_at desc, r.referral_id desc limit ")
            .push_bind(RECENT_DEALS)
            .push(")");
    }
    query
        .push(
            ") d join referral_team t using (referral_id)
             where t.mail <> '' and t.first_name <> '' and t.last_name <> ''
             order by lower(t.mail), d.updated_at desc) m
         order by updated_at desc, mail limit ",
        )
        .push_bind(OFFERED);
    let rows: Vec<(String, String, String, String)> = query.build_query_as().fetch_all(pool).await?;
    Ok(rows
        .into_iter()
        .map(|(first_name, last_name, phone, mail)| Person { first_name, last_name, phone, mail })
        .collect())
}

/// Who changed a deal last, and when. `None` for the person: somebody of another organisation, or nobody.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LastChange {
    pub at: DateTime<Utc>,
    pub by: Option<String>,
}

/// The last entry in the history of a deal in scope with one of these events.
pub async fn last_change(pool: &Pool, scope: &Scope, id: ReferralId, events: &[&str]) -> sqlx::Result<Option<LastChange>> {
    let events: Vec<String> = events.iter().map(|event| (*event).to_owned()).collect();
    let mut query = QueryBuilder::new(
        "select h.at, u.display_name as by
         from referrals r join referral_history h on h.engagement_id = r.engagement_id
         left join users u on u.user_id = h.user_id and u.organisation_id = r.organisation_id
         where (h.organisation_id = r.organisation_id or h.shared) and h.event = any(",
    );
    query
        .push_bind(events)
        .push(") and r.referral_id = ")
        .push_bind(id.0)
        .push(" and ");
    within(&mut query, scope);
    query.push(" order by h.history_id desc limit 1");
    query.build_query_as().fetch_optional(pool).await
}
