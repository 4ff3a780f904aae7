-- An organisation's admins manage its people and locations, and every such change is kept.

-- Who did what to whom, from where, what it was before and what after. Rows come in the transaction of the change and stay.
create table audit_log (
    audit_id bigint generated always as identity primary key,
    -- Whose people, roles or locations changed.
    organisation_id uuid not null references organisations,
    at timestamptz not null,
    -- Null: no person, such as a command of the operator's machine.
    user_id uuid references users,
    -- The address of the request. Null: a job, or a command.
    address text,
    -- A code of audit::action::Action.
    action text not null,
    subject_id uuid not null,
    -- The subject's name as it was then.
    subject text not null,
    before jsonb not null default '{}',
    after jsonb not null default '{}'
);
create index audit_log_organisation on audit_log (organisation_id, audit_id desc);
create index audit_log_subject on audit_log (organisation_id, subject_id, audit_id desc);
create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function forbid_change();

-- Set with a one-time password: nothing else is let through until its owner has chosen another.
alter table users add column must_change_password boolean not null default false;
-- Lists of an organisation's people are read in this order, page by page.
create index users_by_name on users (organisation_id, display_name, user_id);
drop index users_organisation;

-- Whom to ask at a location. The phone number is E.164, with its country code; older locations have none yet.
alter table locations
    add column contact_name text not null default '',
    add column contact_phone text not null default '' check (contact_phone ~ '^(\+[1-9][0-9]{6,14})?$');
