//! Forms by which a deal reaches more people, and which of them it offers.

use super::act::{ActLink, named};
use crate::{
    deals::forms::{InviteForm, RequestForm, deal_path},
    referrals::{
        command::Seen,
        kind::{DealType, Direction, Help, Widening},
        service::Deal,
        status::Status,
        words,
    },
    sellers::service::Partner,
    web::{
        Ctx, L10n, Page,
        fields::{Field, FormPage, Problem},
    },
};

/// Whether the deal offers it: by the table of types, for who started it, while it is worked on; Microsoft is asked again only when
/// an earlier request came to nothing.
pub fn widens(deal: &Deal, by: Widening) -> bool {
    let own = !deal.partner_started
        && match deal.started_by {
            Some(_) => deal.direction == Direction::Outbound,
            None => by != Widening::InvitePartner || deal.direction == Direction::Outbound,
        };
    let unanswered = matches!(deal.vendor_status, None | Some(Status::Expired | Status::Declined));
    deal.status == Status::Accepted && own && deal.deal_type.widen(by).is_some() && (by != Widening::AskVendor || unanswered)
}

pub fn links(l: L10n, deal: &Deal) -> Vec<ActLink> {
    [(Widening::AskVendor, "request"), (Widening::ShowVendor, "visibility"), (Widening::InvitePartner, "invitation")]
        .into_iter()
        .filter(|(by, _)| widens(deal, *by))
        .map(|(by, place)| {
            let again = by == Widening::AskVendor && deal.vendor_status.is_some();
            ActLink {
                label: l.t(&format!("deal-do-{place}{}", if again { "-again" } else { "" })),
                path: format!("{}/{place}", deal_path(deal.referral_id)),
                primary: false,
            }
        })
        .collect()
}

pub fn show(ctx: &Ctx, deal: &Deal, seen: Seen, problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let back = deal_path(deal.referral_id);
    FormPage {
        page: Page::new(ctx, &l.t("deal-visibility-title")),
        about: named(l, deal),
        intro: l.t("deal-visibility-intro"),
        warning: Some(l.t("deal-widen-final")),
        action: format!("{back}/visibility"),
        back,
        seen: seen.text(),
        fields: Vec::new(),
        problems,
        button: l.t("deal-do-visibility"),
    }
}

/// As the form begins: the contact that is known.
pub fn request(deal: &Deal) -> RequestForm {
    RequestForm {
        first_name: deal.contact_first_name.clone(),
        last_name: deal.contact_last_name.clone(),
        phone: deal.contact_phone.clone(),
        mail: deal.contact_mail.clone(),
        vendor_notes: deal.vendor_notes.clone(),
        help: deal.help.clone(),
        ..RequestForm::default()
    }
}

pub fn ask(ctx: &Ctx, deal: &Deal, seen: Seen, form: &RequestForm, problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let back = deal_path(deal.referral_id);
    let kinds = Help::ALL.map(|help| (help.code().to_owned(), words::help(l, help)));
    FormPage {
        page: Page::new(ctx, &l.t("deal-request-title")),
        about: named(l, deal),
        intro: l.t("deal-request-intro"),
        warning: (deal.deal_type != DealType::CoSell).then(|| l.t("deal-widen-final")),
        action: format!("{back}/request"),
        back,
        seen: seen.text(),
        fields: vec![
            Field::text("help", l.t("deal-request-help"), "")
                .any_of(kinds, &form.help)
                .with(&problems),
            Field::text("vendor_notes", l.t("deal-request-notes"), &form.vendor_notes)
                .long()
                .with(&problems),
            Field::text("contact-first_name", l.t("deal-request-first-name"), &form.first_name).with(&problems),
            Field::text("contact-last_name", l.t("deal-request-last-name"), &form.last_name).with(&problems),
            Field::text("contact-phone", l.t("deal-request-phone"), &form.phone)
                .of("tel")
                .with(&problems),
            Field::text("contact-mail", l.t("deal-request-mail"), &form.mail)
                .of("email")
                .with(&problems),
            Field::text("consent", l.t("deal-request-consent"), "")
                .any_of([("yes".to_owned(), l.t("deal-request-agreed"))], std::slice::from_ref(&form.consent))
                .with(&problems),
        ],
        problems,
        button: l.t("deal-request-button"),
    }
}

pub fn invite(ctx: &Ctx, deal: &Deal, seen: Seen, form: &InviteForm, found: &[Partner], problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let back = deal_path(deal.referral_id);
    let mut fields = vec![
        Field::text("partner", l.t("deal-invite-partner"), &form.partner)
            .hint(l.t("deal-invite-hint"))
            .with(&problems),
    ];
    if !found.is_empty() {
        let choices = found.iter().flat_map(|partner| {
            let whole = (partner.id.to_string(), format!("{} ({}) · MPN {}", partner.name, partner.country, partner.mpn_id));
            let places = partner.locations.iter().map(|(location, name, mpn)| {
                (format!("{}.{location}", partner.id), format!("{} · {name} · MPN {mpn}", partner.name))
            });
            std::iter::once(whole).chain(places).collect::<Vec<_>>()
        });
        fields.push(
            Field::text("to", l.t("deal-invite-to"), &form.to)
                .among(choices)
                .with(&problems),
        );
    }
    FormPage {
        page: Page::new(ctx, &l.t("deal-invitation-title")),
        about: named(l, deal),
        intro: l.t("deal-invitation-intro"),
        warning: None,
        action: format!("{back}/invitation"),
        back,
        seen: seen.text(),
        fields,
        problems,
        button: l.t(if found.is_empty() { "deal-invite-find" } else { "deal-do-invitation" }),
    }
}
