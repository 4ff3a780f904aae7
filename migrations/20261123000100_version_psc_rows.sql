-- Rows of an export belong to their import and are never changed: an import copies its rows in beside those that count, and
-- psc_settings.current_import_id turns to it at the end. What has migrated is said by rows of its own.

drop view psc_deal_standings;

-- An import that was being merged has moved rows to itself, and what it moved can no longer be told from what it added. They stay
-- with the export that counts, so that no deal is lost; the import is failed, and to be taken in again.
update psc_deals d set import_id = s.current_import_id
from psc_imports i join psc_settings s using (organisation_id)
where i.state = 'merging' and d.import_id = i.import_id and d.migrated_at is null and s.current_import_id is not null;
update psc_accounts a set import_id = s.current_import_id
from psc_imports i join psc_settings s using (organisation_id)
where i.state = 'merging' and a.import_id = i.import_id and s.current_import_id is not null;
update psc_users u set import_id = s.current_import_id
from psc_imports i join psc_settings s using (organisation_id)
where i.state = 'merging' and u.import_id = i.import_id and s.current_import_id is not null;

-- Nobody works its jobs any more. The queue's tables are made after ours: a new database has none yet.
do $$ begin
    if to_regclass('river_job') is not null then
        delete from river_job where kind = 'merge_import';
    end if;
end $$;

drop table psc_staged_accounts, psc_staged_users, psc_staged_deals;

alter table psc_imports rename column merge_error to failure;
update psc_imports set state = 'failed', finished_at = now(), failure = 'interrupted by a new version of the portal'
where state in ('reading', 'merging');
drop index psc_imports_one_live;
alter table psc_imports
    drop column merged_through,
    -- reading: rows come in, and count for nothing yet · done: they counted from then on, until a newer import was done · refused: a
    -- file cannot be used · failed: interrupted.
    drop constraint psc_imports_state_check,
    add constraint psc_imports_state_check check (state in ('reading', 'done', 'refused', 'failed')),
    -- When the rows that nobody needs any more were removed: all but those of migrated deals.
    add column swept_at timestamptz;
create unique index psc_imports_one_live on psc_imports (organisation_id) where state = 'reading';
create index psc_imports_unswept on psc_imports (import_id) where swept_at is null;

-- At most once, ever: the primary key is the last guard. Written in the transaction that writes the referral.
create table psc_migrated_deals (
    organisation_id uuid not null,
    psc_deal_id text not null,
    -- The export whose row was migrated; that row is kept.
    import_id uuid not null,
    engagement_id uuid not null,
    referral_id uuid not null,
    migrated_at timestamptz not null,
    primary key (organisation_id, psc_deal_id)
);
insert into psc_migrated_deals (organisation_id, psc_deal_id, import_id, engagement_id, referral_id, migrated_at)
select organisation_id, psc_deal_id, import_id, engagement_id, referral_id, migrated_at from psc_deals where migrated_at is not null
order by organisation_id, psc_deal_id;

drop index psc_deals_waiting;
alter table psc_deals
    drop constraint psc_deals_pkey,
    drop column organisation_id,
    drop column migrated_at,
    drop column engagement_id,
    drop column referral_id,
    -- Of all that the export says of the deal, so that two exports can be compared. Rows from before have none, and count as changed.
    add column digest bigint;
-- May be empty: then its account's counts (psc_export_deals).
alter table psc_deals rename column mpn_id to own_mpn_id;
alter table psc_deals add primary key (import_id, psc_deal_id);

drop index psc_users_mail;
alter table psc_users drop constraint psc_users_pkey, drop column organisation_id;
alter table psc_users add primary key (import_id, psc_user_id);
create index psc_users_mail on psc_users (import_id, lower(mail));
alter table psc_accounts drop constraint psc_accounts_pkey, drop column organisation_id;
alter table psc_accounts add primary key (import_id, psc_account_id);

-- Deals of any export with the MPN ID that counts for them: their own, else their account's; empty when neither has one.
create view psc_export_deals as
select d.*, coalesce(nullif(d.own_mpn_id, ''), a.mpn_id, '') as mpn_id
from psc_deals d
left join psc_accounts a on d.own_mpn_id = '' and a.import_id = d.import_id and a.psc_account_id = d.psc_account_id;

-- What becomes of each deal of the export that counts and that has not migrated: the one place where eligibility is decided
-- (domain.md section 7, in this order of precedence). Who reads it says the import as well, so that its rows are found by key.
create view psc_remaining_deals as
select s.organisation_id, d.import_id, d.psc_deal_id, d.name, d.status, d.business, d.co_sell, d.inbound, d.psc_account_id,
    d.psc_account_name, d.mpn_id, d.customer_name, d.value, d.currency, d.created_at, d.missing,
    case
        when d.business in ('solution-assessment', 'oem-licensing') then 'business'
        when d.status = 'won' then 'won'
        when d.status in ('lost', 'closed-duplicate') then 'closed'
        when d.created_at < s.eligible_from then 'created_too_early'
        when d.mpn_id = o.mpn_id or l.location_id is not null then 'eligible'
        else 'invalid_mpn'
    end as standing,
    l.location_id
from psc_settings s
join organisations o on o.organisation_id = s.organisation_id
join psc_export_deals d on d.import_id = s.current_import_id
left join locations l on l.organisation_id = s.organisation_id and l.mpn_id = d.mpn_id
where not exists (
    select from psc_migrated_deals m where m.organisation_id = s.organisation_id and m.psc_deal_id = d.psc_deal_id);

-- All that an organisation has or had in PSC: what remains, and what has migrated, as it was when it did.
create view psc_deal_standings as
select organisation_id, import_id, psc_deal_id, name, status, business, co_sell, inbound, psc_account_id, psc_account_name, mpn_id,
    customer_name, value, currency, created_at, missing, standing, location_id, null::uuid as engagement_id,
    null::uuid as referral_id, null::timestamptz as migrated_at
from psc_remaining_deals
union all
select m.organisation_id, m.import_id, m.psc_deal_id, d.name, d.status, d.business, d.co_sell, d.inbound, d.psc_account_id,
    d.psc_account_name, d.mpn_id, d.customer_name, d.value, d.currency, d.created_at, d.missing, 'migrated', l.location_id,
    m.engagement_id, m.referral_id, m.migrated_at
from psc_migrated_deals m
join psc_export_deals d on d.import_id = m.import_id and d.psc_deal_id = m.psc_deal_id
left join locations l on l.organisation_id = m.organisation_id and l.mpn_id = d.mpn_id;

-- All that the standings of an organisation depend on beside the rows of an export, which never change: as long as this is the same
-- and nothing migrates, so are they. Whoever changes the rules above changes this.
create view psc_standing_facts as
select s.organisation_id,
    concat_ws(' ', s.current_import_id, extract(epoch from s.eligible_from), o.mpn_id,
        (select md5(string_agg(l.mpn_id, ' ' order by l.mpn_id)) from locations l where l.organisation_id = s.organisation_id)) as facts
from psc_settings s
join organisations o on o.organisation_id = s.organisation_id;

-- What was counted last (migration::deals::readiness::Readiness as JSON), and the facts it was counted for: the co-sell page asks on
-- every visit.
create table migration_readiness (
    organisation_id uuid primary key references organisations,
    facts text not null,
    readiness jsonb not null
);
