use partner_portal::web::{Flash, L10n, cookies};
use sqlx::PgPool;

use crate::support::TestApp;

#[test]
fn only_keys_of_flashes_are_read() {
    assert_eq!(Flash::read("flash-saved"), Some(Flash::new("flash-saved")));
    assert_eq!(Flash::read("flash-saved.12"), Some(Flash::counting("flash-saved", 12)));
    assert_eq!(Flash::read("flash-saved.many"), Some(Flash::new("flash-saved")));
    for forged in ["", "error-internal", "saved", "flash-<b>", "flash-A", "flash saved", "flash-a\u{301}", "x-flash-saved"] {
        assert_eq!(Flash::read(forged), None, "{forged}");
    }
}

#[test]
fn an_unknown_flash_shows_nothing_but_its_key() {
    assert_eq!(Flash::new("flash-no-such").words(&L10n::default()), "?flash-no-such?");
}

#[sqlx::test(migrations = false)]
async fn a_forged_flash_cookie_puts_no_words_on_a_page(db: PgPool) {
    let app = TestApp::new(db).await;
    for forged in ["error-internal", "<script>alert(1)</script>", "flash-<b>bold</b>"] {
        let page = app.client().with_cookie(cookies::FLASH, forged).get("/sign-in").await;
        assert!(!page.has("[role=status]"), "{forged}");
    }
}
