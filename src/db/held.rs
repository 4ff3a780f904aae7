//! One connection for what a page reads: taking it from the pool and giving it back costs as much as several queries.

use sqlx::{PgConnection, Postgres, pool::PoolConnection};

use super::Pool;

/// A connection that is taken when it is first needed, and kept until something else needs one: nothing holds two.
#[derive(Debug)]
pub struct Held {
    pool: Pool,
    connection: Option<PoolConnection<Postgres>>,
}

impl Held {
    pub fn new(pool: &Pool) -> Self {
        Self { pool: pool.clone(), connection: None }
    }

    /// The connection, for one query after the other.
    ///
    /// # Errors
    /// When none is free in time, or the database is away.
    pub async fn get(&mut self) -> sqlx::Result<&mut PgConnection> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.pool.acquire().await?,
        };
        Ok(&mut *self.connection.insert(connection))
    }

    /// Gives it back, for what takes connections from the pool itself.
    pub fn released(&mut self) -> &Pool {
        self.connection = None;
        &self.pool
    }
}
