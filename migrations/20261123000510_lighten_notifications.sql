-- Notifications are written by the thousand: one check less per row, and an index that costs next to nothing.

-- Mails and notifications are swept by age together; a mail that is gone is asked for by nobody.
alter table notifications drop constraint notifications_mail_id_fkey;
drop index notifications_at;
create index notifications_at on notifications using brin (at);
