//! The table and the result of a run as files. Read a page at a time and written as it comes, whatever their length.

use axum::response::Response;
use futures_util::stream;

use super::{
    checks::{Standing, Status},
    run::UserRun,
    service::{self, Filter},
    store::{outcomes::Outcome, standings::Listed},
    views::{outcome, place, psc_role, reason, role},
};
use crate::{
    db::Pool,
    ids::OrganisationId,
    web::{L10n, download, written},
};

/// Rows read at once.
const PAGE: i64 = 2000;

/// The table as CSV, as it is filtered.
pub fn list_csv(pool: Pool, l: L10n, organisation: OrganisationId, filter: Filter, tenant: String) -> Response {
    let rows = stream::try_unfold(Some((filter, true)), move |position| {
        let (pool, tenant) = (pool.clone(), tenant.clone());
        async move {
            let Some((mut filter, first)) = position else { return Ok(None) };
            let page = service::list(&pool, organisation, &filter, PAGE).await?;
            let mut bytes = if first { download::csv_row(list_headings(&l))? } else { Vec::new() };
            for user in &page {
                bytes.extend(download::csv_row(list_cells(&l, user, &tenant))?);
            }
            let next = page.last().filter(|_| page.len() as i64 == PAGE).map(|last| {
                filter.after = (last.mail.clone(), last.psc_user_id.clone());
                (filter, false)
            });
            Ok(Some((bytes, next)))
        }
    });
    download::csv("psc-users.csv", rows)
}

/// The columns of domain.md section 6, and what tells rows apart.
fn list_headings(l: &L10n) -> Vec<String> {
    [
        "users-column-account",
        "users-column-work-account",
        "users-column-name",
        "users-column-psc-id",
        "users-column-psc-account",
        "users-column-psc-account-id",
        "users-column-mpn",
        "users-column-psc-role",
        "users-column-location",
        "users-column-role",
        "users-column-tenant",
        "users-column-status",
        "users-column-reason",
    ]
    .map(|key| l.t(key))
    .into()
}

fn list_cells(l: &L10n, user: &Listed, tenant: &str) -> Vec<String> {
    let status = Standing::from_code(&user.standing).map_or(Status::NotMigrated, Standing::status);
    let located = user.whole || user.location.is_some();
    vec![
        user.psc_mail.clone(),
        user.work_mail.clone().unwrap_or_default(),
        written::person(&user.first_name, &user.last_name),
        user.psc_user_id.clone(),
        user.psc_account_name.clone(),
        user.psc_account_id.clone(),
        user.mpn_id.clone(),
        psc_role(l, &user.psc_role),
        if located { place(l, user.location.as_deref()) } else { String::new() },
        role(l, &user.role),
        tenant.to_owned(),
        l.t(&format!("users-status-{}", status.code())),
        if status == Status::Error { reason(l, &user.standing) } else { String::new() },
    ]
}

/// The result of a run as CSV.
pub fn csv(pool: Pool, l: L10n, run: UserRun) -> Response {
    let name = format!("psc-users-{}.csv", run.id);
    let rows = stream::try_unfold(Some((String::new(), String::new(), true)), move |position| {
        let (pool, run) = (pool.clone(), run.clone());
        async move {
            let Some((mail, id, first)) = position else { return Ok(None) };
            let page = service::report(&pool, run.organisation, run.id, false, (&mail, &id), PAGE).await?;
            let mut bytes = if first { download::csv_row(headings(&l))? } else { Vec::new() };
            for outcome in &page {
                bytes.extend(download::csv_row(cells(&l, outcome))?);
            }
            let next = page
                .last()
                .filter(|_| page.len() as i64 == PAGE)
                .map(|last| (last.mail.clone(), last.psc_user_id.clone(), false));
            Ok(Some((bytes, next)))
        }
    });
    download::csv(&name, rows)
}

fn headings(l: &L10n) -> Vec<String> {
    [
        "users-column-account",
        "users-column-name",
        "users-column-psc-id",
        "users-column-psc-account",
        "users-column-psc-account-id",
        "users-column-psc-role",
        "users-column-role",
        "users-column-location",
        "users-column-outcome",
    ]
    .map(|key| l.t(key))
    .into()
}

fn cells(l: &L10n, row: &Outcome) -> Vec<String> {
    vec![
        row.mail.clone(),
        row.name.clone(),
        row.psc_user_id.clone(),
        row.psc_account_name.clone(),
        row.psc_account_id.clone(),
        psc_role(l, &row.psc_role),
        role(l, &row.role),
        place(l, row.location.as_deref()),
        outcome(l, row),
    ]
}
