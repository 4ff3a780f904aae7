//! Lists of leads, and one lead opened. What is done with a lead is done by the referrals' own use cases.

use super::store;
pub use super::store::{Counts, Inquiry, Line};
use crate::{
    auth::Scope,
    db::Pool,
    error::AppError,
    ids::ReferralId,
    referrals::{
        cursor::Cursor,
        service::{self as referrals, ActError, By, Opened},
        status::Status,
    },
};

/// Leads on a page.
pub const PAGE: usize = 50;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Customers wrote to the partner.
    #[default]
    Marketplace,
    /// Microsoft's marketing or sales sent them.
    Qualified,
    /// Of the asking person.
    Favourites,
}

impl Tab {
    pub const ALL: [Self; 3] = [Self::Marketplace, Self::Qualified, Self::Favourites];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Marketplace => "marketplace",
            Self::Qualified => "qualified",
            Self::Favourites => "favourites",
        }
    }
}

/// What a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub tab: Tab,
    /// Each must be in the lead's or its customer's name, whatever the case.
    pub words: Vec<String>,
    pub after: Option<Cursor>,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Listing {
    pub counts: Counts,
    pub lines: Vec<Line>,
    pub next: Option<Cursor>,
}

/// The leads in scope that the filter chooses. Two queries.
pub async fn list(pool: &Pool, scope: &Scope, filter: &Filter) -> Result<Listing, AppError> {
    let counts = store::counts(pool, scope, filter).await?;
    let mut lines = store::page(pool, scope, filter).await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines
        .last()
        .filter(|_| more)
        .map(|line| Cursor { at: line.created_at, id: line.referral_id });
    Ok(Listing { counts, lines, next })
}

/// A lead in scope.
///
/// # Errors
/// [`AppError::NotFound`] for what is not there, out of scope, or a deal.
pub async fn find(by: &By<'_>, id: ReferralId) -> Result<(Opened, Inquiry), AppError> {
    let scope = by.actor.scope();
    let opened = referrals::open(by.db, &by.actor.scope(), id).await?;
    let inquiry = store::inquiry(by.db, &scope, opened.deal.engagement_id)
        .await?
        .ok_or(AppError::NotFound)?;
    Ok((opened, inquiry))
}

/// A lead in scope. Whoever opens a pending one has received it.
///
/// # Errors
/// [`AppError::NotFound`] for what is not there, out of scope, or a deal.
pub async fn open(by: &By<'_>, id: ReferralId) -> Result<(Opened, Inquiry), AppError> {
    let (mut opened, inquiry) = find(by, id).await?;
    if opened.deal.status == Status::Pending {
        match referrals::mark_received(by, id).await {
            // Somebody was faster, or it is over: what stands there now is shown.
            Ok(()) | Err(ActError::Changed | ActError::Over) => {}
            Err(error) => return Err(error.into()),
        }
        opened = referrals::open(by.db, &by.actor.scope(), id).await?;
    }
    Ok((opened, inquiry))
}
