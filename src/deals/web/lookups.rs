//! What the pages of a new deal and those that edit one look up.

use serde::Deserialize;

use crate::{
    accounts::service as accounts,
    app::App,
    auth::Actor,
    catalogue::service::{self as catalogue, Business, Source},
    deals::{
        forms::{Do, Fields, Part, Sheet},
        views::Looked,
    },
    error::AppError,
    referrals::service as referrals,
    web::countries,
};

/// What is searched for: of a page's address, or of its form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    pub q: String,
    pub country: Option<String>,
    pub from: String,
}

impl Search {
    pub fn read(fields: &Fields) -> Self {
        let country = fields.has("country").then(|| fields.text("country"));
        Self { q: fields.text("q"), country, from: fields.text("from") }
    }

    /// As the end of an address.
    pub fn query(&self, part: Part) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &self.q);
        match part {
            Part::Customer => query.append_pair("country", self.country.as_deref().unwrap_or_default()),
            _ => query.append_pair("from", &self.from),
        };
        query.finish()
    }
}

/// What a part's page needs. `new`: of a new deal.
pub async fn look(
    app: &App,
    actor: &Actor,
    part: Option<Part>,
    sheet: &Sheet,
    search: &Search,
    new: bool,
    assessment: bool,
) -> Result<Looked, AppError> {
    let db = &app.db;
    let mut looked = Looked { search: search.q.clone(), new, ..Looked::default() };
    match part {
        Some(Part::Customer) => {
            looked.country = match &search.country {
                Some(country) => country.clone(),
                None => accounts::organisation(db, actor.organisation)
                    .await?
                    .map(|organisation| organisation.country)
                    .unwrap_or_default(),
            };
            if !countries::is_code(&looked.country) {
                looked.country.clear();
            }
            looked.businesses = catalogue::search_businesses(db, &looked.country, &search.q).await?;
            looked.business = match sheet.customer.business {
                Some(id) => catalogue::business(db, id).await?,
                None => None,
            };
        }
        Some(Part::Team) => looked.people = referrals::recent_members(db, &actor.scope()).await?,
        Some(Part::Solutions) => {
            looked.source = Source::from_code(&search.from).unwrap_or_default();
            looked.named = named(app, sheet).await?;
            looked.found = catalogue::search_solutions(db, actor.organisation, looked.source, &search.q).await?;
            if assessment || (new && catalogue::readiness(db, actor.organisation).await?.assessments) {
                looked.assessments = Some(catalogue::assessments(db).await?);
            }
        }
        Some(Part::Details) | None => {}
    }
    Ok(looked)
}

/// What the catalogue knows of a sheet's solutions.
pub async fn named(app: &App, sheet: &Sheet) -> sqlx::Result<Vec<catalogue::Solution>> {
    let ids: Vec<String> = sheet.solutions.iter().map(|solution| solution.id.clone()).collect();
    catalogue::solutions_by_id(&app.db, &ids).await
}

/// The business that a button picks.
///
/// # Errors
/// 404 for one that is not in the directory.
pub async fn picked(app: &App, button: &Do) -> Result<Option<Business>, AppError> {
    let Do::Pick(id) = button else { return Ok(None) };
    catalogue::business(&app.db, *id).await?.map(Some).ok_or(AppError::NotFound)
}
