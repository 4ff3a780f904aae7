//! What the account pages' addresses and forms say, as typed values.

use icu::normalizer::ComposingNormalizerBorrowed;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{
    rules,
    service::{
        grants::Places,
        people::{NewPerson, PeopleFilter},
        places::NewPlace,
    },
};
use crate::{
    auth::Role,
    ids::{LocationId, UserId},
    web::countries,
};

/// A field's name and the locale key of what is wrong with it.
pub type Flaw = (&'static str, &'static str);

/// Characters of a search that count.
const LONGEST_SEARCH: usize = 100;
/// The whole organisation, among the places of a role.
pub const WHOLE: &str = "whole";

/// As the database has it: Korean typed on some systems comes in single letters.
fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// Keeps the good value, or notes what is wrong.
fn checked(flaws: &mut Vec<Flaw>, field: &'static str, result: Result<String, &'static str>) -> String {
    match result {
        Ok(text) => composed(&text),
        Err(key) => {
            flaws.push((field, key));
            String::new()
        }
    }
}

/// The address of the users' list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct UsersQuery {
    pub q: String,
    pub role: String,
    pub after: String,
}

impl UsersQuery {
    /// What cannot be understood is not filtered by.
    pub fn parse(&self) -> PeopleFilter {
        PeopleFilter {
            search: composed(self.q.trim()).chars().take(LONGEST_SEARCH).collect(),
            role: Role::from_code(&self.role),
            after: self.after.parse().ok(),
        }
    }

    /// The page after this person.
    pub fn next(&self, after: UserId) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in [("q", &self.q), ("role", &self.role)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
        {
            query.append_pair(name, value);
        }
        format!("/account/users?{}", query.append_pair("after", &after.to_string()).finish())
    }
}

/// What a link to the form of a new user brings along.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewUserQuery {
    pub mail: String,
    pub first: String,
    pub last: String,
    /// `1`: a guest.
    pub guest: String,
}

/// A new user, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct UserForm {
    pub mail: String,
    pub name: String,
    /// `member` or `guest`.
    pub kind: String,
}

impl UserForm {
    pub fn of(query: &NewUserQuery) -> Self {
        let kind = if query.guest == "1" { "guest" } else { "member" };
        Self { mail: query.mail.clone(), name: rules::full_name(&query.first, &query.last), kind: kind.to_owned() }
    }

    /// # Errors
    /// All that is wrong.
    pub fn parse(&self) -> Result<NewPerson, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let mail = checked(&mut flaws, "mail", rules::work_mail(&self.mail));
        let display_name = checked(&mut flaws, "name", rules::line(&self.name));
        if !["member", "guest"].contains(&self.kind.as_str()) {
            flaws.push(("kind", "people-flaw-choose"));
        }
        if flaws.is_empty() { Ok(NewPerson { mail, display_name, guest: self.kind == "guest" }) } else { Err(flaws) }
    }
}

/// A role to give, as chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GrantForm {
    pub role: String,
    /// [`WHOLE`], or ids of locations.
    pub places: Vec<String>,
}

impl GrantForm {
    /// A role that cannot hold for single locations needs no place to be chosen.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn parse(&self) -> Result<(Role, Places), Vec<Flaw>> {
        let Some(role) = Role::from_code(&self.role) else { return Err(vec![("role", "people-flaw-choose")]) };
        let whole = self.places.iter().any(|place| place == WHOLE);
        if whole || (self.places.is_empty() && !role.can_be_local()) {
            return Ok((role, Places::Whole));
        }
        let locations: Result<Vec<LocationId>, _> = self.places.iter().map(|place| place.parse()).collect();
        match locations {
            Ok(locations) if !locations.is_empty() => Ok((role, Places::At(locations))),
            _ => Err(vec![("places", "people-flaw-choose-place")]),
        }
    }
}

/// A role to take away.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RemovalForm {
    pub role: String,
    /// Empty: the whole organisation.
    pub location: String,
}

impl RemovalForm {
    /// `None`: a form that is none of ours.
    pub fn parse(&self) -> Option<(Role, Option<LocationId>)> {
        let location = if self.location.is_empty() { None } else { Some(self.location.parse().ok()?) };
        Some((Role::from_code(&self.role)?, location))
    }
}

/// A new location, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct LocationForm {
    pub mpn_id: String,
    pub name: String,
    pub legal_entity: String,
    pub address_line: String,
    pub city: String,
    pub country: String,
    pub contact_name: String,
    pub contact_mail: String,
    pub contact_phone: String,
}

impl LocationForm {
    /// # Errors
    /// All that is wrong.
    pub fn parse(&self) -> Result<NewPlace, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let country = if countries::is_code(&self.country) { Ok(self.country.clone()) } else { Err("people-flaw-choose") };
        let new = NewPlace {
            mpn_id: checked(&mut flaws, "mpn_id", rules::mpn_id(&self.mpn_id)),
            name: checked(&mut flaws, "name", rules::line(&self.name)),
            legal_entity: checked(&mut flaws, "legal_entity", rules::line(&self.legal_entity)),
            address_line: checked(&mut flaws, "address_line", rules::line(&self.address_line)),
            city: checked(&mut flaws, "city", rules::line(&self.city)),
            country: checked(&mut flaws, "country", country),
            contact_name: checked(&mut flaws, "contact_name", rules::line(&self.contact_name)),
            contact_mail: checked(&mut flaws, "contact_mail", rules::work_mail(&self.contact_mail)),
            contact_phone: checked(&mut flaws, "contact_phone", rules::phone(&self.contact_phone)),
        };
        if flaws.is_empty() { Ok(new) } else { Err(flaws) }
    }
}

/// One's own password; never shown again.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    pub old: String,
    pub new: String,
    pub again: String,
}
