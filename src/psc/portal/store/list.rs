//! Lists of PSC's deals: the grid, what is to be cleaned up, counts for the home page.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::{FromRow, Postgres, QueryBuilder};

use crate::{
    db::Pool,
    ids::{ImportId, OrganisationId},
    psc::portal::{
        query::{Filter, Sort},
        rules::Access,
    },
    referrals::missing::Detail,
};

/// A row of the grid.
#[derive(Clone, Debug, FromRow)]
pub struct Listed {
    pub psc_deal_id: String,
    pub name: String,
    pub status: String,
    pub business: String,
    pub co_sell: bool,
    pub inbound: bool,
    pub psc_account_name: String,
    pub customer_name: String,
    pub value: Option<Decimal>,
    pub currency: Option<String>,
    pub close_date: Option<NaiveDate>,
    pub stage: Option<i16>,
    pub deal_role: String,
    pub license_program: String,
    pub customer_outcome: String,
    pub solution_ids: Vec<String>,
    pub team_mails: Vec<String>,
    pub assigned_seller: String,
    pub crm_id: String,
    pub campaign_id: String,
    pub created_at: DateTime<Utc>,
    pub modified_at: Option<DateTime<Utc>>,
    pub missing: i32,
}

impl Sort {
    /// The key of the order, with its type, and whether it descends. Deals without one come last. All but the ID's read every deal that
    /// is not filtered out.
    const fn key(self) -> (&'static str, &'static str, bool) {
        match self {
            Self::Created => ("d.created_at", "timestamptz", true),
            Self::Modified => ("coalesce(d.modified_at, d.created_at)", "timestamptz", true),
            Self::Id => ("d.psc_deal_id", "text", false),
            Self::Name => ("d.name", "text", false),
            Self::Customer => ("d.customer_name", "text", false),
            Self::Value => ("coalesce(d.value, -1)", "numeric", true),
            Self::Close => ("coalesce(d.close_date, 'infinity')", "date", false),
        }
    }
}

/// What of the grid is wanted.
pub struct Wanted<'a> {
    pub organisation: OrganisationId,
    pub import: ImportId,
    pub access: &'a Access,
    pub filter: &'a Filter,
    pub limit: i64,
}

