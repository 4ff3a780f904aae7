//! Two partners and the vendor.

use crate::accounts::service::NewLocation;

/// The partner everything turns around: the global MPN ID of Fabrikam.
pub const FABRIKAM_MPN: &str = "4512345";
pub const FABRIKAM_DOMAIN: &str = "fabrikam.example";
pub const MICROSOFT_DOMAIN: &str = "microsoft.example";
/// Somebody else's data, to see that nobody of Fabrikam does.
pub const CONSULTING_MPN: &str = "4600001";
pub const CONSULTING_DOMAIN: &str = "contoso-consulting.example";

pub const SEOUL_MPN: &str = "4512346";

pub const FABRIKAM_LOCATIONS: [NewLocation<'static>; 4] = [
    NewLocation {
        mpn_id: SEOUL_MPN,
        name: "Fabrikam Seoul",
        legal_entity: "패브리캄코리아 주식회사",
        address_line: "서울특별시 강남구 테헤란로 231",
        city: "서울",
        country: "KR",
        contact_mail: "account-admin@fabrikam.example",
    },
    NewLocation {
        mpn_id: "4512347",
        name: "Fabrikam Busan",
        legal_entity: "패브리캄코리아 주식회사 부산지점",
        address_line: "부산광역시 해운대구 센텀중앙로 78",
        city: "부산",
        country: "KR",
        contact_mail: "account-admin@fabrikam.example",
    },
    NewLocation {
        mpn_id: "4512348",
        name: "Fabrikam Redmond",
        legal_entity: "Fabrikam Inc.",
        address_line: "400 Cedar Grove Avenue",
        city: "Redmond",
        country: "US",
        contact_mail: "mpn-partner-admin@fabrikam.example",
    },
    NewLocation {
        mpn_id: "4512349",
        name: "Fabrikam München",
        legal_entity: "Fabrikam Deutschland GmbH",
        address_line: "Lindwurmstraße 44",
        city: "München",
        country: "DE",
        contact_mail: "business-profile-admin@fabrikam.example",
    },
];

pub const CONSULTING_LOCATIONS: [NewLocation<'static>; 1] = [NewLocation {
    mpn_id: "4600002",
    name: "Contoso Consulting Chicago",
    legal_entity: "Contoso Consulting LLC",
    address_line: "900 Lakeview Drive",
    city: "Chicago",
    country: "US",
    contact_mail: "account-admin@contoso-consulting.example",
}];
