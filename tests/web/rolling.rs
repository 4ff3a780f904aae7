//! Three replicas behind a simple balancer, restarted one after the other while others read and write, on connections that they keep,
//! and while deals migrate: no request fails, and what was acknowledged is there once.
//!
//! Seen to fail: without `let_go` (src/server.rs), which ends connections with the answers of a replica that is about to stop, a visitor
//! reported "IncompleteMessage". When visitors still asked on a connection each, with `PORTAL_DRAIN_SECONDS` 0 below, "Connection reset by
//! peer" at the first restart.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{
    body::Bytes,
    http::{Request, Response, StatusCode, header},
};
use futures_util::future::join_all;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use partner_portal::{ids::RunId, web::csrf};
use sqlx::PgPool;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

use crate::{
    migration::seed::{ADMIN, Fabrikam},
    operate::{Portal, ask, url},
    storm::deals::deals,
};

const REPLICAS: usize = 3;
/// Each replica is restarted so often.
const ROUNDS: usize = 2;
/// How long the balancer waits before it asks each replica again whether it is ready.
const CHECKED_EVERY: Duration = Duration::from_millis(100);
const SETTINGS: [(&str, &str); 3] = [("PORTAL_LOG", "error"), ("PORTAL_DRAIN_SECONDS", "5"), ("PORTAL_MIGRATION_SLICE", "20")];

async fn ready(address: SocketAddr) -> bool {
    ask(address, "GET /readyz", "", b"")
        .await
        .is_ok_and(|answer| answer.status == 200)
}

/// Passes connections on to replicas that were ready when last asked, in turn.
async fn balance(listener: TcpListener, replicas: Arc<Mutex<Vec<SocketAddr>>>) {
    let good: Arc<Mutex<Vec<SocketAddr>>> = Arc::default();
    let checked = good.clone();
    tokio::spawn(async move {
        loop {
            let all = replicas.lock().unwrap().clone();
            // All at once: a busy one takes up to two seconds to say so.
            let asked = join_all(all.iter().map(|address| ready(*address))).await;
            let found = all
                .into_iter()
                .zip(asked)
                .filter_map(|(address, ready)| ready.then_some(address))
                .collect();
            *checked.lock().unwrap() = found;
            tokio::time::sleep(CHECKED_EVERY).await;
        }
    });
    let turn = AtomicUsize::new(0);
    while let Ok((mut client, _)) = listener.accept().await {
        let (good, turn) = (good.clone(), turn.fetch_add(1, Relaxed));
        tokio::spawn(async move {
            loop {
                let now = good.lock().unwrap().clone();
                // On a busy machine all may take too long to say that they are ready: then the client waits.
                let Some(address) = now.get(turn % now.len().max(1)) else {
                    tokio::time::sleep(CHECKED_EVERY).await;
                    continue;
                };
                if let Ok(mut server) = TcpStream::connect(address).await {
                    let _ = copy_bidirectional(&mut client, &mut server).await;
                }
                return;
            }
        });
    }
}

/// Somebody who keeps their connection for as long as the portal does.
struct Visitor {
    balancer: SocketAddr,
    session: String,
    /// How long they think before the next request.
    thinks: Duration,
    line: Option<SendRequest<Full<Bytes>>>,
    seen: Seen,
}

/// What a visitor has seen.
#[derive(Default)]
struct Seen {
    pages: usize,
    notes: usize,
    connections: usize,
    /// Connections that ended without a word: the next request on one may be lost.
    cut: usize,
}

impl Visitor {
    async fn connect(&mut self) -> hyper::Result<SendRequest<Full<Bytes>>> {
        self.seen.connections += 1;
        let stream = TcpStream::connect(self.balancer).await.unwrap();
        let (line, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(line)
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> hyper::Result<Response<Bytes>> {
        let mut kept = self.line.take();
        if let Some(line) = &mut kept
            && line.ready().await.is_err()
        {
            self.seen.cut += 1;
            kept = None;
        }
        let mut line = match kept {
            Some(line) => line,
            None => self.connect().await?,
        };
        let (head, body) = line.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        // A browser takes the portal by its word.
        let ends = head.headers.get(header::CONNECTION).is_some_and(|value| value == "close");
        self.line = (!ends).then_some(line);
        Ok(Response::from_parts(head, body))
    }

    fn request(&self, method: &str, path: &str, body: String) -> Request<Full<Bytes>> {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::COOKIE, format!("portal_session={}", self.session))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(body.into()))
            .unwrap()
    }

