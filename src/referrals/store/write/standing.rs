//! What a change needs to know before it is made. Every read is in the actor's scope.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::QueryBuilder;

use crate::{
    auth::Scope,
    db::Tx,
    ids::{EngagementId, LocationId, OrganisationId, ReferralId, UserId},
    referrals::{
        command::{Details, Person, Seen},
        kind::{DealType, Direction, Widening},
        missing::Missing,
        service::{ActError, By},
        status::{Action, Status},
        store::scope::within,
    },
};

/// A referral and its engagement, as a change finds them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Standing {
    pub id: ReferralId,
    pub engagement: EngagementId,
    pub organisation: OrganisationId,
    /// The organisation is Microsoft.
    pub vendor: bool,
    pub location: Option<LocationId>,
    pub direction: Direction,
    pub status: Status,
    pub stage: Option<i16>,
    pub deal_type: DealType,
    pub version: i32,
    pub engagement_version: i32,
    pub missing: i32,
    pub name: String,
    pub sent_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub seller: Option<UserId>,
    /// Whose engagement it is; `None`: it came over from PSC.
    pub started_by: Option<OrganisationId>,
    /// Another partner started it, and invited this one.
    pub partner_started: bool,
    pub customer_name: String,
    pub customer_country: String,
}

/// `None`: there is no such referral in scope.
pub async fn standing(tx: &mut Tx<'_>, scope: &Scope, id: ReferralId) -> sqlx::Result<Option<Standing>> {
    let mut query = QueryBuilder::new(
        "select r.referral_id as id, r.engagement_id as engagement, r.organisation_id as organisation, o.kind = 'vendor' as vendor,
                r.location_id as location, r.direction, r.status, r.stage, e.deal_type, r.version, e.version as engagement_version,
                r.missing, r.name, r.sent_at, r.created_at, r.expires_at, r.seller_id as seller, e.started_by,
                coalesce(e.started_by <> r.organisation_id and starter.kind = 'partner', false) as partner_started, e.customer_name,
                e.customer_country
         from referrals r join engagements e using (engagement_id) join organisations o on o.organisation_id = r.organisation_id
         left join organisations starter on starter.organisation_id = e.started_by
         where r.referral_id = ",
    );
    query.push_bind(id.0).push(" and ");
    within(&mut query, scope);
    query.build_query_as().fetch_optional(&mut **tx).await
}

impl Standing {
    /// Whether this person may change it, and it still is what they saw.
    pub fn may_act(&self, by: &By<'_>, seen: Option<Seen>) -> Result<(), ActError> {
        if self.vendor && self.seller != Some(by.actor.user) {
            return Err(ActError::Forbidden("refusal-not-your-request"));
        }
        if self.status.is_terminal() {
            return Err(ActError::Over);
        }
        if seen.is_some_and(|seen| seen.referral != self.version) {
            return Err(ActError::Changed);
        }
        Ok(())
    }

    /// Another partner started the engagement: what it shares is that one's.
    const fn invited(&self) -> bool {
        !self.vendor && self.partner_started
    }

    /// Whether what its organisations share is this organisation's to change, and still is what they saw. An invited partner changes
    /// only its own referral.
    pub fn may_share(&self, by: &By<'_>, seen: Option<Seen>) -> Result<(), ActError> {
        self.may_act(by, seen)?;
        if self.vendor || self.invited() {
            return Err(ActError::Forbidden("refusal-not-your-engagement"));
        }
        if seen.is_some_and(|seen| seen.engagement != self.engagement_version) {
            return Err(ActError::Changed);
        }
        self.is_worked_on()
    }

    /// What the type becomes. Only who started the engagement may widen it; one that came over from PSC belongs to the partner, but
    /// an inbound deal may not invite more partners.
    pub fn widened(&self, by: Widening) -> Result<DealType, ActError> {
        let own = match self.started_by {
            Some(starter) => starter == self.organisation,
            None => by != Widening::InvitePartner || self.direction == Direction::Outbound,
        };
        if self.vendor || !own {
            return Err(ActError::Forbidden("refusal-not-your-engagement"));
        }
        self.deal_type.widen(by).ok_or(ActError::Refused("refused-type"))
    }

    /// Answered, and not over.
    pub fn is_worked_on(&self) -> Result<(), ActError> {
        if self.status == Status::Accepted { Ok(()) } else { Err(ActError::Refused("refused-answer-first")) }
    }

    /// Where an action leads, by the table, the deadline and the missing details.
    pub fn step(&self, action: Action, now: DateTime<Utc>) -> Result<Status, ActError> {
        let to = self.status.step(action).ok_or(ActError::Refused("refused-step"))?;
        if action.answers() && self.expires_at.is_some_and(|deadline| deadline <= now) {
            return Err(ActError::Late);
        }
        let missing = Missing(self.missing);
        if action.needs_details() && self.status == Status::Accepted && !self.vendor && !missing.is_empty() {
            return Err(ActError::Incomplete(missing));
        }
        Ok(to)
    }

