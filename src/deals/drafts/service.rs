//! What is done with drafts.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::store::{self, Row};
use crate::{
    auth::Actor,
    db::{self, Pool},
    deals::forms::Draft,
    error::AppError,
    ids::{DraftId, ReferralId},
    referrals::{
        rules::Flaw,
        service::{self as referrals, ActError, By},
    },
};

/// How often a change of a draft is tried again when another page of the same person was faster.
const TRIES: usize = 5;

/// A draft as it is kept.
pub struct Kept {
    pub id: DraftId,
    pub draft: Draft,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
    /// The deal that it became.
    pub deal: Option<ReferralId>,
}

/// What came of checking and making.
pub enum Made {
    /// Made now, or by an earlier click.
    Deal(ReferralId),
    /// It was changed after it was checked.
    Changed,
    Wrong(Vec<Flaw>),
}

impl From<Row> for Kept {
    fn from(row: Row) -> Self {
        let Row { id, data, updated_at, version, referral } = row;
        // What an older version of the portal kept and this one cannot read is typed again.
        Self { id, draft: serde_json::from_value(data).unwrap_or_default(), updated_at, version, deal: referral }
    }
}

/// The person's open drafts, the latest first.
pub async fn list(db: &Pool, actor: &Actor) -> sqlx::Result<Vec<Kept>> {
    Ok(store::list(db, actor).await?.into_iter().map(Kept::from).collect())
}

/// # Errors
/// [`AppError::NotFound`] for what is not there, or somebody else's.
pub async fn open(db: &Pool, actor: &Actor, id: DraftId) -> Result<Kept, AppError> {
    Ok(store::draft(db, actor, id).await?.ok_or(AppError::NotFound)?.into())
}

pub async fn begin(db: &Pool, actor: &Actor, draft: &Draft, at: DateTime<Utc>) -> Result<DraftId, AppError> {
    let id = DraftId::new();
    store::create(db, actor, id, &json(draft)?, at).await?;
    Ok(id)
}

/// Changes a draft and keeps it. When another page of the same person was faster, the change is made on top of theirs: pages
/// change different steps.
///
/// # Errors
/// As [`open`]; [`AppError::Conflict`] when other pages do not stop being faster.
pub async fn change(
    db: &Pool,
    actor: &Actor,
    id: DraftId,
    at: DateTime<Utc>,
    change: impl Fn(&mut Draft),
) -> Result<Kept, AppError> {
    for _ in 0..TRIES {
        let row = store::draft(db, actor, id).await?.ok_or(AppError::NotFound)?;
        let mut draft: Draft = serde_json::from_value(row.data.clone()).unwrap_or_default();
        if row.referral.is_some() {
            return Ok(row.into());
        }
        change(&mut draft);
        if store::save(db, actor, &row, &json(&draft)?, at).await? {
            return Ok(Kept { id, draft, updated_at: at, version: row.version + 1, deal: None });
        }
    }
    Err(AppError::Conflict("error-draft-busy"))
}

/// # Errors
/// As [`open`].
pub async fn discard(db: &Pool, actor: &Actor, id: DraftId) -> Result<(), AppError> {
    if store::discard(db, actor, id).await? { Ok(()) } else { Err(AppError::NotFound) }
}

/// Makes the deal, once however often it is asked: draft and deal change in one transaction that has the draft for itself.
///
/// `seen`: the version that was checked.
///
/// # Errors
/// Of [`referrals::create`].
pub async fn make(by: &By<'_>, id: DraftId, seen: i32) -> Result<Made, ActError> {
    let mut tx = db::begin(by.db).await?;
    let row = store::lock(&mut tx, by.actor, id).await?.ok_or(ActError::NotFound)?;
    if let Some(deal) = row.referral {
        return Ok(Made::Deal(deal));
    }
    if row.version != seen {
        return Ok(Made::Changed);
    }
    let draft: Draft = serde_json::from_value(row.data.clone()).unwrap_or_default();
    let (new, flaws) = draft.parse();
    if !flaws.is_empty() {
        return Ok(Made::Wrong(flaws));
    }
    match referrals::create_in(&mut tx, by, &new).await {
        Ok(deal) => {
            store::finish(&mut tx, &row, deal, by.now).await?;
            tx.commit().await?;
            Ok(Made::Deal(deal))
        }
        Err(ActError::Invalid(flaws)) => Ok(Made::Wrong(flaws.into_iter().map(|flaw| draft.placed(flaw)).collect())),
        Err(error) => Err(error),
    }
}

fn json(draft: &Draft) -> Result<Value, AppError> {
    serde_json::to_value(draft).map_err(|error| AppError::Internal(error.to_string()))
}
