//! Three replicas behind a simple balancer, restarted one after the other while others ask: no request fails.
//!
//! Seen to fail: with `PORTAL_DRAIN_SECONDS` 0 below, as every restart was before there was that setting, a visitor reported "Connection
//! reset by peer" at the first restart.

use std::{
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use partner_portal::demo;
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use crate::support::{PASSWORD, TestApp};

const ADMIN: &str = "referrals-admin@contoso-consulting.example";
const REPLICAS: usize = 3;
/// Each replica is restarted so often.
const ROUNDS: usize = 2;
/// How often the balancer asks each replica whether it is ready.
const CHECKED_EVERY: Duration = Duration::from_millis(100);

/// A process of the binary that serves.
struct Replica {
    child: Child,
    address: SocketAddr,
}

impl Replica {
    fn start(url: &str) -> Self {
        let address = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_partner-portal"))
            .arg("web")
            .env("DATABASE_URL", url)
            .env("PORTAL_LISTEN", address.to_string())
            .env("PORTAL_LOG", "error")
            .env("PORTAL_DATABASE_CONNECTIONS", "4")
            .env("PORTAL_DRAIN_SECONDS", "2")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, address }
    }

    async fn wait_until_ready(&self) {
        let began = Instant::now();
        while !ready(self.address).await {
            assert!(began.elapsed() < Duration::from_mins(1), "not ready");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Tells it to stop, and waits for its end: by itself, and well.
    async fn stop(&mut self) {
        let told = Instant::now();
        Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            assert!(told.elapsed() < Duration::from_mins(1), "does not stop");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request on a connection of its own; the whole answer.
async fn ask(address: SocketAddr, path: &str, cookie: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

async fn ready(address: SocketAddr) -> bool {
    ask(address, "/readyz", "")
        .await
        .is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// Passes connections on to replicas that were ready when last asked, in turn.
async fn balance(listener: TcpListener, replicas: Arc<Mutex<Vec<SocketAddr>>>) {
    let good: Arc<Mutex<Vec<SocketAddr>>> = Arc::default();
    let checked = good.clone();
    tokio::spawn(async move {
        loop {
            let all = replicas.lock().unwrap().clone();
            let mut found = Vec::new();
            for address in all {
                if ready(address).await {
                    found.push(address);
                }
            }
            *checked.lock().unwrap() = found;
            tokio::time::sleep(CHECKED_EVERY).await;
        }
    });
    let turn = AtomicUsize::new(0);
    while let Ok((mut client, _)) = listener.accept().await {
        let good = good.lock().unwrap().clone();
        let turn = turn.fetch_add(1, Relaxed);
        tokio::spawn(async move {
            let Some(address) = good.get(turn % good.len().max(1)) else { return };
            if let Ok(mut server) = TcpStream::connect(address).await {
                let _ = copy_bidirectional(&mut client, &mut server).await;
            }
        });
    }
}

#[sqlx::test(migrations = false)]
async fn restarting_one_after_the_other_fails_no_request(db: PgPool) {
    let app = TestApp::new(db).await;
    demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(app.db())
        .await
        .unwrap();
    let mut url: url::Url = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    url.set_path(&name);
    let session = app.sign_in(ADMIN).await;
    let cookie = format!("portal_session={}", session.cookie("portal_session").unwrap());
    let mut replicas: Vec<Replica> = (0..REPLICAS).map(|_| Replica::start(url.as_str())).collect();
    for replica in &replicas {
        replica.wait_until_ready().await;
    }
    let addresses = Arc::new(Mutex::new(replicas.iter().map(|replica| replica.address).collect::<Vec<_>>()));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let balancer = listener.local_addr().unwrap();
    tokio::spawn(balance(listener, addresses.clone()));
    // Its first round of checks.
    tokio::time::sleep(CHECKED_EVERY * 5).await;

    let done = Arc::new(AtomicBool::new(false));
    let visitors: Vec<_> = (0..4)
        .map(|_| {
            let (done, cookie) = (done.clone(), cookie.clone());
            tokio::spawn(async move {
                let mut answered = 0;
                while !done.load(Relaxed) {
                    let answer = ask(balancer, "/deals", &cookie).await.unwrap();
                    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("</html>"), "{answer}");
                    answered += 1;
                }
                answered
            })
        })
        .collect();
    for n in 0..REPLICAS * ROUNDS {
        let old = &mut replicas[n % REPLICAS];
        // The new one is there before the old one goes, as in a deployment.
        let new = Replica::start(url.as_str());
        new.wait_until_ready().await;
        addresses.lock().unwrap().push(new.address);
        tokio::time::sleep(CHECKED_EVERY * 3).await;
        old.stop().await;
        let gone = old.address;
        addresses.lock().unwrap().retain(|address| *address != gone);
        *old = new;
    }
    done.store(true, Relaxed);
    let mut answered = 0;
    for visitor in visitors {
        answered += visitor.await.unwrap();
    }
    println!("{answered} requests were answered during {} restarts", REPLICAS * ROUNDS);
    assert!(answered > 50, "{answered}");
}
