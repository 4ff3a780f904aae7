//! View models of the leads' pages: words, flags and links, ready to print.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{
    forms::{Looking, MemberForm, lead_path},
    service::{Counts, Inquiry, Line, Listing, Tab},
};
use crate::{
    referrals::{
        command::{Details, Seen},
        kind::DealType,
        raw::{RawDetails, RawReason},
        reason::Reason,
        service::{COUNT_CAP, Deal, Opened},
        status::{Action, Status},
        words::{self, Fact, Happened, Tag, fact},
    },
    web::{
        Ctx, L10n, Page, countries,
        fields::{Field, FormPage, Problem},
        written::{joined, person},
    },
};

pub struct TabLink {
    pub label: String,
    pub count: String,
    pub path: String,
    pub current: bool,
}

pub struct LineView {
    pub path: String,
    pub name: String,
    pub customer: String,
    pub value: String,
    pub tag: Tag,
    /// The customer wants to be contacted.
    pub flame: bool,
}

#[derive(Template)]
#[template(path = "leads/list.html")]
pub struct ListPage {
    pub page: Page,
    pub tabs: Vec<TabLink>,
    pub tab: &'static str,
    pub search: String,
    pub lines: Vec<LineView>,
    pub older: Option<String>,
    pub first: Option<String>,
    /// Nothing to show: why.
    pub empty: Option<(String, String)>,
}

impl ListPage {
    pub fn new(ctx: &Ctx, looking: &Looking, listing: &Listing, now: DateTime<Utc>) -> Self {
        let (l, filter) = (ctx.l, &looking.filter);
        let tabs = Tab::ALL.map(|tab| TabLink {
            label: l.t(&format!("leads-tab-{}", tab.code())),
            count: count(l, &listing.counts, tab),
            path: looking.page(tab, None),
            current: tab == filter.tab,
        });
        Self {
            page: Page::new(ctx, &l.t("leads-title")),
            tabs: tabs.into(),
            tab: filter.tab.code(),
            search: looking.search.clone(),
            lines: listing.lines.iter().map(|it| line(l, it, now)).collect(),
            older: listing.next.map(|cursor| looking.page(filter.tab, Some(cursor))),
            first: filter.after.is_some().then(|| looking.page(filter.tab, None)),
            empty: listing.lines.is_empty().then(|| {
                let what = if filter.words.is_empty() { filter.tab.code() } else { "found" };
                (l.t(&format!("leads-none-{what}-title")), l.t(&format!("leads-none-{what}-advice")))
            }),
        }
    }
}

fn count(l: L10n, counts: &Counts, tab: Tab) -> String {
    let found = match tab {
        Tab::Marketplace => counts.marketplace,
        Tab::Qualified => counts.qualified,
        Tab::Favourites => counts.favourites,
    };
    let number = l.number(found.min(COUNT_CAP));
    if found > COUNT_CAP { format!("{number}+") } else { number }
}

fn line(l: L10n, line: &Line, now: DateTime<Utc>) -> LineView {
    LineView {
        path: lead_path(line.referral_id),
        name: if line.name.is_empty() { l.t("deal-no-name") } else { line.name.clone() },
        customer: joined(
            [
                &line.customer_name,
                &countries::name(l, &line.customer_country),
                &l.t(&format!("lead-qualification-{}", line.qualification.code())),
            ],
            " · ",
        ),
        value: line
            .value
            .map(|value| l.money(value, line.currency.as_deref().unwrap_or_default()))
            .unwrap_or_default(),
        tag: words::time_left(l, line.status, line.expires_at, now).unwrap_or_else(|| words::status(l, line.status)),
        flame: burns(line.status, line.contact_wanted_until, now),
    }
}

/// "Customer wants to be contacted": until its time is over, or the lead is.
fn burns(status: Status, until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    !status.is_terminal() && until.is_some_and(|until| until > now)
}

