//! Uploaded details, and what became of them.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use crate::{
    db::Pool,
    ids::{OrganisationId, UploadId, UserId},
};

/// Why a row, or a detail of it, was not taken over.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RowProblem {
    /// The line on which the row begins, from 1.
    pub line: u32,
    pub id: String,
    /// Empty: the whole row.
    pub column: String,
    /// The end of its locale key: `psc-upload-…`, or `psc-problem-…`.
    pub code: String,
    pub value: String,
}

/// An upload.
#[derive(Clone, Debug)]
pub struct Upload {
    pub at: DateTime<Utc>,
    /// Rows by what became of them.
    pub changed: i32,
    pub unchanged: i32,
    pub refused: i32,
    pub problems: Json<Vec<RowProblem>>,
}

pub async fn insert(pool: &Pool, organisation: OrganisationId, by: UserId, upload: &Upload) -> sqlx::Result<UploadId> {
    let id = UploadId::new();
    sqlx::query!(
        "insert into psc_uploads (upload_id, organisation_id, uploaded_by, uploaded_at, changed, unchanged, refused, problems)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id as UploadId,
        organisation as OrganisationId,
        by as UserId,
        upload.at,
        upload.changed,
        upload.unchanged,
        upload.refused,
        &upload.problems as _
    )
    .execute(pool)
    .await?;
    Ok(id)
}

/// Somebody's own upload.
pub async fn find(pool: &Pool, organisation: OrganisationId, by: UserId, id: UploadId) -> sqlx::Result<Option<Upload>> {
    sqlx::query_as!(
        Upload,
        r#"select uploaded_at as at, changed, unchanged, refused, problems as "problems: Json<Vec<RowProblem>>"
           from psc_uploads where organisation_id = $1 and uploaded_by = $2 and upload_id = $3"#,
        organisation as OrganisationId,
        by as UserId,
        id as UploadId
    )
    .fetch_optional(pool)
    .await
}
