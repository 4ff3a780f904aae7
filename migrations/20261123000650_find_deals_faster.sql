-- What deals are found by costs less to write, and lists hold partners' sides alone: Microsoft's side has no deal ID, and lists of its own.

drop index referrals_terms, referrals_newest, referrals_updated, referrals_by_close_date;

-- Plain expressions, because they are asked for every deal that is written.
create function deal_marked(mark text, list text[]) returns text[] language sql stable parallel safe as $$
    select array_remove(string_to_array(mark || array_to_string(list, E'\x01' || mark), E'\x01'), mark)
$$;
create or replace function deal_facets(deal_type text, country text, help text[], solutions text[], mails text[]) returns text[]
    language sql stable parallel safe as $$
    select array['y:' || deal_type] || public.deal_marked('c:', array[country]) || public.deal_marked('h:', help) || public.deal_marked('p:', solutions)
        || public.deal_marked('t:', string_to_array(lower(array_to_string(mails, E'\x01')), E'\x01'))
$$;

-- Stretches of some three months of creation.
create or replace function deal_stretch(at timestamptz) returns integer
    language sql immutable parallel safe as $$
    select floor(extract(epoch from at - timestamptz '1970-01-01 00:00:00+00') / 8388608)::integer
$$;

-- Names with their schema: what keeps statistics and what restores a backup calls it without a search path.
create or replace function deal_terms(organisation uuid, kind text, direction text, created_at timestamptz, sought text, status text,
    location uuid, missing integer, close_date date, currency text, value numeric, facets text[]) returns tsvector
    language plpgsql immutable parallel safe cost 1000 as $$
declare
    mark constant text := public.deal_mark(organisation, kind, direction, public.deal_stretch(created_at));
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
    array(select s.solution_id from engagement_solutions s where s.engagement_id = e.engagement_id order by s.position),
    array(select t.mail from referral_team t where t.referral_id = r.referral_id order by t.position))
from engagements e where e.engagement_id = r.engagement_id;

create index referrals_terms on referrals using gin (deal_terms(organisation_id, kind, direction, created_at, sought, status, location_id,
    missing, close_date, currency, value, facets))
    -- What is written waits in a list that every search reads through, and whoever fills it sorts it in: a short one costs neither much.
    with (gin_pending_list_limit = 256) where deal_id is not null;
create index referrals_newest on referrals (organisation_id, kind, direction, created_at desc, referral_id desc)
    where deal_id is not null;
create index referrals_updated on referrals (organisation_id, kind, direction, updated_at desc, referral_id desc)
    where deal_id is not null;
create index referrals_by_close_date on referrals (organisation_id, kind, direction, coalesce(close_date, date '9999-12-31'), referral_id)
    where deal_id is not null;
