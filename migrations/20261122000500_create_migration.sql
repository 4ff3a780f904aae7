-- A run of the deal migration: states, cursor and counts. Slices lock this row, so that two workers never work the same window.
create table migration_runs (
    run_id uuid primary key,
    organisation_id uuid not null references organisations,
    import_id uuid references psc_imports,
    rehearsal boolean not null,
    state text not null check (state in ('queued', 'running', 'completed', 'completed-with-errors', 'cancelled', 'failed')),
    -- Null: from the shell.
    started_by uuid references users,
    started_at timestamptz not null,
    -- started_at + 24 h: what is promised.
    due_at timestamptz not null,
    working_since timestamptz,
    finished_at timestamptz,
    -- Eligible when it was started, and what else stood there: migration::deals::readiness::Readiness as JSON.
    total integer not null,
    readiness jsonb not null,
    -- Every deal up to this PSC deal ID has its outcome.
    cursor text not null default '',
    seen integer not null default 0,
    migrated integer not null default 0,
    errors integer not null default 0,
    -- Slices that failed in a row, without progress.
    failures integer not null default 0,
    failure text,
    slices integer not null default 0
);
create unique index migration_runs_one_live on migration_runs (organisation_id) where state in ('queued', 'running');
create index migration_runs_organisation on migration_runs (organisation_id, started_at desc);

-- The report, a row a deal. A run has rows for eligible deals; a rehearsal for every deal, with what would happen.
create table migration_outcomes (
    run_id uuid not null references migration_runs,
    psc_deal_id text not null,
    deal_name text not null,
    -- migrated | would-migrate | error | a reason of psc_deal_standings
    outcome text not null,
    engagement_id uuid,
    referral_id uuid,
    error text,
    primary key (run_id, psc_deal_id)
);
create index migration_outcomes_errors on migration_outcomes (run_id, psc_deal_id) where outcome = 'error';

-- Reconciliation, summed slice by slice: what stood in PSC by standing and currency, and what stands in Partner Center.
create table migration_sums (
    run_id uuid not null references migration_runs,
    -- source:<standing> | outcome:migrated | outcome:error | target
    side text not null,
    -- Empty: no readable value.
    currency text not null,
    deals integer not null,
    value numeric(24, 4) not null,
    primary key (run_id, side, currency)
);
