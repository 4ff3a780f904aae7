//! Completing many deals by a file.

use std::{collections::HashMap, fs::File};

use sqlx::types::Json;
use tokio::sync::mpsc;

use super::{
    Desk, EditError, RowProblem, Upload,
    change::{entry, hold, touched},
};
use crate::{
    accounts::service::By,
    audit::service::{self as audit, Action},
    db,
    error::AppError,
    ids::{ImportId, UploadId},
    psc::{
        import::{
            Column, DealColumn as C, Refusal,
            details::{self, Detail, DetailRow, Ended},
            texts::{DealTexts, StoredDeal, columns_of},
        },
        portal::{
            rules::{Act, FIXED, Phase},
            store::{
                desk,
                edit::{self, Change},
                uploads,
            },
        },
    },
};

/// Problems kept for the page.
const KEPT: usize = 1_000;

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It cannot be read, or not to its end.
    #[error("refused: {0:?}")]
    File(Refusal),
    #[error(transparent)]
    Edit(#[from] EditError),
}

impl From<sqlx::Error> for UploadError {
    fn from(error: sqlx::Error) -> Self {
        Self::Edit(error.into())
    }
}

/// Takes over the details of a file: of deals.csv's columns the opportunity ID, and any others. Empty cells say nothing. While PSC is
/// read-only, only what is missing is filled in. A row that cannot be taken over stops no other; taking the same file twice
/// changes nothing the second time.
///
/// The file is read twice: to its end first, as one that breaks off changes nothing. Then it works chunks of rows, each a transaction of
/// its own.
///
/// # Errors
/// [`UploadError`]; what chunks took over before the database went away stays.
pub async fn take_details(by: &By<'_>, desk: &Desk, file: File) -> Result<UploadId, UploadError> {
    desk.may(Act::Complete).map_err(EditError::Refused)?;
    let whole = tokio::task::spawn_blocking(move || details::read(&file, |_| true).map(|ended| (ended, file)));
    let file = match read(whole.await)? {
        (Ended::Refused(refusal), _) => return Err(UploadError::File(refusal)),
        (_, file) => file,
    };
    let (sender, mut chunks) = mpsc::channel::<Vec<Detail>>(2);
    let reader = tokio::task::spawn_blocking(move || details::read(&file, |chunk| sender.blocking_send(chunk).is_ok()));
    let mut upload = Upload { at: by.now, changed: 0, unchanged: 0, refused: 0, problems: Json(Vec::new()) };
    while let Some(chunk) = chunks.recv().await {
        take_chunk(by, desk, chunk, &mut upload).await?;
    }
    if let Ended::Read(unknown) = read(reader.await)? {
        for column in unknown {
            let code = "upload-unknown-column".to_owned();
            note(&mut upload, RowProblem { line: 1, id: String::new(), column, code, value: String::new() });
        }
    }
    Ok(uploads::insert(by.db, by.actor.organisation, by.actor.user, &upload).await?)
}

/// What a thread has read from disk.
fn read<T>(ended: Result<std::io::Result<T>, tokio::task::JoinError>) -> Result<T, EditError> {
    let ended = ended.map_err(|error| AppError::Internal(error.to_string()))?;
    Ok(ended.map_err(AppError::from)?)
}

fn note(upload: &mut Upload, problem: RowProblem) {
    if upload.problems.len() < KEPT {
        upload.problems.push(problem);
    }
}

fn note_all(upload: &mut Upload, problems: Vec<RowProblem>) {
    for problem in problems {
        note(upload, problem);
    }
}

fn problem(row: &DetailRow, column: Option<C>, code: &str, value: &str) -> RowProblem {
    RowProblem {
        line: row.line,
        id: row.id.clone(),
        column: column.map(|column| column.name().to_owned()).unwrap_or_default(),
        code: code.to_owned(),
        value: value.chars().take(100).collect(),
    }
}

