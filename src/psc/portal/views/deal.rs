//! A deal's details.

use askama::Template;

use super::{Frame, code_word, grid, label, why_not};
use crate::{
    auth::Actor,
    psc::{
        import::{
            Column, DealColumn as C,
            texts::{DealTexts, StoredDeal},
        },
        portal::{
            rules::Act,
            service::{Account, Desk},
        },
    },
    web::{
        Ctx, L10n, Page, countries,
        written::{joined, person},
    },
};

struct Fact {
    label: String,
    number: String,
    gone: bool,
    text: String,
    /// It could not be read, and is as it came.
    unread: bool,
}

#[derive(Template)]
#[template(path = "psc/portal/deal.html")]
pub struct DealPage {
    page: Page,
    frame: Frame,
    id: String,
    status: String,
    tone: &'static str,
    facts: Vec<Fact>,
    /// Missing details, and where each is filled in.
    missing: Vec<(String, String)>,
    /// Where it is edited, closed, and its products are; `None` where they cannot be.
    edit: Option<String>,
    products: String,
    close: Option<String>,
    why_not: Option<String>,
    /// Changed here, and not by the export.
    edited: Option<String>,
}

/// Parts of the mapping by column.
const PARTS: [(C, &str); 14] = [
    (C::CustomerName, "deal-customer"),
    (C::ContactFirstName, "deal-contact"),
    (C::Value, "deal-value"),
    (C::CloseDate, "deal-close"),
    (C::Team, "deal-team"),
    (C::Notes, "deal-notes"),
    (C::MicrosoftName, "deal-microsoft"),
    (C::CrmId, "deal-ids"),
    (C::Status, "deal-won"),
    (C::DealRole, "deal-role"),
    (C::LicenseProgram, "deal-license"),
    (C::CustomerOutcome, "deal-outcome"),
    (C::Modified, "deal-modified"),
    (C::SolutionCloseDate, "deal-solution-close"),
];

/// What the page shows, in its order; of people and places the first column stands for all of them.
const SHOWN: [C; 21] = [
    C::Status,
    C::Business,
    C::CoSell,
    C::Source,
    C::AccountName,
    C::CustomerName,
    C::ContactFirstName,
    C::Value,
    C::CloseDate,
    C::SolutionCloseDate,
    C::Stage,
    C::DealRole,
    C::LicenseProgram,
    C::CustomerOutcome,
    C::Team,
    C::AssignedSeller,
    C::MicrosoftName,
    C::CrmId,
    C::CampaignId,
    C::Notes,
    C::Modified,
];

fn shown(l: L10n, column: C, deal: &StoredDeal, texts: &DealTexts) -> String {
    match column {
        C::Status => code_word(l, "status", &deal.status),
        C::Business => code_word(l, "business", &deal.business),
        C::CoSell => l.t(if deal.co_sell { "psc-yes" } else { "psc-no" }),
        C::Source => l.t(if deal.inbound { "psc-source-microsoft" } else { "psc-source-partner" }),
        C::AccountName => joined([&deal.psc_account_name, &deal.psc_account_id, &deal.own_mpn_id], " · "),
        C::CustomerName => {
            let place = joined(
                [
                    &deal.customer_line1,
                    &deal.customer_line2,
                    &deal.customer_city,
                    &deal.customer_state,
                    &deal.customer_postal_code,
                ],
                ", ",
            );
            let country = countries::name(l, &deal.customer_country);
            joined([&deal.customer_name, &place, &country], "\n")
        }
        C::ContactFirstName => joined(
            [&person(&deal.contact_first_name, &deal.contact_last_name), &deal.contact_phone, &deal.contact_mail],
            " · ",
        ),
        C::Value => match (deal.value, &deal.currency) {
            (Some(value), Some(currency)) => l.money(value, currency),
            _ => joined([texts.get(C::Value), texts.get(C::Currency)], " "),
        },
        C::CloseDate => deal
            .close_date
            .map_or_else(|| texts.get(column).to_owned(), |date| l.date(date)),
        C::SolutionCloseDate => deal
            .solution_close_date
            .map_or_else(|| texts.get(column).to_owned(), |date| l.date(date)),
        C::Stage => deal
            .stage
            .map_or_else(|| texts.get(column).to_owned(), |stage| format!("{stage} %")),
        C::Team => texts
            .get(C::Team)
            .split(';')
            .map(|member| member.replace(',', " "))
            .collect::<Vec<_>>()
            .join("\n"),
        C::MicrosoftName => joined([&deal.microsoft_name, &deal.microsoft_mail, &deal.microsoft_phone], " · "),
        C::Modified => deal.modified_at.map(|at| l.moment(at)).unwrap_or_default(),
        _ => texts.get(column).to_owned(),
    }
}

impl DealPage {
    pub fn new(ctx: &Ctx, actor: &Actor, desk: &Desk, accounts: &[Account], deal: &StoredDeal) -> Self {
        let l = ctx.l;
        let frame = Frame::new(ctx, actor, desk, accounts, "deal");
        let texts = DealTexts::from(deal);
        let unread = |column: C| deal.unreadable.as_ref().is_some_and(|cells| cells.contains_key(column.name()));
        let fact = |column: C| {
            let part = PARTS.iter().find(|(other, _)| *other == column).map_or("", |(_, part)| part);
            Fact {
                label: match column {
                    C::CustomerName | C::ContactFirstName => l.t(&format!("psc-group-{}", super::forms::name_of(column))),
                    _ => label(l, column),
                },
                number: frame.number(part),
                gone: frame.gone(part),
                text: shown(l, column, deal, &texts),
                unread: unread(column),
            }
        };
        let path = grid::path(&deal.psc_deal_id);
        let may = |act: Act| deal.is_open() && desk.may(act).is_ok();
        let missing = deal.missing().details().filter(|_| deal.is_open()).map(|detail| {
            let name = l.t(&format!("filter-missing-{}", detail.code()));
            let first = crate::psc::import::texts::columns_of(detail)
                .first()
                .map_or("", |column| super::forms::name_of(*column));
            let there = if may(Act::Edit) {
                if detail == crate::referrals::missing::Detail::Solution {
                    format!("{path}/products")
                } else {
                    format!("{path}/edit#{first}")
                }
            } else {
                format!("/psc/clean-up?detail={}", detail.code())
            };
            (name, there)
        });
        Self {
            page: Page::new(ctx, if deal.name.is_empty() { &deal.psc_deal_id } else { &deal.name }),
            id: deal.psc_deal_id.clone(),
            status: code_word(l, "status", &deal.status),
            tone: match deal.status.as_str() {
                "open" => "info",
                "won" => "good",
                _ => "",
            },
            facts: SHOWN
                .into_iter()
                .map(fact)
                .filter(|fact| !fact.text.is_empty() || fact.gone)
                .collect(),
            missing: missing.collect(),
            edit: may(Act::Edit).then(|| format!("{path}/edit")),
            products: format!("{path}/products"),
            close: may(Act::Close).then(|| format!("{path}/closing")),
            why_not: if deal.is_open() { why_not(l, desk, Act::Edit) } else { Some(l.t("psc-terminal")) },
            edited: deal.edited_at.map(|at| l.t1("psc-edited", "at", l.moment(at))),
            frame,
        }
    }
}
