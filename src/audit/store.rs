//! The audit log's SQL. There is no update and no delete: a trigger forbids both.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::service::Entry;
use crate::{
    db::{Pool, Tx},
    ids::OrganisationId,
};

/// Entries of a page.
pub const PAGE: usize = 50;

/// An entry of the log.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: i64,
    pub at: DateTime<Utc>,
    /// Who did it, as they are called today; `None`: no person.
    pub by_name: Option<String>,
    pub by_mail: Option<String>,
    pub address: Option<String>,
    pub action: String,
    pub subject_id: Uuid,
    pub subject: String,
    pub before: Value,
    pub after: Value,
}

pub async fn insert(tx: &mut Tx<'_>, entries: &[Entry<'_>]) -> sqlx::Result<()> {
    let rows: Vec<Value> = entries
        .iter()
        .map(|entry| {
            serde_json::json!({
                "organisation_id": entry.organisation,
                "at": entry.at,
                "user_id": entry.by,
                "address": entry.address.map(|address| address.to_canonical().to_string()),
                "action": entry.action.code(),
                "subject_id": entry.subject,
                "subject": entry.name,
                "before": entry.before,
                "after": entry.after,
            })
        })
        .collect();
    sqlx::query!(
        "insert into audit_log (organisation_id, at, user_id, address, action, subject_id, subject, before, after)
         select organisation_id, at, user_id, address, action, subject_id, subject, before, after
         from rows from (jsonb_to_recordset($1) as (organisation_id uuid, at timestamptz, user_id uuid, address text, action text,
            subject_id uuid, subject text, before jsonb, after jsonb)) with ordinality order by ordinality",
        Value::Array(rows)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn list(
    pool: &Pool,
    organisation: OrganisationId,
    subject: Option<Uuid>,
    before: Option<i64>,
) -> sqlx::Result<Vec<Kept>> {
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
    sqlx::query_as!(
        Kept,
        r#"select a.audit_id as id, a.at, u.display_name as "by_name?", u.mail as "by_mail?", a.address, a.action, a.subject_id,
                  a.subject, a.before, a.after
           from audit_log a left join users u using (user_id)
           where a.organisation_id = $1 and ($2::uuid is null or a.subject_id = $2) and ($3::bigint is null or a.audit_id < $3)
           order by a.audit_id desc limit $4"#,
        organisation as OrganisationId,
        subject,
        before,
        limit
    )
    .fetch_all(pool)
    .await
}
