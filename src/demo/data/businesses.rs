//! The business directory. Names, addresses and D-U-N-S numbers are made up; two legal entities share the name Contoso Corporation.

use crate::catalogue::service::NewBusiness;

const fn business(
    duns: &'static str,
    legal_name: &'static str,
    [address_line1, city, state, postal_code, country]: [&'static str; 5],
) -> NewBusiness<'static> {
    NewBusiness { duns, legal_name, address_line1, city, state, postal_code, country }
}

pub const BUSINESSES: [NewBusiness<'static>; 42] = [
    business("900114207", "한빛물류 주식회사", ["서울특별시 중구 세종대로 110", "서울", "", "04524", "KR"]),
    business("900114215", "주식회사 가온소프트", ["부산광역시 해운대구 센텀로 25", "부산", "", "48058", "KR"]),
    business("900114223", "Contoso Corporation", ["One Contoso Way", "Redmond", "WA", "98052", "US"]),
    business("900114231", "Contoso Corporation", ["88 Harbor Street", "Boston", "MA", "02110", "US"]),
    business("900114249", "Adventure Works GmbH", ["Leopoldstraße 12", "München", "BY", "80802", "DE"]),
    business("900114256", "Société Générale du Nord", ["4 rue de l'Été", "Lille", "", "59000", "FR"]),
    business("900114264", "東京データ株式会社", ["千代田区丸の内 1-1", "東京", "", "100-0005", "JP"]),
    business("900114272", "O'Neil & Sons, \"Builders\"", ["7 Quay Rd", "Cork", "", "T12", "IE"]),
    business("900114280", "Woodgrove Bank", ["1 Finance Sq", "London", "", "EC2N", "GB"]),
    business("900114298", "Northwind Traders", ["12 North St", "Toronto", "ON", "M5H", "CA"]),
    business("900220103", "새솔식품 주식회사", ["경기도 성남시 분당구 판교로 312", "성남", "", "13494", "KR"]),
    business("900220111", "주식회사 다온바이오", ["인천광역시 연수구 송도과학로 87", "인천", "", "21984", "KR"]),
    business("900220129", "푸른길여행 주식회사", ["서울특별시 마포구 양화로 142", "서울", "", "04050", "KR"]),
    business("900220137", "주식회사 누리조선기자재", ["울산광역시 동구 방어진로 409", "울산", "", "44114", "KR"]),
    business("900220145", "바른손해사정 주식회사", ["서울특별시 영등포구 여의대로 66", "서울", "", "07325", "KR"]),
    business("900220152", "주식회사 하늘채건설", ["대전광역시 서구 둔산대로 51", "대전", "", "35238", "KR"]),
    business("900220160", "온새미로출판 주식회사", ["경기도 파주시 회동길 173", "파주", "", "10881", "KR"]),
    business("900220178", "주식회사 미르정밀", ["경상남도 창원시 성산구 공단로 205", "창원", "", "51553", "KR"]),
    business("900220186", "가람유통 주식회사", ["광주광역시 서구 상무중앙로 38", "광주", "", "61945", "KR"]),
    business(
        "900220194",
        "주식회사 새벽배송센터",
        ["경기도 김포시 고촌읍 아라육로 74", "김포", "", "10130", "KR"],
    ),
    business("900220202", "이든메디컬 주식회사", ["강원특별자치도 원주시 지정로 19", "원주", "", "26354", "KR"]),
    business("900220210", "주식회사 한결에너지", ["전라남도 나주시 빛가람로 640", "나주", "", "58217", "KR"]),
    business("900330108", "Tailspin Toys Inc.", ["2200 Market Lane", "Portland", "OR", "97205", "US"]),
    business("900330116", "Wingtip Airlines LLC", ["15 Hangar Road", "Denver", "CO", "80249", "US"]),
    business("900330124", "Litware Health Systems", ["780 Juniper Parkway", "Austin", "TX", "78701", "US"]),
    business("900330132", "Proseware Grocery Co.", ["41 Orchard Avenue", "Columbus", "OH", "43215", "US"]),
    business("900330140", "Fourth Coffee Roasters", ["9 Pier Street", "Seattle", "WA", "98101", "US"]),
    business("900330157", "Graphic Design Institute", ["610 Canal Street", "New York", "NY", "10013", "US"]),
    business("900440107", "Alpenblick Maschinenbau AG", ["Industriestraße 71", "Augsburg", "BY", "86153", "DE"]),
    business("900440115", "Nordlicht Energie GmbH", ["Am Hafen 3", "Kiel", "SH", "24103", "DE"]),
    business("900440123", "Müller & Söhne Feinkost KG", ["Gänsemarkt 18", "Hamburg", "HH", "20354", "DE"]),
    business("900440131", "Ateliers Beaurivage SA", ["27 quai des Orfèvres-Neufs", "Nantes", "", "44000", "FR"]),
    business("900440149", "Pharmacie Centrale Lumière", ["102 cours Gambetta", "Lyon", "", "69007", "FR"]),
    business("900550106", "さくら電機株式会社", ["大阪市北区中之島 3-2", "大阪", "", "530-0005", "JP"]),
    business("900550114", "株式会社みなと海運", ["横浜市中区海岸通 5-1", "横浜", "", "231-0002", "JP"]),
    business("900660105", "Humber Valley Insurance plc", ["30 Castle Gate", "Leeds", "", "LS1", "GB"]),
    business("900660113", "Thistle & Rye Distillers Ltd", ["5 Glen Road", "Inverness", "", "IV2", "GB"]),
    business("900660121", "Liffey Freight DAC", ["64 Docklands Way", "Dublin", "", "D01", "IE"]),
    business("900770104", "Maple Ridge School Board", ["220 Wellington Crescent", "Winnipeg", "MB", "R3M", "CA"]),
    business(
        "900770112",
        "Coopérative Laitière des Érables",
        ["8 rang Saint-Joseph", "Sherbrooke", "QC", "J1H", "CA"],
    ),
    business("900880103", "Kookaburra Mining Pty Ltd", ["17 Ironbark Terrace", "Perth", "WA", "6000", "AU"]),
    business("900880111", "Lotus Bay Hotels Pte. Ltd.", ["3 Marina Walk", "Singapore", "", "018989", "SG"]),
];
