-- Every expiry tells two referrals, and each of their checks locked a row of referrals once more: a fifth of the sweep's work. A row of
-- the outbox is written in the transaction that has just changed the referral, and nothing ever deletes one.
alter table outbox drop constraint outbox_referral_id_fkey;
