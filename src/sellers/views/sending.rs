//! Starting a deal or a lead: to whom, what, and what it will be.

use askama::Template;

use crate::{
    referrals::words::{Fact, fact},
    sellers::{
        forms::{FindQuery, SendForm},
        service::{Found, Partner},
    },
    web::{
        Ctx, L10n, Page, countries,
        fields::{Field, Problem},
        written::{joined, person},
    },
};

pub struct FoundView {
    pub path: String,
    pub name: String,
    pub more: String,
}

/// Whom it is for.
#[derive(Template)]
#[template(path = "sellers/find.html")]
pub struct FindPage {
    pub page: Page,
    pub search: Field,
    pub country: Field,
    pub found: Vec<FoundView>,
    /// Something was looked for.
    pub searched: bool,
}

impl FindPage {
    pub fn new(ctx: &Ctx, query: &FindQuery, found: &[Found]) -> Self {
        let l = ctx.l;
        Self {
            page: Page::new(ctx, &l.t("send-title")),
            search: Field::text("q", l.t("send-find"), &query.q).hint(l.t("send-find-hint")),
            country: Field::country(l, "country", l.t("send-find-country"), &query.country, l.t("requests-country-all")),
            found: found
                .iter()
                .map(|partner| FoundView {
                    path: format!("/requests/new?partner={}", partner.id),
                    name: partner.name.clone(),
                    more: format!("MPN {} · {}", partner.mpn_id, countries::name(l, &partner.country)),
                })
                .collect(),
            searched: !query.q.trim().is_empty(),
        }
    }
}

/// What is sent.
#[derive(Template)]
#[template(path = "sellers/send.html")]
pub struct SendPage {
    pub page: Page,
    pub partner: String,
    pub partner_name: String,
    pub kind: Field,
    pub location: Field,
    pub wanted: bool,
    /// Parts of the form, each under its heading.
    pub parts: Vec<(String, Vec<Field>)>,
    pub problems: Vec<Problem>,
}

impl SendPage {
    pub fn new(ctx: &Ctx, form: &SendForm, partner: &Partner, problems: Vec<Problem>) -> Self {
        let l = ctx.l;
        let text = |id: &'static str, key: &str, value: &str| Field::text(id, l.t(key), value).with(&problems);
        let none = (String::new(), l.t1("send-location-none", "mpn", &partner.mpn_id));
        let places = partner
            .locations
            .iter()
            .map(|(id, name, mpn)| (id.to_string(), format!("{name} · MPN {mpn}")));
        let customer = vec![
            text("customer-name", "send-customer-name", &form.customer_name),
            text("customer-line1", "send-customer-line1", &form.customer_line1),
            text("customer-line2", "send-customer-line2", &form.customer_line2),
            text("customer-city", "send-customer-city", &form.customer_city),
            text("customer-state", "send-customer-state", &form.customer_state),
            text("customer-postal_code", "send-customer-postal-code", &form.customer_postal_code),
            Field::country(
                l,
                "customer-country",
                l.t("send-customer-country"),
                &form.customer_country,
                l.t("send-country-none"),
            )
            .with(&problems),
        ];
        let contact = vec![
            text("contact-first_name", "send-first-name", &form.contact_first_name),
            text("contact-last_name", "send-last-name", &form.contact_last_name),
            text("contact-phone", "send-phone", &form.contact_phone).of("tel"),
            text("contact-mail", "send-mail", &form.contact_mail).of("email"),
        ];
        let raw = &form.details;
        let details = vec![
            text("name", "typed-name", &raw.name),
            text("value", "typed-value", &raw.value).hint(l.t("typed-value-hint")),
            text("currency", "typed-currency", &raw.currency).hint(l.t("typed-currency-hint")),
            text("close_date", "typed-close-date", &raw.close_date).of("date"),
            text("solutions", "send-solutions", &form.solutions).hint(l.t("send-solutions-hint")),
            text("notes", "typed-notes", &raw.notes).long().hint(l.t("request-notes-hint")),
        ];
        Self {
            page: Page::new(ctx, &l.t("send-title")),
            partner: partner.id.to_string(),
            partner_name: partner.name.clone(),
            kind: Field::text("kind", l.t("send-kind"), &form.kind)
                .among(kinds(l))
                .with(&problems),
            location: Field::text("location", l.t("send-location"), &form.location)
                .among(std::iter::once(none).chain(places))
                .with(&problems),
            wanted: !form.wanted.is_empty(),
            parts: vec![
                (l.t("send-part-details"), details),
                (l.t("send-part-customer"), customer),
                (l.t("send-part-contact"), contact),
            ],
            problems,
        }
    }
}

