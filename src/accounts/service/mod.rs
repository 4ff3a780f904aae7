//! The accounts room's use cases. What stands here writes in a transaction of the caller, and keeps nothing in the audit log: it
//! is for making organisations. `people`, `grants`, `places` and `password` are what is done to people and places afterwards, and keep
//! it there: each with its transaction, but [`people::appoint`] and [`grants::grant_all`], which are an operator's and a
//! wizard's.

mod change;
pub mod grants;
pub mod password;
pub mod people;
pub mod places;

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

pub use change::{By, ChangeError};

pub use super::store::{Location, Member, Organisation, Person};
use super::{
    policy::{self, OrganisationKind},
    store::{self, create},
};
use crate::{
    auth::Role,
    db::{Pool, Tx, part},
    ids::{LocationId, OrganisationId, UserId},
};

#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// Not this role in this organisation, or not for a single location ([`policy::can_have`]).
    #[error("{0} cannot be given there")]
    Role(&'static str),
    /// No such user, location or organisation.
    #[error("not found")]
    NotFound,
    /// Not a mail address, or one of a consumer service.
    #[error("{0} is not a work account")]
    NotWorkMail(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The dates of an organisation's PSC (domain.md section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PscDates {
    /// Deals created earlier stay behind.
    pub eligible_from: DateTime<Utc>,
    pub read_only_from: DateTime<Utc>,
    pub closed_from: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug)]
pub struct NewPartner<'a> {
    pub legal_name: &'a str,
    /// Two letters, as in ISO 3166-1.
    pub country: &'a str,
    /// The global MPN ID.
    pub mpn_id: &'a str,
    pub isv_connect: bool,
    pub psc: PscDates,
}

#[derive(Clone, Copy, Debug)]
pub struct NewLocation<'a> {
    pub mpn_id: &'a str,
    pub name: &'a str,
    pub legal_entity: &'a str,
    pub address_line: &'a str,
    pub city: &'a str,
    pub country: &'a str,
    pub contact_mail: &'a str,
}

#[derive(Clone, Copy, Debug)]
pub struct NewUser<'a> {
    pub mail: &'a str,
    pub display_name: &'a str,
    /// As in the IANA time zone database.
    pub time_zone: &'a str,
    /// Argon2id as PHC text; `None`: cannot sign in with a password.
    pub password_hash: Option<&'a str>,
}

/// A role to be given to one of many, and where; no `location`: the whole organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    pub user: UserId,
    pub role: Role,
    pub location: Option<LocationId>,
}

pub async fn organisation(db: impl PgExecutor<'_>, id: OrganisationId) -> sqlx::Result<Option<Organisation>> {
    store::organisation(db, id).await
}

/// The partner with this global MPN ID; a location's MPN ID finds none.
pub async fn find_partner_by_mpn(pool: &Pool, mpn_id: &str) -> sqlx::Result<Option<Organisation>> {
    store::partner_by_mpn(pool, mpn_id).await
}

/// The organisation in whose tenant the domain is verified.
pub async fn find_by_domain(pool: &Pool, domain: &str) -> sqlx::Result<Option<Organisation>> {
    store::organisation_by_domain(pool, &domain.to_lowercase()).await
}

/// The vendor, once there is one.
pub async fn vendor(tx: &mut Tx<'_>) -> sqlx::Result<Option<OrganisationId>> {
    store::vendor(tx).await
}

/// In the order of their MPN IDs.
pub async fn locations(db: impl PgExecutor<'_>, organisation: OrganisationId) -> sqlx::Result<Vec<Location>> {
    part(db, organisation).await
}

/// Who can grant roles: account admins first, then global admins.
pub async fn account_admins(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Vec<Person>> {
    store::account_admins(pool, organisation).await
}

/// Everybody of an organisation who is not disabled, with all roles.
pub async fn members(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Vec<Member>> {
    store::members(pool, organisation).await
}

pub async fn create_vendor(
    tx: &mut Tx<'_>,
    legal_name: &str,
    country: &str,
    at: DateTime<Utc>,
) -> Result<OrganisationId, AccountsError> {
    Ok(create::organisation(tx, OrganisationKind::Vendor, legal_name, country, None, false, at).await?)
}

/// A partner, with the dates of its PSC.
pub async fn create_partner(tx: &mut Tx<'_>, new: &NewPartner<'_>, at: DateTime<Utc>) -> Result<OrganisationId, AccountsError> {
    let NewPartner { legal_name, country, mpn_id, isv_connect, psc } = new;
    let kind = OrganisationKind::Partner;
    let id = create::organisation(tx, kind, legal_name, country, Some(mpn_id), *isv_connect, at).await?;
    create::psc_settings(tx, id, psc).await?;
    Ok(id)
}

/// A verified mail domain of the organisation's tenant: people with an address in it are members, others guests.
pub async fn add_tenant_domain(tx: &mut Tx<'_>, organisation: OrganisationId, domain: &str) -> Result<(), AccountsError> {
    Ok(create::tenant_domain(tx, organisation, domain).await?)
}

/// # Errors
/// [`AccountsError::NotWorkMail`] when the contact's mail is a consumer's.
pub async fn create_location(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    new: &NewLocation<'_>,
    at: DateTime<Utc>,
) -> Result<LocationId, AccountsError> {
    if !policy::is_work_mail(new.contact_mail) {
        return Err(AccountsError::NotWorkMail(new.contact_mail.to_owned()));
    }
    Ok(create::location(tx, organisation, new, at).await?)
}

/// A member or a guest, by the domain of the mail.
///
/// # Errors
/// [`AccountsError::NotWorkMail`] when the mail is none, or a consumer's.
pub async fn create_user(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    new: &NewUser<'_>,
    at: DateTime<Utc>,
) -> Result<UserId, AccountsError> {
    let domain = policy::mail_domain(new.mail).filter(|_| policy::is_work_mail(new.mail));
    let domain = domain.ok_or_else(|| AccountsError::NotWorkMail(new.mail.to_owned()))?;
    Ok(create::user(tx, organisation, new, &domain, at).await?)
}

/// Gives a role for the whole organisation (no `location`) or for one location of it.
///
/// # Errors
/// [`AccountsError::Role`] when such a role cannot be given there, [`AccountsError::NotFound`] when user or location are not this
/// organisation's.
pub async fn assign_role(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    user: UserId,
    role: Role,
    location: Option<LocationId>,
    granted_by: Option<UserId>,
    at: DateTime<Utc>,
) -> Result<(), AccountsError> {
    let kind = store::kind(tx, organisation).await?.ok_or(AccountsError::NotFound)?;
    if !policy::can_have(kind, role, location.is_some()) {
        return Err(AccountsError::Role(role.code()));
    }
    let given = create::role_assignment(tx, organisation, user, role, location, granted_by, at).await?;
    given.then_some(()).ok_or(AccountsError::NotFound)
}

/// Guests from the vendor who are not disabled: the partner development managers (domain.md section 2).
pub async fn partner_managers(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<Vec<UserId>> {
    store::partner_managers(tx, organisation).await
}
