//! A new deal: one thing per page, kept as a draft between the steps.

use axum::{
    extract::{Form, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::lookups::{self, Search};
use crate::{
    accounts::service as accounts,
    app::App,
    auth::Actor,
    catalogue::service as catalogue,
    deals::{
        drafts::service::{self as drafts, Kept, Made},
        forms::{Do, Draft, Fields, Step, deal_path, maker},
        views::{Body, CheckView, Looked, Maker, RefusedPage, StartPage, StepPage, body, places, step_path},
    },
    error::AppError,
    ids::DraftId,
    referrals::{
        rules::Flaw,
        service::{self as referrals, ActError},
    },
    web::{Ctx, Flash, PageResult, render, see_other},
};

const START: &str = "/deals/new";

/// Open drafts, and the beginning.
pub async fn start(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let readiness = catalogue::readiness(&app.db, actor.organisation).await?;
    let drafts = drafts::list(&app.db, &actor).await?;
    render(&StartPage::new(&ctx, readiness, &drafts))
}

pub async fn begin(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    if !catalogue::readiness(&app.db, actor.organisation).await?.co_sell_ready {
        return refused(&ctx, &ActError::Refused("refused-no-solution"));
    }
    let people = referrals::recent_members(&app.db, &actor.scope()).await?;
    let draft = Draft::begin(maker(&actor.display_name, &actor.mail, &people));
    let id = drafts::begin(&app.db, &actor, &draft, app.clock.now()).await?;
    Ok(see_other(&step_path(id, Step::Customer)))
}

pub async fn show(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path((draft, step)): Path<(String, String)>,
    Query(search): Query<Search>,
) -> PageResult {
    let (id, step) = place(&draft, &step)?;
    let kept = drafts::open(&app.db, &actor, id).await?;
    if let Some(deal) = kept.deal {
        return Ok(see_other(&deal_path(deal)));
    }
    let flaws = if step == Step::Check { kept.draft.parse().1 } else { Vec::new() };
    render(&page(&app, &ctx, &actor, &kept, step, &search, &flaws).await?)
}

/// Keeps what was typed, right or wrong, and does what the button says.
pub async fn take(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path((draft, step)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> PageResult {
    let (id, step) = place(&draft, &step)?;
    let button = fields.button();
    if step == Step::Check {
        return match button {
            Do::Next => make(&app, &ctx, &actor, id, &fields).await,
            other => Ok(see_other(&after(id, step, &other))),
        };
    }
    let business = lookups::picked(&app, &button).await?;
    let people = match button {
        Do::AddPerson(_) => referrals::recent_members(&app.db, &actor.scope()).await?,
        _ => Vec::new(),
    };
    let kept = drafts::change(&app.db, &actor, id, app.clock.now(), |draft| {
        draft.read(step, &fields);
        draft.press(step, &button, business.as_ref(), &people);
        if button == Do::Next {
            draft.sheet.drop_empty_rows();
        }
    })
    .await?;
    if let Some(deal) = kept.deal {
        return Ok(see_other(&deal_path(deal)));
    }
    let search = Search::read(&fields);
    match (button, step.part()) {
        (Do::Next, _) => {
            let flaws = kept.draft.flaws_of(step);
            if flaws.is_empty() {
                return Ok(see_other(&step_path(id, step.next())));
            }
            unprocessable(&page(&app, &ctx, &actor, &kept, step, &search, &flaws).await?)
        }
        (Do::Close, _) => Ok(Flash::new("flash-draft-kept").at(START)),
        (Do::Search, Some(part)) => Ok(see_other(&format!("{}?{}#found", step_path(id, step), search.query(part)))),
        (Do::AddSolution(_), Some(part)) => Ok(see_other(&format!("{}?{}#solutions", step_path(id, step), search.query(part)))),
        (Do::AddRow, _) => Ok(see_other(&format!("{}#team-{}-first_name", step_path(id, step), kept.draft.sheet.team.len()))),
        (other, _) => Ok(see_other(&after(id, step, &other))),
    }
}

pub async fn discard(State(app): State<App>, actor: Actor, Path(draft): Path<String>) -> PageResult {
    let id = draft.parse().map_err(|_| AppError::NotFound)?;
    drafts::discard(&app.db, &actor, id).await?;
    Ok(Flash::new("flash-draft-discarded").at(START))
}

fn place(draft: &str, step: &str) -> Result<(DraftId, Step), AppError> {
    let id = draft.parse().map_err(|_| AppError::NotFound)?;
    Ok((id, Step::from_code(step).ok_or(AppError::NotFound)?))
}

/// Where a button leads that only moves, or changes the step's own rows.
fn after(id: DraftId, step: Step, button: &Do) -> String {
    match button {
        Do::Back => step_path(id, step.back()),
        Do::To(other) => step_path(id, *other),
        Do::Close => START.to_owned(),
        Do::Remove(_) | Do::AddPerson(_) | Do::Pick(_) | Do::Assess(_) | Do::Other => {
            let anchor = if step == Step::Customer { "customer" } else { step.code() };
            format!("{}#{anchor}", step_path(id, step))
        }
        _ => step_path(id, step),
    }
}

async fn make(app: &App, ctx: &Ctx, actor: &Actor, id: DraftId, fields: &Fields) -> PageResult {
    let seen = fields.text("version").parse().unwrap_or_default();
    match drafts::make(&app.by(actor), id, seen).await {
        Ok(Made::Deal(deal)) => Ok(Flash::new("flash-deal-made").at(&deal_path(deal))),
        Ok(made) => {
            let kept = drafts::open(&app.db, actor, id).await?;
            let flaws = match made {
                Made::Wrong(flaws) => flaws,
                _ => vec![Flaw::new("draft", "flaw-draft-changed")],
            };
            unprocessable(&page(app, ctx, actor, &kept, Step::Check, &Search::default(), &flaws).await?)
        }
        Err(ActError::NotFound) => Err(AppError::NotFound),
        Err(ActError::Database(error)) => Err(error.into()),
        Err(error) => refused(ctx, &error),
    }
}

async fn page(
    app: &App,
    ctx: &Ctx,
    actor: &Actor,
    kept: &Kept,
    step: Step,
    search: &Search,
    flaws: &[Flaw],
) -> Result<StepPage, AppError> {
    let draft = &kept.draft;
    let maker = Maker { l: ctx.l, flaws };
    let places = match step {
        Step::Details | Step::Check => {
            let locations = accounts::locations(&app.db, actor.organisation).await?;
            places(ctx.l, actor, &locations, &draft.location)
        }
        _ => Vec::new(),
    };
    let looked = lookups::look(app, actor, step.part(), &draft.sheet, search, true, draft.assessment).await?;
    let body = match body(maker, draft, step, &looked, places.clone()) {
        Some(body) => body,
        None => {
            let (new, wrong) = draft.parse();
            let likely = referrals::likely_duplicates(&app.db, &actor.scope(), &new).await?;
            let looked = Looked { named: lookups::named(app, &draft.sheet).await?, ..looked };
            Body::Check(CheckView::new(ctx.l, kept, &places, &looked, &likely, wrong.is_empty()))
        }
    };
    Ok(StepPage::new(ctx, kept, step, flaws, body))
}

fn unprocessable(page: &impl askama::Template) -> Result<Response, AppError> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(page)?).into_response())
}

/// The page that says why no deal was made, and what helps.
fn refused(ctx: &Ctx, error: &ActError) -> PageResult {
    let status = if matches!(error, ActError::Forbidden(_)) { StatusCode::FORBIDDEN } else { StatusCode::CONFLICT };
    Ok((status, render(&RefusedPage::new(ctx, error.key(), None))?).into_response())
}
