//! How much is taken, and what lies about itself.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use futures_util::future::join_all;
use sqlx::PgPool;

use super::{
    DETAILS, IMPORTS, MEMORY, header,
    wire::{Length, MEGABYTE, Piece, World, forget_peak, megabytes, part, peak, text},
};

/// What an upload may have here, in megabytes, and what the kernel may have taken on top when the answer comes.
const LIMIT: usize = 20;
const BUFFERS: usize = 16;

/// A body that never says how long it is, is refused where it is too much, not where it ends.
#[sqlx::test(migrations = false)]
async fn too_much_is_refused_while_it_comes(db: PgPool) {
    let world = World::new(db, LIMIT as u64).await;
    let before = world.kept().await;
    for (path, name) in [(IMPORTS, "accounts"), (DETAILS, "details")] {
        for body in [vec![part(name), megabytes(b"filler, filler\r\n", 300)], vec![part("nobody's"), megabytes(b"x", 300)]] {
            let told = world.post(path, &body, Length::Chunked).await;
            assert_eq!(told.status, 413, "{path}: {told:?}");
            assert!(told.sent < (LIMIT + BUFFERS) * MEGABYTE, "{path}: {} bytes", told.sent);
        }
        // What says that it is too much is told before it comes.
        let told = world.post(path, &[part(name), megabytes(b"x", 300)], Length::True).await;
        assert_eq!(told.status, 413, "{path}");
        assert!(told.sent < BUFFERS * MEGABYTE, "{path}: {} bytes", told.sent);
    }
    assert_eq!(world.kept().await, before);
    world.end().await;
}

/// Forms have one limit, by whatever way their token comes.
#[sqlx::test(migrations = false)]
async fn a_large_form_is_refused_by_whatever_way_its_token_comes(db: PgPool) {
    let world = World::new(db, LIMIT as u64).await;
    let form = |address: &str, header: &str, length: usize| {
        format!(
            "POST /preferences{address} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: portal_session={}\r\n{header}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n",
            world.cookie
        )
    };
    let address = format!("?csrf={}", world.token);
    let header = format!("x-csrf-token: {}\r\n", world.token);
    let filler = Piece::Times(b"filler=x&", 40_000);
    for (address, header) in [("", ""), (address.as_str(), ""), ("", header.as_str())] {
        let told = world
            .send(&form(address, header, filler.len()), std::slice::from_ref(&filler), Length::True)
            .await;
        assert_eq!(told.status, 413, "{address} {header}");
        assert!(told.text.contains("<h1"));
        // What ends early is not too large.
        let told = world
            .send(&form(address, header, 1000), &[text("locale=en")], Length::Off(0))
            .await;
        assert_eq!(told.status, 400, "{address} {header}: {told:?}");
    }
    world.end().await;
}

/// Lengths and encodings that contradict each other, and NUL where there is none.
#[sqlx::test(migrations = false)]
async fn what_lies_about_itself_is_refused(db: PgPool) {
    let world = World::new(db, LIMIT as u64).await;
    let before = world.kept().await;
    let head = world.head(IMPORTS);
    let end = "0\r\n\r\n";
    let smuggled = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    for (name, lines, body) in [
        ("two lengths", "content-length: 5\r\ncontent-length: 50\r\n\r\n", "nothing".to_owned()),
        ("a length that is none", "content-length: -5\r\n\r\n", "nothing".to_owned()),
        ("a length out of reach", "content-length: 99999999999999999999999\r\n\r\n", "nothing".to_owned()),
        ("chunks that are none", "transfer-encoding: chunked\r\n\r\n", "xyz\r\nnothing\r\n".to_owned()),
        ("a coding that nobody knows", "transfer-encoding: x\r\n\r\n", "nothing".to_owned()),
        (
            "a length and chunks",
            "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
            format!("{end}{smuggled}"),
        ),
        ("NUL in a header", "x-header: a\0b\r\ncontent-length: 7\r\n\r\n", "nothing".to_owned()),
        ("neither length nor chunks", "\r\n", "nothing".to_owned()),
    ] {
        let told = world.send(&format!("{head}{lines}"), &[text(&body)], Length::Off(0)).await;
        assert!([400, 411, 413, 501].contains(&told.status), "{name}: {told:?}");
        assert_eq!(told.text.matches("HTTP/1.1 ").count(), 1, "{name}: one answer: {told:?}");
    }
    // What is packed is not unpacked.
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..100 {
        packed.write_all(&vec![b'x'; MEGABYTE]).unwrap();
    }
    let packed = Piece::Once(packed.finish().unwrap());
    forget_peak();
    let start = peak();
    let length = packed.len();
    let told = world
        .send(
            &format!("{head}content-encoding: gzip\r\ncontent-length: {length}\r\n\r\n"),
            &[packed],
            Length::True,
        )
        .await;
    assert_eq!(told.status, 400, "{told:?}");
    assert!(peak() - start < MEMORY, "{} MB", peak() - start);
    // NUL in names and addresses.
    for name in ["a\0b", "a%00b", "\0"] {
        let part = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\n\r\nx\r\n--b--\r\n");
        let told = world.post(IMPORTS, &[text(&part)], Length::True).await;
        assert!([400, 422].contains(&told.status), "{name:?}: {told:?}");
    }
    let told = world.post("/psc/imports/%00", &[text("--b--")], Length::True).await;
    assert_eq!(told.status, 400, "{told:?}");
    let ask = format!(
        "GET /psc/imports/%00 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: portal_session={}\r\n\r\n",
        world.cookie
    );
    assert_eq!(world.send(&ask, &[], Length::True).await.status, 400);
    let bound = head.replace("boundary=b", "boundary=\0") + "content-length: 7\r\n\r\n";
    assert_eq!(world.send(&bound, &[text("nothing")], Length::True).await.status, 400);
    assert_eq!(world.kept().await, before);
    world.end().await;
}

/// Ten at once need no more than one.
#[cfg(target_os = "linux")]
#[sqlx::test(migrations = false)]
async fn ten_uploads_at_once_take_little_memory(db: PgPool) {
    let world = World::new(db, LIMIT as u64).await;
    let before = world.kept().await;
    forget_peak();
    let start = peak();
    let rows = [text(&format!("{}\r\nD-1,\"", header())), megabytes(b"filler, filler\r\n", LIMIT - 2)];
    let (exports, details) = (World::export(&rows), World::details(&rows));
    let bodies = (0..10).map(|n| if n % 2 == 0 { (IMPORTS, &exports) } else { (DETAILS, &details) });
    let told = join_all(bodies.map(|(path, body)| world.post(path, body, Length::Chunked))).await;
    for told in told {
        assert!([200, 303, 422].contains(&told.status), "{told:?}");
    }
    assert!(peak() - start < MEMORY, "{} MB", peak() - start);
    assert_eq!(world.kept().await, before);
    world.end().await;
}
