//! Watching while something is measured: transactions, memory, and the list page.

use std::time::{Duration, Instant};

use axum::{Router, body::Body, http::Request};
use partner_portal::{
    app::App,
    auth::{secret, store},
    db,
    ids::{OrganisationId, UserId},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The longest transaction: its age in seconds, and the statement that it was in then.
#[derive(Clone, Debug, Default)]
pub struct Oldest {
    pub seconds: f64,
    pub statement: String,
}

/// Samples the age of the oldest open transaction of the portal's connections, every five milliseconds.
pub struct Gauge {
    stop: CancellationToken,
    task: JoinHandle<sqlx::Result<Oldest>>,
}

impl Gauge {
    pub async fn start(url: String) -> Outcome<Self> {
        let pool = db::open(&url, 1).await?;
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let mut longest = Oldest::default();
            while !stopped.is_cancelled() {
                let oldest: Option<(f64, String)> = sqlx::query_as(
                    "select extract(epoch from clock_timestamp() - xact_start)::float8,
                            concat_ws(' ', wait_event_type, wait_event, left(regexp_replace(query, '\\s+', ' ', 'g'), 120))
                     from pg_stat_activity
                     where datname = current_database() and application_name = 'partner-portal' and pid <> pg_backend_pid()
                       and xact_start is not null order by xact_start limit 1",
                )
                .fetch_optional(&pool)
                .await?;
                if let Some((seconds, statement)) = oldest.filter(|(seconds, _)| *seconds > longest.seconds) {
                    longest = Oldest { seconds, statement };
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            pool.close().await;
            Ok(longest)
        });
        Ok(Self { stop, task })
    }

    /// The longest transaction seen, and the peak resident memory of this process so far in MB.
    pub async fn stop(self) -> Outcome<(Oldest, u64)> {
        self.stop.cancel();
        let longest = self.task.await??;
        let status = std::fs::read_to_string("/proc/self/status")?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
        Ok((longest, peak.unwrap_or(0) / 1024))
    }
}

/// A signed-in referrals admin who looks at the list of deals.
#[derive(Clone)]
pub struct Visitor {
    router: Router,
    cookie: String,
}

impl Visitor {
    pub async fn new(app: &App, organisation: OrganisationId) -> Outcome<Self> {
        let user = UserId::new();
        sqlx::query("insert into users (user_id, organisation_id, mail, display_name, created_at) values ($1, $2, 'visitor@fabrikam.example', 'Visitor', now())")
            .bind(user)
            .bind(organisation)
            .execute(&app.db)
            .await?;
        sqlx::query("insert into role_assignments (assignment_id, user_id, role, granted_at) values (gen_random_uuid(), $1, 'referrals-admin', now())")
            .bind(user)
            .execute(&app.db)
            .await?;
        let secret = secret::random();
        store::create_session(&app.db, &secret::hash("session", &secret), user, None, 1).await?;
        Ok(Self { router: app.router(), cookie: format!("portal_session={secret}") })
    }

    /// One look; seconds it took.
    async fn ask(&self) -> Outcome<f64> {
        let request = Request::get("/deals?tab=outbound")
            .header("cookie", &self.cookie)
            .body(Body::empty())?;
        let began = Instant::now();
        let response = self.router.clone().oneshot(request).await?;
        if !response.status().is_success() {
            return Err(format!("the list page answered {}", response.status()).into());
        }
        axum::body::to_bytes(response.into_body(), 4 << 20).await?;
        Ok(began.elapsed().as_secs_f64())
    }

    pub async fn ask_many(&self, times: usize) -> Outcome<Vec<f64>> {
        let mut seconds = Vec::with_capacity(times);
        for _ in 0..times {
            seconds.push(self.ask().await?);
        }
        Ok(seconds)
    }

    /// Looks five times a second until told to stop.
    pub fn keep_asking(&self) -> Watching {
        let (visitor, stop) = (self.clone(), CancellationToken::new());
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let mut seconds = Vec::new();
            while !stopped.is_cancelled() {
                seconds.push(visitor.ask().await.map_err(|e| e.to_string())?);
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            Ok(seconds)
        });
        Watching { stop, task }
    }
}

pub struct Watching {
    stop: CancellationToken,
    task: JoinHandle<Result<Vec<f64>, String>>,
}

impl Watching {
    pub async fn stop(self) -> Outcome<Vec<f64>> {
        self.stop.cancel();
        Ok(self.task.await??)
    }
}

pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