fn kinds(l: L10n) -> Vec<(String, String)> {
    crate::sellers::forms::KINDS
        .map(|kind| (kind.to_owned(), l.t(&format!("send-kind-{kind}"))))
        .into()
}

/// What would be sent, before it is.
#[derive(Template)]
#[template(path = "sellers/check.html")]
pub struct CheckPage {
    pub page: Page,
    pub intro: String,
    pub facts: Vec<Fact>,
    /// The form again, hidden.
    pub hidden: Vec<(&'static str, String)>,
}

impl CheckPage {
    /// `days`: how long the partner has to answer.
    pub fn new(ctx: &Ctx, form: &SendForm, partner: &Partner, days: u32) -> Self {
        let l = ctx.l;
        let kind = kinds(l)
            .into_iter()
            .find(|(code, _)| *code == form.kind)
            .map(|(_, words)| words);
        let place = partner.locations.iter().find(|(id, ..)| id.to_string() == form.location);
        let place = place.map_or_else(|| format!("MPN {}", partner.mpn_id), |(_, name, mpn)| format!("{name} · MPN {mpn}"));
        let raw = &form.details;
        let town = joined([&form.customer_postal_code, &form.customer_city, &form.customer_state], " ");
        let country = countries::name(l, &form.customer_country);
        let address = joined([&form.customer_line1, &form.customer_line2, &town, &country], ", ");
        let contact = joined([&person(&form.contact_first_name, &form.contact_last_name), &form.contact_phone], " · ");
        let value = raw.parse().ok().and_then(|d| Some(l.money(d.value?, d.currency.as_deref()?)));
        let date = raw.parse().ok().and_then(|d| d.close_date).map(|date| l.date(date));
        let mut facts = vec![
            fact(l.t("send-kind"), kind.unwrap_or_default()),
            Fact { more: place, ..fact(l.t("send-partner"), partner.name.clone()) },
            fact(l.t("typed-name"), raw.name.clone()),
            Fact { more: address, ..fact(l.t("deal-fact-customer"), form.customer_name.clone()) },
            Fact { mail: form.contact_mail.clone(), ..fact(l.t("deal-fact-contact"), contact) },
            fact(l.t("deal-fact-value"), value.unwrap_or_default()),
            fact(l.t("deal-fact-close-date"), date.unwrap_or_default()),
            fact(l.t("deal-solutions"), form.solution_ids().join(", ")),
            fact(
                l.t("send-wanted"),
                if form.is_lead() && !form.wanted.is_empty() { l.t("send-wanted-yes") } else { String::new() },
            ),
            fact(l.t("send-own-notes"), raw.notes.clone()),
        ];
        facts.retain(|fact| !fact.text.is_empty() || !fact.mail.is_empty());
        Self {
            page: Page::new(ctx, &l.t("send-check-title")),
            intro: l.t1("send-check-intro", "days", days),
            facts,
            hidden: hidden(form),
        }
    }
}

fn hidden(form: &SendForm) -> Vec<(&'static str, String)> {
    let raw = &form.details;
    [
        ("partner", &form.partner),
        ("location", &form.location),
        ("kind", &form.kind),
        ("wanted", &form.wanted),
        ("customer-name", &form.customer_name),
        ("customer-line1", &form.customer_line1),
        ("customer-line2", &form.customer_line2),
        ("customer-city", &form.customer_city),
        ("customer-state", &form.customer_state),
        ("customer-postal_code", &form.customer_postal_code),
        ("customer-country", &form.customer_country),
        ("contact-first_name", &form.contact_first_name),
        ("contact-last_name", &form.contact_last_name),
        ("contact-phone", &form.contact_phone),
        ("contact-mail", &form.contact_mail),
        ("solutions", &form.solutions),
        ("name", &raw.name),
        ("value", &raw.value),
        ("currency", &raw.currency),
        ("close_date", &raw.close_date),
        ("notes", &raw.notes),
    ]
    .map(|(name, value)| (name, value.clone()))
    .into()
}
