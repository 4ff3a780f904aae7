//! `docs/status-machine.md` is drawn from the tables that decide, so that a change of what may happen is seen in a review.

use std::fmt::Write;

use partner_portal::{
    referrals::{
        kind::{DealType, Widening},
        reason::Reason,
        stage,
        status::{Action, Status},
    },
    web::{L10n, Lang},
};

const WIDENINGS: [Widening; 3] = [Widening::ShowVendor, Widening::AskVendor, Widening::InvitePartner];

#[test]
fn the_status_machine_page_is_up_to_date() {
    let made = page();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/status-machine.md");
    if std::env::var_os("TESTS_WRITE_DOCS").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(kept, made, "write it anew: TESTS_WRITE_DOCS=1 cargo test the_status_machine_page");
}

fn page() -> String {
    let l = L10n { lang: Lang::En, zone: chrono_tz::UTC };
    let name = |status: Status| l.t(&format!("deal-status-{}", status.code()));
    let steps = |status: Status| {
        Action::ALL
            .into_iter()
            .filter_map(move |action| Some((action, status.step(action)?)))
    };
    let mut page = "# The life cycle of a referral\n\nDrawn by a test (`tests/referrals/machine.rs`) from `referrals::status`, `kind`, `reason` and `stage`, which \
                    decide it; written anew with `TESTS_WRITE_DOCS=1 cargo test the_status_machine_page`.\n\nEvery organisation of a deal has a \
                    referral of its own, and each goes its own way through this. What its organisation made begins as *Accepted*, what was sent to it as \
                    *Pending*.\n\n```mermaid\nstateDiagram-v2\n    [*] --> pending: sent to it\n    [*] --> accepted: made by it\n"
        .to_owned();
    for status in Status::ALL {
        for (action, to) in steps(status) {
            writeln!(page, "    {} --> {}: {}", status.code(), to.code(), action.code()).unwrap();
        }
    }
    for status in Status::ALL.into_iter().filter(|status| status.is_terminal()) {
        writeln!(page, "    {} --> [*]", status.code()).unwrap();
    }
    page.push_str(
        "```\n\n| From | What happens | To | Until when | Reason | Details must be complete |\n|---|---|---|---|---|---|\n",
    );
    for status in Status::ALL {
        for (action, to) in steps(status) {
            let reasons = Reason::of(action).count();
            writeln!(
                page,
                "| {} | {} | {} | {} | {} | {} |",
                name(status),
                action.code(),
                name(to),
                match action {
                    _ if action.answers() => "the deadline",
                    Action::Expire => "from the deadline on, by itself",
                    _ => "always",
                },
                if reasons == 0 { "none".to_owned() } else { format!("one of {reasons}") },
                if action.needs_details() && status == Status::Accepted { "yes" } else { "no" },
            )
            .unwrap();
        }
    }
    page.push_str("\nWhat is *Won*, *Lost*, *Declined*, *Expired* or *Created by mistake* is final: it can be neither edited nor reopened.\n\n## Stages of what is accepted\n\n");
    page.push_str("| Type | From | Can follow | Can be won |\n|---|---|---|---|\n");
    for kind in [DealType::CoSell, DealType::SolutionAssessment] {
        for from in std::iter::once(stage::FIRST).chain(stage::all()) {
            let next: Vec<String> = stage::all()
                .into_iter()
                .filter(|to| stage::may_set(kind, Some(from), *to))
                .map(|to| format!("{to} %"))
                .collect();
            let next = if next.is_empty() { "none".to_owned() } else { next.join(", ") };
            let won = if stage::may_win(kind, Some(from)) { "yes" } else { "no" };
            writeln!(page, "| {} | {from} % | {next} | {won} |", l.t(&format!("deal-type-{}", kind.code()))).unwrap();
        }
    }
    page.push_str("\n## What a type becomes\n\nA type never goes back.\n\n| Type | Shown to Microsoft | Microsoft is asked | Another partner is invited |\n|---|---|---|---|\n");
    for kind in DealType::DEALS {
        let cells = WIDENINGS.map(|by| {
            kind.widen(by)
                .map_or("not possible".to_owned(), |to| l.t(&format!("deal-type-{}", to.code())))
        });
        writeln!(page, "| {} | {} |", l.t(&format!("deal-type-{}", kind.code())), cells.join(" | ")).unwrap();
    }
    page
}
