//! Small reads of several rooms in one statement: each of them costs more for being asked than it takes.

use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, PgExecutor, Row, types::Json};

use crate::ids::{OrganisationId, UserId};

/// What is read of an organisation, or of a person, as one JSON value. Its room says how.
pub trait Part: DeserializeOwned {
    /// A query of one value about `asked (organisation, person)`.
    const QUERY: &'static str;
}

/// Who is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub organisation: Option<OrganisationId>,
    pub person: Option<UserId>,
}

impl From<OrganisationId> for Asked {
    fn from(organisation: OrganisationId) -> Self {
        Self { organisation: Some(organisation), person: None }
    }
}

impl From<UserId> for Asked {
    fn from(person: UserId) -> Self {
        Self { organisation: None, person: Some(person) }
    }
}

/// One part, or up to three.
pub trait Parts: Sized {
    const QUERIES: &'static [&'static str];

    fn read(row: &sqlx::postgres::PgRow) -> sqlx::Result<Self>;
}

macro_rules! parts {
    ($($part:ident $place:literal),+) => {
        impl<$($part: Part),+> Parts for ($($part,)+) {
            const QUERIES: &'static [&'static str] = &[$($part::QUERY),+];

            fn read(row: &sqlx::postgres::PgRow) -> sqlx::Result<Self> {
                Ok(($(row.try_get::<Json<$part>, _>($place)?.0,)+))
            }
        }
    };
}

parts!(A 0);
parts!(A 0, B 1);
parts!(A 0, B 1, C 2);

/// Reads parts, all at one moment.
///
/// # Errors
/// Of the database.
pub async fn parts<P: Parts>(db: impl PgExecutor<'_>, asked: Asked) -> sqlx::Result<P> {
    let queries = P::QUERIES.join("), (");
    // The queries are constants.
    let row = sqlx::query(AssertSqlSafe(format!(
        "select ({queries}) from (values ($1::uuid, $2::uuid)) asked (organisation, person)"
    )))
    .bind(asked.organisation)
    .bind(asked.person)
    .fetch_one(db)
    .await?;
    P::read(&row)
}

/// Reads one part.
///
/// # Errors
/// Of the database.
pub async fn part<P: Part>(db: impl PgExecutor<'_>, asked: impl Into<Asked>) -> sqlx::Result<P> {
    Ok(parts::<(P,)>(db, asked.into()).await?.0)
}
