//! One request: what the partners share, Microsoft's own side, and what can be done.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::{
    auth::Actor,
    referrals::{
        command::Seen,
        kind::{DealType, Help},
        reason::Reason,
        stage,
        status::{Action, Status},
        words::{self, Fact, Happened, Tag, fact},
    },
    sellers::{
        forms::request_path,
        service::{Opened, Party, Request, Side, Solution},
    },
    web::{
        L10n, countries,
        written::{joined, person},
    },
};

pub struct SolutionView {
    pub name: String,
    pub offered_by: String,
    pub quantity: String,
    pub price: String,
}

pub struct PartyView {
    pub name: String,
    pub tag: Tag,
    pub left: Option<Tag>,
    pub facts: Vec<Fact>,
    /// Name and mail.
    pub team: Vec<(String, String)>,
}

/// What can be done now, by the one who looks.
#[derive(Default)]
pub struct Can {
    pub take: bool,
    pub hand_over: bool,
    pub answer: bool,
    pub work: bool,
    /// Stages that can follow: per cent and words.
    pub stages: Vec<(i16, String)>,
    pub win: bool,
    pub lose: bool,
}

/// Microsoft's own side.
pub struct OwnView {
    pub tag: Tag,
    pub left: Option<Tag>,
    pub facts: Vec<Fact>,
    pub notes: String,
    /// Until when it must be answered.
    pub answer_by: Option<String>,
    /// Whose it is.
    pub seller: String,
    pub seen: String,
    pub can: Can,
}

pub struct RequestView {
    pub path: String,
    /// The list that it stands in.
    pub back: String,
    pub name: String,
    pub what: String,
    pub own: Option<OwnView>,
    pub facts: Vec<Fact>,
    pub help: Vec<String>,
    pub vendor_notes: String,
    pub parties: Vec<PartyView>,
    pub solutions: Vec<SolutionView>,
    pub history: Vec<Happened>,
}

impl RequestView {
    pub fn new(l: L10n, actor: &Actor, opened: &Opened, now: DateTime<Utc>) -> Self {
        let Opened { side, request, parties, solutions, history } = opened;
        let first = parties.first();
        let name = side
            .as_ref()
            .map(|side| &side.name)
            .or(first.map(|party| &party.deal_name))
            .filter(|name| !name.is_empty());
        let currency = side
            .as_ref()
            .and_then(|side| side.currency.as_deref())
            .or(first.and_then(|party| party.currency.as_deref()));
        let tab = side.as_ref().map_or("partner-led", |side| match side.status {
            Status::Pending | Status::Received => "mine",
            Status::Accepted => "working",
            _ => "closed",
        });
        Self {
            path: side.as_ref().map(|side| request_path(side.id)).unwrap_or_default(),
            back: format!("/requests?tab={tab}"),
            name: name.cloned().unwrap_or_else(|| l.t("deal-no-name")),
            what: joined(
                [
                    &l.t(&format!("deal-type-{}", request.deal_type.code())),
                    &side
                        .as_ref()
                        .map(|side| l.t(&format!("request-direction-{}", side.direction.code())))
                        .unwrap_or_default(),
                ],
                " · ",
            ),
            own: side.as_ref().map(|side| own(l, actor, side, request, now)),
            facts: shared(l, request),
            help: request
                .help
                .iter()
                .filter_map(|code| Help::from_code(code))
                .map(|help| words::help(l, help))
                .collect(),
            vendor_notes: request.vendor_notes.clone(),
            parties: parties
                .iter()
                .map(|party| self::party(l, request.deal_type, party, now))
                .collect(),
            solutions: solutions.iter().map(|it| solution(l, it, currency)).collect(),
            history: history
                .iter()
                .map(|(entry, whose)| words::happened(l, request.deal_type, entry, Some(whose)))
                .collect(),
        }
    }
}

fn shared(l: L10n, request: &Request) -> Vec<Fact> {
    let town = joined([&request.customer_postal_code, &request.customer_city, &request.customer_state], " ");
    let country = countries::name(l, &request.customer_country);
    let address = joined([&request.customer_line1, &request.customer_line2, &town, &country], ", ");
    let duns = request
        .duns
        .as_ref()
        .map(|duns| l.t1("deal-duns", "duns", words::duns(duns)))
        .unwrap_or_default();
    let contact = joined([&person(&request.contact_first_name, &request.contact_last_name), &request.contact_phone], " · ");
    let hidden = contact.is_empty() && request.contact_mail.is_empty();
    vec![
        Fact { more: joined([&address, &duns], " · "), ..fact(l.t("deal-fact-customer"), request.customer_name.clone()) },
        Fact {
            mail: request.contact_mail.clone(),
            ..fact(l.t("deal-fact-contact"), if hidden { l.t("request-contact-not-shared") } else { contact })
        },
    ]
}

