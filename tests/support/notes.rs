//! People who write notes on one deal while something is broken, and what must hold of the notes afterwards.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use partner_portal::web::{cookies, csrf};
use sqlx::PgPool;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{Answer, Client};

/// A deal, and what stood on it before anybody wrote.
pub struct Deal {
    pub id: Uuid,
    version: i32,
    told: i64,
}

const STANDING: &str = "select version, (select count(*) from outbox join referrals o using (referral_id)
        where event = 'note' and o.engagement_id = r.engagement_id)
    from referrals r where referral_id = $1";

impl Deal {
    /// An accepted one of somebody's organisation, with one other side, who is told of each note.
    pub async fn of(db: &PgPool, mail: &str) -> Self {
        let id: Uuid = sqlx::query_scalar(
            "select r.referral_id from referrals r join users u using (organisation_id)
             where u.mail = $1 and r.status = 'accepted' and r.kind = 'deal'
               and (select count(*) from referrals s where s.engagement_id = r.engagement_id) = 2
             order by 1 limit 1",
        )
        .bind(mail)
        .fetch_one(db)
        .await
        .unwrap();
        let (version, told) = sqlx::query_as(STANDING).bind(id).fetch_one(db).await.unwrap();
        Self { id, version, told }
    }

    /// The address, and the form of a note that the other side shall see. With the token of the session: that of the last page is of
    /// no use after one that did not know who asked.
    pub fn form(&self, client: &Client, note: &str) -> (String, String) {
        let token = csrf::token(client.cookie(cookies::SESSION).unwrap());
        (
            format!("/deals/{}/notes", self.id),
            format!("csrf={token}&note={}&shared=1", note.replace(' ', "+")),
        )
    }

    pub async fn write(&self, client: &mut Client, note: &str) -> Answer {
        let (path, form) = self.form(client, note);
        client.post_raw(&path, "application/x-www-form-urlencoded", form).await
    }

    /// Every note that was acknowledged is there, none is there twice, and of each that is there the version and, where nobody takes
    /// rows out of it, the outbox tell. Returns how many there are.
    pub async fn assert_whole(&self, db: &PgPool, acknowledged: &[String], outbox: bool) -> i64 {
        let notes: Vec<String> = sqlx::query_scalar(
            "select detail ->> 'text' from referral_history h join referrals r using (engagement_id)
             where r.referral_id = $1 and event = 'note' and detail ->> 'text' like 'note %'",
        )
        .bind(self.id)
        .fetch_all(db)
        .await
        .unwrap();
        let unique: HashSet<&String> = notes.iter().collect();
        assert_eq!(unique.len(), notes.len(), "a note is there twice");
        let lost: Vec<&String> = acknowledged.iter().filter(|note| !unique.contains(note)).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        let (version, told): (i32, i64) = sqlx::query_as(STANDING).bind(self.id).fetch_one(db).await.unwrap();
        let written = notes.len() as i64;
        assert_eq!(i64::from(version - self.version), written, "each made a version");
        if outbox {
            assert_eq!(told - self.told, written, "each with its outbox row");
        }
        println!("{} acknowledged, {written} written", acknowledged.len());
        written
    }
}

/// What became of the notes.
#[derive(Default)]
pub struct Written {
    pub acknowledged: Vec<String>,
    /// Answered with 503 and its page.
    pub put_off: usize,
}

pub struct Writers {
    stop: Arc<AtomicBool>,
    /// How many notes were acknowledged.
    so_far: Arc<AtomicUsize>,
    all: Vec<JoinHandle<Written>>,
}

impl Writers {
    /// Each writes one note after the other, named for this turn, until they are ended. Anything but "saved", "somebody was faster" and the page that says
    /// 503 is a fault.
    pub fn start(deal: &Arc<Deal>, turn: &str, clients: Vec<Client>) -> Self {
        let (stop, so_far) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let all = clients
            .into_iter()
            .enumerate()
            .map(|(writer, mut client)| {
                let (deal, turn, stop, so_far) = (deal.clone(), turn.to_owned(), stop.clone(), so_far.clone());
                tokio::spawn(async move {
                    let mut written = Written::default();
                    for n in 0.. {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        let note = format!("note {turn} {writer} {n}");
                        let answer = deal.write(&mut client, &note).await;
                        match answer.status {
                            StatusCode::SEE_OTHER => {
                                written.acknowledged.push(note);
                                so_far.fetch_add(1, Ordering::Relaxed);
                            }
                            StatusCode::SERVICE_UNAVAILABLE => {
                                assert!(answer.is_page() && !answer.header("retry-after").is_empty());
                                written.put_off += 1;
                                tokio::time::sleep(Duration::from_millis(20)).await;
                            }
                            // Another writer was at the same deal.
                            StatusCode::CONFLICT => {}
                            other => panic!("{other}: {}", answer.text()),
                        }
                    }
                    written
                })
            })
            .collect();
        Self { stop, so_far, all }
    }

    /// Waits until another note is acknowledged, however busy the machine is.
    pub async fn go_on(&self) {
        let (began, before) = (Instant::now(), self.so_far.load(Ordering::Relaxed));
        while self.so_far.load(Ordering::Relaxed) == before {
            assert!(began.elapsed() < Duration::from_mins(1), "no note is acknowledged any more");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn end(self) -> Written {
        self.stop.store(true, Ordering::Relaxed);
        let mut sum = Written::default();
        for writer in self.all {
            let written = writer.await.unwrap();
            sum.acknowledged.extend(written.acknowledged);
            sum.put_off += written.put_off;
        }
        sum
    }
}
