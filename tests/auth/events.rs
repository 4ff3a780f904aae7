//! What the log says of signing in and out, and of forms that were refused: events with ids, of nobody by name, mail or address.
//!
//! Seen to fail: with the mail logged beside "sign-in failed", "anna: {...}" with the line.

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::http::StatusCode;
use sqlx::PgPool;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{PASSWORD, TestApp};

const ANNA: &str = "anna@fabrikam.example";

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Kept {
    /// The lines since the last time, of these words.
    fn lines(&self, words: &str) -> Vec<String> {
        let text = String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap();
        for secret in ["anna", "fabrikam", PASSWORD, "guess", "203.0.113.7"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        text.lines().filter(|line| line.contains(words)).map(str::to_owned).collect()
    }
}

#[sqlx::test(migrations = false)]
async fn signing_in_and_out_and_what_is_refused_are_events(db: PgPool) {
    let app = TestApp::new(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    let anna = app.seed().user(partner, ANNA).with_password().create().await;
    let kept = Kept::default();
    let log = tracing_subscriber::fmt().json().with_writer(kept.clone()).finish();
    let _keeping = tracing::subscriber::set_default(log);
    // With a single one alive, a test on another thread, which has none, decides for all whether an event is worth keeping.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let mut client = app.client().with_peer("203.0.113.7");
    let named = format!("\"user\":\"{anna}\"");
    client.post("/sign-in", &[("mail", ANNA), ("password", PASSWORD)]).await;
    let signed_in = kept.lines("\"signed in\"");
    assert!(
        signed_in.len() == 1 && signed_in[0].contains(&named) && signed_in[0].contains("\"id\":"),
        "{signed_in:?}"
    );
    client
        .post_raw("/preferences", "application/x-www-form-urlencoded", "csrf=x")
        .await;
    let refused = kept.lines("\"form refused\"");
    assert!(
        refused.len() == 1 && refused[0].contains(&named) && refused[0].contains("of another session"),
        "{refused:?}"
    );
    client.post("/sign-out", &[]).await;
    let signed_out = kept.lines("\"signed out\"");
    assert!(signed_out.len() == 1 && signed_out[0].contains(&named), "{signed_out:?}");
    for (mail, names) in [(ANNA, true), ("who@fabrikam.example", false)] {
        for _ in 0..3 {
            client.post("/sign-in", &[("mail", mail), ("password", "guess")]).await;
            let failed = kept.lines("\"sign-in failed\"");
            assert!(failed.len() == 1 && failed[0].contains(&named) == names && failed[0].contains("WARN"), "{failed:?}");
        }
        let limited = client.post("/sign-in", &[("mail", mail), ("password", "guess")]).await;
        assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(kept.lines("\"sign-in limited\"").len(), 1);
    }
}
