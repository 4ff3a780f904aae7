//! Files to keep: CSV rows that are written while they are read from the database.

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::{Stream, StreamExt};

use super::formula::neutral;
use crate::error::AppError;

/// One CSV row (RFC 4180, CRLF), formulas neutralised.
///
/// # Errors
/// None in practice: it writes to memory.
pub fn csv_row<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> Result<Vec<u8>, AppError> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer
        .write_record(cells.into_iter().map(|cell| neutral(cell.as_ref()).into_owned()))
        .map_err(|e| AppError::Internal(e.to_string()))?;
    writer.into_inner().map_err(|e| AppError::Internal(e.to_string()))
}

/// A CSV file: a BOM (so that Excel reads Korean), then the rows as they come.
pub fn csv<S>(name: &str, rows: S) -> Response
where
    S: Stream<Item = Result<Vec<u8>, AppError>> + Send + 'static,
{
    let bom = futures_util::stream::once(async { Ok(Bytes::from_static("\u{feff}".as_bytes())) });
    let body = bom.chain(rows.map(|row| row.map(Bytes::from)));
    attachment(name, "text/csv; charset=utf-8", Body::from_stream(body))
}

/// A file to keep. `name` is ours: ASCII, without quotes.
pub fn attachment(name: &str, mime: &'static str, body: Body) -> Response {
    (
        [(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))],
        body,
    )
        .into_response()
}
