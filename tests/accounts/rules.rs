//! What can be an MPN ID, a phone number, a mail address, a password; and the matrix of who may do what.

use partner_portal::{
    accounts::{
        policy::{Right, grants, rights},
        rules::{full_name, line, mpn_id, password, phone, work_mail},
    },
    auth::Role,
};

#[test]
fn phone_numbers_have_their_country_code_and_one_form() {
    for (typed, kept) in [
        ("+82 2 1234 5678", "+82212345678"),
        ("+82 (0)10-1234-5678", "+821012345678"),
        ("0049 30/123.4567", "+49301234567"),
        ("+1 (425) 555-0100", "+14255550100"),
        ("\u{a0}+4930 12345 67", "+49301234567"),
    ] {
        assert_eq!(phone(typed).unwrap(), kept, "{typed}");
    }
    for (typed, key) in [
        ("", "people-flaw-empty"),
        ("02 1234 5678", "people-flaw-phone-country"),
        ("010-1234-5678", "people-flaw-phone-country"),
        ("+0 123 456 789", "people-flaw-phone"),
        ("+82 123", "people-flaw-phone"),
        ("+82 1234567890123456", "people-flaw-phone"),
        ("ext. 12", "people-flaw-phone"),
        ("+82 2 1234 5678 +1", "people-flaw-phone"),
        // Other scripts' digits are no digits to dial.
        ("+８２ 2 1234 5678", "people-flaw-phone"),
    ] {
        assert_eq!(phone(typed), Err(key), "{typed}");
    }
}

#[test]
fn an_mpn_id_is_up_to_twelve_digits() {
    assert_eq!(mpn_id(" 451 2345 ").unwrap(), "4512345");
    for typed in ["", "12a", "-5", "1234567890123", "４５"] {
        assert!(mpn_id(typed).is_err(), "{typed}");
    }
}

#[test]
fn a_line_is_folded_and_has_an_end() {
    assert_eq!(line("  1  Main\tStreet ").unwrap(), "1 Main Street");
    assert_eq!(line(" \n "), Err("people-flaw-empty"));
    assert_eq!(line("a\u{7}b"), Err("people-flaw-characters"));
    assert_eq!(line(&"가".repeat(256)), Err("people-flaw-long"));
    assert!(line(&"가".repeat(255)).is_ok());
}

#[test]
fn a_work_mail_is_one_plain_address() {
    assert_eq!(work_mail(" Sky.Kim@fabrikam.example ").unwrap(), "Sky.Kim@fabrikam.example");
    for typed in
        ["", "sky", "sky@fabrikam", "sky@.example", "a,b@fabrikam.example", "a@b@fabrikam.example", "sky@fabrikam..example"]
    {
        assert_eq!(work_mail(typed), Err("people-flaw-mail"), "{typed}");
    }
    assert_eq!(work_mail("sky@Gmail.com"), Err("people-flaw-consumer-mail"));
}

#[test]
fn a_password_is_long_and_not_ones_own_name() {
    let mail = "hannah@fabrikam.example";
    assert_eq!(password("four plain words here", "four plain words here", mail), Ok(()));
    // Twelve syllables are twelve characters.
    assert_eq!(password("하늘바다산들강물나무구름", "하늘바다산들강물나무구름", mail), Ok(()));
    for easy in ["Hannah123456", "abababababab", "xx-hannah@fabrikam.example"] {
        assert_eq!(password(easy, easy, mail), Err(("new", "people-flaw-password-easy")), "{easy}");
    }
}

#[test]
fn names_are_written_as_their_bearers_do() {
    assert_eq!(full_name("하늘", "김"), "김하늘");
    assert_eq!(full_name(" Jane ", "Doe"), "Jane Doe");
    assert_eq!(full_name("", "Doe"), "Doe");
    assert_eq!(full_name("", ""), "");
}

/// domain.md section 2, word for word.
#[test]
fn the_matrix_is_the_domains() {
    for role in Role::ALL {
        let (rights, grants) = (rights(role), grants(role));
        match role {
            Role::GlobalAdmin => {
                assert_eq!(rights, Right::ALL);
                assert_eq!(grants.len(), 7, "all that are not the vendor's");
                assert!(grants.iter().all(|role| !role.is_vendor()));
            }
            Role::UserManagementAdmin => assert_eq!((rights, grants.len()), (&[Right::CreateUsers][..], 0)),
            Role::AccountAdmin => {
                assert_eq!(rights, [Right::AddLocations]);
                assert!(!grants.contains(&Role::GlobalAdmin) && !grants.contains(&Role::UserManagementAdmin));
                assert!(grants.contains(&Role::AccountAdmin) && grants.contains(&Role::ReferralsAdmin));
            }
            Role::PortalOperator => assert!(grants.iter().all(|role| role.is_vendor()) && !rights.contains(&Right::AddLocations)),
            _ => assert!(rights.is_empty() && grants.is_empty(), "{role:?}"),
        }
    }
}
