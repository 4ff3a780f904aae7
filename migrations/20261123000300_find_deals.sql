-- Deals are found: by filters, by two letters of a name in any script, in order, at a cost that does not grow with their number.

-- Copies of what lists filter by and other tables hold: `y:` type, `c:` country, `h:` help, `p:` solution, `t:` team member's mail in
-- lower case; sorted, each once. Kept right by referrals::store::terms.
alter table referrals add column facets text[] not null default '{}';

create function deal_facets(deal_type text, country text, help text[], solutions text[], mails text[]) returns text[]
    language plpgsql immutable parallel safe as $$
declare
    facets text[] := array['y:' || deal_type];
    part text;
begin
    if country <> '' then facets := facets || ('c:' || country); end if;
    foreach part in array coalesce(help, '{}') loop facets := facets || ('h:' || part); end loop;
    foreach part in array coalesce(solutions, '{}') loop facets := facets || ('p:' || part); end loop;
    foreach part in array coalesce(mails, '{}') loop
        if part <> '' then facets := facets || ('t:' || lower(part)); end if;
    end loop;
    return array(select distinct facet from unnest(facets) found (facet) order by facet);
end $$;

-- What a search looks through: names and deal ID; composed, in lower case.
create function deal_text(name text, customer text, deal_id text) returns text
    language sql immutable parallel safe as $$
    select lower(normalize(name || ' ' || customer || ' ' || coalesce(deal_id, ''), nfc))
$$;
alter table referrals add column sought text generated always as (deal_text(name, customer_name, deal_id)) stored;

-- A list (an organisation's deals or leads, sent to it or made by it) is cut into stretches of half a year of creation. What is looked
-- for in one costs what stands in it, and the newest are looked through first.
create function deal_stretch(at timestamptz) returns integer
    language sql immutable parallel safe as $$
    select floor(extract(epoch from at - timestamptz '1970-01-01 00:00:00+00') / 16777216)::integer
$$;
create function deal_mark(organisation uuid, kind text, direction text, stretch integer) returns text
    language sql immutable parallel safe as $$
    select left(to_hex(hashtext(organisation::text || kind || direction || stretch)), 6)
$$;

-- What a deal is found by, each marked with list and stretch: facets, and every three letters of its words, at a word's end two; so that
-- two letters are found as the beginning of three. A loop, because it is called for every deal that is written, and is some times as fast
-- as a query. Whoever finds something by these looks at the deal itself too.
create function deal_terms(organisation uuid, kind text, direction text, created_at timestamptz, sought text, status text,
    location uuid, missing integer, close_date date, currency text, value numeric, facets text[]) returns tsvector
    language plpgsql immutable parallel safe cost 1000 as $$
declare
    mark constant text := deal_mark(organisation, kind, direction, deal_stretch(created_at));
    -- The location's last twelve digits, and the currency with the number of digits and the first two, tell enough.
    terms text[] := array[mark || 's:' || status, mark || 'l:' || coalesce(right(location::text, 12), '')];
    whole constant text := trunc(value)::text;
    part text;
begin
    if missing <> 0 then
        terms := terms || (mark || 'm:');
        for bit in 0..15 loop
            if missing & (1 << bit) <> 0 then terms := terms || (mark || 'm:' || bit); end if;
        end loop;
    end if;
    if close_date is not null then
        terms := terms || (mark || 'd:' || (date_part('year', close_date) * 10000 + date_part('month', close_date) * 100
            + date_part('day', close_date))::integer);
    end if;
    if currency is not null and whole is not null then
        terms := terms || (mark || 'v:' || currency || lpad(length(whole)::text, 2, '0') || rpad(left(whole, 2), 2, '0'));
    end if;
    foreach part in array facets loop
        terms := terms || (mark || part);
    end loop;
    foreach part in array string_to_array(sought, ' ') loop
        for at in 1..greatest(length(part) - 1, 1) loop
            terms := terms || (mark || substr(part, at, 3));
        end loop;
    end loop;
    return array_to_tsvector(terms);
end $$;

update referrals r set facets = deal_facets(e.deal_type, e.customer_country, e.help,
    array(select s.solution_id from engagement_solutions s where s.engagement_id = e.engagement_id),
    array(select t.mail from referral_team t where t.referral_id = r.referral_id))
from engagements e where e.engagement_id = r.engagement_id;

drop index referrals_search, referrals_newest, referrals_updated;
create index referrals_terms on referrals using gin (deal_terms(organisation_id, kind, direction, created_at, sought, status, location_id,
    missing, close_date, currency, value, facets));
create index referrals_newest on referrals (organisation_id, kind, direction, created_at desc, referral_id desc);
create index referrals_updated on referrals (organisation_id, kind, direction, updated_at desc, referral_id desc);
create index referrals_by_close_date on referrals (organisation_id, kind, direction, coalesce(close_date, date '9999-12-31'), referral_id);

-- Favourites are a list of their own, in the order of the deals, whose creation and kind never change.
alter table favourites
    add column kind text not null default 'deal',
    add column created_at timestamptz;
update favourites f set kind = r.kind, created_at = r.created_at from referrals r where r.referral_id = f.referral_id;
alter table favourites alter column created_at set not null, alter column kind drop default;
create index favourites_newest on favourites (user_id, kind, created_at desc, referral_id desc);

-- A way of looking at a list, kept under a name: the query of its address.
create table saved_views (
    view_id uuid primary key,
    user_id uuid not null references users,
    kind text not null check (kind in ('deal', 'lead')),
    name text not null,
    query text not null,
    is_default boolean not null default false,
    created_at timestamptz not null
);
create unique index saved_views_name on saved_views (user_id, kind, lower(name));
create unique index saved_views_default on saved_views (user_id, kind) where is_default;

-- A bulk change: what is done, to which deals, how far it is. Whoever works a slice holds the row by a lease.
create table bulk_runs (
    run_id uuid primary key,
    organisation_id uuid not null references organisations,
    user_id uuid not null references users,
    kind text not null check (kind in ('deal', 'lead')),
    -- deals::bulk::run::Change as JSON.
    change jsonb not null,
    -- Null: everything that the filter, the query of a list's address, matches.
    picked uuid[],
    filter text not null default '',
    state text not null default 'queued' check (state in ('queued', 'running', 'completed', 'cancelled')),
    total bigint not null,
    -- There were more than `total`.
    more boolean not null,
    cursor text not null default '',
    changed bigint not null default 0,
    same bigint not null default 0,
    refused bigint not null default 0,
    held_until timestamptz,
    created_at timestamptz not null,
    finished_at timestamptz
);
create index bulk_runs_live on bulk_runs (run_id) where state in ('queued', 'running');

-- changed | same | the locale key of a refusal
create table bulk_outcomes (
    run_id uuid not null references bulk_runs,
    referral_id uuid not null,
    name text not null,
    outcome text not null,
    primary key (run_id, referral_id)
);
create index bulk_outcomes_refused on bulk_outcomes (run_id, referral_id) where outcome not in ('changed', 'same');
create table bulk_reasons (
    run_id uuid not null references bulk_runs,
    reason text not null,
    deals bigint not null,
    primary key (run_id, reason)
);
