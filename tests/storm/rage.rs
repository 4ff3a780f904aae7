//! Three processes work, and are stopped again and again in every way there is.

use std::time::{Duration, Instant};

use partner_portal::jobs::JOB_TIMEOUT;
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::processes::{Process, Roles};
use crate::support::TestApp;

/// Work goes on within this time of a kill: it is promised.
const GOES_ON_WITHIN: Duration = Duration::from_mins(1);
/// How long one that is stopped stays so: longer than its job may take, so that another one has it meanwhile.
const ASLEEP: Duration = Duration::from_secs(JOB_TIMEOUT.as_secs() + 5);
/// How long it works beside the others once it is awake; where all is done by then, whatever it does would be done twice.
const AWAKE: Duration = Duration::from_secs(5);

/// What there is to do.
pub struct Work {
    pub total: i64,
    pub kills: u32,
    /// The table that shows who is at it.
    pub written: &'static str,
}

/// How far the work is.
pub struct Progress {
    pub done: i64,
    pub over: bool,
}

/// What is done to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blow {
    /// `kill -9`.
    Kill,
    /// SIGSTOP, and SIGCONT while the others go on.
    Stop,
    /// SIGTERM.
    Term,
}

/// Every second one hits the process that is in the middle of a slice, the others any.
const BLOWS: [Blow; 8] = [Blow::Kill, Blow::Stop, Blow::Kill, Blow::Term, Blow::Kill, Blow::Kill, Blow::Term, Blow::Kill];

/// A process that was hit, and since when it is as it is.
struct Hit {
    process: Process,
    blow: Blow,
    since: Instant,
    asleep: bool,
}

impl Hit {
    fn new(process: Process, blow: Blow) -> Self {
        process.signal(match blow {
            Blow::Kill => "-KILL",
            Blow::Stop => "-STOP",
            Blow::Term => "-TERM",
        });
        Self { process, blow, since: Instant::now(), asleep: blow == Blow::Stop }
    }

    fn wake(&mut self) {
        self.process.signal("-CONT");
        (self.asleep, self.since) = (false, Instant::now());
    }

    fn tell(&mut self) {
        self.process.signal("-TERM");
        (self.blow, self.since) = (Blow::Term, Instant::now());
    }

    /// Looks after it; `true`: it is gone.
    fn tend(&mut self, others_went_on: bool) -> bool {
        match self.blow {
            Blow::Kill => true,
            Blow::Term => self.process.has_stopped(self.since),
            Blow::Stop => {
                if self.asleep && others_went_on && self.since.elapsed() > ASLEEP {
                    self.wake();
                } else if !self.asleep && self.since.elapsed() > AWAKE {
                    self.tell();
                }
                false
            }
        }
    }
}

/// Lets three processes work until all is done, and hits one of them whenever an equal part of it has been done: at a random moment of
/// the slice after that. Returns when all of them have ended.
pub async fn rage(app: &TestApp, work: Work, look: impl AsyncFn() -> Progress) {
    // A kill counts as a failure, and what failed often waits longer: a night of kills must not slow it down.
    app.sql("update river_job set attempt = 50 where max_attempts > 1000").await;
    let mut roles = Roles::new(app.db()).await;
    let mut processes = Vec::new();
    for _ in 0..3 {
        processes.push(roles.start().await);
    }
    let mut random = StdRng::seed_from_u64(11);
    let (mut hits, mut struck, mut woken) = (Vec::<Hit>::new(), 0_u32, 0);
    let (mut done, mut moved, mut slice, mut longest) = (0, Instant::now(), Duration::ZERO, Duration::ZERO);
    // When the last one was hit, until the work has gone on.
    let mut since_hit = None;
    let step = (work.total / i64::from(work.kills + 1)).max(1);
    loop {
        let now = look().await;
        if now.done > done {
            slice = moved.elapsed().min(Duration::from_secs(1));
            (done, moved) = (now.done, Instant::now());
            if let Some((hit, _)) = since_hit.take() {
                longest = longest.max(Instant::elapsed(&hit));
            }
        } else if done == work.total {
            // It was done before that hit; what is left does not count.
            since_hit = None;
        }
        assert!(
            since_hit.is_none_or(|(hit, _)| hit.elapsed() < GOES_ON_WITHIN),
            "nothing goes on after {done} of {}, since {since_hit:?}",
            work.total
        );
        assert!(moved.elapsed() < GOES_ON_WITHIN * 2, "nothing goes on after {done} of {}", work.total);
        if now.over && hits.iter().all(|hit| hit.blow != Blow::Stop) {
            break;
        }
        let asleep = hits.iter().filter(|hit| hit.asleep).count();
        hits.retain_mut(|hit| !hit.tend(since_hit.is_none()));
        if !now.over {
            woken += asleep - hits.iter().filter(|hit| hit.asleep).count();
        }
        if !now.over && struck < work.kills && since_hit.is_none() && done >= step * i64::from(struck + 1) {
            struck += 1;
            let blow = match BLOWS[(struck as usize - 1) % BLOWS.len()] {
                // There has to be something left for when it wakes up.
                Blow::Stop if struck + 2 > work.kills => Blow::Kill,
                blow => blow,
            };
            tokio::time::sleep(slice.mul_f64(random.random())).await;
            let mut victim = random.random_range(0..processes.len());
            if struck.is_multiple_of(2) {
                victim = at_work(&roles, &processes, work.written).await.unwrap_or(victim);
            }
            let fresh = roles.start().await;
            hits.push(Hit::new(std::mem::replace(&mut processes[victim], fresh), blow));
            // What it had committed before was not done after.
            done = look().await.done.max(done);
            since_hit = Some((Instant::now(), blow));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(struck, work.kills, "it was over too soon");
    // Two who are in the middle of it are killed after the first stop. Others wait for their jobs longer than it sleeps, on any machine.
    assert!(woken > 0 || (work.kills as usize) < BLOWS.len(), "it was over before one woke up");
    hits.retain(|hit| hit.blow == Blow::Term);
    while !processes.iter().all(Process::is_grown) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    hits.extend(processes.into_iter().map(|process| Hit::new(process, Blow::Term)));
    while !hits.is_empty() {
        hits.retain_mut(|hit| !hit.tend(true));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("{} to do, {struck} hit, {woken} woken meanwhile, longest standstill {longest:?}", work.total);
    roles.drop().await;
}

/// Which process is in the middle of it; `None`: one that was woken, and is told to end soon.
async fn at_work(roles: &Roles, processes: &[Process], written: &str) -> Option<usize> {
    let began = Instant::now();
    loop {
        if let Some(role) = roles.busy(written).await {
            return processes.iter().position(|process| process.role == role);
        }
        assert!(began.elapsed() < GOES_ON_WITHIN, "nobody is at work");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
