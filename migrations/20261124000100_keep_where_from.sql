-- A confirmed user migration gives roles later, in a job: the audit log says from which address they were given.
alter table user_migration_runs add column address text;
