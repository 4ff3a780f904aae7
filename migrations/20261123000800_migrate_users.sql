-- The people come over: where each PSC user stands, the runs that give them their roles, and what became of each.

-- Mail domains that anybody can have an address in: the same as accounts::policy::CONSUMER_DOMAINS, which a test holds. Here because
-- the standings of ten thousand users are asked for as a set.
create table consumer_mail_domains (domain text primary key check (domain = lower(domain)));
insert into consumer_mail_domains values
    ('daum.net'), ('gmail.com'), ('googlemail.com'), ('hanmail.net'), ('hotmail.com'), ('icloud.com'), ('kakao.com'), ('live.com'),
    ('msn.com'), ('naver.com'), ('outlook.com'), ('yahoo.com');

-- The work account that an admin named for a PSC user whose mail in PSC is none, or is another than in the tenant.
create table psc_work_accounts (
    organisation_id uuid not null references organisations,
    psc_user_id text not null,
    mail text not null,
    named_by uuid references users (user_id),
    named_at timestamptz not null,
    primary key (organisation_id, psc_user_id)
);

-- A run: states, cursor and counts. Slices lock this row, so that two workers never work the same window.
create table user_migration_runs (
    run_id uuid primary key,
    organisation_id uuid not null references organisations,
    state text not null check (state in ('queued', 'running', 'completed', 'completed-with-errors', 'cancelled', 'failed')),
    started_by uuid not null references users (user_id),
    started_at timestamptz not null,
    working_since timestamptz,
    finished_at timestamptz,
    -- PSC users that were confirmed.
    total integer not null,
    -- Every PSC user up to this mail has its outcome: a person's rows are worked together.
    cursor text not null default '',
    migrated integer not null default 0,
    -- Had a referrals role by then.
    unchanged integer not null default 0,
    errors integer not null default 0,
    -- Slices that failed in a row, without progress.
    failures integer not null default 0,
    failure text
);
create unique index user_migration_runs_one_live on user_migration_runs (organisation_id) where state in ('queued', 'running');
create index user_migration_runs_organisation on user_migration_runs (organisation_id, started_at desc);

-- What was confirmed, a row a PSC user, and what became of it: mail, role and scope are those of the preview, and nothing else is given.
create table user_migration_outcomes (
    run_id uuid not null references user_migration_runs,
    psc_user_id text not null,
    -- The work account's, in lower case.
    mail text not null,
    name text not null,
    psc_account_id text not null,
    psc_account_name text not null,
    psc_role text not null,
    role text not null,
    -- Null: the whole organisation.
    location_id uuid references locations,
    -- waiting | migrated | unchanged | error
    outcome text not null default 'waiting' check (outcome in ('waiting', 'migrated', 'unchanged', 'error')),
    -- A standing of psc_user_standings, `changed` (no longer what was confirmed), or `database:` and a code.
    reason text,
    user_id uuid references users,
    primary key (run_id, psc_user_id)
);
create index user_migration_outcomes_window on user_migration_outcomes (run_id, mail, psc_user_id);

-- At most once, ever: the primary key is the last guard. Written in the transaction that gives the role.
create table psc_migrated_users (
    organisation_id uuid not null references organisations,
    psc_user_id text not null,
    run_id uuid not null references user_migration_runs,
    user_id uuid not null references users,
    role text not null,
    location_id uuid references locations,
    migrated_at timestamptz not null,
    primary key (organisation_id, psc_user_id)
);

-- Where each PSC user of the export that counts stands: the one place where it is decided (domain.md section 6, in this order):
--   migrated        a run of ours gave the role
--   has-role        the account has a referrals role already: nothing is changed, not even by another PSC row of the same person
--   consumer-mail   not a work account
--   outside-tenant  no such account, and the mail's domain is none of the tenant's: to be added as a guest
--   no-account      no such account, but the domain is the tenant's: to be created
--   disabled        the account is disabled
--   no-location     the PSC account's MPN ID is neither the global one nor a location's
--   ready           gets its role with the next run
-- The role follows from the PSC role, the scope from the PSC account's MPN ID; the global one is the whole organisation.
create view psc_user_standings as
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
    left join psc_accounts a on a.import_id = p.import_id and a.psc_account_id = p.psc_account_id
    left join locations l on l.organisation_id = s.organisation_id and l.mpn_id = a.mpn_id
    left join users u on u.organisation_id = s.organisation_id and lower(u.mail) = lower(coalesce(w.mail, p.mail))
    left join psc_migrated_users m on m.organisation_id = s.organisation_id and m.psc_user_id = p.psc_user_id) p;
