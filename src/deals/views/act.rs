//! Forms of what is done with a deal, and which of them it offers.

use chrono::{DateTime, Utc};

use crate::{
    deals::forms::{NoteForm, deal_path},
    referrals::{
        command::{Details, Seen},
        kind::DealType,
        raw::{RawDetails, RawReason},
        service::Deal,
        stage,
        status::{Action, Status},
        words,
    },
    web::{
        Ctx, L10n, Page,
        fields::{Field, FormPage, Problem},
    },
};

/// Whether the deal offers an action now: the table, the deadline, and that nothing is missing.
pub fn may(deal: &Deal, action: Action, now: DateTime<Utc>) -> bool {
    deal.status.step(action).is_some()
        && !(action.answers() && deal.expires_at.is_some_and(|deadline| deadline <= now))
        && !(action.needs_details() && deal.status == Status::Accepted && deal.missing != 0)
        && (action != Action::Win || stage::may_win(deal.deal_type, deal.stage))
}

/// A link to an action's form.
pub struct ActLink {
    pub label: String,
    pub path: String,
    pub primary: bool,
}

/// The actions of the table that the deal offers, in its order.
pub fn links(l: L10n, deal: &Deal, now: DateTime<Utc>) -> Vec<ActLink> {
    [
        (Action::Accept, "acceptance", true),
        (Action::Decline, "decline", false),
        (Action::Win, "win", true),
        (Action::Lose, "loss", false),
        (Action::Withdraw, "withdrawal", false),
    ]
    .into_iter()
    .filter(|(action, ..)| may(deal, *action, now))
    .map(|(action, place, primary)| ActLink {
        label: l.t(&format!("deal-do-{}", action.code())),
        path: format!("{}/{place}", deal_path(deal.referral_id)),
        primary,
    })
    .collect()
}

/// Setting the sales stage, where it can be set.
pub struct StageView {
    pub path: String,
    pub seen: String,
    /// Value and words.
    pub stages: Vec<(i16, String)>,
}

pub fn stages(l: L10n, deal: &Deal) -> Option<StageView> {
    let kind = deal.deal_type;
    let stages: Vec<_> = stage::all()
        .into_iter()
        .filter(|to| stage::may_set(kind, deal.stage, *to))
        .map(|to| (to, words::stage(l, kind, to)))
        .collect();
    (deal.status == Status::Accepted && !stages.is_empty()).then(|| StageView {
        path: format!("{}/stage", deal_path(deal.referral_id)),
        seen: seen_of(deal).text(),
        stages,
    })
}

pub const fn seen_of(deal: &Deal) -> Seen {
    Seen { referral: deal.version, engagement: deal.engagement_version }
}

/// As the acceptance's form begins: what was sent.
pub fn details(deal: &Deal) -> RawDetails {
    RawDetails::of(&Details {
        name: deal.name.clone(),
        value: deal.value,
        currency: deal.currency.clone(),
        close_date: deal.close_date,
        crm_id: deal.crm_id.clone(),
        campaign_id: deal.campaign_id.clone(),
        notes: deal.notes.clone(),
    })
}

pub fn named(l: L10n, deal: &Deal) -> String {
    if deal.name.is_empty() { l.t("deal-no-name") } else { deal.name.clone() }
}

pub fn accept(ctx: &Ctx, deal: &Deal, seen: Seen, raw: &RawDetails, problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let back = deal_path(deal.referral_id);
    FormPage {
        page: Page::new(ctx, &l.t("deal-accept-title")),
        about: named(l, deal),
        intro: l.t("deal-accept-intro"),
        warning: None,
        action: format!("{back}/acceptance"),
        back,
        seen: seen.text(),
        fields: vec![
            Field::text("name", l.t("typed-name"), &raw.name).with(&problems),
            Field::text("value", l.t("typed-value"), &raw.value)
                .hint(l.t("typed-value-hint"))
                .with(&problems),
            Field::text("currency", l.t("typed-currency"), &raw.currency)
                .hint(l.t("typed-currency-hint"))
                .with(&problems),
            Field::text("close_date", l.t("typed-close-date"), &raw.close_date)
                .of("date")
                .with(&problems),
            Field::text("crm_id", l.t("deal-fact-crm"), &raw.crm_id).with(&problems),
            Field::text("notes", l.t("typed-notes"), &raw.notes).long().with(&problems),
        ],
        problems,
        button: l.t("deal-do-accept"),
    }
}

/// Declined, won, lost or withdrawn: final each.
pub fn end(ctx: &Ctx, deal: &Deal, action: Action, seen: Seen, raw: &RawReason, problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let back = deal_path(deal.referral_id);
    let place = match action {
        Action::Decline => "decline",
        Action::Win => "win",
        Action::Lose => "loss",
        _ => "withdrawal",
    };
    let mut fields = Vec::new();
    let reasons = words::reasons(l, action);
    if !reasons.is_empty() {
        let none = (String::new(), l.t("typed-reason-none"));
        let choices = reasons.into_iter().map(|(number, words)| (number.to_string(), words));
        fields.push(
            Field::text("reason", l.t("typed-reason"), &raw.reason)
                .among(std::iter::once(none).chain(choices))
                .with(&problems),
        );
        fields.push(
            Field::text("note", l.t("typed-note"), &raw.note)
                .long()
                .hint(l.t("deal-end-note-hint"))
                .with(&problems),
        );
    }
    FormPage {
        page: Page::new(ctx, &l.t(&format!("deal-{}-title", action.code()))),
        about: named(l, deal),
        intro: l.t(&format!("deal-{}-intro", action.code())),
        warning: Some(l.t("form-final")),
        action: format!("{back}/{place}"),
        back,
        seen: seen.text(),
        fields,
        problems,
        button: l.t(&format!("deal-do-{}", action.code())),
    }
}

/// A note by itself, when it was refused.
pub fn note(ctx: &Ctx, deal: &Deal, form: &NoteForm, problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let back = deal_path(deal.referral_id);
    let alone = matches!(deal.deal_type, DealType::Private);
    let mut fields = vec![Field::text("note", l.t("deal-note"), &form.note).long().with(&problems)];
    if !alone {
        fields.push(
            Field::text("shared", l.t("deal-note-for"), &form.shared)
                .among([(String::new(), l.t("deal-note-own")), ("yes".to_owned(), l.t("deal-note-shared"))]),
        );
    }
    FormPage {
        page: Page::new(ctx, &l.t("deal-note-title")),
        about: named(l, deal),
        intro: String::new(),
        warning: None,
        action: format!("{back}/notes"),
        back,
        seen: seen_of(deal).text(),
        fields,
        problems,
        button: l.t("deal-note-button"),
    }
}
