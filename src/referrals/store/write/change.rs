//! Changes of what stands there.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::standing::{Seller, Standing};
use crate::{
    db::Tx,
    ids::{BusinessId, EngagementId, OrganisationId, ReferralId, UserId},
    referrals::{
        command::{ChosenSolution, Customer, Details, Person, Request},
        kind::{DealType, Help},
        missing::{Facts, Missing},
        status::Status,
        store::refresh,
    },
};

/// A step of the life cycle.
pub struct Move<'a> {
    pub to: Status,
    pub at: DateTime<Utc>,
    /// `None`: as it is.
    pub stage: Option<i16>,
    pub reason: Option<i16>,
    pub note: &'a str,
}

/// Moves a referral if it still stands where it was seen. `false`: somebody was faster.
pub async fn status(tx: &mut Tx<'_>, seen: &Standing, to: &Move<'_>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update referrals set status = $4, status_at = $5, updated_at = $5, stage = coalesce($6, stage), reason = $7, reason_note = $8,
                version = version + 1
         where referral_id = $1 and version = $2 and status = $3",
        seen.id as ReferralId,
        seen.version,
        seen.status as Status,
        to.to as Status,
        to.at,
        to.stage,
        to.reason,
        to.note.trim()
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets the sales stage. `false`: somebody was faster.
pub async fn stage(tx: &mut Tx<'_>, seen: &Standing, to: i16, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update referrals set stage = $4, updated_at = $5, version = version + 1
         where referral_id = $1 and version = $2 and status = $3",
        seen.id as ReferralId,
        seen.version,
        seen.status as Status,
        to,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A referral's own facts. `false`: somebody was faster.
pub async fn details(tx: &mut Tx<'_>, seen: &Standing, version: i32, to: &Details, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update referrals set name = $3, value = $4, currency = $5, close_date = $6, crm_id = $7, campaign_id = $8, notes = $9,
                updated_at = $10, version = version + 1
         where referral_id = $1 and version = $2",
        seen.id as ReferralId,
        version,
        to.name.trim(),
        to.value as Option<Decimal>,
        to.currency,
        to.close_date as Option<NaiveDate>,
        to.crm_id.trim(),
        to.campaign_id.trim(),
        to.notes.trim(),
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Waits for whoever changes an organisation's referral; what is read of it behind this stays so until the end of the transaction.
pub async fn hold(tx: &mut Tx<'_>, organisation: OrganisationId, id: ReferralId) -> sqlx::Result<()> {
    sqlx::query!(
        "select from referrals where referral_id = $1 and organisation_id = $2 for no key update",
        id as ReferralId,
        organisation as OrganisationId
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes a change of what belongs to a referral. `false`: somebody was faster.
pub async fn touch(tx: &mut Tx<'_>, seen: &Standing, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update referrals set updated_at = $4, version = version + 1 where referral_id = $1 and version = $2 and status = $3",
        seen.id as ReferralId,
        seen.version,
        seen.status as Status,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a team in the place of the one that was there; after [`touch`].
pub async fn team(tx: &mut Tx<'_>, referral: ReferralId, team: &[Person]) -> sqlx::Result<()> {
    let part = |part: fn(&Person) -> &String| team.iter().map(|member| part(member).trim().to_owned()).collect::<Vec<_>>();
    sqlx::query!("delete from referral_team where referral_id = $1", referral as ReferralId)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "insert into referral_team (referral_id, position, first_name, last_name, phone, mail)
         select $1, position, first_name, last_name, phone, mail
         from unnest($2::text[], $3::text[], $4::text[], $5::text[])
             with ordinality as m (first_name, last_name, phone, mail, position)",
        referral as ReferralId,
        &part(|p| &p.first_name),
        &part(|p| &p.last_name),
        &part(|p| &p.phone),
        &part(|p| &p.mail)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes a change of what an engagement's organisations share. `false`: somebody was faster.
pub async fn bump_engagement(tx: &mut Tx<'_>, seen: &Standing) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update engagements set version = version + 1 where engagement_id = $1 and version = $2",
        seen.engagement as EngagementId,
        seen.engagement_version
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Customer and contact; after [`bump_engagement`].
pub async fn customer(tx: &mut Tx<'_>, engagement: EngagementId, to: &Customer, contact: &Person) -> sqlx::Result<()> {
    sqlx::query!(
        "update engagements set business_id = $2, customer_name = $3, customer_line1 = $4, customer_line2 = $5, customer_city = $6,
                customer_state = $7, customer_postal_code = $8, customer_country = $9, contact_first_name = $10, contact_last_name = $11,
                contact_phone = $12, contact_mail = $13
         where engagement_id = $1",
        engagement as EngagementId,
        to.business as Option<BusinessId>,
        to.name.trim(),
        to.line1.trim(),
        to.line2.trim(),
        to.city.trim(),
        to.state.trim(),
        to.postal_code.trim(),
        to.country,
        contact.first_name.trim(),
        contact.last_name.trim(),
        contact.phone.trim(),
        contact.mail.trim()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Brings the copies of the customer's name, city and country up to date, in every referral of an engagement that is not over.
pub async fn customer_names(tx: &mut Tx<'_>, engagement: EngagementId) -> sqlx::Result<()> {
    sqlx::query!(
        "update referrals r set customer_name = e.customer_name, customer_city = e.customer_city, customer_country = e.customer_country
         from engagements e
         where e.engagement_id = $1 and r.engagement_id = $1
             and (r.customer_name, r.customer_city, r.customer_country) <> (e.customer_name, e.customer_city, e.customer_country)
             and r.status in ('pending', 'received', 'accepted')",
        engagement as EngagementId
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts solutions in the place of those that were there; after [`bump_engagement`].
pub async fn solutions(tx: &mut Tx<'_>, engagement: EngagementId, solutions: &[ChosenSolution]) -> sqlx::Result<()> {
    let ids: Vec<String> = solutions.iter().map(|solution| solution.id.clone()).collect();
    let quantities: Vec<Option<Decimal>> = solutions.iter().map(|solution| solution.quantity).collect();
    let prices: Vec<Option<Decimal>> = solutions.iter().map(|solution| solution.price).collect();
    sqlx::query!("delete from engagement_solutions where engagement_id = $1", engagement as EngagementId)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "insert into engagement_solutions (engagement_id, position, solution_id, quantity, price)
         select $1, position, id, quantity, price from unnest($2::text[], $3::numeric[], $4::numeric[])
             with ordinality as s (id, quantity, price, position)",
        engagement as EngagementId,
        &ids,
        &quantities as &[Option<Decimal>],
        &prices as &[Option<Decimal>]
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A wider type; with a request, what Microsoft is asked for; after [`bump_engagement`].
pub async fn help(
    tx: &mut Tx<'_>,
    engagement: EngagementId,
    to: DealType,
    request: Option<&Request>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update engagements set deal_type = $2 where engagement_id = $1",
        engagement as EngagementId,
        to as DealType
    )
    .execute(&mut **tx)
    .await?;
    if let Some(request) = request {
        let help: Vec<String> = request.help.iter().copied().map(Help::code).map(str::to_owned).collect();
        sqlx::query!(
            "update engagements set help = $2, vendor_notes = $3, consent_at = $4, contact_first_name = $5, contact_last_name = $6,
                    contact_phone = $7, contact_mail = $8
             where engagement_id = $1",
            engagement as EngagementId,
            &help,
            request.notes.trim(),
            at,
            request.contact.first_name.trim(),
            request.contact.last_name.trim(),
            request.contact.phone.trim(),
            request.contact.mail.trim()
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Gives the vendor's side to a seller. `false`: somebody was faster.
pub async fn seller(tx: &mut Tx<'_>, seen: &Standing, to: &Seller, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update referrals set seller_id = $4, seller_name = $5, seller_mail = $6, seller_phone = $7, updated_at = $8, version = version + 1
         where referral_id = $1 and version = $2 and seller_id is not distinct from $3",
        seen.id as ReferralId,
        seen.version,
        seen.seller as Option<UserId>,
        to.user as UserId,
        to.name,
        to.mail,
        to.phone,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Works out anew what each partner's referral of an engagement lacks, and what lists filter by; at the end of every change.
pub async fn missing(tx: &mut Tx<'_>, engagement: EngagementId) -> sqlx::Result<()> {
    let rows = sqlx::query!(
        r#"select r.referral_id as "id: ReferralId", r.missing, e.deal_type as "deal_type: DealType", e.customer_name, e.customer_line1,
                  e.customer_city, e.customer_country, e.contact_first_name, e.contact_last_name, e.contact_phone, e.contact_mail,
                  r.name, r.value is not null and r.currency is not null as "value!", r.close_date is not null as "close_date!",
                  exists (select from engagement_solutions s where s.engagement_id = e.engagement_id) as "solutions!",
                  exists (select from referral_team t where t.referral_id = r.referral_id and t.first_name <> '' and t.last_name <> ''
                              and t.phone <> '' and t.mail <> '') as "team!"
           from referrals r join engagements e using (engagement_id) join organisations o on o.organisation_id = r.organisation_id
           where r.engagement_id = $1 and o.kind = 'partner' and r.status in ('pending', 'received', 'accepted')"#,
        engagement as EngagementId
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        let contact = [&row.contact_first_name, &row.contact_last_name, &row.contact_phone, &row.contact_mail];
        let customer = [&row.customer_name, &row.customer_line1, &row.customer_city, &row.customer_country];
        let facts = Facts {
            customer: customer.into_iter().all(|text| !text.is_empty()),
            contact: contact.into_iter().all(|text| !text.is_empty()),
            solution: row.solutions,
            team: row.team,
            value: row.value,
            close_date: row.close_date,
            name: !row.name.is_empty(),
        };
        let missing = Missing::of(row.deal_type, facts);
        if missing != Missing(row.missing) {
            sqlx::query!("update referrals set missing = $2 where referral_id = $1", row.id as ReferralId, missing.0)
                .execute(&mut **tx)
                .await?;
        }
    }
    refresh(tx, engagement).await
}
