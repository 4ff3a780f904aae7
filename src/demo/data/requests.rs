//! What Contoso Consulting asks Microsoft's sellers for, and what a seller sends it. Customers are of the business directory.

use crate::referrals::kind::{Help, Qualification};

/// A deal of Contoso Consulting.
pub struct DemoDeal {
    pub name: &'static str,
    /// Whole units, and ISO 4217.
    pub value: (u32, &'static str),
    /// Days until it closes.
    pub closes_in: u64,
    /// Name, address, city, postal code, country.
    pub customer: [&'static str; 5],
    /// First name, last name, phone, mail.
    pub contact: [&'static str; 4],
    /// `None`: partner-led, shown to Microsoft.
    pub help: Option<(Help, &'static str)>,
}

pub const DEALS: [DemoDeal; 5] = [
    DemoDeal {
        name: "새벽배송센터 물류 계획 고도화",
        value: (184_000_000, "KRW"),
        closes_in: 74,
        customer: ["주식회사 새벽배송센터", "경기도 김포시 고촌읍 아라육로 74", "김포", "10130", "KR"],
        contact: ["나윤", "문", "+82 31 555 0123", "nayun.moon@dawn-delivery.example"],
        help: Some((Help::ProofOfConceptOrDemo, "고객이 12월 둘째 주에 데모를 원합니다.")),
    },
    DemoDeal {
        name: "Hangar parts forecast",
        value: (412_500, "USD"),
        closes_in: 51,
        customer: ["Wingtip Airlines LLC", "15 Hangar Road", "Denver", "80249", "US"],
        contact: ["Ruth", "Calloway", "+1 303 555 0188", "ruth.calloway@wingtip.example"],
        help: Some((Help::QuotesOrLicensing, "They compare a three-year agreement with yearly renewal.")),
    },
    DemoDeal {
        name: "Rollout across nine clinics",
        value: (268_000, "USD"),
        closes_in: 96,
        customer: ["Litware Health Systems", "780 Juniper Parkway", "Austin", "78701", "US"],
        contact: ["Ines", "Barrow", "+1 512 555 0161", "ines.barrow@litware.example"],
        help: Some((Help::CustomerTechnicalArchitecture, "The network of two clinics is the open question.")),
    },
    DemoDeal {
        name: "Ersatzteilplanung Augsburg",
        value: (149_900, "EUR"),
        closes_in: 120,
        customer: ["Alpenblick Maschinenbau AG", "Industriestraße 71", "Augsburg", "86153", "DE"],
        contact: ["Jonas", "Reuter", "+49 821 555 0137", "jonas.reuter@alpenblick.example"],
        help: Some((Help::WorkloadSpecificValueProposition, "")),
    },
    DemoDeal {
        name: "Menu planning for schools",
        value: (58_000, "CAD"),
        closes_in: 40,
        customer: ["Maple Ridge School Board", "220 Wellington Crescent", "Winnipeg", "R3M", "CA"],
        contact: ["Odile", "Marchand", "+1 204 555 0109", "odile.marchand@mapleridge.example"],
        help: None,
    },
];

/// What the seller sends: a lead that wants to be contacted, and a deal.
pub struct DemoSending {
    pub name: &'static str,
    pub lead: Option<Qualification>,
    pub value: (u32, &'static str),
    pub closes_in: u64,
    pub customer: [&'static str; 5],
    pub contact: [&'static str; 4],
}

pub const SENT: [DemoSending; 2] = [
    DemoSending {
        name: "Supply planning for 40 stores",
        lead: Some(Qualification::Sales),
        value: (95_000, "USD"),
        closes_in: 110,
        customer: ["Proseware Grocery Co.", "41 Orchard Avenue", "Columbus", "43215", "US"],
        contact: ["Milo", "Hanley", "+1 614 555 0150", "milo.hanley@proseware.example"],
    },
    DemoSending {
        name: "Roastery stock control",
        lead: None,
        value: (120_000, "USD"),
        closes_in: 65,
        customer: ["Fourth Coffee Roasters", "9 Pier Street", "Seattle", "98101", "US"],
        contact: ["Petra", "Lindqvist", "+1 206 555 0173", "petra.lindqvist@fourthcoffee.example"],
    },
];
