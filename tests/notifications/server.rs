//! Through a mail server: what it takes is sent once, what it refuses for now is tried again, what it refuses is given up.

use std::sync::{Arc, Mutex};

use partner_portal::{
    clock::Clock,
    config::Settings,
    db::schema::MIGRATOR,
    notifications::service::{ATTEMPTS, Post, Posted},
};
use sqlx::PgPool;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::support::{NOW, Scene, at, event, fan_out};

/// A mail server that answers the end of each mail as it is told to; `None`: it hangs up instead.
struct Server {
    port: u16,
    answer: Arc<Mutex<Option<&'static str>>>,
    /// Recipients of what it took.
    taken: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            answer: Arc::new(Mutex::new(Some("250 2.0.0 taken"))),
            taken: Arc::default(),
        };
        let (answer, taken) = (server.answer.clone(), server.taken.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, answer.clone(), taken.clone()));
            }
        });
        server
    }

    fn answers(&self, answer: Option<&'static str>) {
        *self.answer.lock().unwrap() = answer;
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }
}

async fn talk(stream: TcpStream, answer: Arc<Mutex<Option<&'static str>>>, taken: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let (mut to, mut within) = (String::new(), false);
    write.write_all(b"220 ready\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let reply = match line.split([' ', ':']).next().unwrap_or_default() {
            _ if within && line != "." => continue,
            "." => {
                within = false;
                let answer = *answer.lock().unwrap();
                let Some(answer) = answer else { return };
                if answer.starts_with("250") {
                    taken.lock().unwrap().push(to.clone());
                }
                answer
            }
            "EHLO" => "250 here",
            "RCPT" => {
                line.trim_start_matches("RCPT TO:").clone_into(&mut to);
                "250 ok"
            }
            "DATA" => {
                within = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        if write.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

fn post(db: &PgPool, clock: &Clock, port: u16) -> Post {
    let settings = Settings {
        smtp_url: Some(format!("smtp://127.0.0.1:{port}")),
        mail_from: Some("Partner Center <portal@portal.example>".into()),
        ..crate::support::settings()
    };
    Post::new(db.clone(), clock.clone(), settings.into()).unwrap()
}

async fn with_a_mail(db: &PgPool) -> Scene {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(db).await.unwrap();
    event(db, "declined", deal).await;
    fan_out(db).await;
    scene
}

async fn standing(db: &PgPool) -> (Option<String>, Option<String>, i16) {
    sqlx::query_as("select outcome, failure, attempts from mails")
        .fetch_one(db)
        .await
        .unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_taken_is_sent_once(db: PgPool) {
    with_a_mail(&db).await;
    let server = Server::start().await;
    let post = post(&db, &Clock::fixed(at(NOW)), server.port);
    assert_eq!(post.send_next().await.unwrap(), Some(Posted::Sent));
    assert_eq!(post.send_next().await.unwrap(), None);
    assert_eq!(server.taken(), ["<admin@fabrikam.example>"]);
    assert_eq!(standing(&db).await, (Some("sent".into()), None, 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_refused_for_now_is_tried_again_later_and_later(db: PgPool) {
    with_a_mail(&db).await;
    let server = Server::start().await;
    server.answers(Some("451 4.3.0 admin@fabrikam.example: come back later"));
    let clock = Clock::fixed(at(NOW));
    let post = post(&db, &clock, server.port);
    assert_eq!(post.send_next().await.unwrap(), Some(Posted::Later));
    assert_eq!(standing(&db).await, (None, Some("answer 451".into()), 1), "no address is kept");
    assert_eq!(post.send_next().await.unwrap(), None, "not at once");
    clock.set(at(NOW) + chrono::TimeDelta::minutes(1));
    server.answers(Some("250 taken"));
    assert_eq!(post.send_next().await.unwrap(), Some(Posted::Sent));
    assert_eq!(server.taken().len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn after_so_many_tries_it_is_given_up(db: PgPool) {
    with_a_mail(&db).await;
    let server = Server::start().await;
    server.answers(Some("451 later"));
    let clock = Clock::fixed(at(NOW));
    let post = post(&db, &clock, server.port);
    for _ in 1..ATTEMPTS {
        assert_eq!(post.send_next().await.unwrap(), Some(Posted::Later));
        clock.set(clock.now() + chrono::TimeDelta::hours(12));
    }
    assert_eq!(post.send_next().await.unwrap(), Some(Posted::Failed));
    assert_eq!(post.send_next().await.unwrap(), None);
    assert_eq!(standing(&db).await, (Some("failed".into()), Some("answer 451".into()), ATTEMPTS));
    assert_eq!(
        partner_portal::notifications::service::standing(&db, clock.now())
            .await
            .unwrap(),
        (0, 1)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_refused_for_good_is_given_up_at_once(db: PgPool) {
    with_a_mail(&db).await;
    let server = Server::start().await;
    server.answers(Some("550 no such person"));
    let post = post(&db, &Clock::fixed(at(NOW)), server.port);
    assert_eq!(post.send_next().await.unwrap(), Some(Posted::Failed));
    assert_eq!(standing(&db).await, (Some("failed".into()), Some("answer 550".into()), 1));
}

/// The server hangs up instead of answering: it may have taken the mail, so that it is never sent again.
#[sqlx::test(migrator = "MIGRATOR")]
async fn what_may_have_been_taken_is_not_sent_again(db: PgPool) {
    with_a_mail(&db).await;
    let server = Server::start().await;
    server.answers(None);
    let post = post(&db, &Clock::fixed(at(NOW)), server.port);
    assert_eq!(post.send_next().await.unwrap(), Some(Posted::Failed));
    let (outcome, failure, _) = standing(&db).await;
    assert_eq!(outcome.as_deref(), Some("failed"));
    assert!(failure.unwrap().starts_with("unclear"));
}

/// Nobody answers: the other mails are not tried now either.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_server_that_is_away_costs_one_try(db: PgPool) {
    let scene = with_a_mail(&db).await;
    let second = scene
        .person("second@fabrikam.example", &[(partner_portal::auth::Role::ReferralsAdmin, None)])
        .await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    event(&db, "declined", deal).await;
    fan_out(&db).await;
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let clock = Clock::fixed(at(NOW));
    assert_eq!(post(&db, &clock, port).send_due(|| true).await.unwrap(), 0);
    let attempts: Vec<i16> = sqlx::query_scalar("select attempts from mails order by attempts desc")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(attempts, [1, 0], "{second:?}");
    let server = Server::start().await;
    clock.set(at(NOW) + chrono::TimeDelta::hours(1));
    assert_eq!(post(&db, &clock, server.port).send_due(|| true).await.unwrap(), 2);
    assert_eq!(server.taken().len(), 2);
}
