//! A seller's settings.

use askama::Template;

use crate::{
    sellers::forms::SettingsForm,
    web::{
        Ctx, Page, countries,
        fields::{Field, Problem},
    },
};

#[derive(Template)]
#[template(path = "sellers/settings.html")]
pub struct SettingsPage {
    pub page: Page,
    pub phone: Field,
    /// Code and name of each that is served.
    pub countries: Vec<(String, String)>,
    pub add: Field,
    pub problems: Vec<Problem>,
}

impl SettingsPage {
    pub fn new(ctx: &Ctx, form: &SettingsForm, problems: Vec<Problem>) -> Self {
        let l = ctx.l;
        Self {
            page: Page::new(ctx, &l.t("seller-settings-title")),
            phone: Field::text("phone", l.t("seller-settings-phone"), &form.phone)
                .of("tel")
                .hint(l.t("seller-settings-phone-hint"))
                .with(&problems),
            countries: form
                .countries
                .iter()
                .map(|code| (code.clone(), countries::name(l, code)))
                .collect(),
            add: Field::country(l, "add", l.t("seller-settings-add"), &form.add, l.t("seller-settings-add-none")).with(&problems),
            problems,
        }
    }
}
