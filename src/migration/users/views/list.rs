use askama::Template;
use chrono::{DateTime, Utc};

use super::{RunView, words};
use crate::{
    auth::Actor,
    migration::users::{
        checks::{Counts, Remedy, Standing, Status},
        forms::{Looking, query},
        policy,
        run::UserRun,
        store::standings::Listed,
    },
    web::{Ctx, L10n, Page, written},
};

/// Something that helps: words, and a link when it leads somewhere that this reader may go.
struct Help {
    words: String,
    path: Option<String>,
}

struct Row {
    id: String,
    mail: String,
    /// The account that was named for them.
    work_mail: Option<String>,
    name: String,
    account: String,
    account_id: String,
    psc_role: String,
    place: String,
    mpn_id: String,
    role: String,
    status: String,
    tone: &'static str,
    reason: Option<String>,
    helps: Vec<Help>,
    can_pick: bool,
}

struct Choice {
    value: &'static str,
    label: String,
    chosen: bool,
}

struct RunLine {
    label: String,
    when: String,
    path: String,
}

/// The table of PSC users, as drawn in domain.md section 6.
#[derive(Template)]
#[template(path = "migration/users/list.html")]
pub struct ListPage {
    page: Page,
    ready: String,
    migrated: String,
    errors: String,
    has_role: String,
    all_done: bool,
    nothing_here: bool,
    live: Option<RunView>,
    statuses: Vec<Choice>,
    error_choices: Vec<Choice>,
    search: String,
    filtered: bool,
    rows: Vec<Row>,
    tenant: String,
    tenant_id: String,
    can_pick: bool,
    /// Label and path of the preview of all ready ones.
    all: Option<(String, String)>,
    csv: String,
    next: Option<String>,
    runs: Vec<RunLine>,
}

/// What the page is made of.
pub struct Found<'a> {
    pub counts: &'a Counts,
    pub rows: &'a [Listed],
    pub more: bool,
    pub tenant: (uuid::Uuid, Vec<String>),
    pub runs: &'a [UserRun],
}

impl ListPage {
    pub fn new(ctx: &Ctx, actor: &Actor, looking: &Looking, found: &Found<'_>, now: DateTime<Utc>) -> Self {
        let l = ctx.l;
        let Found { counts, rows, more, tenant, runs } = found;
        let live = runs.iter().find(|run| run.state.is_live());
        let ready = counts.of(Standing::Ready);
        let asked = looking.query();
        let with = |rest: String| if asked.is_empty() { rest } else { format!("{asked}&{rest}") };
        let rows: Vec<Row> = rows.iter().map(|user| row(&l, actor, user, live.is_none())).collect();
        let can_pick = rows.iter().any(|row| row.can_pick);
        Self {
            page: Page::new(ctx, &l.t("users-title")),
            ready: l.number(ready),
            migrated: l.number(counts.of(Standing::Migrated)),
            errors: l.number(counts.to_correct()),
            has_role: l.number(counts.of(Standing::HasRole)),
            all_done: counts.all_done(),
            nothing_here: counts.total() == 0,
            live: live.map(|run| RunView::new(&l, run, now)),
            statuses: statuses(&l, looking, counts),
            error_choices: errors(&l, looking, counts),
            search: looking.search.clone(),
            filtered: !looking.is_everything(),
            next: found
                .rows
                .last()
                .filter(|_| *more)
                .map(|last| format!("/migration/users?{}", with(query(&[("after", &last.mail), ("id", &last.psc_user_id)])))),
            tenant: tenant.1.first().cloned().unwrap_or_default(),
            tenant_id: tenant.0.to_string(),
            all: (ready > 0 && live.is_none()).then(|| all_ready(&l, looking, ready)),
            csv: format!("/migration/users/list.csv?{asked}"),
            can_pick,
            rows,
            runs: runs.iter().map(|run| line(&l, run, now)).collect(),
        }
    }
}

/// All ready ones; of a search, those that it finds.
fn all_ready(l: &L10n, looking: &Looking, ready: i64) -> (String, String) {
    let path = format!("/migration/users/preview?{}", query(&[("all", "1"), ("q", &looking.search)]));
    let label = if looking.search.is_empty() { l.count("users-preview-all", ready) } else { l.t("users-preview-found") };
    (label, path)
}

fn statuses(l: &L10n, looking: &Looking, counts: &Counts) -> Vec<Choice> {
    let any = Choice { value: "", label: l.t("users-any-status"), chosen: looking.status.is_none() };
    let one = |status: Status| Choice {
        value: status.code(),
        label: format!("{} ({})", l.t(&format!("users-status-{}", status.code())), l.number(counts.of_status(status))),
        chosen: looking.status == Some(status),
    };
    std::iter::once(any).chain(Status::ALL.into_iter().map(one)).collect()
}

