//! One slice: a window of PSC deals becomes engagements, referrals, teams, solutions, history and outcomes, set by set.
//!
//! Every statement speaks of the same window, the deals with `from < psc_deal_id <= through`, and of those in it whose outcome
//! row says `migrated`. The fields' way is the table in `docs/architecture.md`.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    db::Tx,
    ids::{ImportId, OrganisationId, RunId, UserId},
};

/// The window of a slice.
pub struct Window {
    pub run: RunId,
    pub organisation: OrganisationId,
    /// The organisation's export that counts: its deals are what the run works.
    pub import: ImportId,
    /// The run's cursor: PSC deal IDs after this one,
    pub from: String,
    /// up to and with this one.
    pub through: String,
    pub rows: i32,
}

/// The next `limit` deals after the cursor; `None` when there are none left.
pub async fn window(
    tx: &mut Tx<'_>,
    run: RunId,
    organisation: OrganisationId,
    import: ImportId,
    from: String,
    limit: i64,
) -> sqlx::Result<Option<Window>> {
    let row = sqlx::query!(
        r#"select max(psc_deal_id) as through, count(*)::integer as "rows!" from (
               select psc_deal_id from psc_deals where import_id = $1 and psc_deal_id > $2 order by psc_deal_id limit $3) w"#,
        import as ImportId,
        from,
        limit
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(row
        .through
        .map(|through| Window { run, organisation, import, from, through, rows: row.rows }))
}

