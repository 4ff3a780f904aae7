//! Who can have which role; which mails are work accounts.

use partner_portal::{
    accounts::policy::{OrganisationKind, can_have, is_work_mail, mail_domain},
    auth::Role,
};

#[test]
fn the_vendors_roles_are_the_vendors_and_the_others_are_partners() {
    for role in Role::ALL {
        let vendors = matches!(role, Role::Seller | Role::DealReviewer | Role::PortalOperator);
        assert_eq!(can_have(OrganisationKind::Vendor, role, false), vendors, "{role:?} at the vendor");
        assert_eq!(can_have(OrganisationKind::Partner, role, false), !vendors, "{role:?} at a partner");
    }
}

#[test]
fn only_referrals_roles_hold_for_a_location() {
    for role in Role::ALL {
        let local = matches!(role, Role::ReferralsAdmin | Role::ReferralsUser);
        assert_eq!(can_have(OrganisationKind::Partner, role, true), local, "{role:?}");
        assert!(!can_have(OrganisationKind::Vendor, role, true), "{role:?}: the vendor has no locations");
    }
}

#[test]
fn a_work_mail_is_an_address_outside_the_consumer_services() {
    for mail in ["jane@fabrikam.example", "a.b@lab.fabrikam.example", "x@outlook.com.fabrikam.example"] {
        assert!(is_work_mail(mail), "{mail}");
    }
    for mail in
        ["jane@outlook.com", "jane@LIVE.com", "jane@gmail.com", "jane@naver.com", "jane", "@fabrikam.example", "jane@", ""]
    {
        assert!(!is_work_mail(mail), "{mail}");
    }
    assert_eq!(mail_domain(" Jane@Fabrikam.Example "), Some("fabrikam.example".to_owned()));
    assert_eq!(mail_domain("jane@fabrikam"), None);
}
