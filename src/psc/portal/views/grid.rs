//! The grid.

use askama::Template;

use super::{Frame, code_word, label, why_not};
use crate::{
    auth::Actor,
    psc::{
        import::DealColumn as C,
        portal::{
            query::{GridColumn, GridQuery, Sort},
            rules::Act,
            service::{Account, Desk, Listed, PAGE},
        },
    },
    referrals::missing::{Detail, Missing},
    web::{Ctx, L10n, Page, countries, fields::Choice},
};

const PATH: &str = "/psc/deals";

struct Heading {
    label: String,
    /// In the mapping; may be empty.
    number: String,
    gone: bool,
    numeric: bool,
    /// Where its order is; `None`: it gives none.
    sort: Option<String>,
    sorted: bool,
}

struct Cell {
    text: String,
    numeric: bool,
}

struct Row {
    path: String,
    id: String,
    name: String,
    incomplete: Option<String>,
    cells: Vec<Cell>,
}

/// A select field of the filters.
struct Select {
    id: &'static str,
    label: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "psc/portal/grid.html")]
pub struct GridPage {
    page: Page,
    frame: Frame,
    search: String,
    selects: Vec<Select>,
    columns: Vec<Choice>,
    sort: String,
    by_name: bool,
    by_id: bool,
    filtered: bool,
    name_sort: String,
    id_sort: String,
    headings: Vec<Heading>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    csv: String,
    no_new: Option<String>,
}

/// The column of an export behind one of the grid, for its label.
const fn column_of(column: GridColumn) -> C {
    match column {
        GridColumn::Customer => C::CustomerName,
        GridColumn::Status => C::Status,
        GridColumn::Business => C::Business,
        GridColumn::Type => C::CoSell,
        GridColumn::Source => C::Source,
        GridColumn::Account => C::AccountName,
        GridColumn::Value => C::Value,
        GridColumn::Close => C::CloseDate,
        GridColumn::Stage => C::Stage,
        GridColumn::Role => C::DealRole,
        GridColumn::License => C::LicenseProgram,
        GridColumn::Outcome => C::CustomerOutcome,
        GridColumn::Products => C::Products,
        GridColumn::Team => C::Team,
        GridColumn::Assigned => C::AssignedSeller,
        GridColumn::Crm => C::CrmId,
        GridColumn::Campaign => C::CampaignId,
        GridColumn::Created => C::Created,
        GridColumn::Modified => C::Modified,
    }
}

/// The part of the mapping that a column is.
const fn part_of(column: GridColumn) -> &'static str {
    match column {
        GridColumn::Customer => "grid-customer",
        GridColumn::Status => "grid-status",
        GridColumn::Value => "grid-value",
        GridColumn::Close => "grid-close",
        GridColumn::Stage => "grid-stage",
        GridColumn::Role => "grid-role",
        GridColumn::Outcome => "grid-outcome",
        GridColumn::Modified => "grid-modified",
        _ => "",
    }
}

pub fn cell(l: L10n, column: GridColumn, deal: &Listed) -> String {
    match column {
        GridColumn::Customer => deal.customer_name.clone(),
        GridColumn::Status => code_word(l, "status", &deal.status),
        GridColumn::Business => code_word(l, "business", &deal.business),
        GridColumn::Type => l.t(if deal.co_sell { "psc-yes" } else { "psc-no" }),
        GridColumn::Source => l.t(if deal.inbound { "psc-source-microsoft" } else { "psc-source-partner" }),
        GridColumn::Account => deal.psc_account_name.clone(),
        GridColumn::Value => match (deal.value, &deal.currency) {
            (Some(value), Some(currency)) => l.money(value, currency),
            (Some(value), None) => value.normalize().to_string(),
            _ => String::new(),
        },
        GridColumn::Close => deal.close_date.map(|date| l.date(date)).unwrap_or_default(),
        GridColumn::Stage => deal.stage.map(|stage| format!("{stage} %")).unwrap_or_default(),
        GridColumn::Role => deal.deal_role.clone(),
        GridColumn::License => deal.license_program.clone(),
        GridColumn::Outcome => deal.customer_outcome.clone(),
        GridColumn::Products => deal.solution_ids.join(", "),
        GridColumn::Team => deal.team_mails.join(", "),
        GridColumn::Assigned => deal.assigned_seller.clone(),
        GridColumn::Crm => deal.crm_id.clone(),
        GridColumn::Campaign => deal.campaign_id.clone(),
        GridColumn::Created => l.day(deal.created_at),
        GridColumn::Modified => deal.modified_at.map(|at| l.day(at)).unwrap_or_default(),
    }
}

const fn is_numeric(column: GridColumn) -> bool {
    matches!(column, GridColumn::Value | GridColumn::Stage)
}

