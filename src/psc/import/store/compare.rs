//! What a new export changes, beside the one that counts until then. Read-only.

use crate::{
    db::{self, Pool, Tx},
    ids::{ImportId, OrganisationId},
};

/// Deals read by one query, of each of the two exports at most.
const RANGE: i64 = 20_000;

/// How the deals of an export stand to those of the one before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Comparison {
    pub new: i32,
    pub changed: i32,
    pub unchanged: i32,
    pub migrated: i32,
    pub absent: i32,
}

/// The export that counts; none before the first.
pub async fn current(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Option<ImportId>> {
    sqlx::query_scalar!(
        r#"select current_import_id as "id: ImportId" from psc_settings where organisation_id = $1"#,
        organisation as OrganisationId
    )
    .fetch_optional(pool)
    .await
    .map(Option::flatten)
}

/// The PSC deal ID up to which the next range goes: both exports together have at most twice [`RANGE`] deals in it. None: there are
/// no more.
pub async fn range(pool: &Pool, new: ImportId, old: ImportId, from: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "with one as (select psc_deal_id from psc_deals where import_id = $1 and psc_deal_id > $3 order by psc_deal_id limit $4),
            other as (select psc_deal_id from psc_deals where import_id = $2 and psc_deal_id > $3 order by psc_deal_id limit $4),
            ends as (select max(psc_deal_id) as through, count(*) = $4 as more from one
                union all select max(psc_deal_id), count(*) = $4 from other)
        select coalesce(min(through) filter (where more), max(through)) from ends",
        new as ImportId,
        old as ImportId,
        from,
        RANGE
    )
    .fetch_one(pool)
    .await
}

/// Compares the deals with `from < psc_deal_id <= through`.
pub async fn compare(
    pool: &Pool,
    organisation: OrganisationId,
    new: ImportId,
    old: ImportId,
    from: &str,
    through: &str,
) -> sqlx::Result<Comparison> {
    let mut tx = db::begin(pool).await?;
    by_merging(&mut tx).await?;
    sqlx::query_as!(
        Comparison,
        r#"select
            (count(*) filter (where m.psc_deal_id is null and o.psc_deal_id is null))::integer as "new!",
            (count(*) filter (where m.psc_deal_id is null and n.digest is distinct from o.digest
                and n.psc_deal_id is not null and o.psc_deal_id is not null))::integer as "changed!",
            (count(*) filter (where m.psc_deal_id is null and n.digest is not distinct from o.digest
                and n.psc_deal_id is not null and o.psc_deal_id is not null))::integer as "unchanged!",
            (count(*) filter (where m.psc_deal_id is not null and n.psc_deal_id is not null))::integer as "migrated!",
            (count(*) filter (where m.psc_deal_id is null and n.psc_deal_id is null))::integer as "absent!"
        from (select psc_deal_id, digest from psc_deals where import_id = $1 and psc_deal_id > $3 and psc_deal_id <= $4) n
        full join (select psc_deal_id, digest from psc_deals where import_id = $2 and psc_deal_id > $3 and psc_deal_id <= $4) o
            on o.psc_deal_id = n.psc_deal_id
        left join psc_migrated_deals m on m.organisation_id = $5 and m.psc_deal_id = coalesce(n.psc_deal_id, o.psc_deal_id)"#,
        new as ImportId,
        old as ImportId,
        from,
        through,
        organisation as OrganisationId
    )
    .fetch_one(&mut *tx)
    .await
}

/// The statistics may know nothing of rows that came in a moment ago: both sides come by their keys, in order.
async fn by_merging(tx: &mut Tx<'_>) -> sqlx::Result<()> {
    db::plan_by_key(tx).await?;
    sqlx::query!("select set_config('enable_mergejoin', 'on', true)")
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}
