//! One deal with all that belongs to it.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use sqlx::{PgExecutor, QueryBuilder};

use super::scope::within;
use crate::{
    auth::Scope,
    ids::{BusinessId, EngagementId, LocationId, OrganisationId, ReferralId},
    referrals::{
        history::Entry,
        kind::{DealType, Direction},
        status::Status,
    },
};

/// A referral, its engagement, and what its owner may know of the vendor's side.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Deal {
    pub referral_id: ReferralId,
    pub engagement_id: EngagementId,
    pub deal_id: Option<String>,
    pub name: String,
    pub deal_type: DealType,
    pub direction: Direction,
    pub status: Status,
    /// Per cent.
    pub stage: Option<i16>,
    pub value: Option<Decimal>,
    pub currency: Option<String>,
    pub close_date: Option<NaiveDate>,
    pub solution_close_date: Option<NaiveDate>,
    pub crm_id: String,
    pub campaign_id: String,
    pub notes: String,
    /// Bits of `missing::Detail`.
    pub missing: i32,
    pub expires_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub migrated_at: Option<DateTime<Utc>>,
    pub customer_name: String,
    pub customer_line1: String,
    pub customer_line2: String,
    pub customer_city: String,
    pub customer_state: String,
    pub customer_postal_code: String,
    pub customer_country: String,
    /// Nine digits; `None`: not matched with the business directory yet.
    pub duns: Option<String>,
    pub contact_first_name: String,
    pub contact_last_name: String,
    pub contact_phone: String,
    pub contact_mail: String,
    /// The location's, or the organisation's own.
    pub location_name: String,
    pub location_mpn: Option<String>,
    pub favourite: bool,
    /// For changes: what was seen.
    pub version: i32,
    pub engagement_version: i32,
    pub status_at: DateTime<Utc>,
    /// When it came to its owner; `None`: its owner made it, or it came over from PSC.
    pub sent_at: Option<DateTime<Utc>>,
    /// Number of `reason::Reason`, of what ended it.
    pub reason: Option<i16>,
    pub reason_note: String,
    /// Codes of `kind::Help`.
    pub help: Vec<String>,
    pub vendor_notes: String,
    pub consent_at: Option<DateTime<Utc>>,
    pub business_id: Option<BusinessId>,
    pub location_id: Option<LocationId>,
    /// Whose engagement it is; `None`: it came over from PSC.
    pub started_by: Option<OrganisationId>,
    /// Another partner started it, and invited this one.
    pub partner_started: bool,
    /// `None`: the vendor has no referral in this engagement.
    pub vendor_status: Option<Status>,
    pub vendor_expires_at: Option<DateTime<Utc>>,
    /// Known once the vendor accepted; before that they never leave the database (domain.md section 3, "Microsoft's side").
    pub seller_name: Option<String>,
    pub seller_mail: Option<String>,
    pub seller_phone: Option<String>,
}

/// A solution of a deal.
#[derive(Clone, Debug, Deserialize)]
pub struct Solution {
    /// As typed.
    pub solution_id: String,
    /// `None`: the catalogue does not know it.
    pub name: Option<String>,
    pub offered_by: Option<String>,
    pub incentive: Option<String>,
    pub quantity: Option<Decimal>,
    pub price: Option<Decimal>,
}

/// Somebody of a deal's team.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    pub first_name: String,
    pub last_name: String,
    pub phone: String,
    pub mail: String,
}

/// Another organisation's side of such a deal.
#[derive(Clone, Debug, Deserialize)]
pub struct Side {
    pub organisation: String,
    /// Microsoft's.
    pub vendor: bool,
    pub status: Status,
    pub sent_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    /// From 1: a request that expired or was declined may be made again.
    pub attempt: i16,
}

/// An entry of the history as its reader may know it.
#[derive(Clone, Debug, Deserialize)]
pub struct Told {
    #[serde(flatten)]
    pub entry: Entry,
    /// The organisation's name where it is another's.
    pub side: Option<String>,
}

/// A deal with all that its page shows.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Opened {
    #[sqlx(flatten)]
    pub deal: Deal,
    /// In their order.
    #[sqlx(json)]
    pub solutions: Vec<Solution>,
    /// In its order.
    #[sqlx(json)]
    pub team: Vec<Member>,
    /// The other organisations of the engagement, Microsoft first, newest first within each. Who the people are is not among it.
    #[sqlx(json)]
    pub sides: Vec<Side>,
    /// Newest first, at most a hundred entries: the organisation's own with the person, and what the others share, with their
    /// organisation's name and never a person. Who was invited later does not read the notes from before.
    #[sqlx(json)]
    pub history: Vec<Told>,
}

