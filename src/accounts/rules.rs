//! What can be an MPN ID, a phone number, a mail address, a name and a password.

use super::policy;

/// Characters of a name or a line of an address.
pub const LINE_MAX: usize = 255;
/// Characters of a mail address, as in RFC 5321.
const MAIL_MAX: usize = 254;
/// Characters of one's own password: long rather than odd.
pub const PASSWORD_MIN: usize = 12;
/// No more, so that hashing is no way to keep the portal busy.
pub const PASSWORD_MAX: usize = 200;

/// Text of one line, white space folded; at most [`LINE_MAX`] characters.
///
/// # Errors
/// A locale key: nothing, too much, or what is no character of a line.
pub fn line(text: &str) -> Result<String, &'static str> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.chars().count() {
        0 => Err("people-flaw-empty"),
        1..=LINE_MAX if !folded.chars().any(char::is_control) => Ok(folded),
        1..=LINE_MAX => Err("people-flaw-characters"),
        _ => Err("people-flaw-long"),
    }
}

/// Digits, at most twelve; spaces between them are dropped.
///
/// # Errors
/// A locale key.
pub fn mpn_id(text: &str) -> Result<String, &'static str> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let good = (1..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if good { Ok(digits) } else { Err("people-flaw-mpn") }
}

/// A phone number as E.164: `+` and country code, then up to 15 digits in all. Spaces, hyphens, dots and parentheses are dropped, a
/// zero in parentheses with them (`+82 (0)2 ...`), and `00` is `+`. docs/decisions/0007 says why not ten digits.
///
/// # Errors
/// A locale key: without its country code, or no number at all.
pub fn phone(text: &str) -> Result<String, &'static str> {
    let plain: String = text
        .replace("(0)", "")
        .chars()
        .filter(|c| !c.is_whitespace() && !"-.()/".contains(*c))
        .collect();
    if plain.is_empty() {
        return Err("people-flaw-empty");
    }
    let digits = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00"));
    let Some(digits) = digits else {
        let all = plain.bytes().all(|b| b.is_ascii_digit());
        return Err(if all { "people-flaw-phone-country" } else { "people-flaw-phone" });
    };
    let good = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    if good { Ok(format!("+{digits}")) } else { Err("people-flaw-phone") }
}

/// A mail address of a company, trimmed. It goes into letters and into log rows: plain characters only.
///
/// # Errors
/// A locale key: none, or one of a consumer service.
pub fn work_mail(text: &str) -> Result<String, &'static str> {
    let mail = text.trim();
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
    let one_at = mail.matches('@').count() == 1;
    let domain = policy::mail_domain(mail).filter(|_| one_at && mail.len() <= MAIL_MAX && !mail.contains(odd));
    let Some(domain) = domain else { return Err("people-flaw-mail") };
    if domain.split('.').any(str::is_empty) {
        return Err("people-flaw-mail");
    }
    if policy::is_work_mail(mail) { Ok(mail.to_owned()) } else { Err("people-flaw-consumer-mail") }
}

/// A password that somebody chooses for themselves, typed twice.
///
/// # Errors
/// Field and locale key.
pub fn password(new: &str, again: &str, mail: &str) -> Result<(), (&'static str, &'static str)> {
    let length = new.chars().count();
    let name = mail.split('@').next().unwrap_or_default().to_lowercase();
    let lower = new.to_lowercase();
    let different = new.chars().collect::<std::collections::HashSet<_>>().len();
    if length < PASSWORD_MIN {
        Err(("new", "people-flaw-password-short"))
    } else if length > PASSWORD_MAX {
        Err(("new", "people-flaw-password-long"))
    } else if different < 5 || lower.contains(&mail.to_lowercase()) || (name.len() > 3 && lower.contains(&name)) {
        Err(("new", "people-flaw-password-easy"))
    } else if new == again {
        Ok(())
    } else {
        Err(("again", "people-flaw-password-again"))
    }
}

/// How a name is written that comes in two parts: Korean ones begin with the family's.
pub fn full_name(first: &str, last: &str) -> String {
    let hangul = |text: &str| text.chars().any(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c));
    let (first, last) = (first.trim(), last.trim());
    if hangul(first) && hangul(last) { format!("{last}{first}") } else { format!("{first} {last}").trim().to_owned() }
}