/// The vendor, whose referral a co-sell deal gets.
pub async fn vendor(tx: &mut Tx<'_>) -> sqlx::Result<Option<OrganisationId>> {
    sqlx::query_scalar!(
        r#"select organisation_id as "id: OrganisationId" from organisations where kind = 'vendor' order by created_at limit 1"#
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Adds what stood in PSC to the run's sums, by standing and currency. Before anything is marked.
pub async fn sum_source(tx: &mut Tx<'_>, w: &Window) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into migration_sums (run_id, side, currency, deals, value)
         select $1, 'source:' || standing, coalesce(currency, ''), count(*), coalesce(sum(value), 0) from psc_remaining_deals
         where organisation_id = $2 and import_id = $5 and psc_deal_id > $3 and psc_deal_id <= $4 group by 2, 3
         on conflict (run_id, side, currency)
         do update set deals = migration_sums.deals + excluded.deals, value = migration_sums.value + excluded.value",
        w.run as RunId,
        w.organisation as OrganisationId,
        w.from,
        w.through,
        w.import as ImportId
    )
    .persistent(false)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes the outcome of each deal of the window: of a run for the eligible ones, with the ids they are to get; of a rehearsal
/// for every one. A deal whose ID already stands in Partner Center, or that has no vendor to go to, is an error.
pub async fn decide(
    tx: &mut Tx<'_>,
    w: &Window,
    rehearsal: bool,
    vendor: bool,
    engagements: &[Uuid],
    referrals: &[Uuid],
) -> sqlx::Result<()> {
    sqlx::query!(
        "with deals as (
             select d.psc_deal_id, d.name, d.standing,
                    case when d.standing <> 'eligible' then null
                         when exists (select from referrals t where t.organisation_id = $2 and t.deal_id = d.psc_deal_id) then 'deal-id-taken'
                         when d.co_sell and not $6 then 'no-vendor' end as problem,
                    row_number() over (order by d.psc_deal_id) as n
             from psc_remaining_deals d
             where d.organisation_id = $2 and d.import_id = $9 and d.psc_deal_id > $3 and d.psc_deal_id <= $4
               and (d.standing = 'eligible' or $5))
         insert into migration_outcomes (run_id, psc_deal_id, deal_name, outcome, engagement_id, referral_id, error)
         select $1, d.psc_deal_id, d.name,
                case when d.standing <> 'eligible' then d.standing when d.problem is not null then 'error'
                     when $5 then 'would-migrate' else 'migrated' end,
                case when d.standing = 'eligible' and d.problem is null and not $5 then ($7::uuid[])[d.n] end,
                case when d.standing = 'eligible' and d.problem is null and not $5 then ($8::uuid[])[d.n] end, d.problem
         from deals d",
        w.run as RunId,
        w.organisation as OrganisationId,
        w.from,
        w.through,
        rehearsal,
        vendor,
        engagements,
        referrals,
        w.import as ImportId
    )
    .persistent(false)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Customer and contact. The customer is matched with the business directory when exactly one entry has its name and address.
pub async fn engagements(tx: &mut Tx<'_>, w: &Window) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into engagements (engagement_id, deal_type, business_id, customer_name, customer_line1, customer_line2, customer_city,
             customer_state, customer_postal_code, customer_country, contact_first_name, contact_last_name, contact_phone, contact_mail,
             created_at)
         select o.engagement_id, case when d.co_sell then 'co-sell' else 'partner-led' end, b.business_id, d.customer_name,
                d.customer_line1, d.customer_line2, d.customer_city, d.customer_state, d.customer_postal_code, d.customer_country,
                d.contact_first_name, d.contact_last_name, d.contact_phone, d.contact_mail, d.created_at
         from migration_outcomes o
         join psc_deals d on d.import_id = $2 and d.psc_deal_id = o.psc_deal_id
         left join lateral (select (array_agg(business_id))[1] as business_id from businesses
                            where match_key = d.customer_match_key and d.customer_match_key <> '' having count(*) = 1) b on true
         where o.run_id = $1 and o.psc_deal_id > $3 and o.psc_deal_id <= $4 and o.outcome = 'migrated'",
        w.run as RunId,
        w.import as ImportId,
        w.from,
        w.through
    )
    .persistent(false)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The partner's referrals: accepted, as the open PSC deal was being worked on.
pub async fn partner_referrals(tx: &mut Tx<'_>, w: &Window, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into referrals (referral_id, engagement_id, organisation_id, deal_id, direction, name, customer_name, customer_city,
             customer_country, location_id, status, status_at, stage, value, currency, close_date, solution_close_date, crm_id, campaign_id, notes,
             missing, facets, created_at, updated_at, migrated_at)
         select o.referral_id, o.engagement_id, $2, d.psc_deal_id, case when d.inbound then 'inbound' else 'outbound' end, d.name,
                d.customer_name, d.customer_city, d.customer_country, l.location_id, 'accepted', $5, d.stage, d.value, d.currency, d.close_date,
                d.solution_close_date, d.crm_id, d.campaign_id, d.notes, d.missing,
                deal_facets(case when d.co_sell then 'co-sell' else 'partner-led' end, d.customer_country, '{}', d.solution_ids,
                    d.team_mails || d.assigned_seller), d.created_at, coalesce(d.modified_at, d.created_at), $5
         from migration_outcomes o
         join psc_export_deals d on d.import_id = $6 and d.psc_deal_id = o.psc_deal_id
         left join locations l on l.organisation_id = $2 and l.mpn_id = d.mpn_id
         where o.run_id = $1 and o.psc_deal_id > $3 and o.psc_deal_id <= $4 and o.outcome = 'migrated'",
        w.run as RunId,
        w.organisation as OrganisationId,
        w.from,
        w.through,
        at,
        w.import as ImportId
    )
    .persistent(false)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Microsoft's referrals of co-sell deals: accepted with PSC's seller, else pending with a deadline from now.
