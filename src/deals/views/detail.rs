//! One deal, opened.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    act::{self, ActLink, StageView},
    help::StatusHelp,
    history::{self, EntryView},
    parts::{self, Step, Tag},
    widen,
};
use crate::{
    deals::forms::{Part, deal_path, edit_path, part_path},
    referrals::{
        kind::DealType,
        missing::{Detail, Missing},
        reason::Reason,
        service::{Deal, Member, Opened, Side, Solution},
        status::{Action, Status},
        words,
    },
    web::{
        L10n, countries,
        written::{joined, person},
    },
};

/// A missing detail: where it is filled in, and what.
pub struct Gap {
    pub path: String,
    pub words: String,
}

/// A line of the deal's facts. One of text and gap may be empty.
pub struct Fact {
    pub anchor: String,
    pub label: String,
    pub text: String,
    /// A second, quieter line.
    pub more: String,
    pub mail: String,
    pub tag: Option<Tag>,
    /// Keeps its line breaks.
    pub long: bool,
}

pub struct SolutionView {
    pub name: String,
    pub offered_by: String,
    pub incentive: Option<String>,
    pub quantity: String,
    pub price: String,
}

pub struct MemberView {
    pub name: String,
    pub phone: String,
    pub mail: String,
}

/// The vendor's side.
pub struct VendorView {
    pub tag: Option<Tag>,
    pub left: Option<Tag>,
    pub words: String,
    pub seller: Option<MemberView>,
}

pub struct DealView {
    pub path: String,
    pub address: String,
    pub name: String,
    /// Deal ID, type, direction.
    pub what: String,
    pub favourite: bool,
    pub tags: Vec<Tag>,
    /// Until when it must be answered.
    pub answer_by: Option<String>,
    pub gaps: Vec<Gap>,
    pub gaps_title: String,
    pub steps: Vec<Step>,
    pub facts: Vec<Fact>,
    pub solutions: Vec<SolutionView>,
    pub solutions_missing: Option<Tag>,
    pub team: Vec<MemberView>,
    pub team_missing: Option<Tag>,
    pub vendor: VendorView,
    /// The other organisations, and Microsoft's earlier answers.
    pub sides: Vec<SideView>,
    pub history: Vec<EntryView>,
    /// What can be done now.
    pub acts: Vec<ActLink>,
    pub stage: Option<StageView>,
    pub widenings: Vec<ActLink>,
    /// Where each part is edited; none when nothing can be.
    pub edits: Vec<ActLink>,
    /// A note can be added.
    pub notes: bool,
    /// Others would read a shared one.
    pub shared_notes: bool,
    pub help: StatusHelp,
    pub won: bool,
    /// It has PSC's opportunity ID.
    pub migrated: bool,
    /// Why it ended, and the note.
    pub ended: Option<(String, String)>,
}

/// Another organisation's side.
pub struct SideView {
    pub name: String,
    pub tag: Tag,
    pub left: Option<Tag>,
    /// Since when it is waited for; may be empty.
    pub waiting: String,
}

impl DealView {
    /// `address`: the page that it is shown on.
    pub fn new(l: L10n, opened: Opened, address: &str, now: DateTime<Utc>) -> Self {
        let deal = &opened.deal;
        let missing = Missing(deal.missing);
        let gaps_tag = parts::missing(l, deal.status, missing);
        let gaps = missing.details().filter(|_| gaps_tag.is_some()).map(|detail| Gap {
            path: edit_path(deal.referral_id, detail),
            words: l.t(&format!("deal-missing-{}", detail.code())),
        });
        let lacks = |detail| missing.has(detail).then(|| lacking(l));
        let left = parts::time_left(l, deal.status, deal.expires_at, now);
        Self {
            path: deal_path(deal.referral_id),
            address: address.to_owned(),
            name: if deal.name.is_empty() { l.t("deal-no-name") } else { deal.name.clone() },
            what: what(l, deal),
            favourite: deal.favourite,
            tags: [Some(parts::status(l, deal.status)), left].into_iter().flatten().collect(),
            answer_by: deal
                .expires_at
                .filter(|_| parts::waits(deal.status))
                .map(|at| l.t1("deal-answer-by", "when", l.moment(at))),
            gaps: gaps.collect(),
            gaps_title: gaps_tag.map(|tag| tag.words).unwrap_or_default(),
            steps: parts::steps(l, deal.direction, deal.status, deal.stage),
            facts: facts(l, deal, missing),
            solutions: opened
                .solutions
                .iter()
                .map(|s| solution(l, s, deal.currency.as_deref()))
                .collect(),
            solutions_missing: lacks(Detail::Solution),
            team: opened.team.iter().map(member).collect(),
            team_missing: lacks(Detail::Team),
            vendor: vendor(l, deal, now),
            sides: sides(l, &opened.sides, now),
            history: history::entries(l, deal, &opened.history),
            acts: act::links(l, deal, now),
            stage: act::stages(l, deal),
            widenings: widen::links(l, deal),
            edits: edits(l, deal),
            notes: deal.status == Status::Accepted,
            shared_notes: !opened.sides.is_empty(),
            help: StatusHelp::new(l, deal),
            won: deal.status == Status::Won,
            migrated: deal.migrated_at.is_some(),
            ended: ended(l, deal),
        }
    }
}

