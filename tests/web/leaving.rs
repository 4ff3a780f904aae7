//! Clients that go away at any moment, over real sockets: their requests are dropped where they are, and what they leave behind is whole.
//! `LEAVING_CLIENTS=5000 cargo nextest run web::leaving` is a longer run.
//!
//! Seen to fail: with `pool.begin()` in place of `db::begin`, and without `after_release` in `db::open`, "a transaction stays open" in
//! the pool of three.

use std::{
    fmt::Write,
    net::SocketAddr,
    time::{Duration, Instant},
};

use partner_portal::{clock::Clock, db, demo, server, start};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
};

use super::faults::{
    line::{Line, Proxy},
    no_open_transaction,
};
use crate::{
    psc::support::{self as psc, ACCOUNTS, USERS},
    support::{Client, PASSWORD, TestApp, notes::Deal, settings},
};

const ADMIN: &str = "referrals-admin@contoso-consulting.example";
/// That many at once, then all must have been left in order.
const AT_ONCE: usize = 5;

/// How many go away from each server.
fn clients() -> usize {
    std::env::var("LEAVING_CLIENTS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(300)
}

/// A server on a pool of its own.
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Server {
    async fn start(proxy: &Proxy, connections: u32) -> Self {
        let pool = db::open(&proxy.url, connections).await.unwrap();
        let listener = start::listen(([127, 0, 0, 1], 0).into(), "PORTAL_LISTEN").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            server::run(pool.clone(), settings().into(), false, Some(listener), None, stopped)
                .await
                .unwrap();
            pool.close().await;
        });
        Self { address, stop, running }
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.running.await.unwrap();
    }

    /// Asks, and goes away after this time, answered or not. The status, if there was one.
    async fn ask(&self, request: &[u8], leaving: Duration) -> Option<u16> {
        let asked = async {
            let mut stream = TcpStream::connect(self.address).await?;
            stream.write_all(request).await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            std::io::Result::Ok(answer)
        };
        let answer = tokio::time::timeout(leaving, asked).await.ok()?.ok()?;
        String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
    }
}

/// Who asks, and for what.
struct Visitor {
    client: Client,
    deal: Deal,
    export: Vec<u8>,
}

impl Visitor {
    fn request(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Vec<u8> {
        let session = self.client.cookie("portal_session").unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: portal_session={session}\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    fn form(&self, path: &str, fields: &str) -> Vec<u8> {
        let body = format!("csrf={}&{fields}", self.client.token());
        self.request("POST", path, "application/x-www-form-urlencoded", body.as_bytes())
    }

    /// The n-th thing that somebody does, and the note that it writes.
    fn doing(&self, n: usize) -> (Vec<u8>, Option<String>) {
        let deal = self.deal.id;
        let request = match n % 8 {
            0 | 1 => {
                let note = format!("note {n}");
                let (path, form) = self.deal.form(&self.client, &note);
                return (self.request("POST", &path, "application/x-www-form-urlencoded", form.as_bytes()), Some(note));
            }
            2 => self.form(&format!("/deals/{deal}/favourite"), if n % 16 == 2 { "on=yes" } else { "on=no" }),
            3 => self.form("/preferences", "locale=en&theme=&time_zone=UTC"),
            4 => self.form("/deals/new", ""),
            5 => {
                let path = format!("/psc/imports?csrf={}", self.client.token());
                self.request("POST", &path, "multipart/form-data; boundary=border", &self.export)
            }
            6 => self.request("GET", &format!("/deals/{deal}"), "text/plain", b""),
            _ => self.request("GET", "/deals", "text/plain", b""),
        };
        (request, None)
    }
}

/// An export of a hundred deals, as a browser sends it.
fn export() -> Vec<u8> {
    let deals = psc::deals((0..100).map(|n| psc::deal(&format!("D-{n:03}"), &[])));
    let mut body = String::new();
    for (field, text) in [("accounts", ACCOUNTS), ("users", USERS), ("deals", &deals)] {
        write!(
            body,
            "--border\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{field}.csv\"\r\ncontent-type: text/csv\r\n\r\n{text}\r\n"
        )
        .unwrap();
    }
    body.push_str("--border--\r\n");
    body.into_bytes()
}

/// How long a request takes here and now when nobody goes away.
async fn usual(server: &Server, visitor: &Visitor) -> Duration {
    let began = Instant::now();
    for n in 2..8 {
        let status = server.ask(&visitor.doing(n).0, Duration::from_mins(1)).await;
        assert!(matches!(status, Some(200 | 303)), "{n}: {status:?}");
    }
    began.elapsed() / 6
}

async fn go_away(db: PgPool, connections: u32) {
    let app = TestApp::new(db.clone()).await;
    demo::load(&db, &Clock::System, PASSWORD).await.unwrap();
    let visitor = Visitor { client: app.sign_in(ADMIN).await, deal: Deal::of(&db, ADMIN).await, export: export() };
    // A database that is not at the next table: there is time to go away between a statement and its answer.
    let proxy = Proxy::new(&db).await;
    proxy.set(Line::Far);
    let server = Server::start(&proxy, connections).await;
    let usual = usual(&server, &visitor).await;
    let longest = (usual * 4).max(Duration::from_millis(50)).as_micros() as u64;
    let mut random = StdRng::seed_from_u64(connections.into());
    let (mut acknowledged, mut answered) = (Vec::new(), 0);
    for from in (0..clients()).step_by(AT_ONCE) {
        let leaving = (from..from + AT_ONCE).map(|n| {
            let ((request, note), after) = (visitor.doing(n), Duration::from_micros(random.random_range(0..longest)));
            let server = &server;
            async move { (note, server.ask(&request, after).await) }
        });
        for (note, status) in futures_util::future::join_all(leaving).await {
            answered += usize::from(status.is_some());
            // 409: somebody was at the same deal.
            assert!(matches!(status, None | Some(200 | 303 | 409)), "{status:?}");
            acknowledged.extend(note.filter(|_| status == Some(303)));
        }
        no_open_transaction(&db).await;
        let next = server.ask(&visitor.doing(7).0, Duration::from_mins(1)).await;
        assert_eq!(next, Some(200), "the next one");
    }
    println!("{} clients within {longest} us, {answered} of them answered", clients());
    assert!(answered < clients(), "nobody went away");
    // An import goes on without its client.
    let began = Instant::now();
    while app
        .count("select count(*) from psc_imports where state in ('reading', 'merging')")
        .await
        > 0
    {
        assert!(began.elapsed() < Duration::from_secs(30), "an import does not end");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    visitor.deal.assert_whole(&db, &acknowledged, true).await;
    for (what, sql) in [
        ("unfinished imports", "select count(*) from psc_imports where state <> 'done'"),
        (
            "rows that are missing from the export that counts",
            "select 100 - count(*) from psc_deals d join psc_settings s on s.current_import_id = d.import_id
             join organisations o using (organisation_id) where o.mpn_id = '4600001'",
        ),
        ("drafts that cannot be read", "select count(*) from deal_drafts where data -> 'sheet' is null"),
    ] {
        assert_eq!(app.count(sql).await, 0, "{what}");
    }
    server.stop().await;
}

#[sqlx::test(migrations = false)]
async fn clients_that_go_away_leave_the_only_connection_whole(db: PgPool) {
    go_away(db, 1).await;
}

#[sqlx::test(migrations = false)]
async fn clients_that_go_away_leave_three_connections_whole(db: PgPool) {
    go_away(db, 3).await;
}
