//! Bodies that come too slowly. A client may send no faster than its line is, but one that drips holds a connection, a task and a file
//! of ours for as long as it likes: each body has some seconds, and one more for every so many bytes that have come.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    middleware::Next,
    response::Response,
};
use http_body::Frame;
use tokio::time::{Instant, Sleep};

/// What every body has.
const FIRST: Duration = Duration::from_secs(10);
/// Bytes that earn a second more: a slow mobile line.
const PER_SECOND: u64 = 8 * 1024;

/// The deadline of a body that began at `began`, after so many bytes.
fn deadline(began: Instant, bytes: u64) -> Instant {
    began
        .checked_add(FIRST + Duration::from_secs(bytes / PER_SECOND))
        // Centuries from now.
        .unwrap_or(began)
}

/// A body with a deadline that moves as it comes.
struct Paced {
    body: Body,
    began: Instant,
    bytes: u64,
    sleep: Pin<Box<Sleep>>,
}

/// The client sends too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the request's body comes too slowly")]
pub struct TooSlow;

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            let length = frame.as_ref().and_then(|frame| Some(frame.as_ref().ok()?.data_ref()?.len()));
            self.bytes = self.bytes.saturating_add(length.unwrap_or_default() as u64);
            let deadline = deadline(self.began, self.bytes);
            self.sleep.as_mut().reset(deadline);
            return Poll::Ready(frame);
        }
        match self.sleep.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Some(Err(axum::Error::new(TooSlow)))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

/// Gives the request's body its deadline. Whoever reads it sees it end in an error; with the answer the connection ends, as what is left
/// of the body would have to be waited for.
pub async fn keep(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let began = Instant::now();
    let sleep = Box::pin(tokio::time::sleep_until(deadline(began, 0)));
    next.run(request.map(|body| Body::new(Paced { body, began, bytes: 0, sleep })))
        .await
}
