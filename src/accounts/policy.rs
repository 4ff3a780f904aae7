//! Who can have which role, who may do what with people and locations, and which mail addresses are work accounts (domain.md
//! section 2). The one place where it stands: routes, services, buttons and offers ask here.

use crate::{
    auth::{Actor, Role},
    web::Permission,
};

/// Mail domains that anybody can have an address in. The table `consumer_mail_domains` has the same, for what is asked as a set.
pub const CONSUMER_DOMAINS: [&str; 12] = [
    "daum.net",
    "gmail.com",
    "googlemail.com",
    "hanmail.net",
    "hotmail.com",
    "icloud.com",
    "kakao.com",
    "live.com",
    "msn.com",
    "naver.com",
    "outlook.com",
    "yahoo.com",
];

/// What an organisation is. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum OrganisationKind {
    Partner,
    Vendor,
}

impl OrganisationKind {
    /// Its text in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Vendor => "vendor",
        }
    }
}

/// Whether somebody of such an organisation can have the role: the vendor's people have the vendor's roles, partners' people the
/// others, and only some roles can hold for a location.
pub const fn can_have(kind: OrganisationKind, role: Role, at_location: bool) -> bool {
    matches!(kind, OrganisationKind::Vendor) == role.is_vendor() && (!at_location || role.can_be_local())
}

/// What somebody may do in their own organisation, beside granting roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// Accounts for people whose mail domain is the tenant's.
    CreateUsers,
    /// Accounts for people from elsewhere.
    AddGuests,
    /// Disable and enable accounts, set new passwords.
    ManageUsers,
    AddLocations,
}

impl Right {
    pub const ALL: [Self; 4] = [Self::CreateUsers, Self::AddGuests, Self::ManageUsers, Self::AddLocations];
}

/// The matrix: what a role may. Users, roles, identifiers and locations are seen by everybody of the organisation, so that anybody
/// finds the admins. The vendor has no global admin: its portal operators look after its people.
pub const fn rights(role: Role) -> &'static [Right] {
    match role {
        Role::GlobalAdmin => &Right::ALL,
        Role::UserManagementAdmin => &[Right::CreateUsers],
        Role::AccountAdmin => &[Right::AddLocations],
        Role::PortalOperator => &[Right::CreateUsers, Right::AddGuests, Right::ManageUsers],
        _ => &[],
    }
}

/// The matrix: which roles a role gives to others, and takes from them.
pub const fn grants(role: Role) -> &'static [Role] {
    match role {
        Role::GlobalAdmin => &[
            Role::GlobalAdmin,
            Role::UserManagementAdmin,
            Role::AccountAdmin,
            Role::MpnPartnerAdmin,
            Role::ReferralsAdmin,
            Role::ReferralsUser,
            Role::BusinessProfileAdmin,
        ],
        Role::AccountAdmin => {
            &[Role::AccountAdmin, Role::MpnPartnerAdmin, Role::ReferralsAdmin, Role::ReferralsUser, Role::BusinessProfileAdmin]
        }
        Role::PortalOperator => &[Role::Seller, Role::DealReviewer, Role::PortalOperator],
        _ => &[],
    }
}

/// Roles of which an organisation that has one keeps one: without it nobody could give it back.
pub const KEPT: [Role; 3] = [Role::GlobalAdmin, Role::AccountAdmin, Role::PortalOperator];

pub fn may(actor: &Actor, right: Right) -> bool {
    actor
        .roles
        .iter()
        .any(|a| a.location.is_none() && rights(a.role).contains(&right))
}

/// Gives the role to others, and takes it from them.
pub fn may_grant(actor: &Actor, role: Role) -> bool {
    actor
        .roles
        .iter()
        .any(|a| a.location.is_none() && grants(a.role).contains(&role))
}

/// *Permissions*: whoever may grant any role; which one is asked again.
pub static GRANT_ROLES: Permission = Permission {
    name: "grant roles",
    allows: |actor| Role::ALL.into_iter().any(|role| may_grant(actor, role)),
    refusal: "refusal-grant",
};

pub static CREATE_USERS: Permission =
    Permission { name: "create users", allows: |actor| may(actor, Right::CreateUsers), refusal: "refusal-create-users" };

pub static MANAGE_USERS: Permission =
    Permission { name: "manage users", allows: |actor| may(actor, Right::ManageUsers), refusal: "refusal-manage-users" };

pub static ADD_LOCATIONS: Permission =
    Permission { name: "add locations", allows: |actor| may(actor, Right::AddLocations), refusal: "refusal-add-locations" };

/// Everybody of a partner; the vendor has no locations.
pub static SEE_LOCATIONS: Permission =
    Permission { name: "see locations", allows: |actor| !actor.is_vendor(), refusal: "refusal-see-locations" };

/// The domain of a mail address, in lower case; `None` when it is no address.
pub fn mail_domain(mail: &str) -> Option<String> {
    let (name, domain) = mail.trim().rsplit_once('@')?;
    let plain = !name.is_empty() && domain.contains('.') && !domain.contains(char::is_whitespace);
    plain.then(|| domain.to_lowercase())
}

/// An address of a company rather than of a consumer service.
pub fn is_work_mail(mail: &str) -> bool {
    mail_domain(mail).is_some_and(|domain| !CONSUMER_DOMAINS.contains(&domain.as_str()))
}
