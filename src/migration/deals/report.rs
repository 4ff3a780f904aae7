//! The report and the lists as files. Read a page at a time and written as it comes, whatever their length.

use std::io::Seek;

use axum::{body::Body, response::Response};
use futures_util::stream;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use tokio::sync::mpsc;
use tokio_util::io::ReaderStream;

use super::{
    readiness::Standing,
    service,
    store::{outcomes::Outcome, standings::Listed},
    views::{error_words, outcome_words},
};
use crate::{
    db::Pool,
    error::AppError,
    ids::OrganisationId,
    migration::run::Run,
    referrals::missing::{Detail, Missing},
    web::{L10n, download},
};

/// Rows read at once.
const PAGE: i64 = 2000;
/// Rows of an Excel sheet, without its heading.
const SHEET: usize = 1_048_575;

/// The columns of domain.md section 7; a rehearsal says what would happen as well.
fn headings(l: &L10n, rehearsal: bool) -> Vec<String> {
    let mut headings: Vec<String> = ["engagement-id", "referral-id", "deal-name", "psc-deal-id", "error"]
        .map(|column| l.t(&format!("report-{column}")))
        .into();
    if rehearsal {
        headings.push(l.t("report-outcome"));
    }
    headings
}

fn cells(l: &L10n, outcome: &Outcome, rehearsal: bool) -> Vec<String> {
    let mut cells = vec![
        outcome.engagement.map(|id| id.to_string()).unwrap_or_default(),
        outcome.referral.map(|id| id.to_string()).unwrap_or_default(),
        outcome.deal_name.clone(),
        outcome.psc_deal_id.clone(),
        error_words(l, outcome),
    ];
    if rehearsal {
        cells.push(outcome_words(l, outcome));
    }
    cells
}

/// The report as CSV.
pub fn csv(pool: Pool, l: L10n, run: Run) -> Response {
    let name = format!("psc-migration-{}.csv", run.id);
    let rows = stream::try_unfold(Some((String::new(), true)), move |position| {
        let (pool, run) = (pool.clone(), run.clone());
        async move {
            let Some((after, first)) = position else { return Ok(None) };
            let page = service::report(&pool, run.organisation, run.id, false, &after, PAGE).await?;
            let mut bytes = if first { download::csv_row(headings(&l, run.rehearsal))? } else { Vec::new() };
            for outcome in &page {
                bytes.extend(download::csv_row(cells(&l, outcome, run.rehearsal))?);
            }
            let next = page
                .last()
                .filter(|_| page.len() as i64 == PAGE)
                .map(|last| (last.psc_deal_id.clone(), false));
            Ok(Some((bytes, next)))
        }
    });
    download::csv(&name, rows)
}

/// The report as XLSX: written to a temporary file first, as the format has its index at the end. Cells are texts, never formulas.
///
/// # Errors
/// When the database or the disk fails.
pub async fn xlsx(pool: &Pool, l: L10n, run: &Run) -> Result<Response, AppError> {
    let (send, receive) = mpsc::channel::<Vec<Outcome>>(2);
    let rehearsal = run.rehearsal;
    let writer = tokio::task::spawn_blocking(move || write_workbook(l, rehearsal, receive));
    let mut after = String::new();
    loop {
        let page = service::report(pool, run.organisation, run.id, false, &after, PAGE).await?;
        let more = page.len() as i64 == PAGE;
        after = page.last().map(|last| last.psc_deal_id.clone()).unwrap_or_default();
        if send.send(page).await.is_err() || !more {
            break;
        }
    }
    drop(send);
    let file = writer
        .await
        .map_err(|e| AppError::Internal(e.to_string()))?
        .map_err(|e| AppError::Internal(e.to_string()))?;
    let name = format!("psc-migration-{}.xlsx", run.id);
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    Ok(download::attachment(
        &name,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body,
    ))
}

fn write_workbook(l: L10n, rehearsal: bool, mut pages: mpsc::Receiver<Vec<Outcome>>) -> Result<std::fs::File, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let (mut rows, mut sheets) = (SHEET, 0);
    while let Some(page) = pages.blocking_recv() {
        for outcome in page {
            if rows == SHEET {
                sheets += 1;
                rows = 0;
                let sheet = book
                    .add_worksheet_with_constant_memory()?
                    .set_name(format!("{} {sheets}", l.t("report-sheet")))?;
                sheet.set_freeze_panes(1, 0)?;
                for (column, heading) in headings(&l, rehearsal).iter().enumerate() {
                    sheet.set_column_width(column as u16, 36)?;
                    sheet.write_string_with_format(0, column as u16, heading, &bold)?;
                }
            }
            rows += 1;
            let sheet = book.worksheet_from_index(sheets - 1)?;
            for (column, cell) in cells(&l, &outcome, rehearsal).iter().enumerate() {
                sheet.write_string(rows as u32, column as u16, clip(cell))?;
            }
        }
    }
    if sheets == 0 {
        let sheet = book.add_worksheet();
        for (column, heading) in headings(&l, rehearsal).iter().enumerate() {
            sheet.write_string_with_format(0, column as u16, heading, &bold)?;
        }
    }
    let mut file = tempfile::tempfile()?;
    book.save_to_writer(file.try_clone()?)?;
    file.rewind()?;
    Ok(file)
}

/// Excel's longest cell is 32,767 characters.
fn clip(cell: &str) -> String {
    cell.chars().take(32_767).collect()
}

/// PSC deals of a standing as CSV.
pub fn list_csv(pool: Pool, l: L10n, organisation: OrganisationId, standing: Standing, detail: Option<Detail>) -> Response {
    let name = format!("psc-deals-{}.csv", standing.key());
    let rows = stream::try_unfold(Some((String::new(), true)), move |position| {
        let pool = pool.clone();
        async move {
            let Some((after, first)) = position else { return Ok(None) };
            let page = service::list(&pool, organisation, standing, detail.map(Detail::bit), &after, PAGE).await?;
            let mut bytes = if first { download::csv_row(list_headings(&l))? } else { Vec::new() };
            for deal in &page {
                bytes.extend(download::csv_row(list_cells(&l, standing, deal))?);
            }
            let next = page
                .last()
                .filter(|_| page.len() as i64 == PAGE)
                .map(|last| (last.psc_deal_id.clone(), false));
            Ok(Some((bytes, next)))
        }
    });
    download::csv(&name, rows)
}

fn list_headings(l: &L10n) -> Vec<String> {
    [
        "report-psc-deal-id",
        "report-deal-name",
        "list-customer",
        "list-account",
        "list-mpn",
        "list-created",
        "list-standing",
        "list-lacks",
    ]
    .map(|key| l.t(key))
    .into()
}

fn list_cells(l: &L10n, standing: Standing, deal: &Listed) -> Vec<String> {
    let lacks: Vec<String> = Missing(deal.missing)
        .details()
        .map(|detail| l.t(&format!("missing-{}", detail.code().replace('_', "-"))))
        .collect();
    vec![
        deal.psc_deal_id.clone(),
        deal.name.clone(),
        deal.customer_name.clone(),
        deal.account_name.clone(),
        deal.mpn_id.clone(),
        deal.created_on.to_string(),
        l.t1(&format!("standing-{}", standing.key()), "date", l.t("outcome-date")),
        lacks.join("; "),
    ]
}
