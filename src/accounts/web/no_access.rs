//! The no-access page.

use askama::Template;
use axum::http::StatusCode;
use futures_util::future::BoxFuture;

use crate::accounts::store::{self, Person};
use crate::{
    app::App,
    web::{Ctx, Page, PageResult, render},
};

#[derive(Template)]
#[template(path = "accounts/no_access.html")]
struct NoAccessPage {
    page: Page,
    reason: String,
    roles: Vec<String>,
    admins: Vec<Person>,
}

/// 403: why, which roles somebody has, and who can grant more (domain.md section 2, "No access").
pub fn no_access(app: App, ctx: Ctx, reason: &'static str) -> BoxFuture<'static, PageResult> {
    Box::pin(async move {
        let Some(actor) = &ctx.actor else { return Err(crate::error::AppError::NotFound) };
        let admins = store::account_admins(&app.db, actor.organisation).await?;
        let page = NoAccessPage {
            page: Page::new(&ctx, &ctx.l.t("no-access-title")),
            reason: ctx.l.t(reason),
            roles: actor
                .roles
                .iter()
                .map(|a| ctx.l.t(&format!("role-{}", a.role.code())))
                .collect(),
            admins,
        };
        let mut response = render(&page)?;
        *response.status_mut() = StatusCode::FORBIDDEN;
        Ok(response)
    })
}
