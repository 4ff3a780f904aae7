//! Clients that send slowly or not at all: theirs end, and others go on meanwhile.
//!
//! Seen to fail: before the server had a `first_request_timeout`, connections that sent nothing were still open after a minute.
//! With 2,000 of them, so were some while the kernel's queue held 128 connections: they had never come to the server.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use partner_portal::{server, start};
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};

use crate::support::{TestApp, settings};

/// Connections of each kind: the long run has `SLOW_CLIENTS=500`, which makes two thousand.
fn each() -> usize {
    std::env::var("SLOW_CLIENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(40)
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Connects, and says nothing.
    Silent,
    /// A byte of the head every half second.
    Head,
    /// A byte of a form every half second.
    Form,
    /// A chunk of a file every half second, without an end.
    Upload,
}

/// Sends until the server ends the connection; how long that took.
async fn drip(address: SocketAddr, kind: Kind) -> Duration {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let began = Instant::now();
    let head: &[u8] = match kind {
        Kind::Silent => b"",
        Kind::Head => b"GET / HTTP/1.1\r\nhost: localhost\r\n",
        Kind::Form => {
            b"POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100000\r\n\r\n"
        }
        Kind::Upload => {
            b"POST /psc/imports?csrf=x HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=b\r\ntransfer-encoding: chunked\r\n\r\n"
        }
    };
    stream.write_all(head).await.unwrap();
    let mut answer = [0; 1024];
    loop {
        let drop: &[u8] = match kind {
            Kind::Silent => b"",
            Kind::Head | Kind::Form => b"x",
            Kind::Upload => b"1\r\nx\r\n",
        };
        let sent = stream.write_all(drop).await;
        let read = tokio::time::timeout(Duration::from_millis(500), stream.read(&mut answer)).await;
        if sent.is_err() || matches!(read, Ok(Ok(0) | Err(_))) {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_mins(1), "{kind:?} is still open");
    }
}

/// Until `end`, one request after the other on a connection of its own each; how long each took.
async fn visit(address: SocketAddr, end: impl Future<Output = ()>) -> Vec<Duration> {
    let mut answered = Vec::new();
    tokio::pin!(end);
    while (&mut end).now_or_never().is_none() {
        let began = Instant::now();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answered.push(began.elapsed());
    }
    answered.sort();
    answered
}

/// What all but one of a hundred took no longer than.
fn p99(sorted: &[Duration]) -> Duration {
    sorted[sorted.len() * 99 / 100]
}

/// On a thread of its own: neither the visitor nor the server shall wait for what the others do in this process.
async fn apart<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let thread = tokio::task::spawn_blocking(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(work)
    });
    thread.await.unwrap()
}

/// How long the last of so many of each kind was open.
async fn drip_all(address: SocketAddr, each: usize) -> Duration {
    let kinds = [Kind::Silent, Kind::Head, Kind::Form, Kind::Upload];
    let dripping: Vec<_> = kinds
        .into_iter()
        .cycle()
        .take(each * kinds.len())
        .map(|kind| tokio::spawn(drip(address, kind)))
        .collect();
    let mut longest = Duration::ZERO;
    for connection in dripping {
        longest = longest.max(connection.await.unwrap());
    }
    println!("the last of {} connections ended after {longest:?}", each * kinds.len());
    longest
}

#[sqlx::test(migrations = false)]
async fn theirs_end_and_others_go_on(db: PgPool) {
    let app = TestApp::new(db).await;
    let listener = start::listen(([127, 0, 0, 1], 0).into(), "PORTAL_LISTEN").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server::run(app.db().clone(), settings().into(), false, Some(listener), None, async {
        let _ = stopped.await;
    }));
    let before = apart(visit(address, tokio::time::sleep(Duration::from_secs(5)))).await;
    let (done, ended) = oneshot::channel::<()>();
    let visitor = tokio::spawn(apart(visit(address, async {
        let _ = ended.await;
    })));
    let longest = apart(drip_all(address, each())).await;
    // Ten seconds is what each has; the rest is what a machine with other things to do may take.
    assert!(longest < Duration::from_secs(30), "{longest:?}");
    done.send(()).unwrap();
    let beside = visitor.await.unwrap();
    assert!(beside.len() > 10);
    println!("of others, 99 of 100 took up to {:?} before, and {:?} beside them", p99(&before), p99(&beside));
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}
