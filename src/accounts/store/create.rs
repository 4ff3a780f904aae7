//! Organisations, locations, users and role assignments come into being.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::{
    policy::OrganisationKind,
    service::{Grant, NewLocation, NewUser, PscDates},
};
use crate::{
    auth::Role,
    db::Tx,
    ids::{LocationId, OrganisationId, UserId},
};

/// An organisation with a new directory tenant.
pub async fn organisation(
    tx: &mut Tx<'_>,
    kind: OrganisationKind,
    legal_name: &str,
    country: &str,
    mpn_id: Option<&str>,
    isv_connect: bool,
    at: DateTime<Utc>,
) -> sqlx::Result<OrganisationId> {
    let id = OrganisationId::new();
    sqlx::query!(
        "insert into organisations (organisation_id, kind, legal_name, country, tenant_id, mpn_id, isv_connect, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id as OrganisationId,
        kind.code(),
        legal_name,
        country,
        Uuid::new_v4(),
        mpn_id,
        isv_connect,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// The dates of its PSC; no export has been taken in yet.
pub async fn psc_settings(tx: &mut Tx<'_>, organisation: OrganisationId, dates: &PscDates) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from, own_dates) values ($1, $2, $3, $4, true)",
        organisation as OrganisationId,
        dates.eligible_from,
        dates.read_only_from,
        dates.closed_from
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn tenant_domain(tx: &mut Tx<'_>, organisation: OrganisationId, domain: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into tenant_domains (domain, organisation_id) values (lower($1), $2)",
        domain,
        organisation as OrganisationId
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn location(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    new: &NewLocation<'_>,
    at: DateTime<Utc>,
) -> sqlx::Result<LocationId> {
    let id = LocationId::new();
    sqlx::query!(
        "insert into locations
            (location_id, organisation_id, mpn_id, name, legal_entity, address_line, city, country, contact_mail, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id as LocationId,
        organisation as OrganisationId,
        new.mpn_id,
        new.name,
        new.legal_entity,
        new.address_line,
        new.city,
        new.country,
        new.contact_mail,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// A member when the mail's `domain` is one of the tenant's, else a guest.
pub async fn user(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    new: &NewUser<'_>,
    domain: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<UserId> {
    let id = UserId::new();
    sqlx::query!(
        "insert into users (user_id, organisation_id, mail, display_name, kind, time_zone, password_hash, created_at)
         select $1, $2, $3, $4,
                case when exists (select from tenant_domains where organisation_id = $2 and domain = $5) then 'member' else 'guest' end,
                $6, $7, $8",
        id as UserId,
        organisation as OrganisationId,
        new.mail,
        new.display_name,
        domain,
        new.time_zone,
        new.password_hash,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// `false`: no such user, or no such location, in this organisation.
pub async fn role_assignment(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    user: UserId,
    role: Role,
    location: Option<LocationId>,
    granted_by: Option<UserId>,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into role_assignments (assignment_id, user_id, role, location_id, granted_by, granted_at)
         select $1, u.user_id, $4, $5, $6, $7 from users u
         where u.organisation_id = $2 and u.user_id = $3
           and ($5::uuid is null or exists (select from locations l where l.organisation_id = $2 and l.location_id = $5))",
        Uuid::now_v7(),
        organisation as OrganisationId,
        user as UserId,
        role.code(),
        location as Option<LocationId>,
        granted_by as Option<UserId>,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives these roles in one statement; returns how many went to a user and a location of this organisation. One that stands already
/// violates the key.
pub async fn role_assignments(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    grants: &[Grant],
    granted_by: Option<UserId>,
    at: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let ids: Vec<Uuid> = grants.iter().map(|_| Uuid::now_v7()).collect();
    let users: Vec<Uuid> = grants.iter().map(|grant| grant.user.0).collect();
    let roles: Vec<String> = grants.iter().map(|grant| grant.role.code().to_owned()).collect();
    let locations: Vec<Option<Uuid>> = grants.iter().map(|grant| grant.location.map(|id| id.0)).collect();
    let done = sqlx::query!(
        "insert into role_assignments (assignment_id, user_id, role, location_id, granted_by, granted_at)
         select g.id, u.user_id, g.role, g.location_id, $6, $7
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[]) as g (id, user_id, role, location_id)
         join users u on u.organisation_id = $1 and u.user_id = g.user_id
         where g.location_id is null
            or exists (select from locations l where l.organisation_id = $1 and l.location_id = g.location_id)",
        organisation as OrganisationId,
        &ids,
        &users,
        &roles,
        &locations as &[Option<Uuid>],
        granted_by as Option<UserId>,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}
