//! All SQL of the accounts room.

pub mod change;
pub mod create;
pub mod people;
pub mod places;

use serde::Deserialize;
use sqlx::PgExecutor;

use super::policy::OrganisationKind;
use crate::{
    auth::{Assignment, Role},
    db::{Part, Pool, Tx},
    ids::{LocationId, OrganisationId, UserId},
};

#[derive(Clone, Debug)]
pub struct Organisation {
    pub id: OrganisationId,
    pub kind: OrganisationKind,
    pub legal_name: String,
    /// Two letters, as in ISO 3166-1.
    pub country: String,
    /// The global MPN ID; partners only.
    pub mpn_id: Option<String>,
    pub isv_connect: bool,
}

/// A business location, as it is chosen by.
#[derive(Clone, Debug, Deserialize)]
pub struct Location {
    pub id: LocationId,
    pub mpn_id: String,
    pub name: String,
}

/// In the order of their MPN IDs.
impl Part for Vec<Location> {
    const QUERY: &'static str = "select coalesce(json_agg(l), '[]') from (
        select location_id as id, mpn_id, name from locations where organisation_id = asked.organisation
        order by length(mpn_id), mpn_id) l";
}

/// Somebody to ask.
#[derive(Debug)]
pub struct Person {
    pub display_name: String,
    pub mail: String,
}

/// A user with all roles.
#[derive(Clone, Debug)]
pub struct Member {
    pub user: UserId,
    pub display_name: String,
    pub mail: String,
    /// In the order in which they were given.
    pub roles: Vec<Assignment>,
}

macro_rules! organisations {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Organisation,
            r#"select o.organisation_id as "id: OrganisationId", o.kind as "kind: OrganisationKind", o.legal_name, o.country, o.mpn_id,
                      o.isv_connect
               from organisations o where "# + $condition
            $(, $argument)*
        )
    };
}

pub async fn organisation(db: impl PgExecutor<'_>, id: OrganisationId) -> sqlx::Result<Option<Organisation>> {
    organisations!("o.organisation_id = $1", id as OrganisationId)
        .fetch_optional(db)
        .await
}

pub async fn partner_by_mpn(pool: &Pool, mpn_id: &str) -> sqlx::Result<Option<Organisation>> {
    organisations!("o.kind = 'partner' and o.mpn_id = $1", mpn_id)
        .fetch_optional(pool)
        .await
}

/// The organisation in whose tenant this mail domain (lower case) is verified.
pub async fn organisation_by_domain(pool: &Pool, domain: &str) -> sqlx::Result<Option<Organisation>> {
    organisations!(
        "exists (select from tenant_domains d where d.organisation_id = o.organisation_id and d.domain = $1)",
        domain
    )
    .fetch_optional(pool)
    .await
}

pub async fn kind(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<Option<OrganisationKind>> {
    sqlx::query_scalar!(
        r#"select kind as "kind: OrganisationKind" from organisations where organisation_id = $1"#,
        organisation as OrganisationId
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Who can grant roles in an organisation: account admins first, then global admins.
pub async fn account_admins(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Vec<Person>> {
    sqlx::query_as!(
        Person,
        "select u.display_name, u.mail from users u
         join (select user_id, min(role) as role from role_assignments where role in ('account-admin', 'global-admin')
               group by user_id) r using (user_id)
         where u.organisation_id = $1 and u.disabled_at is null
         order by r.role, u.display_name, u.mail",
        organisation as OrganisationId
    )
    .fetch_all(pool)
    .await
}

/// Everybody of an organisation who is not disabled, in the order of their accounts' making.
pub async fn members(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Vec<Member>> {
    let rows = sqlx::query!(
        r#"select u.user_id as "user: UserId", u.display_name, u.mail,
                  array(select a.role from role_assignments a where a.user_id = u.user_id order by a.assignment_id) as "roles!",
                  array(select a.location_id from role_assignments a where a.user_id = u.user_id order by a.assignment_id)
                      as "locations!: Vec<Option<LocationId>>"
           from users u where u.organisation_id = $1 and u.disabled_at is null order by u.user_id"#,
        organisation as OrganisationId
    )
    .fetch_all(pool)
    .await?;
    let roles = |codes: Vec<String>, locations: Vec<Option<LocationId>>| {
        let pairs = codes.into_iter().zip(locations);
        pairs
            .filter_map(|(code, location)| Some(Assignment { role: Role::from_code(&code)?, location }))
            .collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| Member {
            user: row.user,
            display_name: row.display_name,
            mail: row.mail,
            roles: roles(row.roles, row.locations),
        })
        .collect())
}

pub async fn vendor(tx: &mut Tx<'_>) -> sqlx::Result<Option<OrganisationId>> {
    sqlx::query_scalar!(
        r#"select organisation_id as "id: OrganisationId" from organisations where kind = 'vendor' order by created_at limit 1"#
    )
    .fetch_optional(&mut **tx)
    .await
}

pub async fn partner_managers(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<Vec<UserId>> {
    sqlx::query_scalar!(
        r#"select u.user_id as "id: UserId" from users u
           join tenant_domains d on d.domain = lower(split_part(u.mail, '@', -1))
           join organisations v on v.organisation_id = d.organisation_id and v.kind = 'vendor'
           where u.organisation_id = $1 and u.kind = 'guest' and u.disabled_at is null order by u.user_id"#,
        organisation as OrganisationId
    )
    .fetch_all(&mut **tx)
    .await
}
