-- The legacy side. One row of psc_settings per partner organisation: its dates, and the export that counts.
create table psc_imports (
    import_id uuid primary key,
    organisation_id uuid not null references organisations,
    -- reading: files go into staging · merging: staging goes into psc_*, in slices · done · refused: a file cannot be used, nothing
    -- was changed · failed: interrupted before it was read to the end, nothing was changed.
    state text not null check (state in ('reading', 'merging', 'done', 'refused', 'failed')),
    started_by uuid references users,
    started_at timestamptz not null,
    finished_at timestamptz,
    -- Read goes on while this moves; an import that has stopped reading is failed by the next one.
    alive_at timestamptz not null default now(),
    refusal jsonb,
    unknown_columns jsonb not null default '[]',
    accounts integer not null default 0,
    users integer not null default 0,
    deals integer not null default 0,
    rejected integer not null default 0,
    warnings integer not null default 0,
    deals_new integer not null default 0,
    deals_changed integer not null default 0,
    deals_unchanged integer not null default 0,
    deals_migrated integer not null default 0,
    deals_absent integer not null default 0,
    -- The last staged line that was merged.
    merged_through integer not null default 0,
    merge_error text
);
create index psc_imports_organisation on psc_imports (organisation_id, started_at desc);
create unique index psc_imports_one_live on psc_imports (organisation_id) where state in ('reading', 'merging');

create table psc_settings (
    organisation_id uuid primary key references organisations,
    eligible_from timestamptz not null,
    read_only_from timestamptz not null,
    closed_from timestamptz not null,
    -- False: the dates are the portal's settings, taken over at every start.
    own_dates boolean not null default false,
    -- The newest export that was taken in: only its deals count.
    current_import_id uuid references psc_imports
);

create table psc_accounts (
    organisation_id uuid not null references organisations,
    psc_account_id text not null,
    name text not null,
    mpn_id text not null,
    country text not null,
    import_id uuid not null references psc_imports,
    primary key (organisation_id, psc_account_id)
);

create table psc_users (
    organisation_id uuid not null references organisations,
    psc_user_id text not null,
    first_name text not null,
    last_name text not null,
    mail text not null,
    psc_account_id text not null,
    psc_account_name text not null,
    role text not null check (role in ('admin', 'deal-manager', 'seller')),
    import_id uuid not null references psc_imports,
    primary key (organisation_id, psc_user_id)
);
create index psc_users_mail on psc_users (organisation_id, lower(mail));

-- No foreign keys: rows come only from an import whose own row is locked, and checking them took a third of its time.
create table psc_deals (
    organisation_id uuid not null,
    psc_deal_id text not null,
    import_id uuid not null,
    name text not null,
    status text not null check (status in ('open', 'won', 'lost', 'closed-duplicate')),
    business text not null check (business in ('co-sell', 'solution-assessment', 'oem-licensing', 'oem-iot')),
    co_sell boolean not null,
    inbound boolean not null,
    psc_account_id text not null,
    psc_account_name text not null,
    -- The row's own, else its account's; empty when neither has one.
    mpn_id text not null,
    customer_name text not null,
    customer_line1 text not null,
    customer_line2 text not null,
    customer_city text not null,
    customer_state text not null,
    customer_postal_code text not null,
    customer_country text not null,
    customer_match_key text not null,
    contact_first_name text not null,
    contact_last_name text not null,
    contact_phone text not null,
    contact_mail text not null,
    value numeric(18, 4),
    currency text,
    close_date date,
    solution_close_date date,
    stage smallint,
    deal_role text not null,
    license_program text not null,
    customer_outcome text not null,
    solution_ids text[] not null,
    solution_quantities numeric(18, 4)[] not null,
    solution_prices numeric(18, 4)[] not null,
    team_first_names text[] not null,
    team_last_names text[] not null,
    team_phones text[] not null,
    team_mails text[] not null,
    assigned_seller text not null,
    microsoft_name text not null,
    microsoft_mail text not null,
    microsoft_phone text not null,
    campaign_id text not null,
    crm_id text not null,
    notes text not null,
    created_at timestamptz not null,
    modified_at timestamptz,
    -- Bits of referrals::missing::Detail.
    missing integer not null,
    -- {"Column": "what stood there"} for values that could not be read.
    unreadable jsonb,
    -- Set in the transaction that writes the referral; a migrated deal is never touched again.
    migrated_at timestamptz,
    engagement_id uuid,
    referral_id uuid,
    primary key (organisation_id, psc_deal_id),
    check ((migrated_at is null) = (referral_id is null) and (migrated_at is null) = (engagement_id is null))
);

-- Few are left here once an organisation has migrated: asking whether any is eligible stays cheap.
create index psc_deals_waiting on psc_deals (organisation_id, psc_deal_id)
    where migrated_at is null and status = 'open' and business in ('co-sell', 'oem-iot');

-- Staging: what a reading import has understood so far. Not logged: after a crash of the database the file is uploaded again.
create unlogged table psc_staged_accounts (like psc_accounts, line integer not null);
create unlogged table psc_staged_users (like psc_users, line integer not null);
create unlogged table psc_staged_deals (like psc_deals, line integer not null);
alter table psc_staged_deals drop column organisation_id, drop column migrated_at, drop column engagement_id, drop column referral_id;
create index psc_staged_deals_line on psc_staged_deals (import_id, line);

-- A rejected row, or a warning about a detail of a row that went in.
create table psc_import_problems (
    problem_id bigint generated always as identity primary key,
    import_id uuid not null references psc_imports,
    rejected boolean not null,
    file text not null,
    line integer not null,
    column_name text not null,
    -- A code of psc::import::problem; its words are in the locales.
    code text not null,
    value text not null,
    row_id text not null
);
create index psc_import_problems_import on psc_import_problems (import_id, rejected desc, problem_id);

-- What becomes of each PSC deal: the one place where eligibility is decided (domain.md section 7, in this order of precedence).
create view psc_deal_standings as
select d.*,
    case
        when d.migrated_at is not null then 'migrated'
        when d.business in ('solution-assessment', 'oem-licensing') then 'business'
        when d.status = 'won' then 'won'
        when d.status in ('lost', 'closed-duplicate') then 'closed'
        when d.created_at < s.eligible_from then 'created_too_early'
        when d.mpn_id = o.mpn_id or l.location_id is not null then 'eligible'
        else 'invalid_mpn'
    end as standing,
    l.location_id
from psc_deals d
join psc_settings s using (organisation_id)
join organisations o using (organisation_id)
left join locations l on l.organisation_id = d.organisation_id and l.mpn_id = d.mpn_id
where d.import_id = s.current_import_id or d.migrated_at is not null;