fn conditions(sql: &mut QueryBuilder<Postgres>, wanted: &Wanted<'_>) {
    let (access, filter) = (wanted.access, wanted.filter);
    sql.push(" where d.import_id = ").push_bind(wanted.import);
    sql.push(" and not exists (select from psc_migrated_deals m where m.organisation_id = ")
        .push_bind(wanted.organisation)
        .push(" and m.psc_deal_id = d.psc_deal_id)");
    if !access.everything {
        sql.push(" and (d.psc_account_id = any(")
            .push_bind(access.accounts.clone())
            .push(") or lower(d.assigned_seller) = any(")
            .push_bind(access.mails.clone())
            .push("))");
    }
    let texts = [
        ("d.status", &filter.status),
        ("d.business", &filter.business),
        ("d.psc_account_id", &filter.account),
        ("d.customer_country", &filter.country),
    ];
    for (column, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        sql.push(" and ").push(column).push(" = ").push_bind(text.clone());
    }
    for (column, flag) in [("d.co_sell", filter.co_sell), ("d.inbound", filter.inbound)] {
        if let Some(flag) = flag {
            sql.push(" and ").push(column).push(" = ").push_bind(flag);
        }
    }
    if let Some(stage) = filter.stage {
        sql.push(" and d.stage = ").push_bind(stage);
    }
    if let Some(detail) = filter.missing {
        sql.push(" and d.missing & ").push_bind(detail.bit()).push(" <> 0");
        // Said twice, so that the index of what is incomplete can be used.
        sql.push(" and d.missing <> 0 and d.status = 'open'");
    }
    if !filter.search.is_empty() {
        let pattern = format!("%{}%", filter.search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        sql.push(" and (d.name ilike ")
            .push_bind(pattern.clone())
            .push(" or d.customer_name ilike ")
            .push_bind(pattern)
            .push(" or d.psc_deal_id = ")
            .push_bind(filter.search.clone())
            .push(")");
    }
}

/// A page of the grid.
pub async fn page(pool: &Pool, wanted: &Wanted<'_>) -> sqlx::Result<Vec<Listed>> {
    let (key, kind, descending) = wanted.filter.sort.key();
    let mut sql = QueryBuilder::new(
        "select d.psc_deal_id, d.name, d.status, d.business, d.co_sell, d.inbound, d.psc_account_name, d.customer_name, d.value,
            d.currency, d.close_date, d.stage, d.deal_role, d.license_program, d.customer_outcome, d.solution_ids, d.team_mails,
            d.assigned_seller, d.crm_id, d.campaign_id, d.created_at, d.modified_at, d.missing
         from psc_deals d",
    );
    conditions(&mut sql, wanted);
    if let Some(after) = key_of(pool, wanted, key).await? {
        // Both in the order's direction, as the index has them.
        sql.push(format!(" and ({key}, d.psc_deal_id) {} (", if descending { "<" } else { ">" }))
            .push_bind(after)
            .push(format!("::{kind}, "))
            .push_bind(wanted.filter.after.clone())
            .push(")");
    }
    let direction = if descending { "desc" } else { "asc" };
    sql.push(format!(" order by {key} {direction}, d.psc_deal_id {direction} limit "))
        .push_bind(wanted.limit);
    sql.build_query_as().fetch_all(pool).await
}

/// The key of the deal behind which the page begins, as text; `None`: from the first on.
async fn key_of(pool: &Pool, wanted: &Wanted<'_>, key: &str) -> sqlx::Result<Option<String>> {
    if wanted.filter.after.is_empty() {
        return Ok(None);
    }
    let mut sql = QueryBuilder::new(format!("select ({key})::text from psc_deals d where d.import_id = "));
    sql.push_bind(wanted.import)
        .push(" and d.psc_deal_id = ")
        .push_bind(wanted.filter.after.clone());
    let found: Option<Option<String>> = sql.build_query_scalar().fetch_optional(pool).await?;
    Ok(found.flatten())
}

/// Eligible deals that lack a detail, by ID: what is to be cleaned up before the move.
pub async fn incomplete(
    pool: &Pool,
    organisation: OrganisationId,
    import: ImportId,
    access: &Access,
    detail: Detail,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select d.psc_deal_id from psc_deals d
           where d.import_id = $2 and d.psc_deal_id > $3 and d.missing <> 0 and d.status = 'open' and d.missing & $4 <> 0
             and ($6 or d.psc_account_id = any($7) or lower(d.assigned_seller) = any($8))
             and exists (select from psc_remaining_deals r
                         where r.organisation_id = $1 and r.import_id = d.import_id and r.psc_deal_id = d.psc_deal_id
                           and r.standing = 'eligible')
           order by d.psc_deal_id limit $5"#,
        organisation as OrganisationId,
        import as ImportId,
        after,
        detail.bit(),
        limit,
        access.everything,
        &access.accounts,
        &access.mails
    )
    .fetch_all(pool)
    .await
}

/// Counts of the home page; each stops at `most`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub open: i64,
    pub incomplete: i64,
    /// Open, and the estimated close date has passed.
    pub overdue: i64,
}

pub async fn counts(
    pool: &Pool,
    organisation: OrganisationId,
    import: ImportId,
    access: &Access,
    today: NaiveDate,
    most: i64,
) -> sqlx::Result<Counts> {
    sqlx::query_as!(
        Counts,
        r#"select (select count(*) from (
                      select from psc_deals d where d.import_id = $2 and d.status = 'open'
                        and ($4 or d.psc_account_id = any($5) or lower(d.assigned_seller) = any($6))
                        and not exists (select from psc_migrated_deals m where m.organisation_id = $1 and m.psc_deal_id = d.psc_deal_id)
                      limit $3) c) as "open!",
                  (select count(*) from (
                      select from psc_deals d where d.import_id = $2 and d.status = 'open' and d.missing <> 0
                        and ($4 or d.psc_account_id = any($5) or lower(d.assigned_seller) = any($6))
                        and not exists (select from psc_migrated_deals m where m.organisation_id = $1 and m.psc_deal_id = d.psc_deal_id)
                      limit $3) c) as "incomplete!",
                  (select count(*) from (
                      select from psc_deals d where d.import_id = $2 and d.status = 'open' and d.close_date < $7
                        and ($4 or d.psc_account_id = any($5) or lower(d.assigned_seller) = any($6))
                        and not exists (select from psc_migrated_deals m where m.organisation_id = $1 and m.psc_deal_id = d.psc_deal_id)
                      limit $3) c) as "overdue!""#,
        organisation as OrganisationId,
        import as ImportId,
        most,
        access.everything,
        &access.accounts,
        &access.mails,
        today
    )
    .fetch_one(pool)
    .await
}
