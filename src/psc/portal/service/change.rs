//! Changing deals in PSC: each change is texts that are read as an import reads them, in one transaction with its note in the audit log.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Desk;
use crate::{
    accounts::service::By,
    audit::service::{self as audit, Action},
    db::{self, Tx},
    error::AppError,
    ids::ImportId,
    psc::{
        import::{
            Column, DealColumn as C, Flaw,
            texts::{DealTexts, StoredDeal, columns_of},
        },
        portal::{
            rules::{Act, FIXED, Refused},
            store::{
                desk::{self, Busy},
                edit::{self, Change},
            },
        },
    },
};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error("PSC does not allow it: {0:?}")]
    Refused(Refused),
    #[error("not now: {0:?}")]
    Busy(Busy),
    /// Won, lost or closed.
    #[error("the deal is closed")]
    Terminal,
    /// Somebody changed it meanwhile; how it is now.
    #[error("changed meanwhile")]
    Conflict(Box<StoredDeal>),
    /// What cannot be read, by column.
    #[error("unreadable: {0:?}")]
    Flaws(Vec<Flaw>),
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<sqlx::Error> for EditError {
    fn from(error: sqlx::Error) -> Self {
        Self::App(error.into())
    }
}

/// How a change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    Changed,
    /// It was so already.
    Same,
}

/// Changes an open deal: these columns get these texts; the fixed ones do not. `seen`: the digest of what was on the page.
///
/// *Permissions*: whoever has the deal in PSC, while PSC is open.
///
/// # Errors
/// [`EditError`]; [`AppError::NotFound`] for a deal that is none of theirs or has migrated.
pub async fn edit(by: &By<'_>, desk: &Desk, id: &str, seen: i64, cells: &[(C, String)]) -> Result<Edited, EditError> {
    desk.may(Act::Edit).map_err(EditError::Refused)?;
    change(by, desk, id, seen, Action::PscDealChanged, |_, texts| put(texts, cells)).await
}

/// Fills in what is missing, and nothing else: until PSC closes.
///
/// # Errors
/// As [`edit`].
pub async fn complete(by: &By<'_>, desk: &Desk, id: &str, seen: i64, cells: &[(C, String)]) -> Result<Edited, EditError> {
    desk.may(Act::Complete).map_err(EditError::Refused)?;
    change(by, desk, id, seen, Action::PscDealChanged, |deal, texts| {
        let fills = |column: &C| deal.missing().details().any(|detail| columns_of(detail).contains(column));
        let fitting: Vec<(C, String)> = cells.iter().filter(|(column, _)| fills(column)).cloned().collect();
        put(texts, &fitting);
    })
    .await
}

/// Marks an open deal `Won`, `Lost` or `Closed - Duplicate`, for good.
///
/// # Errors
/// As [`edit`].
pub async fn close(by: &By<'_>, desk: &Desk, id: &str, seen: i64, status: &str) -> Result<Edited, EditError> {
    desk.may(Act::Close).map_err(EditError::Refused)?;
    change(by, desk, id, seen, Action::PscDealClosed, |_, texts| texts.set(C::Status, status)).await
}

fn put(texts: &mut DealTexts, cells: &[(C, String)]) {
    for (column, text) in cells.iter().filter(|(column, _)| !FIXED.contains(column)) {
        texts.set(*column, text);
    }
}

async fn change(
    by: &By<'_>,
    desk: &Desk,
    id: &str,
    seen: i64,
    action: Action,
    apply: impl FnOnce(&StoredDeal, &mut DealTexts),
) -> Result<Edited, EditError> {
    let organisation = by.actor.organisation;
    let mut tx = db::begin(by.db).await?;
    let import = hold(&mut tx, by).await?;
    let mut found = edit::these(&mut *tx, organisation, import, &desk.access, &[id.to_owned()]).await?;
    let deal = found.pop().ok_or(AppError::NotFound)?;
    if !deal.is_open() {
        return Err(EditError::Terminal);
    }
    if deal.digest != seen {
        return Err(EditError::Conflict(Box::new(deal)));
    }
    let before = DealTexts::from(&deal);
    let mut texts = before.clone();
    apply(&deal, &mut texts);
    let Some(touched) = touched(&before, &mut texts, by) else { return Ok(Edited::Same) };
    let now = texts.read(import).map_err(|flaw| EditError::Flaws(vec![flaw]))?;
    let flaws: Vec<Flaw> = now
        .flaws
        .iter()
        .filter(|flaw| touched.iter().any(|column| column.name() == flaw.column))
        .cloned()
        .collect();
    if !flaws.is_empty() {
        return Err(EditError::Flaws(flaws));
    }
    audit::record(&mut tx, entry(by, action, id, &before, &texts, &touched)).await?;
    let change = Change { id, before: Some(&deal), now };
    edit::write(&mut tx, import, vec![change], by.actor.user, by.now).await?;
    desk::count_edit(&mut tx, organisation, false).await?;
    tx.commit().await?;
    Ok(Edited::Changed)
}

