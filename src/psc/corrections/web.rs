//! The pages of corrections: the partner's, and the operators'.

use axum::extract::{Form, Path, Query, State};

use super::{
    forms::{DecisionForm, RequestForm, WrongQuery},
    service::{self, Correction, Wrong},
    views::{self, CorrectionsPage},
};
use crate::{
    accounts::service::{By, ChangeError},
    app::App,
    auth::Actor,
    error::AppError,
    ids::CorrectionId,
    operators::policy::OPERATE,
    psc::policy::{DECIDE_MPN, IMPORT, SEE_PREPARATIONS},
    web::{
        Ctx, Flash, PageResult, Route, Who,
        fields::refused,
        render,
        routes::{get, post},
        see_other,
    },
};

const OWN: &str = "/psc/mpn";
const ALL: &str = "/operations/mpn-corrections";

pub fn routes() -> Vec<Route> {
    let (ask, decide) = (Who::May(&IMPORT), Who::May(&DECIDE_MPN));
    vec![
        get(OWN, Who::May(&SEE_PREPARATIONS), list).nav("nav-moving", "nav-corrections"),
        get("/psc/mpn/new", ask, new),
        post("/psc/mpn/new", ask, request),
        post("/psc/mpn/{id}/withdrawal", ask, withdraw),
        get("/psc/mpn/{id}/decision", decide, show),
        post("/psc/mpn/{id}/decision", decide, settle),
    ]
}

/// The operators' pages.
pub fn operations() -> Vec<Route> {
    let operate = Who::May(&OPERATE);
    vec![
        get(ALL, operate, list_all).nav("nav-operations", "nav-corrections"),
        get("/operations/mpn-corrections/{id}", operate, show_any),
        post("/operations/mpn-corrections/{id}", operate, settle_any),
    ]
}

fn by<'a>(app: &'a App, ctx: &Ctx, actor: &'a Actor) -> By<'a> {
    By { db: &app.db, actor, address: ctx.peer, now: app.clock.now() }
}

async fn list(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let wrong = service::wrong(&app.db, actor.organisation).await?;
    let corrections = service::list(&app.db, Some(actor.organisation)).await?;
    render(&CorrectionsPage::own(&ctx, &actor, &wrong, &corrections))
}

async fn list_all(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    render(&CorrectionsPage::all(&ctx, &actor, &service::list(&app.db, None).await?))
}

/// The wrong MPN ID that an address names.
async fn named(app: &App, actor: &Actor, query: &WrongQuery) -> Result<Wrong, AppError> {
    let wrong = service::wrong(&app.db, actor.organisation).await?;
    wrong
        .into_iter()
        .find(|wrong| wrong.psc_account_id == query.account && wrong.mpn_id == query.wrong)
        .ok_or(AppError::NotFound)
}

async fn new(State(app): State<App>, ctx: Ctx, actor: Actor, Query(query): Query<WrongQuery>) -> PageResult {
    if query.account.is_empty() {
        return Ok(see_other(OWN));
    }
    let wrong = named(&app, &actor, &query).await?;
    let own = service::own_mpns(&app.db, actor.organisation).await?;
    render(&views::request(&ctx, &wrong, &own, &RequestForm::default(), &[]))
}

async fn request(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Query(query): Query<WrongQuery>,
    Form(form): Form<RequestForm>,
) -> PageResult {
    let wrong = named(&app, &actor, &query).await?;
    let flaws = match form.parse(&wrong) {
        Ok(new) => match service::request(&by(&app, &ctx, &actor), &new).await {
            Ok(_) => return Ok(Flash::new("flash-correction-requested").at(OWN)),
            Err(error) => vec![flaw(error)?],
        },
        Err(flaws) => flaws,
    };
    let own = service::own_mpns(&app.db, actor.organisation).await?;
    refused(422, &views::request(&ctx, &wrong, &own, &form, &flaws))
}

fn flaw(error: ChangeError) -> Result<(&'static str, &'static str), AppError> {
    match error {
        ChangeError::Flaw(field, key) => Ok((field, key)),
        ChangeError::Refused(key) => Ok(("", key)),
        ChangeError::App(error) => Err(error),
    }
}

async fn withdraw(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<CorrectionId>) -> PageResult {
    match service::withdraw(&by(&app, &ctx, &actor), id).await {
        Ok(()) => Ok(Flash::new("flash-correction-withdrawn").at(OWN)),
        Err(error) => {
            flaw(error)?;
            Ok(Flash::new("flash-correction-decided").at(OWN))
        }
    }
}

async fn show(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<CorrectionId>) -> PageResult {
    let asked = service::find(&app.db, Some(actor.organisation), id).await?;
    render(&views::decision(&ctx, &asked, &DecisionForm::default(), &[], OWN, format!("{OWN}/{id}/decision")))
}

async fn show_any(State(app): State<App>, ctx: Ctx, Path(id): Path<CorrectionId>) -> PageResult {
    let asked = service::find(&app.db, None, id).await?;
    render(&views::decision(&ctx, &asked, &DecisionForm::default(), &[], ALL, format!("{ALL}/{id}")))
}

async fn settle(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<CorrectionId>,
    Form(form): Form<DecisionForm>,
) -> PageResult {
    let asked = service::find(&app.db, Some(actor.organisation), id).await?;
    decide(&app, &ctx, &actor, &asked, &form, OWN, format!("{OWN}/{id}/decision")).await
}

async fn settle_any(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<CorrectionId>,
    Form(form): Form<DecisionForm>,
) -> PageResult {
    let asked = service::find(&app.db, None, id).await?;
    decide(&app, &ctx, &actor, &asked, &form, ALL, format!("{ALL}/{id}")).await
}

async fn decide(
    app: &App,
    ctx: &Ctx,
    actor: &Actor,
    asked: &Correction,
    form: &DecisionForm,
    back: &str,
    action: String,
) -> PageResult {
    let flaws = match form.parse() {
        Ok(decision) => match service::decide(&by(app, ctx, actor), asked.id, &decision).await {
            Ok(()) => return Ok(Flash::new("flash-correction-settled").at(back)),
            Err(error) => vec![flaw(error)?],
        },
        Err(flaws) => flaws,
    };
    refused(422, &views::decision(ctx, asked, form, &flaws, back, action))
}