fn money(l: L10n, value: Option<Decimal>, currency: Option<&str>) -> String {
    value
        .map(|value| l.money(value, currency.unwrap_or_default()))
        .unwrap_or_default()
}

fn own(l: L10n, actor: &Actor, side: &Side, request: &Request, now: DateTime<Utc>) -> OwnView {
    let mine = side.seller == Some(actor.user);
    let status = side.status;
    let in_time = side.expires_at.is_none_or(|at| at > now);
    let may = |action: Action| mine && status.step(action).is_some();
    let works = mine && status == Status::Accepted;
    let mut facts = vec![
        fact(l.t("deal-fact-value"), money(l, side.value, side.currency.as_deref())),
        fact(l.t("deal-fact-close-date"), side.close_date.map(|date| l.date(date)).unwrap_or_default()),
        fact(
            l.t("request-stage"),
            side.stage.map(|it| words::stage(l, request.deal_type, it)).unwrap_or_default(),
        ),
        fact(l.t("deal-fact-crm"), side.crm_id.clone()),
        fact(l.t("request-received-at"), side.sent_at.map(|at| l.moment(at)).unwrap_or_default()),
        Fact { more: side.reason_note.clone(), ..fact(l.t("request-reason"), reason(l, side).unwrap_or_default()) },
    ];
    facts.retain(|fact| !fact.text.is_empty());
    OwnView {
        tag: words::status(l, status),
        left: words::time_left(l, status, side.expires_at, now),
        facts,
        notes: side.notes.clone(),
        answer_by: side
            .expires_at
            .filter(|at| status.waits() && *at > now)
            .map(|at| l.t1("deal-answer-by", "when", l.moment(at))),
        seller: match (side.seller, side.seller_name.as_str()) {
            (Some(_), _) if mine => l.t("request-yours"),
            (_, "") => l.t("request-nobodys"),
            (_, name) => l.t1("request-somebodys", "name", joined([name, &side.seller_mail], " · ")),
        },
        seen: Seen { referral: side.version, engagement: request.version }.text(),
        can: Can {
            take: side.seller.is_none() && !status.is_terminal(),
            hand_over: mine && !status.is_terminal(),
            answer: may(Action::Accept) && in_time,
            work: works,
            stages: stage::all()
                .into_iter()
                .filter(|to| works && stage::may_set(request.deal_type, side.stage, *to))
                .map(|to| (to, words::stage(l, request.deal_type, to)))
                .collect(),
            win: may(Action::Win) && stage::may_win(request.deal_type, side.stage),
            lose: may(Action::Lose),
        },
    }
}

fn reason(l: L10n, side: &Side) -> Option<String> {
    let action = match side.status {
        Status::Declined => Action::Decline,
        Status::Lost => Action::Lose,
        Status::Error => Action::Withdraw,
        _ => return None,
    };
    Reason::new(action, side.reason?).map(|reason| l.t(&reason.key()))
}

fn party(l: L10n, kind: DealType, party: &Party, now: DateTime<Utc>) -> PartyView {
    let mut facts = vec![
        fact(l.t("request-partner-mpn"), joined([&party.mpn_id, &countries::name(l, &party.country)], " · ")),
        fact(l.t("deal-fact-value"), money(l, party.value, party.currency.as_deref())),
        fact(l.t("deal-fact-close-date"), party.close_date.map(|date| l.date(date)).unwrap_or_default()),
        fact(l.t("request-stage"), party.stage.map(|it| words::stage(l, kind, it)).unwrap_or_default()),
    ];
    facts.retain(|fact| !fact.text.is_empty());
    let names = party
        .first_names
        .iter()
        .zip(&party.last_names)
        .map(|(first, last)| person(first, last));
    PartyView {
        name: party.name.clone(),
        tag: words::status(l, party.status),
        left: words::time_left(l, party.status, party.expires_at, now),
        facts,
        team: names.zip(party.mails.iter().cloned()).collect(),
    }
}

fn solution(l: L10n, solution: &Solution, currency: Option<&str>) -> SolutionView {
    let dash = || "–".to_owned();
    SolutionView {
        name: solution.name.clone().unwrap_or_else(|| solution.id.clone()),
        offered_by: solution.offered_by.clone().unwrap_or_else(|| l.t("deal-solution-unknown")),
        quantity: solution.quantity.map_or_else(dash, |quantity| quantity.normalize().to_string()),
        price: solution
            .price
            .map_or_else(dash, |price| l.money(price, currency.unwrap_or_default())),
    }
}
