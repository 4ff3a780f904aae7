-- Every expiry writes a line of history and tells two referrals, and each check of these locked a row of referrals, or the one row of the
-- organisation, once more: a third of the sweep's work, and of a migration's slices some. Both tables are written in the transaction that
-- has just changed the referral, and nothing ever deletes a referral or an organisation. A line's engagement is checked still.
alter table outbox drop constraint outbox_referral_id_fkey;
alter table referral_history
    drop constraint referral_history_organisation_id_fkey,
    drop constraint referral_history_referral_id_fkey;
