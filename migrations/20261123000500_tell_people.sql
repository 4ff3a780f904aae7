-- People are told what concerns them: on the bell's page, and by mail as they prefer.

-- What somebody wants by mail about a topic (notifications::event::Topic). Without a row: the topic's default.
create table notification_preferences (
    user_id uuid not null references users,
    topic text not null,
    delivery text not null check (delivery in ('off', 'now', 'daily')),
    primary key (user_id, topic)
);

-- A mail to one person: of one event, or of all that came together until it was claimed for sending.
create table mails (
    mail_id bigint generated always as identity primary key,
    user_id uuid not null references users,
    -- A day's events in one; else it goes out at once.
    daily boolean not null,
    not_before timestamptz not null,
    -- When a sender first took it: from then on nothing is added to it.
    claimed_at timestamptz,
    -- Whoever claimed it sends it and notes so before this; later it is another sender's.
    leased_until timestamptz,
    attempts smallint not null default 0,
    done_at timestamptz,
    -- dropped: nothing in it is the person's to know any more.
    outcome text check (outcome in ('sent', 'failed', 'dropped')),
    -- Of the last attempt: a code, never an address.
    failure text,
    check ((done_at is null) = (outcome is null))
);
-- What comes while a person's mail waits goes into that mail.
create unique index mails_open on mails (user_id, daily) where claimed_at is null;
create index mails_due on mails (not_before) where done_at is null;
create index mails_failed on mails (mail_id) where outcome = 'failed';
create index mails_done on mails (done_at) where done_at is not null;

create table notifications (
    user_id uuid not null references users,
    -- What it tells of: once per person. Later ones have higher numbers.
    outbox_id bigint not null,
    event text not null,
    -- Null: it is about the person, or the organisation.
    referral_id uuid references referrals,
    at timestamptz not null,
    read_at timestamptz,
    -- What the words need, and nothing that only some may know.
    detail jsonb not null default '{}',
    -- The mail that tells of it; null: none does.
    mail_id bigint references mails on delete set null,
    primary key (user_id, outbox_id)
);
create index notifications_unread on notifications (user_id, outbox_id) where read_at is null;
create index notifications_mail on notifications (mail_id) where mail_id is not null;
create index notifications_at on notifications (at);

-- Whom an event concerns is asked by role.
create index role_assignments_role on role_assignments (role, user_id);
-- What of an organisation falls due next, for calendars.
create index referrals_deadlines on referrals (organisation_id, expires_at) where status in ('pending', 'received');
create index referrals_closing on referrals (organisation_id, close_date) where status = 'accepted';

-- A person's calendar is read without signing in, by a secret address: only the secret's SHA-256 is stored.
create table calendar_links (
    user_id uuid primary key references users,
    secret_hash bytea not null unique check (length(secret_hash) = 32),
    created_at timestamptz not null
);
