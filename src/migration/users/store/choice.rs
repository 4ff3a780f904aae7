//! Who was picked: of the picked ones those that are ready, and with each all ready rows of the same person.

use serde::Deserialize;
use sqlx::types::Json;

use crate::{
    db::{Pool, Tx},
    ids::{LocationId, OrganisationId, RunId},
};

/// What was picked, as the database is asked for it.
#[derive(Clone, Debug, Default)]
pub struct Picked {
    /// None: whoever is ready.
    pub ids: Option<Vec<String>>,
    /// In mail, name or account; empty: all.
    pub search: String,
}

/// Says of the picked what is about to be given; as long as it is the same, so is the preview.
#[derive(Clone, Debug)]
pub struct Digest {
    pub rows: i64,
    pub people: i64,
    /// Empty when there is nobody.
    pub digest: String,
}

/// So many PSC users get this role there.
#[derive(Debug, Deserialize)]
pub struct Group {
    pub role: String,
    /// None: the whole organisation.
    pub location: Option<String>,
    pub rows: i64,
}

/// A row of somebody who is about to get a role.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    pub psc_user_id: String,
    pub psc_mail: String,
    /// The account's, in lower case.
    pub mail: String,
    pub first_name: String,
    pub last_name: String,
    pub psc_account_id: String,
    pub psc_account_name: String,
    pub psc_role: String,
    pub role: String,
    pub location_id: Option<LocationId>,
    pub location: Option<String>,
}

/// The rows that a pick ($1 organisation, $2 PSC user IDs, $3 search) comes to, as `c`. By a window, which goes through the rows once
/// whatever the planner believes of how many there are.
macro_rules! chosen {
    ($before:literal, $after:literal, $($argument:expr),+) => {
        sqlx::query!(
            $before
                + "with c as materialized (
                       select * from (
                           select s.*, bool_or(($2::text[] is null or psc_user_id = any($2))
                                   and position(lower($3) in lower(concat_ws(' ', psc_mail, mail, first_name, last_name, first_name,
                                       psc_account_id, psc_account_name))) > 0) over (partition by mail) as chosen
                           from psc_user_standings s where organisation_id = $1 and standing = 'ready') p
                       where chosen) "
                + $after,
            $($argument),+
        )
    };
}

/// Totals over all that a pick comes to, and all rows of the first `people` persons after a mail; of one look at the standings.
pub async fn look(
    pool: &Pool,
    organisation: OrganisationId,
    picked: &Picked,
    after: &str,
    people: i64,
) -> sqlx::Result<(Digest, Vec<Group>, Vec<Row>)> {
    let found = chosen!(
        "",
        r#"select (select count(*) from c) as "rows!", (select count(distinct mail) from c) as "people!",
                  (select md5(string_agg(concat_ws('|', psc_user_id, mail, role, location_id), ',' order by psc_user_id)) from c) as digest,
                  (select jsonb_agg(g) from (
                      select c.role, l.name as location, count(*) as rows from c
                      left join locations l on l.organisation_id = $1 and l.location_id = c.location_id
                      group by c.role, c.location_id, l.name order by c.role, l.name nulls first) g) as "groups: Json<Vec<Group>>",
                  (select jsonb_agg(r order by r.mail, r.psc_user_id) from (
                      select n.*, l.name as location from (
                          select c.*, dense_rank() over (order by mail) as person from c where mail > $4) n
                      left join locations l on l.organisation_id = $1 and l.location_id = n.location_id
                      where n.person <= $5) r) as "found: Json<Vec<Row>>""#,
        organisation as OrganisationId,
        picked.ids.as_deref(),
        picked.search,
        after,
        people
    )
    .fetch_one(pool)
    .await?;
    Ok((
        Digest { rows: found.rows, people: found.people, digest: found.digest.unwrap_or_default() },
        found.groups.map_or_else(Vec::new, |groups| groups.0),
        found.found.map_or_else(Vec::new, |rows| rows.0),
    ))
}

/// Writes what is about to be given as a run's waiting outcomes; says what it was, to be held against what was seen.
pub async fn confirm(tx: &mut Tx<'_>, run: RunId, organisation: OrganisationId, picked: &Picked) -> sqlx::Result<Digest> {
    chosen!(
        "insert into user_migration_outcomes
             (run_id, psc_user_id, mail, name, psc_account_id, psc_account_name, psc_role, role, location_id, user_id)
         ",
        "select $4, psc_user_id, mail, concat_ws(' ', nullif(first_name, ''), nullif(last_name, '')), psc_account_id, psc_account_name,
                psc_role, role, location_id, user_id from c",
        organisation as OrganisationId,
        picked.ids.as_deref(),
        picked.search,
        run as RunId
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query_as!(
        Digest,
        r#"select count(*) as "rows!", count(distinct mail) as "people!",
                  coalesce(md5(string_agg(concat_ws('|', psc_user_id, mail, role, location_id), ',' order by psc_user_id)), '') as "digest!"
           from user_migration_outcomes where run_id = $1"#,
        run as RunId
    )
    .fetch_one(&mut **tx)
    .await
}

/// How many of these PSC users are not ready.
pub async fn not_ready(pool: &Pool, organisation: OrganisationId, ids: &[String]) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from psc_user_standings
           where organisation_id = $1 and psc_user_id = any($2) and standing <> 'ready'"#,
        organisation as OrganisationId,
        ids
    )
    .fetch_one(pool)
    .await
}

/// Which of these mails (lower case) belong to somebody who manages users here already.
pub async fn managers(pool: &Pool, organisation: OrganisationId, mails: &[String]) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select lower(u.mail) as "mail!" from users u
           where u.organisation_id = $1 and lower(u.mail) = any($2)
             and exists (select from role_assignments r where r.user_id = u.user_id and r.role in ('account-admin', 'global-admin'))"#,
        organisation as OrganisationId,
        mails
    )
    .fetch_all(pool)
    .await
}
