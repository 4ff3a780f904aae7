//! Uploads of somebody who means no good, over the wire: a clear answer, bounded memory, nothing half written, and a server that goes on.
//!
//! Seen to fail: without what `Meter::take` (src/web/upload.rs) asks of `kept`, "a part whose head has no end" was kept in memory and looked
//! through again with every piece that came: 100 MB took minutes, and the answer was 400 instead of 413.

use std::net::SocketAddr;

use partner_portal::{
    demo,
    psc::import::{Column, DealColumn, RefusalCode},
    server,
};
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};

use crate::{
    psc::support::{ACCOUNTS, USERS, deal, deals},
    support::{PASSWORD, TestApp, settings},
};

const ADMIN: &str = "account-admin@fabrikam.example";
/// What an upload may have, in megabytes.
const LIMIT: usize = 150;
/// What the whole process may need on top, in megabytes, whatever is sent.
const MEMORY: u64 = 64;
const MEGABYTE: usize = 1_000_000;

/// Bytes to send: said once, or again and again.
#[derive(Clone)]
enum Piece {
    Once(Vec<u8>),
    Times(&'static [u8], usize),
}

fn text(text: &str) -> Piece {
    Piece::Once(text.as_bytes().to_vec())
}

/// As many megabytes of this.
fn megabytes(of: &'static [u8], count: usize) -> Piece {
    Piece::Times(of, count * MEGABYTE / of.len())
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Once(bytes) => bytes.len(),
            Self::Times(bytes, times) => bytes.len() * times,
        }
    }

    /// Writes it, some 64 kB at a time; stops without a word when nobody reads any more.
    async fn write(&self, to: &mut (impl AsyncWriteExt + Unpin), chunked: bool) -> std::io::Result<()> {
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
enum Length {
    True,
    /// So many bytes more, or fewer, than come.
    Off(isize),
    Chunked,
}

struct World {
    app: TestApp,
    address: SocketAddr,
    cookie: String,
    token: String,
}

impl World {
    /// Posts an upload; the status (0: none) and the rest of the answer.
    async fn post(&self, body: &[Piece], length: Length) -> (u16, String) {
        let sum: usize = body.iter().map(Piece::len).sum();
        let length_line = match length {
            Length::True => format!("content-length: {sum}"),
            Length::Off(by) => format!("content-length: {}", sum.checked_add_signed(by).unwrap()),
            Length::Chunked => "transfer-encoding: chunked".to_owned(),
        };
        let head = format!(
            "POST /psc/imports?csrf={} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: portal_session={}\r\n\
             content-type: multipart/form-data; boundary=b\r\n{length_line}\r\n\r\n",
            self.token, self.cookie
        );
        let (mut read, mut write) = TcpStream::connect(self.address).await.unwrap().into_split();
        let body = body.to_vec();
        let writing = tokio::spawn(async move {
            write.write_all(head.as_bytes()).await?;
            for piece in &body {
                piece.write(&mut write, length == Length::Chunked).await?;
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
        let mut answer = Vec::new();
        // Whoever is told early and goes on sending may find the connection reset behind the answer.
        let _ = read.read_to_end(&mut answer).await;
        let _ = writing.await.unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        (status, answer)
    }

    /// Sends an export with these deals.
    async fn export(&self, deals: &[Piece], length: Length) -> (u16, String) {
        let part = |name: &str| {
            text(&format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{name}.csv\"\r\n\r\n"))
        };
        let mut body =
            vec![part("accounts"), text(ACCOUNTS), text("\r\n"), part("users"), text(USERS), text("\r\n"), part("deals")];
        body.extend(deals.iter().cloned());
        body.push(text("\r\n--b--\r\n"));
        self.post(&body, length).await
    }

    /// The last import's state, and why it was refused.
    async fn import(&self) -> (String, Option<String>) {
        sqlx::query_as("select state, refusal -> 0 ->> 'code' from psc_imports order by started_at desc, import_id desc limit 1")
            .fetch_one(self.app.db())
            .await
            .unwrap()
    }

    async fn kept(&self) -> i64 {
        self.app
            .count("select (select count(*) from psc_deals) + (select count(*) from psc_users)")
            .await
    }
}

/// Peak memory of this process, in megabytes, since it was last forgotten.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1000
}

fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

fn header() -> String {
    DealColumn::NAMES.join(",")
}

#[cfg(target_os = "linux")]
#[sqlx::test(migrations = false)]
async fn nothing_that_is_sent_takes_memory_or_is_half_kept(db: PgPool) {
    let app = TestApp::new(db).await;
    demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let mut settings = settings();
    settings.upload_limit_mb = LIMIT as u64;
    let running = tokio::spawn(server::run(app.db().clone(), settings.into(), false, Some(listener), None, async {
        let _ = stopped.await;
    }));
    let client = app.sign_in(ADMIN).await;
    let world = World { cookie: client.cookie("portal_session").unwrap().to_owned(), token: client.token(), address, app };
    let before = world.kept().await;

    let head = || text(&format!("{}\r\n", header()));
    // What is read to its end: refused by name, with a page that says so.
    for (name, deals, code) in [
        (
            "1,000,000 columns",
            vec![text("Opportunity ID"), Piece::Times(b",x", 1_000_000)],
            RefusalCode::TooManyColumns,
        ),
        ("1,000,000 fields", vec![head(), Piece::Times(b"x,", 1_000_000)], RefusalCode::TooManyColumns),
        (
            "an open quote",
            vec![head(), text("D-1,\""), megabytes(b"filler, filler\r\n", 50)],
            RefusalCode::RowTooLong,
        ),
        (
            "a field of 100 MB",
            vec![head(), text("D-1,"), megabytes(b"x", 100), text("\r\n")],
            RefusalCode::RowTooLong,
        ),
        ("a column's name of 100 MB", vec![megabytes(b"x", 100), text("\r\n")], RefusalCode::RowTooLong),
        ("a workbook", vec![text("PK\x03\x04"), megabytes(&[0; 1000], 50)], RefusalCode::Workbook),
        (
            "a picture",
            vec![Piece::Once(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe\xfd".repeat(1000))],
            RefusalCode::Encoding,
        ),
        ("nothing", vec![], RefusalCode::Empty),
    ] {
        forget_peak();
        let start = peak();
        let (status, answer) = world.export(&deals, Length::True).await;
        assert_eq!(status, 303, "{name}: {answer}");
        assert_eq!(world.import().await, ("refused".to_owned(), Some(code.code().to_owned())), "{name}");
        assert!(peak() - start < MEMORY, "{name}: {} MB", peak() - start);
        assert_eq!(world.kept().await, before, "{name}");
    }
    // What is not: told before the end, and no import begins.
    let imports = world.app.count("select count(*) from psc_imports").await;
    let unknown = |n: usize| text(&format!("--b\r\ncontent-disposition: form-data; name=\"x{n}\"\r\n\r\n"));
    for (name, body, length, statuses) in [
        (
            "a part whose head has no end",
            vec![text("--b\r\n"), megabytes(b"x: y\r\n", 100)],
            Length::True,
            [413, 413],
        ),
        ("no part for long", vec![megabytes(b"nothing\r\n", 100)], Length::Chunked, [413, 413]),
        (
            "parts nobody asked for",
            vec![unknown(1), megabytes(b"x", 100), text("\r\n"), unknown(2), megabytes(b"x", 100)],
            Length::Chunked,
            [413, 413],
        ),
        (
            "more than may be, as it says",
            vec![unknown(1), megabytes(b"x", LIMIT + 1)],
            Length::True,
            [413, 413],
        ),
        ("less than it says", vec![unknown(1), megabytes(b"x", 1)], Length::Off(1000), [400, 0]),
        ("more than it says", vec![unknown(1), megabytes(b"x", 1)], Length::Off(-1000), [400, 400]),
        ("no parts", vec![text("nothing")], Length::True, [400, 400]),
    ] {
        forget_peak();
        let start = peak();
        let (status, answer) = world.post(&body, length).await;
        assert!(statuses.contains(&status), "{name}: {status} {answer}");
        assert!(status == 0 || answer.contains("<h1"), "{name}: a page");
        assert!(peak() - start < MEMORY, "{name}: {} MB", peak() - start);
        assert_eq!(world.app.count("select count(*) from psc_imports").await, imports, "{name}");
    }
    // Rows with NUL are refused by line, and the others go in: the server goes on.
    let rows = deals([deal("D-1", &[]), deal("D-2", &[(DealColumn::Notes, "a\0b")])]);
    assert_eq!(world.export(&[text(&rows)], Length::True).await.0, 303);
    assert_eq!(world.import().await.0, "done");
    assert_eq!(
        world
            .app
            .count("select count(*) from psc_deals where psc_deal_id in ('D-1', 'D-2')")
            .await,
        1
    );
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}
