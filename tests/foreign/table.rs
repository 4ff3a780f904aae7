//! What every form about one thing needs to succeed.

use axum::http::StatusCode;

use super::world::Make;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Somebody with every role that a partner can give.
    Partner,
    Pdm,
    Seller,
    Operator,
}

#[derive(Clone, Copy, Debug)]
pub enum What {
    /// Made for it.
    Made(Make),
    /// Made for it, the first seller's.
    Request,
    /// The one that Fabrikam has.
    Kept(&'static str),
    Job,
}

/// Mail or name of a colleague, and what they are answered.
type Colleague = (&'static str, StatusCode);

pub struct Act {
    pub path: &'static str,
    pub by: By,
    pub what: What,
    /// Columns of the referral that are set first.
    pub before: &'static str,
    pub fields: &'static [(&'static str, &'static str)],
    pub colleagues: &'static [Colleague],
}

const fn act(path: &'static str, by: By, what: What, fields: &'static [(&'static str, &'static str)]) -> Act {
    Act { path, by, what, before: "", fields, colleagues: &[] }
}

const GONE: StatusCode = StatusCode::NOT_FOUND;
const NOT_THEIRS: StatusCode = StatusCode::FORBIDDEN;
/// Neither on the team, nor with a right where it is; without a right to deals at all.
const OFF: &[Colleague] =
    &[("referrals-user", GONE), ("referrals-user-here", GONE), ("account-admin", NOT_THEIRS), ("nobody", NOT_THEIRS)];
const ELSEWHERE: &[Colleague] = &[("referrals-admin-here", GONE), ("referrals-user", GONE), ("mpn-partner-admin", NOT_THEIRS)];
const COLLEAGUE: &[Colleague] = &[("referrals-admin", GONE)];
const SELLERS: &[Colleague] = &[
    ("two@microsoft.example", NOT_THEIRS),
    ("reviewer@microsoft.example", NOT_THEIRS),
    ("operator@microsoft.example", NOT_THEIRS),
];

const ACCEPTED: &str = "status = 'accepted', expires_at = null";

const fn deal(path: &'static str, make: Make, fields: &'static [(&'static str, &'static str)]) -> Act {
    Act {
        colleagues: if matches!(make, Make::There) { ELSEWHERE } else { OFF },
        ..act(path, By::Partner, What::Made(make), fields)
    }
}

const fn accepted(path: &'static str, fields: &'static [(&'static str, &'static str)]) -> Act {
    Act { before: ACCEPTED, ..deal(path, Make::Lead, fields) }
}

const fn request(path: &'static str, before: &'static str, fields: &'static [(&'static str, &'static str)]) -> Act {
    Act { before, colleagues: SELLERS, ..act(path, By::Seller, What::Request, fields) }
}

const fn kept(path: &'static str, kind: &'static str, fields: &'static [(&'static str, &'static str)]) -> Act {
    act(path, By::Partner, What::Kept(kind), fields)
}

const fn mine(path: &'static str, kind: &'static str, fields: &'static [(&'static str, &'static str)]) -> Act {
    Act { colleagues: COLLEAGUE, ..kept(path, kind, fields) }
}

const SEEN: &[(&str, &str)] = &[("seen", "{seen}")];
const DETAILS: &[(&str, &str)] = &[
    ("seen", "{seen}"),
    ("seen-referral", "{seen referral}"),
    ("seen-engagement", "{seen engagement}"),
    ("name", "Moved"),
    ("value", "12"),
    ("currency", "USD"),
    ("close_date", "2027-09-30"),
    ("do", "next"),
];
const REASON: &[(&str, &str)] = &[("seen", "{seen}"), ("reason", "1")];
const TEAM: &[(&str, &str)] = &[
    ("seen", "{seen}"),
    ("seen-referral", "{seen referral}"),
    ("seen-engagement", "{seen engagement}"),
    ("team-1-first_name", "A"),
    ("team-1-last_name", "B"),
    ("team-1-phone", "1"),
    ("team-1-mail", "new@zqfabx.example"),
    ("do", "next"),
];
const STAGE: &[(&str, &str)] = &[("seen", "{seen}"), ("stage", "40")];
const NOTE: &[(&str, &str)] = &[("note", "Called")];

pub const ACTS: [Act; 47] = [
    deal("/deals/{id}/favourite", Make::Private, &[("on", "yes")]),
    deal("/deals/{id}/acceptance", Make::Inbound, DETAILS),
    deal("/deals/{id}/decline", Make::Inbound, REASON),
    deal("/deals/{id}/win", Make::Private, SEEN),
    deal("/deals/{id}/loss", Make::There, REASON),
    deal("/deals/{id}/withdrawal", Make::There, &[("seen", "{seen}"), ("reason", "7")]),
    deal("/deals/{id}/stage", Make::There, STAGE),
    deal("/deals/{id}/notes", Make::There, NOTE),
    deal("/deals/{id}/visibility", Make::Private, SEEN),
    deal(
        "/deals/{id}/request",
        Make::There,
        &[
            ("seen", "{seen}"),
            ("help", "QuotesOrLicensing"),
            ("contact-first_name", "A"),
            ("contact-last_name", "B"),
            ("contact-phone", "1"),
            ("contact-mail", "a@customer.example"),
            ("consent", "yes"),
        ],
    ),
    deal(
        "/deals/{id}/invitation",
        Make::There,
        &[("seen", "{seen}"), ("partner", "{third mpn}"), ("to", "{third}")],
    ),
    deal("/deals/{id}/details", Make::There, DETAILS),
    deal(
        "/deals/{id}/customer",
        Make::Private,
        &[
            ("seen-referral", "{seen referral}"),
            ("seen-engagement", "{seen engagement}"),
            ("customer-name", "Adatum"),
            ("customer-line1", "2 Street"),
            ("customer-city", "Seoul"),
            ("customer-country", "KR"),
            ("contact-first_name", "A"),
            ("contact-last_name", "B"),
            ("contact-phone", "1"),
            ("contact-mail", "a@customer.example"),
            ("do", "next"),
        ],
    ),
    deal("/deals/{id}/team", Make::There, TEAM),
    deal(
        "/deals/{id}/solutions",
        Make::Private,
        &[
            ("seen-referral", "{seen referral}"),
            ("seen-engagement", "{seen engagement}"),
            ("solutions-1-id", "con-ready"),
            ("do", "next"),
        ],
    ),
    mine("/deals/views/{id}", "view", &[("name", "Renamed")]),
    mine("/deals/views/{id}/removal", "view", &[]),
    mine("/deals/bulk/{id}/cancellation", "bulk run", &[]),
    mine("/deals/new/{draft}/{step}", "draft", &[("name", "Typed"), ("do", "close")]),
    mine("/deals/new/{draft}/removal", "other draft", &[]),
    deal("/leads/{id}/favourite", Make::Lead, &[("on", "yes")]),
    deal("/leads/{id}/acceptance", Make::Lead, DETAILS),
    deal("/leads/{id}/decline", Make::Lead, REASON),
    accepted("/leads/{id}/win", SEEN),
    accepted("/leads/{id}/lose", REASON),
    accepted("/leads/{id}/team", TEAM),
    Act { before: "seller_id = null", ..act("/requests/{id}/taking", By::Seller, What::Request, SEEN) },
    request("/requests/{id}/assignment", "", &[("seen", "{seen}"), ("to", "{seller}")]),
    request("/requests/{id}/acceptance", "", DETAILS),
    request("/requests/{id}/details", ACCEPTED, DETAILS),
    request("/requests/{id}/decline", "", REASON),
    request("/requests/{id}/win", ACCEPTED, SEEN),
    request("/requests/{id}/lose", ACCEPTED, REASON),
    request("/requests/{id}/stage", ACCEPTED, STAGE),
    request("/requests/{id}/notes", ACCEPTED, NOTE),
    kept("/migration/users/accounts/{id}", "PSC user", &[("mail", "{mail}")]),
    kept("/migration/users/runs/{id}/cancellation", "user run", &[]),
    kept("/migration/deals/runs/{id}/cancellation", "live run", &[]),
    kept("/psc/deals/{id}/edit", "PSC deal", &[("seen", "{seen}"), ("name", "Edited")]),
    kept(
        "/psc/deals/{id}/products",
        "PSC deal",
        &[("seen", "{seen}"), ("act", "add"), ("product", "SOL-1"), ("quantity", "3"), ("price", "1")],
    ),
    kept("/psc/deals/{id}/closing", "PSC deal", &[("seen", "{seen}"), ("status", "lost")]),
    kept("/psc/mpn/{id}/withdrawal", "correction", &[]),
    act("/psc/mpn/{id}/decision", By::Pdm, What::Kept("other correction"), &[("decision", "approve")]),
    mine("/notifications/{id}/opening", "notification", &[]),
    mine("/notifications/{id}/reading", "notification", &[("read", "no")]),
    kept("/account/users/{id}/roles", "user", &[("role", "referrals-user"), ("places", "{here}")]),
    kept("/account/users/{id}/roles/removal", "user", &[("role", "referrals-user"), ("location", "{here}")]),
];

/// Of people whom every partner's are open to, and of accounts, which end with themselves.
pub const OPERATED: [Act; 9] = [
    kept("/account/users/{id}/password", "user", &[]),
    kept("/account/users/{id}/disabling", "user", &[]),
    kept("/account/users/{id}/enabling", "user", &[]),
    act(
        "/operations/organisations/{id}/dates",
        By::Operator,
        What::Kept("organisation"),
        &[("eligible_from", "2020-02-01"), ("read_only_from", "2026-12-02"), ("closed_from", "2026-12-31")],
    ),
    act("/operations/runs/{id}/resumption", By::Operator, What::Kept("user run"), &[]),
    act("/operations/runs/{id}/cancellation", By::Operator, What::Kept("user run"), &[]),
    act("/operations/jobs/{id}/retry", By::Operator, What::Job, &[]),
    act(
        "/operations/mpn-corrections/{id}",
        By::Operator,
        What::Kept("third correction"),
        &[("decision", "refuse"), ("reason", "Sold")],
    ),
    act("/operations/switches/{organisation}/removal", By::Operator, What::Kept("organisation"), &[]),
];
