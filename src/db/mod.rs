//! The database: pool, transactions, schema. Knows no feature.

mod held;
mod part;
pub mod private_postgres;
pub mod schema;

use std::time::Duration;

use sqlx::{
    PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub use held::Held;
pub use part::{Asked, Part, part, parts};
pub use sqlx::PgPool as Pool;

/// A transaction. Begun by [`begin`] only.
pub type Tx<'c> = sqlx::Transaction<'c, sqlx::Postgres>;

/// A connection that came back so shortly ago is taken to be there still.
const FRESH: Duration = Duration::from_secs(1);
/// How long a connection may take to say that it is whole. One that has gone mute, and of which nobody was told, would keep its place in
/// the pool for as long as the kernel goes on trying.
const WHOLE_WITHIN: Duration = Duration::from_secs(2);

/// Opens a pool and proves that the database answers.
///
/// # Errors
/// When it does not, within ten seconds.
pub async fn open(url: &str, connections: u32) -> sqlx::Result<Pool> {
    let options: PgConnectOptions = url.parse()?;
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        // A request that was dropped in the middle of a transaction must not hand that transaction to the next one. Looked at when a
        // connection comes back: then nobody waits for it.
        .after_release(|connection, _| Box::pin(is_whole(connection)))
        // What has lain idle may have been cut off meanwhile.
        .test_before_acquire(false)
        .before_acquire(|connection, pooled| {
            Box::pin(async move { if pooled.idle_for < FRESH { Ok(true) } else { is_whole(connection).await } })
        })
        .connect_with(options.application_name("partner-portal").options([
            // Our statements are short; compiling one takes longer than running it.
            ("jit", "off"),
            // Nothing of ours waits inside a transaction. A process that was stopped there would hold its locks until somebody wakes it.
            ("idle_in_transaction_session_timeout", "15s"),
        ]))
        .await
}

/// It answers in time, and is in no transaction any more. An error lets the pool drop the connection without a farewell, which nobody
/// might hear.
async fn is_whole(connection: &mut PgConnection) -> sqlx::Result<bool> {
    // A rollback alone would be warned of in the database's log, as there is nearly never anything open; none of the two is planned.
    let ended = sqlx::raw_sql("begin; rollback").execute(connection);
    match tokio::time::timeout(WHOLE_WITHIN, ended).await {
        Ok(ended) => ended.map(|_| true),
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// Whether the database answers within two seconds.
pub async fn answers(pool: &Pool) -> bool {
    let asked = sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(pool);
    matches!(tokio::time::timeout(Duration::from_secs(2), asked).await, Ok(Ok(_)))
}

/// Begins a transaction on a task of its own: a cancelled `Pool::begin` of sqlx 0.9.0 can hand a connection back inside one.
pub async fn begin(pool: &Pool) -> sqlx::Result<Tx<'static>> {
    riverqueue::database::begin_postgres(pool).await
}

/// For transactions that work a slice of something long: everything in them is found by its keys. A plan made from the statistics
/// of a table that was empty a minute ago, or kept from then, would read whole tables and make slices slower the more there is.
/// And room enough to sort a slice in memory.
pub async fn plan_by_key(tx: &mut Tx<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "select set_config(name, value, true) from (values ('enable_seqscan', 'off'), ('enable_hashjoin', 'off'),
            ('enable_mergejoin', 'off'), ('work_mem', '32MB'), ('plan_cache_mode', 'force_custom_plan')) as s (name, value)"
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(())
}

/// For the writes of such a transaction: lets the checks of foreign keys keep their plans, which would be made anew for every row.
/// Statements of more than one plan are made `persistent(false)` after it, and so planned for their parameters still.
pub async fn keep_plans(tx: &mut Tx<'_>) -> sqlx::Result<()> {
    sqlx::query!("select set_config('plan_cache_mode', 'auto', true)")
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}
