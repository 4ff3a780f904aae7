//! Forms of a deal.

use super::{flaw_words, grid, label};
use crate::{
    psc::{
        import::{Column, DealColumn as C, Flaw, texts::DealTexts},
        portal::{
            forms::{self, EDITED, Pairs},
            service::Account,
        },
    },
    web::{
        Ctx, L10n, Page,
        fields::{Field, FormPage, Problem},
        l10n::text,
    },
};

/// Flaws at the fields they are of.
pub fn problems_of(l: L10n, flaws: &[Flaw]) -> Vec<Problem> {
    flaws
        .iter()
        .map(|flaw| Problem {
            field: C::ALL
                .iter()
                .find(|column| column.name() == flaw.column)
                .map_or("", |column| forms::name_of(*column))
                .to_owned(),
            words: flaw_words(l, flaw),
        })
        .collect()
}

fn field(l: L10n, column: C, typed: &str, problems: &[Problem]) -> Field {
    let field = Field::text(forms::name_of(column), label(l, column), typed);
    let words = |options: &[(&str, &str)]| {
        options
            .iter()
            .map(|(value, key)| ((*value).to_owned(), l.t(key)))
            .collect::<Vec<_>>()
    };
    let field = match column {
        C::Business => field.among(words(&[
            ("Co-sell", "psc-business-co-sell"),
            ("OEM IoT", "psc-business-oem-iot"),
            ("OEM Licensing", "psc-business-oem-licensing"),
            ("Solution Assessment", "psc-business-solution-assessment"),
        ])),
        C::CoSell => field.among(words(&[("Yes", "psc-yes"), ("No", "psc-no")])),
        C::CustomerCountry => Field::country(l, forms::name_of(column), label(l, column), typed, l.t("psc-none")),
        C::Stage => field.among(
            std::iter::once((String::new(), l.t("psc-none")))
                .chain(["10", "20", "40", "60", "80", "100"].map(|stage| (stage.to_owned(), format!("{stage} %")))),
        ),
        C::CloseDate => field.of("date"),
        C::SolutionCloseDate => field.of("date").hint(l.t("psc-solution-close-hint")),
        C::ContactMail | C::AssignedSeller => field.of("email"),
        C::ContactPhone => field.of("tel"),
        C::Team => field.long().hint(l.t("psc-team-hint")),
        C::Notes => field.long(),
        C::DealRole | C::LicenseProgram => field.hint(l.t("psc-gone-hint")),
        C::Value => field.hint(l.t("psc-value-hint")),
        C::Currency => field.hint(l.t("psc-currency-hint")),
        _ => field,
    };
    field.with(problems)
}

/// The form that changes a deal: with what was typed, or with the deal as it is.
pub fn edit(ctx: &Ctx, id: &str, seen: i64, texts: &DealTexts, typed: Option<&Pairs>, problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let shown = |column: C| match typed {
        Some(pairs) => forms::value(pairs, forms::name_of(column)).to_owned(),
        None => forms::as_typed(column, texts.get(column)),
    };
    FormPage {
        page: Page::new(ctx, &l.t("psc-edit")),
        about: format!("{} · {id}", texts.get(C::Name)),
        back: grid::path(id),
        intro: l.t("psc-edit-intro"),
        warning: None,
        action: format!("{}/edit", grid::path(id)),
        seen: seen.to_string(),
        fields: EDITED
            .into_iter()
            .map(|column| field(l, column, &shown(column), &problems))
            .collect(),
        problems,
        button: l.t("psc-save"),
    }
}

/// The form of a new deal.
pub fn new(ctx: &Ctx, accounts: &[Account], typed: &Pairs, problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let account = Field::text("account", l.t("psc-field-account"), forms::value(typed, "account"))
        .among(
            accounts
                .iter()
                .map(|account| (account.id.clone(), format!("{} · MPN {}", account.name, account.mpn_id))),
        )
        .with(&problems);
    let products = Field::text("products", l.t("psc-field-products"), forms::value(typed, "products"))
        .hint(l.t("psc-products-hint"))
        .with(&problems);
    let others = EDITED
        .into_iter()
        .map(|column| field(l, column, forms::value(typed, forms::name_of(column)), &problems));
    FormPage {
        page: Page::new(ctx, &l.t("psc-new")),
        about: l.t("psc-view-grid"),
        back: "/psc/deals".to_owned(),
        intro: l.t("psc-new-intro"),
        warning: None,
        action: "/psc/deals/new".to_owned(),
        seen: String::new(),
        fields: std::iter::once(account).chain(others).chain([products]).collect(),
        problems,
        button: l.t("psc-create"),
    }
}

/// The form that closes a deal for good.
pub fn closing(ctx: &Ctx, id: &str, name: &str, seen: i64, chosen: &str, problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let none = (String::new(), l.t("psc-choose"));
    let ways = forms::CLOSINGS.map(|(code, _)| (code.to_owned(), l.t(&format!("psc-closing-{code}"))));
    FormPage {
        page: Page::new(ctx, &l.t("psc-close")),
        about: format!("{name} · {id}"),
        back: grid::path(id),
        intro: l.with("psc-close-intro", &[("name", text(name))]),
        warning: Some(l.t("psc-close-warning")),
        action: format!("{}/closing", grid::path(id)),
        seen: seen.to_string(),
        fields: vec![
            Field::text("status", l.t("psc-close-how"), chosen)
                .among(std::iter::once(none).chain(ways))
                .with(&problems),
        ],
        problems,
        button: l.t("psc-close-button"),
    }
}