async fn take_chunk(by: &By<'_>, desk: &Desk, chunk: Vec<Detail>, upload: &mut Upload) -> Result<(), EditError> {
    let mut rows = Vec::with_capacity(chunk.len());
    for detail in chunk {
        match detail {
            Ok(row) => rows.push(row),
            Err((line, id, flaw)) => {
                upload.refused += 1;
                let code = format!("problem-{}", flaw.code.code());
                let value = flaw.value.chars().take(100).collect();
                note(upload, RowProblem { line, id, column: flaw.column.to_owned(), code, value });
            }
        }
    }
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut tx = db::begin(by.db).await?;
    let import = hold(&mut tx, by).await?;
    let found = edit::these(&mut *tx, by.actor.organisation, import, &desk.access, &ids).await?;
    let found: HashMap<&str, &StoredDeal> = found.iter().map(|deal| (deal.psc_deal_id.as_str(), deal)).collect();
    let (mut changes, mut entries) = (Vec::new(), Vec::new());
    for row in &rows {
        let Some(deal) = found.get(row.id.as_str()).copied() else {
            upload.refused += 1;
            note(upload, problem(row, None, "upload-not-here", ""));
            continue;
        };
        match apply(by, (import, desk.phase), row, deal) {
            Applied::Changed { before, texts, columns, now, problems } => {
                upload.changed += 1;
                note_all(upload, problems);
                entries.push(entry(by, Action::PscDealChanged, &row.id, &before, &texts, &columns));
                changes.push(Change { id: &row.id, before: Some(deal), now });
            }
            Applied::Same(problems) if problems.is_empty() => upload.unchanged += 1,
            Applied::Same(problems) => {
                upload.refused += 1;
                note_all(upload, problems);
            }
        }
    }
    if !changes.is_empty() {
        audit::record_all(&mut tx, &entries).await?;
        edit::write(&mut tx, import, changes, by.actor.user, by.now).await?;
        desk::count_edit(&mut tx, by.actor.organisation, false).await?;
    }
    tx.commit().await?;
    Ok(())
}

enum Applied {
    Changed {
        before: DealTexts,
        texts: DealTexts,
        columns: Vec<C>,
        now: crate::psc::import::texts::ReadDeal,
        problems: Vec<RowProblem>,
    },
    /// Nothing of it was taken over, and why; no reasons: it was so already.
    Same(Vec<RowProblem>),
}

/// What a row makes of a deal. A cell that may not be changed, or cannot be read, is left out and said.
fn apply(by: &By<'_>, (import, phase): (ImportId, Phase), row: &DetailRow, deal: &StoredDeal) -> Applied {
    let before = DealTexts::from(deal);
    let differs = |(column, text): &&(C, String)| !before.says(*column, text);
    let mut cells: Vec<&(C, String)> = row.cells.iter().filter(differs).collect();
    if cells.is_empty() {
        return Applied::Same(Vec::new());
    }
    if !deal.is_open() {
        return Applied::Same(vec![problem(row, None, "upload-terminal", "")]);
    }
    let mut problems = Vec::new();
    let fills = |column: C| deal.missing().details().any(|detail| columns_of(detail).contains(&column));
    cells.retain(|(column, text)| {
        // What closes a deal cannot be taken back: it is done deal by deal, on a page that says so.
        let code = if FIXED.contains(column) || *column == C::Status {
            "upload-fixed"
        } else if phase == Phase::ReadOnly && !fills(*column) {
            "upload-read-only"
        } else {
            return true;
        };
        // The dates of the last change differ as a matter of course.
        if *column != C::Modified {
            problems.push(problem(row, Some(*column), code, text));
        }
        false
    });
    loop {
        let mut texts = before.clone();
        for (column, text) in &cells {
            texts.set(*column, text);
        }
        let Some(columns) = touched(&before, &mut texts, by) else { return Applied::Same(problems) };
        let now = match texts.read(import) {
            Ok(now) => now,
            Err(flaw) => {
                problems.push(problem(row, column_named(flaw.column), &format!("problem-{}", flaw.code.code()), &flaw.value));
                return Applied::Same(problems);
            }
        };
        let bad: Vec<(C, String, String)> = now
            .flaws
            .iter()
            .filter_map(|flaw| {
                let column = column_named(flaw.column)?;
                columns
                    .contains(&column)
                    .then(|| (column, format!("problem-{}", flaw.code.code()), flaw.value.clone()))
            })
            .collect();
        if bad.is_empty() {
            return Applied::Changed { before, texts, columns, now, problems };
        }
        for (column, code, value) in bad {
            problems.push(problem(row, Some(column), &code, &value));
            cells.retain(|(other, _)| *other != column);
        }
    }
}

fn column_named(name: &str) -> Option<C> {
    C::ALL.iter().copied().find(|column| column.name() == name)
}
