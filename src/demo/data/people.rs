//! One person per role of domain.md section 2, and some more. Each mail begins with what its person is there for.

use super::organisations::SEOUL_MPN;
use crate::auth::Role;

/// Somebody who can sign in.
#[derive(Clone, Copy)]
pub struct DemoPerson {
    /// What stands before the `@` of the mail.
    pub account: &'static str,
    pub first_name: &'static str,
    pub last_name: &'static str,
    /// The role, and the MPN ID of the location where it holds; without one it holds for the whole organisation.
    pub role: Option<(Role, Option<&'static str>)>,
    pub time_zone: &'static str,
    /// Role and account in PSC, for those who worked there.
    pub psc: Option<(&'static str, &'static str)>,
}

impl DemoPerson {
    pub fn mail(&self, domain: &str) -> String {
        format!("{}@{domain}", self.account)
    }

    /// As its bearer writes it: Korean names begin with the family's.
    pub fn display_name(&self) -> String {
        let Self { first_name, last_name, .. } = self;
        if last_name.is_ascii() { format!("{first_name} {last_name}") } else { format!("{last_name}{first_name}") }
    }
}

/// A person with a whole-organisation role named like the account, who never was in PSC.
const fn person(
    account: &'static str,
    first_name: &'static str,
    last_name: &'static str,
    role: Role,
    time_zone: &'static str,
) -> DemoPerson {
    DemoPerson { account, first_name, last_name, role: Some((role, None)), time_zone, psc: None }
}

const SEOUL: &str = "Asia/Seoul";
const PACIFIC: &str = "America/Los_Angeles";

pub const FABRIKAM: [DemoPerson; 9] = [
    person("global-admin", "지훈", "박", Role::GlobalAdmin, SEOUL),
    person("user-management-admin", "유진", "최", Role::UserManagementAdmin, SEOUL),
    DemoPerson { psc: Some(("Admin", "PA-1000")), ..person("account-admin", "하늘", "정", Role::AccountAdmin, SEOUL) },
    person("mpn-partner-admin", "Priya", "Raman", Role::MpnPartnerAdmin, PACIFIC),
    DemoPerson { psc: Some(("Admin", "PA-1000")), ..person("referrals-admin", "서연", "이", Role::ReferralsAdmin, SEOUL) },
    DemoPerson { psc: Some(("Seller", "PA-1000")), ..person("referrals-user", "민준", "김", Role::ReferralsUser, SEOUL) },
    person("business-profile-admin", "Hannah", "Weiss", Role::BusinessProfileAdmin, "Europe/Berlin"),
    DemoPerson {
        role: Some((Role::ReferralsAdmin, Some(SEOUL_MPN))),
        psc: Some(("Deal manager", "PA-1001")),
        ..person("seoul-referrals-admin", "세라", "오", Role::ReferralsAdmin, SEOUL)
    },
    DemoPerson {
        role: None, psc: Some(("Seller", "PA-1002")), ..person("newcomer", "도윤", "한", Role::ReferralsUser, SEOUL)
    },
];

/// Fabrikam's partner development manager: a guest from the vendor, who decides about its MPN IDs.
pub const PARTNER_MANAGER: DemoPerson =
    DemoPerson { role: None, ..person("partner-manager", "Paula", "Marsh", Role::ReferralsUser, PACIFIC) };

pub const MICROSOFT: [DemoPerson; 5] = [
    person("seller", "Sam", "Ortega", Role::Seller, PACIFIC),
    person("korea-seller", "지우", "강", Role::Seller, SEOUL),
    person("europe-seller", "Lena", "Vogt", Role::Seller, "Europe/Berlin"),
    person("reviewer", "Dana", "Whitfield", Role::DealReviewer, PACIFIC),
    person("operator", "Oliver", "Grant", Role::PortalOperator, PACIFIC),
];

pub const CONSULTING: [DemoPerson; 2] = [
    person("account-admin", "Carla", "Mendes", Role::AccountAdmin, "America/Chicago"),
    person("referrals-admin", "Theo", "Novak", Role::ReferralsAdmin, "America/Chicago"),
];

/// What a seller says of themselves: account, phone, and the countries whose requests come to them.
pub const SELLERS: [(&str, &str, &[&str]); 3] = [
    ("seller", "+1 425 555 0142", &["CA", "KR", "US"]),
    ("korea-seller", "+82 2 555 0177", &["JP", "KR"]),
    ("europe-seller", "+49 89 555 0119", &["DE", "FR", "GB", "IE"]),
];
