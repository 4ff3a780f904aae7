//! What it is measured against: plain COPY, and the fewest plain SQL statements that fill the same tables.

use std::path::Path;

use partner_portal::{
    db::{self, Pool},
    ids::OrganisationId,
};
use sqlx::postgres::PgPoolCopyExt;
use tokio::{fs::File, io::AsyncReadExt};

/// The file as it is, into an ordinary table with a text column for each of its 39 columns and no index.
pub async fn copy(pool: &Pool, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let columns: Vec<String> = (1..=39).map(|n| format!("c{n} text")).collect();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create table plain ({})", columns.join(", "))))
        .execute(pool)
        .await?;
    let mut copy = pool.copy_in_raw("copy plain from stdin (format csv, header)").await?;
    let mut file = File::open(file).await?;
    let mut buffer = vec![0; 1 << 18];
    loop {
        let read = file.read(&mut buffer).await?;
        if read == 0 {
            break;
        }
        copy.send(&buffer[..read]).await?;
    }
    copy.finish().await?;
    Ok(())
}

/// The vendor, a partner with four locations, and its settings.
pub async fn organisation(pool: &Pool) -> Result<OrganisationId, sqlx::Error> {
    let id = OrganisationId::new();
    let mut tx = db::begin(pool).await?;
    sqlx::raw_sql(
        "insert into organisations (organisation_id, kind, legal_name, country, tenant_id, created_at)
         values (gen_random_uuid(), 'vendor', 'Microsoft', 'US', gen_random_uuid(), now())",
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into organisations (organisation_id, kind, legal_name, country, tenant_id, mpn_id, created_at)
         values ($1, 'partner', 'Fabrikam', 'KR', gen_random_uuid(), '4512345', now())",
    )
    .bind(id)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into locations (location_id, organisation_id, mpn_id, name, legal_entity, address_line, city, country, contact_mail, created_at)
         select gen_random_uuid(), $1, (4512345 + n)::text, 'Location ' || n, 'Fabrikam', 'Street', 'Seoul', 'KR', 'a@fabrikam.example', now()
         from generate_series(1, 4) n",
    )
    .bind(id)
    .execute(&mut *tx)
    .await?;
    sqlx::query("insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from) values ($1, '2020-01-01', '2026-01-01', '2027-01-01')")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// One statement a table, over all deals at once: no slices, no checks, no sums. Ids in ascending order, as ours are.
