//! What became of an uploaded file of details.

use askama::Template;

use super::label;
use crate::{
    ids::UploadId,
    psc::{
        import::{Column, DealColumn as C},
        portal::service::{RowProblem, Upload},
    },
    web::{Ctx, L10n, Page, l10n::text},
};

struct Line {
    line: u32,
    id: String,
    words: String,
}

#[derive(Template)]
#[template(path = "psc/portal/upload.html")]
pub struct UploadPage {
    page: Page,
    counts: Vec<(String, String)>,
    lines: Vec<Line>,
    csv: String,
}

fn words(l: L10n, problem: &RowProblem) -> String {
    let column = C::ALL.iter().find(|column| column.name() == problem.column);
    let column = column.map_or_else(|| problem.column.clone(), |column| label(l, *column));
    l.with(
        &format!("psc-{}", problem.code),
        &[("column", text(column)), ("value", text(&problem.value)), ("line", text(problem.line))],
    )
}

impl UploadPage {
    pub fn new(ctx: &Ctx, id: UploadId, upload: &Upload) -> Self {
        let l = ctx.l;
        Self {
            page: Page::new(ctx, &l.t("psc-upload-title")),
            counts: [
                ("psc-upload-changed", upload.changed),
                ("psc-upload-unchanged", upload.unchanged),
                ("psc-upload-refused", upload.refused),
            ]
            .map(|(key, count)| (l.t(key), l.number(count)))
            .into(),
            lines: upload
                .problems
                .iter()
                .map(|problem| Line { line: problem.line, id: problem.id.clone(), words: words(l, problem) })
                .collect(),
            csv: format!("/psc/clean-up/uploads/{id}/problems.csv"),
        }
    }

    /// Headings and rows of the problems, for a file.
    pub fn table(l: L10n, upload: &Upload) -> Vec<Vec<String>> {
        let headings =
            vec![l.t("problem-line"), l.t("psc-field-id"), l.t("problem-column"), l.t("problem-value"), l.t("problem-reason")];
        let row = |problem: &RowProblem| {
            vec![problem.line.to_string(), problem.id.clone(), problem.column.clone(), problem.value.clone(), words(l, problem)]
        };
        std::iter::once(headings).chain(upload.problems.iter().map(row)).collect()
    }
}
