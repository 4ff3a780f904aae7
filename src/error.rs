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
    /// Somebody tries too often; seconds until the next try.
    #[error("too many requests")]
    TooMany { retry_after: u64 },
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("job queue: {0}")]
    Queue(#[from] riverqueue::Error),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("page: {0}")]
    Template(#[from] askama::Error),
    #[error("{0}")]
    Internal(String),
}

impl AppError {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            // The database is away, or has no connection to spare: try again soon.
            Self::Database(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_)) => {
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
                StatusCode::TOO_MANY_REQUESTS => "error-too-many",
                StatusCode::SERVICE_UNAVAILABLE => "error-unavailable",
                _ => "error-internal",
            },
        }
    }
}