const STATEMENTS: [&str; 8] = [
    "create temporary table ids as
     select psc_deal_id, lpad(to_hex(row_number() over (order by psc_deal_id)), 32, '0')::uuid as engagement_id,
            ('1' || lpad(to_hex(row_number() over (order by psc_deal_id)), 31, '0'))::uuid as referral_id,
            ('2' || lpad(to_hex(row_number() over (order by psc_deal_id)), 31, '0'))::uuid as vendor_referral_id from psc_deals",
    "insert into engagements (engagement_id, deal_type, customer_name, customer_line1, customer_line2, customer_city, customer_state,
         customer_postal_code, customer_country, contact_first_name, contact_last_name, contact_phone, contact_mail, created_at)
     select i.engagement_id, case when d.co_sell then 'co-sell' else 'partner-led' end, d.customer_name, d.customer_line1, d.customer_line2,
         d.customer_city, d.customer_state, d.customer_postal_code, d.customer_country, d.contact_first_name, d.contact_last_name,
         d.contact_phone, d.contact_mail, d.created_at from psc_deals d join ids i using (psc_deal_id)",
    "insert into referrals (referral_id, engagement_id, organisation_id, deal_id, direction, name, customer_name, location_id, status, status_at,
         stage, value, currency, close_date, solution_close_date, crm_id, campaign_id, notes, missing, created_at, updated_at, migrated_at,
         customer_city, customer_country, facets)
     select i.referral_id, i.engagement_id, p.organisation_id, d.psc_deal_id, case when d.inbound then 'inbound' else 'outbound' end, d.name,
         d.customer_name, l.location_id, 'accepted', now(), d.stage, d.value, d.currency, d.close_date, d.solution_close_date, d.crm_id,
         d.campaign_id, d.notes, d.missing, d.created_at, coalesce(d.modified_at, d.created_at), now(), d.customer_city, d.customer_country,
         deal_facets(case when d.co_sell then 'co-sell' else 'partner-led' end, d.customer_country, '{}', d.solution_ids,
             d.team_mails || d.assigned_seller)
     from psc_deals d join ids i using (psc_deal_id) left join locations l on l.mpn_id = d.own_mpn_id
     cross join (select organisation_id from organisations where kind = 'partner') p
     union all
     select i.vendor_referral_id, i.engagement_id, o.organisation_id, null, case when d.inbound then 'outbound' else 'inbound' end, d.name,
         d.customer_name, null, case when d.microsoft_name <> '' then 'accepted' else 'pending' end, now(), null, d.value, d.currency,
         d.close_date, null, '', '', '', 0, d.created_at, coalesce(d.modified_at, d.created_at), now(), d.customer_city, d.customer_country,
         deal_facets('co-sell', d.customer_country, '{}', d.solution_ids, '{}')
     from psc_deals d join ids i using (psc_deal_id) cross join (select organisation_id from organisations where kind = 'vendor') o where d.co_sell",
    "insert into engagement_solutions (engagement_id, position, solution_id, quantity, price)
     select i.engagement_id, s.position, s.solution_id, s.quantity, s.price from psc_deals d join ids i using (psc_deal_id)
     cross join lateral unnest(d.solution_ids, d.solution_quantities, d.solution_prices) with ordinality as s (solution_id, quantity, price, position)",
    "insert into referral_team (referral_id, position, first_name, last_name, phone, mail)
     select i.referral_id, t.position, t.first_name, t.last_name, t.phone, t.mail from psc_deals d join ids i using (psc_deal_id)
     cross join lateral (
         select * from unnest(d.team_first_names, d.team_last_names, d.team_phones, d.team_mails)
             with ordinality as m (first_name, last_name, phone, mail, position)
         union all
         select u.first_name, u.last_name, '', d.assigned_seller, cardinality(d.team_mails) + 1 from psc_users u
         where u.mail = d.assigned_seller and d.assigned_seller <> all (d.team_mails)) t",
    "insert into referral_history (engagement_id, organisation_id, at, event, detail)
     select i.engagement_id, p.organisation_id, now(), 'migrated-from-psc',
         jsonb_build_object('notes', jsonb_build_object('deal_role', d.deal_role, 'license_program', d.license_program))
     from psc_deals d join ids i using (psc_deal_id)
     cross join (select organisation_id from organisations where kind = 'partner') p",
    "with run as (
         insert into migration_runs (run_id, organisation_id, rehearsal, state, started_at, due_at, total, readiness)
         select gen_random_uuid(), organisation_id, false, 'completed', now(), now(), 0, '{}' from organisations where kind = 'partner'
         returning run_id)
     insert into migration_outcomes (run_id, psc_deal_id, deal_name, outcome, engagement_id, referral_id)
     select run.run_id, d.psc_deal_id, d.name, 'migrated', i.engagement_id, i.referral_id
     from run, psc_deals d join ids i using (psc_deal_id)",
    "insert into psc_migrated_deals (organisation_id, psc_deal_id, import_id, engagement_id, referral_id, migrated_at)
     select p.organisation_id, i.psc_deal_id, s.current_import_id, i.engagement_id, i.referral_id, now()
     from ids i cross join (select organisation_id from organisations where kind = 'partner') p join psc_settings s using (organisation_id)",
];

/// Runs them, each as a transaction of its own.
pub async fn migrate(pool: &Pool, _: OrganisationId) -> sqlx::Result<()> {
    // One connection: the table of ids is temporary.
    let mut connection = pool.acquire().await?;
    for statement in STATEMENTS {
        sqlx::raw_sql(statement).execute(&mut *connection).await?;
    }
    Ok(())
}
