//! One request with what its partners share.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::types::Uuid;

use crate::{
    auth::Scope,
    db::Pool,
    ids::{EngagementId, OrganisationId, ReferralId, UserId},
    referrals::{
        history::Entry,
        kind::{DealType, Direction},
        status::Status,
    },
};

/// What an engagement shares with the vendor.
#[derive(Clone, Debug)]
pub struct Request {
    pub engagement: EngagementId,
    pub deal_type: DealType,
    pub version: i32,
    pub customer_name: String,
    pub customer_line1: String,
    pub customer_line2: String,
    pub customer_city: String,
    pub customer_state: String,
    pub customer_postal_code: String,
    pub customer_country: String,
    pub duns: Option<String>,
    /// Empty unless the customer agreed that it is shared, or a seller typed it.
    pub contact_first_name: String,
    pub contact_last_name: String,
    pub contact_phone: String,
    pub contact_mail: String,
    /// Codes of `kind::Help`.
    pub help: Vec<String>,
    pub vendor_notes: String,
    pub created_at: DateTime<Utc>,
}

/// The vendor's own referral.
#[derive(Clone, Debug)]
pub struct Side {
    pub id: ReferralId,
    pub engagement: EngagementId,
    pub version: i32,
    pub direction: Direction,
    pub status: Status,
    pub stage: Option<i16>,
    pub name: String,
    pub value: Option<Decimal>,
    pub currency: Option<String>,
    pub close_date: Option<NaiveDate>,
    pub crm_id: String,
    pub notes: String,
    pub expires_at: Option<DateTime<Utc>>,
    pub sent_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub reason: Option<i16>,
    pub reason_note: String,
    pub seller: Option<UserId>,
    /// Also of a person of PSC's, who has no account here.
    pub seller_name: String,
    pub seller_mail: String,
}

/// A partner of the engagement, and how its own side stands. Its notes, IDs and reasons are its own.
#[derive(Clone, Debug)]
pub struct Party {
    pub referral: Uuid,
    pub name: String,
    pub mpn_id: String,
    pub country: String,
    pub deal_name: String,
    pub value: Option<Decimal>,
    pub currency: Option<String>,
    pub close_date: Option<NaiveDate>,
    pub status: Status,
    pub stage: Option<i16>,
    pub expires_at: Option<DateTime<Utc>>,
    /// First names, last names and mails of the team, in its order.
    pub first_names: Vec<String>,
    pub last_names: Vec<String>,
    pub mails: Vec<String>,
}

/// A solution of the deal.
#[derive(Clone, Debug)]
pub struct Solution {
    pub id: String,
    pub name: Option<String>,
    pub offered_by: Option<String>,
    pub quantity: Option<Decimal>,
    pub price: Option<Decimal>,
}

macro_rules! requests {
    ($condition:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            Request,
            r#"select e.engagement_id as "engagement: EngagementId", e.deal_type as "deal_type: DealType", e.version, e.customer_name,
                      e.customer_line1, e.customer_line2, e.customer_city, e.customer_state, e.customer_postal_code, e.customer_country,
                      b.duns as "duns?",
                      case when shared.yes then e.contact_first_name else '' end as "contact_first_name!",
                      case when shared.yes then e.contact_last_name else '' end as "contact_last_name!",
                      case when shared.yes then e.contact_phone else '' end as "contact_phone!",
                      case when shared.yes then e.contact_mail else '' end as "contact_mail!",
                      e.help, e.vendor_notes, e.created_at
               from engagements e left join businesses b using (business_id)
               cross join lateral (select e.consent_at is not null or e.started_by = $1 as yes) shared
               where exists (select from organisations v where v.organisation_id = $1 and v.kind = 'vendor') and "# + $condition,
            $($argument),*
        )
    };
}

/// The vendor's own referral, and what its engagement shares. `None`: there is none in the vendor's name.
pub async fn request(pool: &Pool, scope: &Scope, id: ReferralId) -> sqlx::Result<Option<(Side, Request)>> {
    let side = sqlx::query_as!(
        Side,
        r#"select r.referral_id as "id: ReferralId", r.engagement_id as "engagement: EngagementId", r.version,
                  r.direction as "direction: Direction", r.status as "status: Status", r.stage, r.name, r.value, r.currency, r.close_date,
                  r.crm_id, r.notes, r.expires_at, r.sent_at, r.created_at, r.reason, r.reason_note, r.seller_id as "seller: UserId",
                  r.seller_name, r.seller_mail
           from referrals r where r.organisation_id = $1 and r.referral_id = $2"#,
        scope.organisation as OrganisationId,
        id as ReferralId
    )
    .fetch_optional(pool)
    .await?;
    let Some(side) = side else { return Ok(None) };
    let request = requests!(
        "e.engagement_id = $2 and exists (select from referrals r where r.engagement_id = $2 and r.organisation_id = $1)",
        scope.organisation as OrganisationId,
        side.engagement as EngagementId
    )
    .fetch_optional(pool)
    .await?;
    Ok(request.map(|request| (side, request)))
}

