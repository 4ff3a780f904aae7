-- An organisation says that its new deals are made in Partner Center; and wrong MPN IDs of PSC accounts are corrected.

-- From then on PSC takes no new deals (domain.md section 5, "The switch"). Only an operator takes it back.
alter table psc_settings
    add column switched_at timestamptz,
    add column switched_by uuid references users;

-- What a partner asked for and the partner development manager or an operator decided: deals and people of the PSC account that
-- come with the wrong MPN ID count as if they came with the right one.
create table psc_mpn_corrections (
    correction_id uuid primary key,
    organisation_id uuid not null references organisations,
    psc_account_id text not null,
    account_name text not null,
    -- As the export says; may be empty.
    wrong_mpn_id text not null,
    mpn_id text not null check (mpn_id ~ '^[0-9]+$'),
    note text not null default '',
    state text not null default 'requested' check (state in ('requested', 'approved', 'refused', 'withdrawn')),
    requested_by uuid not null references users,
    requested_at timestamptz not null,
    decided_by uuid references users,
    decided_at timestamptz,
    -- Of a refusal.
    reason text not null default ''
);
-- One is asked for or holds at a time.
create unique index psc_mpn_corrections_live on psc_mpn_corrections (organisation_id, psc_account_id, wrong_mpn_id)
    where state in ('requested', 'approved');
create index psc_mpn_corrections_newest on psc_mpn_corrections (organisation_id, requested_at desc, correction_id desc);
create index psc_mpn_corrections_waiting on psc_mpn_corrections (requested_at, correction_id) where state = 'requested';

-- Accounts of any export with the MPN ID that counts for them.
create view psc_export_accounts as
select a.import_id, a.psc_account_id, a.name, a.mpn_id as own_mpn_id, coalesce(c.mpn_id, a.mpn_id) as mpn_id
from psc_accounts a
join psc_imports i on i.import_id = a.import_id
left join psc_mpn_corrections c on c.organisation_id = i.organisation_id and c.psc_account_id = a.psc_account_id
    and c.wrong_mpn_id = a.mpn_id and c.state = 'approved';

-- Deals likewise: their own, else their account's, corrected.
create or replace view psc_export_deals as
select d.*, coalesce(c.mpn_id, nullif(d.own_mpn_id, ''), a.mpn_id, '') as mpn_id
from psc_deals d
join psc_imports i on i.import_id = d.import_id
left join psc_accounts a on d.own_mpn_id = '' and a.import_id = d.import_id and a.psc_account_id = d.psc_account_id
left join psc_mpn_corrections c on c.organisation_id = i.organisation_id and c.psc_account_id = d.psc_account_id
    and c.wrong_mpn_id = coalesce(nullif(d.own_mpn_id, ''), a.mpn_id, '') and c.state = 'approved';

create or replace view psc_standing_facts as
select s.organisation_id,
    concat_ws(' ', s.current_import_id, extract(epoch from s.eligible_from), o.mpn_id,
        (select md5(string_agg(l.mpn_id, ' ' order by l.mpn_id)) from locations l where l.organisation_id = s.organisation_id),
        (select md5(string_agg(c.correction_id::text, ' ' order by c.correction_id)) from psc_mpn_corrections c
         where c.organisation_id = s.organisation_id and c.state = 'approved')) as facts
from psc_settings s
join organisations o on o.organisation_id = s.organisation_id;

-- Deals that stay behind because of their MPN ID alone, by PSC account and MPN ID (migration::deals::readiness::WrongMpn as JSON).
delete from migration_readiness;
alter table migration_readiness add column wrong_mpns jsonb not null;

-- People come with the corrected MPN ID of their account too.
create or replace view psc_user_standings as
select p.*,
    case
        when p.migrated_at is not null then 'migrated'
        when exists (select from role_assignments r where r.user_id = p.user_id and r.role in ('referrals-admin', 'referrals-user'))
            then 'has-role'
        when p.domain is null or exists (select from consumer_mail_domains c where c.domain = p.domain) then 'consumer-mail'
        when p.user_id is null and not exists (
            select from tenant_domains t where t.organisation_id = p.organisation_id and t.domain = p.domain) then 'outside-tenant'
        when p.user_id is null then 'no-account'
        when p.disabled then 'disabled'
        when not p.whole and p.location_id is null then 'no-location'
        else 'ready'
    end as standing
from (
    select s.organisation_id, p.import_id, p.psc_user_id, p.first_name, p.last_name, p.mail as psc_mail, w.mail as work_mail,
        lower(coalesce(w.mail, p.mail)) as mail,
        case when coalesce(w.mail, p.mail) ~ '^.+@[^@[:space:]]*\.[^@[:space:]]*$'
             then lower(split_part(coalesce(w.mail, p.mail), '@', -1)) end as domain,
        p.psc_account_id, coalesce(nullif(p.psc_account_name, ''), a.name, '') as psc_account_name, coalesce(a.mpn_id, '') as mpn_id,
        p.role as psc_role,
        coalesce(m.role, case p.role when 'seller' then 'referrals-user' else 'referrals-admin' end) as role,
        case when m.run_id is not null then m.location_id is null else coalesce(a.mpn_id = o.mpn_id, false) end as whole,
        case when m.run_id is not null then m.location_id when a.mpn_id = o.mpn_id then null else l.location_id end as location_id,
        u.user_id, u.disabled_at is not null as disabled, m.migrated_at
    from psc_settings s
    join organisations o on o.organisation_id = s.organisation_id
    join psc_users p on p.import_id = s.current_import_id
    left join psc_work_accounts w on w.organisation_id = s.organisation_id and w.psc_user_id = p.psc_user_id
    left join psc_export_accounts a on a.import_id = p.import_id and a.psc_account_id = p.psc_account_id
    left join locations l on l.organisation_id = s.organisation_id and l.mpn_id = a.mpn_id
    left join users u on u.organisation_id = s.organisation_id and lower(u.mail) = lower(coalesce(w.mail, p.mail))
    left join psc_migrated_users m on m.organisation_id = s.organisation_id and m.psc_user_id = p.psc_user_id) p;
