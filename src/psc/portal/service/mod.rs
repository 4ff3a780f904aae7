//! Use cases of PSC's own pages.

mod change;
mod upload;

use chrono::{DateTime, Utc};

pub use super::store::{
    desk::Busy,
    list::{Counts, Listed},
    people::{Account, PscUser},
    uploads::{RowProblem, Upload},
};
use super::{
    query::Filter,
    rules::{self, Access, Act, Phase, Refused},
    store,
};
use crate::{
    auth::Actor,
    db::Pool,
    error::AppError,
    ids::{ReferralId, UploadId},
    psc::{import::texts::StoredDeal, policy::IMPORT},
    referrals::missing::Detail,
};
pub use change::{EditError, Edited, close, complete, create, edit};
pub use upload::{UploadError, take_details};

/// Rows of a list on a page.
pub const PAGE: usize = 50;
/// Deals of the clean-up page.
pub const SHEET: usize = 25;
/// Counts of the home page stop here.
pub const MOST: i64 = 10_000;
/// Deals read at once for files.
const FILE_PAGE: i64 = 1_000;

/// PSC as somebody finds it.
#[derive(Clone, Debug)]
pub struct Desk {
    pub facts: store::desk::Facts,
    pub phase: Phase,
    pub access: Access,
}

impl Desk {
    /// # Errors
    /// Why it may not be done.
    pub const fn may(&self, act: Act) -> Result<(), Refused> {
        rules::may(self.phase, self.facts.switched_at.is_some(), act)
    }
}

/// `None`: nothing of the organisation has come in yet.
///
/// # Errors
/// When the database is away.
pub async fn desk(pool: &Pool, actor: &Actor, now: DateTime<Utc>) -> Result<Option<Desk>, AppError> {
    let Some(facts) = store::desk::facts(pool, actor.organisation).await? else { return Ok(None) };
    let users = store::desk::users_of(pool, actor.organisation, facts.import, &actor.mail).await?;
    let access = Access::of((IMPORT.allows)(actor), users);
    Ok(Some(Desk { facts, phase: facts.dates.phase(now), access }))
}

/// A page of the grid; one more than [`PAGE`] says that there are more.
pub async fn list(pool: &Pool, actor: &Actor, desk: &Desk, filter: &Filter) -> Result<Vec<Listed>, AppError> {
    let wanted = store::list::Wanted {
        organisation: actor.organisation,
        import: desk.facts.import,
        access: &desk.access,
        filter,
        limit: PAGE as i64 + 1,
    };
    Ok(store::list::page(pool, &wanted).await?)
}

pub async fn counts(pool: &Pool, actor: &Actor, desk: &Desk, now: DateTime<Utc>) -> Result<Counts, AppError> {
    let today = now.date_naive();
    Ok(store::list::counts(pool, actor.organisation, desk.facts.import, &desk.access, today, MOST + 1).await?)
}

/// A deal, or where it went.
#[derive(Clone, Debug)]
pub enum Found {
    Here(Box<StoredDeal>),
    Migrated(ReferralId),
}

/// # Errors
/// [`AppError::NotFound`]: no such deal, or none of theirs.
pub async fn find(pool: &Pool, actor: &Actor, desk: &Desk, id: &str) -> Result<Found, AppError> {
    let (organisation, import) = (actor.organisation, desk.facts.import);
    if let Some(deal) = store::edit::find(pool, organisation, import, &desk.access, id).await? {
        return Ok(Found::Here(Box::new(deal)));
    }
    let migrated = store::edit::migrated(pool, organisation, &desk.access, id).await?;
    migrated.map(Found::Migrated).ok_or(AppError::NotFound)
}

/// Deals by ID, a page at a time, for files; empty behind the last.
pub async fn file_page(pool: &Pool, actor: &Actor, desk: &Desk, after: &str) -> Result<Vec<StoredDeal>, AppError> {
    Ok(store::edit::page(pool, actor.organisation, desk.facts.import, &desk.access, after, FILE_PAGE).await?)
}

/// Eligible deals that lack a detail, in the order of their IDs; one more than [`SHEET`] says that there are more.
pub async fn incomplete(
    pool: &Pool,
    actor: &Actor,
    desk: &Desk,
    detail: Detail,
    after: &str,
) -> Result<Vec<StoredDeal>, AppError> {
    let (organisation, import) = (actor.organisation, desk.facts.import);
    let ids = store::list::incomplete(pool, organisation, import, &desk.access, detail, after, SHEET as i64 + 1).await?;
    these(pool, actor, desk, &ids).await
}

/// These deals, by ID, as far as they are theirs and have not migrated.
pub async fn these(pool: &Pool, actor: &Actor, desk: &Desk, ids: &[String]) -> Result<Vec<StoredDeal>, AppError> {
    let mut deals = store::edit::these(pool, actor.organisation, desk.facts.import, &desk.access, ids).await?;
    // As the database orders them, whatever its collation.
    deals.sort_by_key(|deal| ids.iter().position(|id| *id == deal.psc_deal_id));
    Ok(deals)
}

pub async fn accounts(pool: &Pool, actor: &Actor, desk: &Desk) -> Result<Vec<Account>, AppError> {
    Ok(store::people::accounts(pool, actor.organisation, desk.facts.import, &desk.access).await?)
}

/// A page of PSC's users; one more than [`PAGE`] says that there are more.
pub async fn users(pool: &Pool, desk: &Desk, role: &str, search: &str, after: &str) -> Result<Vec<PscUser>, AppError> {
    Ok(store::people::users(pool, desk.facts.import, &desk.access, role, search, after, PAGE as i64 + 1).await?)
}

/// All users by ID, a page at a time, for files.
pub async fn users_file_page(pool: &Pool, desk: &Desk, after: &str) -> Result<Vec<PscUser>, AppError> {
    Ok(store::people::users(pool, desk.facts.import, &desk.access, "", "", after, FILE_PAGE).await?)
}

pub async fn account_rows(pool: &Pool, desk: &Desk) -> Result<Vec<[String; 4]>, AppError> {
    Ok(store::people::account_rows(pool, desk.facts.import).await?)
}

/// # Errors
/// [`AppError::NotFound`]: no such upload of theirs.
pub async fn upload(pool: &Pool, actor: &Actor, id: UploadId) -> Result<Upload, AppError> {
    let found = store::uploads::find(pool, actor.organisation, actor.user, id).await?;
    found.ok_or(AppError::NotFound)
}
