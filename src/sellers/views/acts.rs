//! Forms of what is done with a request.

use askama::Template;

use super::RequestView;
use crate::{
    referrals::{
        command::Details,
        raw::{RawDetails, RawReason},
        status::Action,
        words,
    },
    sellers::service::{Colleague, Opened},
    web::{
        Ctx, L10n, Page, countries,
        fields::{Field, FormPage, Problem},
    },
};

/// Microsoft's own facts, as far as there are any.
pub fn details(opened: &Opened) -> RawDetails {
    let side = opened.side.as_ref();
    RawDetails::of(&side.map_or_else(Details::default, |side| Details {
        name: side.name.clone(),
        value: side.value,
        currency: side.currency.clone(),
        close_date: side.close_date,
        crm_id: side.crm_id.clone(),
        campaign_id: String::new(),
        notes: side.notes.clone(),
    }))
}

fn fields(l: L10n, raw: &RawDetails, problems: &[Problem]) -> Vec<Field> {
    vec![
        Field::text("name", l.t("typed-name"), &raw.name).with(problems),
        Field::text("value", l.t("typed-value"), &raw.value)
            .hint(l.t("typed-value-hint"))
            .with(problems),
        Field::text("currency", l.t("typed-currency"), &raw.currency)
            .hint(l.t("typed-currency-hint"))
            .with(problems),
        Field::text("close_date", l.t("typed-close-date"), &raw.close_date)
            .of("date")
            .with(problems),
        Field::text("crm_id", l.t("deal-fact-crm"), &raw.crm_id).with(problems),
        Field::text("notes", l.t("typed-notes"), &raw.notes)
            .long()
            .hint(l.t("request-notes-hint"))
            .with(problems),
    ]
}

/// Accepting, or editing what was accepted. `what`: `accept` or `details`.
pub fn accept(ctx: &Ctx, view: &RequestView, what: &str, seen: &str, raw: &RawDetails, problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let place = if what == "accept" { "acceptance" } else { "details" };
    FormPage {
        page: Page::new(ctx, &l.t(&format!("request-{what}-title"))),
        about: view.name.clone(),
        back: view.path.clone(),
        intro: l.t(&format!("request-{what}-intro")),
        warning: None,
        action: format!("{}/{place}", view.path),
        seen: seen.to_owned(),
        fields: fields(l, raw, &problems),
        problems,
        button: l.t(&format!("request-{what}-button")),
    }
}

/// Declining, winning, losing: final each.
pub fn end(ctx: &Ctx, view: &RequestView, action: Action, seen: &str, raw: &RawReason, problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let code = action.code();
    let mut fields = Vec::new();
    let reasons = words::reasons(l, action);
    if !reasons.is_empty() {
        let none = (String::new(), l.t("typed-reason-none"));
        let choices = reasons.into_iter().map(|(number, words)| (number.to_string(), words));
        fields.push(
            Field::text("reason", l.t("typed-reason"), &raw.reason)
                .among(std::iter::once(none).chain(choices))
                .with(&problems),
        );
        fields.push(
            Field::text("note", l.t("typed-note"), &raw.note)
                .long()
                .hint(l.t("request-end-note-hint"))
                .with(&problems),
        );
    }
    FormPage {
        page: Page::new(ctx, &l.t(&format!("request-{code}-title"))),
        about: view.name.clone(),
        back: view.path.clone(),
        intro: l.t(&format!("request-{code}-intro")),
        warning: Some(l.t("form-final")),
        action: format!("{}/{code}", view.path),
        seen: seen.to_owned(),
        fields,
        problems,
        button: l.t(&format!("request-{code}-button")),
    }
}

pub struct ColleagueView {
    pub id: String,
    pub name: String,
    pub countries: String,
    pub open: String,
}

/// To whom a request is handed over.
#[derive(Template)]
#[template(path = "sellers/hand_over.html")]
pub struct HandOverPage {
    pub page: Page,
    pub about: String,
    pub path: String,
    pub seen: String,
    /// Whose colleagues: those of a country, or all.
    pub country: Field,
    pub colleagues: Vec<ColleagueView>,
    pub problems: Vec<Problem>,
}

impl HandOverPage {
    pub fn new(
        ctx: &Ctx,
        view: &RequestView,
        seen: &str,
        country: Option<&str>,
        (served, colleagues): (&[String], &[Colleague]),
        problems: Vec<Problem>,
    ) -> Self {
        let l = ctx.l;
        let choices = served.iter().map(|code| (code.clone(), countries::name(l, code)));
        let all = std::iter::once((String::new(), l.t("requests-country-all")));
        Self {
            page: Page::new(ctx, &l.t("request-hand-over-title")),
            about: view.name.clone(),
            path: view.path.clone(),
            seen: seen.to_owned(),
            country: Field::text("country", l.t("request-hand-over-country"), country.unwrap_or_default())
                .among(all.chain(choices)),
            colleagues: colleagues
                .iter()
                .map(|colleague| ColleagueView {
                    id: colleague.user.to_string(),
                    name: colleague.name.clone(),
                    countries: colleague
                        .countries
                        .iter()
                        .map(|code| countries::name(l, code))
                        .collect::<Vec<_>>()
                        .join(", "),
                    open: l.count("request-hand-over-open", colleague.open),
                })
                .collect(),
            problems,
        }
    }
}
