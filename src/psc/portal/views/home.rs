//! Home and notifications.

use askama::Template;

use super::{Frame, Notice, why_not};
use crate::{
    auth::Actor,
    psc::portal::{
        rules::Act,
        service::{Account, Counts, Desk, MOST},
    },
    web::{Ctx, L10n, Page},
};

struct Card {
    label: String,
    number: String,
    path: &'static str,
    link: String,
}

#[derive(Template)]
#[template(path = "psc/portal/home.html")]
pub struct HomePage {
    page: Page,
    frame: Frame,
    cards: Vec<Card>,
    /// Why no deal can be made.
    no_new: Option<String>,
    /// What can be exported: all three by those who have everything.
    files: &'static [&'static str],
}

fn capped(l: L10n, count: i64) -> String {
    if count > MOST { l.t1("psc-more-than", "count", l.number(MOST)) } else { l.number(count) }
}

impl HomePage {
    pub fn new(ctx: &Ctx, actor: &Actor, desk: &Desk, accounts: &[Account], counts: Counts) -> Self {
        let l = ctx.l;
        let card = |key: &str, count: i64, path| Card {
            label: l.t(&format!("psc-card-{key}")),
            number: capped(l, count),
            path,
            link: l.t("psc-card-see"),
        };
        Self {
            page: Page::new(ctx, &l.t("psc-title")),
            frame: Frame::new(ctx, actor, desk, accounts, "home"),
            cards: vec![
                card("open", counts.open, "/psc/deals?status=open"),
                card("incomplete", counts.incomplete, "/psc/clean-up"),
                card("overdue", counts.overdue, "/psc/deals?status=open&sort=close"),
            ],
            no_new: why_not(l, desk, Act::Create),
            files: if desk.access.everything { &["accounts.csv", "users.csv", "deals.csv"] } else { &["deals.csv"] },
        }
    }
}

/// PSC's notifications: what is to be known now.
#[derive(Template)]
#[template(path = "psc/portal/notifications.html")]
pub struct NoticesPage {
    page: Page,
    frame: Frame,
    notices: Vec<Notice>,
}

/// What deals need.
#[derive(Clone, Copy, Debug)]
pub struct Notices {
    pub counts: Counts,
}

impl NoticesPage {
    pub fn new(ctx: &Ctx, actor: &Actor, desk: &Desk, accounts: &[Account], needs: Notices) -> Self {
        let l = ctx.l;
        let mut frame = Frame::new(ctx, actor, desk, accounts, "notifications");
        let mut notices = std::mem::take(&mut frame.notices);
        let mut deals = |key: &str, count: i64, path: &str| {
            if count > 0 {
                let words = l.t1(&format!("psc-notice-{key}"), "count", capped(l, count));
                notices.push(Notice { tone: "warn", words, link: Some((l.t("psc-card-see"), path.to_owned())) });
            }
        };
        deals("incomplete", needs.counts.incomplete, "/psc/clean-up");
        deals("overdue", needs.counts.overdue, "/psc/deals?status=open&sort=close");
        Self { page: Page::new(ctx, &l.t("psc-view-notifications")), frame, notices }
    }
}
