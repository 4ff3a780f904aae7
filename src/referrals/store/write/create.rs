//! New engagements and referrals.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::standing::Seller;
use crate::{
    db::Tx,
    ids::{BusinessId, EngagementId, LocationId, OrganisationId, ReferralId, UserId},
    referrals::{
        command::{Customer, Details, Person},
        kind::{DealType, Direction, Help, Qualification},
        status::Status,
    },
};

pub struct NewEngagement<'a> {
    pub id: EngagementId,
    pub deal_type: DealType,
    pub started_by: OrganisationId,
    pub customer: &'a Customer,
    pub contact: &'a Person,
    pub help: &'a [Help],
    pub vendor_notes: &'a str,
    pub consent_at: Option<DateTime<Utc>>,
    pub qualification: Option<Qualification>,
    pub contact_wanted_until: Option<DateTime<Utc>>,
    pub at: DateTime<Utc>,
}

pub async fn engagement(tx: &mut Tx<'_>, new: &NewEngagement<'_>) -> sqlx::Result<()> {
    let help: Vec<String> = new.help.iter().copied().map(Help::code).map(str::to_owned).collect();
    sqlx::query!(
        "insert into engagements (engagement_id, deal_type, started_by, business_id, customer_name, customer_line1, customer_line2,
             customer_city, customer_state, customer_postal_code, customer_country, contact_first_name, contact_last_name, contact_phone,
             contact_mail, help, vendor_notes, consent_at, qualification, contact_wanted_until, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        new.id as EngagementId,
        new.deal_type as DealType,
        new.started_by as OrganisationId,
        new.customer.business as Option<BusinessId>,
        new.customer.name.trim(),
        new.customer.line1.trim(),
        new.customer.line2.trim(),
        new.customer.city.trim(),
        new.customer.state.trim(),
        new.customer.postal_code.trim(),
        new.customer.country,
        new.contact.first_name.trim(),
        new.contact.last_name.trim(),
        new.contact.phone.trim(),
        new.contact.mail.trim(),
        &help,
        new.vendor_notes.trim(),
        new.consent_at,
        new.qualification as Option<Qualification>,
        new.contact_wanted_until,
        new.at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub struct NewReferral<'a> {
    pub id: ReferralId,
    pub engagement: EngagementId,
    pub organisation: OrganisationId,
    pub deal_id: Option<String>,
    pub lead: bool,
    pub direction: Direction,
    pub attempt: i16,
    pub location: Option<LocationId>,
    pub status: Status,
    pub stage: Option<i16>,
    pub details: &'a Details,
    pub customer_name: &'a str,
    /// When it came, and until when it must be answered; `None`: its owner made it.
    pub sent: Option<(DateTime<Utc>, DateTime<Utc>)>,
    pub seller: Option<Seller>,
    pub at: DateTime<Utc>,
}

/// A partner's deal ID. 50 random bits in letters and digits that cannot be taken for each other; unique by constraint.
pub fn deal_id(referral: ReferralId) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = referral.0.as_u128();
    let text = (0..10).map(|n| LETTERS.get(((bits >> (n * 5)) & 31) as usize).copied().map_or('0', char::from));
    std::iter::once('D').chain(std::iter::once('-')).chain(text).collect()
}

/// `false`: the organisation has such a referral already (constraint `referrals_once`): somebody was faster.
pub async fn referral(tx: &mut Tx<'_>, new: &NewReferral<'_>) -> sqlx::Result<bool> {
    let seller = new.seller.as_ref();
    let done = sqlx::query!(
        "insert into referrals (referral_id, engagement_id, organisation_id, deal_id, kind, direction, attempt, name, customer_name,
             location_id, status, status_at, stage, value, currency, close_date, crm_id, campaign_id, notes, sent_at, expires_at,
             seller_id, seller_name, seller_mail, seller_phone, created_at, updated_at, customer_country, customer_city)
         select $1, engagement_id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
             $12, $12, customer_country, customer_city
         from engagements where engagement_id = $2
         on conflict on constraint referrals_once do nothing",
        new.id as ReferralId,
        new.engagement as EngagementId,
        new.organisation as OrganisationId,
        new.deal_id,
        if new.lead { "lead" } else { "deal" },
        new.direction as Direction,
        new.attempt,
        new.details.name.trim(),
        new.customer_name.trim(),
        new.location as Option<LocationId>,
        new.status as Status,
        new.at,
        new.stage,
        new.details.value as Option<Decimal>,
        new.details.currency,
        new.details.close_date as Option<NaiveDate>,
        new.details.crm_id.trim(),
        new.details.campaign_id.trim(),
        new.details.notes.trim(),
        new.sent.map(|(sent, _)| sent),
        new.sent.map(|(_, expires)| expires),
        seller.map(|seller| seller.user) as Option<UserId>,
        seller.map_or("", |seller| &seller.name),
        seller.map_or("", |seller| &seller.mail),
        seller.map_or("", |seller| &seller.phone)
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
