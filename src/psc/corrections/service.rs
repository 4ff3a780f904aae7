//! Corrections of wrong MPN IDs: asked for, taken back, approved or refused. An approved one holds at once: the views of exports
//! (`psc_export_deals`, `psc_export_accounts`) ask for it, so that deals become eligible and people find their location.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::store;
use crate::{
    accounts::service::{self as accounts, By, ChangeError},
    audit::service::{self as audit, Action},
    db::{self, Pool},
    error::AppError,
    ids::{CorrectionId, OrganisationId},
    migration::deals::service as migration,
    notifications::service::{self as notifications, Event},
    operators::policy::OPERATE,
    psc::policy::{DECIDE_MPN, IMPORT},
};

/// An MPN ID of a PSC account's that is none of the organisation's, and what hangs on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrong {
    pub psc_account_id: String,
    pub account_name: String,
    /// May be empty.
    pub mpn_id: String,
    /// Deals that would be eligible with a right one.
    pub deals: i64,
    pub users: i64,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCorrection {
    pub psc_account_id: String,
    pub account_name: String,
    pub wrong_mpn_id: String,
    /// The right one.
    pub mpn_id: String,
    pub note: String,
}

/// Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Requested,
    Approved,
    Refused,
    Withdrawn,
}

impl State {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Requested, Self::Approved, Self::Refused, Self::Withdrawn];
        all.into_iter().find(|state| state.code() == code)
    }
}

#[derive(Clone, Debug)]
pub struct Correction {
    pub id: CorrectionId,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub asked: NewCorrection,
    pub state: State,
    /// Of a refusal.
    pub reason: String,
    pub requested_by: String,
    pub requested_at: DateTime<Utc>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Approve,
    /// With the reason.
    Refuse(String),
}

/// Every wrong MPN ID, in the order of the accounts.
pub async fn wrong(pool: &Pool, organisation: OrganisationId) -> Result<Vec<Wrong>, AppError> {
    let mut wrong = BTreeMap::new();
    for deals in migration::wrong_mpns(pool, organisation).await? {
        let key = (deals.psc_account_id.clone(), deals.mpn_id.clone());
        wrong.insert(
            key,
            Wrong {
                psc_account_id: deals.psc_account_id,
                account_name: deals.account_name,
                mpn_id: deals.mpn_id,
                deals: deals.deals,
                users: 0,
            },
        );
    }
    for account in store::wrong_accounts(pool, organisation).await? {
        let key = (account.psc_account_id.clone(), account.mpn_id.clone());
        let entry = wrong.entry(key).or_insert_with(|| Wrong {
            psc_account_id: account.psc_account_id,
            mpn_id: account.mpn_id,
            ..Wrong::default()
        });
        entry.account_name = account.name;
        entry.users = account.users;
    }
    Ok(wrong.into_values().collect())
}

/// The organisation's own MPN IDs with the names of their locations; the global one is first and has none.
pub async fn own_mpns(pool: &Pool, organisation: OrganisationId) -> Result<Vec<(String, String)>, AppError> {
    Ok(store::own_mpns(pool, organisation).await?)
}

/// Those that wait first. `organisation`: of this one only; operators see all.
pub async fn list(pool: &Pool, organisation: Option<OrganisationId>) -> Result<Vec<Correction>, AppError> {
    Ok(store::list(pool, organisation, None).await?)
}