pub fn path(id: &str) -> String {
    let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    // A path takes %20 where a query takes +.
    format!("{PATH}/{}", id.replace('+', "%20"))
}

fn select(l: L10n, id: &'static str, key: &str, chosen: &str, options: Vec<(String, String)>) -> Select {
    let any = (String::new(), l.t("psc-any"));
    Select {
        id,
        label: l.t(key),
        choices: std::iter::once(any)
            .chain(options)
            .map(|(value, label)| Choice { chosen: value == chosen, value, label })
            .collect(),
    }
}

fn selects(l: L10n, query: &GridQuery, accounts: &[Account]) -> Vec<Select> {
    let codes = |kind: &str, codes: &[&str]| {
        codes
            .iter()
            .map(|code| ((*code).to_owned(), code_word(l, kind, code)))
            .collect()
    };
    vec![
        select(
            l,
            "status",
            "psc-field-status",
            &query.status,
            codes("status", &["open", "won", "lost", "closed-duplicate"]),
        ),
        select(
            l,
            "business",
            "psc-field-business",
            &query.business,
            codes("business", &["co-sell", "solution-assessment", "oem-licensing", "oem-iot"]),
        ),
        select(
            l,
            "cosell",
            "psc-field-co-sell",
            &query.cosell,
            vec![("yes".to_owned(), l.t("psc-yes")), ("no".to_owned(), l.t("psc-no"))],
        ),
        select(l, "source", "psc-field-source", &query.source, codes("source", &["microsoft", "partner"])),
        select(
            l,
            "account",
            "psc-field-account",
            &query.account,
            accounts
                .iter()
                .map(|account| (account.id.clone(), account.name.clone()))
                .collect(),
        ),
        select(
            l,
            "country",
            "psc-field-country",
            &query.country,
            countries::all(l)
                .map(|(code, name)| (code.to_owned(), name.to_owned()))
                .collect(),
        ),
        select(
            l,
            "stage",
            "psc-field-stage",
            &query.stage,
            ["10", "20", "40", "60", "80", "100"]
                .map(|stage| (stage.to_owned(), format!("{stage} %")))
                .into(),
        ),
        select(
            l,
            "missing",
            "psc-missing",
            &query.missing,
            Detail::ALL
                .into_iter()
                .map(|detail| (detail.code().to_owned(), l.t(&format!("filter-missing-{}", detail.code()))))
                .collect(),
        ),
    ]
}

impl GridPage {
    pub fn new(ctx: &Ctx, actor: &Actor, desk: &Desk, accounts: &[Account], query: &GridQuery, mut deals: Vec<Listed>) -> Self {
        let l = ctx.l;
        let more = deals.len() > PAGE;
        deals.truncate(PAGE);
        let (columns, sort) = (query.columns(), query.parse().sort);
        let frame = Frame::new(ctx, actor, desk, accounts, "grid");
        let by = |sort: Sort| query.with(PATH, "sort", sort.code());
        let heading = |column: &GridColumn| Heading {
            label: label(l, column_of(*column)),
            number: frame.number(part_of(*column)),
            gone: frame.gone(part_of(*column)),
            numeric: is_numeric(*column),
            sort: column.sort().map(by),
            sorted: column.sort() == Some(sort),
        };
        let row = |deal: &Listed| Row {
            path: path(&deal.psc_deal_id),
            id: deal.psc_deal_id.clone(),
            name: if deal.name.is_empty() { l.t("psc-nameless") } else { deal.name.clone() },
            incomplete: (deal.missing != 0 && deal.status == "open")
                .then(|| l.count("psc-details-missing", i64::from(Missing(deal.missing).count()))),
            cells: columns
                .iter()
                .map(|column| Cell { text: cell(l, *column, deal), numeric: is_numeric(*column) })
                .collect(),
        };
        let next = deals
            .last()
            .filter(|_| more)
            .map(|last| query.with(PATH, "after", &last.psc_deal_id));
        Self {
            page: Page::new(ctx, &l.t("psc-view-grid")),
            search: query.q.clone(),
            selects: selects(l, query, accounts),
            columns: GridColumn::ALL
                .into_iter()
                .map(|column| Choice {
                    value: column.code().to_owned(),
                    label: label(l, column_of(column)),
                    chosen: columns.contains(&column),
                })
                .collect(),
            sort: sort.code().to_owned(),
            by_name: sort == Sort::Name,
            by_id: sort == Sort::Id,
            filtered: query.is_filtered(),
            name_sort: by(Sort::Name),
            id_sort: by(Sort::Id),
            headings: columns.iter().map(heading).collect(),
            rows: deals.iter().map(row).collect(),
            first: (!query.after.is_empty()).then(|| query.with(PATH, "after", "")),
            next,
            csv: query.with("/psc/deals.csv", "after", ""),
            no_new: why_not(l, desk, Act::Create),
            frame,
        }
    }
}
