//! Every form about one thing: it succeeds on one's own, and for the same form about another's it is as if that were not there.
//!
//! Foreign things are asked for first: what is one's own is used up by the act.

use axum::http::{Method, StatusCode};
use partner_portal::{app, ids::ReferralId};
use sqlx::PgPool;

use super::{
    paths::fits,
    table::{ACTS, Act, By, OPERATED, What},
    world::World,
};
use crate::support::{Answer, Client, changed};

/// A form with what stands for something of the thing, or of the world, put in.
pub struct Filled {
    pub path: String,
    pub fields: Vec<(String, String)>,
}

/// What was seen of a thing, as its forms say it: a referral's versions, a PSC deal's digest, a draft's version.
pub async fn seen(world: &World, thing: &str) -> String {
    let found: Option<String> = sqlx::query_scalar(
        "select r.version || '.' || e.version from referrals r join engagements e using (engagement_id) where r.referral_id::text = $1
         union all
         select digest::text from psc_deals d join psc_settings s on s.current_import_id = d.import_id where d.psc_deal_id = $1",
    )
    .bind(thing)
    .fetch_optional(world.app.db())
    .await
    .unwrap();
    found.unwrap_or_else(|| "1.1".to_owned())
}

pub async fn filled(world: &World, act: &Act, thing: &str) -> Filled {
    let (own, third) = (&world.parties[0], &world.parties[2]);
    let value = async |text: &str| match text {
        "{seen}" => seen(world, thing).await,
        "{seen referral}" => seen(world, thing).await.split('.').next().unwrap_or_default().to_owned(),
        "{seen engagement}" => seen(world, thing).await.split('.').next_back().unwrap_or_default().to_owned(),
        "{third}" => format!("{}.{}", third.id, third.here),
        "{third mpn}" => third.mpn.to_string(),
        "{here}" => own.here.to_string(),
        "{mail}" => own.mail("nobody"),
        "{seller}" => world.sellers[1].user.to_string(),
        text => text.to_owned(),
    };
    let mut fields = Vec::new();
    for (name, text) in act.fields {
        fields.push(((*name).to_owned(), value(text).await));
    }
    let path = act.path.replace("{step}", "details");
    let parts = path.split('/').map(|part| if part.starts_with('{') { thing } else { part });
    Filled { path: parts.collect::<Vec<_>>().join("/"), fields }
}

impl Filled {
    pub async fn post(&self, client: &mut Client) -> Answer {
        let pairs: Vec<(&str, &str)> = self
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        client.post(&self.path, &pairs).await
    }
}

/// Whose the act is.
fn actor(world: &World, by: By) -> &str {
    match by {
        By::Partner => &world.parties[0].all.mail,
        By::Seller => &world.sellers[0].mail,
        By::Operator => &world.operator.mail,
        By::Pdm => "zqfabx@microsoft.example",
    }
}

/// A fresh thing of Fabrikam's, or of the vendor's, that the act can be done to.
async fn own(world: &World, act: &Act) -> String {
    let made = match act.what {
        What::Made(make) => world.make(0, make).await,
        What::Request => world.request_of_seller().await,
        What::Kept(kind) => return world.things(0).await.remove(kind).unwrap_or_else(|| panic!("no {kind}")),
        What::Job => {
            return world
                .app
                .count("select id from river_job order by id limit 1")
                .await
                .to_string();
        }
    };
    if !act.before.is_empty() {
        let done = sqlx::query(sqlx::AssertSqlSafe(format!("update referrals set {} where referral_id = $1", act.before)))
            .bind(made)
            .execute(world.app.db())
            .await
            .unwrap();
        assert_eq!(done.rows_affected(), 1);
    }
    made.to_string()
}

/// Things of the two other partners that could be mistaken for one of the act's, and ids that nothing has.
async fn foreign(world: &World, act: &Act) -> Vec<String> {
    if matches!(act.what, What::Job) {
        return vec!["999999999".to_owned()];
    }
    let mut found = vec![ReferralId::new().to_string()];
    if act.by == By::Operator {
        // They work on every partner's.
        return found;
    }
    for n in [1, 2] {
        let things = world.things(n).await;
        let vendors = |kind: &str| act.by == By::Seller && kind == "the vendor's side";
        found.extend(
            things
                .into_iter()
                .filter(|(kind, _)| fits(act.path, kind) && !vendors(kind))
                .map(|(_, id)| id),
        );
    }
    assert!(found.len() > 2, "{}: {found:?}", act.path);
    found
}

async fn refused(
    world: &World,
    client: &mut Client,
    act: &Act,
    things: &[String],
    expected: StatusCode,
    who: &str,
) -> Vec<String> {
    let (mut wrongs, before) = (Vec::new(), world.app.everything().await);
    for thing in things {
        let answer = filled(world, act, thing).await.post(client).await;
        if answer.status != expected {
            wrongs.push(format!("{} with {thing} by {who}: {}", act.path, answer.status));
        }
    }
    let tables = changed(&before, &world.app.everything().await);
    if !tables.is_empty() {
        wrongs.push(format!("{} by {who} wrote {tables:?}", act.path));
    }
    wrongs
}

async fn client(world: &World, mail: &str) -> Client {
    let mut client = world.app.sign_in(mail).await;
    // A page of anybody's, for the form's token; and time that the session is noted.
    client.get("/preferences").await;
    client
}

#[sqlx::test(migrations = false)]
async fn a_form_that_succeeds_on_ones_own_finds_nothing_of_anothers(db: PgPool) {
    let world = World::new(db).await;
    sqlx::query("update psc_settings set switched_at = now() where organisation_id = $1")
        .bind(world.parties[0].id)
        .execute(world.app.db())
        .await
        .unwrap();
    let mut wrongs = Vec::new();
    for act in ACTS.iter().chain(&OPERATED) {
        let mail = actor(&world, act.by).to_owned();
        let mut doer = client(&world, &mail).await;
        let things = foreign(&world, act).await;
        wrongs.extend(refused(&world, &mut doer, act, &things, StatusCode::NOT_FOUND, &mail).await);
        let thing = own(&world, act).await;
        // People of the same organisation whom it is out of reach of.
        for (name, expected) in act.colleagues {
            let name = if name.contains('@') { (*name).to_owned() } else { world.parties[0].mail(name) };
            let mut other = client(&world, &name).await;
            wrongs.extend(refused(&world, &mut other, act, std::slice::from_ref(&thing), *expected, &name).await);
        }
        let before = world.app.everything().await;
        let answer = filled(&world, act, &thing).await.post(&mut doer).await;
        let done = answer.status == StatusCode::SEE_OTHER || (act.path.ends_with("/password") && answer.status == StatusCode::OK);
        if !done || world.app.everything().await == before {
            let words = if answer.is_page() {
                answer.texts(".problems, main").join(" ").chars().take(300).collect()
            } else {
                String::new()
            };
            wrongs.push(format!("{} with one's own {thing}: {} {words}", act.path, answer.status));
        }
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

#[test]
fn every_form_about_one_thing_is_in_the_table() {
    let table = app::table();
    let routes = table
        .iter()
        .filter(|route| route.method == Method::POST && route.path.contains('{'));
    let mut missing: Vec<&str> = routes.map(|route| route.path).collect();
    missing.retain(|path| !ACTS.iter().chain(&OPERATED).any(|act| act.path == *path));
    assert!(missing.is_empty(), "in no table: {missing:?}");
}
