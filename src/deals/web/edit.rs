//! Editing a deal: a page each for details, customer, team and solutions. What two people changed at once is shown side by side.

use axum::{
    extract::{Form, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    DealId,
    lookups::{self, Search},
};
use crate::{
    app::App,
    auth::Actor,
    deals::{
        forms::{Do, Fields, Part, Sheet, Unit, deal_path, parsed_customer, parsed_solutions},
        views::{ConflictView, EditPage, Editing, Looked, RefusedPage, Unseen, collisions, unseen},
    },
    error::AppError,
    ids::ReferralId,
    referrals::{
        command::Seen,
        kind::DealType,
        rules::{self, Flaw},
        service::{self, ActError, Opened},
        status::Status,
    },
    web::{Ctx, Flash, PageResult, render},
};

/// The handlers of a part's page.
macro_rules! pages {
    ($($show:ident, $save:ident, $part:expr;)+) => {$(
        pub async fn $show(State(app): State<App>, ctx: Ctx, actor: Actor, DealId(id): DealId) -> PageResult {
            open(&app, &ctx, &actor, id, $part).await
        }

        pub async fn $save(
            State(app): State<App>,
            ctx: Ctx,
            actor: Actor,
            DealId(id): DealId,
            Form(fields): Form<Fields>,
        ) -> PageResult {
            take(&app, &ctx, &actor, id, $part, &fields).await
        }
    )+};
}

pages! {
    details, save_details, Part::Details;
    customer, save_customer, Part::Customer;
    team, save_team, Part::Team;
    solutions, save_solutions, Part::Solutions;
}

async fn open(app: &App, ctx: &Ctx, actor: &Actor, id: ReferralId, part: Part) -> PageResult {
    let opened = service::open(&app.db, &actor.scope(), id).await?;
    if let Err(why) = may_edit(&opened, part) {
        return refused(ctx, id, &why);
    }
    let page = Editor { app, ctx, actor, part, opened };
    let sheet = Sheet::of(&page.opened);
    render(&page.show(&sheet, &Search::default(), &[], unseen(part, &page.opened)).await?)
}

/// Saves, or does what another button of the form says: then nothing is changed, and the form comes back as typed.
async fn take(app: &App, ctx: &Ctx, actor: &Actor, id: ReferralId, part: Part, fields: &Fields) -> PageResult {
    let opened = service::open(&app.db, &actor.scope(), id).await?;
    if let Err(why) = may_edit(&opened, part) {
        return refused(ctx, id, &why);
    }
    let page = Editor { app, ctx, actor, part, opened };
    let button = fields.button();
    let mut typed = page.read(fields, &button).await?;
    if button != Do::Next {
        return page.again(&typed, fields, &[]).await;
    }
    typed.drop_empty_rows();
    let now = Sheet::of(&page.opened);
    for unit in part.units() {
        if fields.text(&format!("choice-{}", unit.code())) == "theirs" {
            typed.take(*unit, &now);
        }
    }
    let seen = Seen { referral: page.opened.deal.version, engagement: page.opened.deal.engagement_version };
    if began_with(fields) != Some(seen) && !collisions(part, &now, &typed, |unit| was(fields, unit)).is_empty() {
        return page.conflict(&typed, fields).await;
    }
    match save(&page, &typed, seen).await {
        Ok(()) => Ok(Flash::new("flash-deal-saved").at(&deal_path(id))),
        Err(ActError::Invalid(flaws)) => page.again(&typed, fields, &flaws).await,
        Err(ActError::Changed) => {
            // Somebody was faster in this very moment.
            let opened = service::open(&app.db, &actor.scope(), id).await?;
            Editor { opened, ..page }.conflict(&typed, fields).await
        }
        Err(ActError::NotFound) => Err(AppError::NotFound),
        Err(ActError::Database(error)) => Err(error.into()),
        Err(why) => refused(ctx, id, &why),
    }
}

async fn save(page: &Editor<'_>, typed: &Sheet, seen: Seen) -> Result<(), ActError> {
    let (by, id) = (page.app.by(page.actor), page.opened.deal.referral_id);
    let right = |flaws: Vec<Flaw>| if flaws.is_empty() { Ok(()) } else { Err(ActError::Invalid(flaws)) };
    match page.part {
        Part::Details => {
            let (details, flaws) = typed.details.parse();
            right(flaws)?;
            service::edit_details(&by, id, Some(seen), details).await
        }
        Part::Customer => {
            let mut flaws = parsed_customer(&typed.customer);
            flaws.extend(rules::contact(&typed.contact, page.opened.deal.deal_type.asks_vendor()));
            right(flaws)?;
            service::edit_customer(&by, id, Some(seen), typed.customer.clone(), typed.contact.clone()).await
        }
        Part::Team => service::edit_team(&by, id, Some(seen), typed.team.clone()).await,
        Part::Solutions => {
            let (chosen, flaws) = parsed_solutions(&typed.solutions);
            right(flaws)?;
            service::edit_solutions(&by, id, Some(seen), chosen).await
        }
    }
}

/// Why a part cannot be edited at all. The service says so again when it is saved.
fn may_edit(opened: &Opened, part: Part) -> Result<(), ActError> {
    let deal = &opened.deal;
    let shared = matches!(part, Part::Customer | Part::Solutions);
    if deal.status.is_terminal() {
        Err(ActError::Over)
    } else if shared && deal.partner_started {
        Err(ActError::Forbidden("refusal-not-your-engagement"))
    } else if shared && deal.status != Status::Accepted {
        Err(ActError::Refused("refused-answer-first"))
    } else {
        Ok(())
    }
}

/// The versions that the page began with.
fn began_with(fields: &Fields) -> Option<Seen> {
    let version = |name| fields.text(name).parse().ok();
    Some(Seen { referral: version("seen-referral")?, engagement: version("seen-engagement")? })
}

fn was(fields: &Fields, unit: Unit) -> String {
    fields.text(&format!("was-{}", unit.code()))
}

/// A part's page, and what it is about.
struct Editor<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    actor: &'a Actor,
    part: Part,
    /// As it stands.
    opened: Opened,
}

