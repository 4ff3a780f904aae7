//! Asks for a page again and again, each connection kept and one request after the other on it.

use std::time::{Duration, Instant};

use axum::body::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{Request, StatusCode, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{
    Outcome,
    process::{Server, Usage},
};

pub struct Page<'a> {
    pub name: &'static str,
    pub server: &'a Server,
    pub path: String,
    pub cookie: Option<&'a str>,
    pub encoding: &'static str,
}

/// One connection.
struct Connection(http1::SendRequest<Empty<Bytes>>);

impl Connection {
    async fn open(page: &Page<'_>) -> Outcome<Self> {
        let stream = TcpStream::connect(page.server.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self(sender))
    }

    /// The body as it came over the wire, and the response's head.
    async fn get(&mut self, page: &Page<'_>) -> Outcome<(hyper::http::response::Parts, Bytes)> {
        let mut request = Request::get(&page.path)
            .header(header::HOST, page.server.address.to_string())
            .header(header::ACCEPT_ENCODING, page.encoding);
        if let Some(cookie) = page.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        self.0.ready().await?;
        let response = self.0.send_request(request.body(Empty::new())?).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        if head.status != StatusCode::OK {
            return Err(format!("{} answered {}", page.path, head.status).into());
        }
        Ok((head, body))
    }
}

impl Page<'_> {
    pub async fn body(&self) -> Outcome<Vec<u8>> {
        Ok(Connection::open(self).await?.get(self).await?.1.to_vec())
    }

    /// That it is what it says: compressed if asked for, immutable if a file, fifty deals if a list.
    pub async fn check(&self) -> Outcome<()> {
        let (head, body) = Connection::open(self).await?.get(self).await?;
        let value = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let compressed = !value(header::CONTENT_ENCODING).is_empty();
        if compressed == (self.encoding == "identity") {
            return Err(format!("{}: compressed is {compressed}", self.name).into());
        }
        if self.path.starts_with("/static/") && !value(header::CACHE_CONTROL).contains("immutable") {
            return Err(format!("{} is not immutable", self.path).into());
        }
        if self.name.ends_with("uncompressed") {
            let lines = String::from_utf8(body.to_vec())?.matches("<li><").count();
            if lines < 50 {
                return Err(format!("{}: {lines} deals", self.name).into());
            }
        }
        Ok(())
    }
}

/// What came of asking for some time.
#[derive(Default)]
pub struct Turn {
    seconds: Vec<f64>,
    elapsed: f64,
    bytes: usize,
}

pub async fn ask(page: &Page<'_>, connections: usize, time: Duration) -> Outcome<Turn> {
    let began = Instant::now();
    let asking = (0..connections).map(|_| async move {
        let mut connection = Connection::open(page).await?;
        let (mut seconds, mut bytes) = (Vec::new(), 0);
        while began.elapsed() < time {
            let sent = Instant::now();
            let (_, body) = connection.get(page).await?;
            seconds.push(sent.elapsed().as_secs_f64());
            bytes = body.len();
        }
        Outcome::Ok((seconds, bytes))
    });
    let mut turn = Turn::default();
    for asked in futures_util::future::join_all(asking).await {
        let (seconds, bytes) = asked?;
        turn.seconds.extend(seconds);
        turn.bytes = turn.bytes.max(bytes);
    }
    turn.elapsed = began.elapsed().as_secs_f64();
    Ok(turn)
}

/// What came of all turns of a page.
#[derive(Default)]
pub struct Seen {
    turn: Turn,
    server: f64,
    database: f64,
}

impl Seen {
    pub fn add(&mut self, turn: Turn, used: Usage) {
        self.turn.seconds.extend(turn.seconds);
        self.turn.elapsed += turn.elapsed;
        self.turn.bytes = self.turn.bytes.max(turn.bytes);
        self.server += used.server;
        self.database += used.database;
    }

    /// Milliseconds within which so many of the requests were answered.
    fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.turn.seconds.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[((sorted.len() - 1) as f64 * share) as usize] * 1e3
    }

    fn rate(&self) -> f64 {
        self.turn.seconds.len() as f64 / self.turn.elapsed
    }

    pub fn print(&self, name: &str, beside: &Self) {
        let each = 1e3 / self.turn.seconds.len() as f64;
        println!(
            "{name:18} {:6.2} ms {:6.2} ms {:7.0}/s {:9.2} ms {:9.2} ms {:9} {:7.2} {:7.2}",
            self.quantile(0.5),
            self.quantile(0.95),
            self.rate(),
            self.server * each,
            self.database * each,
            self.turn.bytes,
            self.quantile(0.5) / beside.quantile(0.5),
            self.rate() / beside.rate(),
        );
    }
}
