-- Lists show the customer's city: a copy beside those of name and country spares each of them the engagements.
alter table referrals add column customer_city text not null default '';
update referrals r set customer_city = e.customer_city from engagements e
    where e.engagement_id = r.engagement_id and e.customer_city <> '';
