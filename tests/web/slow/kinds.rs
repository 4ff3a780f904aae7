//! What slow and rude clients do.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// HTTP/2 as a client begins it that knows that it is spoken: the preface, no settings, and a request for the start page.
const H2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x0e\x01\x05\0\0\0\x01\x82\x86\x84\x41\x09localhost";

/// What they do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Connects, and says nothing.
    Silent,
    /// A byte of the head every half second.
    Head,
    /// Nothing more after an answer.
    Idle,
    /// Nothing more after a request in HTTP/2.
    H2,
    /// A byte of a form every half second.
    Form,
    /// Some bytes of an export's first file every half second, without an end.
    Upload,
    /// The same of a file of details.
    Details,
    /// Nothing of a file whose length was announced.
    Nothing,
    /// Four kilobytes a second: half of what earns a second for each.
    Below,
    /// Asks for a large file, and reads nothing of it.
    Unread,
}

impl Kind {
    pub const SOON: [Self; 8] =
        [Self::Silent, Self::Head, Self::Idle, Self::H2, Self::Form, Self::Upload, Self::Details, Self::Nothing];

    /// How long it may be open.
    pub const fn bound(self) -> Duration {
        Duration::from_secs(match self {
            // Ten seconds, and one for every eight kilobytes.
            Self::Below => 25,
            // Half a minute since the kernel had to wait for the first time.
            Self::Unread => 60,
            _ => 15,
        })
    }

    /// What it is told at its end, if it is told anything.
    pub const fn told(self) -> Option<&'static str> {
        match self {
            Self::Form | Self::Upload | Self::Details | Self::Nothing | Self::Below => Some("HTTP/1.1 408"),
            _ => None,
        }
    }

    fn begin(self, who: &Somebody) -> Vec<u8> {
        let file = |path: &str, length: &str| {
            format!(
                "POST {path}?csrf={} HTTP/1.1\r\nhost: localhost\r\ncookie: portal_session={}\r\n\
                 content-type: multipart/form-data; boundary=b\r\n{length}\r\n\r\n",
                who.token, who.cookie
            )
        };
        let part = |name: &str| {
            let part = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{name}.csv\"\r\n\r\n");
            format!("{:x}\r\n{part}\r\n", part.len())
        };
        let chunked = "transfer-encoding: chunked";
        match self {
            Self::Silent => String::new(),
            Self::Head => "GET / HTTP/1.1\r\nhost: localhost\r\n".to_owned(),
            Self::Idle => "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
            Self::H2 => return H2.to_vec(),
            Self::Form => "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                           content-length: 100000\r\n\r\n"
                .to_owned(),
            Self::Upload | Self::Below => file("/psc/imports", chunked) + &part("accounts"),
            Self::Details => file("/psc/clean-up/uploads", chunked) + &part("details"),
            Self::Nothing => file("/psc/imports", "content-length: 100000"),
            Self::Unread => {
                format!("GET {} HTTP/1.1\r\nhost: localhost\r\ncookie: portal_session={}\r\n\r\n", who.large, who.cookie)
            }
        }
        .into_bytes()
    }

    fn drop(self) -> &'static [u8] {
        match self {
            Self::Silent | Self::Idle | Self::H2 | Self::Nothing => b"",
            Self::Head | Self::Form | Self::Unread => b"x",
            Self::Upload | Self::Details => concat!("1e\r\n", "abcdefghijklmnopqrstuvwxyz0123", "\r\n").as_bytes(),
            Self::Below => BELOW.as_bytes(),
        }
    }
}

/// Two kilobytes as a chunk.
static BELOW: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| format!("800\r\n{}\r\n", "x".repeat(2048)));

/// Somebody signed in who may upload, and a large file of theirs.
#[derive(Clone, Debug, Default)]
pub struct Somebody {
    pub cookie: String,
    pub token: String,
    pub large: String,
}

async fn connect(address: SocketAddr, kind: Kind) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    if kind == Kind::Unread {
        socket.set_recv_buffer_size(4096).unwrap();
    }
    socket.connect(address).await.unwrap()
}

/// Sends until the server ends the connection; how long that took, and what it was told.
pub async fn drip(address: SocketAddr, kind: Kind, who: &Somebody) -> (Duration, String) {
    let mut stream = connect(address, kind).await;
    let began = Instant::now();
    stream.write_all(&kind.begin(who)).await.unwrap();
    let (mut told, mut answer) = (Vec::new(), [0; 4096]);
    loop {
        let sent = stream.write_all(kind.drop()).await;
        let next = Instant::now() + Duration::from_millis(500);
        let mut ended = sent.is_err();
        while kind != Kind::Unread && !ended {
            match tokio::time::timeout_at(next.into(), stream.read(&mut answer)).await {
                Ok(Ok(0) | Err(_)) => ended = true,
                Ok(Ok(read)) => told.extend_from_slice(&answer[..read]),
                Err(_) => break,
            }
        }
        if ended {
            return (began.elapsed(), String::from_utf8_lossy(&told).into_owned());
        }
        tokio::time::sleep_until(next.into()).await;
        assert!(began.elapsed() < Duration::from_mins(2), "{kind:?} is still open");
    }
}
