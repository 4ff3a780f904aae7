-- The heart: an engagement holds what its organisations share; each of them owns exactly one referral in it.
create table engagements (
    engagement_id uuid primary key,
    deal_type text not null check (deal_type in ('co-sell', 'partner-led', 'private', 'p2p', 'solution-assessment')),
    -- Null: as typed, to be matched with the business directory.
    business_id uuid references businesses,
    customer_name text not null default '',
    customer_line1 text not null default '',
    customer_line2 text not null default '',
    customer_city text not null default '',
    customer_state text not null default '',
    customer_postal_code text not null default '',
    customer_country text not null default '',
    contact_first_name text not null default '',
    contact_last_name text not null default '',
    contact_phone text not null default '',
    contact_mail text not null default '',
    created_at timestamptz not null
);

create table engagement_solutions (
    engagement_id uuid not null references engagements,
    position smallint not null,
    -- As in the catalogue; kept as typed when the catalogue does not know it.
    solution_id text not null,
    quantity numeric(18, 4),
    price numeric(18, 4),
    primary key (engagement_id, position)
);

create table referrals (
    referral_id uuid primary key,
    engagement_id uuid not null references engagements,
    organisation_id uuid not null references organisations,
    -- Unique per organisation; a migrated deal keeps its PSC opportunity ID. Null for the vendor's side.
    deal_id text,
    direction text not null check (direction in ('inbound', 'outbound')),
    name text not null,
    -- A copy of the engagement's, for lists and search.
    customer_name text not null default '',
    -- Null: the organisation itself (its global MPN ID).
    location_id uuid references locations,
    status text not null check (status in ('pending', 'received', 'accepted', 'won', 'lost', 'declined', 'expired', 'error')),
    status_at timestamptz not null,
    -- Per cent: 10, 20, 40, 60, 80, 100.
    stage smallint,
    value numeric(18, 4) check (value >= 0),
    currency text check (currency ~ '^[A-Z]{3}$'),
    close_date date,
    solution_close_date date,
    crm_id text not null default '',
    campaign_id text not null default '',
    notes text not null default '',
    -- Bits of referrals::missing::Detail.
    missing integer not null default 0,
    -- The vendor's side: who works on it. Shown to partners only once accepted.
    seller_name text not null default '',
    seller_mail text not null default '',
    seller_phone text not null default '',
    -- When a pending referral expires; stored when it is sent.
    expires_at timestamptz,
    -- The deal's own dates; a migrated deal keeps PSC's.
    created_at timestamptz not null,
    updated_at timestamptz not null,
    migrated_at timestamptz,
    version integer not null default 1,
    unique (engagement_id, organisation_id)
);
create unique index referrals_deal_id on referrals (organisation_id, deal_id) where deal_id is not null;
create index referrals_newest on referrals (organisation_id, direction, created_at desc, referral_id desc);
create index referrals_updated on referrals (organisation_id, direction, updated_at desc, referral_id desc);
create index referrals_search on referrals using gin ((lower(name || ' ' || customer_name)) gin_trgm_ops);

create table referral_team (
    referral_id uuid not null references referrals,
    position smallint not null,
    first_name text not null,
    last_name text not null,
    phone text not null,
    mail text not null,
    primary key (referral_id, position)
);
create index referral_team_mail on referral_team (lower(mail), referral_id);

create table favourites (
    user_id uuid not null references users,
    referral_id uuid not null references referrals,
    added_at timestamptz not null default now(),
    primary key (user_id, referral_id)
);

-- Append-only. `detail` holds before and after, or what came along from PSC.
create table referral_history (
    history_id bigint generated always as identity primary key,
    engagement_id uuid not null references engagements,
    organisation_id uuid not null references organisations,
    at timestamptz not null,
    user_id uuid references users,
    event text not null,
    detail jsonb not null default '{}'
);
create index referral_history_engagement on referral_history (engagement_id, history_id);

create function forbid_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger referral_history_append_only before update or delete on referral_history
    for each statement execute function forbid_change();
