//! What stands in the database: all of it, or what is one organisation's.

use partner_portal::ids::OrganisationId;

use super::TestApp;

/// A table, its rows, and a digest of them.
pub type Digest = (String, i64, String);

/// How rows belong to somebody, by the column that says it; the first that a table has counts.
const BELONGS: [(&str, &str); 6] = [
    ("organisation_id", "$1"),
    ("user_id", "select user_id from users where organisation_id = $1"),
    ("import_id", "select import_id from psc_imports where organisation_id = $1"),
    (
        "run_id",
        "select run_id from migration_runs where organisation_id = $1 union all
         select run_id from user_migration_runs where organisation_id = $1 union all
         select run_id from bulk_runs where organisation_id = $1",
    ),
    ("referral_id", "select referral_id from referrals where organisation_id = $1"),
    ("engagement_id", "select engagement_id from referrals where organisation_id = $1"),
];

/// Written by looking: when a session was last used.
const OF_LOOKING: &str = "sessions";

impl TestApp {
    /// Everything, table by table: equal before and after means that nothing was written.
    pub async fn everything(&self) -> Vec<Digest> {
        let parts = self.tables().await.into_iter().map(|(table, _)| digest(&table, "true"));
        self.digests(parts.collect(), None).await
    }

    /// The rows of an organisation, of its people and of its deals. An engagement is of everybody who takes part.
    pub async fn rows_of(&self, organisation: OrganisationId) -> Vec<Digest> {
        let tables = self.tables().await.into_iter().filter(|(table, _)| table != OF_LOOKING);
        let parts = tables.filter_map(|(table, columns)| {
            let (column, whose) = BELONGS.iter().find(|(column, _)| columns.iter().any(|c| c == column))?;
            Some(digest(&table, &format!("t.{column} in ({whose})")))
        });
        self.digests(parts.collect(), Some(organisation)).await
    }

    async fn tables(&self) -> Vec<(String, Vec<String>)> {
        sqlx::query_as(
            "select c.relname::text, array_agg(a.attname::text) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
             where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace group by 1 order by 1",
        )
        .fetch_all(self.db())
        .await
        .unwrap()
    }

    async fn digests(&self, parts: Vec<String>, organisation: Option<OrganisationId>) -> Vec<Digest> {
        let sql = sqlx::AssertSqlSafe(parts.join(" union all "));
        let query = sqlx::query_as(sql);
        let query = if let Some(organisation) = organisation { query.bind(organisation) } else { query };
        query.fetch_all(self.db()).await.unwrap()
    }
}

fn digest(table: &str, of: &str) -> String {
    format!(
        "select '{table}'::text, count(*), coalesce(md5(string_agg(t::text || xmin::text, ',' order by t::text)), '') from \"{table}\" t where {of}"
    )
}

/// The tables that differ.
pub fn changed(before: &[Digest], after: &[Digest]) -> Vec<String> {
    before
        .iter()
        .zip(after)
        .filter(|(b, a)| b != a)
        .map(|(b, _)| b.0.clone())
        .collect()
}
