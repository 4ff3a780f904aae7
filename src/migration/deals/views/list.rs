use askama::Template;

use crate::{
    migration::deals::{readiness::Standing, store::standings::Listed},
    referrals::missing::{Detail, Missing},
    web::{Ctx, Page},
};

struct Row {
    deal_id: String,
    name: String,
    customer: String,
    account: String,
    mpn_id: String,
    created: String,
    missing: Vec<String>,
    referral: Option<String>,
}

/// PSC deals of one standing.
#[derive(Template)]
#[template(path = "migration/deals/list.html")]
pub struct ListPage {
    page: Page,
    heading: String,
    remedy: String,
    rows: Vec<Row>,
    csv: String,
    next: Option<String>,
}

impl ListPage {
    pub fn new(ctx: &Ctx, standing: Standing, detail: Option<Detail>, rows: &[Listed], more: bool) -> Self {
        let l = ctx.l;
        let named = |detail: Detail| l.t(&format!("missing-{}", detail.code().replace('_', "-")));
        let heading = match detail {
            Some(detail) => l.t1("list-missing", "detail", named(detail)),
            None => l.t(&format!("list-{}", standing.key())),
        };
        let query = format!(
            "standing={}{}",
            standing.code(),
            detail.map(|d| format!("&missing={}", d.code())).unwrap_or_default()
        );
        let row = |listed: &Listed| Row {
            deal_id: listed.psc_deal_id.clone(),
            name: listed.name.clone(),
            customer: listed.customer_name.clone(),
            account: listed.account_name.clone(),
            mpn_id: listed.mpn_id.clone(),
            created: l.date(listed.created_on),
            missing: Missing(listed.missing).details().map(named).collect(),
            referral: listed.referral.map(|id| id.to_string()),
        };
        Self {
            page: Page::new(ctx, &heading),
            heading,
            remedy: l.t(&format!("standing-{}-remedy", standing.key())),
            next: rows.last().filter(|_| more).map(|last| {
                let after: String = url::form_urlencoded::byte_serialize(last.psc_deal_id.as_bytes()).collect();
                format!("/migration/deals/list?{query}&after={after}")
            }),
            rows: rows.iter().map(row).collect(),
            csv: format!("/migration/deals/list.csv?{query}"),
        }
    }
}
