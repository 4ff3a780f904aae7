-- Deals of one organisation, made by plain SQL: skewed values, some of every thousand, and twenty of a kind however many there are.
insert into organisations (organisation_id, kind, legal_name, country, tenant_id, mpn_id, created_at)
values ('00000000-0000-0000-0000-000000000001', 'partner', 'Fabrikam', 'KR', gen_random_uuid(), '4512345', now());
insert into locations (location_id, organisation_id, mpn_id, name, legal_entity, address_line, city, country, contact_mail, created_at)
select ('00000000-0000-0000-0001-' || lpad(n::text, 12, '0'))::uuid, '00000000-0000-0000-0000-000000000001', (4512345 + n)::text,
    'Location ' || n, 'Fabrikam', '1 Street', 'Town', 'KR', 'a@fabrikam.example', now()
from generate_series(1, 50) n;
insert into users (user_id, organisation_id, mail, display_name, created_at)
values ('00000000-0000-0000-0002-000000000001', '00000000-0000-0000-0000-000000000001', 'admin@fabrikam.example', 'Admin', now()),
       ('00000000-0000-0000-0002-000000000002', '00000000-0000-0000-0000-000000000001', 'rare@fabrikam.example', 'User', now());

-- `rare`: twenty deals, as far apart as there are deals.
create temporary table made as
select n, n % (:deals / 20) = 7 as rare, gen_random_uuid() as engagement, gen_random_uuid() as referral,
    timestamptz '2026-11-20' - random() * interval '6 years' as created_at, random() as chance, (n::bigint * 7919 % 1000003)::integer as mixed
from generate_series(1, :deals) n;
alter table made add column name text, add column customer text, add column country text, add column deal_type text,
    add column solutions text[], add column team text[], add column help text[];
update made set
    name = case when rare then '희귀 Zephyr ' else (array['2021 봄 클라우드 전환 ', '현장 서비스 ', 'Field service rollout ', 'Data platform renewal ', 'Migración a la nube '])[1 + mixed % 5] end || n % 997,
    customer = case when n % 2 = 0 then (array['한빛', '미래', '서울', '대한', '우리', '금강', '백두', '한라'])[1 + mixed / 5 % 8] || (array['물류', '전자', '건설', '금융', '바이오'])[1 + mixed / 40 % 5] || mixed % 100 || ' 주식회사'
        else (array['Contoso', 'Adventure Works', 'Woodgrove', 'Tailspin', 'Wingtip', 'Litware'])[1 + mixed / 5 % 6] || ' ' || mixed % 211 || ' GmbH' end,
    country = case when rare then 'NZ' else (array['KR', 'KR', 'KR', 'US', 'DE', 'FR', 'JP'])[1 + mixed % 7] end,
    deal_type = case when rare then 'private' else (array['co-sell', 'co-sell', 'partner-led'])[1 + mixed % 3] end,
    solutions = case when rare then array['SOL-rare'] else array['SOL-' || mixed % 10, 'SKU-' || mixed % 500] end,
    team = case when rare then array['rare@fabrikam.example'] else array['u' || mixed % 300 || '@fabrikam.example', 'v' || mixed % 7 || '@fabrikam.example'] end,
    help = case when rare then array['PostSalesCustomerSuccess'] when mixed % 3 < 2 then array['QuotesOrLicensing'] else '{}' end;

insert into engagements (engagement_id, deal_type, customer_name, customer_country, help, created_at)
select engagement, deal_type, customer, country, help, created_at from made;
insert into engagement_solutions (engagement_id, position, solution_id)
select engagement, place, id from made, unnest(solutions) with ordinality as s (id, place);
insert into referrals (referral_id, engagement_id, organisation_id, deal_id, direction, name, customer_name, customer_country, location_id, status,
    status_at, expires_at, value, currency, close_date, missing, facets, created_at, updated_at)
select referral, engagement, '00000000-0000-0000-0000-000000000001', '7-' || lpad(n::text, 12, '0'),
    case when mixed % 10 = 0 then 'inbound' else 'outbound' end, name, customer, country,
    ('00000000-0000-0000-0001-' || lpad((case when rare then 50 else 1 + mixed % 20 end)::text, 12, '0'))::uuid,
    case when rare then 'received' when chance < 0.001 then 'error' when chance < 0.5 then 'accepted' when chance < 0.8 then 'won' else 'lost' end,
    created_at, case when rare then timestamptz '2026-11-23' end, case when rare then 777777 else (1000 * exp(chance * 14))::numeric(18, 0) end,
    case when rare then 'KWD' else (array['KRW', 'KRW', 'USD', 'EUR'])[1 + mixed % 4] end,
    case when rare then date '2031-05-05' else (created_at + mixed % 300 * interval '1 day')::date end,
    case when rare then 64 when mixed % 5 = 0 then 33 else 0 end, deal_facets(deal_type, country, help, solutions, team), created_at,
    created_at + (mixed % 1000) * interval '1 day' / 10
from made;
insert into referral_team (referral_id, position, first_name, last_name, phone, mail)
select referral, place, 'A', 'B', '1', mail from made, unnest(team) with ordinality as t (mail, place);
insert into favourites (user_id, referral_id, kind, created_at)
select '00000000-0000-0000-0002-000000000001', referral, 'deal', created_at from made where rare;
drop table made;
