//! One error for everything that answers a request: a status and the key of its words. Causes go to the log only.

use axum::http::StatusCode;

/// What went wrong, as far as the reader is concerned. Shown as a page, a fragment or an API error object by `web::problem`.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Not there, or another organisation's (domain.md section 2, rule: 404, not 403).
    #[error("not found")]
    NotFound,
    /// There, but not for this person: the no-access page, with the reason's locale key.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// The request cannot be understood; the locale key says what to do.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    /// It contradicts what is there now; the locale key says what to do.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    #[error("too large")]
    TooLarge,
    /// What the request says did not come in the time that it has.
    #[error("too slow")]
    TooSlow,
    /// Somebody tries too often; seconds until the next try.
    #[error("too many requests")]
    TooMany { retry_after: u64 },
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// No answer in the time that one may take.
    #[error("no answer in time")]
    Away,
    #[error("job queue: {0}")]
    Queue(#[from] riverqueue::Error),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("page: {0}")]
    Template(#[from] askama::Error),
    #[error("{0}")]
    Internal(String),
}

/// The database is away, is being restarted, or has no connection or room to spare: it may be back soon.
fn is_away(error: &sqlx::Error) -> bool {
    use sqlx::Error;
    match error {
        // A connection that is cut shows as any of these, by where in an answer it is cut.
        Error::PoolTimedOut | Error::PoolClosed | Error::Io(_) | Error::Tls(_) | Error::Protocol(_) => true,
        // Connection exceptions, insufficient resources, operator intervention (shut down, starting up).
        Error::Database(error) => error
            .code()
            .is_some_and(|code| ["08", "53", "57P"].iter().any(|class| code.starts_with(class))),
        _ => false,
    }
}

impl AppError {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Away => StatusCode::SERVICE_UNAVAILABLE,
            // The queue is in the database.
            Self::Database(error) | Self::Queue(riverqueue::Error::Database(error)) if is_away(error) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Database(sqlx::Error::RowNotFound) => StatusCode::NOT_FOUND,
            Self::Database(_) | Self::Queue(_) | Self::Io(_) | Self::Template(_) | Self::Internal(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The locale key of its words.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Forbidden(key) | Self::BadRequest(key) | Self::Conflict(key) => key,
            _ => match self.status() {
                StatusCode::NOT_FOUND => "error-not-found",
                StatusCode::PAYLOAD_TOO_LARGE => "error-too-large",
                StatusCode::REQUEST_TIMEOUT => "error-too-slow",
                StatusCode::TOO_MANY_REQUESTS => "error-too-many",
                StatusCode::SERVICE_UNAVAILABLE => "error-unavailable",
                _ => "error-internal",
            },
        }
    }
}
