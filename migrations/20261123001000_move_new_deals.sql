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
