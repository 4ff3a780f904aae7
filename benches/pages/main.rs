//! Pages of the portal beside a bare page, over the wire. `cargo bench --bench pages [-- DEALS]`; see benches/README.md.
//!
//! Both are processes of their own on one private PostgreSQL. The bare one shows the same fifty deals with axum, sqlx and askama, found by
//! keyset, without sign-in, counts, filters, languages or layout.

#![allow(clippy::indexing_slicing, reason = "a benchmark may stop with a panic")]

mod bare;
#[path = "../lists/data.rs"]
mod data;
mod load;
mod process;

use std::{path::PathBuf, process::Command, time::Duration};

use load::{Page, Seen};
use partner_portal::{
    auth::{secret, store},
    db::{self, private_postgres::Cluster},
    ids::{OrganisationId, ReferralId, UserId},
    referrals::cursor::Cursor,
};
use process::{Server, Usage};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const ORGANISATION: OrganisationId = OrganisationId(uuid::Uuid::from_u128(1));
const ADMIN: UserId = UserId(uuid::Uuid::from_u128((2 << 48) + 1));
/// The encodings that browsers take.
const BROWSER: &str = "gzip, deflate, br, zstd";
/// Connections to the database that each server may have.
const POOL: u32 = 10;
/// Each page is asked for in turn with the others, so often and so long.
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(4);

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [mode, listen, database] = arguments.as_slice()
        && mode == "bare"
    {
        return bare::serve(listen, database).await;
    }
    let deals = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(1_000_000);
    let cluster = Cluster::start(&PathBuf::from("target/bench-lists"), None)?;
    let result = measure(&cluster, deals).await;
    cluster.release()?;
    result
}

async fn measure(cluster: &Cluster, deals: u64) -> Outcome<()> {
    let database = data::database(cluster, deals).await?;
    let (cookie, cursor) = prepare(&database).await?;
    let portal = Server::start("portal", |listen| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_partner-portal"));
        command
            .arg("web")
            .env("DATABASE_URL", &database)
            .env("PORTAL_LISTEN", listen)
            .env("PORTAL_DATABASE_CONNECTIONS", POOL.to_string())
            .env("PORTAL_LOG", "error");
        command
    })
    .await?;
    let this = std::env::current_exe()?;
    let bare = Server::start("bare", |listen| {
        let mut command = Command::new(&this);
        command.args(["bare", listen, &database]);
        command
    })
    .await?;
    let id = cursor.id.0;
    let ours = |name, path: String| Page { name, server: &portal, path, cookie: Some(&cookie), encoding: BROWSER };
    let theirs = |name, path: String| Page { name, server: &bare, path, cookie: None, encoding: BROWSER };
    let pages = [
        theirs("bare page", "/".into()),
        ours("list", "/deals?tab=outbound".into()),
        theirs("bare, deep", format!("/?after={cursor}")),
        ours("deep page", format!("/deals?tab=outbound&after={cursor}")),
        ours("search", "/deals?tab=outbound&q=%ED%81%B4%EB%9D%BC%EC%9A%B0".into()),
        ours("detail", format!("/deals/{id}")),
        Page { encoding: "identity", ..theirs("bare, uncompressed", "/".into()) },
        Page { encoding: "identity", ..ours("list, uncompressed", "/deals?tab=outbound".into()) },
        Page { cookie: None, ..ours("static file", portal_css(&portal).await?) },
    ];
    for page in &pages {
        page.check().await?;
    }
    println!("{deals} deals; {POOL} connections of each server to the database");
    for connections in [1, 16] {
        println!(
            "\n{connections:2} connections     {:>9} {:>9} {:>9} {:>12} {:>12} {:>9} {:>7} {:>7}",
            "p50", "p95", "requests", "CPU server", "CPU database", "bytes", "p50 x", "rate x"
        );
        let mut seen: Vec<Seen> = pages.iter().map(|_| Seen::default()).collect();
        for _ in 0..ROUNDS {
            for (page, seen) in pages.iter().zip(&mut seen) {
                let before = Usage::of(page.server, cluster)?;
                let turn = load::ask(page, connections, ROUND).await?;
                seen.add(turn, Usage::of(page.server, cluster)? - before);
            }
        }
        for (page, one) in pages.iter().zip(&seen) {
            // Each beside the bare page that does as much: as deep, compressed or not.
            let beside = match page.name {
                "bare, deep" | "deep page" => 2,
                "bare, uncompressed" | "list, uncompressed" => 6,
                _ => 0,
            };
            one.print(page.name, &seen[beside]);
        }
    }
    for server in [&bare, &portal] {
        println!("{}: at most {} MB of memory", server.name, server.peak_memory()?);
    }
    Ok(())
}

/// A session of the admin, and the place of a deal far back.
async fn prepare(database: &str) -> Outcome<(String, Cursor)> {
    let pool = db::open(database, 1).await?;
    sqlx::query(
        "insert into role_assignments (assignment_id, user_id, role, granted_at)
         select gen_random_uuid(), $1, 'referrals-admin', now() where not exists (select from role_assignments where user_id = $1)",
    )
    .bind(ADMIN)
    .execute(&pool)
    .await?;
    let secret = secret::random();
    store::create_session(&pool, &secret::hash("session", &secret), ADMIN, None, 1).await?;
    let (at, id) = sqlx::query_as(
        "select created_at, referral_id from referrals where direction = 'outbound' and kind = 'deal' and organisation_id = $1
         order by created_at desc, referral_id desc offset 50000 limit 1",
    )
    .bind(ORGANISATION)
    .fetch_one(&pool)
    .await?;
    pool.close().await;
    Ok((format!("portal_session={secret}"), Cursor { at, id: ReferralId(id) }))
}

/// The address of the style sheet, from the sign-in page.
async fn portal_css(portal: &Server) -> Outcome<String> {
    let page = Page { name: "sign-in", server: portal, path: "/sign-in".into(), cookie: None, encoding: "identity" };
    let body = String::from_utf8(page.body().await?)?;
    let start = body.find("/static/portal.").ok_or("no style sheet")?;
    let end = body[start..].find('"').ok_or("no end")?;
    Ok(body[start..start + end].to_owned())
}
