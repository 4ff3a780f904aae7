//! What operators do.

use chrono::{DateTime, Utc};
use serde_json::json;

pub use super::store::{AnyRun, FailedJob, JobCount, PAGE, Partner, failed_jobs, job_counts, partner, partners, runs};
use super::{forms::NewPartner, store};
use crate::{
    accounts::{
        policy::mail_domain,
        service::{self as accounts, AccountsError, NewUser, PscDates, people::appoint},
    },
    audit::service::{self as audit, Action, Entry},
    auth::{Origin, Role, secret},
    clock::Clock,
    config::Settings,
    db::{self, Pool},
    error::AppError,
    ids::OrganisationId,
};

/// What a new partner's first account admin gets: shown once.
#[derive(Clone, Debug)]
pub struct Created {
    pub organisation: OrganisationId,
    pub mail: String,
    pub password: String,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Field and locale key: somebody has it already.
    #[error("{0} is taken")]
    Taken(&'static str, &'static str),
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<sqlx::Error> for CreateError {
    fn from(error: sqlx::Error) -> Self {
        let taken = match error.as_database_error().and_then(|e| e.constraint()) {
            Some("organisations_mpn_id_key") => Self::Taken("mpn_id", "operators-flaw-mpn-taken"),
            Some("tenant_domains_pkey") => Self::Taken("domain", "operators-flaw-domain-taken"),
            Some("users_mail") => Self::Taken("admin_mail", "operators-flaw-mail-taken"),
            _ => Self::App(error.into()),
        };
        tracing::debug!(%taken, "a partner was not created");
        taken
    }
}

impl From<AccountsError> for CreateError {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::Database(error) => error.into(),
            AccountsError::NotWorkMail(_) => Self::Taken("admin_mail", "operators-flaw-admin-mail"),
            other => Self::App(AppError::Internal(other.to_string())),
        }
    }
}

/// Makes a partner with the PSC dates of the settings, its mail domain, and its first people's admin: global admin and account admin,
/// with a password that is shown once.
///
/// # Errors
/// [`CreateError::Taken`] when MPN ID, domain or mail belong to somebody.
pub async fn create_partner(
    pool: &Pool,
    clock: &Clock,
    settings: &Settings,
    new: &NewPartner,
    origin: Origin,
) -> Result<Created, CreateError> {
    let password = secret::one_time_password();
    // Hashing is slow: before the transaction.
    let hash = secret::hash_password(password.clone()).await?;
    let at = clock.now();
    let psc = PscDates {
        eligible_from: settings.psc_eligible_from,
        read_only_from: settings.psc_read_only_from,
        closed_from: settings.psc_closed_from,
    };
    let mut tx = db::begin(pool).await?;
    let partner =
        accounts::NewPartner { legal_name: &new.legal_name, country: &new.country, mpn_id: &new.mpn_id, isv_connect: false, psc };
    let organisation = accounts::create_partner(&mut tx, &partner, at).await?;
    accounts::add_tenant_domain(&mut tx, organisation, &new.domain).await?;
    let admin = NewUser { mail: &new.admin_mail, display_name: &new.admin_name, time_zone: "UTC", password_hash: Some(&hash) };
    appoint(&mut tx, organisation, &admin, &[Role::GlobalAdmin, Role::AccountAdmin], origin, at).await?;
    tx.commit().await?;
    Ok(Created { organisation, mail: new.admin_mail.clone(), password })
}

/// Makes a portal operator, and the vendor if there is none: how a database of one's own begins. Answers with the password.
///
/// # Errors
/// When the mail is taken, or no work mail.
pub async fn create_operator(pool: &Pool, clock: &Clock, vendor: &str, mail: &str, name: &str) -> Result<String, CreateError> {
    let password = secret::one_time_password();
    let hash = secret::hash_password(password.clone()).await?;
    let at = clock.now();
    let mut tx = db::begin(pool).await?;
    let vendor = match accounts::vendor(&mut tx).await? {
        Some(there) => there,
        None => {
            let made = accounts::create_vendor(&mut tx, vendor, "US", at).await?;
            let domain = mail_domain(mail).ok_or(CreateError::Taken("admin_mail", "operators-flaw-admin-mail"))?;
            accounts::add_tenant_domain(&mut tx, made, &domain).await?;
            made
        }
    };
    let new = NewUser { mail, display_name: name, time_zone: "UTC", password_hash: Some(&hash) };
    appoint(&mut tx, vendor, &new, &[Role::PortalOperator], Origin::default(), at).await?;
    tx.commit().await?;
    Ok(password)
}

/// Gives a partner PSC dates of its own.
///
/// # Errors
/// [`AppError::NotFound`] for no such partner.
pub async fn set_dates(pool: &Pool, clock: &Clock, origin: Origin, id: OrganisationId, dates: PscDates) -> Result<(), AppError> {
    let there = store::partner(pool, id).await?.ok_or(AppError::NotFound)?;
    let mut tx = db::begin(pool).await?;
    if !store::set_dates(&mut tx, id, dates.eligible_from, dates.read_only_from, dates.closed_from).await? {
        return Err(AppError::NotFound);
    }
    let days = |eligible: Option<DateTime<Utc>>, read_only: Option<DateTime<Utc>>, closed: Option<DateTime<Utc>>| {
        let day = |at: Option<DateTime<Utc>>| at.map_or_else(String::new, |at| at.date_naive().to_string());
        json!({"eligible_from": day(eligible), "read_only_from": day(read_only), "closed_from": day(closed)})
    };
    let entry = Entry {
        organisation: id,
        by: origin.user,
        address: origin.address,
        at: clock.now(),
        action: Action::PscDatesSet,
        subject: id.0,
        name: &there.name,
        before: days(there.eligible_from, there.read_only_from, there.closed_from),
        after: days(Some(dates.eligible_from), Some(dates.read_only_from), Some(dates.closed_from)),
    };
    audit::record(&mut tx, entry).await?;
    Ok(tx.commit().await?)
}