pub async fn vendor_referrals(
    tx: &mut Tx<'_>,
    w: &Window,
    vendor: OrganisationId,
    ids: &[Uuid],
    at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with deals as (
             select o.engagement_id as engagement, d.*, d.microsoft_name <> '' or d.microsoft_mail <> '' as known,
                    row_number() over (order by d.psc_deal_id) as n
             from migration_outcomes o
             join psc_deals d on d.import_id = $2 and d.psc_deal_id = o.psc_deal_id
             where o.run_id = $1 and o.psc_deal_id > $3 and o.psc_deal_id <= $4 and o.outcome = 'migrated' and d.co_sell)
         insert into referrals (referral_id, engagement_id, organisation_id, direction, name, customer_name, customer_city, customer_country,
             status, status_at, value, currency, close_date, seller_name, seller_mail, seller_phone, expires_at, facets, created_at,
             updated_at, migrated_at)
         select ($6::uuid[])[d.n], d.engagement, $5, case when d.inbound then 'outbound' else 'inbound' end, d.name, d.customer_name,
                d.customer_city, d.customer_country, case when d.known then 'accepted' else 'pending' end, $7, d.value, d.currency, d.close_date, d.microsoft_name,
                d.microsoft_mail, d.microsoft_phone, case when not d.known then $8::timestamptz end,
                deal_facets('co-sell', d.customer_country, '{}', d.solution_ids, '{}'), d.created_at,
                coalesce(d.modified_at, d.created_at), $7
         from deals d",
        w.run as RunId,
        w.import as ImportId,
        w.from,
        w.through,
        vendor as OrganisationId,
        ids,
        at,
        expires_at
    )
    .persistent(false)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn solutions(tx: &mut Tx<'_>, w: &Window) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into engagement_solutions (engagement_id, position, solution_id, quantity, price)
         select o.engagement_id, s.position, s.solution_id, s.quantity, s.price
         from migration_outcomes o
         join psc_deals d on d.import_id = $2 and d.psc_deal_id = o.psc_deal_id
         cross join lateral unnest(d.solution_ids, d.solution_quantities, d.solution_prices)
             with ordinality as s (solution_id, quantity, price, position)
         where o.run_id = $1 and o.psc_deal_id > $3 and o.psc_deal_id <= $4 and o.outcome = 'migrated'",
        w.run as RunId,
        w.import as ImportId,
        w.from,
        w.through
    )
    .persistent(false)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The team, and behind it PSC's assigned seller when not in it, with the name that PSC has for that mail.
pub async fn teams(tx: &mut Tx<'_>, w: &Window) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into referral_team (referral_id, position, first_name, last_name, phone, mail)
         select o.referral_id, t.position, t.first_name, t.last_name, t.phone, t.mail
         from migration_outcomes o
         join psc_deals d on d.import_id = $2 and d.psc_deal_id = o.psc_deal_id
         cross join lateral (
             select * from unnest(d.team_first_names, d.team_last_names, d.team_phones, d.team_mails)
                 with ordinality as m (first_name, last_name, phone, mail, position)
             union all
             select coalesce(u.first_name, ''), coalesce(u.last_name, ''), '', d.assigned_seller, cardinality(d.team_mails) + 1
             from (select) one
             left join lateral (select first_name, last_name from psc_users p
                                where p.import_id = $2 and lower(p.mail) = lower(d.assigned_seller)
                                order by p.psc_user_id limit 1) u on true
             where d.assigned_seller <> ''
               and not exists (select from unnest(d.team_mails) as m (mail) where lower(m.mail) = lower(d.assigned_seller))) t
         where o.run_id = $1 and o.psc_deal_id > $3 and o.psc_deal_id <= $4 and o.outcome = 'migrated'",
        w.run as RunId,
        w.import as ImportId,
        w.from,
        w.through
    )
    .persistent(false)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One history entry a deal; it keeps what has no counterpart here, and what could not be read.
