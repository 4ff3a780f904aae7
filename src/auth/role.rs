//! The roles of domain.md section 2, and where they hold.

use crate::ids::LocationId;

/// A role. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    GlobalAdmin,
    UserManagementAdmin,
    AccountAdmin,
    MpnPartnerAdmin,
    ReferralsAdmin,
    ReferralsUser,
    BusinessProfileAdmin,
    Seller,
    DealReviewer,
    PortalOperator,
}

impl Role {
    pub const ALL: [Self; 10] = [
        Self::GlobalAdmin,
        Self::UserManagementAdmin,
        Self::AccountAdmin,
        Self::MpnPartnerAdmin,
        Self::ReferralsAdmin,
        Self::ReferralsUser,
        Self::BusinessProfileAdmin,
        Self::Seller,
        Self::DealReviewer,
        Self::PortalOperator,
    ];

    /// Its text in the database, and the end of its locale keys (`role-…`).
    pub const fn code(self) -> &'static str {
        match self {
            Self::GlobalAdmin => "global-admin",
            Self::UserManagementAdmin => "user-management-admin",
            Self::AccountAdmin => "account-admin",
            Self::MpnPartnerAdmin => "mpn-partner-admin",
            Self::ReferralsAdmin => "referrals-admin",
            Self::ReferralsUser => "referrals-user",
            Self::BusinessProfileAdmin => "business-profile-admin",
            Self::Seller => "seller",
            Self::DealReviewer => "deal-reviewer",
            Self::PortalOperator => "portal-operator",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Roles of the vendor's people; the others are partners'.
    pub const fn is_vendor(self) -> bool {
        matches!(self, Self::Seller | Self::DealReviewer | Self::PortalOperator)
    }

    /// Roles that may hold for single locations instead of the whole organisation.
    pub const fn can_be_local(self) -> bool {
        matches!(self, Self::ReferralsAdmin | Self::ReferralsUser)
    }
}

/// A role somebody has, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub role: Role,
    /// `None`: the whole organisation.
    pub location: Option<LocationId>,
}
