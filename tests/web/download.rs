use axum::http::StatusCode;
use futures_util::stream;
use partner_portal::web::download::{csv, csv_row, neutral};
use proptest::prelude::*;

#[test]
fn what_a_spreadsheet_would_run_is_made_text() {
    for risky in ["=1+1", "+82 2", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u{a0}=1"] {
        assert_eq!(neutral(risky), format!("'{risky}"));
    }
    for harmless in ["", "Contoso", "a=b", "1-2", "'=1", "한글"] {
        assert_eq!(neutral(harmless), harmless);
    }
}

#[test]
fn a_row_is_quoted_where_needed_and_ends_as_excel_expects() {
    let row = csv_row(["plain", "a,b", "say \"hi\"", "two\nlines", "=cmd", ""]).unwrap();
    assert_eq!(String::from_utf8(row).unwrap(), "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",'=cmd,\r\n");
}

#[tokio::test]
async fn a_file_begins_with_a_bom_and_is_to_be_kept() {
    let rows = stream::iter([csv_row(["거래"]), csv_row(["b"])]);
    let response = csv("deals.csv", rows);
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8");
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"deals.csv\"");
    let body = axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
    assert_eq!(String::from_utf8(body.to_vec()).unwrap(), "\u{feff}거래\r\nb\r\n");
}

proptest! {
    /// Whatever stands in the cells, a reader gets as many back, none of them a formula, and the harmless ones unchanged.
    #[test]
    fn every_cell_comes_back_and_none_is_a_formula(cells in prop::collection::vec(any::<String>(), 2..6)) {
        let row = csv_row(&cells).unwrap();
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(row.as_slice());
        let record = reader.records().next().unwrap().unwrap();
        prop_assert_eq!(record.len(), cells.len());
        for (read, cell) in record.iter().zip(&cells) {
            prop_assert!(!read.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            prop_assert!(read == cell || read.strip_prefix('\'') == Some(cell));
        }
    }
}
