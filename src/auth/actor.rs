//! Who is asking, and what of their organisation's deals they may see.

use std::net::IpAddr;

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};

use super::role::{Assignment, Role};
use crate::{
    error::AppError,
    ids::{LocationId, OrganisationId, UserId},
};

/// A signed-in person. Read anew for every request, so that a changed role holds at once.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: UserId,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    /// The global MPN ID; `None` for the vendor.
    pub mpn_id: Option<String>,
    pub display_name: String,
    pub mail: String,
    pub locale: Option<String>,
    pub theme: Option<String>,
    pub time_zone: String,
    /// A guest from the vendor: the partner development manager (domain.md section 2).
    pub pdm: bool,
    /// One of the people of PSC (domain.md section 5), by mail.
    pub psc_user: bool,
    pub roles: Vec<Assignment>,
}

/// Who a change comes from, and from which address. Of a command there is neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    pub user: Option<UserId>,
    pub address: Option<IpAddr>,
}

impl Actor {
    /// Has the role, wherever.
    pub fn has(&self, role: Role) -> bool {
        self.roles.iter().any(|a| a.role == role)
    }

    /// Has the role for the whole organisation.
    pub fn has_whole(&self, role: Role) -> bool {
        self.roles.iter().any(|a| a.role == role && a.location.is_none())
    }

    pub const fn is_vendor(&self) -> bool {
        self.mpn_id.is_none()
    }

    /// What this person may see of the organisation's deals and leads.
    pub fn scope(&self) -> Scope {
        let reach = |role| {
            if self.has_whole(role) {
                Reach::Whole
            } else {
                Reach::Locations(
                    self.roles
                        .iter()
                        .filter(|a| a.role == role)
                        .filter_map(|a| a.location)
                        .collect(),
                )
            }
        };
        Scope {
            organisation: self.organisation,
            user: self.user,
            mail: self.mail.to_lowercase(),
            // A seller sees all of the vendor's side; acting is for whose it is (domain.md section 3, "Microsoft's side").
            all: if self.has(Role::Seller) { Reach::Whole } else { reach(Role::ReferralsAdmin) },
            team: reach(Role::ReferralsUser),
        }
    }
}

/// Where a role holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    Whole,
    /// These only; none at all when empty.
    Locations(Vec<LocationId>),
}

impl Reach {
    pub const fn is_whole(&self) -> bool {
        matches!(self, Self::Whole)
    }

    pub fn locations(&self) -> &[LocationId] {
        match self {
            Self::Whole => &[],
            Self::Locations(locations) => locations,
        }
    }

    pub fn is_nowhere(&self) -> bool {
        !self.is_whole() && self.locations().is_empty()
    }
}

/// Part of every read of deals: the organisation, and of it either everything within `all` or, within `team`, the deals
/// whose team has this mail (domain.md section 2: a referrals user sees a deal only when on its team *and* in scope).
#[derive(Clone, Debug)]
pub struct Scope {
    pub organisation: OrganisationId,
    pub user: UserId,
    /// Lower case.
    pub mail: String,
    pub all: Reach,
    pub team: Reach,
}

/// What the entrance found out; absent when nobody is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        parts
            .extensions
            .get::<SignedIn>()
            .map(|s| s.0.clone())
            .ok_or(AppError::NotFound)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Actor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, AppError> {
        Ok(parts.extensions.get::<SignedIn>().map(|s| s.0.clone()))
    }
}
