//! When the day's mail goes out.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// The next eight o'clock in a time zone, at least a minute away: whoever adds to the day's mail has committed by then.
/// Where the clocks jump over eight, the first moment after the jump.
pub fn next(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let soonest = now + TimeDelta::minutes(1);
    let today = soonest.with_timezone(&zone).date_naive();
    let mut days = (0..=3).filter_map(|days| today.checked_add_days(Days::new(days)));
    let found = days.find_map(|day| eight(day, zone).filter(|at| *at >= soonest));
    found.unwrap_or(now + TimeDelta::days(1))
}

/// `None`: a day that the zone left out altogether (Samoa's 30 December 2011).
fn eight(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let wanted = day.and_time(NaiveTime::MIN) + TimeDelta::hours(8);
    let mut tries = (0..=24).map(|quarters| wanted + TimeDelta::minutes(15 * quarters));
    tries
        .find_map(|local| local.and_local_timezone(zone).earliest())
        .map(|at| at.to_utc())
}

/// When each time zone's next daily mail goes out; what is not named goes with UTC.
#[derive(Debug)]
pub struct Mornings {
    pub zones: Vec<String>,
    pub at: Vec<DateTime<Utc>>,
    pub utc: DateTime<Utc>,
}

impl Mornings {
    /// Of these zones; one that is not known goes with UTC.
    pub fn of(zones: &[String], now: DateTime<Utc>) -> Self {
        let known = zones
            .iter()
            .filter_map(|zone| Some((zone.clone(), next(now, zone.parse().ok()?))));
        let (zones, at) = known.unzip();
        Self { zones, at, utc: next(now, Tz::UTC) }
    }
}
