//! What stood in the database before: what a storm must not touch.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use crate::support::TestApp;

/// Every row of every table but River's, as a digest in a schema beside: a million rows have no room in one document.
pub struct Before<'a> {
    app: &'a TestApp,
    tables: Vec<String>,
}

impl<'a> Before<'a> {
    pub async fn note(app: &'a TestApp) -> Self {
        let tables: Vec<String> = sqlx::query_scalar(
            "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'river%'
             order by 1",
        )
        .fetch_all(app.db())
        .await
        .unwrap();
        app.sql("create schema storm; create table storm.before (name text not null, digest uuid not null)")
            .await;
        for table in &tables {
            let note = format!(
                "insert into storm.before select '{table}', md5(t::text || t.xmin::text)::uuid from public.\"{table}\" t"
            );
            sqlx::query(AssertSqlSafe(note)).execute(app.db()).await.unwrap();
        }
        Self { app, tables }
    }

    /// By table: how many rows are not as they were or not there any more, and how many there are more than there were. Tables of which
    /// neither is so are left out.
    pub async fn changes(&self) -> BTreeMap<String, (i64, i64)> {
        let mut changes = BTreeMap::new();
        for table in &self.tables {
            let ask = format!(
                "with now as (select md5(t::text || t.xmin::text)::uuid as digest from public.\"{table}\" t),
                      before as (select digest from storm.before where name = '{table}')
                 select (select count(*) from (select * from before except all select * from now) gone),
                        (select count(*) from now) - (select count(*) from before)"
            );
            let found: (i64, i64) = sqlx::query_as(AssertSqlSafe(ask)).fetch_one(self.app.db()).await.unwrap();
            if found != (0, 0) {
                changes.insert(table.clone(), found);
            }
        }
        changes
    }
}
