//! Files that somebody sends, written to disk as they come: a slow sender holds no connection of the database, and a large file no memory.

use std::{
    io,
    path::Path,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use axum::{
    body::{Body, BodyDataStream, Bytes},
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::header,
};
use futures_util::Stream;
use tokio::{fs::File, io::AsyncWriteExt};

use super::intake;
use crate::{app::App, error::AppError};

/// What the parser may take in before it hands anything over: what stands before a file, and its head. It keeps that in memory, and
/// has no bound of its own.
const KEPT: u64 = 1024 * 1024;

/// A form with files.
pub struct Upload {
    parts: Multipart,
    meter: Arc<Meter>,
}

/// Bytes that may still come in all, those that have come since the parser handed something over, whether either was too much, and
/// whether they came too slowly.
struct Meter {
    left: AtomicU64,
    kept: AtomicU64,
    exceeded: AtomicBool,
    slow: AtomicBool,
}

impl Meter {
    fn take(&self, bytes: u64) -> io::Result<()> {
        let within = self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(bytes)).is_ok();
        // What came at once is in memory anyway: counted is what comes on top.
        if within && self.kept.fetch_add(bytes, Relaxed) < KEPT {
            return Ok(());
        }
        self.exceeded.store(true, Relaxed);
        Err(io::Error::other("more is sent than may be"))
    }

    fn handed_over(&self) {
        self.kept.store(0, Relaxed);
    }

    /// Why reading failed.
    fn error(&self) -> AppError {
        if self.exceeded.load(Relaxed) {
            AppError::TooLarge
        } else if self.slow.load(Relaxed) {
            AppError::TooSlow
        } else {
            AppError::BadRequest("error-bad-form")
        }
    }

    /// Reads a field to its end, into a file or for nothing: passed over by the parser, it would count as kept.
    async fn read(&self, mut field: Field<'_>, mut to: Option<File>) -> Result<(), AppError> {
        while let Some(bytes) = field.chunk().await.map_err(|_| self.error())? {
            self.handed_over();
            if let Some(file) = &mut to {
                file.write_all(&bytes).await?;
            }
        }
        if let Some(file) = &mut to {
            file.flush().await?;
        }
        Ok(())
    }
}

/// A body that is counted, and that comes piece by piece: the parser takes all that is ready before it looks at it.
struct Metered {
    body: BodyDataStream,
    meter: Arc<Meter>,
    pause: bool,
}

impl Stream for Metered {
    type Item = Result<Bytes, axum::BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.pause) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let next = std::task::ready!(Pin::new(&mut self.body).poll_next(context));
        self.pause = true;
        Poll::Ready(match next {
            Some(Ok(bytes)) => Some(self.meter.take(bytes.len() as u64).map(|()| bytes).map_err(Into::into)),
            Some(Err(error)) => {
                self.meter
                    .slow
                    .store(matches!(intake::unreadable(&error), AppError::TooSlow), Relaxed);
                Some(Err(error.into()))
            }
            None => None,
        })
    }
}

impl FromRequest<App> for Upload {
    type Rejection = AppError;

    async fn from_request(request: Request, app: &App) -> Result<Self, AppError> {
        let limit = app.settings.upload_limit_mb.saturating_mul(1_000_000);
        let length = request.headers().get(header::CONTENT_LENGTH);
        if length
            .and_then(|length| length.to_str().ok()?.parse().ok())
            .is_some_and(|length: u64| length > limit)
        {
            return Err(AppError::TooLarge);
        }
        let meter = Arc::new(Meter { left: limit.into(), kept: 0.into(), exceeded: false.into(), slow: false.into() });
        let request =
            request.map(|body| Body::from_stream(Metered { body: body.into_data_stream(), meter: meter.clone(), pause: false }));
        let parts = Multipart::from_request(request, app)
            .await
            .map_err(|_| AppError::BadRequest("error-bad-form"))?;
        Ok(Self { parts, meter })
    }
}

impl Upload {
    /// Writes the files of these fields as `<name>.csv` into a folder; returns the names of those that were not chosen.
    ///
    /// # Errors
    /// [`AppError::TooLarge`], and [`AppError::BadRequest`] for what is no form with files or ends too early.
    pub async fn save(mut self, folder: &Path, names: &[&'static str]) -> Result<Vec<&'static str>, AppError> {
        let mut missing = names.to_vec();
        while let Some(field) = self.parts.next_field().await.map_err(|_| self.meter.error())? {
            self.meter.handed_over();
            let wanted = missing.iter().position(|name| field.name() == Some(name));
            let chosen = field.file_name().is_some_and(|name| !name.is_empty());
            let to = match wanted {
                Some(place) if chosen => Some(File::create(folder.join(format!("{}.csv", missing.remove(place)))).await?),
                _ => None,
            };
            self.meter.read(field, to).await?;
        }
        Ok(missing)
    }
}