impl Editor<'_> {
    /// What the form says, after its own buttons.
    async fn read(&self, fields: &Fields, button: &Do) -> Result<Sheet, AppError> {
        let now = Sheet::of(&self.opened);
        let business = lookups::picked(self.app, button).await?;
        let mut people = Vec::new();
        if let Do::AddPerson(_) = button {
            people = service::recent_members(&self.app.db, &self.actor.scope()).await?;
            people.extend(now.team.iter().cloned());
        }
        let mut typed = now.clone();
        if self.part == Part::Customer && !fields.has("customer-name") {
            // A picked business that is not the one that stands there now.
            let id = fields.text("customer-business").parse().ok();
            if let Some(id) = id.filter(|id| now.customer.business != Some(*id)) {
                let picked = lookups::picked(self.app, &Do::Pick(id)).await?;
                typed.press(self.part, &Do::Pick(id), picked.as_ref(), &[]);
            }
        }
        if self.opened.deal.deal_type == DealType::SolutionAssessment && self.part == Part::Solutions {
            typed.read_assessment(fields);
        } else {
            typed.read(self.part, fields);
        }
        typed.press(self.part, button, business.as_ref(), &people);
        Ok(typed)
    }

    async fn look(&self, typed: &Sheet, search: &Search) -> Result<Looked, AppError> {
        let assessment = self.opened.deal.deal_type == DealType::SolutionAssessment;
        lookups::look(self.app, self.actor, Some(self.part), typed, search, false, assessment).await
    }

    async fn show(&self, typed: &Sheet, search: &Search, flaws: &[Flaw], unseen: Vec<Unseen>) -> Result<EditPage, AppError> {
        let looked = self.look(typed, search).await?;
        let editing = Editing { part: self.part, opened: &self.opened, typed, unseen, flaws, looked: &looked };
        Ok(EditPage::new(self.ctx, editing, None))
    }

    /// 422: the form as typed; it goes on from what it began with.
    async fn again(&self, typed: &Sheet, fields: &Fields, flaws: &[Flaw]) -> Result<Response, AppError> {
        let kept = unseen(self.part, &self.opened)
            .into_iter()
            .map(|hidden| Unseen { value: fields.text(&hidden.name), name: hidden.name })
            .collect();
        let page = self.show(typed, &Search::read(fields), flaws, kept).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
    }

    /// 409: what stands now and what was typed, side by side. The form begins anew with what stands now.
    async fn conflict(&self, typed: &Sheet, fields: &Fields) -> Result<Response, AppError> {
        let now = Sheet::of(&self.opened);
        let scope = self.actor.scope();
        let last = service::last_change(&self.app.db, &scope, self.opened.deal.referral_id, self.part.events()).await?;
        let looked = self.look(typed, &Search::read(fields)).await?;
        let mut both = typed.clone();
        both.solutions.extend(now.solutions.iter().cloned());
        let named = Looked { named: lookups::named(self.app, &both).await?, ..Looked::default() };
        let found = collisions(self.part, &now, typed, |unit| was(fields, unit));
        let conflict = ConflictView::new(self.ctx.l, &found, &now, typed, &named, last.as_ref());
        let editing = Editing {
            part: self.part,
            opened: &self.opened,
            typed,
            unseen: unseen(self.part, &self.opened),
            flaws: &[],
            looked: &looked,
        };
        let page = EditPage::new(self.ctx, editing, Some(conflict));
        Ok((StatusCode::CONFLICT, render(&page)?).into_response())
    }
}

/// The page that says why nothing was changed, and the way back.
fn refused(ctx: &Ctx, id: ReferralId, why: &ActError) -> PageResult {
    let status = if matches!(why, ActError::Forbidden(_)) { StatusCode::FORBIDDEN } else { StatusCode::CONFLICT };
    Ok((status, render(&RefusedPage::new(ctx, why.key(), Some(id)))?).into_response())
}
