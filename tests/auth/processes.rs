//! The same on two processes of the binary: a password that is changed at one of them ends the sessions at the other within a second.
//!
//! Seen to fail: without `end_sessions` in `accounts::service::password::change`, "left: (true, false), right: (false, false)".

use std::{
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use partner_portal::web::cookies;
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    accounts::world::{JUNE, World},
    support::PASSWORD,
};

struct Process {
    child: Child,
    address: SocketAddr,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn start(url: &str) -> Self {
        let address = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_partner-portal"))
            .arg("web")
            .env("DATABASE_URL", url)
            .env("PORTAL_LISTEN", address.to_string())
            .env("PORTAL_LOG", "error")
            .env("PORTAL_DATABASE_CONNECTIONS", "4")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, address }
    }

    /// The answer's head, to a request with this session.
    async fn ask(&self, method: &str, path: &str, session: &str, form: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(self.address).await?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: {}={session}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            cookies::SESSION,
            form.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        Ok(answer.split("\r\n\r\n").next().unwrap_or_default().to_owned())
    }

    async fn lets_in(&self, session: &str) -> bool {
        self.ask("GET", "/preferences", session, "")
            .await
            .unwrap()
            .starts_with("HTTP/1.1 200")
    }

    async fn wait_until_ready(&self) {
        let began = Instant::now();
        while !self
            .ask("GET", "/readyz", "", "")
            .await
            .is_ok_and(|head| head.starts_with("HTTP/1.1 200"))
        {
            assert!(began.elapsed() < Duration::from_mins(1), "not ready");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[sqlx::test(migrations = false)]
async fn a_changed_password_ends_sessions_at_the_other_process_within_a_second(db: PgPool) {
    let world = World::new(db).await;
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(world.app.db())
        .await
        .unwrap();
    let mut url: url::Url = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    url.set_path(&name);
    let processes = [Process::start(url.as_str()), Process::start(url.as_str())];
    for process in &processes {
        process.wait_until_ready().await;
    }
    let (here, there) = (world.client(JUNE).await, world.client(JUNE).await);
    let [mine, other] = [&here, &there].map(|client| client.cookie(cookies::SESSION).unwrap().to_owned());
    assert!(processes[0].lets_in(&mine).await && processes[1].lets_in(&other).await);
    let form =
        format!("csrf={}&old={PASSWORD}&new=seven+quiet+lanterns&again=seven+quiet+lanterns", here.token()).replace(' ', "+");
    let head = processes[0].ask("POST", "/account/password", &mine, &form).await.unwrap();
    // Asked at once, not only after a second.
    let asked = tokio::join!(processes[1].lets_in(&other), processes[1].lets_in(&mine));
    assert!(head.starts_with("HTTP/1.1 303"), "{head}");
    assert_eq!(asked, (false, false));
    let fresh = head
        .split_once(&format!("{}=", cookies::SESSION))
        .and_then(|(_, rest)| rest.split(';').next())
        .unwrap();
    assert!(processes[1].lets_in(fresh).await, "the present one goes on, at the other process too");
}
