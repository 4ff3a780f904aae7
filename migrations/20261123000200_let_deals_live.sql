-- Deals are made, sent, answered, worked on and closed, on both sides.

-- Sellers are reached by phone; a request goes to the sellers of the customer's country.
alter table users add column phone text not null default '';
create table seller_countries (
    user_id uuid not null references users,
    country text not null check (country ~ '^[A-Z]{2}$'),
    primary key (user_id, country)
);
create index seller_countries_country on seller_countries (country);

-- Solution assessments are for partners approved for them.
alter table organisations add column solution_assessments boolean not null default false;

alter table engagements
    drop constraint engagements_deal_type_check,
    add constraint engagements_deal_type_check
        check (deal_type in ('co-sell', 'partner-led', 'private', 'p2p', 'solution-assessment', 'lead')),
    -- Who started it, and may invite further partners. Null: it came over from PSC.
    add column started_by uuid references organisations (organisation_id),
    -- What Microsoft is asked to help with: referrals::kind::Help.
    add column help text[] not null default '{}',
    -- Notes to Microsoft.
    add column vendor_notes text not null default '',
    -- When the partner said that the customer agrees to the contact being shared.
    add column consent_at timestamptz,
    -- Of leads.
    add column qualification text check (qualification in ('direct', 'marketing', 'sales')),
    add column contact_wanted_until timestamptz,
    -- Of what its organisations share: customer, contact, solutions, help.
    add column version integer not null default 1,
    add constraint engagements_lead_check check ((deal_type = 'lead') = (qualification is not null));

alter table referrals
    add column kind text not null default 'deal' check (kind in ('deal', 'lead')),
    -- A request that expired or was declined may be made again: the organisation's next referral in the engagement.
    add column attempt smallint not null default 1 check (attempt > 0),
    -- When it came to its owner. Null: its owner made it, or it came over from PSC.
    add column sent_at timestamptz,
    -- Why it was declined, lost or withdrawn: referrals::reason. The note is required for "other".
    add column reason smallint,
    add column reason_note text not null default '',
    -- The vendor's side: whose it is. Null: nobody's yet, or a person of PSC's.
    add column seller_id uuid references users (user_id),
    -- Reminders sent: 1 three days before, 2 one day before it expires.
    add column reminded smallint not null default 0,
    drop constraint referrals_engagement_id_organisation_id_key,
    add constraint referrals_once unique (engagement_id, organisation_id, attempt);

-- What the sweep and the reminders look for.
create index referrals_due on referrals (expires_at) where status in ('pending', 'received');
-- How much a seller has to do.
create index referrals_seller on referrals (seller_id) where seller_id is not null and status in ('pending', 'received', 'accepted');

-- Shared entries are seen by every organisation of the engagement, without the person; the others by their own only.
alter table referral_history
    add column referral_id uuid references referrals,
    add column shared boolean not null default false;

-- What people are to be told: written by the transaction of the change, taken out by the one that notes whom it concerns.
create table outbox (
    outbox_id bigint generated always as identity primary key,
    event text not null,
    -- Whose side is told: its team and the admins in scope, or the vendor's seller.
    referral_id uuid not null references referrals,
    -- Who did it, and need not be told.
    by_user uuid references users (user_id),
    at timestamptz not null,
    detail jsonb not null default '{}'
);
