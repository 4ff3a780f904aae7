-- What is sold, and to whom it can be sold.
create table solutions (
    solution_id text primary key,
    -- Null: sold by nobody any more.
    organisation_id uuid not null references organisations,
    name text not null,
    co_sell_ready boolean not null default false,
    incentive text check (incentive in ('azure-ip-co-sell', 'biz-apps-premium', 'biz-apps-standard'))
);
create index solutions_organisation on solutions (organisation_id);

-- The business directory (D&B style).
create table businesses (
    business_id uuid primary key,
    duns text not null unique check (duns ~ '^[0-9]{9}$'),
    legal_name text not null,
    address_line1 text not null,
    address_line2 text not null default '',
    city text not null,
    state text not null default '',
    postal_code text not null default '',
    country text not null check (country ~ '^[A-Z]{2}$'),
    -- country|name|line 1|postal code, normalised (catalogue::matching): two rows may share it; then a match is not certain.
    match_key text not null
);
create index businesses_match on businesses (match_key);