/// Microsoft's newest side has a card of its own.
fn sides(l: L10n, sides: &[Side], now: DateTime<Utc>) -> Vec<SideView> {
    let newest = sides.iter().filter(|side| side.vendor).map(|side| side.attempt).max();
    let others = sides.iter().filter(|side| !(side.vendor && Some(side.attempt) == newest));
    others
        .map(|side| SideView {
            name: side.organisation.clone(),
            tag: parts::status(l, side.status),
            left: parts::time_left(l, side.status, side.expires_at, now),
            waiting: side
                .sent_at
                .filter(|_| side.status.waits())
                .map(|at| l.count("deal-waiting", (now - at).num_days()))
                .unwrap_or_default(),
        })
        .collect()
}

/// What is shared is edited by who started the engagement; an invited partner edits its own facts and team.
fn edits(l: L10n, deal: &Deal) -> Vec<ActLink> {
    let parts = [Part::Details, Part::Customer, Part::Solutions, Part::Team];
    let own = |part: Part| !deal.partner_started || matches!(part, Part::Details | Part::Team);
    parts
        .into_iter()
        .filter(|part| deal.status == Status::Accepted && own(*part))
        .map(|part| ActLink {
            label: l.t(&format!("edit-{}", part.code())),
            path: part_path(deal.referral_id, part),
            primary: false,
        })
        .collect()
}

fn ended(l: L10n, deal: &Deal) -> Option<(String, String)> {
    let action = match deal.status {
        Status::Declined => Action::Decline,
        Status::Lost => Action::Lose,
        Status::Error => Action::Withdraw,
        _ => return None,
    };
    let reason = Reason::new(action, deal.reason?)?;
    Some((l.t(&reason.key()), deal.reason_note.clone()))
}

fn lacking(l: L10n) -> Tag {
    Tag { words: l.t("deal-lacking"), tone: "bad" }
}

fn what(l: L10n, deal: &Deal) -> String {
    let id = deal.deal_id.as_ref().map(|id| l.t1("deal-id", "id", id)).unwrap_or_default();
    let kind = l.t(&format!("deal-type-{}", deal.deal_type.code()));
    let way = match deal.deal_type {
        DealType::Private => String::new(),
        _ => l.t(&format!("deal-direction-{}", deal.direction.code())),
    };
    joined([&id, &kind, &way], " · ")
}

