-- Organisations, their people, roles and sessions. Roles and kinds are stored as text that never changes.
create extension if not exists pg_trgm;

create table organisations (
    organisation_id uuid primary key,
    kind text not null check (kind in ('partner', 'vendor')),
    legal_name text not null,
    country text not null check (country ~ '^[A-Z]{2}$'),
    tenant_id uuid not null unique,
    -- The global (vOrg) MPN ID; partners only.
    mpn_id text unique check (mpn_id ~ '^[0-9]{1,12}$'),
    isv_connect boolean not null default false,
    created_at timestamptz not null,
    check ((kind = 'partner') = (mpn_id is not null))
);

create table tenant_domains (
    domain text primary key check (domain = lower(domain)),
    organisation_id uuid not null references organisations
);

create table locations (
    location_id uuid primary key,
    organisation_id uuid not null references organisations,
    mpn_id text not null unique check (mpn_id ~ '^[0-9]{1,12}$'),
    name text not null,
    legal_entity text not null,
    address_line text not null,
    city text not null,
    country text not null check (country ~ '^[A-Z]{2}$'),
    contact_mail text not null,
    created_at timestamptz not null
);
create index locations_organisation on locations (organisation_id);

create table users (
    user_id uuid primary key,
    organisation_id uuid not null references organisations,
    mail text not null,
    display_name text not null,
    kind text not null default 'member' check (kind in ('member', 'guest')),
    -- Null: follow the browser.
    locale text check (locale in ('en', 'ko')),
    theme text check (theme in ('light', 'dark')),
    time_zone text not null default 'UTC',
    password_hash text,
    disabled_at timestamptz,
    created_at timestamptz not null
);
create unique index users_mail on users (lower(mail));
create index users_organisation on users (organisation_id);

create table role_assignments (
    assignment_id uuid primary key,
    user_id uuid not null references users,
    role text not null check (role in (
        'global-admin', 'user-management-admin', 'account-admin', 'mpn-partner-admin', 'referrals-admin', 'referrals-user',
        'business-profile-admin', 'seller', 'deal-reviewer', 'portal-operator')),
    -- Null: the whole organisation.
    location_id uuid references locations,
    granted_by uuid references users,
    granted_at timestamptz not null,
    unique nulls not distinct (user_id, role, location_id)
);

-- The cookie carries the session's secret; only its SHA-256 is stored.
create table sessions (
    session_hash bytea primary key check (length(session_hash) = 32),
    user_id uuid not null references users,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz
);
create index sessions_user on sessions (user_id);

-- One login limit for all replicas: failures of a key (a hash of mail or address) within a window.
create table sign_in_failures (
    key bytea primary key,
    failures integer not null,
    window_ends_at timestamptz not null
);
