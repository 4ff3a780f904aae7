//! What is not theirs: everybody, with every right in their own place, asks for things of two other organisations, of other locations,
//! of teams they are not on, of colleagues and of other sellers, by paths, queries and forms. Nothing is shown, nothing is changed, and it
//! is as if it were not there (domain.md section 2: 404, not 403).
//!
//! Seen to fail, each line by itself. Without the organisation in `within` (src/referrals/store/scope.rs): `acts` ("/deals/{id}/favourite …
//! by all@zqfabx.example: 303"), `demo`, `fields` ("GET /deals … tells of zqconx"), `paths`, and three of `told`. Without its locations: `acts`,
//! `fields`, and `nothing_out_of_reach` of `paths`. Without its team: `acts` and `nothing_out_of_reach`. With drafts found by their ID alone: `acts`
//! and both of `paths`. With a calendar of every organisation's (`concerned` in src/calendar/store.rs), and with news for every
//! organisation's admins (`batch` in src/notifications/store/fan_out.rs and `within` of the notifications): `no_mail_calendar_or_notification`.
//! With a link of a mail that marks what it leads to as read: `reading` (HEAD and GET wrote to notifications).
//! What a new deal's place may be (`may_place` in src/referrals/service/create.rs) is not seen here: tests/deals/new.rs fails without it.

mod acts;
mod crawl;
mod demo;
mod fields;
mod parameters;
pub mod paths;
mod reading;
mod table;
mod told;
mod world;
