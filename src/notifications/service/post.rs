//! Sends the mails that are due.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use tracing::Instrument;

use crate::{
    auth::store::person,
    clock::Clock,
    config::Settings,
    db::Pool,
    error::AppError,
    notifications::{
        mail::{
            letter::{LINES, Letter},
            sink::{Refusal, Sink},
        },
        store::{
            list::{self, Which},
            mails::{self, Claimed, Outcome},
        },
    },
};

/// How long a mail may take on its way out.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a mail is its sender's: much longer than it may take.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// Minutes between two attempts; then the mail is given up: nearly a day after the first.
const PAUSES: [i64; 7] = [1, 5, 15, 60, 180, 360, 720];
/// How often a mail is tried.
pub const ATTEMPTS: i16 = 8;

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    Sent,
    /// Will be tried again.
    Later,
    /// Will be tried again, as will the others: the mail server cannot be reached.
    Away,
    Failed,
    Dropped,
}

/// Whether a mail is due.
///
/// # Errors
/// Of the database.
pub async fn mails_due(pool: &Pool, now: DateTime<Utc>) -> Result<bool, AppError> {
    Ok(mails::is_due(pool, now).await?)
}

/// Mails that are due, and those that were given up and are still kept: what metrics show.
///
/// # Errors
/// Of the database.
pub async fn standing(pool: &Pool, now: DateTime<Utc>) -> Result<(i64, i64), AppError> {
    Ok(mails::standing(pool, now).await?)
}

/// Sends mails. Cheap to clone.
#[derive(Clone)]
pub struct Post {
    db: Pool,
    clock: Clock,
    settings: Arc<Settings>,
    sink: Arc<Sink>,
}

impl Post {
    /// # Errors
    /// When the mail server's address is none.
    pub fn new(db: Pool, clock: Clock, settings: Arc<Settings>) -> Result<Self, AppError> {
        let sink = Sink::new(&settings).map_err(|_| AppError::Internal("the mail server's address is none".into()))?;
        Ok(Self { db, clock, settings, sink: sink.into() })
    }

    /// Sends what is due, one after the other, until nothing is, the server is away, or `go_on` says otherwise. How many were sent.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn send_due(&self, go_on: impl Fn() -> bool) -> Result<u32, AppError> {
        let mut sent = 0;
        while go_on() {
            match self.send_next().await? {
                Some(Posted::Sent) => sent += 1,
                None | Some(Posted::Away) => break,
                Some(_) => {}
            }
        }
        Ok(sent)
    }

    /// Sends the mail that has been due the longest. `None`: none is.
    ///
    /// Safe to do twice and by many workers at once: a mail is claimed before it is sent and noted after. Only a crash between the
    /// two lets it be sent again, when the lease is over. What it tells, and whether at all, is decided by the person's roles as
    /// they are now.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn send_next(&self) -> Result<Option<Posted>, AppError> {
        let now = self.clock.now();
        let Some(mail) = mails::claim(&self.db, now, now + LEASE).await? else { return Ok(None) };
        // On a task of its own: a job that runs out of time must not leave a mail sent and not noted.
        let post = self.clone();
        let task = tokio::spawn(async move { post.attempt(mail, now).await }.in_current_span());
        task.await.map_err(|error| AppError::Internal(error.to_string()))?.map(Some)
    }

    async fn attempt(&self, mail: Claimed, now: DateTime<Utc>) -> Result<Posted, AppError> {
        let posted = match self.deliver(mail, now).await? {
            Delivered::Yes => {
                mails::end(&self.db, mail, Outcome::Sent, None, self.clock.now()).await?;
                Posted::Sent
            }
            Delivered::Nothing => {
                mails::end(&self.db, mail, Outcome::Dropped, None, self.clock.now()).await?;
                Posted::Dropped
            }
            Delivered::No(refusal) => not_sent(&self.db, mail, refusal, self.clock.now()).await?,
        };
        let outcome = match posted {
            Posted::Sent => "sent",
            Posted::Later | Posted::Away => "retried",
            Posted::Failed => "failed",
            Posted::Dropped => "dropped",
        };
        metrics::counter!("portal_mails_total", "outcome" => outcome).increment(1);
        Ok(posted)
    }

    async fn deliver(&self, mail: Claimed, now: DateTime<Utc>) -> Result<Delivered, AppError> {
        if mail.attempts > ATTEMPTS {
            return Ok(Delivered::No(Refusal::Never("its senders crashed".into())));
        }
        let Some(person) = person(&self.db, mail.user).await? else { return Ok(Delivered::Nothing) };
        let mut notices = list::page(&self.db, &person.scope(), Which::OfMail(mail.mail_id), None, LINES).await?;
        notices.retain(|notice| notice.referral_id.is_none() || notice.deal.is_some());
        if notices.is_empty() {
            return Ok(Delivered::Nothing);
        }
        let total = if notices.len() > LINES {
            list::of_mail(&self.db, mail.mail_id).await?
        } else {
            i64::try_from(notices.len()).unwrap_or(i64::MAX)
        };
        let letter = Letter::new(&person, &notices, total, mail.daily, &self.settings);
        let message = match letter.message(&person, mail.mail_id, now, &self.settings) {
            Ok(message) => message,
            Err(error) => return Ok(Delivered::No(Refusal::Never(error.to_string()))),
        };
        Ok(match tokio::time::timeout(PATIENCE, self.sink.send(&message, mail.mail_id)).await {
            Ok(Ok(())) => Delivered::Yes,
            Ok(Err(refusal)) => Delivered::No(refusal),
            Err(_) => Delivered::No(Refusal::Never("unclear, no answer in time".into())),
        })
    }
}

enum Delivered {
    Yes,
    /// Nothing of it is the person's to know any more.
    Nothing,
    No(Refusal),
}

async fn not_sent(pool: &Pool, mail: Claimed, refusal: Refusal, now: DateTime<Utc>) -> Result<Posted, AppError> {
    let (failure, posted) = match refusal {
        Refusal::Never(failure) => (failure, Posted::Failed),
        Refusal::Later(failure) => (failure, Posted::Later),
        Refusal::Away(failure) => (failure, Posted::Away),
    };
    let pause = usize::try_from(mail.attempts - 1).ok().and_then(|done| PAUSES.get(done));
    if let (Some(minutes), true) = (pause, posted != Posted::Failed) {
        tracing::warn!(mail = mail.mail_id, attempt = mail.attempts, failure, "mail not sent, tried again later");
        mails::put_back(pool, mail, &failure, now + TimeDelta::minutes(*minutes)).await?;
        return Ok(posted);
    }
    tracing::error!(mail = mail.mail_id, attempt = mail.attempts, failure, "mail given up");
    mails::end(pool, mail, Outcome::Failed, Some(&failure), now).await?;
    Ok(if posted == Posted::Away { Posted::Away } else { Posted::Failed })
}