/// A partner-led deal: Microsoft's sellers see it, and nobody of them acts.
pub async fn partner_led(pool: &Pool, scope: &Scope, id: EngagementId) -> sqlx::Result<Option<Request>> {
    requests!(
        "e.engagement_id = $2 and e.deal_type = 'partner-led'",
        scope.organisation as OrganisationId,
        id as EngagementId
    )
    .fetch_optional(pool)
    .await
}

/// The partners of an engagement that the vendor was found to see, who started it first.
pub async fn parties(pool: &Pool, scope: &Scope, request: &Request) -> sqlx::Result<Vec<Party>> {
    sqlx::query_as!(
        Party,
        r#"select r.referral_id as referral, o.legal_name as name, coalesce(l.mpn_id, o.mpn_id, '') as "mpn_id!", o.country,
                  r.name as deal_name, r.value, r.currency, r.close_date, r.status as "status: Status", r.stage, r.expires_at,
                  array(select t.first_name from referral_team t where t.referral_id = r.referral_id order by position) as "first_names!",
                  array(select t.last_name from referral_team t where t.referral_id = r.referral_id order by position) as "last_names!",
                  array(select t.mail from referral_team t where t.referral_id = r.referral_id order by position) as "mails!"
           from referrals r join organisations o using (organisation_id) join engagements e using (engagement_id)
           left join locations l on l.location_id = r.location_id
           where r.engagement_id = $2 and o.kind = 'partner'
             and (e.deal_type = 'partner-led'
                  or exists (select from referrals v where v.engagement_id = $2 and v.organisation_id = $1))
           order by (r.organisation_id = e.started_by) desc nulls last, r.created_at, r.referral_id"#,
        scope.organisation as OrganisationId,
        request.engagement as EngagementId
    )
    .fetch_all(pool)
    .await
}

/// The solutions of such an engagement, in their order.
pub async fn solutions(pool: &Pool, scope: &Scope, request: &Request) -> sqlx::Result<Vec<Solution>> {
    sqlx::query_as!(
        Solution,
        r#"select es.solution_id as id, s.name as "name?", o.legal_name as "offered_by?", es.quantity, es.price
           from engagement_solutions es join engagements e using (engagement_id)
           left join solutions s using (solution_id) left join organisations o using (organisation_id)
           where es.engagement_id = $2
             and (e.deal_type = 'partner-led'
                  or exists (select from referrals v where v.engagement_id = $2 and v.organisation_id = $1))
           order by es.position"#,
        scope.organisation as OrganisationId,
        request.engagement as EngagementId
    )
    .fetch_all(pool)
    .await
}

/// What happened, newest first, at most a hundred entries: the vendor's own with the person, and what the partners share, without.
/// Of partner-led deals nothing: they share what they are, not how they came there. Notes from before the vendor was asked stay
/// between those who were there.
pub async fn history(pool: &Pool, scope: &Scope, request: &Request) -> sqlx::Result<Vec<(Entry, String)>> {
    let rows = sqlx::query!(
        r#"select h.event, h.at, case when h.organisation_id = $1 then u.display_name end as by, h.detail, o.legal_name
           from referral_history h join organisations o using (organisation_id) left join users u using (user_id)
           cross join lateral (select min(coalesce(v.sent_at, v.created_at)) as at from referrals v
                               where v.engagement_id = $2 and v.organisation_id = $1) since
           where h.engagement_id = $2 and since.at is not null
             and (h.organisation_id = $1 or (h.shared and (h.event <> 'note' or h.at >= since.at)))
           order by h.history_id desc limit 100"#,
        scope.organisation as OrganisationId,
        request.engagement as EngagementId
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (Entry { event: row.event, at: row.at, by: row.by, detail: row.detail }, row.legal_name))
        .collect())
}
