//! What the deals page says about the migration (domain.md section 7, "Banner").

use chrono::{DateTime, Utc};

use super::Banner;
use crate::{
    migration::{
        deals::service::{Notice, RunView},
        run::Run,
    },
    web::L10n,
};

const MIGRATION: &str = "/migration/deals";

/// In progress, completed with its report, or what can be done about what is left.
pub fn banner(l: L10n, notice: &Notice, now: DateTime<Utc>) -> Banner {
    match notice {
        Notice::Waiting { eligible } => Banner {
            text: l.count("banner-waiting", *eligible),
            more: String::new(),
            tone: "",
            progress: None,
            link: Some((l.t("banner-start"), MIGRATION.to_owned())),
        },
        Notice::Live(run) => of_run(l, run, now, ("banner-see-progress", true)),
        Notice::AllDone(run) => of_run(l, run, now, ("banner-see-report", true)),
        Notice::Remaining { run, eligible: 0 } => of_run(l, run, now, ("banner-see-report", true)),
        Notice::Remaining { run, .. } => {
            let mut banner = of_run(l, run, now, ("banner-retry", false));
            banner.more = l.t("banner-remaining");
            banner
        }
    }
}

fn of_run(l: L10n, run: &Run, now: DateTime<Utc>, (label, to_run): (&str, bool)) -> Banner {
    let view = RunView::new(&l, run, now);
    let path = if to_run { view.path } else { MIGRATION.to_owned() };
    Banner {
        text: view.headline,
        more: view.overdue.unwrap_or(view.detail),
        tone: view.tone,
        progress: view.live.then(|| (view.done.into(), view.total.into())),
        link: Some((l.t(label), path)),
    }
}
