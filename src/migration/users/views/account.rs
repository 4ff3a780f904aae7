use askama::Template;

use super::words;
use crate::{
    migration::users::store::standings::Listed,
    web::{Ctx, Page, written},
};

/// Names the work account of a PSC user.
#[derive(Template)]
#[template(path = "migration/users/account.html")]
pub struct AccountPage {
    page: Page,
    name: String,
    psc_mail: String,
    psc: String,
    reason: String,
    action: String,
    typed: String,
    named: bool,
    problem: Option<String>,
}

impl AccountPage {
    /// `typed`: what was sent; else what was named before. `problem`: a locale key.
    pub fn new(ctx: &Ctx, user: &Listed, typed: Option<&str>, problem: Option<&str>) -> Self {
        let l = ctx.l;
        let id: String = url::form_urlencoded::byte_serialize(user.psc_user_id.as_bytes()).collect();
        Self {
            page: Page::new(ctx, &l.t("user-account-title")),
            name: written::person(&user.first_name, &user.last_name),
            psc_mail: user.psc_mail.clone(),
            psc: format!("{} · {} ({})", words::psc_role(&l, &user.psc_role), user.psc_account_name, user.psc_account_id),
            reason: words::reason(&l, &user.standing),
            action: format!("/migration/users/accounts/{}", id.replace('+', "%20")),
            typed: typed.or(user.work_mail.as_deref()).unwrap_or_default().to_owned(),
            named: user.work_mail.is_some(),
            problem: problem.map(|key| l.t(key)),
        }
    }
}
