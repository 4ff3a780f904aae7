//! What somebody was told, and what they want to be told by mail.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::{
    auth::Scope,
    db::Pool,
    error::AppError,
    ids::{ReferralId, UserId},
    notifications::{
        event::{Delivery, Topic},
        store::{
            list::{self, Notice, PAGE, Which},
            preferences as chosen,
        },
    },
};

/// A page of a person's notifications.
#[derive(Debug)]
pub struct Listing {
    /// Newest first.
    pub notices: Vec<Notice>,
    /// Where the next page begins, if there is one.
    pub next: Option<i64>,
}

/// What a notification is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    pub event: String,
    pub referral: Option<ReferralId>,
}

/// A person's notifications before `before`, newest first. Deals that went out of their scope are not named.
///
/// # Errors
/// Of the database.
pub async fn list(pool: &Pool, scope: &Scope, which: Which, before: Option<i64>) -> Result<Listing, AppError> {
    let mut notices = list::page(pool, scope, which, before, PAGE).await?;
    let more = notices.len() > PAGE;
    notices.truncate(PAGE);
    let next = notices.last().filter(|_| more).map(|notice| notice.outbox_id);
    Ok(Listing { notices, next })
}

/// What one leads to. Asking does not mark it: a mail program that looks at its links reads nothing for anybody.
///
/// # Errors
/// [`AppError::NotFound`] when it is not this person's.
pub async fn find(pool: &Pool, user: UserId, id: i64) -> Result<About, AppError> {
    let (event, referral) = list::find(pool, user, id).await?.ok_or(AppError::NotFound)?;
    Ok(About { event, referral })
}

/// Marks one as read or unread; again changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] when it is not this person's.
pub async fn mark(pool: &Pool, user: UserId, id: i64, read: bool, now: DateTime<Utc>) -> Result<(), AppError> {
    if list::mark(pool, user, id, read, now).await? { Ok(()) } else { Err(AppError::NotFound) }
}

/// Marks everything up to one as read. How many were unread.
///
/// # Errors
/// Of the database.
pub async fn mark_all(pool: &Pool, user: UserId, up_to: i64, now: DateTime<Utc>) -> Result<u64, AppError> {
    Ok(list::mark_all(pool, user, up_to, now).await?)
}

/// What somebody wants by mail about each topic that can concern them.
///
/// # Errors
/// Of the database.
pub async fn preferences(pool: &Pool, user: UserId, vendor: bool) -> Result<Vec<(Topic, Delivery)>, AppError> {
    let chosen: HashMap<String, String> = chosen::chosen(pool, user).await?.into_iter().collect();
    let topics = Topic::ALL.into_iter().filter(|topic| topic.concerns(vendor));
    let with_delivery = topics.map(|topic| {
        let chosen = chosen.get(topic.code()).and_then(|code| Delivery::from_code(code));
        (topic, chosen.unwrap_or(topic.usual()))
    });
    Ok(with_delivery.collect())
}

/// Keeps what somebody chose.
///
/// # Errors
/// Of the database.
pub async fn choose(pool: &Pool, user: UserId, choices: &[(Topic, Delivery)]) -> Result<(), AppError> {
    let (topics, deliveries): (Vec<_>, Vec<_>) = choices
        .iter()
        .map(|(topic, delivery)| (topic.code().to_owned(), delivery.code().to_owned()))
        .unzip();
    Ok(chosen::choose(pool, user, &topics, &deliveries).await?)
}
