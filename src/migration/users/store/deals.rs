//! The deals that a preview counts over: of PSC the eligible ones, and those that are here, by where they are.

use crate::{
    db::Pool,
    ids::{LocationId, OrganisationId},
    migration::users::changes::{Deals, Here, InPsc, OnTeam, WithPerson},
};

/// Deals looked at: of an organisation with more, the counts are "at least".
const LOOKED_AT: i64 = 50_000;

/// What a preview of people with these mails (lower case) counts over: four queries, however many people there are.
pub async fn of(pool: &Pool, organisation: OrganisationId, mails: &[String]) -> sqlx::Result<Deals> {
    let in_psc = sqlx::query_as!(
        InPsc,
        r#"select psc_account_id as "psc_account_id!", location_id as "location: LocationId", count(*) as "deals!" from (
               select psc_account_id, location_id from psc_remaining_deals
               where organisation_id = $1 and import_id = (select current_import_id from psc_settings where organisation_id = $1)
                 and standing = 'eligible' limit $2) few
           group by 1, 2"#,
        organisation as OrganisationId,
        LOOKED_AT
    )
    .fetch_all(pool)
    .await?;
    let with_person = sqlx::query_as!(
        WithPerson,
        r#"with few as materialized (
               select import_id, psc_deal_id, psc_account_id, location_id from psc_remaining_deals
               where organisation_id = $1 and import_id = (select current_import_id from psc_settings where organisation_id = $1)
                 and standing = 'eligible' limit $2),
           named as (
               select f.psc_deal_id, f.psc_account_id, f.location_id, lower(n.mail) as mail, bool_or(n.assigned) as assigned
               from few f join psc_deals d on d.import_id = f.import_id and d.psc_deal_id = f.psc_deal_id
               cross join lateral (
                   select t.mail, false as assigned from unnest(d.team_mails) as t (mail) union all select d.assigned_seller, true) n
               where lower(n.mail) = any($3)
               group by 1, 2, 3, 4)
           select mail as "mail!", psc_account_id as "psc_account_id!", location_id as "location: LocationId", assigned as "assigned!",
                  count(*) as "deals!"
           from named group by 1, 2, 3, 4"#,
        organisation as OrganisationId,
        LOOKED_AT,
        mails
    )
    .fetch_all(pool)
    .await?;
    let here = sqlx::query_as!(
        Here,
        r#"select location_id as "location: LocationId", count(*) as "deals!" from (
               select location_id from referrals where organisation_id = $1 and kind = 'deal' limit $2) few
           group by 1"#,
        organisation as OrganisationId,
        LOOKED_AT
    )
    .fetch_all(pool)
    .await?;
    let on_team = sqlx::query_as!(
        OnTeam,
        r#"select lower(t.mail) as "mail!", r.location_id as "location: LocationId", count(distinct r.referral_id) as "deals!"
           from referral_team t join referrals r using (referral_id)
           where lower(t.mail) = any($2) and r.organisation_id = $1 and r.kind = 'deal' group by 1, 2"#,
        organisation as OrganisationId,
        mails
    )
    .fetch_all(pool)
    .await?;
    let partial = in_psc.iter().map(|group| group.deals).sum::<i64>() == LOOKED_AT
        || here.iter().map(|group| group.deals).sum::<i64>() == LOOKED_AT;
    Ok(Deals { in_psc, with_person, here, on_team, partial })
}
