//! The sheet on which missing details are filled in.

use askama::Template;

use super::{Frame, grid, label};
use crate::{
    auth::Actor,
    psc::{
        import::{
            DealColumn as C,
            texts::{DealTexts, StoredDeal, columns_of},
        },
        portal::{
            forms::{MEMBER, SheetRow, as_typed, name_of},
            service::{Account, Desk, SHEET},
        },
    },
    referrals::missing::Detail,
    web::{Ctx, L10n, Page, countries, fields::Choice},
};

struct Tab {
    label: String,
    path: String,
    current: bool,
}

/// A cell to type into. Its id is its name.
struct Input {
    id: String,
    /// Its column's, for where columns are not beside each other.
    heading: String,
    /// With the deal's name, for who hears it.
    label: String,
    kind: &'static str,
    value: String,
    /// Not empty: a select field.
    choices: Vec<Choice>,
}

struct Row {
    n: usize,
    id: String,
    seen: String,
    name: String,
    customer: String,
    path: String,
    inputs: Vec<Input>,
    problem: Option<String>,
}

/// What the sheet shows: deals that lack a detail, and of those that were sent and refused what was typed and why.
pub struct Sheet<'a> {
    pub detail: Detail,
    pub deals: &'a [StoredDeal],
    /// Whether there are more behind them.
    pub more: bool,
    /// Rows as they were sent, and what is wrong with them.
    pub refused: &'a [(SheetRow, String)],
}

#[derive(Template)]
#[template(path = "psc/portal/clean_up.html")]
pub struct CleanUpPage {
    page: Page,
    frame: Frame,
    detail: &'static str,
    title: String,
    tabs: Vec<Tab>,
    headings: Vec<String>,
    rows: Vec<Row>,
    next: Option<String>,
    problems: bool,
    /// What is wrong with an uploaded file.
    upload_problem: Option<String>,
    limit: String,
}

/// The columns of the sheet: those that the detail needs, of a customer without what may be left out.
fn columns(detail: Detail) -> Vec<C> {
    let all = columns_of(detail).iter().copied();
    all.filter(|column| !matches!(column, C::CustomerLine2 | C::CustomerState))
        .collect()
}

fn inputs(l: L10n, n: usize, detail: Detail, deal: &StoredDeal, typed: Option<&SheetRow>) -> Vec<Input> {
    let texts = DealTexts::from(deal);
    let about = |what: String| format!("{what}: {}", if deal.name.is_empty() { &deal.psc_deal_id } else { &deal.name });
    if detail == Detail::Team {
        let typed: Vec<&str> = typed
            .and_then(|row| row.typed.first())
            .map(|(_, member)| member.split(',').collect())
            .unwrap_or_default();
        // The first member as far as it is there; whom the deal is assigned to when nobody is.
        let member = |index: usize| {
            let of = |list: &[String]| list.first().cloned().unwrap_or_default();
            match index {
                0 => of(&deal.team_first_names),
                1 => of(&deal.team_last_names),
                2 => of(&deal.team_phones),
                _ if deal.team_mails.is_empty() => deal.assigned_seller.clone(),
                _ => of(&deal.team_mails),
            }
        };
        return MEMBER
            .into_iter()
            .enumerate()
            .map(|(index, part)| Input {
                id: format!("member-{part}-{n}"),
                heading: l.t(&format!("psc-member-{part}")),
                label: about(l.t(&format!("psc-member-{part}"))),
                kind: ["text", "text", "tel", "email"].get(index).copied().unwrap_or("text"),
                value: typed.get(index).map_or_else(|| member(index), |text| (*text).to_owned()),
                choices: Vec::new(),
            })
            .collect();
    }
    columns(detail)
        .into_iter()
        .map(|column| {
            let sent = typed.and_then(|row| row.typed.iter().find(|(other, _)| *other == column));
            let value = sent.map_or_else(|| as_typed(column, texts.get(column)), |(_, text)| text.clone());
            let none = Choice { value: String::new(), label: l.t("psc-none"), chosen: false };
            Input {
                id: format!("{}-{n}", name_of(column)),
                heading: label(l, column),
                label: about(label(l, column)),
                kind: match column {
                    C::CloseDate => "date",
                    C::ContactMail => "email",
                    C::ContactPhone => "tel",
                    _ => "text",
                },
                choices: if column == C::CustomerCountry {
                    let all = countries::all(l);
                    let all =
                        all.map(|(code, name)| Choice { chosen: code == value, value: code.to_owned(), label: name.to_owned() });
                    std::iter::once(none).chain(all).collect()
                } else {
                    Vec::new()
                },
                value,
            }
        })
        .collect()
}

impl CleanUpPage {
    pub fn new(
        ctx: &Ctx,
        actor: &Actor,
        desk: &Desk,
        accounts: &[Account],
        sheet: &Sheet<'_>,
        upload_problem: Option<String>,
        limit_mb: u64,
    ) -> Self {
        let l = ctx.l;
        let detail = sheet.detail;
        let name = |detail: Detail| l.t(&format!("filter-missing-{}", detail.code()));
        let path = |detail: Detail| format!("/psc/clean-up?detail={}", detail.code());
        let row = |(n, deal): (usize, &StoredDeal)| {
            let refused = sheet.refused.iter().find(|(row, _)| row.id == deal.psc_deal_id);
            Row {
                n,
                id: deal.psc_deal_id.clone(),
                seen: deal.digest.to_string(),
                name: if deal.name.is_empty() { l.t("psc-nameless") } else { deal.name.clone() },
                customer: deal.customer_name.clone(),
                path: grid::path(&deal.psc_deal_id),
                inputs: inputs(l, n, detail, deal, refused.map(|(row, _)| row)),
                problem: refused.map(|(_, words)| words.clone()),
            }
        };
        let next = sheet.deals.get(SHEET - 1).filter(|_| sheet.more);
        let after = |id: &str| -> String { url::form_urlencoded::byte_serialize(id.as_bytes()).collect() };
        Self {
            page: Page::new(ctx, &l.t("psc-view-clean-up")),
            frame: Frame::new(ctx, actor, desk, accounts, "clean-up"),
            detail: detail.code(),
            title: l.t1("psc-clean-up-lack", "detail", name(detail)),
            tabs: Detail::ALL
                .into_iter()
                .map(|other| Tab { label: name(other), path: path(other), current: other == detail })
                .collect(),
            headings: if detail == Detail::Team {
                MEMBER.map(|part| l.t(&format!("psc-member-{part}"))).into()
            } else {
                columns(detail).into_iter().map(|column| label(l, column)).collect()
            },
            rows: (1..).zip(sheet.deals).take(SHEET).map(row).collect(),
            next: next.map(|last| format!("{}&after={}", path(detail), after(&last.psc_deal_id))),
            problems: !sheet.refused.is_empty(),
            upload_problem,
            limit: l.t1("psc-upload-limit", "megabytes", l.number(limit_mb.cast_signed())),
        }
    }
}
