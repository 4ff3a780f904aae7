-- People go on working in PSC until it closes (domain.md section 5): what they change there stands in the rows of the export that counts.

alter table psc_deals
    -- Changed or made here, beside what the export said.
    add column edited_at timestamptz,
    add column edited_by uuid references users,
    -- The digest of what the export said; null: the deal was made here.
    add column base_digest bigint;

-- What a newer export has to be held against.
create index psc_deals_edited on psc_deals (import_id, psc_deal_id) where edited_at is not null;
-- What is to be cleaned up.
create index psc_deals_incomplete on psc_deals (import_id, psc_deal_id) where missing <> 0 and status = 'open';
-- No index for the grid's other orders than that of the IDs: two of them halved the speed of every import.

alter table psc_imports
    -- Changes made here that the export knows nothing of, and that went on into it;
    add column edits_kept integer not null default 0,
    -- and those that it replaced, as it says something newer of the deal.
    add column edits_replaced integer not null default 0;

-- Counts every change, for what is noted about the deals (psc_standing_facts).
alter table psc_settings add column edits bigint not null default 0;

create or replace view psc_standing_facts as
select s.organisation_id,
    concat_ws(' ', s.current_import_id, s.edits, extract(epoch from s.eligible_from), o.mpn_id,
        (select md5(string_agg(l.mpn_id, ' ' order by l.mpn_id)) from locations l where l.organisation_id = s.organisation_id),
        (select md5(string_agg(c.correction_id::text, ' ' order by c.correction_id)) from psc_mpn_corrections c
         where c.organisation_id = s.organisation_id and c.state = 'approved')) as facts
from psc_settings s
join organisations o on o.organisation_id = s.organisation_id;

-- Files of details that were uploaded to complete deals, and what became of their rows.
create table psc_uploads (
    upload_id uuid primary key,
    organisation_id uuid not null references organisations,
    uploaded_by uuid not null references users,
    uploaded_at timestamptz not null,
    -- Rows of the file by what became of them.
    changed integer not null,
    unchanged integer not null,
    refused integer not null,
    -- The first thousand reasons (psc::import::Problem as JSON).
    problems jsonb not null
);
create index psc_uploads_own on psc_uploads (organisation_id, uploaded_by, uploaded_at desc);
