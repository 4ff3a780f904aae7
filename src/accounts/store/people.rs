//! Reading an organisation's people.

use chrono::{DateTime, Utc};

use crate::{
    auth::{Assignment, Role},
    db::{Pool, Tx},
    ids::{LocationId, OrganisationId, UserId},
};

/// People on a page.
pub const PAGE: usize = 50;

/// Which people a list shows.
#[derive(Clone, Debug, Default)]
pub struct PeopleFilter {
    /// Part of the name or mail, whatever the case; empty: everybody.
    pub search: String,
    pub role: Option<Role>,
    /// The last one of the page before.
    pub after: Option<UserId>,
}

/// A user as their colleagues see them.
#[derive(Clone, Debug)]
pub struct User {
    pub id: UserId,
    pub display_name: String,
    pub mail: String,
    pub guest: bool,
    pub disabled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    /// Has a one-time password that was not used up yet.
    pub must_change_password: bool,
    /// In the order in which they were given.
    pub roles: Vec<Assignment>,
}

struct Row {
    id: UserId,
    display_name: String,
    mail: String,
    kind: String,
    disabled_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    must_change_password: bool,
    roles: Vec<String>,
    locations: Vec<Option<LocationId>>,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            display_name: row.display_name,
            mail: row.mail,
            guest: row.kind == "guest",
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            must_change_password: row.must_change_password,
            // A role that this version does not know is none.
            roles: row
                .roles
                .iter()
                .zip(row.locations)
                .filter_map(|(code, location)| Some(Assignment { role: Role::from_code(code)?, location }))
                .collect(),
        }
    }
}

macro_rules! users {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"select u.user_id as "id: UserId", u.display_name, u.mail, u.kind, u.disabled_at, u.created_at, u.must_change_password,
                      array(select a.role from role_assignments a where a.user_id = u.user_id order by a.assignment_id) as "roles!",
                      array(select a.location_id from role_assignments a where a.user_id = u.user_id order by a.assignment_id)
                          as "locations!: Vec<Option<LocationId>>"
               from users u where "# + $condition
            $(, $argument)*
        )
    };
}

/// One more than [`PAGE`] says that there are more. In the order of their names.
pub async fn list(pool: &Pool, organisation: OrganisationId, filter: &PeopleFilter) -> sqlx::Result<Vec<User>> {
    let like = (!filter.search.is_empty()).then(|| {
        let escaped = filter.search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        format!("%{escaped}%")
    });
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
    let rows = users!(
        "u.organisation_id = $1
            and ($2::text is null or u.display_name ilike $2 or u.mail ilike $2)
            and ($3::text is null or exists (select from role_assignments a where a.user_id = u.user_id and a.role = $3))
            and ($4::uuid is null or (u.display_name, u.user_id) >
                (select l.display_name, l.user_id from users l where l.organisation_id = $1 and l.user_id = $4))
         order by u.display_name, u.user_id limit $5",
        organisation as OrganisationId,
        like,
        filter.role.map(Role::code),
        filter.after as Option<UserId>,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(User::from).collect())
}

pub async fn find(pool: &Pool, organisation: OrganisationId, id: UserId) -> sqlx::Result<Option<User>> {
    let row = users!("u.organisation_id = $1 and u.user_id = $2", organisation as OrganisationId, id as UserId);
    Ok(row.fetch_optional(pool).await?.map(User::from))
}

/// The same within a transaction.
pub async fn find_now(tx: &mut Tx<'_>, organisation: OrganisationId, id: UserId) -> sqlx::Result<Option<User>> {
    let row = users!("u.organisation_id = $1 and u.user_id = $2", organisation as OrganisationId, id as UserId);
    Ok(row.fetch_optional(&mut **tx).await?.map(User::from))
}

/// Whether the mail domain (lower case) is verified in the organisation's tenant.
pub async fn is_tenant_domain(pool: &Pool, organisation: OrganisationId, domain: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from tenant_domains where organisation_id = $1 and domain = $2) as "exists!""#,
        organisation as OrganisationId,
        domain
    )
    .fetch_one(pool)
    .await
}