fn errors(l: &L10n, looking: &Looking, counts: &Counts) -> Vec<Choice> {
    let any = Choice { value: "", label: l.t("users-any-error"), chosen: looking.error.is_none() };
    let one = |standing: Standing| Choice {
        value: standing.code(),
        label: format!("{} ({})", l.t(&format!("user-short-{}", standing.code())), l.number(counts.of(standing))),
        chosen: looking.error == Some(standing),
    };
    std::iter::once(any).chain(Standing::ERRORS.into_iter().map(one)).collect()
}

fn row(l: &L10n, actor: &Actor, user: &Listed, free: bool) -> Row {
    let standing = Standing::from_code(&user.standing).unwrap_or(Standing::Ready);
    let located = user.whole || user.location.is_some();
    let place = if located { words::place(l, user.location.as_deref()) } else { l.t("users-no-location") };
    let reason = (standing.status() == Status::Error).then(|| match standing {
        Standing::HasRole => l.t1("users-has", "roles", held(l, user)),
        _ => words::reason(l, &user.standing),
    });
    let mut helps: Vec<Help> = standing
        .remedies()
        .iter()
        .map(|remedy| help(l, actor, user, standing, *remedy))
        .collect();
    // What waits behind the first error is told at once.
    if !located && standing.status() == Status::Error && ![Standing::NoLocation, Standing::HasRole].contains(&standing) {
        helps.push(help(l, actor, user, standing, Remedy::CorrectMpn));
    }
    Row {
        id: user.psc_user_id.clone(),
        mail: user.psc_mail.clone(),
        work_mail: user.work_mail.clone(),
        name: written::person(&user.first_name, &user.last_name),
        account: user.psc_account_name.clone(),
        account_id: user.psc_account_id.clone(),
        psc_role: words::psc_role(l, &user.psc_role),
        place,
        mpn_id: user.location_mpn.clone().unwrap_or_else(|| user.mpn_id.clone()),
        role: words::role(l, &user.role),
        status: l.t(&format!("users-status-{}", standing.status().code())),
        tone: match standing {
            Standing::Ready => "",
            Standing::Migrated => "good",
            Standing::HasRole => "warn",
            _ => "bad",
        },
        reason,
        helps,
        can_pick: free && standing == Standing::Ready,
    }
}

fn held(l: &L10n, user: &Listed) -> String {
    let one = |(role, place): (&String, &String)| format!("{} · {}", words::role(l, role), words::place(l, Some(place)));
    let all: Vec<String> = user.held_roles.iter().zip(&user.held_places).map(one).collect();
    all.join(", ")
}

/// What helps: as a link for whoever may do it, else as words about who may.
fn help(l: &L10n, actor: &Actor, user: &Listed, standing: Standing, remedy: Remedy) -> Help {
    let names = [("first", user.first_name.as_str()), ("last", user.last_name.as_str())];
    // A consumer's mail can be nobody's work account: it is not offered as one.
    let mail = if standing == Standing::ConsumerMail { "" } else { user.mail.as_str() };
    let new = |guest: &str| format!("/account/users/new?{}", query(&[("mail", mail), names[0], names[1], ("guest", guest)]));
    let whose = || format!("/account/users?{}", query(&[("q", &user.mail)]));
    let (key, path) = match remedy {
        Remedy::CreateAccount if policy::may_create_users(actor) => ("user-help-create", Some(new(""))),
        Remedy::CreateAccount => ("user-help-create-ask", Some("/account/users?role=global-admin".to_owned())),
        Remedy::AddGuest if policy::may_add_guests(actor) => ("user-help-guest", Some(new("1"))),
        Remedy::AddGuest => ("user-help-guest-ask", Some("/account/users?role=global-admin".to_owned())),
        Remedy::NameWorkAccount => {
            let id: String = url::form_urlencoded::byte_serialize(user.psc_user_id.as_bytes()).collect();
            ("user-help-name", Some(format!("/migration/users/accounts/{}", id.replace('+', "%20"))))
        }
        Remedy::EnableAccount => ("user-help-enable", Some(whose())),
        Remedy::SeeRoles => ("user-help-roles", Some(whose())),
        Remedy::CorrectMpn if user.mpn_id.is_empty() => ("user-help-mpn-none", Some("/psc/mpn".to_owned())),
        Remedy::CorrectMpn => ("user-help-mpn", Some("/psc/mpn".to_owned())),
    };
    Help { words: l.t(key), path }
}

fn line(l: &L10n, run: &UserRun, now: DateTime<Utc>) -> RunLine {
    RunLine {
        label: l.t(&format!("run-state-{}", run.state.code())),
        when: l.time(run.started_at, now),
        path: format!("/migration/users/runs/{}", run.id),
    }
}
