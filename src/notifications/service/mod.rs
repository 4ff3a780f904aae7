//! Use cases: tell, remind, send the mails, look.

mod fan_out;
mod look;
mod post;
mod remind;
mod tell;

pub use super::{
    event::{Delivery, Event, Topic},
    store::{
        fan_out::Told,
        list::{Notice, Which},
    },
};
pub use fan_out::{BATCH, fan_out, fan_out_batch};
pub use look::{About, Listing, choose, find, list, mark, mark_all, preferences};
pub use post::{ATTEMPTS, Post, Posted, mails_due, standing};
pub use remind::remind;
pub use tell::{tell_user, tell_users};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{db::Pool, error::AppError};

/// How long notifications and mails are kept.
const KEPT: TimeDelta = TimeDelta::days(180);

/// Removes some of what nobody needs any more; called every minute.
///
/// # Errors
/// When the database is away.
pub async fn sweep(pool: &Pool, now: DateTime<Utc>) -> Result<(), AppError> {
    Ok(super::store::sweep::remove(pool, now - KEPT).await?)
}
