-- For a database that was restored from a backup, before the portal starts on it: psql --single-transaction --file deploy/after-restore.sql
-- A backup knows nothing of what was ended since. docs/operations.md says what else comes back with it.

-- Sessions that were signed out since would hold again: everybody signs in anew.
update sessions set revoked_at = now() where revoked_at is null;
-- Secret calendar addresses that were taken back since would be good again: whoever had one makes a new one.
delete from calendar_links;
-- Mails that were sent since would be sent again. What they tell of stays behind the bell.
update mails set done_at = now(), outcome = 'dropped', failure = 'restored from a backup' where done_at is null;
