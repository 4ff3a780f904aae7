//! What every page has: language, person, navigation, form token.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use super::{Ctx, L10n, Lang, Who, assets};
use crate::{auth::Actor, error::AppError};

/// An entry of the navigation, taken from the route table.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Locale key of the group's heading; empty for the first group.
    pub group: &'static str,
    pub key: &'static str,
    pub path: &'static str,
    pub who: Who,
}

pub struct NavLink {
    pub group: Option<String>,
    pub label: String,
    pub path: &'static str,
    pub current: bool,
}

/// The bell counts no further, so that it costs the same however much is unread.
pub const BELL_CAP: i64 = 100;

/// The way to the notifications.
pub struct Bell {
    /// For screen readers.
    pub label: String,
    /// `7`, `99+`; none: everything is read.
    pub number: Option<String>,
}

impl Bell {
    fn new(l: &L10n, unread: i64) -> Self {
        match unread {
            ..1 => Self { label: l.t("notifications-bell"), number: None },
            1..BELL_CAP => Self { label: l.count("notifications-bell-unread", unread), number: Some(unread.to_string()) },
            _ => Self { label: l.t("notifications-bell-many"), number: Some("99+".to_owned()) },
        }
    }
}

/// The frame of a page. Templates print it through `layouts/base.html`.
pub struct Page {
    pub l: L10n,
    pub title: String,
    pub actor: Option<Actor>,
    pub csrf: String,
    pub nav: Vec<NavLink>,
    pub bell: Bell,
    pub flash: Option<String>,
    pub address: String,
    pub theme: Option<String>,
}

impl Page {
    /// A page with this title, already in the reader's language.
    pub fn new(ctx: &Ctx, title: &str) -> Self {
        let mut group = "";
        // Nothing to go to before a password of one's own is chosen.
        let nav = ctx.actor.as_ref().filter(|_| !ctx.password_due).map_or_else(Vec::new, |actor| {
            ctx.nav
                .iter()
                .filter(|item| item.who.lets(Some(actor)))
                .map(|item| {
                    let heading = (item.group != group && !item.group.is_empty()).then(|| ctx.l.t(item.group));
                    group = item.group;
                    NavLink {
                        group: heading,
                        label: ctx.l.t(item.key),
                        path: item.path,
                        current: within(&ctx.address, item.path),
                    }
                })
                .collect()
        });
        Self {
            l: ctx.l,
            title: title.to_owned(),
            actor: ctx.actor.clone(),
            csrf: ctx.csrf.clone(),
            nav,
            bell: Bell::new(&ctx.l, ctx.unread),
            flash: ctx.flash.as_ref().map(|flash| flash.words(&ctx.l)),
            address: ctx.address.clone(),
            theme: ctx.actor.as_ref().and_then(|a| a.theme.clone()),
        }
    }

    pub fn lang(&self) -> &'static str {
        self.l.lang.code()
    }

    pub fn t(&self, key: &str) -> String {
        self.l.t(key)
    }

    pub fn asset(&self, name: &str) -> String {
        assets::path(name)
    }

    /// Whether this is the page at a path.
    pub fn is_at(&self, path: &str) -> bool {
        self.address.split('?').next() == Some(path)
    }

    /// Words with one argument, for templates.
    pub fn t1(&self, key: &str, name: &'static str, value: impl ToString) -> String {
        self.l.t1(key, name, value)
    }

    /// The other languages: code and own name.
    pub fn languages(&self) -> Vec<(&'static str, String)> {
        Lang::ALL
            .into_iter()
            .filter(|lang| *lang != self.l.lang)
            .map(|lang| (lang.code(), L10n { lang, zone: self.l.zone }.t("language-name")))
            .collect()
    }

    pub fn organisation(&self) -> Option<String> {
        let actor = self.actor.as_ref()?;
        Some(match &actor.mpn_id {
            Some(mpn) => format!("{} · MPN {mpn}", actor.organisation_name),
            None => actor.organisation_name.clone(),
        })
    }
}

fn within(address: &str, path: &str) -> bool {
    let plain = address.split('?').next().unwrap_or_default();
    plain
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A template as an HTML answer.
///
/// # Errors
/// When the template fails, which no template of ours does on purpose.
pub fn render(template: &impl Template) -> Result<Response, AppError> {
    Ok(Html(template.render()?).into_response())
}
