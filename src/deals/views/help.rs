//! What a status means, who must act, by when, and what happens if nobody does: told from the same table that decides.

use crate::{
    referrals::{
        service::Deal,
        status::{Action, Status},
    },
    web::L10n,
};

pub struct StatusHelp {
    pub meaning: String,
    pub who: String,
    pub by_when: String,
    /// What can follow: words of each action.
    pub next: Vec<String>,
}

impl StatusHelp {
    pub fn new(l: L10n, deal: &Deal) -> Self {
        let status = deal.status;
        let code = status.code();
        Self {
            meaning: l.t(&format!("status-means-{code}")),
            who: l.t(if status.is_terminal() { "status-nobody" } else { "status-owner" }),
            by_when: match deal.expires_at {
                Some(at) if status.waits() => l.t1("status-by", "when", l.moment(at)),
                _ if status == Status::Accepted => l.t("status-no-deadline"),
                _ => String::new(),
            },
            next: next(l, status),
        }
    }
}

/// The ways out of a status, by the table.
fn next(l: L10n, status: Status) -> Vec<String> {
    let steps = Action::ALL
        .into_iter()
        .filter_map(|action| Some((action, status.step(action)?)));
    steps
        .map(|(action, to)| {
            let to = l.t(&format!("deal-status-{}", to.code()));
            l.t1(&format!("status-step-{}", action.code()), "to", to)
        })
        .collect()
}
