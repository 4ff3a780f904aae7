//! One deal: details, editing, closing, products; and new ones.

use axum::{
    extract::{Form, Path, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{accounts_of, by, desk, status, words};
use crate::{
    app::App,
    auth::Actor,
    catalogue::service::{self as catalogue, Source},
    error::AppError,
    psc::{
        import::{
            DealColumn as C,
            texts::{DealTexts, StoredDeal},
        },
        portal::{
            forms::{self, CLOSINGS, EDITED, Pairs, ProductForm},
            rules::Act,
            service::{self, Desk, EditError, Found},
            views::{self, DealPage, ProductsPage, problems_of},
        },
    },
    web::{
        Ctx, Flash, PageResult,
        fields::{Problem, refused},
        render, see_other,
    },
};

fn address(id: &str) -> String {
    let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("/psc/deals/{}", id.replace('+', "%20"))
}

/// A deal, or the way to where it went.
async fn find(app: &App, actor: &Actor, desk: &Desk, id: &str) -> Result<Result<Box<StoredDeal>, Response>, AppError> {
    // The database keeps no such character, and would not even look.
    if id.contains('\0') {
        return Err(AppError::NotFound);
    }
    Ok(match service::find(&app.db, actor, desk, id).await? {
        Found::Here(deal) => Ok(deal),
        Found::Migrated(referral) => Err(see_other(&format!("/deals/{referral}"))),
    })
}

macro_rules! deal {
    ($app:expr, $actor:expr, $desk:expr, $id:expr) => {
        match find($app, $actor, $desk, $id).await? {
            Ok(deal) => deal,
            Err(elsewhere) => return Ok(elsewhere),
        }
    };
}

/// The address of a deal leads to where it went, also when PSC has closed.
pub async fn show(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    if let Some(desk) = service::desk(&app.db, &actor, app.clock.now()).await?
        && !id.contains('\0')
        && let Ok(Found::Migrated(referral)) = service::find(&app.db, &actor, &desk, &id).await
    {
        return Ok(Redirect::permanent(&format!("/deals/{referral}")).into_response());
    }
    let desk = desk!(&app, &ctx, &actor);
    let deal = deal!(&app, &actor, &desk, &id);
    let accounts = accounts_of(&app, &actor, &desk).await?;
    render(&DealPage::new(&ctx, &actor, &desk, &accounts, &deal))
}

/// Whether a form of a deal is there at all; else back to the deal, which says why not.
fn offered(desk: &Desk, deal: &StoredDeal, act: Act) -> bool {
    deal.is_open() && desk.may(act).is_ok()
}

fn back(id: &str) -> Response {
    Redirect::to(&address(id)).into_response()
}

pub async fn edit_form(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let deal = deal!(&app, &actor, &desk, &id);
    if !offered(&desk, &deal, Act::Edit) {
        return Ok(back(&id));
    }
    render(&views::edit(&ctx, &id, deal.digest, &DealTexts::from(deal.as_ref()), None, Vec::new()))
}

pub async fn edit(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>, Form(form): Form<Pairs>) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let deal = deal!(&app, &actor, &desk, &id);
    let seen = forms::seen(&form);
    let error = match service::edit(&by(&app, &ctx, &actor), &desk, &id, seen, &forms::cells(&form, &EDITED)).await {
        Ok(edited) => return Ok(saved(edited, &address(&id))),
        Err(EditError::App(error)) => return Err(error),
        Err(error) => error,
    };
    let problems = problems(&ctx, &error);
    // After a conflict the form is about the deal as it is now, with what was typed.
    let seen = if let EditError::Conflict(now) = &error { now.digest } else { seen };
    refused(
        status(&error),
        &views::edit(&ctx, &id, seen, &DealTexts::from(deal.as_ref()), Some(&form), problems),
    )
}

fn saved(edited: service::Edited, path: &str) -> Response {
    let flash = match edited {
        service::Edited::Changed => "flash-psc-saved",
        service::Edited::Same => "flash-nothing-changed",
    };
    Flash::new(flash).at(path)
}

fn problems(ctx: &Ctx, error: &EditError) -> Vec<Problem> {
    match error {
        EditError::Flaws(flaws) => problems_of(ctx.l, flaws),
        error => words(ctx, error)
            .map(|words| Problem { field: String::new(), words })
            .into_iter()
            .collect(),
    }
}

/// A new deal begins as one of the maker's own: co-selling, assigned to them.
fn fresh(actor: &Actor, desk: &Desk) -> Pairs {
    let assigned = desk.access.mails.first().unwrap_or(&actor.mail);
    [("business", "Co-sell"), ("co-sell", "Yes"), ("stage", "10"), ("assigned", assigned)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

pub async fn new(State(app): State<App>, ctx: Ctx, actor: Actor) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    if desk.may(Act::Create).is_err() {
        // The grid says why not beside the button.
        return Ok(Redirect::to("/psc/deals").into_response());
    }
    let accounts = accounts_of(&app, &actor, &desk).await?;
    render(&views::new(&ctx, &accounts, &fresh(&actor, &desk), Vec::new()))
}

pub async fn create(State(app): State<App>, ctx: Ctx, actor: Actor, Form(form): Form<Pairs>) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let accounts = accounts_of(&app, &actor, &desk).await?;
    let mut cells = forms::cells(&form, &EDITED);
    cells.push((C::Products, forms::value(&form, "products").replace('\0', "")));
    let mut flaws = Vec::new();
    match accounts.iter().find(|account| account.id == forms::value(&form, "account")) {
        Some(account) => cells.extend([(C::AccountId, account.id.clone()), (C::AccountName, account.name.clone())]),
        None => flaws.push(Problem { field: "account".to_owned(), words: ctx.l.t("psc-account-needed") }),
    }
    if forms::value(&form, "name").trim().is_empty() {
        flaws.push(Problem { field: "name".to_owned(), words: ctx.l.t("psc-name-needed") });
    }
    if !flaws.is_empty() {
        return refused(422, &views::new(&ctx, &accounts, &form, flaws));
    }
    match service::create(&by(&app, &ctx, &actor), &desk, &cells).await {
        Ok(id) => Ok(Flash::new("flash-psc-created").at(&address(&id))),
        Err(EditError::App(AppError::NotFound)) => {
            let problem = Problem { field: "assigned".to_owned(), words: ctx.l.t("psc-assigned-needed") };
            refused(422, &views::new(&ctx, &accounts, &form, vec![problem]))
        }
        Err(EditError::App(error)) => Err(error),
        Err(error) => refused(status(&error), &views::new(&ctx, &accounts, &form, problems(&ctx, &error))),
    }
}

pub async fn closing_form(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let deal = deal!(&app, &actor, &desk, &id);
    if !offered(&desk, &deal, Act::Close) {
        return Ok(back(&id));
    }
    render(&views::closing(&ctx, &id, &deal.name, deal.digest, "", Vec::new()))
}

pub async fn close(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let deal = deal!(&app, &actor, &desk, &id);
    let chosen = forms::value(&form, "status");
    let Some((_, status_word)) = CLOSINGS.iter().find(|(code, _)| *code == chosen) else {
        let problem = Problem { field: "status".to_owned(), words: ctx.l.t("psc-close-needed") };
        return refused(422, &views::closing(&ctx, &id, &deal.name, forms::seen(&form), chosen, vec![problem]));
    };
    match service::close(&by(&app, &ctx, &actor), &desk, &id, forms::seen(&form), status_word).await {
        Ok(_) => Ok(Flash::new("flash-psc-closed").at(&address(&id))),
        Err(EditError::App(error)) => Err(error),
        Err(error) => {
            refused(status(&error), &views::closing(&ctx, &id, &deal.name, deal.digest, chosen, problems(&ctx, &error)))
        }
    }
}

async fn products_page(
    app: &App,
    ctx: &Ctx,
    actor: &Actor,
    desk: &Desk,
    deal: &StoredDeal,
    form: ProductForm,
    problems: Vec<Problem>,
) -> Result<ProductsPage, AppError> {
    let accounts = accounts_of(app, actor, desk).await?;
    let known = catalogue::solutions_by_id(&app.db, &deal.solution_ids).await?;
    let mut offered = Vec::new();
    for source in Source::ALL {
        offered.extend(catalogue::search_solutions(&app.db, actor.organisation, source, "").await?);
    }
    Ok(ProductsPage::new(ctx, actor, desk, &accounts, deal, (&known, &offered), form, problems))
}

pub async fn products(State(app): State<App>, ctx: Ctx, actor: Actor, Path(id): Path<String>) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let deal = deal!(&app, &actor, &desk, &id);
    render(&products_page(&app, &ctx, &actor, &desk, &deal, ProductForm::default(), Vec::new()).await?)
}

pub async fn change_products(
    State(app): State<App>,
    ctx: Ctx,
    actor: Actor,
    Path(id): Path<String>,
    Form(form): Form<ProductForm>,
) -> PageResult {
    let desk = desk!(&app, &ctx, &actor);
    let deal = deal!(&app, &actor, &desk, &id);
    let texts = DealTexts::from(deal.as_ref());
    let (answer, problems) = match form.apply(texts.get(C::Products)) {
        Err(key) => (422, vec![Problem { field: "product".to_owned(), words: ctx.l.t(key) }]),
        Ok(products) => {
            let seen = form.seen.parse().unwrap_or_default();
            match service::edit(&by(&app, &ctx, &actor), &desk, &id, seen, &[(C::Products, products)]).await {
                Ok(edited) => return Ok(saved(edited, &format!("{}/products", address(&id)))),
                Err(EditError::App(error)) => return Err(error),
                Err(error) => {
                    let mut problems = problems(&ctx, &error);
                    for problem in problems.iter_mut().filter(|problem| problem.field == "products") {
                        "product".clone_into(&mut problem.field);
                    }
                    (status(&error), problems)
                }
            }
        }
    };
    refused(answer, &products_page(&app, &ctx, &actor, &desk, &deal, form, problems).await?)
}
