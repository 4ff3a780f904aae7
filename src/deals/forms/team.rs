//! Rows of people.

use super::Fields;
use crate::referrals::command::Person;

pub fn read(fields: &Fields) -> Vec<Person> {
    fields.rows("team", person)
}

/// The person whose fields begin with `place-`.
pub fn person(fields: &Fields, place: &str) -> Person {
    let text = |part| fields.text(&format!("{place}-{part}"));
    Person { first_name: text("first_name"), last_name: text("last_name"), phone: text("phone"), mail: text("mail") }
}

/// Whether somebody with this mail is in it.
pub fn has(team: &[Person], mail: &str) -> bool {
    let mail = mail.trim().to_lowercase();
    team.iter().any(|member| member.mail.trim().to_lowercase() == mail)
}

/// The maker of a new deal as its first member: as on the last team they were on, else by their display name. A proposal that
/// can be changed.
pub fn maker(display_name: &str, mail: &str, people: &[Person]) -> Person {
    if let Some(known) = people.iter().find(|person| person.mail.trim().eq_ignore_ascii_case(mail)) {
        return known.clone();
    }
    let name = display_name.trim();
    let hangul = name.chars().all(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c));
    // Most Korean family names have one syllable, and stand first.
    let family = name.chars().next().map_or(0, char::len_utf8);
    let (first, last) = match name.rsplit_once(char::is_whitespace) {
        Some((first, last)) => (first, last),
        None if hangul && name.chars().count() > 1 => {
            let (last, first) = name.split_at(family);
            (first, last)
        }
        None => (name, ""),
    };
    Person { first_name: first.to_owned(), last_name: last.to_owned(), phone: String::new(), mail: mail.to_owned() }
}
