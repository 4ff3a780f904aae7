//! A deal's products.

use askama::Template;

use super::{Frame, grid, why_not};
use crate::{
    auth::Actor,
    catalogue::service::Solution,
    psc::{
        import::{Column, DealColumn as C, texts::StoredDeal},
        portal::{
            forms::ProductForm,
            rules::Act,
            service::{Account, Desk},
        },
    },
    web::{Ctx, Page, fields::Problem},
};

struct Line {
    id: String,
    /// In the catalogue; empty: it does not know it.
    name: String,
    quantity: String,
    price: String,
}

#[derive(Template)]
#[template(path = "psc/portal/products.html")]
pub struct ProductsPage {
    page: Page,
    frame: Frame,
    deal: String,
    back: String,
    action: String,
    seen: String,
    lines: Vec<Line>,
    /// What could not be read, as it came.
    unread: Option<String>,
    /// ID and name.
    offered: Vec<(String, String)>,
    typed: ProductForm,
    problems: Vec<Problem>,
    why_not: Option<String>,
}

impl ProductsPage {
    /// `known`: what the catalogue knows of the deal's products; `offered`: what can be added.
    #[expect(clippy::too_many_arguments, reason = "a page shows what there is")]
    pub fn new(
        ctx: &Ctx,
        actor: &Actor,
        desk: &Desk,
        accounts: &[Account],
        deal: &StoredDeal,
        (known, offered): (&[Solution], &[Solution]),
        typed: ProductForm,
        problems: Vec<Problem>,
    ) -> Self {
        let l = ctx.l;
        let path = grid::path(&deal.psc_deal_id);
        let number = |number: Option<rust_decimal::Decimal>| number.map(|n| n.normalize().to_string()).unwrap_or_default();
        let unread = deal
            .unreadable
            .as_ref()
            .and_then(|cells| Some(cells.get(C::Products.name())?.as_str()?.to_owned()));
        Self {
            page: Page::new(ctx, &l.t("psc-view-products")),
            frame: Frame::new(ctx, actor, desk, accounts, "products"),
            deal: format!("{} · {}", deal.name, deal.psc_deal_id),
            action: format!("{path}/products"),
            back: path,
            seen: deal.digest.to_string(),
            lines: deal
                .products()
                .map(|product| Line {
                    id: product.id.to_owned(),
                    name: known
                        .iter()
                        .find(|s| s.id == product.id)
                        .map(|s| s.name.clone())
                        .unwrap_or_default(),
                    quantity: number(product.quantity),
                    price: number(product.price),
                })
                .collect(),
            unread,
            offered: offered
                .iter()
                .map(|solution| (solution.id.clone(), solution.name.clone()))
                .collect(),
            typed,
            problems,
            why_not: if deal.is_open() { why_not(l, desk, Act::Edit) } else { Some(l.t("psc-terminal")) },
        }
    }
}