/// Asks for a correction, and tells the partner development managers.
///
/// # Errors
/// A flaw of `mpn_id` when it is none of the organisation's; refused when one is asked for already.
pub async fn request(by: &By<'_>, new: &NewCorrection) -> Result<CorrectionId, ChangeError> {
    if !(IMPORT.allows)(by.actor) {
        return Err(AppError::Forbidden(IMPORT.refusal).into());
    }
    let (id, organisation) = (CorrectionId::new(), by.actor.organisation);
    let mut tx = db::begin(by.db).await?;
    if !store::is_own(&mut tx, organisation, &new.mpn_id).await? {
        return Err(ChangeError::Flaw("mpn_id", "corrections-flaw-not-own"));
    }
    if !store::insert(&mut tx, organisation, id, new, by.actor.user, by.now).await? {
        return Err(ChangeError::Refused("corrections-refused-twice"));
    }
    audit::record(&mut tx, entry(by, organisation, Action::MpnRequested, id, new)).await?;
    for pdm in accounts::partner_managers(&mut tx, organisation).await? {
        notifications::tell_user(&mut tx, pdm, Event::MpnRequested, &detail(new), by.now).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// Takes back what was asked for.
///
/// # Errors
/// [`AppError::NotFound`] for no such correction of the organisation; refused when it is decided already.
pub async fn withdraw(by: &By<'_>, id: CorrectionId) -> Result<(), ChangeError> {
    if !(IMPORT.allows)(by.actor) {
        return Err(AppError::Forbidden(IMPORT.refusal).into());
    }
    let organisation = by.actor.organisation;
    find(by.db, Some(organisation), id).await?;
    let mut tx = db::begin(by.db).await?;
    let settled = store::settle(&mut tx, organisation, id, State::Withdrawn, "", by.actor.user, by.now).await?;
    let (asked, _) = settled.ok_or(ChangeError::Refused("corrections-refused-decided"))?;
    audit::record(&mut tx, entry(by, organisation, Action::MpnWithdrawn, id, &asked)).await?;
    Ok(tx.commit().await?)
}

/// Approves or refuses: a partner development manager for their partner, an operator for any. Who asked is told.
///
/// # Errors
/// [`AppError::NotFound`] for no such correction in reach; refused when it is decided already, and when the right MPN ID is no longer
/// the organisation's.
pub async fn decide(by: &By<'_>, id: CorrectionId, decision: &Decision) -> Result<(), ChangeError> {
    let asked = find(by.db, reach(by)?, id).await?;
    let (state, reason, action, event) = match decision {
        Decision::Approve => (State::Approved, "", Action::MpnApproved, Event::MpnApproved),
        Decision::Refuse(reason) => (State::Refused, reason.as_str(), Action::MpnRefused, Event::MpnRefused),
    };
    let mut tx = db::begin(by.db).await?;
    let settled = store::settle(&mut tx, asked.organisation, id, state, reason, by.actor.user, by.now).await?;
    let (new, who) = settled.ok_or(ChangeError::Refused("corrections-refused-decided"))?;
    if state == State::Approved && !store::is_own(&mut tx, asked.organisation, &new.mpn_id).await? {
        return Err(ChangeError::Refused("corrections-flaw-not-own"));
    }
    let mut entry = entry(by, asked.organisation, action, id, &new);
    if !reason.is_empty()
        && let Some(after) = entry.after.as_object_mut()
    {
        after.insert("reason".to_owned(), reason.into());
    }
    audit::record(&mut tx, entry).await?;
    notifications::tell_user(&mut tx, who, event, &detail(&new), by.now).await?;
    Ok(tx.commit().await?)
}

/// Whose corrections the actor decides: an operator everybody's, else the own organisation's.
fn reach(by: &By<'_>) -> Result<Option<OrganisationId>, AppError> {
    if (OPERATE.allows)(by.actor) {
        Ok(None)
    } else if (DECIDE_MPN.allows)(by.actor) {
        Ok(Some(by.actor.organisation))
    } else {
        Err(AppError::Forbidden(DECIDE_MPN.refusal))
    }
}

/// # Errors
/// [`AppError::NotFound`]
pub async fn find(pool: &Pool, organisation: Option<OrganisationId>, id: CorrectionId) -> Result<Correction, AppError> {
    let found = store::list(pool, organisation, Some(id)).await?;
    found.into_iter().next().ok_or(AppError::NotFound)
}

fn detail(new: &NewCorrection) -> serde_json::Value {
    json!({"account": new.account_name, "mpn": new.mpn_id})
}

fn entry<'n>(
    by: &By<'_>,
    organisation: OrganisationId,
    action: Action,
    id: CorrectionId,
    new: &'n NewCorrection,
) -> audit::Entry<'n> {
    audit::Entry {
        organisation,
        by: Some(by.actor.user),
        address: by.address,
        at: by.now,
        action,
        subject: id.0,
        name: &new.psc_account_id,
        before: json!({"name": new.account_name, "mpn_id": new.wrong_mpn_id}),
        after: json!({"mpn_id": new.mpn_id}),
    }
}