    /// Reads the list and leaves a note, again and again.
    async fn work(mut self, number: u32, deal: String, done: Arc<AtomicBool>) -> Seen {
        while !done.load(Relaxed) {
            let page = self.send(self.request("GET", "/deals", String::new())).await.unwrap();
            assert_eq!(page.status(), StatusCode::OK);
            assert!(String::from_utf8_lossy(page.body()).contains("</html>"));
            self.seen.pages += 1;
            tokio::time::sleep(self.thinks).await;
            let (note, token) = (self.seen.notes, csrf::token(&self.session));
            let form = format!("note=visitor-{number}-note-{note}&shared=&csrf={token}");
            let noted = self
                .send(self.request("POST", &format!("/deals/{deal}/notes"), form))
                .await
                .unwrap();
            assert_eq!(noted.status(), StatusCode::SEE_OTHER, "{noted:?}");
            self.seen.notes += 1;
            tokio::time::sleep(self.thinks).await;
        }
        self.seen
    }
}

/// Restarts each replica so often, each time with a new one there before the old one goes, as in a deployment. Deals migrate meanwhile;
/// how many.
async fn restart(it: &Fabrikam, run: RunId, url: &str, replicas: &mut [Portal], addresses: &Mutex<Vec<SocketAddr>>) -> i32 {
    let mut migrated = it.find(run).await.migrated;
    for n in 0..REPLICAS * ROUNDS {
        let old = &mut replicas[n % REPLICAS];
        let new = Portal::start("serve", url, &SETTINGS).up().await;
        while !ready(new.address).await {
            tokio::time::sleep(CHECKED_EVERY).await;
        }
        addresses.lock().unwrap().push(new.address);
        tokio::time::sleep(CHECKED_EVERY * 3).await;
        old.tell("-TERM");
        let (status, _) = old.ended().await;
        assert!(status.success(), "{status}: {}", old.log());
        let gone = old.address;
        addresses.lock().unwrap().retain(|address| *address != gone);
        *old = new;
        let now = it.find(run).await;
        assert!(now.state.is_live() && now.migrated > migrated, "deals migrate meanwhile: {now:?}");
        migrated = now.migrated;
    }
    migrated
}

#[sqlx::test(migrations = false)]
async fn restarting_one_after_the_other_fails_no_request(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    deals(&it, 40_000).await;
    let run = it.start(false).await.unwrap();
    it.slice(run, 10).await;
    let deal = it
        .value("select to_jsonb(max(referral_id::text)) from psc_migrated_deals")
        .await;
    let session = it.app.sign_in(ADMIN).await.cookie("portal_session").unwrap().to_owned();
    let url = url(it.app.db()).await;
    let mut replicas = Vec::new();
    for _ in 0..REPLICAS {
        replicas.push(Portal::start("serve", &url, &SETTINGS).up().await);
    }
    let addresses = Arc::new(Mutex::new(replicas.iter().map(|replica| replica.address).collect::<Vec<_>>()));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let balancer = listener.local_addr().unwrap();
    tokio::spawn(balance(listener, addresses.clone()));
    // Its first round of checks.
    tokio::time::sleep(CHECKED_EVERY * 5).await;

    let done = Arc::new(AtomicBool::new(false));
    let visitors: Vec<_> = (0..6)
        .map(|number| {
            let thinks = Duration::from_millis(250) * (number % 2);
            let visitor = Visitor { balancer, session: session.clone(), thinks, line: None, seen: Seen::default() };
            tokio::spawn(visitor.work(number, deal.as_str().unwrap().to_owned(), done.clone()))
        })
        .collect();
    let migrated = restart(&it, run, &url, &mut replicas, &addresses).await;
    done.store(true, Relaxed);
    let mut all = Seen::default();
    for (number, visitor) in visitors.into_iter().enumerate() {
        let seen = visitor.await.unwrap();
        let once = format!(
            "select count(*) from (select 1 from referral_history where detail::text like '%visitor-{number}-note-%'
             group by detail::text having count(*) = 1) s"
        );
        let there: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(once))
            .fetch_one(it.app.db())
            .await
            .unwrap();
        assert_eq!(usize::try_from(there).unwrap(), seen.notes, "what was acknowledged is there once");
        all.pages += seen.pages;
        all.notes += seen.notes;
        all.connections += seen.connections;
        all.cut += seen.cut;
    }
    let Seen { pages, notes, connections, cut } = all;
    let restarts = REPLICAS * ROUNDS;
    println!("{pages} pages and {notes} notes over {connections} connections beside {migrated} deals during {restarts} restarts");
    assert_eq!(cut, 0, "connections ended without a word");
    assert!(pages + notes > 50 && connections < pages, "{pages} {notes} {connections}");
}
