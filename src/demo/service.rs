//! Loads the demo, once, and says who can sign in.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};

use super::{
    data::{
        businesses::BUSINESSES,
        organisations::{
            CONSULTING_DOMAIN, CONSULTING_LOCATIONS, CONSULTING_MPN, FABRIKAM_DOMAIN, FABRIKAM_LOCATIONS, FABRIKAM_MPN,
            MICROSOFT_DOMAIN,
        },
        people::{self, DemoPerson},
        solutions,
    },
    requests, store,
};
use crate::{
    accounts::service::{self as accounts, AccountsError, Location, NewLocation, NewPartner, NewUser, PscDates},
    auth::{Assignment, Role, secret},
    catalogue::service::{self as catalogue, NewSolution},
    clock::Clock,
    db::{self, Pool, Tx},
    error::AppError,
    ids::{OrganisationId, UserId},
    referrals::service::ActError,
};

#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("the demo's accounts cannot be created: {0}")]
    Accounts(#[from] AccountsError),
    #[error("the demo's deals cannot be made: {0}")]
    Deals(#[from] ActError),
    #[error("the demo's password cannot be hashed: {0}")]
    Password(AppError),
    #[error("the demo cannot be loaded: {0}")]
    Database(#[from] sqlx::Error),
}

/// Somebody of the demo, to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub mail: String,
    /// Codes of the roles and the location where they hold, in English: `referrals-admin`, `referrals-admin of Fabrikam Seoul`,
    /// `no role`.
    pub role: String,
}

#[derive(Clone, Debug)]
pub struct Loaded {
    /// Everybody who can sign in.
    pub people: Vec<Person>,
    /// `false`: it had been loaded before; nothing was changed, passwords neither.
    pub loaded_now: bool,
}

/// The demo's PSC: deals created from 1 January of last year are eligible, read-only since 10 days ago, closed in 20 days.
pub fn psc_dates(today: NaiveDate) -> PscDates {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    PscDates {
        eligible_from: midnight(NaiveDate::from_ymd_opt(today.year() - 1, 1, 1).unwrap_or(today)),
        read_only_from: midnight(today - Days::new(10)),
        closed_from: midnight(today + Days::new(20)),
    }
}

/// Loads organisations, people and catalogue in one transaction; does nothing when Fabrikam is there.
///
/// Everybody gets the same password and even the same hash of it: it is printed at the start for all to use, so there is nothing
/// that a salt of each one's own could hide, and fifteen slow hashes are fourteen too many for a quick start.
pub async fn load(pool: &Pool, clock: &Clock, password: &str) -> Result<Loaded, DemoError> {
    let loaded_now = accounts::find_partner_by_mpn(pool, FABRIKAM_MPN).await?.is_none() && create(pool, clock, password).await?;
    Ok(Loaded { people: people(pool).await?, loaded_now })
}

/// The demo's people who can sign in, with the roles that they have now.
pub async fn people(pool: &Pool) -> sqlx::Result<Vec<Person>> {
    let houses: [(&str, &[DemoPerson]); 3] =
        [(FABRIKAM_DOMAIN, &people::FABRIKAM), (CONSULTING_DOMAIN, &people::CONSULTING), (MICROSOFT_DOMAIN, &people::MICROSOFT)];
    let mut people = Vec::new();
    for (domain, ours) in houses {
        let Some(organisation) = accounts::find_by_domain(pool, domain).await? else { continue };
        let locations = accounts::locations(pool, organisation.id).await?;
        // Others may have been added since, who do not have the demo's password.
        let mut ours: Vec<String> = ours.iter().map(|person| person.mail(domain)).collect();
        let manager = people::PARTNER_MANAGER.mail(MICROSOFT_DOMAIN);
        ours.push(manager.clone());
        let members = accounts::members(pool, organisation.id).await?;
        people.extend(members.into_iter().filter(|member| ours.contains(&member.mail)).map(|member| {
            let role = if member.mail == manager {
                "partner development manager".to_owned()
            } else {
                describe(&member.roles, &locations)
            };
            Person { mail: member.mail, role }
        }));
    }
    Ok(people)
}

fn describe(roles: &[Assignment], locations: &[Location]) -> String {
    let one = |assignment: &Assignment| {
        let location = locations.iter().find(|location| Some(location.id) == assignment.location);
        let role = assignment.role.code();
        location.map_or_else(|| role.to_owned(), |location| format!("{role} of {}", location.name))
    };
    if roles.is_empty() { "no role".to_owned() } else { roles.iter().map(one).collect::<Vec<_>>().join(", ") }
}

/// `false`: another process was faster.
async fn create(pool: &Pool, clock: &Clock, password: &str) -> Result<bool, DemoError> {
    let hash = secret::hash_password(password.to_owned()).await.map_err(DemoError::Password)?;
    let at = clock.now();
    let psc = psc_dates(at.date_naive());
    let mut tx = db::begin(pool).await?;
    store::lock(&mut tx).await?;
    if store::partner_exists(&mut tx, FABRIKAM_MPN).await? {
        tx.rollback().await?;
        return Ok(false);
    }

    let fabrikam = NewPartner { legal_name: "Fabrikam", country: "KR", mpn_id: FABRIKAM_MPN, isv_connect: true, psc };
    let fabrikam = accounts::create_partner(&mut tx, &fabrikam, at).await?;
    let consulting =
        NewPartner { legal_name: "Contoso Consulting", country: "US", mpn_id: CONSULTING_MPN, isv_connect: false, psc };
    let consulting = accounts::create_partner(&mut tx, &consulting, at).await?;
    let microsoft = accounts::create_vendor(&mut tx, "Microsoft", "US", at).await?;

    let mut house = House { tx: &mut tx, at, hash: &hash };
    house
        .fill(fabrikam, FABRIKAM_DOMAIN, &FABRIKAM_LOCATIONS, &people::FABRIKAM, &solutions::FABRIKAM)
        .await?;
    let partners = house
        .fill(consulting, CONSULTING_DOMAIN, &CONSULTING_LOCATIONS, &people::CONSULTING, &solutions::CONSULTING)
        .await?;
    let sellers = house
        .fill(microsoft, MICROSOFT_DOMAIN, &[], &people::MICROSOFT, &solutions::MICROSOFT)
        .await?;
    house.add(fabrikam, MICROSOFT_DOMAIN, &people::PARTNER_MANAGER).await?;
    store::allow_assessments(&mut tx, fabrikam).await?;
    for business in &BUSINESSES {
        catalogue::create_business(&mut tx, business).await?;
    }
    for (account, phone, countries) in people::SELLERS {
        let seller = sellers
            .iter()
            .find(|(name, _)| *name == account)
            .ok_or(AccountsError::NotFound)?;
        store::set_seller(&mut tx, seller.1, phone, countries).await?;
    }
    let theo = requests::actor(
        consulting,
        Some(CONSULTING_MPN),
        Role::ReferralsAdmin,
        &people::CONSULTING,
        CONSULTING_DOMAIN,
        &partners,
    );
    let sam = requests::actor(microsoft, None, Role::Seller, &people::MICROSOFT, MICROSOFT_DOMAIN, &sellers);
    if let (Some(theo), Some(sam)) = (theo, sam) {
        requests::make(&mut tx, pool, at, &theo, &sam).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// What filling every organisation needs.
struct House<'t, 'c> {
    tx: &'t mut Tx<'c>,
    at: DateTime<Utc>,
    hash: &'t str,
}

impl House<'_, '_> {
    async fn add(&mut self, organisation: OrganisationId, domain: &str, person: &DemoPerson) -> Result<UserId, DemoError> {
        let new = NewUser {
            mail: &person.mail(domain),
            display_name: &person.display_name(),
            time_zone: person.time_zone,
            password_hash: Some(self.hash),
        };
        Ok(accounts::create_user(self.tx, organisation, &new, self.at).await?)
    }

    async fn fill(
        &mut self,
        organisation: OrganisationId,
        domain: &str,
        locations: &[NewLocation<'_>],
        people: &[DemoPerson],
        solutions: &[NewSolution<'_>],
    ) -> Result<Vec<(&'static str, UserId)>, DemoError> {
        accounts::add_tenant_domain(self.tx, organisation, domain).await?;
        let (mut places, mut made) = (Vec::new(), Vec::new());
        for location in locations {
            places.push((location.mpn_id, accounts::create_location(self.tx, organisation, location, self.at).await?));
        }
        for person in people {
            let user = self.add(organisation, domain, person).await?;
            made.push((person.account, user));
            let Some((role, place)) = person.role else { continue };
            let location = match place {
                // A place that is not there must not become the whole organisation.
                Some(place) => {
                    let found = places.iter().find(|(mpn_id, _)| *mpn_id == place);
                    Some(found.ok_or(AccountsError::NotFound)?.1)
                }
                None => None,
            };
            accounts::assign_role(self.tx, organisation, user, role, location, None, self.at).await?;
        }
        for solution in solutions {
            catalogue::create_solution(self.tx, organisation, solution).await?;
        }
        Ok(made)
    }
}
