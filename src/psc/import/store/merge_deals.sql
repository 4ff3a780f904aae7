-- Merges the staged deals of import $1, organisation $2, lines ($3, $4]: new ones go in, known ones are brought up to date,
-- migrated ones are never touched. Answers how many of each there were. A deal without MPN ID takes its account's.
-- Each deal is looked up once, and inserted without `on conflict`, which is a third dearer: while an import lives, which is while
-- its row is locked, nobody else inserts deals of the organisation, and the primary key would stop who did.
with export as materialized (
    select s.psc_deal_id, s.import_id,
        case when s.mpn_id = '' then coalesce(a.mpn_id, '') else s.mpn_id end as mpn_id,
        s.name, s.status, s.business, s.co_sell, s.inbound, s.psc_account_id, s.psc_account_name, s.customer_name,
        s.customer_line1, s.customer_line2, s.customer_city, s.customer_state, s.customer_postal_code, s.customer_country,
        s.customer_match_key, s.contact_first_name, s.contact_last_name, s.contact_phone, s.contact_mail, s.value,
        s.currency, s.close_date, s.solution_close_date, s.stage, s.deal_role, s.license_program, s.customer_outcome,
        s.solution_ids, s.solution_quantities, s.solution_prices, s.team_first_names, s.team_last_names, s.team_phones,
        s.team_mails, s.assigned_seller, s.microsoft_name, s.microsoft_mail, s.microsoft_phone, s.campaign_id, s.crm_id,
        s.notes, s.created_at, s.modified_at, s.missing, s.unreadable,
        d.psc_deal_id is not null as known,
        d.migrated_at is not null as migrated,
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
            s.name, s.status, s.business, s.co_sell, s.inbound, s.psc_account_id, s.psc_account_name, case when s.mpn_id =
            '' then coalesce(a.mpn_id, '') else s.mpn_id end, s.customer_name, s.customer_line1, s.customer_line2,
            s.customer_city, s.customer_state, s.customer_postal_code, s.customer_country, s.customer_match_key,
            s.contact_first_name, s.contact_last_name, s.contact_phone, s.contact_mail, s.value, s.currency, s.close_date,
            s.solution_close_date, s.stage, s.deal_role, s.license_program, s.customer_outcome, s.solution_ids,
            s.solution_quantities, s.solution_prices, s.team_first_names, s.team_last_names, s.team_phones, s.team_mails,
            s.assigned_seller, s.microsoft_name, s.microsoft_mail, s.microsoft_phone, s.campaign_id, s.crm_id, s.notes,
            s.created_at, s.modified_at, s.missing, s.unreadable
        ) as changed
    from psc_staged_deals s
    left join psc_accounts a on a.organisation_id = $2 and a.psc_account_id = s.psc_account_id
    left join psc_deals d on d.organisation_id = $2 and d.psc_deal_id = s.psc_deal_id
    where s.import_id = $1 and s.line > $3 and s.line <= $4
),
inserted as (
    insert into psc_deals (organisation_id, psc_deal_id, import_id,
        name, status, business, co_sell, inbound, psc_account_id, psc_account_name, mpn_id, customer_name, customer_line1,
        customer_line2, customer_city, customer_state, customer_postal_code, customer_country, customer_match_key,
        contact_first_name, contact_last_name, contact_phone, contact_mail, value, currency, close_date,
        solution_close_date, stage, deal_role, license_program, customer_outcome, solution_ids, solution_quantities,
        solution_prices, team_first_names, team_last_names, team_phones, team_mails, assigned_seller, microsoft_name,
        microsoft_mail, microsoft_phone, campaign_id, crm_id, notes, created_at, modified_at, missing, unreadable)
    select $2, psc_deal_id, import_id,
        name, status, business, co_sell, inbound, psc_account_id, psc_account_name, mpn_id, customer_name, customer_line1,
        customer_line2, customer_city, customer_state, customer_postal_code, customer_country, customer_match_key,
        contact_first_name, contact_last_name, contact_phone, contact_mail, value, currency, close_date,
        solution_close_date, stage, deal_role, license_program, customer_outcome, solution_ids, solution_quantities,
        solution_prices, team_first_names, team_last_names, team_phones, team_mails, assigned_seller, microsoft_name,
        microsoft_mail, microsoft_phone, campaign_id, crm_id, notes, created_at, modified_at, missing, unreadable
    from export
    where not known
),
updated as (
    update psc_deals d set
        import_id = e.import_id,
        name = e.name, status = e.status, business = e.business, co_sell = e.co_sell, inbound = e.inbound, psc_account_id =
        e.psc_account_id, psc_account_name = e.psc_account_name, mpn_id = e.mpn_id, customer_name = e.customer_name,
        customer_line1 = e.customer_line1, customer_line2 = e.customer_line2, customer_city = e.customer_city,
        customer_state = e.customer_state, customer_postal_code = e.customer_postal_code, customer_country =
        e.customer_country, customer_match_key = e.customer_match_key, contact_first_name = e.contact_first_name,
        contact_last_name = e.contact_last_name, contact_phone = e.contact_phone, contact_mail = e.contact_mail, value =
        e.value, currency = e.currency, close_date = e.close_date, solution_close_date = e.solution_close_date, stage =
        e.stage, deal_role = e.deal_role, license_program = e.license_program, customer_outcome = e.customer_outcome,
        solution_ids = e.solution_ids, solution_quantities = e.solution_quantities, solution_prices = e.solution_prices,
        team_first_names = e.team_first_names, team_last_names = e.team_last_names, team_phones = e.team_phones, team_mails
        = e.team_mails, assigned_seller = e.assigned_seller, microsoft_name = e.microsoft_name, microsoft_mail =
        e.microsoft_mail, microsoft_phone = e.microsoft_phone, campaign_id = e.campaign_id, crm_id = e.crm_id, notes =
        e.notes, created_at = e.created_at, modified_at = e.modified_at, missing = e.missing, unreadable = e.unreadable
    from export e
    where e.known and d.organisation_id = $2 and d.psc_deal_id = e.psc_deal_id and d.migrated_at is null
)
select
    (count(*) filter (where not known))::integer as "new!",
    (count(*) filter (where known and not migrated and changed))::integer as "changed!",
    (count(*) filter (where known and not migrated and not changed))::integer as "unchanged!",
    (count(*) filter (where migrated))::integer as "migrated!"
from export
