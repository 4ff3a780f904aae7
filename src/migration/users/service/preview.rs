//! Who gets what, before anything is given.

use crate::{
    auth::Role,
    db::Pool,
    error::AppError,
    ids::{OrganisationId, RunId},
    migration::users::{
        changes::{self, Change, Deals, Row},
        store::{
            choice::{self, Digest, Group, Picked},
            deals, outcomes,
        },
    },
};

/// What was picked on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// These PSC users.
    Rows(Vec<String>),
    /// Whoever is ready and has this in mail, name or account; empty: all.
    Ready(String),
    /// The failed ones of a run.
    Failed(RunId),
}

/// What a choice comes to, as the database is asked for it.
pub(super) async fn picked(pool: &Pool, organisation: OrganisationId, choice: &Choice) -> Result<Picked, AppError> {
    Ok(match choice {
        Choice::Rows(ids) => Picked { ids: Some(ids.clone()), search: String::new() },
        Choice::Ready(search) => Picked { ids: None, search: search.clone() },
        Choice::Failed(run) => {
            let failed = outcomes::failed(pool, organisation, *run).await?;
            Picked { ids: Some(failed), search: String::new() }
        }
    })
}

/// Somebody who is about to get roles.
#[derive(Debug)]
pub struct Previewed {
    pub mail: String,
    /// All ready PSC rows of this person.
    pub rows: Vec<choice::Row>,
    pub change: Change,
}

/// Who gets what.
#[derive(Debug)]
pub struct Preview {
    pub digest: Digest,
    pub groups: Vec<Group>,
    pub people: Vec<Previewed>,
    /// There are more people after these.
    pub more: bool,
    /// Of the picked rows those that are not ready.
    pub left_out: i64,
    /// The deals' counts are "at least".
    pub partial: bool,
}

/// Who gets what: totals over everybody, and the first `people` after a mail. The number of queries does not depend on how many
/// there are.
pub async fn preview(
    pool: &Pool,
    organisation: OrganisationId,
    choice: &Choice,
    after: &str,
    people: i64,
) -> Result<Preview, AppError> {
    let picked = picked(pool, organisation, choice).await?;
    let (digest, groups, rows) = choice::look(pool, organisation, &picked, after, people + 1).await?;
    let left_out = match &picked.ids {
        Some(ids) => choice::not_ready(pool, organisation, ids).await?,
        None => 0,
    };
    let mut persons: Vec<Vec<choice::Row>> = Vec::new();
    for row in rows {
        match persons
            .last_mut()
            .filter(|rows| rows.first().is_some_and(|first| first.mail == row.mail))
        {
            Some(same) => same.push(row),
            None => persons.push(vec![row]),
        }
    }
    let more = persons.len() as i64 > people;
    persons.truncate(usize::try_from(people).unwrap_or(0));
    let mut mails: Vec<String> = persons
        .iter()
        .flatten()
        .flat_map(|row| [row.mail.clone(), row.psc_mail.to_lowercase()])
        .collect();
    mails.sort();
    mails.dedup();
    let counted = deals::of(pool, organisation, &mails).await?;
    let managers = choice::managers(pool, organisation, &mails).await?;
    let people = persons.into_iter().map(|rows| person(rows, &managers, &counted)).collect();
    Ok(Preview { digest, groups, people, more, left_out, partial: counted.partial })
}

fn person(rows: Vec<choice::Row>, managers: &[String], counted: &Deals) -> Previewed {
    let mail = rows.first().map(|row| row.mail.clone()).unwrap_or_default();
    let own: Vec<Row> = rows
        .iter()
        .filter_map(|row| {
            Some(Row {
                psc_role: row.psc_role.clone(),
                psc_account_id: row.psc_account_id.clone(),
                psc_mail: row.psc_mail.clone(),
                role: Role::from_code(&row.role)?,
                location: row.location_id,
            })
        })
        .collect();
    let change = changes::change(&own, &mail, managers.contains(&mail), counted);
    Previewed { mail, rows, change }
}