/// The columns that changed, with the date of the change put in; `None`: nothing did.
pub(super) fn touched(before: &DealTexts, texts: &mut DealTexts, by: &By<'_>) -> Option<Vec<C>> {
    let touched: Vec<C> = texts.changed(before).collect();
    texts.set(C::Modified, &by.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    (!touched.is_empty()).then_some(touched)
}

/// Makes a deal in PSC; returns its opportunity ID.
///
/// *Permissions*: whoever uses PSC, in an account of theirs, while PSC is open and the switch is not set.
///
/// # Errors
/// [`EditError`]; [`AppError::NotFound`] for an account that is none of theirs.
pub async fn create(by: &By<'_>, desk: &Desk, cells: &[(C, String)]) -> Result<String, EditError> {
    desk.may(Act::Create).map_err(EditError::Refused)?;
    let organisation = by.actor.organisation;
    let mut texts = DealTexts::empty();
    for (column, text) in cells {
        texts.set(*column, text);
    }
    // Not one after the other: an ID that somebody else's system gives as well would be the same deal.
    let id = format!("7-PC{}", Uuid::new_v4().simple().to_string().get(..12).unwrap_or_default().to_uppercase());
    let moment = by.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    for (column, text) in
        [(C::Id, id.as_str()), (C::Status, "Open"), (C::Source, "Partner"), (C::Created, &moment), (C::Modified, &moment)]
    {
        texts.set(column, text);
    }
    if !desk.access.has(texts.get(C::AccountId), texts.get(C::AssignedSeller)) {
        return Err(AppError::NotFound.into());
    }
    let mut tx = db::begin(by.db).await?;
    let import = hold(&mut tx, by).await?;
    let now = texts.read(import).map_err(|flaw| EditError::Flaws(vec![flaw]))?;
    if !now.flaws.is_empty() {
        return Err(EditError::Flaws(now.flaws));
    }
    if !desk::count_edit(&mut tx, organisation, true).await? {
        return Err(EditError::Refused(Refused::Switched));
    }
    let touched: Vec<C> = C::ALL.iter().copied().filter(|column| !texts.get(*column).is_empty()).collect();
    audit::record(&mut tx, entry(by, Action::PscDealCreated, &id, &DealTexts::empty(), &texts, &touched)).await?;
    edit::write(&mut tx, import, vec![Change { id: &id, before: None, now }], by.actor.user, by.now).await?;
    tx.commit().await?;
    Ok(id)
}

/// The export that counts, held until the transaction ends: another one may have come in since the desk was looked at.
///
/// # Errors
/// Why nothing can be changed just now.
pub(super) async fn hold(tx: &mut Tx<'_>, by: &By<'_>) -> Result<ImportId, EditError> {
    desk::hold(tx, by.actor.organisation).await?.map_err(EditError::Busy)
}

/// What the audit log keeps of a change.
pub(super) fn entry<'n>(
    by: &By<'_>,
    action: Action,
    id: &'n str,
    before: &DealTexts,
    after: &DealTexts,
    touched: &[C],
) -> audit::Entry<'n> {
    let said = |texts: &DealTexts| {
        let cells = touched.iter().filter(|column| !texts.get(**column).is_empty());
        let cells: Map<String, Value> = cells
            .map(|column| (column.name().to_owned(), Value::from(texts.get(*column))))
            .collect();
        json!(cells)
    };
    audit::Entry {
        organisation: by.actor.organisation,
        by: Some(by.actor.user),
        address: by.address,
        at: by.now,
        action,
        subject: by.actor.organisation.0,
        name: id,
        before: said(before),
        after: said(after),
    }
}