    /// Whole days from when it was sent.
    pub fn waited_days(&self, now: DateTime<Utc>) -> i64 {
        let since = self.sent_at.unwrap_or(self.created_at);
        (now - since).max(TimeDelta::zero()).num_days()
    }
}

/// An organisation's newest referral in an engagement.
#[derive(Clone, Debug)]
pub struct Latest {
    pub id: ReferralId,
    pub status: Status,
    pub attempt: i16,
}

/// Of an engagement that [`standing`] found in scope.
pub async fn latest_of(tx: &mut Tx<'_>, engagement: EngagementId, organisation: OrganisationId) -> sqlx::Result<Option<Latest>> {
    sqlx::query_as!(
        Latest,
        r#"select referral_id as "id: ReferralId", status as "status: Status", attempt from referrals
           where engagement_id = $1 and organisation_id = $2 order by attempt desc limit 1"#,
        engagement as EngagementId,
        organisation as OrganisationId
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The vendor. There is one.
pub async fn vendor(tx: &mut Tx<'_>) -> sqlx::Result<Option<OrganisationId>> {
    sqlx::query_scalar!(
        r#"select organisation_id as "id: OrganisationId" from organisations where kind = 'vendor' order by created_at limit 1"#
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Somebody who answers requests.
#[derive(Clone, Debug)]
pub struct Seller {
    pub user: UserId,
    pub name: String,
    pub mail: String,
    pub phone: String,
}

/// Of the sellers of a country, one with the least to do; `None`: nobody has that country.
pub async fn least_loaded_seller(tx: &mut Tx<'_>, vendor: OrganisationId, country: &str) -> sqlx::Result<Option<Seller>> {
    sqlx::query_as!(
        Seller,
        r#"select u.user_id as "user: UserId", u.display_name as name, u.mail, u.phone
           from seller_countries c join users u using (user_id)
           where c.country = $2 and u.organisation_id = $1 and u.disabled_at is null
             and exists (select from role_assignments a where a.user_id = u.user_id and a.role = 'seller')
           order by (select count(*) from referrals r
                     where r.seller_id = u.user_id and r.status in ('pending', 'received', 'accepted')), u.user_id
           limit 1"#,
        vendor as OrganisationId,
        country
    )
    .fetch_optional(&mut **tx)
    .await
}

/// A seller of the vendor who can take work.
pub async fn seller_of(tx: &mut Tx<'_>, vendor: OrganisationId, user: UserId) -> sqlx::Result<Option<Seller>> {
    sqlx::query_as!(
        Seller,
        r#"select user_id as "user: UserId", display_name as name, mail, phone from users u
           where organisation_id = $1 and user_id = $2 and disabled_at is null
             and exists (select from role_assignments a where a.user_id = u.user_id and a.role = 'seller')"#,
        vendor as OrganisationId,
        user as UserId
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The team of a referral that [`standing`] found in scope.
pub async fn members(tx: &mut Tx<'_>, standing: &Standing) -> sqlx::Result<Vec<Person>> {
    sqlx::query_as!(
        Person,
        "select first_name, last_name, phone, mail from referral_team where referral_id = $1 order by position",
        standing.id as ReferralId
    )
    .fetch_all(&mut **tx)
    .await
}

/// Puts one more member behind the others; `false`: somebody with this mail is on the team, or somebody else was faster.
pub async fn add_member(tx: &mut Tx<'_>, standing: &Standing, member: &Person) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into referral_team (referral_id, position, first_name, last_name, phone, mail)
         select $1, coalesce((select max(position) from referral_team where referral_id = $1), 0) + 1, $2, $3, $4, $5
         where not exists (select from referral_team where referral_id = $1 and lower(mail) = lower($5))
         on conflict do nothing",
        standing.id as ReferralId,
        member.first_name.trim(),
        member.last_name.trim(),
        member.phone.trim(),
        member.mail.trim()
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A referral's own facts, as they stand.
pub async fn details_of(tx: &mut Tx<'_>, standing: &Standing) -> sqlx::Result<Details> {
    sqlx::query_as!(
        Details,
        "select name, value, currency, close_date, crm_id, campaign_id, notes from referrals where referral_id = $1",
        standing.id as ReferralId
    )
    .fetch_one(&mut **tx)
    .await
}

/// The solutions' IDs, in their order.
pub async fn solution_ids(tx: &mut Tx<'_>, engagement: EngagementId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select solution_id from engagement_solutions where engagement_id = $1 order by position",
        engagement as EngagementId
    )
    .fetch_all(&mut **tx)
    .await
}