pub async fn history(tx: &mut Tx<'_>, w: &Window, by: Option<UserId>, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into referral_history (engagement_id, organisation_id, at, user_id, event, detail)
         select o.engagement_id, $2, $6, $5, 'migrated-from-psc', jsonb_strip_nulls(jsonb_build_object(
             'run', o.run_id, 'unreadable', d.unreadable,
             'notes', jsonb_build_object('deal_role', nullif(d.deal_role, ''), 'license_program', nullif(d.license_program, ''),
                 'customer_outcome', nullif(d.customer_outcome, ''), 'psc_account', nullif(d.psc_account_name, ''))))
         from migration_outcomes o
         join psc_deals d on d.import_id = $7 and d.psc_deal_id = o.psc_deal_id
         where o.run_id = $1 and o.psc_deal_id > $3 and o.psc_deal_id <= $4 and o.outcome = 'migrated'",
        w.run as RunId,
        w.organisation as OrganisationId,
        w.from,
        w.through,
        by as Option<UserId>,
        at,
        w.import as ImportId
    )
    .persistent(false)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Marks the PSC deals: from now on they are gone from every PSC list. The primary key is the last guard against a second time.
pub async fn mark(tx: &mut Tx<'_>, w: &Window, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into psc_migrated_deals (organisation_id, psc_deal_id, import_id, engagement_id, referral_id, migrated_at)
         select $2, psc_deal_id, $6, engagement_id, referral_id, $5 from migration_outcomes
         where run_id = $1 and psc_deal_id > $3 and psc_deal_id <= $4 and outcome = 'migrated'",
        w.run as RunId,
        w.organisation as OrganisationId,
        w.from,
        w.through,
        at,
        w.import as ImportId
    )
    .persistent(false)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds what came out of the window to the run's sums, and what now stands in Partner Center, read from there.
pub async fn sum_outcomes(tx: &mut Tx<'_>, w: &Window) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into migration_sums (run_id, side, currency, deals, value)
         select $1, 'outcome:' || o.outcome, coalesce(d.currency, ''), count(*), coalesce(sum(d.value), 0)
         from migration_outcomes o join psc_deals d on d.import_id = $2 and d.psc_deal_id = o.psc_deal_id
         where o.run_id = $1 and o.psc_deal_id > $3 and o.psc_deal_id <= $4 and o.outcome in ('migrated', 'would-migrate', 'error')
         group by 2, 3
         union all
         select $1, 'target', coalesce(r.currency, ''), count(*), coalesce(sum(r.value), 0)
         from migration_outcomes o join referrals r on r.referral_id = o.referral_id
         where o.run_id = $1 and o.psc_deal_id > $3 and o.psc_deal_id <= $4 and o.outcome = 'migrated'
         group by 3
         on conflict (run_id, side, currency)
         do update set deals = migration_sums.deals + excluded.deals, value = migration_sums.value + excluded.value",
        w.run as RunId,
        w.import as ImportId,
        w.from,
        w.through
    )
    .persistent(false)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What came out of the window: migrated (or would), and errors.
pub async fn counts(tx: &mut Tx<'_>, w: &Window) -> sqlx::Result<(i32, i32)> {
    let row = sqlx::query!(
        r#"select count(*) filter (where outcome in ('migrated', 'would-migrate'))::integer as "migrated!",
                  count(*) filter (where outcome = 'error')::integer as "errors!"
           from migration_outcomes where run_id = $1 and psc_deal_id > $2 and psc_deal_id <= $3"#,
        w.run as RunId,
        w.from,
        w.through
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((row.migrated, row.errors))
}

/// Records that the only eligible deal of a window of one could not be written.
pub async fn record_error(tx: &mut Tx<'_>, w: &Window, error: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into migration_outcomes (run_id, psc_deal_id, deal_name, outcome, error)
         select $1, psc_deal_id, name, 'error', $5 from psc_remaining_deals
         where organisation_id = $2 and import_id = $6 and psc_deal_id > $3 and psc_deal_id <= $4 and standing = 'eligible'",
        w.run as RunId,
        w.organisation as OrganisationId,
        w.from,
        w.through,
        error,
        w.import as ImportId
    )
    .persistent(false)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
