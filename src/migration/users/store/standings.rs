//! Reads of where each PSC user stands (the view `psc_user_standings`): counts and lists.

use crate::{
    db::Pool,
    ids::OrganisationId,
    migration::users::checks::{Counts, Standing},
};

pub async fn counts(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Counts> {
    let rows = sqlx::query!(
        r#"select standing as "standing!", count(*) as "count!" from psc_user_standings where organisation_id = $1 group by 1"#,
        organisation as OrganisationId
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((Standing::from_code(&row.standing)?, row.count)))
        .collect())
}

/// A PSC user of a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub psc_user_id: String,
    pub first_name: String,
    pub last_name: String,
    /// As it stands in PSC.
    pub psc_mail: String,
    /// The account that an admin named for them.
    pub work_mail: Option<String>,
    /// The account that counts, in lower case: lists are in its order.
    pub mail: String,
    pub psc_account_id: String,
    pub psc_account_name: String,
    /// The PSC account's; may be empty.
    pub mpn_id: String,
    /// As in the database: `admin`, `deal-manager`, `seller`.
    pub psc_role: String,
    /// The code of the role that they get, or got.
    pub role: String,
    pub whole: bool,
    pub location: Option<String>,
    pub location_mpn: Option<String>,
    pub standing: String,
    /// Referrals roles that the account has: codes, and beside each the location's name; empty for the whole organisation.
    pub held_roles: Vec<String>,
    pub held_places: Vec<String>,
}

/// Which PSC users, and from where on.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// None: wherever they stand.
    pub standings: Option<Vec<Standing>>,
    /// In mail, name or account; empty: all.
    pub search: String,
    /// Mail and PSC user ID of the last one of the page before.
    pub after: (String, String),
}

/// In the order of their mails.
pub async fn list(pool: &Pool, organisation: OrganisationId, filter: &Filter, limit: i64) -> sqlx::Result<Vec<Listed>> {
    let standings: Option<Vec<String>> = filter
        .standings
        .as_ref()
        .map(|all| all.iter().map(|standing| standing.code().to_owned()).collect());
    sqlx::query_as!(
        Listed,
        r#"select s.psc_user_id as "psc_user_id!", s.first_name as "first_name!", s.last_name as "last_name!", s.psc_mail as "psc_mail!",
                  s.work_mail, s.mail as "mail!", s.psc_account_id as "psc_account_id!", s.psc_account_name as "psc_account_name!",
                  s.mpn_id as "mpn_id!", s.psc_role as "psc_role!", s.role as "role!", s.whole as "whole!", l.name as "location?",
                  l.mpn_id as "location_mpn?", s.standing as "standing!",
                  array(select r.role from role_assignments r where r.user_id = s.user_id
                        and r.role in ('referrals-admin', 'referrals-user') order by r.assignment_id) as "held_roles!",
                  array(select coalesce(h.name, '') from role_assignments r left join locations h using (location_id)
                        where r.user_id = s.user_id and r.role in ('referrals-admin', 'referrals-user')
                        order by r.assignment_id) as "held_places!"
           from psc_user_standings s left join locations l on l.organisation_id = $1 and l.location_id = s.location_id
           where s.organisation_id = $1 and ($2::text[] is null or s.standing = any($2))
             and position(lower($3) in lower(concat_ws(' ', s.psc_mail, s.mail, s.first_name, s.last_name, s.first_name,
                 s.psc_account_id, s.psc_account_name))) > 0
             and (s.mail, s.psc_user_id) > ($4, $5)
           order by s.mail, s.psc_user_id limit $6"#,
        organisation as OrganisationId,
        standings.as_deref(),
        filter.search,
        filter.after.0,
        filter.after.1,
        limit
    )
    .fetch_all(pool)
    .await
}

/// One PSC user of the export that counts.
pub async fn find(pool: &Pool, organisation: OrganisationId, psc_user_id: &str) -> sqlx::Result<Option<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"select s.psc_user_id as "psc_user_id!", s.first_name as "first_name!", s.last_name as "last_name!", s.psc_mail as "psc_mail!",
                  s.work_mail, s.mail as "mail!", s.psc_account_id as "psc_account_id!", s.psc_account_name as "psc_account_name!",
                  s.mpn_id as "mpn_id!", s.psc_role as "psc_role!", s.role as "role!", s.whole as "whole!", l.name as "location?",
                  l.mpn_id as "location_mpn?", s.standing as "standing!", '{}'::text[] as "held_roles!", '{}'::text[] as "held_places!"
           from psc_user_standings s left join locations l on l.organisation_id = $1 and l.location_id = s.location_id
           where s.organisation_id = $1 and s.psc_user_id = $2"#,
        organisation as OrganisationId,
        psc_user_id
    )
    .fetch_optional(pool)
    .await
}

/// The tenant in which the roles are given: its id, and its verified mail domains.
pub async fn tenant(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<(uuid::Uuid, Vec<String>)> {
    let row = sqlx::query!(
        r#"select tenant_id, array(select domain from tenant_domains where organisation_id = $1 order by domain) as "domains!"
           from organisations where organisation_id = $1"#,
        organisation as OrganisationId
    )
    .fetch_one(pool)
    .await?;
    Ok((row.tenant_id, row.domains))
}