/// A deal in scope, with what belongs to it: in one statement, as each one costs more for being asked than it takes.
pub async fn opened(db: impl PgExecutor<'_>, scope: &Scope, id: ReferralId) -> sqlx::Result<Option<Opened>> {
    let mut query = QueryBuilder::new(
        "select d.*,
                (select coalesce(json_agg(s order by s.position), '[]')
                 from (select es.position, es.solution_id, s.name, o.legal_name as offered_by, s.incentive, es.quantity::text, es.price::text
                       from engagement_solutions es left join solutions s using (solution_id) left join organisations o using (organisation_id)
                       where es.engagement_id = d.engagement_id) s) as solutions,
                (select coalesce(json_agg(t order by t.position), '[]')
                 from referral_team t where t.referral_id = d.referral_id) as team,
                (select coalesce(json_agg(s), '[]')
                 from (select o.legal_name as organisation, o.kind = 'vendor' as vendor, r.status, r.sent_at, r.expires_at, r.attempt
                       from referrals r join organisations o using (organisation_id)
                       where r.engagement_id = d.engagement_id and r.organisation_id <> d.organisation_id
                       order by o.kind desc, o.legal_name, r.organisation_id, r.attempt desc limit 50) s) as sides,
                (select coalesce(json_agg(h), '[]')
                 from (select h.event, h.at, h.detail, case when h.organisation_id = d.organisation_id then u.display_name end as by,
                              case when h.organisation_id <> d.organisation_id then o.legal_name end as side
                       from referral_history h join organisations o using (organisation_id) left join users u using (user_id)
                       where h.engagement_id = d.engagement_id
                         and (h.organisation_id = d.organisation_id
                              or (h.shared and (h.event <> 'note' or d.sent_at is null or h.at >= d.sent_at)))
                       order by h.history_id desc limit 100) h) as history
         from (select r.referral_id, r.organisation_id, r.engagement_id, r.deal_id, r.name, e.deal_type, r.direction, r.status, r.stage, r.value,
                      r.currency, r.close_date, r.solution_close_date, r.crm_id, r.campaign_id, r.notes, r.missing, r.expires_at,
                      r.created_at, r.updated_at, r.migrated_at, e.customer_name, e.customer_line1, e.customer_line2, e.customer_city,
                      e.customer_state, e.customer_postal_code, e.customer_country, b.duns, e.contact_first_name,
                      e.contact_last_name, e.contact_phone, e.contact_mail, coalesce(l.name, o.legal_name) as location_name,
                      coalesce(l.mpn_id, o.mpn_id) as location_mpn, f.user_id is not null as favourite, r.version,
                      e.version as engagement_version, r.status_at, r.sent_at, r.reason, r.reason_note, e.help, e.vendor_notes, e.consent_at,
                      e.business_id, r.location_id, e.started_by,
                      coalesce(e.started_by <> r.organisation_id and starter.kind = 'partner', false) as partner_started, v.status as vendor_status,
                      v.expires_at as vendor_expires_at, v.seller_name, v.seller_mail, v.seller_phone
               from referrals r join engagements e using (engagement_id) join organisations o using (organisation_id)
               left join organisations starter on starter.organisation_id = e.started_by
               left join businesses b using (business_id) left join locations l on l.location_id = r.location_id
               left join favourites f on f.referral_id = r.referral_id and f.user_id = ",
    );
    query.push_bind(scope.user.0).push(
        " left join lateral (
              select s.status, s.expires_at, known.*
              from referrals s join organisations vendor on vendor.organisation_id = s.organisation_id and vendor.kind = 'vendor'
              left join lateral (select s.seller_name, s.seller_mail, s.seller_phone where s.status in ('accepted', 'won')) known on true
              where s.engagement_id = r.engagement_id and s.referral_id <> r.referral_id
              order by s.attempt desc limit 1) v on true
          where r.referral_id = ",
    );
    query.push_bind(id.0).push(" and ");
    within(&mut query, scope);
    query.push(") d");
    query.build_query_as().fetch_optional(db).await
}
