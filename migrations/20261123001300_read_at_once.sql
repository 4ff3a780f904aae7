-- What was counted of an organisation's PSC deals, as long as it holds: nothing it depends on has changed since, and no run is live.
create view noted_readiness as
    select f.organisation_id, n.readiness
    from psc_standing_facts f
    left join lateral (select run_id, state from migration_runs r
                       where r.organisation_id = f.organisation_id and not rehearsal
                       order by started_at desc, run_id desc limit 1) r on true
    join migration_readiness n on n.organisation_id = f.organisation_id and n.facts = concat_ws(' ', f.facts, r.run_id, r.state)
    where r.state is null or r.state not in ('queued', 'running');

-- How much somebody has not read, counted to a limit: for the bell, which every page asks for with its session.
create function unread_notifications(person uuid, most bigint) returns bigint
    language plpgsql stable
    as $$ begin
        return (select count(*) from (select from public.notifications where user_id = person and read_at is null limit most) counted);
    end $$;
