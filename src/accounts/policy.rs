//! Who can have which role, and which mail addresses are work accounts (domain.md section 2).

use crate::auth::Role;

/// Mail domains that anybody can have an address in. The table `consumer_mail_domains` has the same, for what is asked as a set.
pub const CONSUMER_DOMAINS: [&str; 12] = [
    "daum.net",
    "gmail.com",
    "googlemail.com",
    "hanmail.net",
    "hotmail.com",
    "icloud.com",
    "kakao.com",
    "live.com",
    "msn.com",
    "naver.com",
    "outlook.com",
    "yahoo.com",
];

/// What an organisation is. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum OrganisationKind {
    Partner,
    Vendor,
}

impl OrganisationKind {
    /// Its text in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Vendor => "vendor",
        }
    }
}

/// Whether somebody of such an organisation can have the role: the vendor's people have the vendor's roles, partners' people the
/// others, and only some roles can hold for a location.
pub const fn can_have(kind: OrganisationKind, role: Role, at_location: bool) -> bool {
    matches!(kind, OrganisationKind::Vendor) == role.is_vendor() && (!at_location || role.can_be_local())
}

/// The domain of a mail address, in lower case; `None` when it is no address.
pub fn mail_domain(mail: &str) -> Option<String> {
    let (name, domain) = mail.trim().rsplit_once('@')?;
    let plain = !name.is_empty() && domain.contains('.') && !domain.contains(char::is_whitespace);
    plain.then(|| domain.to_lowercase())
}

/// An address of a company rather than of a consumer service.
pub fn is_work_mail(mail: &str) -> bool {
    mail_domain(mail).is_some_and(|domain| !CONSUMER_DOMAINS.contains(&domain.as_str()))
}
