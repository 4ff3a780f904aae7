//! The organisation's identifiers, its locations, and the form of a new one.

use askama::Template;

use super::problems;
use crate::{
    accounts::{
        forms::{Flaw, LocationForm},
        policy::{self, Right},
        service::{
            Person,
            places::{Identifiers, Place},
        },
    },
    auth::Actor,
    web::{
        Ctx, Page, countries,
        fields::{Field, FormPage},
    },
};

#[derive(Template)]
#[template(path = "accounts/organisation.html")]
pub struct OrganisationPage {
    page: Page,
    /// Label and words.
    facts: Vec<(String, String)>,
    domains: Vec<String>,
    admins: Vec<Person>,
}

impl OrganisationPage {
    pub fn new(ctx: &Ctx, identifiers: Identifiers, admins: Vec<Person>) -> Self {
        let l = ctx.l;
        let mut facts = vec![
            (l.t("organisation-legal-name"), identifiers.legal_name),
            (l.t("organisation-country"), countries::name(l, &identifiers.country)),
            (l.t("organisation-tenant"), identifiers.tenant.to_string()),
        ];
        if let Some(mpn_id) = identifiers.mpn_id {
            facts.push((l.t("organisation-mpn"), mpn_id));
            let programmes = [
                (identifiers.isv_connect, "organisation-isv-connect"),
                (identifiers.solution_assessments, "organisation-solution-assessments"),
            ];
            let enrolled: Vec<String> = programmes.into_iter().filter(|(is, _)| *is).map(|(_, key)| l.t(key)).collect();
            let words = if enrolled.is_empty() { l.t("organisation-no-programme") } else { enrolled.join(", ") };
            facts.push((l.t("organisation-programmes"), words));
        }
        Self { page: Page::new(ctx, &l.t("organisation-title")), facts, domains: identifiers.domains, admins }
    }
}

struct Line {
    mpn_id: String,
    name: String,
    legal_entity: String,
    address: String,
    contact: String,
    mail: String,
    phone: String,
}

#[derive(Template)]
#[template(path = "accounts/locations.html")]
pub struct LocationsPage {
    page: Page,
    /// The global MPN ID, which is none of the locations'.
    global: String,
    lines: Vec<Line>,
    may_add: bool,
}

impl LocationsPage {
    pub fn new(ctx: &Ctx, actor: &Actor, places: &[Place]) -> Self {
        let l = ctx.l;
        let line = |place: &Place| Line {
            mpn_id: place.mpn_id.clone(),
            name: place.name.clone(),
            legal_entity: place.legal_entity.clone(),
            address: format!("{}, {}, {}", place.address_line, place.city, countries::name(l, &place.country)),
            contact: place.contact_name.clone(),
            mail: place.contact_mail.clone(),
            phone: place.contact_phone.clone(),
        };
        Self {
            page: Page::new(ctx, &l.t("locations-title")),
            global: actor.mpn_id.clone().unwrap_or_default(),
            lines: places.iter().map(line).collect(),
            may_add: policy::may(actor, Right::AddLocations),
        }
    }
}

pub fn new_location(ctx: &Ctx, form: &LocationForm, flaws: &[Flaw]) -> FormPage {
    let l = ctx.l;
    let problems = problems(l, flaws);
    let text = |id, key: &str, value: &str| Field::text(id, l.t(key), value).with(&problems);
    FormPage {
        page: Page::new(ctx, &l.t("locations-new")),
        about: l.t("locations-title"),
        back: "/account/locations".to_owned(),
        intro: String::new(),
        warning: Some(l.t("locations-new-warning")),
        action: "/account/locations".to_owned(),
        seen: String::new(),
        fields: vec![
            text("mpn_id", "locations-mpn", &form.mpn_id).hint(l.t("locations-mpn-hint")),
            text("name", "locations-name", &form.name).hint(l.t("locations-name-hint")),
            text("legal_entity", "locations-legal-entity", &form.legal_entity),
            text("address_line", "locations-address", &form.address_line),
            text("city", "locations-city", &form.city),
            Field::country(l, "country", l.t("locations-country"), &form.country, l.t("locations-choose-country"))
                .with(&problems),
            text("contact_name", "locations-contact-name", &form.contact_name),
            text("contact_mail", "locations-contact-mail", &form.contact_mail)
                .of("email")
                .hint(l.t("locations-contact-mail-hint")),
            text("contact_phone", "locations-contact-phone", &form.contact_phone)
                .of("tel")
                .hint(l.t("locations-contact-phone-hint")),
        ],
        problems,
        button: l.t("locations-add"),
    }
}
