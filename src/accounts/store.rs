//! All SQL of the accounts room.

use crate::{db::Pool, ids::OrganisationId};

/// Somebody to ask.
#[derive(Debug)]
pub struct Person {
    pub display_name: String,
    pub mail: String,
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
