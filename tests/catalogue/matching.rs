//! When two customers are certainly the same.

use partner_portal::catalogue::matching::match_key;

#[test]
fn the_same_customer_typed_differently_has_the_same_key() {
    let key = match_key("Contoso Corporation", "One Contoso Way", "98052", "US");
    assert_eq!(key, "us|contosocorporation|onecontosoway|98052");
    assert_eq!(match_key(" CONTOSO  Corporation. ", "One Contoso Way,", "98 052", "us"), key);
    assert_eq!(
        match_key("한빛물류 주식회사", "서울특별시 중구 세종대로 110", "04524", "KR"),
        match_key("한빛물류주식회사", "서울특별시 중구 세종대로110", "04524", "KR")
    );
    assert_eq!(match_key("ÉTÉ", "1 Rue", "", "FR"), "fr|été|1rue|");
}

#[test]
fn another_address_postal_code_country_or_name_is_another_customer() {
    let key = match_key("Contoso Corporation", "One Contoso Way", "98052", "US");
    for other in [
        match_key("Contoso Corporation", "88 Harbor Street", "98052", "US"),
        match_key("Contoso Corporation", "One Contoso Way", "02110", "US"),
        match_key("Contoso Corporation", "One Contoso Way", "", "US"),
        match_key("Contoso Corporation", "One Contoso Way", "98052", "CA"),
        match_key("Contoso Corp", "One Contoso Way", "98052", "US"),
        match_key("Contoso", "Corporation One Contoso Way", "98052", "US"),
    ] {
        assert_ne!(other, key);
    }
}

#[test]
fn without_name_first_line_or_country_nothing_matches() {
    assert_eq!(match_key("", "1 Street", "1", "KR"), "");
    assert_eq!(match_key("Name", " - ", "1", "KR"), "");
    assert_eq!(match_key("Name", "1 Street", "1", ""), "");
}
