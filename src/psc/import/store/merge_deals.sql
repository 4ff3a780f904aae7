-- Merges the staged deals of import $1, organisation $2, lines ($3, $4]: new ones go in, known ones are brought up to date,
-- migrated ones are never touched. Answers how many of each there were.
with export as (
    select s.psc_deal_id, s.import_id,
        -- The deal's own MPN ID, else its account's.
        case when s.mpn_id = '' then coalesce(a.mpn_id, '') else s.mpn_id end as mpn_id,
        s.name, s.status, s.business, s.co_sell, s.inbound, s.psc_account_id, s.psc_account_name, s.customer_name,
        s.customer_line1, s.customer_line2, s.customer_city, s.customer_state, s.customer_postal_code, s.customer_country,
        s.customer_match_key, s.contact_first_name, s.contact_last_name, s.contact_phone, s.contact_mail, s.value,
        s.currency, s.close_date, s.solution_close_date, s.stage, s.deal_role, s.license_program, s.customer_outcome,
        s.solution_ids, s.solution_quantities, s.solution_prices, s.team_first_names, s.team_last_names, s.team_phones,
        s.team_mails, s.assigned_seller, s.microsoft_name, s.microsoft_mail, s.microsoft_phone, s.campaign_id, s.crm_id,
        s.notes, s.created_at, s.modified_at, s.missing, s.unreadable
    from psc_staged_deals s
    left join psc_accounts a on a.organisation_id = $2 and a.psc_account_id = s.psc_account_id
    where s.import_id = $1 and s.line > $3 and s.line <= $4
),
known as (
    select d.migrated_at is not null as migrated,
        (
            d.name, d.status, d.business, d.co_sell, d.inbound, d.psc_account_id, d.psc_account_name, d.mpn_id,
            d.customer_name, d.customer_line1, d.customer_line2, d.customer_city, d.customer_state, d.customer_postal_code,
            d.customer_country, d.customer_match_key, d.contact_first_name, d.contact_last_name, d.contact_phone,
            d.contact_mail, d.value, d.currency, d.close_date, d.solution_close_date, d.stage, d.deal_role,
            d.license_program, d.customer_outcome, d.solution_ids, d.solution_quantities, d.solution_prices,
            d.team_first_names, d.team_last_names, d.team_phones, d.team_mails, d.assigned_seller, d.microsoft_name,
            d.microsoft_mail, d.microsoft_phone, d.campaign_id, d.crm_id, d.notes, d.created_at, d.modified_at, d.missing,
            d.unreadable
        ) is distinct from (
            e.name, e.status, e.business, e.co_sell, e.inbound, e.psc_account_id, e.psc_account_name, e.mpn_id,
            e.customer_name, e.customer_line1, e.customer_line2, e.customer_city, e.customer_state, e.customer_postal_code,
            e.customer_country, e.customer_match_key, e.contact_first_name, e.contact_last_name, e.contact_phone,
            e.contact_mail, e.value, e.currency, e.close_date, e.solution_close_date, e.stage, e.deal_role,
            e.license_program, e.customer_outcome, e.solution_ids, e.solution_quantities, e.solution_prices,
            e.team_first_names, e.team_last_names, e.team_phones, e.team_mails, e.assigned_seller, e.microsoft_name,
            e.microsoft_mail, e.microsoft_phone, e.campaign_id, e.crm_id, e.notes, e.created_at, e.modified_at, e.missing,
            e.unreadable
        ) as changed
    from export e
    join psc_deals d on d.organisation_id = $2 and d.psc_deal_id = e.psc_deal_id
),
merged as (
    insert into psc_deals as d (organisation_id, psc_deal_id, import_id,
        name, status, business, co_sell, inbound, psc_account_id, psc_account_name, mpn_id, customer_name, customer_line1,
        customer_line2, customer_city, customer_state, customer_postal_code, customer_country, customer_match_key,
        contact_first_name, contact_last_name, contact_phone, contact_mail, value, currency, close_date,
        solution_close_date, stage, deal_role, license_program, customer_outcome, solution_ids, solution_quantities,
        solution_prices, team_first_names, team_last_names, team_phones, team_mails, assigned_seller, microsoft_name,
        microsoft_mail, microsoft_phone, campaign_id, crm_id, notes, created_at, modified_at, missing, unreadable)
    select $2, e.psc_deal_id, e.import_id,
        e.name, e.status, e.business, e.co_sell, e.inbound, e.psc_account_id, e.psc_account_name, e.mpn_id, e.customer_name,
        e.customer_line1, e.customer_line2, e.customer_city, e.customer_state, e.customer_postal_code, e.customer_country,
        e.customer_match_key, e.contact_first_name, e.contact_last_name, e.contact_phone, e.contact_mail, e.value,
        e.currency, e.close_date, e.solution_close_date, e.stage, e.deal_role, e.license_program, e.customer_outcome,
        e.solution_ids, e.solution_quantities, e.solution_prices, e.team_first_names, e.team_last_names, e.team_phones,
        e.team_mails, e.assigned_seller, e.microsoft_name, e.microsoft_mail, e.microsoft_phone, e.campaign_id, e.crm_id,
        e.notes, e.created_at, e.modified_at, e.missing, e.unreadable
    from export e
    on conflict (organisation_id, psc_deal_id) do update set
        import_id = excluded.import_id,
        name = excluded.name, status = excluded.status, business = excluded.business, co_sell = excluded.co_sell, inbound =
        excluded.inbound, psc_account_id = excluded.psc_account_id, psc_account_name = excluded.psc_account_name, mpn_id =
        excluded.mpn_id, customer_name = excluded.customer_name, customer_line1 = excluded.customer_line1, customer_line2 =
        excluded.customer_line2, customer_city = excluded.customer_city, customer_state = excluded.customer_state,
        customer_postal_code = excluded.customer_postal_code, customer_country = excluded.customer_country,
        customer_match_key = excluded.customer_match_key, contact_first_name = excluded.contact_first_name,
        contact_last_name = excluded.contact_last_name, contact_phone = excluded.contact_phone, contact_mail =
        excluded.contact_mail, value = excluded.value, currency = excluded.currency, close_date = excluded.close_date,
        solution_close_date = excluded.solution_close_date, stage = excluded.stage, deal_role = excluded.deal_role,
        license_program = excluded.license_program, customer_outcome = excluded.customer_outcome, solution_ids =
        excluded.solution_ids, solution_quantities = excluded.solution_quantities, solution_prices =
        excluded.solution_prices, team_first_names = excluded.team_first_names, team_last_names = excluded.team_last_names,
        team_phones = excluded.team_phones, team_mails = excluded.team_mails, assigned_seller = excluded.assigned_seller,
        microsoft_name = excluded.microsoft_name, microsoft_mail = excluded.microsoft_mail, microsoft_phone =
        excluded.microsoft_phone, campaign_id = excluded.campaign_id, crm_id = excluded.crm_id, notes = excluded.notes,
        created_at = excluded.created_at, modified_at = excluded.modified_at, missing = excluded.missing, unreadable =
        excluded.unreadable
    where d.migrated_at is null
)
select
    (select count(*) from export)::integer as "seen!",
    count(*)::integer as "known!",
    (count(*) filter (where migrated))::integer as "migrated!",
    (count(*) filter (where changed and not migrated))::integer as "changed!"
from known
