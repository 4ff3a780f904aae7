//! Saved views: links beside a list, and the page on which they are kept in order.

use askama::Template;

use crate::{
    deals::{
        forms::{list::Looking, views::ViewForm},
        saved::service::{NAME_MAX, SavedView},
    },
    ids::ViewId,
    referrals::filter::Kind,
    web::{Ctx, Page, fields::Problem},
};

pub struct ViewLink {
    pub name: String,
    pub path: String,
    pub current: bool,
}

/// Beside the list that is looked at.
pub fn links(saved: &[SavedView], looking: &Looking) -> Vec<ViewLink> {
    let here = looking.query();
    saved
        .iter()
        .map(|view| {
            let there = Looking::read(looking.filter.kind, &view.query);
            ViewLink { name: view.name.clone(), path: there.address(), current: there.query() == here }
        })
        .collect()
}

pub struct ViewRow {
    /// Of the row's name field.
    pub field: String,
    pub action: String,
    /// As it is kept.
    pub title: String,
    /// As it is typed.
    pub name: String,
    pub path: String,
    pub is_default: bool,
}

#[derive(Template)]
#[template(path = "deals/views.html")]
pub struct ViewsPage {
    pub page: Page,
    pub rows: Vec<ViewRow>,
    /// What is about to be saved: its query and what was typed.
    pub new: Option<ViewForm>,
    pub longest: usize,
    pub problems: Vec<Problem>,
}

impl ViewsPage {
    pub fn new(ctx: &Ctx, saved: &[SavedView]) -> Self {
        let rows = saved.iter().map(|view| ViewRow {
            field: format!("name-{}", view.id),
            action: format!("/deals/views/{}", view.id),
            title: view.name.clone(),
            name: view.name.clone(),
            path: Looking::read(Kind::Deal, &view.query).address(),
            is_default: view.is_default,
        });
        Self {
            rows: rows.collect(),
            new: None,
            longest: NAME_MAX,
            problems: Vec::new(),
            page: Page::new(ctx, &ctx.l.t("views-title")),
        }
    }

    /// With what was refused, as typed; `None`: a new view.
    pub fn refused(mut self, ctx: &Ctx, id: Option<ViewId>, form: ViewForm, key: &str) -> Self {
        let field = id.map_or_else(|| "view-name".to_owned(), |id| format!("name-{id}"));
        for row in self.rows.iter_mut().filter(|row| row.field == field) {
            row.name.clone_from(&form.name);
        }
        if id.is_none() {
            self.new = Some(form);
        }
        self.problems = vec![Problem { field, words: ctx.l.t(key) }];
        self
    }
}
