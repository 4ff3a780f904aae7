-- Sellers' queues and partners' leads, fast however many deals there are.

-- A copy of the engagement's, for lists by country.
alter table referrals add column customer_country text not null default '';
update referrals r set customer_country = e.customer_country from engagements e
    where e.engagement_id = r.engagement_id and e.customer_country <> '';

-- Microsoft's side has no deal ID: these hold its referrals only. Waiting: what is due first comes first. The expression is there so
-- that lists never walk the sweep's index over everybody's referrals instead, however few the planner thinks it would have to pass over.
create index requests_waiting on referrals (organisation_id, (coalesce(expires_at, 'infinity'::timestamptz)), referral_id)
    where deal_id is null and status in ('pending', 'received');
create index requests_waiting_seller on referrals (organisation_id, seller_id, (coalesce(expires_at, 'infinity'::timestamptz)), referral_id)
    where deal_id is null and status in ('pending', 'received');
create index requests_waiting_country on referrals (organisation_id, customer_country, (coalesce(expires_at, 'infinity'::timestamptz)), referral_id) include (seller_id)
    where deal_id is null and status in ('pending', 'received');
create index requests_waiting_nobody on referrals (organisation_id, (coalesce(expires_at, 'infinity'::timestamptz)), referral_id) include (customer_country)
    where deal_id is null and seller_id is null and status in ('pending', 'received');

-- Worked on and closed: what changed last comes first.
create index requests_working on referrals (organisation_id, updated_at desc, referral_id desc)
    where deal_id is null and status = 'accepted';
create index requests_working_seller on referrals (organisation_id, seller_id, updated_at desc, referral_id desc)
    where deal_id is null and status = 'accepted';
create index requests_closed on referrals (organisation_id, updated_at desc, referral_id desc)
    where deal_id is null and status in ('won', 'lost', 'declined', 'expired', 'error');
create index requests_closed_seller on referrals (organisation_id, seller_id, updated_at desc, referral_id desc)
    where deal_id is null and status in ('won', 'lost', 'declined', 'expired', 'error');

-- Partner-led deals have no referral of Microsoft's: they are read over their engagements.
create index engagements_partner_led on engagements (created_at desc, engagement_id desc) where deal_type = 'partner-led';
create index engagements_partner_led_country on engagements (customer_country, created_at desc, engagement_id desc)
    where deal_type = 'partner-led';

-- Leads of an organisation, newest first.
create index referrals_leads on referrals (organisation_id, created_at desc, referral_id desc) where kind = 'lead';

-- Partners are found by some letters of their name.
create index organisations_partner_name on organisations using gin (lower(legal_name) gin_trgm_ops) where kind = 'partner';
