//! Others, who work meanwhile.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// At once.
const VISITORS: usize = 4;

/// A request, and how its answer begins.
pub type Visit = (String, &'static str);

/// A page as somebody signed in asks for it.
pub fn page(path: &str, cookie: &str) -> Visit {
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: portal_session={cookie}\r\nconnection: close\r\n\r\n");
    (head, "HTTP/1.1 200")
}

/// A form that is saved.
pub fn form(path: &str, cookie: &str, form: &str) -> Visit {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: portal_session={cookie}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    );
    (head, "HTTP/1.1 303")
}

async fn one(address: SocketAddr, visits: &[Visit], first: usize, end: &AtomicBool) -> Vec<Duration> {
    let mut answered = Vec::new();
    for (request, answer) in visits.iter().cycle().skip(first) {
        if end.load(Relaxed) {
            break;
        }
        let began = Instant::now();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).await.unwrap();
        assert!(text.starts_with(answer.as_bytes()), "{request}: {}", String::from_utf8_lossy(&text));
        answered.push(began.elapsed());
    }
    answered
}

/// Several visitors, who ask one thing after the other on a connection of its own each, until they are to end; how long each answer took.
pub async fn visit(address: SocketAddr, visits: Vec<Visit>, end: Arc<AtomicBool>) -> Vec<Duration> {
    let mut all = futures_util::future::join_all((0..VISITORS).map(|first| one(address, &visits, first, &end)))
        .await
        .concat();
    all.sort();
    all
}

/// What all but one of a hundred took no longer than.
pub fn p99(sorted: &[Duration]) -> Duration {
    sorted[sorted.len() * 99 / 100]
}
