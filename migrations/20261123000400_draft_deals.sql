-- New deals are kept as drafts while their maker goes through the steps; customers and solutions are found by a few letters.

-- A person's own. `data` is what was typed (deals::forms::Draft), right or wrong.
create table deal_drafts (
    draft_id uuid primary key,
    organisation_id uuid not null references organisations,
    user_id uuid not null references users,
    data jsonb not null default '{}',
    updated_at timestamptz not null,
    version integer not null default 1,
    -- What it became. Such a draft is over; a second click finds the deal of the first one.
    referral_id uuid references referrals
);
create index deal_drafts_open on deal_drafts (user_id, updated_at desc) where referral_id is null;

-- Every two letters that stand side by side, in lower case: two letters of a Korean name are enough to find it (trigrams need three).
create function letter_pairs(name text) returns text[] language sql immutable strict parallel safe as $$
    select coalesce(array_agg(distinct substr(lower(name), n, 2)), '{}') from generate_series(1, length(lower(name)) - 1) n
$$;
alter table businesses add column pairs text[] generated always as (letter_pairs(legal_name)) stored;
create index businesses_pairs on businesses using gin (pairs);
-- Names that begin with what was typed come first.
create index businesses_name on businesses ((lower(legal_name) collate "C"), country);
alter table solutions add column pairs text[] generated always as (letter_pairs(name)) stored;
create index solutions_pairs on solutions using gin (pairs);

-- The vendor's types of solution assessments: they are put into such deals only, and nothing else is.
alter table solutions add column assessment boolean not null default false;

-- Open deals with the same customer, to warn of making one twice.
create index referrals_same_customer on referrals (organisation_id, lower(customer_name), created_at desc)
    where status in ('pending', 'received', 'accepted');
