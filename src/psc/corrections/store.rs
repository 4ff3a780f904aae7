//! All SQL of MPN corrections.

use chrono::{DateTime, Utc};

use super::service::{Correction, NewCorrection, State};
use crate::{
    db::{Pool, Tx},
    ids::{CorrectionId, OrganisationId, UserId},
};

/// Decided ones that are shown.
const SHOWN: i64 = 100;

/// A PSC account whose MPN ID is none of the organisation's, with its people.
#[derive(Debug)]
pub struct WrongAccount {
    pub psc_account_id: String,
    pub name: String,
    pub mpn_id: String,
    pub users: i64,
}

/// Accounts of the export that counts, in the order of their IDs.
pub async fn wrong_accounts(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Vec<WrongAccount>> {
    sqlx::query_as!(
        WrongAccount,
        r#"select a.psc_account_id as "psc_account_id!", a.name as "name!", a.mpn_id as "mpn_id!", count(p.psc_user_id) as "users!"
           from psc_settings s
           join organisations o on o.organisation_id = s.organisation_id
           join psc_export_accounts a on a.import_id = s.current_import_id
           left join psc_users p on p.import_id = a.import_id and p.psc_account_id = a.psc_account_id
           where s.organisation_id = $1 and a.mpn_id is distinct from o.mpn_id
               and not exists (select from locations l where l.organisation_id = $1 and l.mpn_id = a.mpn_id)
           group by 1, 2, 3 order by 1"#,
        organisation as OrganisationId
    )
    .fetch_all(pool)
    .await
}

/// The organisation's own MPN IDs: the global one first, without a name, then the locations'.
pub async fn own_mpns(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        r#"select mpn_id as "mpn_id!", '' as "name!", 0 as place from organisations where organisation_id = $1 and mpn_id is not null
           union all select mpn_id, name, 1 from locations where organisation_id = $1
           order by place, 1"#,
        organisation as OrganisationId
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.mpn_id, row.name)).collect())
}

/// Whether the MPN ID is one of the organisation's.
pub async fn is_own(tx: &mut Tx<'_>, organisation: OrganisationId, mpn: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from organisations where organisation_id = $1 and mpn_id = $2)
               or exists (select from locations where organisation_id = $1 and mpn_id = $2) as "own!""#,
        organisation as OrganisationId,
        mpn
    )
    .fetch_one(&mut **tx)
    .await
}

/// `false`: one is asked for, or holds, already.
pub async fn insert(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    id: CorrectionId,
    new: &NewCorrection,
    by: UserId,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into psc_mpn_corrections (correction_id, organisation_id, psc_account_id, account_name, wrong_mpn_id, mpn_id, note,
             requested_by, requested_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (organisation_id, psc_account_id, wrong_mpn_id) where state in ('requested', 'approved') do nothing",
        id as CorrectionId,
        organisation as OrganisationId,
        new.psc_account_id,
        new.account_name,
        new.wrong_mpn_id,
        new.mpn_id,
        new.note,
        by as UserId,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends one that is asked for, and answers with it; `None`: there is none that is.
pub async fn settle(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    id: CorrectionId,
    state: State,
    reason: &str,
    by: UserId,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<(NewCorrection, UserId)>> {
    let row = sqlx::query!(
        r#"update psc_mpn_corrections set state = $3, reason = $4, decided_by = $5, decided_at = $6
           where organisation_id = $1 and correction_id = $2 and state = 'requested'
           returning psc_account_id, account_name, wrong_mpn_id, mpn_id, note, requested_by as "requested_by: UserId""#,
        organisation as OrganisationId,
        id as CorrectionId,
        state.code(),
        reason,
        by as UserId,
        at
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| {
        let settled = NewCorrection {
            psc_account_id: row.psc_account_id,
            account_name: row.account_name,
            wrong_mpn_id: row.wrong_mpn_id,
            mpn_id: row.mpn_id,
            note: row.note,
        };
        (settled, row.requested_by)
    }))
}

/// Those that wait first, the longest first; then the last ones that were decided. `organisation`, `id`: of this one, this one only.
pub async fn list(pool: &Pool, organisation: Option<OrganisationId>, id: Option<CorrectionId>) -> sqlx::Result<Vec<Correction>> {
    let rows = sqlx::query!(
        r#"select c.correction_id as "id: CorrectionId", c.organisation_id as "organisation: OrganisationId", o.legal_name,
                  c.psc_account_id, c.account_name, c.wrong_mpn_id, c.mpn_id, c.note, c.state, c.reason, c.requested_at, c.decided_at,
                  r.display_name as requested_by, d.display_name as "decided_by?"
           from ((select * from psc_mpn_corrections where state = 'requested' and ($1::uuid is null or organisation_id = $1)
                      and ($3::uuid is null or correction_id = $3))
                 union all
                 (select * from psc_mpn_corrections where state <> 'requested' and ($1::uuid is null or organisation_id = $1)
                      and ($3::uuid is null or correction_id = $3)
                  order by decided_at desc, correction_id desc limit $2)) c
           join organisations o using (organisation_id)
           join users r on r.user_id = c.requested_by left join users d on d.user_id = c.decided_by
           order by c.decided_at desc nulls first, c.requested_at, c.correction_id"#,
        organisation as Option<OrganisationId>,
        SHOWN,
        id as Option<CorrectionId>
    )
    .fetch_all(pool)
    .await?;
    let corrections = rows.into_iter().filter_map(|row| {
        Some(Correction {
            id: row.id?,
            organisation: row.organisation?,
            organisation_name: row.legal_name,
            asked: NewCorrection {
                psc_account_id: row.psc_account_id?,
                account_name: row.account_name?,
                wrong_mpn_id: row.wrong_mpn_id?,
                mpn_id: row.mpn_id?,
                note: row.note?,
            },
            state: State::from_code(&row.state?)?,
            reason: row.reason?,
            requested_by: row.requested_by,
            requested_at: row.requested_at?,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
        })
    });
    Ok(corrections.collect())
}
