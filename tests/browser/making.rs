//! A new deal by the wizard's own forms, on every walk that begins with one.

use super::support::Browser;

/// Sound in light and dark, wide and narrow.
pub async fn sound(browser: &Browser, name: &str) {
    for (size, width, dark) in
        [("light-1440", 1440, false), ("dark-390", 390, true), ("light-390", 390, false), ("dark-1440", 1440, true)]
    {
        browser.size(width, 1000).await;
        browser.dark(dark).await;
        browser.is_sound(&format!("two-{name}-{size}")).await;
    }
    browser.size(1440, 1000).await;
    browser.dark(false).await;
}

/// A partner makes a deal step by step; `ask`: `ask`, `show` or `hide`. Its path.
pub async fn make(page: &Browser, name: &str, ask: &str, look: bool) -> String {
    page.go("/deals/new").await;
    page.click("form[action='/deals/new'] button.primary").await;
    page.fill("#q", "한빛").await;
    page.click("button[value=search]").await;
    if look {
        page.wait(".offers").await;
        sound(page, "new-customer").await;
    }
    page.click(".offers button").await;
    page.wait("input[name=customer-business]").await;
    page.click("button.primary[value=next]").await;
    page.fill("#name", name).await;
    let first = "document.querySelector('#location option[value]:not([value=\"\"])').value";
    let location = page.page.execute(&format!("return {first}"), Vec::new()).await.unwrap();
    page.set("#location", location.as_str().unwrap()).await;
    page.fill("#value", "125,000").await;
    page.set("#currency", "USD").await;
    page.set("#close_date", "2027-03-31").await;
    if look {
        sound(page, "new-details").await;
    }
    page.click("button.primary[value=next]").await;
    page.wait("#team").await;
    if !page.has("#team-1-mail").await {
        page.click("button[value=row]").await;
    }
    for (field, text) in
        [("first_name", "서연"), ("last_name", "이"), ("phone", "+82 2 555 0100"), ("mail", "seoyeon@fabrikam.example")]
    {
        page.set(&format!("#team-1-{field}"), text).await;
    }
    if look {
        sound(page, "new-team").await;
    }
    page.click("button.primary[value=next]").await;
    page.wait("#solutions").await;
    page.click("button[value=search]").await;
    page.click(".offers button").await;
    page.wait("#solutions-1").await;
    if look {
        sound(page, "new-solutions").await;
    }
    page.click("button.primary[value=next]").await;
    page.click(&format!("input[name=ask][value={ask}]")).await;
    if ask == "ask" {
        page.click("input[name=help]").await;
    }
    if look {
        sound(page, "new-help").await;
    }
    page.click("button.primary[value=next]").await;
    page.wait("#contact-mail").await;
    if ask == "ask" {
        contact(page).await;
    }
    if look {
        sound(page, "new-contact").await;
    }
    page.click("button.primary[value=next]").await;
    page.wait("input[name=version]").await;
    if look {
        sound(page, "new-check").await;
    }
    page.click("button.primary[value=next]").await;
    page.wait("#deal-name").await;
    assert_eq!(page.text("#deal-name").await, name);
    page.path().await
}

/// The customer's contact and consent, on whichever form asks for them.
pub async fn contact(page: &Browser) {
    for (field, text) in
        [("first_name", "민준"), ("last_name", "김"), ("phone", "+82 2 1234 5678"), ("mail", "kim@customer.example")]
    {
        page.set(&format!("#contact-{field}"), text).await;
    }
    page.click("input[name=consent]").await;
}
