//! Uploads over the wire, byte by byte as somebody says it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use partner_portal::{demo, server};
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
};

use crate::{
    psc::support::{ACCOUNTS, USERS, deal, deals},
    support::{PASSWORD, TestApp, settings},
};

const ADMIN: &str = "account-admin@fabrikam.example";
pub const MEGABYTE: usize = 1_000_000;

/// Bytes to send: said once, or again and again.
#[derive(Clone)]
pub enum Piece {
    Once(Vec<u8>),
    Times(&'static [u8], usize),
}

pub fn text(text: &str) -> Piece {
    Piece::Once(text.as_bytes().to_vec())
}

/// As many megabytes of this.
pub fn megabytes(of: &'static [u8], count: usize) -> Piece {
    Piece::Times(of, count * MEGABYTE / of.len())
}

impl Piece {
    pub fn len(&self) -> usize {
        match self {
            Self::Once(bytes) => bytes.len(),
            Self::Times(bytes, times) => bytes.len() * times,
        }
    }

    /// Writes it, some 64 kB at a time; stops without a word when nobody reads any more.
    async fn write(&self, to: &mut (impl AsyncWriteExt + Unpin), chunked: bool, sent: &AtomicUsize) -> std::io::Result<()> {
        let (bytes, mut times) = match self {
            Self::Once(bytes) => (bytes.as_slice(), 1),
            Self::Times(bytes, times) => (*bytes, *times),
        };
        let together = (65_536 / bytes.len().max(1)).max(1);
        let many = bytes.repeat(together.min(times));
        while times > 0 {
            let now = together.min(times);
            let out = &many[..now * bytes.len()];
            if chunked {
                to.write_all(format!("{:x}\r\n", out.len()).as_bytes()).await?;
            }
            to.write_all(out).await?;
            sent.fetch_add(out.len(), Relaxed);
            if chunked {
                to.write_all(b"\r\n").await?;
            }
            times -= now;
        }
        Ok(())
    }
}

/// What the head says of the body's length.
#[derive(Clone, Copy, PartialEq)]
pub enum Length {
    True,
    /// So many bytes more, or fewer, than come.
    Off(isize),
    Chunked,
}

/// What became of a request.
#[derive(Debug)]
pub struct Told {
    /// 0: nothing was said.
    pub status: u16,
    pub text: String,
    /// Bytes of the body that went off before the answer came.
    pub sent: usize,
}

pub struct World {
    pub app: TestApp,
    pub address: SocketAddr,
    pub cookie: String,
    pub token: String,
    /// Where uploads are kept while they are read.
    pub folder: PathBuf,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), server::ServeError>>,
}

impl World {
    /// The demo, whose PSC is read-only, behind a server that takes so many megabytes.
    pub async fn new(db: PgPool, limit: u64) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("uploads-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let _ = tempfile::env::override_temp_dir(&folder);
        let app = TestApp::new(db).await;
        demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
        app.sql("update psc_settings set read_only_from = now() - interval '1 day', closed_from = now() + interval '1 day', own_dates = true")
            .await;
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let mut settings = settings();
        settings.upload_limit_mb = limit;
        let running = tokio::spawn(server::run(app.db().clone(), settings.into(), false, Some(listener), None, async {
            let _ = stopped.await;
        }));
        let client = app.sign_in(ADMIN).await;
        let (cookie, token) = (client.cookie("portal_session").unwrap().to_owned(), client.token());
        let world = Self { app, address, cookie, token, folder, stop, running };
        // Without anything in PSC there is nothing to complete, and no file of details is read.
        let rows = deals([deal("D-0", &[])]);
        let told = world.post("/psc/imports", &Self::export(&[text(&rows)]), Length::True).await;
        assert_eq!(told.status, 303, "{told:?}");
        world
    }

    pub async fn end(self) {
        self.stop.send(()).unwrap();
        self.running.await.unwrap().unwrap();
        assert_eq!(left_over(&self.folder), Vec::<PathBuf>::new(), "files of uploads are left");
        std::fs::remove_dir(&self.folder).unwrap();
    }

    /// The head of an upload, without its length.
    pub fn head(&self, path: &str) -> String {
        format!(
            "POST {path}?csrf={} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: portal_session={}\r\n\
             content-type: multipart/form-data; boundary=b\r\n",
            self.token, self.cookie
        )
    }

    /// Posts an upload.
    pub async fn post(&self, path: &str, body: &[Piece], length: Length) -> Told {
        let sum: usize = body.iter().map(Piece::len).sum();
        let length_line = match length {
            Length::True => format!("content-length: {sum}"),
            Length::Off(by) => format!("content-length: {}", sum.checked_add_signed(by).unwrap()),
            Length::Chunked => "transfer-encoding: chunked".to_owned(),
        };
        self.send(&format!("{}{length_line}\r\n\r\n", self.head(path)), body, length)
            .await
    }

    /// Sends exactly this.
    pub async fn send(&self, head: &str, body: &[Piece], length: Length) -> Told {
        let (mut read, mut write) = TcpStream::connect(self.address).await.unwrap().into_split();
        let (head, body, sent) = (head.to_owned(), body.to_vec(), Arc::new(AtomicUsize::new(0)));
        let counted = sent.clone();
        let writing = tokio::spawn(async move {
            write.write_all(head.as_bytes()).await?;
            for piece in &body {
                piece.write(&mut write, length == Length::Chunked, &counted).await?;
            }
            if length == Length::Chunked {
                write.write_all(b"0\r\n\r\n").await?;
            }
            if let Length::Off(_) = length {
                write.shutdown().await?;
            }
            // Not dropped before the answer is there.
            std::io::Result::Ok(write)
        });
        let mut answer = vec![0; 1];
        let _ = read.read_exact(&mut answer).await;
        let sent = sent.load(Relaxed);
        // Whoever is told early and goes on sending may find the connection reset behind the answer.
        let _ = read.read_to_end(&mut answer).await;
        let _ = writing.await.unwrap();
        let text = String::from_utf8_lossy(&answer).into_owned();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Told { status, text, sent }
    }

    /// An export with these deals, as the form sends it.
    pub fn export(deals: &[Piece]) -> Vec<Piece> {
        let mut body =
            vec![part("accounts"), text(ACCOUNTS), text("\r\n"), part("users"), text(USERS), text("\r\n"), part("deals")];
        body.extend(deals.iter().cloned());
        body.push(text("\r\n--b--\r\n"));
        body
    }

    /// A file of details.
    pub fn details(rows: &[Piece]) -> Vec<Piece> {
        let mut body = vec![part("details")];
        body.extend(rows.iter().cloned());
        body.push(text("\r\n--b--\r\n"));
        body
    }

    /// The last import's state, and why it was refused.
    pub async fn import(&self) -> (String, Option<String>) {
        sqlx::query_as("select state, refusal -> 0 ->> 'code' from psc_imports order by started_at desc, import_id desc limit 1")
            .fetch_one(self.app.db())
            .await
            .unwrap()
    }

    /// Everything in the database but what says that an import was refused, and when somebody was here last.
    pub async fn kept(&self) -> Vec<(String, i64, String)> {
        let mut everything = self.app.everything().await;
        everything.retain(|(table, ..)| !["psc_imports", "sessions"].contains(&table.as_str()));
        everything
    }
}

/// Files under a folder.
fn left_over(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// The head of a part with a file.
pub fn part(name: &str) -> Piece {
    text(&format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{name}.csv\"\r\n\r\n"))
}

/// Peak memory of this process, in megabytes, since it was last forgotten.
pub fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1000
}

pub fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}