/// What can be done now.
pub struct Can {
    pub answer: bool,
    pub win: bool,
    pub lose: bool,
    pub work: bool,
}

#[derive(Template)]
#[template(path = "leads/lead.html")]
pub struct LeadPage {
    pub page: Page,
    pub path: String,
    pub name: String,
    pub what: String,
    pub tags: Vec<Tag>,
    pub flame: Option<String>,
    pub answer_by: Option<String>,
    pub favourite: bool,
    pub can: Can,
    pub facts: Vec<Fact>,
    pub solutions: Vec<String>,
    /// Name and mail.
    pub team: Vec<(String, String)>,
    pub member: Vec<Field>,
    pub history: Vec<Happened>,
    pub problems: Vec<Problem>,
}

impl LeadPage {
    pub fn new(
        ctx: &Ctx,
        (opened, inquiry): (&Opened, &Inquiry),
        member: &MemberForm,
        problems: Vec<Problem>,
        now: DateTime<Utc>,
    ) -> Self {
        let (l, deal) = (ctx.l, &opened.deal);
        let name = name(l, deal);
        let in_time = deal.expires_at.is_none_or(|at| at > now);
        let text = |id: &'static str, key: &str, value: &str| Field::text(id, l.t(key), value).with(&problems);
        Self {
            page: Page::new(ctx, &name),
            path: lead_path(deal.referral_id),
            name,
            what: joined(
                [
                    &deal.deal_id.as_ref().map(|id| l.t1("lead-id", "id", id)).unwrap_or_default(),
                    &l.t(&format!("lead-qualification-{}", inquiry.qualification.code())),
                ],
                " · ",
            ),
            tags: std::iter::once(words::status(l, deal.status))
                .chain(words::time_left(l, deal.status, deal.expires_at, now))
                .collect(),
            flame: inquiry
                .contact_wanted_until
                .filter(|until| burns(deal.status, Some(*until), now))
                .map(|until| l.t1("lead-wanted-until", "when", l.moment(until))),
            answer_by: deal
                .expires_at
                .filter(|at| deal.status.waits() && *at > now)
                .map(|at| l.t1("deal-answer-by", "when", l.moment(at))),
            favourite: deal.favourite,
            can: Can {
                answer: deal.status.step(Action::Accept).is_some() && in_time,
                win: deal.status.step(Action::Win).is_some(),
                lose: deal.status.step(Action::Lose).is_some(),
                work: deal.status == Status::Accepted,
            },
            facts: facts(l, deal),
            solutions: opened
                .solutions
                .iter()
                .map(|solution| solution.name.clone().unwrap_or_else(|| solution.solution_id.clone()))
                .collect(),
            team: opened
                .team
                .iter()
                .map(|member| (person(&member.first_name, &member.last_name), member.mail.clone()))
                .collect(),
            member: vec![
                text("team-1-first_name", "lead-first-name", &member.first_name),
                text("team-1-last_name", "lead-last-name", &member.last_name),
                text("team-1-phone", "lead-phone", &member.phone).of("tel"),
                text("team-1-mail", "lead-mail", &member.mail).of("email"),
            ],
            history: opened
                .history
                .iter()
                .map(|told| words::happened(l, DealType::Lead, &told.entry, told.side.as_deref()))
                .collect(),
            problems,
        }
    }
}

fn name(l: L10n, deal: &Deal) -> String {
    if deal.name.is_empty() { l.t("deal-no-name") } else { deal.name.clone() }
}

