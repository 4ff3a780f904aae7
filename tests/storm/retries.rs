//! When a job comes again.

use std::time::Duration;

use partner_portal::jobs::{JOB_TIMEOUT, retry_after};

fn seconds(attempt: i32, worked: u64) -> u64 {
    retry_after(attempt, Duration::from_secs(worked)).as_secs()
}

#[test]
fn a_job_that_fails_at_once_waits_longer_each_time_up_to_half_a_minute() {
    assert_eq!([1, 2, 3, 4, 5, 9_999].map(|attempt| seconds(attempt, 0)), [2, 4, 8, 16, 30, 30]);
    assert_eq!(seconds(5, 12), 18, "it counts from when the job was taken up");
}

#[test]
fn a_job_of_a_killed_worker_comes_at_once_however_often_it_was_killed() {
    for attempt in [0, 1, 5, 100, 9_999, i32::MAX] {
        assert_eq!(seconds(attempt, JOB_TIMEOUT.as_secs() + 1), 1);
    }
}
