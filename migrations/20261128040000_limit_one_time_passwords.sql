-- Until when a one-time password may be used, where somebody can set another one: an admin of the organisation.
-- Null: without an end, as of the first people of an organisation, whom nobody could help.
alter table users add column one_time_until timestamptz;