fn facts(l: L10n, deal: &Deal, missing: Missing) -> Vec<Fact> {
    let fact = |name: &str, text: String| Fact {
        anchor: format!("deal-{name}"),
        label: l.t(&format!("deal-fact-{}", name.replace('_', "-"))),
        text,
        more: String::new(),
        mail: String::new(),
        tag: None,
        long: false,
    };
    let needed =
        |detail: Detail, text: String| Fact { tag: missing.has(detail).then(|| lacking(l)), ..fact(detail.code(), text) };
    let duns = deal
        .duns
        .as_ref()
        .map(|duns| l.t1("deal-duns", "duns", words::duns(duns)))
        .unwrap_or_default();
    let unmatched = deal.duns.is_none() && !missing.has(Detail::Customer);
    let mut customer = needed(Detail::Customer, deal.customer_name.clone());
    customer.more = joined([&address(l, deal), &duns], " · ");
    customer.tag = customer
        .tag
        .or_else(|| unmatched.then(|| Tag { words: l.t("deal-unmatched"), tone: "warn" }));
    let mut contact = needed(
        Detail::Contact,
        joined([&person(&deal.contact_first_name, &deal.contact_last_name), &deal.contact_phone], " · "),
    );
    contact.mail.clone_from(&deal.contact_mail);
    let value = deal
        .value
        .map(|value| l.money(value, deal.currency.as_deref().unwrap_or_default()));
    let mut facts = vec![
        customer,
        contact,
        needed(Detail::Value, value.unwrap_or_default()),
        needed(Detail::CloseDate, deal.close_date.map(|date| l.date(date)).unwrap_or_default()),
        fact("solution_close_date", deal.solution_close_date.map(|date| l.date(date)).unwrap_or_default()),
        fact(
            "location",
            match &deal.location_mpn {
                Some(mpn) => format!("{} · MPN {mpn}", deal.location_name),
                None => deal.location_name.clone(),
            },
        ),
        fact("crm", deal.crm_id.clone()),
        fact("campaign", deal.campaign_id.clone()),
        Fact { long: true, ..fact("notes", deal.notes.clone()) },
        fact("updated", l.moment(deal.updated_at)),
    ];
    // What nobody asked for is not shown empty.
    facts.retain(|fact| !fact.text.trim().is_empty() || !fact.mail.is_empty() || !fact.more.is_empty() || fact.tag.is_some());
    facts
}

fn address(l: L10n, deal: &Deal) -> String {
    let town = joined([&deal.customer_postal_code, &deal.customer_city, &deal.customer_state], " ");
    joined(
        [&deal.customer_line1, &deal.customer_line2, &town, &countries::name(l, &deal.customer_country)],
        ", ",
    )
}

fn member(member: &Member) -> MemberView {
    MemberView { name: person(&member.first_name, &member.last_name), phone: member.phone.clone(), mail: member.mail.clone() }
}

fn solution(l: L10n, solution: &Solution, currency: Option<&str>) -> SolutionView {
    SolutionView {
        name: solution.name.clone().unwrap_or_else(|| solution.solution_id.clone()),
        offered_by: solution.offered_by.clone().unwrap_or_else(|| l.t("deal-solution-unknown")),
        incentive: solution.incentive.as_ref().map(|code| l.t(&format!("incentive-{code}"))),
        quantity: solution.quantity.map_or_else(dash, |quantity| amount(l, quantity)),
        price: solution
            .price
            .map_or_else(dash, |price| currency.map_or_else(|| amount(l, price), |currency| l.money(price, currency))),
    }
}

fn dash() -> String {
    "–".to_owned()
}

fn amount(l: L10n, number: Decimal) -> String {
    let plain = number.normalize();
    i64::try_from(plain)
        .ok()
        .filter(|_| plain.scale() == 0)
        .map_or_else(|| plain.to_string(), |whole| l.number(whole))
}

fn vendor(l: L10n, deal: &Deal, now: DateTime<Utc>) -> VendorView {
    let Some(status) = deal.vendor_status else {
        let key = format!("deal-vendor-none-{}", deal.deal_type.code());
        return VendorView { tag: None, left: None, words: l.t(&key), seller: None };
    };
    let told = |text: &Option<String>| text.clone().unwrap_or_default();
    let seller = MemberView { name: told(&deal.seller_name), phone: told(&deal.seller_phone), mail: told(&deal.seller_mail) };
    let known = !(seller.name.is_empty() && seller.mail.is_empty());
    let shown = matches!(status, Status::Accepted | Status::Won);
    VendorView {
        tag: Some(Tag {
            tone: if status == Status::Accepted { "good" } else { parts::status(l, status).tone },
            ..parts::status(l, status)
        }),
        left: parts::time_left(l, status, deal.vendor_expires_at, now),
        words: match (shown, known) {
            (true, true) => String::new(),
            (true, false) => l.t("deal-vendor-unknown"),
            _ => l.t(&format!("deal-vendor-{}", status.code())),
        },
        seller: (shown && known).then_some(seller),
    }
}
