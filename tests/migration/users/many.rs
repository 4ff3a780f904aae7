//! Ten thousand people of one organisation.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use partner_portal::migration::{
    run::State,
    users::service::{self, Choice},
};
use sqlx::PgPool;
use tracing::{Event, Metadata, Subscriber, span};

use super::seed::Fabrikam;

/// Counts what sqlx sends.
#[derive(Clone, Default)]
struct Queries(Arc<AtomicUsize>);

impl Subscriber for Queries {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// People `from` to `through`, each with an account and a PSC row; one in four with a second row.
pub async fn people(it: &Fabrikam, from: i32, through: i32) {
    for sql in [
        "insert into users (user_id, organisation_id, mail, display_name, created_at)
         select gen_random_uuid(), $1, 'p' || n || '@fabrikam.example', 'P ' || n, now() from generate_series($2, $3) n",
        "insert into psc_users (import_id, psc_user_id, first_name, last_name, mail, psc_account_id, psc_account_name, role)
         select current_import_id, 'P-' || n, 'P', n::text, 'p' || n || '@fabrikam.example', 'PA-' || n % 3, '',
                (array['admin', 'deal-manager', 'seller', 'seller'])[1 + n % 4]
         from psc_settings, generate_series($2, $3) n where organisation_id = $1",
        "insert into psc_users (import_id, psc_user_id, first_name, last_name, mail, psc_account_id, psc_account_name, role)
         select current_import_id, 'Q-' || n, 'P', n::text, 'p' || n || '@fabrikam.example', 'PA-1', '', 'seller'
         from psc_settings, generate_series($2, $3) n where organisation_id = $1 and n % 4 = 0",
    ] {
        sqlx::query(sql)
            .bind(it.id)
            .bind(from)
            .bind(through)
            .execute(it.app.db())
            .await
            .unwrap();
    }
}

/// A preview asks as few questions for ten thousand as for ten, shows the first fifty, and says how many there are.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_preview_of_ten_thousand_asks_as_much_as_one_of_ten(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let choice = Choice::Ready(String::new());
    people(&it, 1, 10).await;
    let asked = async |expected: (i64, i64)| {
        let queries = Queries::default();
        let guard = tracing::subscriber::set_default(queries.clone());
        let preview = service::preview(it.app.db(), it.id, &choice, "", 50).await.unwrap();
        drop(guard);
        assert_eq!((preview.digest.people, preview.digest.rows), expected);
        assert_eq!(preview.people.len() as i64, expected.0.min(50));
        assert_eq!(preview.groups.iter().map(|group| group.rows).sum::<i64>(), expected.1);
        queries.0.load(Ordering::Relaxed)
    };
    let few = asked((10, 12)).await;
    people(&it, 11, 10_000).await;
    let many = asked((10_000, 12_500)).await;
    assert!((1..=10).contains(&few), "{few} queries");
    assert_eq!(many, few);
}

/// The run in the background, with progress that adds up.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn ten_thousand_get_their_roles(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    people(&it, 1, 10_000).await;
    let run = it.start_all().await;
    it.slice(run, 1_000).await;
    let begun = it.find(run).await;
    assert_eq!((begun.state, begun.total), (State::Running, 12_500));
    assert!((1_000..1_002).contains(&begun.migrated), "{} of one slice", begun.migrated);
    let done = it.finish(run, 1_000).await;
    assert_eq!((done.state, done.migrated, done.errors), (State::Completed, 12_500, 0));
    it.assert_whole(12_500).await;
    let without = "select count(*) from users u where u.mail like 'p%' and not exists (select from role_assignments r where r.user_id = u.user_id)";
    assert_eq!(it.app.count(without).await, 0);
}
