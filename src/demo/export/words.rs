//! Names and phrases that the export is made of.

use crate::catalogue::service::NewBusiness;

/// First and last names: Fabrikam's colleagues.
pub const COLLEAGUES: [(&str, &str); 12] = [
    ("지아", "윤"),
    ("Marcus", "Bell"),
    ("현우", "임"),
    ("Renée", "Dubois"),
    ("Jörg", "Köhler"),
    ("수빈", "강"),
    ("健太", "佐藤"),
    ("Siobhán", "O'Hara"),
    ("Mei", "Chen"),
    ("태윤", "신"),
    ("Inés", "Peña"),
    ("Wanjiru", "Otieno"),
];

/// First and last names: customers' contacts, with the account of their mail.
pub const CONTACTS: [(&str, &str, &str); 8] = [
    ("은지", "배", "eunji.bae"),
    ("동현", "류", "dh.ryu"),
    ("Patricia", "Lang", "p.lang"),
    ("Łukasz", "Wróbel", "lukasz"),
    ("Amélie", "Roche", "a.roche"),
    ("美咲", "中村", "nakamura"),
    ("Tom", "O'Dell", "tom.odell"),
    ("Sofia", "da Silva", "sofia"),
];

/// Name, mail, phone: sellers of Microsoft's. The first one can sign in to the demo.
pub const SELLERS: [(&str, &str, &str); 3] = [
    ("Sam Ortega", "seller@microsoft.example", "+1 425 555 0142"),
    ("Yuna Lim", "yuna.lim@microsoft.example", "+82 2 555 0117"),
    ("Klaus Brandt", "klaus.brandt@microsoft.example", "+49 89 555 0163"),
];

pub const PROJECTS: [&str; 16] = [
    "클라우드 전환 1단계",
    "물류 데이터 플랫폼 구축",
    "현장 서비스 관리 도입",
    "생산 라인 모니터링 PoC",
    "재해 복구 환경 구성",
    "Data platform renewal",
    "Field service rollout",
    "Warehouse insights pilot",
    "Q3 \"Big Bet\" migration",
    "Frontline devices, phase 2",
    "-15 % renewal offer",
    "Migración a la nube",
    "Modernisation du système d'information",
    "Fabriküberwachung mit IoT",
    "在庫管理システム刷新",
    "@home workplace refresh",
];

pub const NOTES: [&str; 9] = [
    "",
    "",
    "",
    "Spoke with the head of IT; an offer is due next week.",
    "고객이 2주간의 PoC를 요청함. 예산은 이미 확보됨.",
    "Call 1: interested\nCall 2: wants references\nCall 3: open",
    "=HYPERLINK(\"https://quotes.example/7\",\"Open the quote\")",
    "+SUM(1,1)*cmd|'/C notepad'!A1",
    "Said \"not before spring\", then asked for a quote; send both, \"basic\" and full.",
];

/// Customers as somebody typed them once: the directory does not know them, or not certainly.
pub const TYPED_CUSTOMERS: [NewBusiness<'static>; 5] = [
    typed("한빛 물류(주)", ["서울시 중구 세종대로110", "서울", "", "04524", "KR"]),
    typed("가온소프트", ["센텀로 25, 3층", "부산", "", "", "KR"]),
    typed("Contoso Corp.", ["1 Contoso Way", "Redmond", "WA", "98052", "US"]),
    typed("Blue Yonder Community Garden", ["Allotment 12, Mill Lane", "Bristol", "", "BS3", "GB"]),
    typed("(주)여울목재", ["충청북도 청주시 흥덕구 직지대로 530", "청주", "", "28437", "KR"]),
];

const fn typed(
    legal_name: &'static str,
    [address_line1, city, state, postal_code, country]: [&'static str; 5],
) -> NewBusiness<'static> {
    NewBusiness { duns: "", legal_name, address_line1, city, state, postal_code, country }
}

/// Currency of a country, and the size of a usual deal in it.
pub fn money(country: &str) -> (&'static str, u32) {
    match country {
        "KR" => ("KRW", 1_000_000),
        "JP" => ("JPY", 100_000),
        "DE" | "FR" | "IE" => ("EUR", 750),
        "GB" => ("GBP", 650),
        "CA" => ("CAD", 1_100),
        "AU" => ("AUD", 1_200),
        "SG" => ("SGD", 1_100),
        _ => ("USD", 800),
    }
}

pub fn phone_prefix(country: &str) -> &'static str {
    match country {
        "KR" => "+82 2",
        "JP" => "+81 3",
        "DE" => "+49 89",
        "FR" => "+33 3",
        "IE" => "+353 21",
        "GB" => "+44 20",
        "AU" => "+61 8",
        "SG" => "+65",
        _ => "+1 206",
    }
}