fn facts(l: L10n, deal: &Deal) -> Vec<Fact> {
    let town = joined([&deal.customer_postal_code, &deal.customer_city, &deal.customer_state], " ");
    let country = countries::name(l, &deal.customer_country);
    let address = joined([&deal.customer_line1, &deal.customer_line2, &town, &country], ", ");
    let contact = joined([&person(&deal.contact_first_name, &deal.contact_last_name), &deal.contact_phone], " · ");
    let value = deal
        .value
        .map(|value| l.money(value, deal.currency.as_deref().unwrap_or_default()));
    let ended = match deal.status {
        Status::Declined => Some(Action::Decline),
        Status::Lost => Some(Action::Lose),
        _ => None,
    };
    let reason = ended
        .zip(deal.reason)
        .and_then(|(action, number)| Reason::new(action, number))
        .map(|reason| l.t(&reason.key()));
    let told = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut facts = vec![
        Fact { more: address, ..fact(l.t("deal-fact-customer"), deal.customer_name.clone()) },
        Fact { mail: deal.contact_mail.clone(), ..fact(l.t("deal-fact-contact"), contact) },
        fact(l.t("deal-fact-value"), value.unwrap_or_default()),
        fact(l.t("deal-fact-close-date"), deal.close_date.map(|date| l.date(date)).unwrap_or_default()),
        fact(
            l.t("deal-fact-location"),
            deal.location_mpn
                .as_ref()
                .map_or_else(|| deal.location_name.clone(), |mpn| format!("{} · MPN {mpn}", deal.location_name)),
        ),
        fact(l.t("deal-fact-notes"), deal.notes.clone()),
        Fact { more: deal.reason_note.clone(), ..fact(l.t("lead-reason"), reason.unwrap_or_default()) },
        Fact {
            mail: told(&deal.seller_mail),
            ..fact(l.t("deal-vendor"), joined([&told(&deal.seller_name), &told(&deal.seller_phone)], " · "))
        },
    ];
    facts.retain(|fact| !fact.text.is_empty() || !fact.mail.is_empty());
    facts
}

/// What was seen of a lead.
pub fn seen(deal: &Deal) -> String {
    Seen { referral: deal.version, engagement: deal.engagement_version }.text()
}

/// What stands there, as a form begins.
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

pub fn accept(ctx: &Ctx, deal: &Deal, raw: &RawDetails, problems: Vec<Problem>) -> FormPage {
    let l = ctx.l;
    let text = |id: &'static str, key: &str, value: &str| Field::text(id, l.t(key), value).with(&problems);
    let fields = vec![
        text("name", "lead-name", &raw.name),
        text("value", "lead-value", &raw.value).hint(l.t("typed-value-hint")),
        text("currency", "typed-currency", &raw.currency).hint(l.t("typed-currency-hint")),
        text("close_date", "lead-close-date", &raw.close_date).of("date"),
        text("crm_id", "deal-fact-crm", &raw.crm_id),
        text("notes", "typed-notes", &raw.notes).long(),
    ];
    FormPage {
        page: Page::new(ctx, &l.t("lead-accept-title")),
        about: name(l, deal),
        back: lead_path(deal.referral_id),
        intro: l.t("lead-accept-intro"),
        warning: None,
        action: format!("{}/acceptance", lead_path(deal.referral_id)),
        seen: seen(deal),
        fields,
        problems,
        button: l.t("lead-accept-button"),
    }
}

/// Declining, winning, losing: final each.
pub fn end(ctx: &Ctx, deal: &Deal, action: Action, raw: &RawReason, problems: Vec<Problem>) -> FormPage {
    let (l, code) = (ctx.l, action.code());
    let reasons = words::reasons(l, action);
    let mut fields = Vec::new();
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
                .hint(l.t("lead-note-hint"))
                .with(&problems),
        );
    }
    FormPage {
        page: Page::new(ctx, &l.t(&format!("lead-{code}-title"))),
        about: name(l, deal),
        back: lead_path(deal.referral_id),
        intro: l.t(&format!("lead-{code}-intro")),
        warning: Some(l.t("form-final")),
        action: format!("{}/{code}", lead_path(deal.referral_id)),
        seen: seen(deal),
        fields,
        problems,
        button: l.t(&format!("lead-{code}-button")),
    }
}
